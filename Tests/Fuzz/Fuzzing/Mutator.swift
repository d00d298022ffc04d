import TestSupport

/// Changes a seed a few times: bytes, lines, numbers, words that readers stumble over, pieces of other seeds.
public struct Mutator: Sendable {
  private let seeds: [[UInt8]]
  private let words: [[UInt8]]
  private static let largest = 60_000

  public init(seeds: [[UInt8]], words: [String]) {
    self.seeds = seeds
    self.words = (words + Mutator.commonWords).map { Array($0.utf8) }
  }

  public func input(_ random: inout Random) -> [UInt8] {
    var text = random.element(seeds)
    for _ in 0..<(1 << random.below(5)) { change(&text, &random) }
    return Array(text.prefix(Self.largest))
  }

  private func change(_ text: inout [UInt8], _ random: inout Random) {
    let place = random.below(text.count + 1)
    let end = min(text.count, place + 1 + random.below(1 << random.below(8)))
    switch random.below(12) {
    case 0 where place < text.count: text[place] ^= 1 << UInt8(random.below(8))
    case 1 where place < text.count: text[place] = UInt8(truncatingIfNeeded: random.next())
    case 2: text.removeSubrange(place..<end)
    case 3: text.insert(contentsOf: text[place..<end], at: random.below(text.count + 1))
    case 4, 5: text.insert(contentsOf: random.element(words), at: place)
    case 6: text.replaceSubrange(place..<end, with: random.element(words))
    case 7: changeNumber(&text, &random)
    case 8: moveLine(&text, &random)
    case 9:
      let other = random.element(seeds)
      let from = random.below(other.count + 1)
      let to = min(other.count, from + random.below(400))
      text.replaceSubrange(place..<end, with: other[from..<to])
    case 10:
      let piece = Array(text[place..<end].prefix(12))
      let count = min(1 << random.below(12), 40_000 / max(1, piece.count))
      text.insert(contentsOf: (0..<count).flatMap { _ in piece }, at: place)
    default: swapWords(&text, &random)
    }
    if text.count > Self.largest { text.removeSubrange(Self.largest...) }
  }

  /// Puts another number where one is.
  private func changeNumber(_ text: inout [UInt8], _ random: inout Random) {
    guard let first = find(text, from: random.below(text.count + 1), where: Self.isDigit) else {
      return
    }
    var last = first
    while last < text.count, Self.isDigit(text[last]) || text[last] == UInt8(ascii: ".") {
      last += 1
    }
    text.replaceSubrange(first..<last, with: Array(random.element(Self.numbers).utf8))
  }

  private func moveLine(_ text: inout [UInt8], _ random: inout Random) {
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let line = Array(lines[random.below(lines.count)])
    let indent = [UInt8](repeating: UInt8(ascii: " "), count: random.below(3))
    let place = find(text, from: random.below(text.count + 1)) { $0 == UInt8(ascii: "\n") } ?? 0
    text.insert(contentsOf: [UInt8(ascii: "\n")] + indent + line, at: place)
  }

  /// Puts a word of the text where another is, so that names turn up at wrong places.
  private func swapWords(_ text: inout [UInt8], _ random: inout Random) {
    guard let from = word(text, random.below(text.count + 1)),
      let to = word(text, random.below(text.count + 1))
    else { return }
    text.replaceSubrange(to, with: Array(text[from]))
  }

  private func word(_ text: [UInt8], _ start: Int) -> Range<Int>? {
    guard let first = find(text, from: start, where: Self.isLetter) else { return nil }
    var last = first
    while last < text.count, Self.isLetter(text[last]) { last += 1 }
    return first..<last
  }

  private func find(
    _ text: [UInt8], from start: Int, where matches: (UInt8) -> Bool
  ) -> Int? {
    text[min(start, text.count)...].firstIndex(where: matches)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == UInt8(ascii: "_")
  }

  static let numbers = [
    "0", "-0", "1", "-1", "0.1", "1e15", "1e16", "1e-30", "1e-31", "1e308", "1e999", "-1e999",
    "1e-999", "nan", "inf", "0x10", "012", "1_000", "1,5", ".5", "5.", "9007199254740993",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "2147483648", "2200",
    "2201", "1900", "1899", "99999", "100", "101", "٣", "1e", "1e+", "0.30000000000000004",
    "179769313486231570000000000000000000", "1000000", "12", "4294967297",
  ]

  static let commonWords =
    numbers + [
      "\0", "\u{FEFF}", "\r\n", "\r", "\t", "\u{1B}[2J", "\u{202E}", "\u{2028}", "é", "e\u{301}",
      "🧲",
      "\"", "'", ",", ";", ":", "=", "*", "..", "../../etc/passwd", "/dev/zero", "%", "~", "null",
      "true", "no", "[", "]", "{", "}", "-", "-  ", "|", ">", "#", "\\", "&a", "*a", "!!", "<<",
      "---",
      "...", "? ", "@", "`", "=cmd()", "<script>", "[[[[[[[[", "{a: {a: {a: {a: ", "- - - - - -",
    ]
}
