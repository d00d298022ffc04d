import Support

/// Reads files that are not models.
public enum Input {
  /// The bytes of a regular file of at most `limit` bytes; devices, pipes and folders are refused without reading them.
  public static func bytes(_ path: String, atMost limit: Int) throws(InputError) -> [UInt8] {
    do throws(FileProblem) {
      return try fileBytes(path, atMost: limit)
    } catch {
      switch error {
      case .noName, .notFound:
        throw InputError(description: "cannot be opened: No such file or directory")
      case .notOpened(let reason): throw InputError(description: "cannot be opened: \(reason)")
      case .isFolder, .notRegular: throw InputError(description: "is not a regular file")
      case .tooLarge(let limit):
        throw InputError(description: "is larger than \(limit >> 20) MB")
      case .notRead, .grew: throw InputError(description: "cannot be read")
      }
    }
  }
}

/// Why a file cannot be read.
public struct InputError: Error, Sendable, CustomStringConvertible {
  public let description: String
}
