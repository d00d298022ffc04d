import Foundation

/// Reads files that are not models.
public enum Input {
  /// The bytes of a regular file; devices, pipes and folders are refused without reading them.
  public static func bytes(_ path: String, atMost limit: Int) throws(InputError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InputError(description: "cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw InputError(description: "is not a regular file")
    }
    guard status.st_size <= limit else {
      throw InputError(description: "is larger than \(limit >> 20) MB")
    }
    guard let data = try? FileHandle(fileDescriptor: descriptor).read(upToCount: limit) else {
      throw InputError(description: "cannot be read")
    }
    return [UInt8](data)
  }
}

/// Why a file cannot be read.
public struct InputError: Error, Sendable, CustomStringConvertible {
  public let description: String
}
