import Foundation

/// What a comment says of where the numbers of its line come from.
public struct SourceMarks: Sendable, Hashable {
  /// Keys of the bibliography: `[mcs2026]`, `[mcs2026, usgs]`.
  public var keys: [String] = []
  /// The words after `analogy:`; nil where there is none.
  public var analogy: String?
  /// The words after `assumption:`; nil where there is none.
  public var assumption: String?
  /// `derived: EXPRESSION = VALUE`, in order.
  public var derivations: [Derivation] = []

  /// Whether the line says where its numbers come from.
  public var saysSource: Bool { !keys.isEmpty || analogy != nil || assumption != nil }

  /// - Parameters:
  ///   - comment: without the `#`.
  ///   - line: the line before it, whose numbers derivations are to give.
  init(comment: String, line: String) {
    guard !comment.isEmpty else { return }
    keys = Self.keys(comment)
    let clauses = Self.clauses(comment)
    analogy = clauses.first { $0.mark == .analogy }?.words
    assumption = clauses.first { $0.mark == .assumption }?.words
    let derived = clauses.filter { $0.mark == .derived }
    guard !derived.isEmpty else { return }
    let numbers = WrittenNumber.all(in: line)
    derivations = derived.map { Self.derivation($0.words, numbers) }
  }

  private enum Mark: String, CaseIterable { case analogy, assumption, derived }

  /// The words after each mark, up to the next one.
  private static func clauses(_ comment: String) -> [(mark: Mark, words: String)] {
    var found: [(mark: Mark, start: String.Index, words: String.Index)] = []
    for mark in Mark.allCases {
      var from = comment.startIndex
      while let range = comment.range(
        of: mark.rawValue + ":", options: .caseInsensitive, range: from..<comment.endIndex)
      {
        from = range.upperBound
        let isWord =
          range.lowerBound == comment.startIndex
          || !comment[comment.index(before: range.lowerBound)].isLetter
        if isWord { found.append((mark, range.lowerBound, range.upperBound)) }
      }
    }
    found.sort { $0.start < $1.start }
    return found.indices.map { index in
      let end = index + 1 < found.count ? found[index + 1].start : comment.endIndex
      let words = comment[found[index].words..<end]
        .trimmingCharacters(in: CharacterSet(charactersIn: " ,;"))
      return (found[index].mark, words)
    }
  }

  /// `50 * 1.25 = 62.5 [key]`: what stands before the `=`, and the number after it.
  private static func derivation(_ words: String, _ line: [WrittenNumber]) -> Derivation {
    guard let sign = words.firstIndex(of: "=") else {
      return Derivation(expression: words, value: "", line: line)
    }
    let after = words[words.index(after: sign)...].drop { $0 == " " }
    let value = after.prefix { !" ,;[(".contains($0) }
    return Derivation(
      expression: words[..<sign].trimmingCharacters(in: .whitespaces), value: String(value),
      line: line)
  }

  private static func keys(_ comment: String) -> [String] {
    var keys: [String] = []
    var rest = Substring(comment)
    while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
      for key in rest[rest.index(after: open)..<close].split(separator: ",") {
        keys.append(key.trimmingCharacters(in: .whitespaces))
      }
      rest = rest[rest.index(after: close)...]
    }
    return keys
  }
}
