import Foundation
import LinearProgramming
import SupplyChain

/// What is needed to check an answer again from the model alone, without a solver: the plan's point, and for
/// each objective the row multipliers that prove how good it can be. `PlanProof` does the checking.
///
/// Nothing in it has to be believed: multipliers that are wrong prove less, never something false.
public struct PlanCertificate: Codable, Sendable, Equatable {
  /// Of the file's layout.
  static let formatVersion = 1
  /// Larger files are refused.
  public static let largestSize = 512 << 20

  /// What was asked of the model.
  public struct Question: Codable, Sendable, Equatable {
    public var scenarios: [String]
    /// Pairs of change path and value.
    public var settings: [[String]]
    public var budgetScale: Double
    /// Whether the whole-number rules were dropped.
    public var isRelaxed: Bool
    /// The objectives as `--objective` writes them, in order.
    public var objectives: [String]

    public init(
      scenarios: [String], settings: [(path: String, value: String)], budgetScale: Double,
      isRelaxed: Bool, objectives: [Objective]
    ) {
      self.scenarios = scenarios
      self.settings = settings.map { [$0.path, $0.value] }
      self.budgetScale = budgetScale
      self.isRelaxed = isRelaxed
      self.objectives = objectives.map(\.written)
    }
  }

  /// One objective.
  public struct Stage: Codable, Sendable, Equatable {
    public var objective: String
    /// The value that later objectives hold it to, but for the tolerance of formulation section 6, objectives.
    public var best: Double
    /// One a row: those of the program, then those that hold objectives. For whole-number plans they are of
    /// the relaxed program.
    public var multipliers: [Double]
    /// A letter a column and then a row: `B` basic, `L` and `U` at a bound, `F` free, `X` fixed.
    public var basis: String?
  }

  public var certificate: Int
  public var model: String
  public var question: Question
  public var rows: Int
  public var columns: Int
  /// Of the program's numbers: tells whether the model has been changed since.
  public var fingerprint: String
  public var status: String
  /// One value a column; empty where there is no plan.
  public var point: [Double]
  public var stages: [Stage]
  /// Where there is no plan: one a row.
  public var conflict: [Double]?

  /// The certificate of an answer. Whole-number plans need their relaxed programs solved for it.
  ///
  /// - Parameter cancellation: stops those solves; what they would have proven is then left open.
  public init(
    _ allocation: AllocationProgram, _ solution: AllocationSolution, question: Question,
    cancellation: Cancellation? = nil
  ) {
    certificate = Self.formatVersion
    model = allocation.model.name
    self.question = question
    rows = allocation.program.rowCount
    columns = allocation.program.columnCount
    fingerprint = allocation.program.fingerprint
    status = solution.status.rawValue
    point = solution.point
    stages = solution.stages.compactMap { stage in
      guard let best = stage.value else { return nil }
      return Stage(
        objective: stage.objective.written, best: best,
        multipliers: stage.rowDuals.map { $0.isFinite ? $0 : 0 }, basis: stage.basis?.letters)
    }
    if let found = solution.conflict {
      var multipliers = [Double](repeating: 0, count: rows + allocation.objectives.count - 1)
      for term in found.rows where multipliers.indices.contains(term.index) {
        multipliers[term.index] = term.weight
      }
      conflict = multipliers
    }
    if allocation.program.integerCount > 0 { relax(allocation, cancellation) }
    repair(allocation)
  }

  /// Brings rounding errors of the multipliers to where they do no harm.
  private mutating func repair(_ allocation: AllocationProgram) {
    var held = allocation.programWithHeldRows
    for (index, vector) in allocation.objectives.enumerated().prefix(stages.count) {
      held.minimise(vector)
      stages[index].multipliers = held.repairedMultipliers(stages[index].multipliers)
      if index < allocation.objectives.count - 1 {
        held.hold(vector, best: stages[index].best, inRow: rows + index)
      }
    }
  }

