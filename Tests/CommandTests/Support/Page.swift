import Foundation
import TestSupport
import Testing

/// A page of the documentation as a reader follows it: files to write, commands, what they print.
///
/// The words after the language of a fenced block say what it is: `yaml file=NAME` is written to a
/// file and `append=NAME` added to one, `sh` is run (`exit=1`: and ends so; `norun`: only shown), and
/// a block of `text` after it quotes what is printed, `…` standing for any lines.
struct Page {
  struct Block {
    var language: String
    var words: [String: String]
    var line: Int
    var text: String
  }
  var name: String
  var blocks: [Block] = []

  init(_ name: String) throws {
    self.name = name
    let text = try String(
      contentsOf: Repository.url.appendingPathComponent(name), encoding: .utf8)
    var open: Block?
    for (index, line) in text.components(separatedBy: "\n").enumerated() {
      guard line.hasPrefix("```") else {
        open?.text += line + "\n"
        continue
      }
      if let block = open {
        blocks.append(block)
        open = nil
        continue
      }
      let words = line.dropFirst(3).split(separator: " ").map(String.init)
      let pairs = words.dropFirst().map { word in
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : "")
      }
      open = Block(
        language: words.first ?? "", words: Dictionary(pairs) { $1 }, line: index + 1, text: "")
    }
  }

  /// Does what the page says in a folder, and checks that what happens is what it shows.
  func follow(in folder: TemporaryFolder) throws {
    var printed: Program.Result?
    for block in blocks {
      switch block.language {
      case "yaml", "csv":
        if let file = block.words["file"] {
          _ = try folder.write(file, block.text)
        } else if let file = block.words["append"] {
          let before = try String(contentsOfFile: folder.path(file), encoding: .utf8)
          _ = try folder.write(file, before + block.text)
        }
      case "sh" where block.words["norun"] == nil:
        let result = try Program.shell(block.text, in: folder)
        let code = block.words["exit"].flatMap(Int32.init) ?? 0
        #expect(
          result.code == code, "\(name), line \(block.line): \(result.output)\(result.errors)")
        printed = result
      case "text":
        if let printed, let missing = Page.missing(block.text, in: printed) {
          Issue.record(
            "\(name), line \(block.line): '\(missing)' is not printed there:\n\(printed.output)")
        }
        printed = nil
      default:
        printed = nil
      }
    }
  }

  /// The first quoted line that is not printed where the quotation has it.
  private static func missing(_ quoted: String, in printed: Program.Result) -> String? {
    var rest = (printed.errors + printed.output).components(separatedBy: "\n")[...]
    // A command's first lines need not be quoted.
    var mayBeLater = true
    for line in quoted.components(separatedBy: "\n").dropLast() {
      if line == "…" {
        mayBeLater = true
        continue
      }
      let place =
        mayBeLater ? rest.firstIndex(of: line) : rest.first == line ? rest.startIndex : nil
      guard let place else { return line }
      rest = rest[(place + 1)...]
      mayBeLater = false
    }
    return nil
  }
}
