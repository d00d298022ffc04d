import Testing

@testable import SupplyChain

@Suite struct ChangePathTests {
  @Test(arguments: [
    ("cn_*", "cn_magnets", true), ("cn_*", "us_magnets", false), ("*", "", true),
    ("*_*", "a_b", true), ("a*b*c", "axxbyyc", true), ("a*b*c", "acb", false),
    ("ab*ba", "aba", false), ("*x", "axxb", false), ("abc", "abc", true), ("abc", "abcd", false),
  ])
  func `a star stands for any text`(pattern: String, name: String, matches: Bool) {
    #expect(Pattern(pattern).matches(name) == matches)
  }

  @Test func `many stars are not slow`() {
    let pattern = Pattern(String(repeating: "a*", count: 400) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 800)))
  }

  @Test func `points in filters do not split`() throws {
    let path = try ChangePath("facilities.*[stage=a.b][country=US].opex")
    #expect(path.segments.count == 3)
    #expect(path.segments[1].filters.map(\.value.text) == ["a.b", "US"])
  }

  @Test(arguments: [
    "", "a..b", "a.", "a[stage", "a[stage=]", "a[size=3]", "a]b", "a[[x=1]]", "a[stage=x]y",
    "a.b.c.d.e.f.g.h.i.j.k.l.m",
  ])
  func `a broken path is refused`(text: String) {
    #expect(throws: ChangePath.Problem.self) { try ChangePath(text) }
  }
}
