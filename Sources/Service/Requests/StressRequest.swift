import Analysis
import Reporting
import SupplyChain

/// `stress`: the plan carried out in every outcome of `uncertainty`.
struct StressRequest: ModelRequest {
  let run: RunRequest
  let objectives: ObjectiveList?
  /// Whether what a page draws of it comes too.
  let wantsPicture: Bool

  init(_ parameters: inout Parameters) throws {
    run = try RunRequest(&parameters)
    objectives = try parameters.objectives("objective")
    wantsPicture = try parameters.flag("picture") ?? false
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
    var json = report.json(timing: nil).adding(warnings: question.idle)
    if wantsPicture { json = json.with(first: [("picture", report.picture ?? .null)]) }
    return try question.ended(json, isInterrupted: found.unfinished > 0)
  }
}
