import Analysis
import Reporting
import SupplyChain

/// Two projects side by side.
extension Compare {
  func showFacilities(_ document: ModelDocument) throws {
    var one = chosen.base
    one.scenarios = chosen.scenarios.flatMap(ModelOptions.parts)
    var model: Model
    do {
      model = try one.model(of: document)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
    if let objectives = try SolveOptionText.objectives(objective, in: model) {
      model.objectives = objectives
    }
    let places = try facility.map { try FacilityOption.index($0, in: model) }
    guard places[0] != places[1] else {
      Terminal.writeError(
        "lodestone: --facility: both are \(printable(model.facilities[places[0]].id))\n")
      throw Ending.usage
    }
    let idle = IdleChanges(in: document, cases: [one])
    let found = try StudyRun(rules).run { settings throws(StudyEnd) in
      var found: [FacilityCase] = []
      for p in places {
        found.append(try FacilityCase.explain(model, facility: p, settings: settings))
      }
      return found
    }
    let report = FacilityPairReport(found, model, scenarios: one.scenarios)
    try ResultFiles.write(folder: out, json: "comparison.json", report.json)
    json
      ? Terminal.write(report.json.adding(warnings: idle.warnings).text)
      : Terminal.show(report.text(style: Terminal.style))
    if found.contains(where: \.isInterrupted) { throw Ending.stopped }
  }
}
