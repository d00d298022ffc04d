import Foundation

/// Where two results in JSON differ: what is in one alone, and numbers that are not the same.
///
/// Rows of tables are matched by their texts and years, whatever their order.
public struct ResultDifference: Sendable, Equatable {
  /// Such as `plan.awards`.
  public var table: String
  /// Which row, such as `dpa, magnet_works, 2027`; empty where there are no rows.
  public var row: String
  /// The member, such as `value`.
  public var member: String
  public var before: Value?
  public var after: Value?

  public enum Value: Sendable, Equatable {
    case number(Double)
    case text(String)
  }

  /// By how much a number differs; nil where one of the two is not a number.
  public var change: Double? {
    switch (before, after) {
    case (.number(let a)?, .number(let b)?): b - a
    case (nil, .number(let b)?): b
    case (.number(let a)?, nil): -a
    default: nil
    }
  }

  /// - Parameters:
  ///   - before, after: JSON texts.
  ///   - tolerance: numbers nearer than this share of the larger, or than a millionth, are the same.
  /// - Returns: nil where one of the two is no JSON.
  public static func find(
    _ before: [UInt8], _ after: [UInt8], tolerance: Double
  ) -> [ResultDifference]? {
    let decoder = JSONDecoder()
    guard let a = try? decoder.decode(ResultTree.self, from: Data(before)),
      let b = try? decoder.decode(ResultTree.self, from: Data(after))
    else { return nil }
    var comparison = ResultComparison(tolerance: tolerance)
    comparison.compare(a, b, table: "", row: "", member: "")
    return comparison.found
  }
}

/// A JSON value as it was read.
private indirect enum ResultTree: Decodable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([ResultTree])
  case object([String: ResultTree])

  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      var members: [String: ResultTree] = [:]
      for key in object.allKeys {
        members[key.stringValue] = try object.decode(Self.self, forKey: key)
      }
      self = .object(members)
      return
    }
    if var list = try? decoder.unkeyedContainer() {
      var items: [ResultTree] = []
      while !list.isAtEnd { items.append(try list.decode(Self.self)) }
      self = .list(items)
      return
    }
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try value.decode(String.self))
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  var members: [String: ResultTree]? {
    if case .object(let members) = self { members } else { nil }
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }

  /// Of a number that counts: its digits.
  var count: String? {
    switch self {
    case .number(let number):
      number == number.rounded() && abs(number) < 1e9 ? "\(Int(number))" : "\(number)"
    case .text(let text): text
    default: nil
    }
  }
}

private struct ResultComparison {
  let tolerance: Double
  private(set) var found: [ResultDifference] = []

  init(tolerance: Double) { self.tolerance = tolerance }

  /// How an answer was found is no part of it.
  private static let passedOver: Set<String> = [
    "timing", "seconds", "stages", "attempts", "verification", "iterations", "solves", "size",
    "units", "solve_time",
  ]
  private static let negligible = 1e-6

  mutating func compare(
    _ a: ResultTree?, _ b: ResultTree?, table: String, row: String, member: String
  ) {
    switch (a, b) {
    case (.object(let x), .object(let y)): objects(x, y, table: join(table, member), row: row)
    case (.list(let x), .list(let y)): arrays(x, y, table: join(table, member), row: row)
    default:
      let (x, y) = (value(a), value(b))
      if isSame(x, y) { return }
      found.append(
        ResultDifference(table: table, row: row, member: member, before: x, after: y))
    }
  }

  private func join(_ table: String, _ member: String) -> String {
    member.isEmpty ? table : table.isEmpty ? member : table + "." + member
  }

  private mutating func objects(
    _ a: [String: ResultTree], _ b: [String: ResultTree], table: String, row: String
  ) {
    for key in Set(a.keys).union(b.keys).sorted() where !Self.passedOver.contains(key) {
      compare(a[key], b[key], table: table, row: row, member: key)
    }
  }

  private mutating func arrays(
    _ a: [ResultTree], _ b: [ResultTree], table: String, row: String
  ) {
    let (x, y) = (a.compactMap(\.members), b.compactMap(\.members))
    guard x.count == a.count, y.count == b.count else {
      for n in 0..<max(a.count, b.count) {
        compare(
          n < a.count ? a[n] : nil, n < b.count ? b[n] : nil, table: table, row: row,
          member: "\(n + 1)")
      }
      return
    }
    let (mine, theirs) = (named(x), named(y))
    let byName = Dictionary(theirs.map { ($0.name, $0.row) }, uniquingKeysWith: { a, _ in a })
    for (name, entry) in mine {
      rows(entry, byName[name], table: table, row: join(row, name))
    }
    let known = Set(mine.map(\.name))
    for (name, entry) in theirs where !known.contains(name) {
      rows(nil, entry, table: table, row: join(row, name))
    }
  }

  /// A row that only one of the two has: its numbers.
  private mutating func rows(
    _ a: [String: ResultTree]?, _ b: [String: ResultTree]?, table: String, row: String
  ) {
    for key in Set((a ?? [:]).keys).union((b ?? [:]).keys).sorted() where !isName(key, a, b) {
      if Self.passedOver.contains(key) { continue }
      compare(a?[key], b?[key], table: table, row: row, member: key)
    }
  }

  private func isName(
    _ key: String, _ a: [String: ResultTree]?, _ b: [String: ResultTree]?
  ) -> Bool {
    guard let value = a?[key] ?? b?[key] else { return false }
    return value.text != nil || Self.counters.contains(key)
  }

  private static let counters: Set<String> = [
    "year", "online_year", "step", "corner", "line", "column",
  ]

  /// Rows by what their texts and years say; those that say the same are numbered.
  private func named(_ rows: [[String: ResultTree]]) -> [(name: String, row: [String: ResultTree])]
  {
    var count: [String: Int] = [:]
    return rows.map { row in
      let name = row.keys.sorted().compactMap { key -> String? in
        row[key]?.text ?? (Self.counters.contains(key) ? row[key]?.count : nil)
      }.reduced.joined(separator: ", ")
      count[name, default: 0] += 1
      return (count[name] == 1 ? name : "\(name) (\(count[name] ?? 0))", row)
    }
  }

  private func value(_ tree: ResultTree?) -> ResultDifference.Value? {
    switch tree {
    case nil, .null: nil
    case .flag(let flag): .text(flag ? "true" : "false")
    case .number(let number): .number(number)
    case .text(let text): .text(text)
    case .list(let list): list.isEmpty ? nil : .text("\(list.count) entries")
    case .object(let members): members.isEmpty ? nil : .text("\(members.count) members")
    }
  }

  private func isSame(_ x: ResultDifference.Value?, _ y: ResultDifference.Value?) -> Bool {
    func number(_ value: ResultDifference.Value?) -> Double? {
      switch value {
      case .number(let number): number
      case nil: 0
      case .text: nil
      }
    }
    if x == y { return true }
    guard let a = number(x), let b = number(y) else { return false }
    return abs(a - b) <= max(tolerance * max(abs(a), abs(b)), Self.negligible)
  }
}

extension [String] {
  /// Without texts that stand there already: a year, and its period of the same name.
  fileprivate var reduced: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
