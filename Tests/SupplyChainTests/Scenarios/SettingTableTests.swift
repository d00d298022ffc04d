import Foundation
import TestSupport
import Testing

@testable import SupplyChain

/// Scenarios whose values stand in a table beside the model, such as prices of one source.
@Suite final class SettingTableTests {
  private var folders: [URL] = []

  deinit { for folder in folders { try? FileManager.default.removeItem(at: folder) } }

  private func folder(_ table: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    folders.append(folder)
    try Data(table.utf8).write(to: folder.appendingPathComponent("deck.csv"))
    return folder.path
  }

  private static let text = Example.small(
    adding: """
      scenarios:
        dear: { changes: [{ scale: commodities.ore.price, by: 2 }] }
        futures: { extends: [dear], table: deck.csv }
      """)

  private func problems(_ table: String) throws -> [String] {
    Example.diagnostics(Self.text, folder: try folder(table)).map {
      "\($0.file.split(separator: "/").last ?? ""):\($0.line):\($0.column): \($0.message)"
    }
  }

  @Test func `a deck sets levels by year, in its own units, over what it extends`() throws {
    let table = """
      path,year,value,#
      commodities.oxide.price,2030,100 USD/kg,[futures]
      commodities.oxide.price,2026,80 USD/kg,[futures]
      commodities.ore.price,,4 kUSD/t,[futures]
      imports.cn_*.price,2026,50 USD/kg,[futures]
      imports.cn_*.price,2028,70 USD/kg,[futures]
      funds.grants.appropriations,2027,5 MUSD,[law]
      """
    let document = try Example.read(Self.text, folder: try folder(table))
    let model = try document.model(scenarios: ["futures"])
    #expect(model.commodities[1].price == Series(years: [2026, 2030], values: [80_000, 100_000]))
    #expect(model.commodities[1].price?.level(2028) == 90_000)
    #expect(model.commodities[0].price?.level(2029) == 4_000)
    #expect(model.imports.map { $0.price?.level(2027) } == [60_000, 60_000])
    #expect(model.imports.map { $0.price?.level(2030) } == [70_000, 70_000])
    #expect(model.funds[0].appropriations == Series(years: [2027], values: [5]))
    #expect(try document.model().commodities[1].price?.level(2026) == 75_000)
    #expect(document.fileNames.count == 2 && document.warnings.isEmpty)
    // The model as it is shown needs no table.
    let shown = try Example.read(document.tree().yaml())
    let read = try shown.model(scenarios: ["futures"])
    #expect(read.commodities.map(\.price) == model.commodities.map(\.price))
    #expect(read.funds[0].appropriations == model.funds[0].appropriations)
  }

  @Test func `the same table by settings is the same model`() throws {
    let table =
      "path,year,value\ncommodities.oxide.price,2026,80 USD/kg\ncommodities.oxide.price,2030,90 USD/kg\n"
    let document = try Example.read(Self.text, folder: try folder(table))
    let set = try document.model(
      scenarios: ["dear"],
      settings: [(path: "commodities.oxide.price", value: "{ 2026: 80 USD/kg, 2030: 90 USD/kg }")])
    let deck = try document.model(scenarios: ["futures"])
    #expect(deck.commodities.map(\.price) == set.commodities.map(\.price))
  }

  @Test func `a wrong unit, year or path is told at its cell`() throws {
    let head = "path,year,value\n"
    #expect(
      try problems(
        head + "commodities.oxide.price,2026,80 USD/kg\ncommodities.ore.price,2026,9 kt/yr\n"
      ).first?
      .hasPrefix("deck.csv:3:28: scenario futures: commodities.ore.price") == true)
    #expect(
      try problems(head + "commodities.oxide.price,26,80 USD/kg\n").first?.hasPrefix(
        "deck.csv:2:25: scenario futures: commodities.oxide.price: `26` is not a year") == true)
    #expect(
      try problems(head + "commodities.gold.price,2026,80 USD/kg\n").first?.hasPrefix(
        "deck.csv:2:1: ") == true)
    #expect(
      try problems(head + "facilities,2026,80 USD/kg\n").first?.hasPrefix("deck.csv:2:17: ") == true
    )
  }

  @Test func `rows that clash and columns that are none are told`() throws {
    let row = "commodities.oxide.price"
    #expect(
      try problems("path,year,value\n\(row),2026,8 USD/kg\n\(row),2026,9 USD/kg\n")
        == ["deck.csv:3:25: `\(row)` is set twice in 2026, first on line 2"])
    #expect(
      try problems("path,year,value\n\(row),2026,8 USD/kg\n\(row),,9 USD/kg\n")
        == ["deck.csv:3:26: `\(row)` is set for all years and by year, first on line 2"])
    #expect(
      try problems("path,year,value\n\(row),2026,\n") == ["deck.csv:2:30: the row has no value"])
    #expect(
      try problems("path,year,price\n\(row),2026,8 USD/kg\n").first
        == "deck.csv:1:1: the table of values lacks a column")
    #expect(
      try problems("path,year,value,unit\n\(row),2026,8,USD/kg\n").first
        == "deck.csv:1:17: a table of values has no column `unit`")
  }

  @Test func `a table outside the folder is refused`() throws {
    let text = Self.text.replacing("table: deck.csv", with: "table: ../deck.csv")
    let found = Example.problems(text, folder: try folder("path,year,value\n"))
    #expect(found.contains { $0.contains("outside the model's folder") })
  }
}
