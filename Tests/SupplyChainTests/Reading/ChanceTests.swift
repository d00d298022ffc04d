import Testing

@testable import SupplyChain

/// `uncertainty.chance`.
@Suite struct ChanceTests {
  private func text(_ chance: String, targets: String = "{ 2030: 30% }") -> String {
    Example.small(
      adding: """
        targets: \(targets)
        scenarios: { free: { changes: [{ remove: targets.2030 }] } }
        uncertainty: { reveal: 2027, outcomes: { base: 1 }, chance: \(chance) }
        """)
  }

  private func chances(_ chance: String, _ changes: (String, String)...) throws -> [Int: Double]? {
    try Example.read(text(chance)).model(settings: changes.map { ($0.0, $0.1) })
      .uncertainty?.chances
  }

  @Test func `a chance is read by year`() throws {
    #expect(try chances("{ 2030: 90% }") == [2030: 0.9])
    #expect(try chances("{ 2030: 1 }") == [2030: 1])
    #expect(try chances("{}") == [:])
    #expect(try Example.read(Example.small).model().uncertainty == nil)
  }

  @Test(arguments: [
    ("{ 2030: 0% }", "44:69: uncertainty.chance, 2030 is 0%"),
    ("{ 2030: -5% }", "44:69: uncertainty.chance, 2030: the value may not be negative"),
    ("{ 2030: 120% }", "44:69: uncertainty.chance, 2030: the share is out of range"),
    ("{ 2030: 90 }", "44:69: uncertainty.chance, 2030: the share is out of range"),
    ("{ 2030: .nan }", "44:69: uncertainty.chance, 2030: numbers must be finite"),
    (
      "{ 2030: 5 t }",
      "44:69: uncertainty.chance, 2030: a pure number takes no unit (found mass)"
    ),
    ("{ 2030: }", "44:69: uncertainty.chance, 2030 has no value"),
    ("{ soon: 90% }", "44:63: uncertainty.chance: `soon` is not a year"),
    ("90%", "44:61: uncertainty.chance needs a year for every amount"),
    ("[90%]", "44:61: uncertainty.chance has the wrong shape"),
  ])
  func `a mistake is told at its place`(chance: String, problem: String) {
    #expect(Example.problems(text(chance)) == [problem])
  }

  @Test func `a chance of nothing says what to do`() {
    let found = Example.diagnostics(text("{ 2030: 0% }")).first
    #expect(found?.found == "0%")
    #expect(found?.expected == "a share above 0% and up to 100% (e.g. `90%`)")
    #expect(found?.suggestion == "to give a target up, take it out of `targets`")
  }

  @Test func `a chance without a target has no effect, and is warned of`() throws {
    func warnings(_ chance: String) throws -> [String] {
      try Example.read(text(chance)).warnings.map { "\($0.line):\($0.column): \($0.message)" }
    }
    // A scenario that takes the target away is told as well: its outcome counts as one that keeps it.
    let free = "scenario free: uncertainty.chance: there is no target for 2030"
    #expect(try warnings("{ 2030: 80% }") == ["44:63: \(free)"])
    let found = try warnings("{ 2028: 90%, 2030: 80% }")
    #expect(found == ["44:63: uncertainty.chance: there is no target for 2028", "44:74: \(free)"])
  }

  @Test func `settings change chances and targets, scenarios targets alone`() throws {
    #expect(try chances("{ 2030: 90% }", ("uncertainty.chance.2030", "80%")) == [2030: 0.8])
    #expect(try chances("{ 2030: 90% }", ("uncertainty.chance", "{}")) == [:])
    #expect(try chances("{ 2030: 90% }", ("targets", "{}")) == [2030: 0.9])
    #expect(throws: ModelErrors.self) {
      try chances("{ 2030: 90% }", ("uncertainty.chance.2030", "0%"))
    }
    let document = try Example.read(text("{ 2030: 90% }"))
    #expect(try document.model(scenarios: ["free"]).targets.isEmpty)
    let closed = text("{ 2030: 90% }").replacing(
      "remove: targets.2030", with: "remove: uncertainty.chance")
    #expect(Example.problems(closed).first?.contains("cannot reach into `uncertainty`") == true)
  }
}
