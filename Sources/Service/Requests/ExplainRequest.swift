import Analysis
import Reporting
import SupplyChain

/// `explain`: what limits the outcome, why a facility is in or out, or why there is no plan.
struct ExplainRequest: ModelRequest {
  let run: RunRequest
  let facility: String?
  let top: Int
  let prices: Bool

  init(_ parameters: inout Parameters) throws {
    run = try RunRequest(&parameters)
    facility = try parameters.text("facility")
    top = try parameters.whole("top", 1...1000) ?? 5
    prices = try parameters.flag("prices") ?? false
  }

  func answer(_ question: Question) throws -> JSONValue {
    let model = try question.model()
    let chosen = try facility.map { try FacilityParameter.index($0, in: model) }
    let settings = run.settings(question)
    do throws(StudyEnd) {
      return try limits(model, chosen, question, settings)
    } catch .noPlan(.infeasible, let reason) {
      _ = reason
      return try conflict(model, question, settings)
    }
  }

  private func limits(
    _ model: Model, _ chosen: Int?, _ question: Question, _ settings: RunSettings
  ) throws(StudyEnd) -> JSONValue {
    let scenarios = question.changes.scenarios
    let found: (json: JSONValue, isInterrupted: Bool)
    if let chosen {
      let one = try FacilityCase.explain(model, facility: chosen, settings: settings)
      found = (FacilityCaseReport(one, model, scenarios: scenarios).json, one.isInterrupted)
    } else {
      let all = try Limiting.explain(
        model, count: top, prices: prices ? true : nil, settings: settings)
      found = (LimitingReport(all, model, scenarios: scenarios).json, all.isInterrupted)
    }
    if found.isInterrupted, question.cancellation.isCancelled { throw .interrupted }
    return found.json.adding(warnings: question.idle)
  }

  private func conflict(
    _ model: Model, _ question: Question, _ settings: RunSettings
  ) throws -> JSONValue {
    guard let iis = try IIS.find(model, settings: settings) else {
      throw StudyEnd.notVerified(
        "the model was called infeasible, but no conflict was found in it")
    }
    let relaxations = try FeasibilityRelaxation.find(model, iis, settings: settings)
    let report = IISReport(iis, relaxations, model, scenarios: question.changes.scenarios)
    return try question.ended(
      report.json.adding(warnings: question.idle), isInterrupted: relaxations.isInterrupted)
  }
}

/// A facility by its id, or by its name as tables print it.
enum FacilityParameter {
  static func index(_ text: String, in model: Model) throws -> Int {
    do throws(FacilityName.NotFound) {
      return try FacilityName.find(text, in: model)
    } catch {
      throw SessionError.parameter(
        "facility",
        error.isAmbiguous
          ? "several facilities have this in their names" : "the model has no such facility",
        expected: "an id or a name", found: .string(text),
        suggestion: error.suggestions.isEmpty ? nil : error.suggestions.joined(separator: ", "))
    }
  }
}
