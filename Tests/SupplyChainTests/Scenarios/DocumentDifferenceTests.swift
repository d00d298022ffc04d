import SupplyChain
import TestSupport
import Testing

/// What two model files say otherwise.
@Suite struct DocumentDifferenceTests {
  private func tutorial(_ edit: (String) -> String = { $0 }) throws -> ModelDocument {
    try ModelDocument.read(text: edit(try Repository.text("Models/tutorial.yaml")))
  }

  private func differences(_ edit: (String) -> String) throws -> [ModelDifference] {
    try tutorial().differences(to: try tutorial(edit))
  }

  @Test(arguments: ["us-ndfeb", "eu-magnets", "jp-gallium", "us-batteries"])
  func `a large model is like itself, and one number changed is one line`(name: String) throws {
    let path = "Models/\(name)/model.yaml"
    let document = try ModelDocument.read(path: Repository.path(path))
    #expect(document.differences(to: document).isEmpty)
    let text = try Repository.text(path)
    let again = try ModelDocument.read(text: text, folder: Repository.path("Models/\(name)"))
    #expect(document.differences(to: again).isEmpty)
    let place = try #require(text.range(of: "discount: "))
    let changed = text.replacingCharacters(in: place, with: "discount: 1")
    let other = try ModelDocument.read(text: changed, folder: Repository.path("Models/\(name)"))
    let found = document.differences(to: other)
    #expect(found.count == 1 && found.first?.path == "money.discount")
  }

  @Test func `units, comments, order and standards make no difference`() throws {
    #expect(
      try differences {
        $0.replacing("existing: 4 kt/yr", with: "existing: 4000 t/yr # as in the filing")
          .replacing("max: 600 t/yr", with: "max: 0.6 kt/yr")
          .replacing("discount: 5%", with: "discount: 0.05")
          .replacing(
            "horizon: { start: 2026, end: 2029, step: year }",
            with: "horizon: { end: 2029, start: 2026 }"
          )
          .replacing("unmet: 2 ", with: "unmet: 2.0 ")
          .replacing("construction: 1 year", with: "construction: 12 months")
      }.isEmpty)
  }

  @Test func `each value is told by its path, as it is written`() throws {
    let found = try differences {
      $0.replacing("existing: 4 kt/yr", with: "existing: { 2026: 4 kt/yr, 2029: 5 kt/yr }")
        .replacing("discount: 5%", with: "discount: 6%")
    }
    #expect(found.map(\.path) == ["money.discount", "facilities.mine.existing"])
    #expect(found.map(\.before) == ["5%", "4 kt/yr"])
    #expect(found.map(\.after) == ["6%", "{ 2026: 4 kt/yr, 2029: 5 kt/yr }"])
  }

  @Test func `entries that only one has are one line each`() throws {
    let found = try differences {
      $0 + "\ntargets: { 2028: 50% }\nlimits: [{ name: some, measure: award, at_most: 9 MUSD }]\n"
    }
    #expect(Set(found.map(\.path)) == ["targets", "limits.some"])
    #expect(found.allSatisfy { $0.before == nil })
  }

  @Test func `the model with all differences taken over is the other`() throws {
    let old = try tutorial()
    let new = try tutorial {
      $0.replacing("existing: 4 kt/yr", with: "existing: 3 kt/yr")
        .replacing("max: 2 kt/yr", with: "max: 1 kt/yr").replacing(
          "discount: 5%", with: "discount: 6%")
        + "\nlimits: [{ name: some, measure: award, at_most: 9 MUSD }]\n"
    }
    let groups = old.differenceGroups(to: new)
    #expect(
      groups.map(\.name) == [
        "money.discount", "facilities.mine", "facilities.magnet_works", "limits.some",
      ])
    let taken = try old.model(taking: groups, from: new)
    #expect(taken.facilities[0].existing == new.base.facilities[0].existing)
    #expect(taken.facilities[2].expansion?.max == 1000 && taken.discountRate == 0.06)
    #expect(taken.limits.count == 1)
    let none = try old.model(taking: [], from: new)
    #expect(none.facilities[0].existing == old.base.facilities[0].existing)
  }
}
