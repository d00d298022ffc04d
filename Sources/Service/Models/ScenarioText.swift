import Analysis
import Reporting

/// A scenario as it stands in a model's file.
struct ScenarioText {
  let id: String
  let name: String?
  let description: String?
  let changes: ModelChanges

  /// The text with the scenario as the last of its `scenarios`, and the line at which it stands.
  ///
  /// - Throws: where the scenarios are not written one below the other.
  func inserted(into text: String) throws -> (text: String, line: Int) {
    let ending = text.contains("\r\n") ? "\r\n" : "\n"
    var lines = text.split(separator: ending, omittingEmptySubsequences: false).map(String.init)
    guard let head = lines.firstIndex(where: { $0.hasPrefix("scenarios:") }) else {
      while lines.last?.isEmpty == true { lines.removeLast() }
      lines += ["", "scenarios:"]
      let line = lines.count + 1
      lines += written(indent: "  ") + [""]
      return (lines.joined(separator: ending), line)
    }
    let rest = lines[head].dropFirst("scenarios:".count).drop { $0 == " " }
    guard rest.isEmpty || rest.hasPrefix("#") else {
      throw SessionError(
        .outputFailed,
        "line \(head + 1): `scenarios` is written on one line; write its entries one below the other, then save again"
      )
    }
    // The section ends before the next line that is not indented; blank lines and comments before that belong to what
    // follows.
    let next =
      lines[(head + 1)...].firstIndex { line in
        guard let first = line.first else { return false }
        return first != " " && first != "#"
      } ?? lines.count
    var last = next - 1
    while last > head, ScenarioText.isOpen(lines[last]) { last -= 1 }
    let first = lines[(head + 1)..<max(next, head + 1)].first {
      !$0.drop { $0 == " " }.isEmpty && !$0.drop { $0 == " " }.hasPrefix("#")
    }
    let indent = first.map { String($0.prefix { $0 == " " }) } ?? "  "
    lines.insert(contentsOf: written(indent: indent), at: last + 1)
    return (lines.joined(separator: ending), last + 2)
  }

  /// A blank line, or a comment at the margin.
  private static func isOpen(_ line: String) -> Bool {
    line.allSatisfy { $0 == " " } || line.hasPrefix("#")
  }

  private func written(indent: String) -> [String] {
    var lines = ["\(indent)\(id):"]
    if let name { lines.append("\(indent)  name: \(JSONValue.quoted(name))") }
    if let description {
      lines.append("\(indent)  description: \(JSONValue.quoted(description))")
    }
    if !changes.scenarios.isEmpty {
      lines.append("\(indent)  extends: [\(changes.scenarios.joined(separator: ", "))]")
    }
    guard !changes.settings.isEmpty || changes.budgetScale != 1 else { return lines }
    lines.append("\(indent)  changes:")
    for setting in changes.settings {
      lines.append("\(indent)    - set: \(ScenarioText.path(setting.path))")
      lines.append("\(indent)      to: \(setting.value)")
    }
    if changes.budgetScale != 1 {
      lines.append("\(indent)    - scale: funds.*.appropriations")
      lines.append("\(indent)      by: \(changes.budgetScale)")
    }
    return lines
  }

  /// In quotes where it would not be read as text.
  private static func path(_ path: String) -> String {
    let isPlain =
      path.first?.isLetter == true
      && path.allSatisfy { $0.isLetter || $0.isNumber || "_.-*[]=".contains($0) }
    return isPlain ? path : JSONValue.quoted(path)
  }
}
