/// Writes a program in the CPLEX LP format, for people to read: the same bytes on every run, with numbers that
/// read back exactly.
///
/// Not every reader knows constants and rows with two bounds. So the offset becomes a column
/// `objective_constant` that is fixed at 1, and the activity of a row with two bounds, or none, a column
/// `range_…`.
public struct LPWriter: ProgramWriter {
  private let program: LinearProgram
  private let names: PlainNames

  public init(_ program: LinearProgram, names: ProgramNames = .generated) {
    self.program = program
    self.names = PlainNames(program, names)
  }

  /// Writes the file to `sink` in pieces.
  /// - Throws: what `sink` throws.
  public func write(to sink: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
    var buffer = ByteBuffer(sink)
    try writeObjective(&buffer)
    buffer.append("Subject To")
    try buffer.endLine()
    for i in 0..<program.rowCount { try writeRow(i, &buffer) }
    if program.rowCount == 0, program.columnCount > 0 {
      buffer.append(" none: 0 ")
      buffer.append(names.columns[0])
      buffer.append(" <= 0")
      try buffer.endLine()
    }
    try writeBounds(&buffer)
    try writeIntegers(&buffer)
    buffer.append("End")
    try buffer.endLine()
    try buffer.flush()
  }

  private func hasRangeColumn(_ row: Int) -> Bool {
    let lower = program.rowLower[row]
    let upper = program.rowUpper[row]
    return lower != upper && lower.isFinite == upper.isFinite
  }

  private func writeTerm(
    _ value: Double, _ name: [UInt8], _ position: Int, _ buffer: inout ByteBuffer
  ) throws {
    if position > 0 && position % 6 == 0 {
      try buffer.endLine()
      buffer.append("  ")
    }
    buffer.append(value < 0 ? " - " : " + ")
    if abs(value) != 1 {
      buffer.append(abs(value))
      buffer.append(" ")
    }
    buffer.append(name)
  }

  private func writeObjective(_ buffer: inout ByteBuffer) throws {
    buffer.append("Minimize")
    try buffer.endLine()
    buffer.append(" obj:")
    var position = 0
    for j in 0..<program.columnCount where program.cost[j] != 0 {
      try writeTerm(program.cost[j], names.columns[j], position, &buffer)
      position += 1
    }
    if program.objectiveOffset != 0 || position == 0 {
      try writeTerm(program.objectiveOffset, Array("objective_constant".utf8), position, &buffer)
    }
    try buffer.endLine()
  }

  private func writeRow(_ row: Int, _ buffer: inout ByteBuffer) throws {
    buffer.append(" ")
    buffer.append(names.rows[row])
    buffer.append(":")
    var position = 0
    for k in program.rowStart[row]..<program.rowStart[row + 1] {
      let column = names.columns[Int(program.columnIndex[k])]
      try writeTerm(program.coefficient[k], column, position, &buffer)
      position += 1
    }
    if hasRangeColumn(row) {
      try writeTerm(-1, Array("range_".utf8) + names.rows[row], position, &buffer)
      buffer.append(" = 0")
    } else {
      if position == 0 {
        buffer.append(" 0 ")
        buffer.append(names.columns.first ?? Array("objective_constant".utf8))
      }
      let lower = program.rowLower[row]
      let upper = program.rowUpper[row]
      buffer.append(lower == upper ? " = " : (upper.isFinite ? " <= " : " >= "))
      buffer.append(upper.isFinite ? upper : lower)
    }
    try buffer.endLine()
  }

  private func writeBounds(_ buffer: inout ByteBuffer) throws {
    buffer.append("Bounds")
    try buffer.endLine()
    if program.objectiveOffset != 0 || program.cost.allSatisfy({ $0 == 0 }) {
      buffer.append(" objective_constant = 1")
      try buffer.endLine()
    }
    for j in 0..<program.columnCount {
      let lower = program.columnLower[j]
      let upper = program.columnUpper[j]
      if lower == 0 && upper == .infinity && !program.isInteger[j] { continue }
      try writeBound(names.columns[j], lower, upper, &buffer)
    }
    for i in 0..<program.rowCount where hasRangeColumn(i) {
      let name = Array("range_".utf8) + names.rows[i]
      try writeBound(name, program.rowLower[i], program.rowUpper[i], &buffer)
    }
  }

  private func writeBound(
    _ name: [UInt8], _ lower: Double, _ upper: Double, _ buffer: inout ByteBuffer
  ) throws {
    buffer.append(" ")
    if lower == upper {
      buffer.append(name)
      buffer.append(" = ")
      buffer.append(lower)
    } else if !lower.isFinite && !upper.isFinite {
      buffer.append(name)
      buffer.append(" free")
    } else {
      if lower.isFinite {
        buffer.append(lower)
      } else {
        buffer.append("-inf")
      }
      buffer.append(" <= ")
      buffer.append(name)
      if upper.isFinite {
        buffer.append(" <= ")
        buffer.append(upper)
      }
    }
    try buffer.endLine()
  }

  private func writeIntegers(_ buffer: inout ByteBuffer) throws {
    if !program.isInteger.contains(true) { return }
    buffer.append("Generals")
    try buffer.endLine()
    for j in 0..<program.columnCount where program.isInteger[j] {
      buffer.append(" ")
      buffer.append(names.columns[j])
      try buffer.endLine()
    }
  }
}
