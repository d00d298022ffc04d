import Foundation

/// A text that nodes point into, and the name it goes by in messages.
final class SourceFile: Sendable {
  let name: String
  let bytes: [UInt8]
  /// Whether positions in it have a line worth printing.
  let hasLines: Bool

  init(name: String, bytes: [UInt8], hasLines: Bool = true) {
    self.name = name
    self.bytes = bytes
    self.hasLines = hasLines
  }

  /// The text of a line, which counts from 1. Linear in the size of the file.
  func line(_ number: Int) -> String? {
    guard number > 0 else { return nil }
    return bytes.withUnsafeBufferPointer { text in
      var start = 0
      for _ in 1..<number {
        guard let end = text[start...].firstIndex(of: 0x0A) else { return nil }
        start = end + 1
      }
      var end = start
      while end < text.count, text[end] != 0x0A, end - start < 100_000 { end += 1 }
      if end > start, text[end - 1] == 0x0D { end -= 1 }
      return String(decoding: text[start..<end], as: UTF8.self)
    }
  }

  /// Line and column of a byte, both from 1; columns count characters.
  func place(ofByte offset: Int) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for byte in bytes.prefix(offset) {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }
}

/// Reads whole files with a bound on what may be read.
enum FileReader {
  /// Larger files are refused.
  static let largestSize = 64 << 20

  struct Problem: Error {
    var message: String
    var suggestion: String?
  }

  /// The bytes of a regular file. Devices, pipes and folders are refused without reading them.
  static func bytes(path: String, followsLink: Bool = true) throws(Problem) -> [UInt8] {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw Problem(message: "there is no file name", suggestion: nil)
    }
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | (followsLink ? 0 : O_NOFOLLOW))
    guard descriptor >= 0 else {
      let reason = errno == ENOENT ? "there is no such file" : String(cString: strerror(errno))
      throw Problem(message: "cannot be opened: \(reason)", suggestion: nil)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw Problem(message: "cannot be read: \(String(cString: strerror(errno)))", suggestion: nil)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR:
      throw Problem(
        message: "is a folder, not a file", suggestion: "name the model's YAML file in it")
    default:
      throw Problem(
        message: "is not a regular file", suggestion: "write the model to a file first")
    }
    let size = Int(status.st_size)
    guard size <= largestSize else { throw tooLarge }
    return try contents(descriptor, size: size)
  }

  private static var tooLarge: Problem {
    Problem(message: "is larger than 64 MB", suggestion: "move large tables to CSV files")
  }

  private static func contents(_ descriptor: Int32, size: Int) throws(Problem) -> [UInt8] {
    var failure: Problem?
    let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
      // One byte more than the size shows a file that grows.
      while count < buffer.count {
        let got = read(descriptor, buffer.baseAddress! + count, buffer.count - count)
        if got < 0 {
          if errno == EINTR { continue }
          failure = Problem(
            message: "cannot be read: \(String(cString: strerror(errno)))", suggestion: nil)
          break
        }
        if got == 0 { break }
        count += got
      }
    }
    if let failure { throw failure }
    guard bytes.count <= size else {
      throw Problem(message: "grew while it was read", suggestion: "try again")
    }
    return bytes
  }

  /// The absolute path without links, or nil where nothing is there.
  static func realPath(_ path: String) -> String? {
    guard !path.utf8.contains(0), let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
