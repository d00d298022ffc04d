/// Writes a program in GNU MathProg, which `glpsol --math` solves: the same bytes on every run, with numbers
/// that read back exactly.
///
/// A flat model: MathProg has no names with dots, so columns are `c1`, `c2`, … and rows `r1`, `r2`, …, each with
/// its name as a comment.
public struct MathProgWriter: ProgramWriter {
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
    for j in 0..<program.columnCount { try writeColumn(j, &buffer) }
    try line("minimize objective:", &buffer)
    buffer.append("  ")
    buffer.append(program.objectiveOffset)
    var position = 0
    for j in 0..<program.columnCount where program.cost[j] != 0 {
      try writeTerm(program.cost[j], j, &position, &buffer)
    }
    try line(";", &buffer)
    for i in 0..<program.rowCount { try writeRow(i, &buffer) }
    try line("solve;", &buffer)
    try line("end;", &buffer)
    try buffer.flush()
  }

  private func line(_ text: StaticString, _ buffer: inout ByteBuffer) throws {
    buffer.append(text)
    try buffer.endLine()
  }

  private func writeColumn(_ j: Int, _ buffer: inout ByteBuffer) throws {
    buffer.append("var c")
    buffer.append(integer: j + 1)
    if program.isInteger[j] { buffer.append(" integer") }
    let (lower, upper) = (program.columnLower[j], program.columnUpper[j])
    if lower == upper {
      buffer.append(" = ")
      buffer.append(lower)
    } else {
      if lower.isFinite {
        buffer.append(" >= ")
        buffer.append(lower)
      }
      if upper.isFinite {
        buffer.append(lower.isFinite ? ", <= " : " <= ")
        buffer.append(upper)
      }
    }
    buffer.append("; # ")
    buffer.append(names.columns[j])
    try buffer.endLine()
  }

  private func writeRow(_ i: Int, _ buffer: inout ByteBuffer) throws {
    let (lower, upper) = (program.rowLower[i], program.rowUpper[i])
    // A row without bounds restricts nothing; MathProg accepts no constraint without terms.
    if program.rowStart[i] == program.rowStart[i + 1] || !(lower.isFinite || upper.isFinite) {
      return
    }
    buffer.append("subject to r")
    buffer.append(integer: i + 1)
    buffer.append(": # ")
    buffer.append(names.rows[i])
    try buffer.endLine()
    buffer.append("  ")
    if lower.isFinite && upper.isFinite && lower != upper {
      buffer.append(lower)
      buffer.append(" <=")
    }
    var position = 0
    for k in program.rowStart[i]..<program.rowStart[i + 1] {
      try writeTerm(program.coefficient[k], Int(program.columnIndex[k]), &position, &buffer)
    }
    buffer.append(lower == upper ? " = " : upper.isFinite ? " <= " : " >= ")
    buffer.append(upper.isFinite ? upper : lower)
    try line(";", &buffer)
  }

  private func writeTerm(
    _ value: Double, _ column: Int, _ position: inout Int, _ buffer: inout ByteBuffer
  ) throws {
    if position > 0 && position % 6 == 0 {
      try buffer.endLine()
      buffer.append("   ")
    }
    position += 1
    buffer.append(value < 0 ? " - " : " + ")
    buffer.append(abs(value))
    buffer.append(" * c")
    buffer.append(integer: column + 1)
  }
}
