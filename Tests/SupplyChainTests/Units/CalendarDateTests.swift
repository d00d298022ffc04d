import TestSupport
import Testing

@testable import SupplyChain

@Suite struct CalendarDateTests {
  @Test(arguments: ["2026", "2026-11", "2026-11-15", "2024-02-29"])
  func `days, months and years are read`(text: String) {
    #expect(CalendarDate(text)?.description == text)
  }

  @Test(arguments: [
    "", "26", "2026-13", "2026-00", "2026-2-3", "2026-02-29", "2026-11-31", "2026-11-15-1", "1899",
    "15.11.2026",
  ])
  func `what is no date is none`(text: String) {
    #expect(CalendarDate(text) == nil)
  }

  @Test(arguments: [
    ("2024-11-15", false), ("2024-11-14", true), ("2024-11", false), ("2024-10", true),
    ("2024", false), ("2023", true),
    ("2026-12", false),
  ])
  func `age counts from the last day that a date may mean`(text: String, isOlder: Bool) throws {
    let day = try #require(CalendarDate("2026-11-15"))
    #expect(CalendarDate(text)?.isOlder(thanMonths: 24, before: day) == isOlder)
  }

  @Test func `the day of a model is read, shown and never changed`() throws {
    let text = Example.small("name: Small\n", "name: Small\nas_of: 2026-11-15\n")
    let document = try Example.read(text)
    #expect(document.base.asOf?.description == "2026-11-15")
    let again = try Example.read(document.tree().yaml())
    #expect(again.base.asOf == document.base.asOf)
    let wrong = Example.small("name: Small\n", "name: Small\nas_of: 2026-11\n")
    #expect(Example.problems(wrong) == ["3:8: as_of: `2026-11` is not a day"])
    let changed = text + "\nscenarios: { s: { changes: [{ set: as_of, to: 2027-01-01 }] } }"
    #expect(Example.problems(changed).contains { $0.contains("cannot reach into `as_of`") })
  }

  @Test func `the author of a model is read, shown and never changed`() throws {
    let text = Example.small("name: Small\n", "name: Small\nauthor: A. Analyst, programme office\n")
    let document = try Example.read(text)
    #expect(document.base.author == "A. Analyst, programme office")
    #expect(try Example.read(document.tree().yaml()).base.author == document.base.author)
    let hidden = Example.small("name: Small\n", "name: Small\nauthor: \"A\\nB\"\n")
    #expect(Example.problems(hidden) == ["3:9: author holds characters that cannot be seen"])
    let changed = text + "\nscenarios: { s: { changes: [{ set: author, to: B }] } }"
    #expect(Example.problems(changed).contains { $0.contains("cannot reach into `author`") })
  }
}
