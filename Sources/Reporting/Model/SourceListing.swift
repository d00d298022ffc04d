import SupplyChain

/// The sources of a model's numbers and how good the evidence is, for people and as a table.
public struct SourceListing {
  private let sources: NumberSources

  public init(_ sources: NumberSources) { self.sources = sources }

  public var table: Table {
    Table(
      "numbers",
      [
        .init("file"), .init("line"), .init("path"), .init("text"), .init("grade"),
        .init("sources"), .init("analogy"), .init("assumption"), .init("derived"),
      ],
      rows: sources.lines.map { line in
        [
          .text(line.file), .integer(line.number), .text(line.path), .text(line.text),
          .text(line.grade?.rawValue ?? ""), .text(line.keys.joined(separator: "; ")),
          .text(line.marks.analogy ?? ""), .text(line.assumption ?? ""),
          .text(
            line.marks.derivations.map { "\($0.expression) = \($0.value)" }
              .joined(separator: "; ")),
        ]
      })
  }

  // MARK: For people

  public func text(all: Bool, width: Int) -> String {
    var out = head(width)
    out += bibliography(width) + stale(width) + uncited(width)
    let most = all ? Int.max : 12
    out += section("Analogies", sources.lines.filter { $0.marks.analogy != nil }, width, most)
    out += section(
      "Assumptions", sources.lines.filter { $0.assumption != nil }, width, most)
    out += section("Without a grade", sources.ungraded, width, all ? .max : 20)
    if all {
      out += section(
        "With a source", sources.lines.filter { !$0.keys.isEmpty }, width, .max)
    }
    if !sources.unknownKeys.isEmpty {
      out += ["", "Not in sources.csv: " + printable(sources.unknownKeys.joined(separator: ", "))]
    }
    return out.joined(separator: "\n") + "\n"
  }

  private func head(_ width: Int) -> [String] {
    let day = sources.asOf.map { "The data stand as of \($0). " } ?? ""
    var out = [
      "\(day)\(sources.lines.count) lines hold numbers.", "", "How good the evidence is",
    ]
    var grid = TextGrid([.left, .left, .right, .right])
    let total = Double(max(sources.lines.count, 1))
    func add(_ grade: String, _ words: String, _ count: Int) {
      grid.add([grade, words, "\(count)", Figure.percent(Double(count) / total, decimals: 0)])
    }
    grid.add(["", "", "lines", ""])
    for grade in EvidenceGrade.allCases {
      add(grade.rawValue, grade.words, sources.count(grade))
    }
    if !sources.ungraded.isEmpty { add("–", "without a grade", sources.ungraded.count) }
    out += grid.lines(width: width)
    let derived = sources.lines.flatMap(\.marks.derivations)
    if !derived.isEmpty {
      let wrong = derived.count { $0.problem != nil }
      out.append(
        "\(derived.count) \(derived.count == 1 ? "number is" : "numbers are") derived; "
          + (wrong == 0 ? "each was worked out again." : "\(wrong) of them wrongly."))
    }
    return out
  }

  private func bibliography(_ width: Int) -> [String] {
    guard !sources.bibliography.isEmpty else { return [] }
    var grid = TextGrid([.right, .left, .left, .left])
    for entry in sources.bibliography {
      grid.add([
        "\(entry.lineCount)", entry.grade?.rawValue ?? "–", entry.key, SourceListing.words(entry),
      ])
    }
    return ["", "Sources, with the number of lines that rest on each"] + grid.lines(width: width)
  }

  private static func words(_ entry: NumberSources.Entry) -> String {
    [entry.title, entry.publisher, entry.date].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  private func stale(_ width: Int) -> [String] {
    guard let day = sources.asOf, !sources.stale.isEmpty else { return [] }
    var grid = TextGrid([.right, .left, .left, .left])
    for entry in sources.stale {
      grid.add(["\(entry.lineCount)", entry.grade?.rawValue ?? "–", entry.key, entry.date])
    }
    return ["", "Older than \(NumberSources.staleMonths) months on \(day), with their lines"]
      + grid.lines(width: width)
  }

  private func uncited(_ width: Int) -> [String] {
    let keys = sources.uncited.map(\.key)
    guard !keys.isEmpty else { return [] }
    return ["", "Cited nowhere: " + printable(keys.joined(separator: ", "))]
  }

  private func section(
    _ title: String, _ lines: [NumberSources.Line], _ width: Int, _ most: Int
  ) -> [String] {
    guard !lines.isEmpty else { return [] }
    var grid = TextGrid([.right, .left, .left])
    for line in lines.prefix(most) {
      let words =
        line.keys.map { "[\($0)]" } + [line.marks.analogy, line.assumption].compactMap(\.self)
      grid.add([place(line), line.path, words.joined(separator: " ")])
    }
    var out = ["", title] + grid.lines(width: width)
    if lines.count > most { out.append("  … and \(lines.count - most) more; --all shows them") }
    return out
  }

  /// The line's number; in tables beside the model with the file.
  private func place(_ line: NumberSources.Line) -> String {
    guard let first = sources.lines.first?.file, line.file != first else { return "\(line.number)" }
    return "\(line.file.split(separator: "/").last ?? ""):\(line.number)"
  }
}
