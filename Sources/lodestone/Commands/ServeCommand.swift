import ArgumentParser
import Foundation
import Reporting
import Service
import SupplyChain
import Support

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Opens a page in the browser on which levers are moved and the plan is seen to change.",
    discussion: """
      Examples:
        lodestone serve Models/tutorial.yaml --open
        lodestone serve model.yaml --port 8231

      The address that is printed holds a secret; whoever knows it can ask the model and save scenarios in its file. Only this machine is served, unless --address says otherwise. Each window has a session of its own; Ctrl-C ends the server.
      """)

  @Argument(help: "The model file (YAML).")
  var model: String

  @Option(name: .long, help: "The port; without it, any that is free.")
  var port: UInt16 = 0

  @Option(
    name: .long, help: "The address, in numbers, that is served; 127.0.0.1 is this machine alone.")
  var address = "127.0.0.1"

  @Flag(name: .long, help: "Opens the page in the browser.")
  var open = false

  @Option(name: .long, help: "Seconds after which a question is stopped.")
  var mostSeconds = 300.0

  @Option(name: .long, help: "Windows that may be open at a time.")
  var windows = 32

  func validate() throws {
    guard mostSeconds.isFinite, mostSeconds > 0 else {
      throw ValidationError("--most-seconds is a number of seconds above 0, found '\(mostSeconds)'")
    }
    guard (1...64).contains(windows) else {
      throw ValidationError("--windows is a whole number from 1 to 64, found '\(windows)'")
    }
    // A browser names the one address that it was given, and only that is answered.
    guard !["0.0.0.0", "::"].contains(address) else {
      throw ValidationError(
        "--address \(address) is no address that a browser can ask for; name the address that others use, e.g. 192.168.1.5"
      )
    }
  }

  func run() throws {
    let name: String
    do {
      name = try ModelDocument.read(path: model).base.name
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
    let interruption = Interruption()
    let server: PageServer
    do {
      server = try PageServer(settings(), page: page(name))
    } catch {
      Terminal.writeError("lodestone: \(printable("\(error)"))\n")
      throw Ending.usage
    }
    Terminal.write("\(printable(name)) is at\n\(server.address)\n")
    if open { Browser.open(server.address) }
    server.run(interruption.cancellation)
  }

  private func settings() -> PageServer.Settings {
    var settings = PageServer.Settings()
    settings.address = address
    settings.port = port
    settings.mostWindows = windows
    settings.program = Bundle.main.executablePath ?? CommandLine.arguments[0]
    settings.arguments = [
      "session", "--folder", folder, "--most-seconds", "\(mostSeconds)", "--workers", "2",
    ]
    return settings
  }

  private var folder: String {
    let folder = PathText.folder(of: model)
    return folder.isEmpty ? "." : folder
  }

  private func page(_ name: String) -> PageFiles {
    let library: ChartLibrary?
    do {
      library = try ChartLibrary.find(
        program: Bundle.main.executablePath ?? CommandLine.arguments[0])
    } catch {
      library = nil
      Terminal.writeError(
        "lodestone: warning: \(printable(error.description)); the page will show tables instead of charts\n"
      )
    }
    let files = LivePage(
      title: name, model: PathText.name(of: model),
      version: Lodestone.configuration.version, library: library
    ).files
    return PageFiles(files.mapValues { PageFiles.File(type: $0.type, bytes: $0.bytes) })
  }
}

/// The browser that this user prefers.
enum Browser {
  static func open(_ address: String) {
    #if os(macOS)
      let program = "/usr/bin/open"
    #else
      let program = "/usr/bin/xdg-open"
    #endif
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [address]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch {
      Terminal.writeError("lodestone: no browser could be opened; the address is above\n")
    }
  }
}
