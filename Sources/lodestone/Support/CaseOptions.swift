import Analysis
import ArgumentParser
import Reporting
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
    for text in texts { _ = try CaseText(text) }
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
      var found = try CaseText(text).found
      found.settings = settings + found.settings
      cases.append(found)
    }
    if cases.isEmpty, let known {
      cases = known.map { Case(scenarios: [$0], settings: settings) }
    }
    return cases
  }
}

/// A case as `--case` writes it.
struct CaseText {
  let found: Case

  init(_ text: String) throws {
    func problem(_ what: String) -> ValidationError {
      ValidationError(
        "--case: \(what), found '\(printable(text))'; it is written like \"name: export_ban+half_budget, budget 50%, targets.2035=50%\""
      )
    }
    var name: String?
    var rest = Substring(text)
    // A colon within a value belongs to it.
    if let colon = text.firstIndex(of: ":"), !text[..<colon].contains("=") {
      name = text[..<colon].trimmed
      rest = text[text.index(after: colon)...]
      if name?.isEmpty == true { throw problem("nothing stands before the colon") }
    }
    var result = Case()
    for part in CaseText.parts(rest) {
      let word = Substring(part).trimmed
      if word.isEmpty { throw problem("there is an empty part") }
      if let scale = CaseText.budget(word) {
        guard let scale = BudgetScale(argument: scale) else {
          throw problem("a budget is \(BudgetScale.words)")
        }
        result.budgetScale *= scale.value
      } else if let setting = ModelOptions.split(word) {
        result.settings.append(
          .init(
            path: Substring(setting.path).trimmed, value: Substring(setting.value).trimmed))
      } else if word != "base" {
        let ids = ModelOptions.parts(word).map { Substring($0).trimmed }
        if ids.contains("") { throw problem("names are separated by one +") }
        result.scenarios += ids
      }
    }
    result.label = name
    found = result
  }

  /// What stands behind `budget`, `budget_scale` or `budget-scale`, with a blank or an `=` between.
  private static func budget(_ word: String) -> String? {
    for key in ["budget_scale", "budget-scale", "budget"] where word.hasPrefix(key) {
      let rest = word.dropFirst(key.count)
      guard let first = rest.first, first == " " || first == "=" else { continue }
      return rest.dropFirst().trimmed
    }
    return nil
  }

  /// The text at commas outside brackets.
  private static func parts(_ text: Substring) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if "[{(".contains(character) { depth += 1 }
      if "]})".contains(character) { depth -= 1 }
      if character == ",", depth <= 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }
}

extension Substring {
  /// Without blanks at both ends.
  fileprivate var trimmed: String {
    var view = self.drop { $0 == " " }
    while view.last == " " { view.removeLast() }
    return String(view)
  }
}
