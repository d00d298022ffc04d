import Reporting

/// Result files of a command, or the words and the ending where they cannot be written.
enum ResultFiles {
  /// The one JSON file of a command's `--out`; nothing where there is no folder.
  static func write(folder: String?, json name: String, _ value: JSONValue) throws {
    guard let folder else { return }
    try write(folder: folder, files: [(name: name, text: value.text)])
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
