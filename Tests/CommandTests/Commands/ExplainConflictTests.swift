import Foundation
import Testing

/// `explain --risk` and `explain --foresight`, and what `solve` says in the same places.
@Suite struct ExplainConflictTests {
  private func text(_ limits: String) -> String {
    """
    lodestone: 1
    name: Chain
    horizon: { start: 2026, end: 2030 }
    money: { currency: USD }
    provenance: { classes: { home: 0, foreign: 1 }, countries: { US: home, CN: foreign } }
    commodities: { ore: { stage: mine, price: 10 USD/kg } }
    facilities:
      mine: { stage: mine, country: US, recipe: { out: { ore: 1 } }, expansion: { max: 1 kt/yr, capex: 10 kUSD/(t/yr) } }
    imports: { cn: { commodity: ore, country: CN, limit: 5 kt/yr } }
    demand: { need: { commodity: ore, quantity: 1 kt/yr } }
    funds: { f: { instruments: [grant], appropriations: 2 MUSD } }
    limits: [\(limits)]
    scenarios:
      dry: { changes: [{ scale: funds.f.appropriations, by: 0 }] }
    uncertainty: { reveal: 2028, outcomes: { base: 50%, dry: 50% } }
    """
  }
  private static let floor = "{ name: floor, measure: award, at_least: 1 MUSD, from: 2029 }"

  @Test func `the outcome without a plan is named`() throws {
    let folder = try TemporaryFolder()
    let model = try folder.write("m.yaml", text(Self.floor))
    let solved = try Program.run(["solve", model, "--risk", "expected"], in: folder)
    #expect(solved.code == 3 && solved.output.contains("outcome dry has no plan by itself"))
    let explained = try Program.run(["explain", model, "--risk", "expected"], in: folder)
    #expect(explained.code == 3, "\(explained.errors)")
    #expect(explained.output.hasPrefix("Outcome dry has no plan by itself"))
    #expect(explained.output.contains("Why: these cannot all hold"))
    let json = try Program.run(["explain", model, "--risk", "worst", "--json"], in: folder).json
    #expect((json["outcomes"] as? [String: Any])?["outcomes"] as? [String] == ["dry"])
    #expect((json["conflict"] as? [Any])?.isEmpty == false)
  }

  @Test func `where all outcomes have a plan, that is said`() throws {
    let folder = try TemporaryFolder()
    let model = try folder.write("m.yaml", text(""))
    let explained = try Program.run(["explain", model, "--risk", "expected"], in: folder)
    #expect(explained.code == 0 && explained.output.contains("there is a plan for all of them"))
  }

  @Test func `the window without a plan is named`() throws {
    let folder = try TemporaryFolder()
    // 3 MUSD in one year: impossible from the money of the first two years that a plan of 2026 sees.
    let first = try folder.write(
      "m.yaml", text("{ name: floor, measure: award, at_least: 5 MUSD, until: 2027 }"))
    let explained = try Program.run(["explain", first, "--foresight", "2years"], in: folder)
    #expect(explained.code == 3, "\(explained.errors)")
    #expect(explained.output.hasPrefix("The plan made in 2026 with foresight to 2027"))
    #expect(explained.output.contains("Why: these cannot all hold"))
    let json = try Program.run(
      ["explain", first, "--foresight", "2years", "--json"], in: folder
    ).json
    #expect((json["window"] as? [String: Any])?["seen"] as? [Int] == [2026, 2027])
    // The plan of 2026 spends what the last year asks for.
    let later = try folder.write(
      "l.yaml", text("{ name: floor, measure: award, at_least: 3 MUSD, from: 2030 }"))
    let second = try Program.run(["explain", later, "--foresight", "1year"], in: folder)
    #expect(second.code == 3 && second.output.hasPrefix("The plan made in 2030"))
  }

  @Test func `validate names them too, and says nothing where there is a plan`() throws {
    let folder = try TemporaryFolder()
    let dry = try folder.write("m.yaml", text(Self.floor))
    let outcomes = try Program.run(["validate", dry, "--risk", "expected"], in: folder)
    #expect(outcomes.code == 1 && outcomes.errors.contains("outcome dry has no plan by itself"))
    #expect(outcomes.output.contains("1 error"))
    #expect(try Program.run(["validate", dry], in: folder).code == 0)
    let early = try folder.write(
      "e.yaml", text("{ name: floor, measure: award, at_least: 5 MUSD, until: 2027 }"))
    let window = try Program.run(
      ["validate", early, "--foresight", "2years", "--json"], in: folder)
    let told = (window.json["diagnostics"] as? [[String: Any]])?.last?["message"] as? String
    #expect(
      window.code == 1 && told?.hasPrefix("the plan made in 2026 with foresight to 2027") == true)
    let fine = try folder.write("f.yaml", text(""))
    for options in [["--risk", "worst"], ["--foresight", "3years", "--step", "2years"]] {
      let found = try Program.run(["validate", fine] + options, in: folder)
      #expect(found.code == 0, "\(options) \(found.errors)")
    }
    #expect(try Program.run(["validate", fine, "--risk", "adversary"], in: folder).code == 2)
  }

  @Test func `options that do not go together are refused`() throws {
    let folder = try TemporaryFolder()
    let model = try folder.write("m.yaml", text(""))
    for options in [
      ["--risk", "expected", "--foresight", "2years"], ["--step", "1year"],
      ["--foresight", "2years", "--step", "3years"], ["--facility", "mine", "--risk", "worst"],
    ] {
      #expect(try Program.run(["explain", model] + options, in: folder).code == 2, "\(options)")
    }
  }
}
