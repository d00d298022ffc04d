import Allocation
import Analysis
import LinearProgramming
import Reporting
import SupplyChain
import Support

/// `solveGroup`: the answer of one group of outcomes to a question that another session asked while it solved the whole.
struct SolveGroupRequest: ModelRequest {
  let plan: PlanRequest
  let group: ScenarioGroupQuestion

  init(_ parameters: inout Parameters) throws {
    group = try ScenarioGroupQuestion(parameters.needed("group", parameters.take("group")))
    plan = try PlanRequest(&parameters)
    guard plan.mayHaveGroups else {
      throw SessionError.parameter("risk", "is `expected` or `cvar` here")
    }
    if plan.onlyPlan {
      throw SessionError.parameter("onlyPlan", "nothing is shown beside a group's answer")
    }
  }

  func answer(_ question: Question) throws -> JSONValue {
    let groups = try groups(question)
    guard group.group < groups.count else {
      throw SessionError.parameter(
        "group.number", "there is no such group", expected: "from 0 to \(groups.count - 1)",
        found: .number("\(group.group)"))
    }
    guard group.multipliers.count == groups.decisionCount else {
      throw SessionError.parameter(
        "group.multipliers", "has another length",
        expected: "\(groups.decisionCount) numbers, one a decision before the reveal",
        found: .string("\(group.multipliers.count) numbers"))
    }
    var follow: (@Sendable (SolverProgress) -> Void)?
    if let progress = question.progress {
      follow = { progress.tell("group of outcomes", iterations: $0.iterations) }
    }
    let found: (answer: ScenarioGroupAnswer, rowMultipliers: [Double])?
    do {
      found = try groups.answer(
        to: group, cancellation: question.cancellation, progress: follow)
    } catch {
      throw SessionError.parameter(
        "group.program", "the group's program is another here",
        expected:
          "the same model, settings and version of Lodestone as where the question was asked; "
          + "here it is \(error.own)",
        found: group.program.map { .string($0) })
    }
    guard let found else {
      if question.cancellation.isCancelled { throw StudyEnd.interrupted }
      return .null
    }
    guard found.rowMultipliers.count <= ProvenGroupAnswer.mostRows else {
      throw SessionError(
        .program,
        "a group of \(found.rowMultipliers.count) rows is too large for a message; "
          + "at most \(ProvenGroupAnswer.mostRows)")
    }
    return ProvenGroupAnswer(answer: found.answer, rowMultipliers: found.rowMultipliers).json
  }

  /// The groups, which are kept: the next question is mostly about others of them.
  private func groups(_ question: Question) throws -> ScenarioGroups {
    try question.knownGroups.groups(of: question, plan) {
      let (list, settings) = try RiskAnswer(plan).asked(question)
      do throws(UncertaintyProblem) {
        if let groups = try ScenarioGroups(list, settings) { return groups }
      } catch {
        throw SessionError(error.code, "\(error)")
      }
      throw SessionError.parameter(
        "group", "the outcomes are not solved in groups with these options",
        expected: "more of them, a larger program, or `method` decomposition")
    }
  }
}
