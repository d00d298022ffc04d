import Testing

@testable import SupplyChain

@Suite struct MisreadTextTests {
  private func written(_ text: String) -> String {
    ModelTree.keys([.init("key", .plain(text))]).yaml().split(separator: "\n").joined()
  }

  @Test(arguments: [
    "NO", "no", "No", "on", "On", "OFF", "yes", "Y", "n", "Null", "NULL", "True", "FALSE", "010",
    "0o17",
    "0x1F", "0b11", "1_000", "2026-01-01", ".inf", ".NaN", "-.inf", "-010",
  ])
  func `what readers of YAML 1 point 1 take for something else is in quotes`(text: String) {
    #expect(written(text) == "key: \"\(text)\"")
    #expect(ModelTree.keys([.init(text, .plain("x"))]).yaml().contains("\"\(text)\": x"))
  }

  @Test(arguments: [
    "true", "false", "US", "NOR", "north", "only", "10", "0", "0.5", "-3", "1e3", "45 kt/yr",
    "0 t/yr", "30%",
    "250 kUSD/(t/yr)", "ndpr_oxide", "2026", "a-1", "1.5",
  ])
  func `what all readers take alike is plain`(text: String) {
    #expect(written(text) == "key: \(text)")
  }

  @Test func `a country called NO is one to every reader`() throws {
    let yaml = try Example.read(Example.small).tree().yaml()
    #expect(yaml.contains("\"NO\": allied"))
    #expect(try Example.read(yaml).base.provenance.countries["NO"] == 1)
  }
}
