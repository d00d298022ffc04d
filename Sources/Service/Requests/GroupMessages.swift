import Analysis
import Foundation
import LinearProgramming
import Reporting

/// Questions about groups of outcomes and their answers as messages carry them. Numbers are written in the shortest
/// decimals that read back as the same, and what is not finite as null, so that nothing is lost on the way.
extension ScenarioGroupQuestion {
  var json: JSONValue {
    .object([
      ("number", .integer(group)), ("program", program.map { .string($0) } ?? .null),
      ("multipliers", .array(multipliers.map { .number($0) })),
      (
        "cuts",
        .array(
          cuts.map { cut in
            .object([
              ("decisions", .array(cut.decisions.map { .integer($0) })),
              ("values", .array(cut.values.map { .number($0) })),
              ("lower", .number(cut.lower)), ("upper", .number(cut.upper)),
            ])
          })
      ),
      ("seconds", timeLimit.map { .number($0) } ?? .null),
    ])
  }

  /// A question as a client hands it on.
  init(_ value: JSONInput) throws {
    var members = try Parameters(value, of: "group")
    let group = try members.needed("number", members.whole("number", 0...1_000_000))
    let program = try members.text("program")
    let multipliers = try members.numbers("multipliers")
    let seconds = try members.number("seconds", 0...1e9)
    guard case .array(let rows) = try members.needed("cuts", members.take("cuts")) else {
      throw SessionError.parameter("group.cuts", "is a list", expected: "a list of objects")
    }
    let cuts = try rows.map { try Recourse.Row($0, decisionCount: multipliers.count) }
    try members.finish()
    self.init(
      group: group, multipliers: multipliers, cuts: cuts, timeLimit: seconds, program: program)
  }
}

extension Recourse.Row {
  fileprivate init(_ value: JSONInput, decisionCount: Int) throws {
    var members = try Parameters(value, of: "group.cuts")
    let decisions = try members.numbers("decisions").map { number in
      guard let decision = Int(exactly: number), (0..<decisionCount).contains(decision) else {
        throw SessionError.parameter(
          "group.cuts.decisions", "holds numbers of decisions",
          expected: "whole numbers from 0 to \(decisionCount - 1)", found: .number("\(number)"))
      }
      return decision
    }
    let values = try members.numbers("values")
    let lower = try members.number("lower", -1e300...1e300) ?? -.infinity
    let upper = try members.number("upper", -1e300...1e300) ?? .infinity
    try members.finish()
    guard values.count == decisions.count, Set(decisions).count == decisions.count, lower <= upper
    else {
      throw SessionError.parameter(
        "group.cuts", "is no row",
        expected: "a value for each of its decisions, each decision once, and lower ≤ upper")
    }
    self.init(decisions: decisions, values: values, lower: lower, upper: upper)
  }
}

/// An answer with what proves its bound.
struct ProvenGroupAnswer {
  let answer: ScenarioGroupAnswer
  /// By row of the group's program, the cuts last.
  let rowMultipliers: [Double]

  /// Rows of a group beyond which an answer would be larger than a message may be.
  static let mostRows = (MessageFrames.largest - (2 << 20)) / 4 * 3 / MemoryLayout<UInt64>.size

  /// The multipliers, which may be very many, are the base64 text of their bytes, the least first.
  var json: JSONValue {
    var bytes = Data(capacity: rowMultipliers.count * MemoryLayout<UInt64>.size)
    for multiplier in rowMultipliers {
      withUnsafeBytes(of: multiplier.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return .object([
      ("decisions", .array(answer.decisions.map { .number($0) })),
      ("bound", .number(answer.bound)), ("boundIsProven", .bool(answer.boundIsProven)),
      ("iterations", .integer(answer.iterations)),
      ("rowMultipliers", .string(bytes.base64EncodedString())),
    ])
  }

  init(answer: ScenarioGroupAnswer, rowMultipliers: [Double]) {
    self.answer = answer
    self.rowMultipliers = rowMultipliers
  }

  /// An answer as a client hands it back.
  init(_ value: JSONInput, decisionCount: Int) throws {
    var members = try Parameters(value, of: "answer")
    let decisions = try members.numbers("decisions")
    let bound = try members.needed("bound", members.number("bound", -1e300...1e300))
    let isProven = try members.needed("boundIsProven", members.flag("boundIsProven"))
    let iterations = try members.needed(
      "iterations", members.whole("iterations", 0...1_000_000_000))
    let text = try members.required("rowMultipliers")
    try members.finish()
    guard decisions.count == decisionCount else {
      throw SessionError.parameter(
        "answer.decisions", "has another length",
        expected: "\(decisionCount) numbers", found: .string("\(decisions.count) numbers"))
    }
    let size = MemoryLayout<UInt64>.size
    guard let bytes = Data(base64Encoded: text), bytes.count % size == 0 else {
      throw SessionError.parameter(
        "answer.rowMultipliers", "is no base64 text of numbers of eight bytes")
    }
    answer = ScenarioGroupAnswer(
      decisions: decisions, bound: bound, boundIsProven: isProven, iterations: iterations)
    rowMultipliers = bytes.withUnsafeBytes { raw in
      (0..<bytes.count / size).map { index in
        let bits = raw.loadUnaligned(fromByteOffset: index * size, as: UInt64.self)
        return Double(bitPattern: UInt64(littleEndian: bits))
      }
    }
  }
}
