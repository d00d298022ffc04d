import Analysis

/// Where two plans or folders of results differ: for people, programs and spreadsheets.
public struct ResultDifferenceReport: Sendable {
  /// The differences of one file.
  public struct File: Sendable {
    public var name: String
    /// nil: only one of the two has it, and `only` says which.
    public var differences: [ResultDifference]?
    public var only: String?
    public init(name: String, differences: [ResultDifference]?, only: String? = nil) {
      self.name = name
      self.differences = differences
      self.only = only
    }
  }

  private let names: (before: String, after: String)
  private let files: [File]

  public init(_ names: (before: String, after: String), _ files: [File]) {
    self.names = names
    self.files = files
  }

  public var isSame: Bool { files.allSatisfy { $0.differences?.isEmpty == true } }

  // MARK: Terminal

  private static let shown = 12

  /// The largest differences of each table.
  public func text(style: TerminalStyle) -> String {
    var lines: [String] = []
    for file in files {
      guard let differences = file.differences else {
        lines.append("\(file.name): only in \(file.only ?? "")")
        continue
      }
      var order: [String] = []
      var byTable: [String: [ResultDifference]] = [:]
      for difference in differences {
        if byTable[difference.table] == nil { order.append(difference.table) }
        byTable[difference.table, default: []].append(difference)
      }
      for table in order {
        let title = (files.count > 1 ? file.name + " " : "") + (table.isEmpty ? "result" : table)
        lines += (lines.isEmpty ? [] : [""]) + [style.bold(printable(title))]
        lines += rows(byTable[table] ?? [], style)
      }
    }
    return lines.isEmpty ? "No difference.\n" : lines.joined(separator: "\n") + "\n"
  }

  private func rows(_ differences: [ResultDifference], _ style: TerminalStyle) -> [String] {
    let sorted = differences.enumerated().sorted { a, b in
      (-abs(a.element.change ?? .infinity), a.offset)
        < (-abs(b.element.change ?? .infinity), b.offset)
    }.map(\.element)
    var grid = TextGrid([.left, .right, .right, .right])
    grid.add(["", names.before, names.after, "difference"])
    for difference in sorted.prefix(Self.shown) {
      let row = [difference.row, difference.member == "value" ? "" : difference.member]
        .filter { !$0.isEmpty }.joined(separator: ": ")
      grid.add([
        row, words(difference.before), words(difference.after),
        difference.change.map(ValueWords.signed) ?? "",
      ])
    }
    let more = sorted.count - Self.shown
    return grid.lines(width: style.width) + (more > 0 ? ["  and \(more) more"] : [])
  }

  private func words(_ value: ResultDifference.Value?) -> String {
    switch value {
    case nil: "—"
    case .number(let number): ValueWords.significant(number)
    case .text(let text): text
    }
  }

  // MARK: JSON and tables

  public var json: JSONValue {
    .object([
      ("schema_version", .integer(1)), ("kind", .string("results")),
      ("before", .string(names.before)), ("after", .string(names.after)),
      ("same", .bool(isSame)),
      (
        "only",
        .array(
          files.filter { $0.differences == nil }.map {
            .object([("file", .string($0.name)), ("in", .string($0.only ?? ""))])
          })
      ), ("differences", table.json),
    ])
  }

  public var tables: [Table] { [table] }

  private func cell(_ value: ResultDifference.Value?) -> Table.Cell {
    switch value {
    case nil: .empty
    case .number(let number): .number(number)
    case .text(let text): .text(text)
    }
  }

  private var table: Table {
    Table(
      "differences",
      [
        .init("file"), .init("table"), .init("row"), .init("member"), .init("before"),
        .init("after"), .init("difference"),
      ],
      rows: files.flatMap { file in
        (file.differences ?? []).map { difference in
          [
            .text(file.name), .text(difference.table), .text(difference.row),
            .text(difference.member), cell(difference.before), cell(difference.after),
            difference.change.map { .number($0) } ?? .empty,
          ]
        }
      })
  }
}
