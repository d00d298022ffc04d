import Testing

@testable import Service

struct JSONInputTests {
  private func read(_ text: String) throws -> JSONInput { try JSONInput(Array(text.utf8)) }

  @Test func `Values keep their digits and their order`() throws {
    let value = try read(
      #" {"b": [1.50, -0, 2e-3], "a": {"x": null, "y": true}, "t": "\u00e9\ud83d\ude00\n"} "#)
    #expect(value["b"] == .array([.number("1.50"), .number("-0"), .number("2e-3")]))
    #expect(value["t"] == .string("é😀\n"))
    #expect(value.json == #"{"b": [1.50, -0, 2e-3], "a": {"x": null, "y": true}, "t": "é😀\n"}"#)
  }

  @Test(arguments: [
    "", " ", "{", "[1,", "[1,]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "01", "1.", "+1", ".5", "NaN",
    "tru", "\"a", "\"\\x\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\t\"", "1 2",
    "{\"a\":1,\"a\":2}", "'a'", "[1 2]", "\"\\u12\"", "1e", "--1",
  ])
  func `What is no JSON is refused`(text: String) {
    #expect(throws: JSONInput.Problem.self) { try read(text) }
  }

  @Test func `Bytes that are not UTF-8 are refused`() {
    #expect(throws: JSONInput.Problem.self) { try JSONInput([0x22, 0xFF, 0x22]) }
  }

  @Test func `Nesting is bounded`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try read(nested(JSONInput.deepest))
    #expect(throws: JSONInput.Problem.self) { try read(nested(JSONInput.deepest + 1)) }
    #expect(throws: JSONInput.Problem.self) { try read(String(repeating: "[", count: 1_000_000)) }
  }
}
