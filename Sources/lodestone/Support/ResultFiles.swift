import Reporting

/// Result files of a command, or the words and the ending where they cannot be written.
enum ResultFiles {
  static func write(folder: String, files: [(name: String, text: String)]) throws {
    do {
      try Output.write(folder: folder, files: files)
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw error.isUsage ? Ending.usage : Ending.outputFailed
    }
  }
}
