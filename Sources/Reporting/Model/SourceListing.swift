import SupplyChain

/// The sources of a model's numbers, for people and as a table.
public struct SourceListing {
  private let sources: NumberSources

  public init(_ sources: NumberSources) { self.sources = sources }

  public var table: Table {
    Table(
      "numbers",
      [.init("line"), .init("path"), .init("text"), .init("sources"), .init("assumption")],
      rows: sources.lines.map { line in
        [
          .number(Double(line.number)), .text(line.path), .text(line.text),
          .text(line.keys.joined(separator: "; ")), .text(line.assumption ?? ""),
        ]
      })
  }

  public func text(all: Bool, width: Int) -> String {
    var out: [String] = []
    let cited = sources.lines.filter { !$0.keys.isEmpty }.count
    let assumed = sources.lines.filter { $0.keys.isEmpty && $0.assumption != nil }.count
    out.append(
      "\(sources.lines.count) lines hold numbers: \(cited) name a source, \(assumed) an assumption, "
        + "\(sources.bare.count) neither.")
    if !sources.bibliography.isEmpty {
      out += ["", "Sources, with the number of lines that rest on each"]
      var grid = TextGrid([.right, .left, .left])
      for entry in sources.bibliography {
        let uses = sources.lines.filter { $0.keys.contains(entry.key) }.count
        let words = [entry.title, entry.publisher, entry.date].filter { !$0.isEmpty }
        grid.add([String(uses), entry.key, words.joined(separator: ", ")])
      }
      out += grid.lines(width: width)
    }
    out += section(
      "Assumptions", sources.lines.filter { $0.assumption != nil }, width, all ? .max : 12)
    out += section("Neither source nor assumption", sources.bare, width, all ? .max : 20)
    if all {
      out += section("With a source", sources.lines.filter { !$0.keys.isEmpty }, width, .max)
    }
    if !sources.unknownKeys.isEmpty {
      out += ["", "Not in sources.csv: " + printable(sources.unknownKeys.joined(separator: ", "))]
    }
    return out.joined(separator: "\n") + "\n"
  }

  private func section(
    _ title: String, _ lines: [NumberSources.Line], _ width: Int, _ most: Int
  ) -> [String] {
    guard !lines.isEmpty else { return [] }
    var grid = TextGrid([.right, .left, .left])
    for line in lines.prefix(most) {
      let words = line.keys.map { "[\($0)]" } + [line.assumption].compactMap { $0 }
      grid.add(["\(line.number)", line.path, words.joined(separator: " ")])
    }
    var out = ["", title] + grid.lines(width: width)
    if lines.count > most { out.append("  … and \(lines.count - most) more; --all shows them") }
    return out
  }
}
