import Allocation
import Analysis
import Reporting
import SupplyChain

/// `describe`: what is in the model.
struct DescribeRequest: ModelRequest {
  init(_ parameters: inout Parameters) throws {}

  func answer(_ question: Question) throws -> JSONValue {
    let model = try question.model()
    return ModelDescription(model, style: TerminalStyle()).json
      .adding(warnings: question.idle + question.document.warnings(for: model))
  }
}

/// `validate`: what is wrong with the model as it is changed.
struct ValidateRequest: ModelRequest {
  /// Whether the first year of the plan without whole-number rules is held to the published figures beside the model.
  let baseYear: Bool

  init(_ parameters: inout Parameters) throws {
    baseYear = try parameters.flag("baseYear") ?? false
  }

  func answer(_ question: Question) throws -> JSONValue {
    var diagnostics: [Diagnostic]
    var compared: BaseYearReport?
    do {
      let model = try question.model()
      let document = question.document
      let isChanged = question.changes != ModelChanges()
      diagnostics =
        (isChanged ? question.idle + document.warnings(for: model) : document.warnings)
        + document.advice
      if baseYear {
        let figures = try BaseYear.required(document, path: question.open.path ?? "")
        let plan = try firstPlan(model, question)
        let check = try BaseYearCheck(
          figures, plan, model, sources: try NumberSources(document))
        diagnostics += check.problems(figures)
        compared = BaseYearReport(check)
      }
    } catch let errors as ModelErrors {
      diagnostics = errors.diagnostics
    }
    return ValidationReport(diagnostics, baseYear: compared).json
  }

  private func firstPlan(_ model: Model, _ question: Question) throws -> Plan {
    let solution = solve(
      AllocationProgram(model, relaxed: true), RunRequest().settings(question).allocation)
    if solution.status == .optimal, let plan = solution.plan { return plan }
    switch solution.status {
    case .infeasible, .unbounded: throw StudyEnd.noPlan(solution.status, solution.reason ?? "")
    case .interrupted, .feasible: throw StudyEnd.interrupted
    case .optimal, .failed: throw StudyEnd.notVerified(solution.reason ?? "")
    }
  }
}

/// `read`: the values at a path.
struct ReadRequest: ModelRequest {
  let path: String

  init(_ parameters: inout Parameters) throws { path = try parameters.required("path") }

  func answer(_ question: Question) throws -> JSONValue {
    let changes = question.changes
    let found = try question.document.values(
      at: path, scenarios: changes.scenarios, settings: changes.pairs,
      budgetScale: changes.budgetScale)
    return .object([
      (
        "values",
        .array(
          found.map {
            .object([("path", .string($0.path)), ("value", ModelShown.json($0.value))])
          })
      )
    ])
  }
}
