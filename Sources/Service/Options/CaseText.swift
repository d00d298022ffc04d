import Analysis
import Reporting

/// A case as `--case` writes it.
public struct CaseText {
  public let found: Case

  public init(_ text: String) throws(OptionProblem) {
    func problem(_ what: String) -> OptionProblem {
      OptionProblem(
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
        guard let scale = OptionText.budgetScale(scale) else {
          throw problem("a budget is \(OptionText.budgetScaleWords)")
        }
        result.budgetScale *= scale
      } else if let setting = OptionText.setting(word) {
        result.settings.append(
          .init(
            path: Substring(setting.path).trimmed, value: Substring(setting.value).trimmed))
      } else if word != "base" {
        let ids = OptionText.parts(word).map { Substring($0).trimmed }
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
