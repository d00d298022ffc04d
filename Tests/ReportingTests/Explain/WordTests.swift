import Testing

@testable import Reporting

@Suite struct WordTests {
  @Test func `years in a row are told as spans`() {
    #expect(YearSpans.words([]) == "")
    #expect(YearSpans.words([2026]) == "2026")
    #expect(YearSpans.words([2028, 2026, 2027, 2026]) == "2026–2028")
    #expect(YearSpans.words([2026, 2027, 2031]) == "2026–2027, 2031")
  }

  @Test func `what a terminal would obey is shown as question marks`() {
    #expect(printable("a\u{1B}[2J\u{202E}b\nc\u{7F}é") == "a?[2J?b?c?é")
  }
}
