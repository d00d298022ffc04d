import Foundation
import Testing

@testable import SupplyChain

@Suite struct TableTests {
  /// A folder with files in it, for one test.
  private func withFolder<Value>(
    _ files: [String: String], _ body: (String) throws -> Value
  ) throws -> Value {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("tables-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    return try body(folder.path)
  }

  private func problems(_ csv: String, section: String = "facilities") throws -> [String] {
    try withFolder(["t.csv": csv]) { folder in
      let text = Example.small(adding: "tables: { \(section): t.csv }")
      return Example.diagnostics(text, folder: folder).map {
        "\($0.file.hasSuffix("t.csv") ? "t" : "m"):\($0.line):\($0.column): \($0.message)"
      }
    }
  }

  @Test func `rows become entries, and columns keys`() throws {
    let csv =
      "\u{FEFF}id,name,stage,country,tags,recipe.in.ore,recipe.out.oxide,existing.2026,"
      + "existing.2030,opex,expansion.max,expansion.capex\r\n"
      + "north,\"North, \"\"old\"\"\",separation,US,a;b,2,0.4,1 kt/yr,3 kt/yr,"
      + "\"{ 2026: 1 USD/kg, 2027: 2 USD/kg }\",,\r\n"
      + "south,,separation,AU,\"[c, d]\",2,0.4,,,,5 kt/yr,20 kUSD/(t/yr)\r\n"
    let model = try withFolder(["t.csv": csv]) { folder in
      try Example.read(Example.small(adding: "tables: { facilities: t.csv }"), folder: folder).base
    }
    #expect(model.facilities.map(\.id) == ["pit", "plant", "north", "south"])
    let north = model.facilities[2]
    #expect(north.name == "North, \"old\"")
    #expect(north.tags == ["a", "b"])
    #expect(north.existing == Series(years: [2026, 2030], values: [1000, 3000]))
    #expect(north.opex == Series(years: [2026, 2027], values: [1000, 2000]))
    #expect(north.recipe.inputs[0].amount == 2)
    #expect(north.expansion == nil)
    #expect(north.location.line == 2)
    let south = model.facilities[3]
    #expect(south.name == "south")
    #expect(south.tags == ["c", "d"])
    #expect(south.expansion?.max == 5000)
  }

  @Test func `limits and several files can be tables`() throws {
    let files = [
      "a.csv": "id,commodity,quantity\na,ore,1 t/yr\n",
      "b.csv": "id,commodity,quantity\nb,ore,2 t/yr",
      "l.csv": "name,measure,where.stage,at_most\nx,award,mine,5 MUSD\n",
    ]
    let model = try withFolder(files) { folder in
      try Example.read(
        Example.small(adding: "tables: { demand: [a.csv, b.csv], limits: l.csv }"), folder: folder
      ).base
    }
    #expect(model.demand.map(\.id) == ["cars", "a", "b"])
    #expect(model.limits.map(\.name) == ["mines", "x"])
  }

  @Test(arguments: [
    ("id,commodity,quantity\na,oxide,1 kt\n", "t:2:9: demand.a.quantity: the unit measures mass"),
    (
      "id,commodity,quantity\na,oxyde,1 t/yr\n",
      "t:2:3: demand.a.commodity: there is no commodity `oxyde`"
    ),
    (
      "id,commodity,quantity\n\"a\",\"ox\nide\",1 t/yr",
      "t:2:5: demand.a.commodity: there is no commodity `ox\\nide`"
    ),
    ("id,commodity,quantity\na,oxide\n", "t:2:3: the row has 2 cells, the header has 3"),
    ("id,commodity,quantity\na,oxide,1 t/yr,x\n", "t:2:16: the row has 4 cells, the header has 3"),
    ("id,commodity,id\n", "t:1:14: column 3 has the name of column 1, `id`"),
    ("id,commodity,quantity,\na,oxide,1 t/yr,x\n", "t:1:23: column 4 has no name"),
    ("commodity,quantity\noxide,1 t/yr", "t:1:1: the table has no column `id`"),
    (
      "id;commodity;quantity\na;oxide;1 t/yr",
      "t:1:1: the table's columns are separated by semicolons"
    ),
    ("id\tcommodity", "t:1:1: the table's columns are separated by tabs"),
    ("", "t:1:1: the table is empty"),
    ("id,comodity\n", "t:1:4: unknown key `comodity` in column `comodity`"),
    ("id,quantity.26\n", "t:1:4: column `quantity.26` does not end in a year"),
    (
      "id,commodity,quantity,quantity.2026\na,oxide,1 t/yr,2 t/yr\n",
      "t:2:9: the row gives `quantity` twice: whole and in parts"
    ),
    ("id,commodity\n\"a,b\n", "t:2:1: the quote that begins here is never closed"),
    ("id,commodity\n\"a\"b,c\n", "t:2:4: text follows the closing quote of a cell"),
    ("id,commodity,quantity\n,oxide,1 t/yr", "t:2:1: the row has no id"),
    (
      "id,commodity,quantity\ncars,oxide,1 t/yr",
      "t:2:1: duplicate id `cars`, first on m.yaml, line 34"
    ),
    (
      "id,commodity,quantity\na,oxide,1 t/yr\na,oxide,1 t/yr",
      "t:3:1: duplicate id `a`, first on line 2"
    ),
    (
      "id,commodity,quantity\na,oxide,\"1,5 t/yr\"",
      "t:2:9: demand.a.quantity: a comma is not part of a number"
    ),
    ("id,commodity,quantity\na,oxide,[1 t", "t:2:9: demand.a.quantity: not a number"),
  ])
  func `a mistake in a table is named with its row and column`(csv: String, problem: String) throws
  {
    #expect(try problems(csv, section: "demand").first == problem)
    #expect(try problems(csv, section: "demand").count == 1)
  }

  @Test func `a row gives a series whole or by year`() throws {
    let csv =
      "id,commodity,quantity,quantity.2026,quantity.2030\na,oxide,1 t/yr,,\nb,oxide,,2 t/yr,3 t/yr\n"
    #expect(try problems(csv, section: "demand").isEmpty)
  }

  @Test func `many ragged rows are counted`() throws {
    let rows = String(repeating: "x\n", count: 100)
    let problems = try problems("id,commodity,quantity\n" + rows, section: "demand")
    #expect(problems.count == 21)
    #expect(problems.contains("t:1:1: 80 more rows have another number of cells than the header"))
  }

  @Test(arguments: [
    ("../x.csv", "42:19: table `../x.csv` is outside the model's folder"),
    ("/etc/passwd", "42:19: table `/etc/passwd` is outside the model's folder"),
    ("none.csv", "42:19: table `none.csv`: there is no such file"),
    ("link.csv", "42:19: table `link.csv` is a link out of the model's folder"),
    ("inner", "42:19: table `inner` is a folder, not a file"),
    ("'.'", "42:19: table `.` is a folder, not a file"),
  ])
  func `a table may not leave the folder`(path: String, problem: String) throws {
    try withFolder(["x.csv": "id\n"]) { folder in
      let files = FileManager.default
      try files.createSymbolicLink(
        atPath: folder + "/link.csv", withDestinationPath: "/etc/hostname")
      try files.createDirectory(atPath: folder + "/inner", withIntermediateDirectories: false)
      let text = Example.small(adding: "tables: { demand: \(path) }")
      #expect(Example.problems(text, folder: folder) == [problem])
    }
  }

  @Test func `without a folder there are no tables`() {
    let problem = "42:19: table `x.csv` cannot be read: the model is not in a folder"
    #expect(Example.problems(Example.small(adding: "tables: { demand: x.csv }")) == [problem])
  }
}
