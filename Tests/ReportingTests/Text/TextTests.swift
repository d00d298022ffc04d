import Testing

@testable import Reporting

/// Figures, tables and JSON.
@Suite struct TextTests {
  @Test func `numbers are grouped by thousands and rounded to the decimals asked for`() {
    #expect(Figure.number(1_234_567.891, decimals: 1) == "1,234,567.9")
    #expect(Figure.number(-0.04, decimals: 1) == "0.0")
    #expect(Figure.number(0.999, decimals: 2) == "1.00")
    #expect(Figure.percent(0.1234) == "12.3 %")
    #expect(Figure.tiny(3.14e-10) == "3.1e-10")
    #expect(Figure.tiny(0.00999) == "1.0e-2")
  }

  @Test func `a sparkline has one bar a value and a space where there is none`() {
    #expect(Figure.sparkline([0, 0.5, nil, 1], top: 1) == "▁▅ █")
  }

  @Test func `JSON keeps the order of keys and escapes what must be escaped`() {
    let value = JSONValue.object([
      ("b", .number(0.1)), ("a", .array([.integer(1), .number(2), .number(.nan)])),
      ("text", .string("a\"\\\n\u{1}\u{2028}")),
    ])
    #expect(
      value.text == """
        {
          "b": 0.1,
          "a": [1, 2, null],
          "text": "a\\"\\\\\\n\\u0001\\u2028"
        }

        """)
  }

  @Test func `CSV quotes separators and disarms formulas`() {
    let table = Table(
      "t", [.init("id"), .init("value", unit: "t/yr")],
      rows: [[.text("=cmd()"), .number(-3.5)], [.text("a,\"b\""), .empty]])
    #expect(table.csv == "id,value [t/yr]\n'=cmd(),-3.5\n\"a,\"\"b\"\"\",\n")
  }

  @Test func `CSV quotes by scalars: line ends of two, accents on separators, wide signs`() {
    let texts = ["a\r\nb", "a,\u{301}b", "\"\u{301}", "＝cmd()", "\t=1"]
    let table = Table("t", [.init("id")], rows: texts.map { [.text($0)] })
    #expect(
      Array(table.csv.utf8)
        == Array("id\n\"a\r\nb\"\n\"a,\u{301}b\"\n\"\"\"\u{301}\"\n'＝cmd()\n'\t=1\n".utf8))
  }

  @Test
  func `lines wider than the terminal are broken at spaces, colour takes no room, tables stay`() {
    let style = TerminalStyle(width: 40, hasColor: true)
    let table = "  mine        1,000  US\n"
    #expect(style.folded(table) == table)
    let colored = style.bold(String(repeating: "x", count: 20)) + " " + style.red("end")
    #expect(style.folded(colored) == colored)
    let long = "  " + Array(repeating: "money", count: 12).joined(separator: " ") + "\n"
    let lines = style.folded(long).split(separator: "\n")
    #expect(lines.count == 2 && lines.allSatisfy { $0.count <= 40 })
    #expect(lines[1].hasPrefix("    money"))
    #expect(lines.joined(separator: " ").split(separator: " ").count == 12)
  }

  @Test func `a grid that is too wide takes room from its widest words first, then from others`() {
    var grid = TextGrid([.left, .left, .right])
    grid.add([String(repeating: "a", count: 40), String(repeating: "b", count: 30), "1,000"])
    for width in [80, 60, 40] {
      let line = grid.lines(width: width)[0]
      #expect(line.count <= width && line.hasSuffix("1,000"))
    }
  }
}
