import ArgumentParser
import Foundation
import Reporting
import Service
import Support

struct RunSession: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session",
    abstract:
      "Answers questions about open models on standard input and output, for other programs.",
    discussion: """
      Examples:
        lodestone session
        lodestone session --folder Models --most-seconds 60

      JSON-RPC 2.0, each message with a Content-Length in front, as language servers have it: open a model, change it, undo, solve, compare, explain and so on, with progress and cancelling. What comes back is the JSON that the command of the same name prints with --json. Docs/session-protocol.md describes it.
      """)

  @Option(name: .long, help: "No path of a request leaves this folder.")
  var folder: String?

  @Option(name: .long, help: "Seconds after which a request is stopped.")
  var mostSeconds: Double?

  @Option(name: .long, help: "How many questions are worked on at a time; without it, one a core.")
  var workers: Int?

  func validate() throws {
    if let mostSeconds, !(mostSeconds.isFinite && mostSeconds > 0) {
      throw ValidationError("--most-seconds is a number of seconds above 0, found '\(mostSeconds)'")
    }
    if let workers, !(1...256).contains(workers) {
      throw ValidationError("--workers is a whole number from 1 to 256, found '\(workers)'")
    }
    if let folder {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder),
        isFolder.boolValue
      else { throw ValidationError("--folder: there is no folder '\(printable(folder))'") }
    }
  }

  func run() throws {
    ProcessMemory.keepFreed()
    var settings = SessionSettings()
    settings.folder = folder
    settings.mostSeconds = mostSeconds
    if let workers { settings.workers = workers }
    settings.version = Lodestone.configuration.version
    let output = MessageOutput()
    let session = Session(settings) { output.write($0) }
    var isUnderstood = true
    do throws(MessageFrames.Problem) {
      try MessageInput().read { body in
        session.receive(body)
        return !session.isEnded
      }
    } catch {
      isUnderstood = false
      session.refuse(error.description)
      Terminal.writeError("lodestone: standard input: \(error.description)\n")
    }
    session.end()
    if output.hasFailed { throw Ending.outputFailed }
    if !isUnderstood { throw Ending.usage }
  }
}
