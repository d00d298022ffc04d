import SupplyChain

/// What `show` prints: a model's tree as YAML or JSON, or what scenarios change in it.
public struct ModelShown: Sendable {
  private let name: String
  private let changes: String

  /// - Parameters:
  ///   - name: the model's name.
  ///   - scenarios: the scenarios applied, in order.
  ///   - settings: single values set on top, `path=value`.
  public init(name: String, scenarios: [String], settings: [String], budgetScale: Double) {
    self.name = name
    var parts = scenarios.filter { $0 != "base" } + settings
    if budgetScale != 1 { parts.append("budget × \(budgetScale)") }
    changes = parts.joined(separator: ", ")
  }

  /// A model file; comments say what it was made from.
  public func yaml(_ tree: ModelTree) -> String {
    var comments: [String] = []
    if !changes.isEmpty {
      comments = [
        "\(name), with: \(changes).",
        "Scenarios and uncertainty, which refer to the model unchanged, are left out.",
      ]
    }
    return tree.yaml(comments: comments)
  }

  /// The differences one below the other: path, then before and after.
  public func text(_ differences: [ModelDifference], style: TerminalStyle) -> String {
    var lines = [style.bold(printable(name)) + (changes.isEmpty ? "" : " · " + printable(changes))]
    if differences.isEmpty { lines.append("Nothing changes.") }
    for difference in differences {
      lines.append("")
      lines.append(style.bold(printable(difference.path)))
      let removed = difference.after == nil
      lines += entry("−", difference.before ?? "(not given)", style.width, style.red)
      lines += entry("+", difference.after ?? "(removed)", style.width, style.green)
      if removed, difference.before == nil { lines.removeLast() }
    }
    let count = differences.count
    if count > 0 {
      lines += [
        "", count == 1 ? "1 place differs." : "\(Figure.number(Double(count))) places differ.",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One side of a difference, broken at spaces where it is longer than the width.
  private func entry(
    _ mark: String, _ value: String, _ width: Int, _ paint: (String) -> String
  ) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in printable(value).split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.count + 1 + word.count > max(20, width - 4) {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(line)
    return lines.enumerated().map { index, text in
      paint((index == 0 ? "  \(mark) " : "    ") + text)
    }
  }

  public func json(_ differences: [ModelDifference]) -> JSONValue {
    .object([
      ("schema_version", .integer(1)), ("model", .string(name)), ("changes", .string(changes)),
      (
        "differences",
        .array(
          differences.map { difference in
            .object([
              ("path", .string(difference.path)),
              ("before", difference.before.map { .string($0) } ?? .null),
              ("after", difference.after.map { .string($0) } ?? .null),
            ])
          })
      ),
    ])
  }

  /// The tree as a JSON object, which is a model file too.
  public static func json(_ tree: ModelTree) -> JSONValue {
    switch tree {
    case .plain("true"): .bool(true)
    case .plain("false"): .bool(false)
    case .plain(""), .plain("~"), .plain("null"): .null
    case .plain(let text): number(text) ?? .string(text)
    case .quoted(let text): .string(text)
    case .list(let items): .array(items.map(json))
    case .keys(let keys): .object(keys.map { ($0.name, json($0.value)) })
    }
  }

  /// The text as a number where JSON writes that number the same way.
  private static func number(_ text: String) -> JSONValue? {
    guard let first = text.first, first.isASCII, first.isNumber || first == "-",
      let value = Double(text), value.isFinite
    else { return nil }
    let written = JSONValue.number(value)
    return written.text == text + "\n" ? written : nil
  }
}
