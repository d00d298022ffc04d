import CGLPK
import Foundation
import Support

/// Reads the formats that GLPK's own readers know, on a thread of its own with a large stack: a model's
/// definitions may call themselves.
struct GLPKReader: Sendable {
  let path: String
  let format: ProgramFile.Format
  let cancellation: Cancellation?

  typealias Answer = Result<(program: LinearProgram, isMaximised: Bool), ProgramFileError>

  /// Bytes; only what is used is taken from the machine.
  private static let stackSize = 256 << 20
  /// Megabytes that GLPK may ask for.
  private static let memoryLimit: Int32 = 1024

  func read() throws(ProgramFileError) -> (program: LinearProgram, isMaximised: Bool) {
    let place = AnswerPlace()
    guard WorkerThread.start(stackSize: Self.stackSize, { place.put(answer()) }) else {
      throw ProgramFileError(line: 0, message: "not enough memory to read the program")
    }
    return try place.take().get()
  }

  private func answer() -> Answer {
    var log = [CChar](repeating: 0, count: 4096)
    var problem: OpaquePointer?
    let kind = Int32(format == .mod ? LPK_FORMAT_MATHPROG : LPK_FORMAT_LP)
    let status = lpk_read(
      path, kind, Self.memoryLimit, Self.stackSize, cancellation?.flag, &log, Int32(log.count),
      &problem)
    guard status == LPK_OK, let problem else {
      let words = String(
        decoding: log.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return .failure(fault(status, words))
    }
    defer { _ = lpk_delete(problem) }
    guard let read = extract(problem) else {
      return .failure(ProgramFileError(line: 0, message: "not enough memory for the program"))
    }
    return .success(read)
  }

  // MARK: Complaints

  /// GLPK writes `file:line: what`, then sometimes the words before it; warnings come earlier.
  private func fault(_ status: Int32, _ log: String) -> ProgramFileError {
    switch Int(status) {
    case Int(LPK_INTERRUPTED): return ProgramFileError(line: 0, message: "stopped while reading")
    case Int(LPK_OVERFLOW):
      return ProgramFileError(line: 0, message: "expressions or definitions nest too deeply")
    case Int(LPK_MEMORY): return ProgramFileError(line: 0, message: "not enough memory")
    default: break
    }
    let lines = log.split(whereSeparator: \.isNewline)
    for text in lines.reversed() where text.hasPrefix(path + ":") {
      let parts = text.dropFirst(path.count + 1).split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let line = Int(parts[0]) else { continue }
      return ProgramFileError(line: line, message: plain(parts[1].drop { $0 == " " }))
    }
    if log.contains("memory allocation") {
      let limit = "the model asks for more than \(Self.memoryLimit) MB to be translated"
      return ProgramFileError(line: 0, message: limit)
    }
    let last = lines.last { !$0.hasPrefix("Error detected in file") } ?? "it cannot be read"
    return ProgramFileError(line: 0, message: plain(last))
  }

  private func plain(_ text: Substring) -> String {
    String(
      text.prefix(300).unicodeScalars.map { scalar -> Character in
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "?" : Character(scalar)
      })
  }

  // MARK: The program

  private func extract(_ problem: OpaquePointer) -> (program: LinearProgram, isMaximised: Bool)? {
    var size = lpk_size()
    guard lpk_get_size(problem, &size) == LPK_OK else { return nil }
    let (rows, columns, entries) = (Int(size.rows), Int(size.columns), Int(size.entries))
    var lower = [Double](repeating: 0, count: max(rows, columns, 1))
    var upper = lower
    var cost = lower
    var isInteger = [UInt8](repeating: 0, count: max(columns, 1))
    guard lpk_get_columns(problem, &lower, &upper, &cost, &isInteger) == LPK_OK else { return nil }
    let sign = size.is_maximised != 0 ? -1.0 : 1.0
    var program = LinearProgram()
    program.reserve(columns: columns, rows: rows, nonzeros: entries)
    for j in 0..<columns {
      program.addColumn(
        lower: lower[j], upper: upper[j], cost: sign * cost[j], integer: isInteger[j] != 0)
    }
    var start = [Int64](repeating: 0, count: rows + 1)
    var index = [Int32](repeating: 0, count: max(entries, 1))
    var value = [Double](repeating: 0, count: max(entries, 1))
    guard lpk_get_rows(problem, &lower, &upper, &start, &index, &value) == LPK_OK else {
      return nil
    }
    for i in 0..<rows {
      // The library keeps no order within a row.
      let entries = (Int(start[i])..<Int(start[i + 1])).sorted { index[$0] < index[$1] }
      for k in entries { program.addEntry(Int(index[k]), value[k]) }
      program.finishRow(lower: lower[i], upper: upper[i])
    }
    program.objectiveOffset = sign * size.offset
    let columnNames = (0..<columns).map { name(problem, isRow: false, $0) }
    let rowNames = (0..<rows).map { name(problem, isRow: true, $0) }
    program.columnName = { columnNames.indices.contains($0) ? columnNames[$0] : "c\($0 + 1)" }
    program.rowName = { rowNames.indices.contains($0) ? rowNames[$0] : "r\($0 + 1)" }
    return (program, size.is_maximised != 0)
  }

  private func name(_ problem: OpaquePointer, isRow: Bool, _ index: Int) -> String {
    guard let text = lpk_get_name(problem, isRow ? 1 : 0, Int32(truncatingIfNeeded: index)) else {
      return (isRow ? "r" : "c") + "\(index + 1)"
    }
    return String(cString: text)
  }
}

/// Where one thread leaves its answer for another that waits for it.
private final class AnswerPlace: @unchecked Sendable {
  // Written once before the signal and read once after it.
  private var answer: GLPKReader.Answer?
  private let isThere = DispatchSemaphore(value: 0)

  func put(_ answer: GLPKReader.Answer) {
    self.answer = answer
    isThere.signal()
  }

  func take() -> GLPKReader.Answer {
    isThere.wait()
    return answer ?? .failure(ProgramFileError(line: 0, message: "it cannot be read"))
  }
}
