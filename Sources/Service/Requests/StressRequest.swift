import Analysis
import Reporting
import SupplyChain

/// `stress`: the plan carried out in every outcome of `uncertainty`.
struct StressRequest: ModelRequest {
  let run: RunRequest
  let objectives: ObjectiveList?

  init(_ parameters: inout Parameters) throws {
    run = try RunRequest(&parameters)
    objectives = try parameters.objectives("objective")
  }

  func answer(_ question: Question) throws -> JSONValue {
    var model = try question.model()
    try objectives?.choose(in: &model)
    let settings = run.settings(question)
    let base = try question.baseOfOutcomes()
    let list = try question.outcomes(base, objectives?.objectives(of: base), settings)
    guard !list.outcomes.isEmpty else { throw StudyEnd.interrupted }
    let found: StressTest
    do throws(StressProblem) {
      found = try StressTest.find(list, base: model, settings: settings)
    } catch {
      switch error {
      case .study(let end): throw end
      case .outcomes(let problem): throw SessionError(problem.code, "\(problem)")
      }
    }
    let report = StressReport(found, scenarios: question.changes.scenarios)
    return try question.ended(
      report.json(timing: nil).adding(warnings: question.idle), isInterrupted: found.unfinished > 0)
  }
}
