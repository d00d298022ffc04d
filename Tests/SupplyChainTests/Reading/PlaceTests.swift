import TestSupport
import Testing

@testable import SupplyChain

/// Where facilities stand.
@Suite struct PlaceTests {
  @Test(arguments: [
    ("35.48, -115.53", 35.48, -115.53), ("-90,180", -90, 180), (" 0 ,  +0.5 ", 0, 0.5),
    ("68., 20.2", 68, 20.2),
  ])
  func `latitude and longitude are read in this order`(
    text: String, latitude: Double, longitude: Double
  ) throws {
    let place = try #require(Place(text))
    #expect(place.latitude == latitude && place.longitude == longitude)
  }

  @Test(arguments: [
    "", ",", "35.48", "35.48 -115.53", "35,48, -115,53", "90.1, 0", "0, 180.1", "1e1, 0", "nan, 0",
    "35.48 N, 115.53 W", "35.48, -115.53,", "0x1, 1", "١, 2", "1-1, 2",
  ])
  func `what is no place is refused`(text: String) { #expect(Place(text) == nil) }

  private static let placed = MagnetModel(plants: [.init(keys: ["at: 35.48, -115.53"])]).text

  @Test func `a place is read, written again, and changes no answer`() throws {
    let document = try Example.read(Self.placed)
    #expect(document.base.facilities[0].place == Place("35.48, -115.53"))
    let again = try Example.read(document.tree().yaml())
    #expect(again.base.facilities[0].place == document.base.facilities[0].place)
  }

  @Test func `a wrong place is told with what it should be`() throws {
    let wrong = Self.placed.replacing("35.48, -115.53", with: "135.48, 15.53")
    #expect(Example.problems(wrong).count == 1)
    #expect(
      Example.problems(wrong)[0].contains("facilities.plant.at: `135.48, 15.53` is no place"))
  }

  @Test func `plants that differ in their places alone can be exchanged`() throws {
    let two = MagnetModel(
      plants: [.init("a", keys: ["at: 1, 1"]), .init("b", keys: ["at: 2, 2"])]
    ).text
    #expect(try Example.read(two).base.interchangeableFacilities == [[0, 1]])
  }

  @Test func `a place is no number that needs a source`() throws {
    let found = try NumberSources(Example.read(Self.placed))
    #expect(!found.lines.contains { $0.text.contains("115.53") })
  }
}
