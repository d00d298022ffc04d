import Foundation
import TestSupport
import Testing

@testable import SupplyChain

/// Tables as spreadsheets of the world save them: read the same, and with the same messages, whatever they are for.
@Suite struct SheetTests {
  private func withFolder<Value>(
    _ files: [String: Data], _ body: (String) throws -> Value
  ) throws -> Value {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sheets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, data) in files { try data.write(to: folder.appendingPathComponent(name)) }
    return try body(folder.path)
  }

  private func demand(_ csv: Data) throws -> Result<ModelDocument, ModelErrors> {
    try withFolder(["t.csv": csv]) { folder in
      Result { () throws(ModelErrors) in
        try Example.read(Example.small(adding: "tables: { demand: t.csv }"), folder: folder)
      }
    }
  }

  /// The message, line and column that a table of entries and a table of cases are answered with.
  private func problems(_ csv: Data) throws -> (entries: [String], cases: [String]) {
    func words(_ errors: ModelErrors) -> [String] {
      errors.diagnostics.map { "\($0.line):\($0.column): \($0.message)" }
    }
    var entries: [String] = []
    if case .failure(let errors) = try demand(csv) { entries = words(errors) }
    let cases = try withFolder(["c.csv": csv]) { folder in
      do throws(ModelErrors) {
        _ = try CaseTable.read(path: folder + "/c.csv")
        return [String]()
      } catch {
        return words(error)
      }
    }
    return (entries, cases)
  }

  @Test(arguments: [
    (
      "id;commodity;quantity\na;ore;1 t/yr\n",
      "1:1: the table's columns are separated by semicolons"
    ),
    ("sep=;\nid;commodity\n", "2:1: the table's columns are separated by semicolons"),
    ("id\tcommodity\n", "1:1: the table's columns are separated by tabs"),
    ("id,commodity,id\na,ore,b\n", "1:14: column 3 has the name of column 1, `id`"),
    ("id,commodity,,quantity\na,ore,x,1 t/yr\n", "1:14: column 3 has no name"),
    ("id,commodity\na,ore,x\n", "2:7: the row has 3 cells, the header has 2"),
    ("", "1:1: the table is empty"), (",,\n", "1:1: the table is empty"),
    ("id,commodity\n\"a,b\n", "2:1: the quote that begins here is never closed"),
  ])
  func `every table says the same of the same mistake`(csv: String, problem: String) throws {
    let (entries, cases) = try problems(Data(csv.utf8))
    #expect(entries.first == problem)
    #expect(cases.first == problem)
  }

  @Test func `text in another encoding is told`() throws {
    let utf16 = Data([0xFF, 0xFE]) + "id,commodity".data(using: .utf16LittleEndian)!
    #expect(try problems(utf16).entries == ["1:1: the table is UTF-16"])
    #expect(try problems(utf16).cases == ["1:1: the table is UTF-16"])
    let latin = Data("id,commodity\n".utf8) + Data([0xE9, 0x2C, 0x61])
    #expect(try problems(latin).entries == ["2:1: the table is not UTF-8 text: byte 13"])
    #expect(try problems(latin).cases == ["2:1: the table is not UTF-8 text: byte 13"])
  }

  /// What spreadsheets add to a table changes nothing in it.
  @Test func `a table is the same however it is saved`() throws {
    let header = ["id", "commodity", "quantity", "weight"]
    let rows = [
      ["a", "ore", "1 t/yr", "2"], ["b", "oxide", "2 t/yr", "0.5"], ["c", "ore", "3 t/yr", "1"],
    ]
    var random = Random(5)
    func text() -> Data {
      let end = ["\n", "\r\n", "\r"][random.below(3)]
      let extra = random.below(3)
      var lines = ([header] + rows).map { row in
        let cells = row.map { cell in
          switch random.below(4) {
          case 0: " " + cell
          case 1: cell + "\u{A0}"
          case 2: "\"" + cell + "\""
          default: cell
          }
        }
        return (cells + Array(repeating: "", count: extra)).joined(separator: ",")
      }
      for _ in 0..<random.below(3) { lines.append(String(repeating: ",", count: random.below(6))) }
      if random.below(2) == 0 { lines.insert(",,,", at: 2) }
      if random.below(3) == 0 { lines.insert("sep=,", at: 0) }
      let mark: [UInt8] = random.below(2) == 0 ? [0xEF, 0xBB, 0xBF] : []
      let isEnded = random.below(2) == 0
      return Data(mark) + Data((lines.joined(separator: end) + (isEnded ? end : "")).utf8)
    }
    for _ in 0..<300 {
      let data = text()
      let model = try demand(data).get().base
      #expect(
        model.demand.map(\.id) == ["cars", "a", "b", "c"],
        "\(String(decoding: data, as: UTF8.self))")
      #expect(model.demand.map(\.weight) == [1, 2, 0.5, 1])
      let plain = String(decoding: data, as: UTF8.self)
        .replacing("id", with: "scenario").replacing("oxscenarioe", with: "oxide")
      let cases = try CaseTable(text: plain)
      #expect(cases.rows == rows)
    }
  }

  @Test(arguments: ["\"1,0\"", "\"0,1\"", "\"0,5%\"", "\"0,0,1\""])
  func `decimal commas in a list are refused`(cell: String) throws {
    let csv =
      "id,stage,country,recipe.out.ore,expansion.max,expansion.capex,expansion.ramp\n"
      + "x,mine,US,1,1 kt/yr,5 kUSD/(t/yr),\(cell)\n"
    try withFolder(["t.csv": Data(csv.utf8)]) { folder in
      let problems = Example.diagnostics(
        Example.small(adding: "tables: { facilities: t.csv }"), folder: folder)
      #expect(problems.map(\.message) == ["a comma is not part of a number"])
      #expect(problems.map { "\($0.line):\($0.column)" } == ["2:35"])
    }
  }

  @Test(arguments: [
    ("\"0.4,0.8,1\"", [0.4, 0.8, 1]), ("40%;100%", [0.4, 1]), ("\"40%,100%\"", [0.4, 1]),
    ("\"0, 1\"", [0, 1]), ("0;1", [0, 1]), ("\"[0, 1]\"", [0, 1]), ("50%", [0.5]),
  ])
  func `lists with their separators are read`(cell: String, ramp: [Double]) throws {
    let csv =
      "id,stage,country,recipe.out.ore,expansion.max,expansion.capex,expansion.ramp\n"
      + "x,mine,US,1,1 kt/yr,5 kUSD/(t/yr),\(cell)\n"
    try withFolder(["t.csv": Data(csv.utf8)]) { folder in
      let model = try Example.read(
        Example.small(adding: "tables: { facilities: t.csv }"), folder: folder
      ).base
      #expect(model.facilities.last?.expansion?.ramp == ramp)
    }
  }

  @Test func `an empty cell that lifts a limit is told`() throws {
    let csv =
      "id,commodity,country,limit,price\na,ore,CN,,1 USD/kg\nb,ore,CN,5 t/yr,1 USD/kg\n"
      + "c,ore,CN,,1 USD/kg\n"
    try withFolder(["t.csv": Data(csv.utf8)]) { folder in
      let warnings = try Example.read(
        Example.small(adding: "tables: { imports: t.csv }"), folder: folder
      ).warnings
      #expect(
        warnings.map(\.message) == [
          "the cell of `limit` is empty: imports.a and 1 more have no limit"
        ])
      #expect(warnings.map { "\($0.line):\($0.column)" } == ["2:10"])
    }
  }

  // MARK: Cases

  @Test(arguments: [
    ("budget_scale\n\"0,5\"\n", "2:1: budget_scale: a comma is not part of a number"),
    ("budget_scale\n-1\n", "2:1: budget_scale: the value may not be negative"),
    ("demand.cars.quantity,budget_scale\n1 t/yr,many\n", "2:8: budget_scale: not a number"),
    ("demand..quantity\n1 t/yr\n", "1:1: a path has an empty part"),
  ])
  func `a case that cannot be is told at its cell`(csv: String, problem: String) throws {
    #expect(try problems(Data(csv.utf8)).cases == [problem])
  }

  @Test func `a budget scale may be a share or a factor`() throws {
    let table = try CaseTable(text: "budget_scale\n50%\nx2\n0.25\n1\n\"\"\n")
    #expect(table.rows == [["x0.5"], ["x2"], ["x0.25"], ["x1"], [""]])
  }

  @Test func `what is wrong with a case's value stands at its cell`() throws {
    let table = try CaseTable(
      text: "scenario,demand.cars.quantity,fund.x\n,1 kt/yr,\n,5,1\n", name: "cases.csv")
    let document = try Example.read(Example.small)
    for (column, place) in [(1, "cases.csv:3:2"), (2, "cases.csv:1:31")] {
      let setting = (path: table.columns[column], value: table.rows[1][column])
      let errors = #expect(throws: ModelErrors.self) { try document.model(settings: [setting]) }
      let found = try #require(errors.map { table.located($0, row: 1).diagnostics.first } ?? nil)
      #expect("\(found.file):\(found.line):\(found.column)" == place)
    }
  }
}
