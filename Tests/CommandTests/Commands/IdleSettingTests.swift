import Foundation
import Testing

/// Changes that change nothing are told, whichever command makes them.
@Suite struct IdleSettingTests {
  private static let text = """
    lodestone: 1
    name: Chain
    horizon: { start: 2026, end: 2027 }
    money: { currency: USD }
    provenance: { classes: { home: 0, foreign: 1 }, countries: { US: home, CN: foreign } }
    commodities: { ore: { stage: mine, price: 10 USD/kg } }
    facilities:
      mine: { stage: mine, country: US, recipe: { out: { ore: 1 } }, expansion: { max: 1 kt/yr, capex: 10 kUSD/(t/yr) } }
    imports: { cn: { commodity: ore, country: CN } }
    demand: { need: { commodity: ore, quantity: 1 kt/yr } }
    funds: { f: { instruments: [grant], appropriations: 2 MUSD, max_share: 50% } }
    scenarios:
      idle: { changes: [{ scale: imports.cn.limit, by: 0.5 }] }
      less: { changes: [{ scale: demand.need.quantity, by: 0.9 }] }
    uncertainty: { reveal: 2027, outcomes: { base: 50%, less: 50% } }
    """

  private static let idle = "funds.f.max_share=50%"
  private static let words = "the change has no effect: all that it matches is so already"

  /// Every command that takes `--set`, with whether it gives JSON.
  private static let commands: [(arguments: [String], hasJSON: Bool)] = [
    (["solve"], true), (["solve", "--foresight", "1year"], true), (["compare"], true),
    (["frontier"], true), (["explain"], true), (["explain", "--facility", "mine"], true),
    (["alternatives"], true), (["floors"], true), (["sensitivity"], true),
    (["show", "--diff"], true), (["show"], false),
    (["evaluate", "--awards", "awards.csv"], true),
    (["pareto", "--objectives", "dependency,public_cost"], true),
    (["stress"], true), (["describe"], true), (["reach", "2026=99%"], true),
    (["plot", "dependency"], false),
    (["report", "--format", "md", "--only-plan"], false),
    (["sweep", "--vary", "budget_scale=1", "--store", "s.db"], false),
    (["export", "--mps", "out.mps"], false),
  ]

  @Test func `every command that takes settings is tried`() throws {
    let folder = try TemporaryFolder()
    let help = try Program.run(["--help"], in: folder).output
    let names = help.components(separatedBy: "SUBCOMMANDS:").last?.split(separator: "\n")
      .compactMap {
        $0.hasPrefix("  ") && !$0.hasPrefix("   ") ? $0.split(separator: " ").first : nil
      }
    var taking: Set<String> = []
    for name in names ?? [] where name != "See" {
      let text = try Program.run([String(name), "--help"], in: folder).output
      if text.contains("--set ") { taking.insert(String(name)) }
    }
    #expect(taking == Set(Self.commands.map { $0.arguments[0] }))
  }

  @Test func `a setting that changes nothing is told on the terminal and in JSON`() throws {
    let folder = try TemporaryFolder()
    let model = try folder.write("m.yaml", Self.text)
    _ = try folder.write("awards.csv", "facility,fund,year,amount\nmine,f,2026,1 MUSD\n")
    for (arguments, hasJSON) in Self.commands {
      let line = [arguments[0], model] + arguments.dropFirst()
      let told = try Program.run(line + ["--set", Self.idle], in: folder)
      #expect(told.code != 1 && told.errors.contains(Self.words), "\(line): \(told.errors)")
      let silent = try Program.run(line + ["--set", "funds.f.max_share=40%"], in: folder)
      #expect(!silent.errors.contains("--set"), "\(line): \(silent.errors)")
      guard hasJSON else { continue }
      let json = try Program.run(line + ["--set", Self.idle, "--json"], in: folder).json
      let warnings = json["warnings"] as? [[String: Any]]
      #expect(warnings?.first?["message"] as? String == Self.words, "\(line)")
    }
  }

  @Test func `a scenario that changes nothing is told where it is used`() throws {
    let folder = try TemporaryFolder()
    let model = try folder.write("m.yaml", Self.text)
    let result = try Program.run(["solve", model, "--scenario", "idle", "--json"], in: folder)
    let warnings = result.json["warnings"] as? [[String: Any]]
    let message = warnings?.first?["message"] as? String
    #expect(message?.hasPrefix("scenario idle: the change has no effect") == true)
    #expect(try Program.run(["solve", model, "--json"], in: folder).json["warnings"] == nil)
  }
}
