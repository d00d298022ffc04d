/// Writes a program as a free MPS file: the same bytes on every run, with numbers that read back exactly.
///
/// The word `FREE` after the name tells readers that would guess the format from the columns of the text.
/// Readers disagree on the sign of a right-hand side of the objective row, so the offset of the objective
/// becomes a column `objective_constant` that is fixed at 1. Rows without bounds are free rows (`N`), which
/// some readers drop.
public struct MPSWriter: ProgramWriter {
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
    buffer.append("NAME lodestone FREE")
    try buffer.endLine()
    try writeRows(&buffer)
    try writeColumns(&buffer)
    try writeRightHandSides(&buffer)
    try writeBounds(&buffer)
    buffer.append("ENDATA")
    try buffer.endLine()
    try buffer.flush()
  }

  private static let constant = Array("objective_constant".utf8)

  private func isRange(_ row: Int) -> Bool {
    let lower = program.rowLower[row]
    let upper = program.rowUpper[row]
    return lower.isFinite && upper.isFinite && lower != upper
  }

  private func writeRows(_ buffer: inout ByteBuffer) throws {
    buffer.append("ROWS")
    try buffer.endLine()
    buffer.append(" N obj")
    try buffer.endLine()
    for i in 0..<program.rowCount {
      if program.rowLower[i] == program.rowUpper[i] {
        buffer.append(" E ")
      } else if program.rowUpper[i].isFinite {
        buffer.append(" L ")
      } else {
        buffer.append(program.rowLower[i].isFinite ? " G " : " N ")
      }
      buffer.append(names.rows[i])
      try buffer.endLine()
    }
  }

  private func writeColumns(_ buffer: inout ByteBuffer) throws {
    buffer.append("COLUMNS")
    try buffer.endLine()
    let matrix = program.byColumns()
    var isMarked = false
    var markers = 0
    for j in 0..<program.columnCount {
      if program.isInteger[j] != isMarked {
        isMarked = program.isInteger[j]
        markers += 1
        try writeMarker(markers, isMarked, &buffer)
      }
      let entries = matrix.start[j]..<matrix.start[j + 1]
      if program.cost[j] != 0 || entries.isEmpty {
        try writeEntry(names.columns[j], Array("obj".utf8), program.cost[j], &buffer)
      }
      for k in entries {
        try writeEntry(
          names.columns[j], names.rows[Int(matrix.row[k])], matrix.coefficient[k], &buffer)
      }
    }
    if isMarked { try writeMarker(markers + 1, false, &buffer) }
    if program.objectiveOffset != 0 {
      try writeEntry(Self.constant, Array("obj".utf8), program.objectiveOffset, &buffer)
    }
  }

  private func writeMarker(_ number: Int, _ opens: Bool, _ buffer: inout ByteBuffer) throws {
    buffer.append(" M")
    buffer.append(integer: number)
    buffer.append(opens ? " 'MARKER' 'INTORG'" : " 'MARKER' 'INTEND'")
    try buffer.endLine()
  }

  private func writeEntry(
    _ first: [UInt8], _ second: [UInt8], _ value: Double, _ buffer: inout ByteBuffer
  ) throws {
    buffer.append(" ")
    buffer.append(first)
    buffer.append(" ")
    buffer.append(second)
    buffer.append(" ")
    buffer.append(value)
    try buffer.endLine()
  }

  private func writeRightHandSides(_ buffer: inout ByteBuffer) throws {
    buffer.append("RHS")
    try buffer.endLine()
    let set = Array("RHS".utf8)
    for i in 0..<program.rowCount {
      let upper = program.rowUpper[i]
      let value = upper.isFinite ? upper : program.rowLower[i]
      if value.isFinite && value != 0 { try writeEntry(set, names.rows[i], value, &buffer) }
    }
    let ranges = (0..<program.rowCount).filter(isRange)
    if ranges.isEmpty { return }
    buffer.append("RANGES")
    try buffer.endLine()
    for i in ranges {
      let width = program.rowUpper[i] - program.rowLower[i]
      try writeEntry(Array("RNG".utf8), names.rows[i], width, &buffer)
    }
  }

  private func writeBounds(_ buffer: inout ByteBuffer) throws {
    buffer.append("BOUNDS")
    try buffer.endLine()
    for j in 0..<program.columnCount {
      let lower = program.columnLower[j]
      let upper = program.columnUpper[j]
      if lower == upper {
        try writeBound(" FX BND ", names.columns[j], lower, &buffer)
        continue
      }
      if !lower.isFinite && !upper.isFinite {
        try writeBound(" FR BND ", names.columns[j], nil, &buffer)
        continue
      }
      if !lower.isFinite {
        try writeBound(" MI BND ", names.columns[j], nil, &buffer)
      } else if lower != 0 || program.isInteger[j] {
        try writeBound(" LO BND ", names.columns[j], lower, &buffer)
      }
      if upper.isFinite {
        try writeBound(" UP BND ", names.columns[j], upper, &buffer)
      } else if program.isInteger[j] {
        try writeBound(" PL BND ", names.columns[j], nil, &buffer)
      }
    }
    if program.objectiveOffset != 0 { try writeBound(" FX BND ", Self.constant, 1, &buffer) }
  }

  private func writeBound(
    _ kind: StaticString, _ column: [UInt8], _ value: Double?, _ buffer: inout ByteBuffer
  ) throws {
    buffer.append(kind)
    buffer.append(column)
    if let value {
      buffer.append(" ")
      buffer.append(value)
    }
    try buffer.endLine()
  }
}
