import Allocation
import Analysis
import LinearProgramming
import Reporting
import SupplyChain

/// `measures`: what each programme takes off the first objective, one after another.
struct MeasuresRequest: ModelRequest {
  let plan: PlanRequest

  init(_ parameters: inout Parameters) throws {
    plan = try PlanRequest(&parameters, of: "measures are")
  }

  func answer(_ question: Question) throws -> JSONValue {
    let found = try plan.plan(question)
    var steps: ProgrammeSteps?
    if let plan = found.solution.plan, let value = found.solution.objectives.first?.value {
      steps = .find(found.model, plan, value: value, found.settings)
    }
    let result = JSONValue.object([
      ("status", .string(found.solution.status.rawValue)),
      ("reason", found.solution.reason.map { .string($0) } ?? .null),
      ("measures", ProgrammeStepsReport(steps, found.model).json),
    ])
    return try question.ended(
      result.adding(warnings: question.idle), isInterrupted: found.isInterrupted || steps == nil)
  }
}

/// `decisions`: what the plan loses without each of its largest projects, what a delay costs, and in how many cases each
/// is built.
struct DecisionsRequest: ModelRequest {
  let plan: PlanRequest
  let cases: CaseList

  init(_ parameters: inout Parameters) throws {
    plan = try PlanRequest(&parameters, of: "decisions are")
    cases = try CaseList(&parameters)
  }

  func answer(_ question: Question) throws -> JSONValue {
    let found = try plan.plan(question)
    var decisions: ProjectDecisions?
    if let best = found.solution.plan {
      let models = try cases.cases(question).map { one in
        var scaled = one
        scaled.budgetScale *= question.changes.budgetScale
        return try scaled.model(of: question.document)
      }
      let others = relatedPlans(
        of: models, relaxed: plan.run.relax, settings: found.settings.allocation
      ).compactMap { $0.plan?.capacityByFacility }
      decisions = .find(found.model, best, others: others, found.settings)
    }
    let result = JSONValue.object([
      ("status", .string(found.solution.status.rawValue)),
      ("reason", found.solution.reason.map { .string($0) } ?? .null),
      ("decisions", ProjectDecisionsReport(decisions, found.model).json),
    ])
    return try question.ended(
      result.adding(warnings: question.idle),
      isInterrupted: found.isInterrupted || decisions == nil)
  }
}
