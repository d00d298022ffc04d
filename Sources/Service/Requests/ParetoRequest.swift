import Allocation
import Analysis
import LinearProgramming
import Reporting
import SupplyChain

/// `pareto`: what one objective costs in one or two others.
struct ParetoRequest: ModelRequest {
  let run: RunRequest
  let objectives: ObjectiveList?
  let resolution: Double?
  /// Whether what each corner's plan awards and builds is left out.
  let onlyCorners: Bool
  /// Whether what a page draws of the frontier comes too.
  let wantsPicture: Bool

  init(_ parameters: inout Parameters) throws {
    run = try RunRequest(&parameters)
    objectives = try parameters.objectives("objectives")
    resolution = try parameters.number("resolution", 1e-9...1)
    onlyCorners = try parameters.flag("onlyCorners") ?? false
    wantsPicture = try parameters.flag("picture") ?? false
  }

  func answer(_ question: Question) throws -> JSONValue {
    var model = try question.model()
    do throws(OptionProblem) {
      model.objectives = try OptionText.traded(objectives?.text, in: model)
    } catch {
      throw SessionError(
        .parameters, error.message, [("parameter", .string("objectives"))])
    }
    return model.objectives.count == 3
      ? try surface(model, question) : try frontier(model, question)
  }

  private func frontier(_ model: Model, _ question: Question) throws -> JSONValue {
    var settings = ParetoSettings()
    settings.run = run.settings(question)
    if let resolution { settings.resolution = resolution }
    let clock = ContinuousClock()
    let start = clock.now
    let found = try Pareto.find(model, settings)
    let seconds = (clock.now - start).seconds
    let report = ParetoReport(found, model, scenarios: question.changes.scenarios)
    var json = report.json(seconds: seconds, hasDecisions: !onlyCorners)
      .adding(warnings: question.idle)
    if wantsPicture { json = json.with(first: [("picture", ParetoPicture(found, model).json)]) }
    return try question.ended(json, isInterrupted: question.cancellation.isCancelled)
  }

  private func surface(_ model: Model, _ question: Question) throws -> JSONValue {
    guard !wantsPicture else {
      throw SessionError.parameter("picture", "is of two objectives; leave it out, or one of them")
    }
    guard run.relax || AllocationProgram(model).program.integerCount == 0 else {
      throw SessionError.parameter(
        "relax",
        "three objectives are compared without the whole-number rules, which this model has",
        expected: "true")
    }
    let clock = ContinuousClock()
    let start = clock.now
    let found = try ParetoSurface.find(
      model, error: resolution ?? ParetoSurface.standardError, run.settings(question))
    let seconds = (clock.now - start).seconds
    let report = ParetoSurfaceReport(found, model, scenarios: question.changes.scenarios)
    return try question.ended(
      report.json(seconds: seconds, hasDecisions: !onlyCorners).adding(warnings: question.idle),
      isInterrupted: question.cancellation.isCancelled)
  }
}
