/// A two-stage stochastic program with finitely many outcomes, as SMPS files hold it: the program of a core, and by
/// outcome what differs from it.
public struct TwoStageProgram: Sendable {
  /// One outcome. Values replace those of the core, in rows and columns of the second stage.
  public struct Outcome: Sendable {
    public var name: String
    public var probability: Double
    public var costs: [(column: Int, value: Double)] = []
    public var coefficients: [(row: Int, column: Int, value: Double)] = []
    public var rightHandSides: [(row: Int, value: Double)] = []
    public var bounds: [(column: Int, lower: Double, upper: Double)] = []

    public init(name: String, probability: Double) {
      self.name = name
      self.probability = probability
    }
  }

  /// Columns and rows of the first stage come first. A row has one finite bound, or two that are equal. Costs of the
  /// first stage and the offset are expectations.
  public var core: LinearProgram
  public var firstStageColumns: Int
  public var firstStageRows: Int
  public var outcomes: [Outcome]

  public init(
    core: LinearProgram, firstStageColumns: Int, firstStageRows: Int, outcomes: [Outcome]
  ) {
    self.core = core
    self.firstStageColumns = firstStageColumns
    self.firstStageRows = firstStageRows
    self.outcomes = outcomes
  }
}

/// Writes a stochastic program as the three files of SMPS (Birge et al. 1987; Gassmann and Schweitzer 2001), in free
/// format: the core as an MPS file, the periods by their first column and row, and the outcomes as scenarios that
/// branch from the root in the second period.
public struct SMPSWriter {
  private let program: TwoStageProgram
  private let names: PlainNames

  public init(_ program: TwoStageProgram) {
    self.program = program
    names = PlainNames(program.core, .program)
  }

  /// The program of the core.
  public func core() -> [UInt8] { MPSWriter(program.core, names: .program).bytes() }

  /// Which column and row each period begins with.
  public func time() -> [UInt8] {
    collected { buffer in
      buffer.append("TIME lodestone")
      try buffer.endLine()
      buffer.append("PERIODS IMPLICIT")
      try buffer.endLine()
      try line(&buffer, [names.columns.first ?? Self.obj, Self.obj, Self.first])
      let column = program.firstStageColumns
      let row = program.firstStageRows
      if column < names.columns.count, row < names.rows.count {
        try line(&buffer, [names.columns[column], names.rows[row], Self.second])
      }
      buffer.append("ENDATA")
      try buffer.endLine()
    }
  }

  /// The outcomes with their probabilities and what they change.
  public func stochastic() -> [UInt8] {
    collected { buffer in
      buffer.append("STOCH lodestone")
      try buffer.endLine()
      buffer.append("SCENARIOS DISCRETE")
      try buffer.endLine()
      for (number, outcome) in program.outcomes.enumerated() { try write(outcome, number, &buffer) }
      buffer.append("ENDATA")
      try buffer.endLine()
    }
  }

  private func write(_ outcome: TwoStageProgram.Outcome, _ number: Int, _ buffer: inout ByteBuffer)
    throws
  {
    let name = outcome.name.utf8.prefix(60).map { byte -> UInt8 in
      byte >= 0x20 && byte < 0x7f ? byte : UInt8(ascii: "_")
    }
    try line(&buffer, [Array("* S\(number + 1): ".utf8) + name])
    try line(
      &buffer, [Array("SC S\(number + 1) 'ROOT'".utf8)], outcome.probability, Self.second)
    for cost in outcome.costs {
      try line(&buffer, [names.columns[cost.column], Self.obj], cost.value)
    }
    for entry in outcome.coefficients {
      try line(&buffer, [names.columns[entry.column], names.rows[entry.row]], entry.value)
    }
    for side in outcome.rightHandSides {
      try line(&buffer, [Array("RHS".utf8), names.rows[side.row]], side.value)
    }
    for bound in outcome.bounds {
      let column = names.columns[bound.column]
      if bound.lower == bound.upper {
        try line(&buffer, [Array("FX".utf8), Self.bounds, column], bound.lower)
        continue
      }
      if bound.lower.isFinite {
        try line(&buffer, [Array("LO".utf8), Self.bounds, column], bound.lower)
      } else {
        try line(&buffer, [Array("MI".utf8), Self.bounds, column])
      }
      if bound.upper.isFinite {
        try line(&buffer, [Array("UP".utf8), Self.bounds, column], bound.upper)
      } else {
        try line(&buffer, [Array("PL".utf8), Self.bounds, column])
      }
    }
  }

  private func line(
    _ buffer: inout ByteBuffer, _ words: [[UInt8]], _ value: Double? = nil, _ last: [UInt8]? = nil
  ) throws {
    for word in words {
      if !word.starts(with: Self.comment) { buffer.append(" ") }
      buffer.append(word)
    }
    if let value {
      buffer.append(" ")
      buffer.append(value)
    }
    if let last {
      buffer.append(" ")
      buffer.append(last)
    }
    try buffer.endLine()
  }

  private static let comment = Array("*".utf8)
  private static let obj = Array("obj".utf8)
  private static let first = Array("FIRST".utf8)
  private static let second = Array("SECOND".utf8)
  private static let bounds = Array("BND".utf8)

  private func collected(_ body: (inout ByteBuffer) throws -> Void) -> [UInt8] {
    var result: [UInt8] = []
    var buffer = ByteBuffer { result.append(contentsOf: $0) }
    try? body(&buffer)
    try? buffer.flush()
    return result
  }
}