  /// Multipliers of the fixed program say nothing about other whole numbers; those of the relaxed program do.
  private mutating func relax(_ allocation: AllocationProgram, _ cancellation: Cancellation?) {
    var program = allocation.programWithHeldRows
    for j in 0..<program.columnCount where program.isInteger[j] { program.setInteger(j, false) }
    var options = SolverOptions()
    options.cancellation = cancellation
    let found = try? withSolverSession(program) { session in
      var found: [Solution?] = []
      for (index, vector) in allocation.objectives.enumerated().prefix(stages.count) {
        if index > 0 { try session.minimise(vector) }
        if case .optimal(let solution) = try session.solve(options) {
          found.append(solution)
        } else {
          found.append(nil)
        }
        if index < allocation.objectives.count - 1 {
          try session.hold(
            vector, best: stages[index].best, inRow: allocation.program.rowCount + index)
        }
      }
      return found
    }
    for index in stages.indices {
      let solution = found.flatMap { index < $0.count ? $0[index] : nil }
      stages[index].multipliers = solution?.rowDuals ?? []
      stages[index].basis = solution?.basis?.letters
    }
  }

  // MARK: As a file

  /// - Throws: what is wrong, in words.
  public init(bytes: [UInt8]) throws(CertificateError) {
    guard bytes.count <= Self.largestSize else {
      throw CertificateError(description: "the file is larger than 512 MB")
    }
    let decoder = JSONDecoder()
    struct Version: Decodable { var certificate: Int }
    let version = try? decoder.decode(Version.self, from: Data(bytes))
    guard let version else {
      throw CertificateError(
        description:
          "this is not a certificate; `lodestone solve MODEL --prove FILE` writes one to FILE")
    }
    guard version.certificate == Self.formatVersion else {
      throw CertificateError(
        description:
          "the certificate has format \(version.certificate), this program reads \(Self.formatVersion)"
      )
    }
    do {
      self = try decoder.decode(PlanCertificate.self, from: Data(bytes))
    } catch {
      throw CertificateError(description: "the certificate is damaged")
    }
  }

  /// The file, the same bytes on every run.
  public var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return ((try? encoder.encode(self)).map { [UInt8]($0) } ?? []) + [UInt8(ascii: "\n")]
  }
}

/// Why a file is not a certificate.
public struct CertificateError: Error, Sendable, CustomStringConvertible {
  public let description: String

  public init(description: String) { self.description = description }
}

extension Basis {
  fileprivate static let alphabet: [(letter: Character, status: Status)] = [
    ("B", .basic), ("L", .atLower), ("U", .atUpper), ("F", .free), ("X", .fixed),
  ]

  /// A letter a column and then a row.
  var letters: String {
    String(
      (columns + rows).map { status in
        Basis.alphabet.first { $0.status == status }?.letter ?? "F"
      })
  }

  /// The basis that letters stand for; nil where they do not fit.
  init?(letters: String, columns count: Int, rows rowCount: Int) {
    let states = letters.compactMap { letter in
      Basis.alphabet.first { $0.letter == letter }?.status
    }
    guard states.count == letters.count, states.count == count + rowCount else { return nil }
    self.init(columns: Array(states[..<count]), rows: Array(states[count...]))
  }
}

extension LinearProgram {
  /// FNV-1a over all numbers, 64 bits in hexadecimal.
  public var fingerprint: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ bits: UInt64) {
      var rest = bits
      for _ in 0..<8 {
        hash = (hash ^ (rest & 0xFF)) &* 0x100_0000_01B3
        rest >>= 8
      }
    }
    for list in [cost, columnLower, columnUpper, rowLower, rowUpper, coefficient] {
      for value in list { add(value.bitPattern) }
    }
    for value in isInteger { add(value ? 1 : 0) }
    for value in columnIndex { add(UInt64(UInt32(bitPattern: value))) }
    for value in rowStart { add(UInt64(value)) }
    return String(hash, radix: 16)
  }
}
