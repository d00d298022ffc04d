import Foundation
import Support

/// Awards from a file: a CSV table as `solve --out` writes it (`awards.csv`, `builds.csv`, `purchases.csv`) or as people
/// do, `plan.json`, or the folder of one.
///
///     let file = try AwardFile.read(path: "awards.csv")
///     let (awards, warnings) = try file.commitments(in: model)
public struct AwardFile: Sendable {
  /// As it was named.
  public let name: String
  let bytes: [UInt8]

  /// - Throws: why the file cannot be read.
  public static func read(path: String) throws(ModelErrors) -> AwardFile {
    var path = path
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      path = PathText.joined(path, "plan.json")
    }
    do throws(FileReader.Problem) {
      return AwardFile(name: path, bytes: try FileReader.bytes(path: path))
    } catch {
      throw ModelErrors(diagnostics: [
        Diagnostic(
          message:
            "the file of awards \(error.message.hasPrefix("there") ? "is missing" : error.message)",
          file: path, line: 0, column: 0,
          suggestion: isFolder.boolValue
            ? "name a folder that `solve --out` wrote" : error.suggestion)
      ])
    }
  }

  /// - Parameter name: what the text goes by in messages.
  public init(text: String, name: String = "awards.csv") {
    self.init(name: name, bytes: Array(text.utf8))
  }

  init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
  }

  /// What the file awards in a model, and what of it has no effect.
  ///
  /// - Throws: everything that is wrong with it, with line and column.
  public func commitments(
    in model: Model
  ) throws(ModelErrors) -> (awards: [Commitment], warnings: [Diagnostic]) {
    let log = DiagnosticLog()
    let number = log.add(SourceFile(name: name, bytes: bytes)) ?? 0
    let isJSON = bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 } == 0x7B
    let awards: [WrittenAward]
    if isJSON {
      var reader = AwardJSON(log: log, file: number, currency: model.currency)
      awards = reader.awards()
    } else {
      var reader = AwardTable(log: log, file: number, currency: model.currency)
      awards = reader.awards()
    }
    if log.hasErrors { throw log.errors }
    let found = CommitmentReader(model: model, log: log).commitments(awards)
    if log.hasErrors { throw log.errors }
    return (found, log.inFileOrder(log.warnings))
  }
}
