import Foundation

/// What a person sees who types commands: a text that holds the commands and what each printed, and that can
/// be played again. See `Tests/CommandTests/Golden/README.md`.
struct Transcript {
  /// A comment between commands, or a command and what it printed.
  enum Step: Equatable {
    case comment(String)
    case command(String)
  }

  var steps: [Step]

  init(_ text: String) {
    steps = text.components(separatedBy: "\n").compactMap { line in
      if line.hasPrefix("# ") || line == "#" { return .comment(line) }
      return line.hasPrefix("$ ") ? .command(String(line.dropFirst(2))) : nil
    }
  }

  /// A command whose output is too long to be kept: its digest is.
  static let digestMark = "  # digest"

  /// Runs every command with bash in a folder, and writes down what happened.
  /// - Parameters:
  ///   - folder: its path, which is left out of what is written down.
  ///   - run: runs one command and gives its exit code, standard output and standard error.
  func played(
    in folder: String, run: (String) throws -> (code: Int32, output: String, errors: String)
  ) rethrows -> String {
    var text = ""
    for step in steps {
      switch step {
      case .comment(let line): text += line + "\n"
      case .command(let line):
        let isDigest = line.hasSuffix(Self.digestMark)
        let result = try run(isDigest ? String(line.dropLast(Self.digestMark.count)) : line)
        let output = Mask.volatile(in: result.output, folder: folder)
        text += "$ \(line)\n"
        text += isDigest ? Self.digest(output) + "\n" : Self.indented(output, by: "  ")
        text += Self.indented(Mask.volatile(in: result.errors, folder: folder), by: "! ")
        if result.code != 0 { text += "→ exit \(result.code)\n" }
        text += "\n"
      }
    }
    return text
  }

  private static func indented(_ text: String, by indent: String) -> String {
    var lines = text.components(separatedBy: "\n")
    if lines.last == "" { lines.removeLast() }
    return lines.map { ($0.isEmpty ? "" : indent + $0) + "\n" }.joined()
  }

  /// The number of lines and a 64-bit hash (FNV-1a) of a text.
  private static func digest(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let lines = text.utf8.count { $0 == UInt8(ascii: "\n") }
    return "  \(lines) lines, digest \(String(hash, radix: 16))"
  }

  /// The lines that differ, with the last command before each run of them.
  static func difference(expected: String, found: String) -> String {
    let old = expected.components(separatedBy: "\n")
    let new = found.components(separatedBy: "\n")
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var lines: [String] = []
    var (i, j, command) = (0, 0, "")
    func show(_ line: String) {
      if !command.isEmpty { lines.append("  " + command) }
      command = ""
      lines.append(line)
    }
    while i < old.count || j < new.count {
      if i < old.count, removed.contains(i) {
        show("- " + old[i])
        i += 1
      } else if j < new.count, inserted.contains(j) {
        show("+ " + new[j])
        j += 1
      } else {
        if i < old.count, old[i].hasPrefix("$ ") { command = old[i] }
        i += 1
        j += 1
      }
    }
    let shown = 60
    let rest = lines.count > shown ? ["… and \(lines.count - shown) more lines"] : []
    return (lines.prefix(shown) + rest).joined(separator: "\n")
  }
}
