/// Writes a program in a format that other solvers read.
public protocol ProgramWriter {
  /// Writes the file to `sink` in pieces.
  /// - Throws: what `sink` throws.
  func write(to sink: @escaping (UnsafeRawBufferPointer) throws -> Void) throws
}

extension ProgramWriter {
  /// The whole file.
  public func bytes() -> [UInt8] {
    var result: [UInt8] = []
    try? write { result.append(contentsOf: $0) }
    return result
  }
}
