import Analysis
import ArgumentParser
import Reporting
import Service
import SupplyChain

/// Cases side by side: what several commands show beside the model as it is.
struct CaseOptions: ParsableArguments {
  @Option(
    name: .customLong("case"),
    help: ArgumentHelp(
      "A case of its own; repeatable. Scenarios (a+b), settings (path=value) and a budget, with commas between them and a name before a colon: \"ban, half the money: export_ban, budget 50%\".",
      valueName: "name: parts"))
  var texts: [String] = []

  @Option(
    name: .customLong("scenario"),
    help: ArgumentHelp(
      "One case under a scenario of the model; several, also as a+b, are applied together in the order given.",
      valueName: "scenario"))
  var scenarios: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Sets one value in every case, as a scenario's `set` does.", valueName: "path=value"))
  var set: [String] = []

  func validate() throws {
    try ModelOptions.check(scenarios: scenarios, set: set)
    for text in texts {
      _ = try ModelOptions.read { () throws(OptionProblem) in try CaseText(text) }
    }
  }

  var settings: [Case.Setting] {
    self.set.compactMap(ModelOptions.split).map { Case.Setting(path: $0.path, value: $0.value) }
  }

  /// The model as it is, with the settings of every case.
  var base: Case { Case(settings: settings) }

  /// The cases that are named, in order; where none is, each scenario of the model.
  ///
  /// - Parameter known: ids of the model's scenarios; nil: none are added.
  func cases(_ known: [String]?) throws -> [Case] {
    var cases: [Case] = []
    let together = scenarios.flatMap(ModelOptions.parts)
    if !together.isEmpty { cases.append(Case(scenarios: together, settings: settings)) }
    for text in texts {
      var found = try ModelOptions.read { () throws(OptionProblem) in try CaseText(text) }.found
      found.settings = settings + found.settings
      cases.append(found)
    }
    if cases.isEmpty, let known {
      cases = known.map { Case(scenarios: [$0], settings: settings) }
    }
    return cases
  }
}
