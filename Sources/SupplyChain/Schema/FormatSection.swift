/// Where the reference of the format (Docs/format-reference.md) describes a key.
struct FormatSection: Hashable {
  /// The heading, such as `facilities.<id>.expansion`; empty for the top level.
  var title: String

  /// The heading as the address of a page has it: letters, digits, `_` and `-` alone.
  var anchor: String {
    title.isEmpty
      ? "top-level"
      : String(title.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" })
  }

  /// The section that a message is about: that of the first path it names, such as `facilities.mine.stage`.
  init?(of message: String) {
    let words = message.split { " `:,;()".contains($0) }
    for word in words {
      let path = word.split(separator: ".").map { String($0.prefix { $0 != "[" }) }
      if path.count > 1, let title = FormatSection.title(path) {
        self.title = title
        return
      }
    }
    let isUnknownAtTop = message.hasPrefix("unknown key `") && !message.contains(" in ")
    guard isUnknownAtTop || message.contains("the model lacks `") else { return nil }
    title = ""
  }

  /// The heading under which the last key of a path stands; nil where it is no path of the format.
  private static func title(_ path: [String]) -> String? {
    var keys = FormatKey.all
    var title = ""
    var isID = false
    for (index, part) in path.enumerated() {
      if isID {
        isID = false
        continue
      }
      guard let key = keys.first(where: { $0.name == part }) else {
        return index == 0 ? nil : title
      }
      let place = title.isEmpty ? part : title + "." + part
      switch key.shape {
      case .keys(let inner): (keys, title) = (inner, place)
      case .entries(let inner), .map(.short(_, let inner)):
        (keys, title, isID) = (inner, place + ".<id>", true)
      case .list(let inner): (keys, title) = (inner, place + "[]")
      default: return title
      }
    }
    return title
  }
}

extension ModelErrors {
  /// The pages that describe the keys concerned, in one line; nil where no problem names a key.
  var reference: String? {
    var sections: [FormatSection] = []
    for diagnostic in diagnostics.prefix(Self.printedAtMost) {
      guard let section = FormatSection(of: diagnostic.message), !sections.contains(section) else {
        continue
      }
      sections.append(section)
    }
    guard !sections.isEmpty else { return nil }
    let shown = sections.prefix(3).map { "#\($0.anchor)" }.joined(separator: ", ")
    return "The keys are described in Docs/format-reference.md \(shown)"
  }
}
