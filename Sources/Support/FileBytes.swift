import Foundation

/// The bytes of a regular file of limited size. Devices, pipes and folders are refused without reading them.
///
/// - Parameters:
///   - limit: the largest size in bytes.
///   - followsLink: whether a symbolic link at the end of the path is followed.
/// - Throws: `FileProblem`.
package func fileBytes(
  _ path: String, atMost limit: Int, followsLink: Bool = true
) throws(FileProblem) -> [UInt8] {
  guard !path.isEmpty, !path.utf8.contains(0) else { throw .noName }
  let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | (followsLink ? 0 : O_NOFOLLOW))
  guard descriptor >= 0 else { throw errno == ENOENT ? .notFound : .notOpened(systemError) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw .notRead(systemError) }
  switch status.st_mode & S_IFMT {
  case S_IFREG: break
  case S_IFDIR: throw .isFolder
  default: throw .notRegular
  }
  let size = Int(status.st_size)
  guard size <= limit else { throw .tooLarge(limit: limit) }
  return try contents(descriptor, size: size)
}

/// Why a file was not read.
package enum FileProblem: Error, Equatable {
  /// The path is empty or holds a zero byte.
  case noName
  case notFound
  /// With the system's message.
  case notOpened(String)
  case isFolder
  /// A device, pipe or socket.
  case notRegular
  /// With the limit in bytes.
  case tooLarge(limit: Int)
  /// With the system's message.
  case notRead(String)
  /// The file was longer at the end of the reading than at its start.
  case grew
}

private var systemError: String { String(cString: strerror(errno)) }

private func contents(_ descriptor: Int32, size: Int) throws(FileProblem) -> [UInt8] {
  var failure: FileProblem?
  let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
    // One byte more than the size shows a file that grows.
    while count < buffer.count {
      let got = read(descriptor, buffer.baseAddress! + count, buffer.count - count)
      if got < 0 {
        if errno == EINTR { continue }
        failure = .notRead(systemError)
        break
      }
      if got == 0 { break }
      count += got
    }
  }
  if let failure { throw failure }
  guard bytes.count <= size else { throw .grew }
  return bytes
}
