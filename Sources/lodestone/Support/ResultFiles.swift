import Reporting

/// Result files of a command, or the words and the ending where they cannot be written.
enum ResultFiles {
  /// The one JSON file of a command's `--out`; nothing where there is no folder.
  static func write(folder: String?, json name: String, _ value: JSONValue) throws {
    guard let folder else { return }
    try write(folder: folder, files: [(name: name, text: value.text)])
  }

  /// Ends where a command would replace what it reads.
  static func check(folder: String?, keeps paths: [String]) throws {
    guard let folder, let path = paths.first(where: { Output.isInside($0, folder: folder) }) else {
      return
    }
    Terminal.writeError(
      "lodestone: --out \(printable(folder)) would replace \(printable(path)), which is read; choose another folder\n"
    )
    throw Ending.usage
  }

  static func write(folder: String, files: [(name: String, text: String)]) throws {
    do {
      try Output.write(folder: folder, files: files)
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw error.isUsage ? Ending.usage : Ending.outputFailed
    }
  }
}
