import Testing

@testable import SupplyChain

/// The other side's moves as they are written, and what is wrong with them.
@Suite struct AdversaryTests {
  private static let scenarios = """

    scenarios:
      ban: { changes: [{ set: imports.cn_oxide.limit, to: 0 t/yr, from: 2027, until: 2028 }] }
      dump: { changes: [{ scale: "commodities.*.price", by: 0.5 }] }
      both: { extends: [ban], changes: [{ scale: "commodities.*.price", by: 0.9, from: 2028 }] }

    """

  private func read(_ moves: String) throws(ModelErrors) -> ModelDocument {
    try ModelDocument.read(
      text: Example.small + Self.scenarios + "adversary: { reveal: 2027, moves: { \(moves) } }\n")
  }

  private func problem(_ moves: String) -> String {
    do throws(ModelErrors) {
      _ = try read(moves)
      return "none"
    } catch {
      return error.diagnostics.map(\.message).joined(separator: "; ")
    }
  }

  @Test func `a move is a share, or keys`() throws {
    let adversary = try #require(
      try read(
        "ban: { cost: 3%, from: [2029, 2028], excludes: [dump] }, dump: 2%, both: { requires: dump }"
      ).base
        .adversary)
    #expect(adversary.moves.map(\.scenario) == ["ban", "dump", "both"])
    #expect(adversary.moves.map(\.cost) == [0.03, 0.02, 0])
    #expect(adversary.moves[0].from == [2028, 2029])
    #expect(adversary.moves[0].excludes == [1] && adversary.moves[1].excludes == [0])
    #expect(adversary.moves[2].requires == [1])
    #expect(adversary.atMost == 3)
  }

  @Test func `what cannot be is told`() {
    #expect(problem("ban: { cots: 1% }").contains("unknown key `cots`"))
    #expect(problem("ban: [1%]").contains("wrong shape"))
    #expect(problem("ban: { from: [2050] }").contains("outside the horizon"))
    #expect(problem("ban: { from: [soon] }").contains("is not a year"))
    #expect(problem("ban: { from: [] }").contains("from is empty"))
    #expect(problem("dump: { from: [2028] }").contains("no change of the scenario has a `from`"))
    #expect(problem("ban: { excludes: [dmp] }, dump: 1%").contains("there is no move `dmp`"))
    #expect(problem("ban: { requires: [ban] }").contains("names the move itself"))
    #expect(
      problem("ban: { excludes: [dump], requires: [dump] }, dump: 1%").contains(
        "exclude each other"))
    #expect(problem("ban: { cost: 3 USD }").contains("cost"))
  }

  @Test func `the windows of a scenario move so that the earliest begins in the chosen year`()
    throws
  {
    let document = try read("ban: 0%")
    func limit(_ model: Model, _ year: Int) -> Double? {
      model.imports.first { $0.id == "cn_oxide" }?.limit?.level(year)
    }
    let later = try document.model(scenarios: ["ban"], starts: ["ban": 2029])
    #expect((limit(later, 2028) ?? .infinity) > 0)
    #expect(limit(later, 2029) == 0 && limit(later, 2030) == 0)
    let asWritten = try document.model(scenarios: ["ban"])
    #expect(limit(asWritten, 2027) == 0 && limit(asWritten, 2028) == 0)
    #expect((limit(asWritten, 2029) ?? .infinity) > 0)
    // What a scenario extends moves with it, by the same number of years: here the ban begins first.
    let both = try document.model(scenarios: ["both"], starts: ["both": 2028])
    #expect(limit(both, 2028) == 0 && limit(both, 2029) == 0)
    let (price, before) = (both.commodities[0].price, document.base.commodities[0].price)
    #expect(price?.level(2028) == before?.level(2028))
    #expect(abs((price?.level(2029) ?? 0) - 0.9 * (before?.level(2029) ?? 0)) < 1e-9)
  }
}
