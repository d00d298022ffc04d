import ArgumentParser
import Foundation
import Reporting
import SupplyChain
import Support

struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a commented model file to start from; it solves as it is.",
    discussion: """
      Examples:
        lodestone new my-country
        lodestone new my-country.yaml --template full
        lodestone new national --generate facilities=160,step=quarter,seed=3

      An existing file is not overwritten.
      """)

  @Argument(help: "The name of the model; the file is NAME.yaml.")
  var name: String

  @Option(name: .long, help: "starter, or full: every section, and the further keys as comments.")
  var template: Template = .starter

  @Option(
    name: .long,
    help:
      "Writes a made-up national programme of a standard size instead: facilities=160,step=quarter,seed=3,years=15,modules=yes,outcomes=200."
  )
  var generate: String?

  enum Template: String, ExpressibleByArgument, CaseIterable {
    case starter, full
  }

  func validate() throws {
    guard !name.isEmpty, !name.hasSuffix("/") else {
      throw ValidationError("the name is empty, expected something like my-country")
    }
    if let generate, case .failure(let problem) = ModelGenerator.parse(generate) {
      throw ValidationError("--generate: \(printable(problem.words))")
    }
  }

  func run() throws {
    let hasSuffix = name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    let path = hasSuffix ? name : name + ".yaml"
    guard !FileManager.default.fileExists(atPath: path) else {
      Terminal.writeError("lodestone: \(printable(path)) is there already; give another name\n")
      throw Ending.usage
    }
    let title = PathText.stem(of: path)
    let kind: ModelTemplate = template == .full ? .full : .starter
    var text = kind.text(name: title)
    if let generate, case .success(let generator) = ModelGenerator.parse(generate) {
      text = generator.text
    }
    do {
      try Output.write(file: path, bytes: Array(text.utf8))
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw error.isUsage ? Ending.usage : Ending.outputFailed
    }
    Terminal.write(
      "\(printable(path)) is written. Next:\n  lodestone solve \(New.quoted(path))\n"
        + "  lodestone solve \(New.quoted(path)) --scenario export_ban\n")
  }

  /// As a shell takes it.
  private static func quoted(_ path: String) -> String {
    let shown = printable(path)
    let isPlain = shown.allSatisfy { $0.isLetter || $0.isNumber || "._-/".contains($0) }
    return isPlain ? shown : "'" + shown.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
