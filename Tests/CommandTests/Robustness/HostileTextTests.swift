import Foundation
import Testing

/// Names that a spreadsheet would run, a terminal would obey, or a page would take for markup, in every command
/// that writes a file.
@Suite struct HostileTextTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let attacks = [
    "=HYPERLINK(\"http://x\",\"y\")", "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd", "＝1+1",
    "a;=1+1", "</script><img src=x onerror=hacked()>", "{{7*7}} ${7*7} `id` $(id)", "a,b\"c'd",
  ]

  /// Cells of comma-separated text, by scalars; the parser of a spreadsheet and not ours.
  private func cells(_ text: String) -> [[String]] {
    var (rows, row, cell) = ([[String]](), [String](), String.UnicodeScalarView())
    var isQuoted = false
    for scalar in text.unicodeScalars {
      if scalar == "\"" {
        isQuoted.toggle()
        cell.append(scalar)
      } else if scalar == "," && !isQuoted {
        row.append(String(cell))
        cell = .init()
      } else if scalar == "\n" && !isQuoted {
        rows.append(row + [String(cell)])
        (row, cell) = ([], .init())
      } else {
        cell.append(scalar)
      }
    }
    return rows
  }

  private func expectHarmless(_ csv: String, _ name: String) {
    let rows = cells(csv)
    for row in rows {
      #expect(row.count == rows[0].count, "\(name): \(row)")
      for cell in row {
        let inner = cell.hasPrefix("\"") ? String(cell.dropFirst().dropLast()) : cell
        let isFormula = inner.unicodeScalars.first.map {
          "=+-@\t\r＝＋－＠".unicodeScalars.contains($0)
        }
        #expect(isFormula != true || Double(inner) != nil, "\(name): \(cell)")
        #expect(!inner.unicodeScalars.contains(";") || cell.hasPrefix("\""), "\(name): \(cell)")
      }
    }
  }

  @Test(arguments: attacks)
  func `no name becomes a formula in a table or a command on the terminal`(attack: String) throws {
    let name = attack.replacingOccurrences(of: "'", with: "''")
    var text = smallModel.replacingOccurrences(of: "name: one plant", with: "name: '\(name)'")
    for place in ["plant:\n", "grants: {", "poor: {", "magnet: { stage: magnet,"] {
      let isBlock = place.hasSuffix("\n")
      text = text.replacingOccurrences(
        of: place, with: place + (isBlock ? "    name: '\(name)'\n" : " name: '\(name)',"))
    }
    let model = try folder.write("model.yaml", text)
    for arguments in [
      ["solve", model, "--out", "solve"],
      ["compare", model, "--scenario", "poor", "--out", "compare"],
      ["frontier", model, "--out", "frontier"],
      ["sweep", model, "--vary", "budget_scale=0,1", "--store", "a.db"],
      ["describe", model], ["explain", model], ["floors", model], ["alternatives", model],
    ] {
      let result = try Program.run(arguments, in: folder)
      #expect(result.code == 0, "\(arguments): \(result.errors)")
      #expect(!(result.output + result.errors).contains("\u{1B}"))
    }
    for table in ["solve", "compare", "frontier"] {
      for file in folder.names(table) where file.hasSuffix(".csv") {
        let csv = try String(contentsOfFile: folder.path("\(table)/\(file)"), encoding: .utf8)
        expectHarmless(csv, "\(table)/\(file)")
      }
    }
    for command in [["results", "a.db", "--csv"], ["sources", model, "--csv"]] {
      let result = try Program.run(command, in: folder)
      #expect(!result.output.isEmpty, "\(command): \(result.errors)")
      expectHarmless(result.output, command[0])
    }
  }

  @Test func `ids cannot hold what names can`() throws {
    for id in ["'=1+1'", "'a|b'", "'<b>'", "'a b;c'", "\"a\\tb\""] {
      let text = smallModel.replacingOccurrences(of: "  plant:\n", with: "  \(id):\n")
      try #require(text != smallModel)
      let model = try folder.write("id.yaml", text)
      #expect(try Program.run(["validate", model], in: folder).code == 1, "\(id)")
    }
  }
}
