import Foundation
import Support

/// A program from a file in one of the formats that solvers share.
///
///     let file = try ProgramFile(path: "afiro.mps")
///     let outcome = try solve(file.program)
///
/// MPS is read by `MPSReader`, the CPLEX LP format and GNU MathProg by GLPK's own readers. A program is always
/// to be minimised: the costs and offset of a file that maximises have their signs turned.
public struct ProgramFile: Sendable {
  public enum Format: String, Sendable, CaseIterable {
    /// MPS, free or fixed.
    case mps
    /// The format of CPLEX, as far as GLPK reads it.
    case lp
    /// A model in GNU MathProg with its data in the same file.
    case mod

    /// The format that a path's ending names.
    public init?(path: String) {
      self.init(rawValue: PathText.suffix(of: path).lowercased())
    }
  }

  public var program: LinearProgram
  public var isMaximised: Bool

  /// Larger files are refused.
  static let largestSize = 1 << 30

  /// Reads a file in the format that its ending names, or in the one given.
  /// - Throws: `ProgramFileError` with the line where it is known.
  public init(
    path: String, format: Format? = nil, cancellation: Cancellation? = nil
  ) throws(ProgramFileError) {
    guard let format = format ?? Format(path: path) else {
      throw ProgramFileError(line: 0, message: "the name does not end in .mps, .lp or .mod")
    }
    let bytes = try Self.bytes(path)
    switch format {
    case .mps:
      do {
        let file = try MPSReader.read(bytes)
        (program, isMaximised) = (file.program, file.isMaximised)
      } catch {
        throw ProgramFileError(line: error.line, message: error.message)
      }
    case .lp, .mod:
      if format == .mod { try MathProgText(bytes).check() }
      let read = try GLPKReader(path: path, format: format, cancellation: cancellation).read()
      (program, isMaximised) = (read.program, read.isMaximised)
    }
  }

  /// The bytes of a regular file; devices, pipes and folders are refused without reading them.
  private static func bytes(_ path: String) throws(ProgramFileError) -> [UInt8] {
    do throws(FileProblem) {
      return try fileBytes(path, atMost: largestSize)
    } catch {
      let message =
        switch error {
        case .noName, .notFound, .notOpened: "the file cannot be opened"
        case .isFolder, .notRegular: "this is not a regular file"
        case .tooLarge: "the file is larger than \(largestSize >> 20) MB"
        case .notRead, .grew: "the file cannot be read"
        }
      throw ProgramFileError(line: 0, message: message)
    }
  }
}

/// Why a file is not a program, and where.
public struct ProgramFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// From 1; 0 where the whole file is meant or the line is not known.
  public var line: Int
  public var message: String

  public var description: String { line > 0 ? "line \(line): \(message)" : message }
}
