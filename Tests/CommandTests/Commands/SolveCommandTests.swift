import Foundation
import TestSupport
import Testing

/// Half of the demand can be met by a plant that the fund pays for.
let smallModel = MagnetModel(
  more: """
    scenarios:
      poor: { changes: [{ scale: funds.*.appropriations, by: 0.5 }] }
    """
).text

@Suite struct SolveCommandTests {
  let folder: TemporaryFolder
  let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write("model.yaml", smallModel)
  }

  func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(arguments, in: folder)
  }

  @Test func `a verified plan ends with 0 and its JSON has the keys that programs rely on`() throws
  {
    let result = try run("solve", model, "--json")
    #expect(result.code == 0)
    #expect(result.errors == "")
    let json = result.json
    #expect(json["status"] as? String == "optimal")
    let objectives = try #require(json["objectives"] as? [String: Double])
    #expect(abs((objectives["dependency"] ?? 9) - 0.5) < 1e-9)
    #expect(abs((objectives["public_cost"] ?? 0) - 50) < 1e-3)
    let years = try #require(json["dependency_by_year"] as? [String: Double])
    #expect(years.keys.sorted() == ["2026", "2027"])
    let verification = try #require(json["verification"] as? [String: Any])
    #expect(verification["verified"] as? Bool == true)
    for key in ["primal_infeasibility", "dual_infeasibility", "relative_gap"] {
      #expect((verification[key] as? Double ?? 1) <= 1e-7)
    }
    let size = try #require(json["size"] as? [String: Int])
    #expect(size.keys.sorted() == ["columns", "integers", "nonzeros", "rows"])
    let timing = try #require(json["timing"] as? [String: Double])
    #expect(timing.keys.sorted() == ["build", "read", "solve", "total", "verify"])
    let plan = try #require(json["plan"] as? [String: Any])
    for key in ["builds", "awards", "support", "private", "flows"] {
      #expect(plan[key] is [Any], "\(key)")
    }
  }

  @Test func `tables of outcomes have one head, though only some of them put payments off`() throws
  {
    let uncertain = Repository.corpus("hand-forbearance")
    #expect(
      try run("solve", uncertain, "--risk", "expected", "--only-plan", "--out", "o").code == 0)
    let tables = folder.names("o").filter { $0.hasSuffix(".csv") }
    for name in tables {
      let text = try String(contentsOfFile: folder.path("o/" + name), encoding: .utf8)
      let widths = text.split(whereSeparator: \.isNewline).map {
        $0.split(separator: ",", omittingEmptySubsequences: false).count
      }
      #expect(Set(widths).count == 1, "\(name)")
    }
    let programmes = try String(contentsOfFile: folder.path("o/programmes.csv"), encoding: .utf8)
    #expect(programmes.contains("put_off [million USD],caught_up [million USD]"))
  }

  @Test func `the same input gives the same files, byte for byte`() throws {
    #expect(try run("solve", model, "--out", "a").code == 0)
    #expect(try run("solve", model, "--out", "b").code == 0)
    let names = folder.names("a")
    #expect(names.contains("plan.json") && names.contains("awards.csv"))
    #expect(names == folder.names("b"))
    for name in names {
      let a = try Data(contentsOf: URL(fileURLWithPath: folder.path("a/" + name)))
      let b = try Data(contentsOf: URL(fileURLWithPath: folder.path("b/" + name)))
      #expect(a == b, "\(name)")
    }
  }

  @Test func `scenarios, budgets and single values change the answer`() throws {
    func dependency(_ more: String...) throws -> Double {
      let result = try Program.run(["solve", model, "--json"] + more, in: folder)
      return (result.json["objectives"] as? [String: Double])?["dependency"] ?? .nan
    }
    #expect(abs(try dependency("--scenario", "poor") - 0.75) < 1e-9)
    #expect(abs(try dependency("--budget-scale", "2") - 0) < 1e-9)
    #expect(
      abs(try dependency("--set", "facilities.plant.expansion.capex=200 kUSD/(t/yr)") - 0.75) < 1e-9
    )
  }

  static let typed: [(arguments: [String], code: Int32)] = [
    (["solve"], 2), (["solve", "model.yaml", "--gap", "x"], 2), (["sovle", "model.yaml"], 2),
    (["solve", "model.yaml", "--objective", "dependence"], 2),
    (["export", "model.yaml"], 2), (["solve", "nowhere.yaml"], 1), (["solve", "."], 1),
    (["solve", "model.yaml", "--scenario", "por"], 1),
    (["solve", "model.yaml", "--set", "funds.grant.max_share=50%"], 1),
    (["--help"], 0), (["solve", "--help"], 0), (["--version"], 0),
  ]

  @Test(arguments: typed)
  func `what is typed wrong ends with the code for it and says why`(
    arguments: [String], code: Int32
  ) throws {
    let result = try Program.run(arguments, in: folder)
    #expect(result.code == code)
    if code == 0 {
      #expect(result.errors.isEmpty)
      #expect(!result.output.isEmpty)
    } else {
      #expect(result.output.isEmpty)
      #expect(!result.errors.isEmpty)
    }
  }

  @Test func `all mistakes of a file are told in one run with their places`() throws {
    let wrong = smallModel.replacingOccurrences(of: "stage: magnet\n", with: "stagee: magnet\n")
      .replacingOccurrences(of: "country: CN", with: "country: XX")
    let path = try folder.write("wrong.yaml", wrong)
    let result = try run("validate", path, "--json")
    #expect(result.code == 1)
    let found = try #require(result.json["diagnostics"] as? [[String: Any]])
    #expect(found.contains { ($0["suggestion"] as? String)?.contains("stage") == true })
    #expect(found.contains { ($0["line"] as? Int) == 17 && ($0["column"] as? Int ?? 0) > 1 })
    #expect(try run("solve", path).code == 1)
  }

  @Test func `a target that cannot be met ends with 3 and its own words`() throws {
    let path = try folder.write("hard.yaml", smallModel + "\ntargets: { 2027: 10% }\n")
    let result = try run("solve", path)
    #expect(result.code == 3)
    #expect(result.output.contains("target 2027"))
    #expect(try run("solve", path, "--json").json["status"] as? String == "infeasible")
  }

  @Test func `an export is the same on every run and holds the program`() throws {
    #expect(try run("export", model, "--mps", "a.mps", "--lp", "a.lp").code == 0)
    #expect(try run("export", model, "--mps", "b.mps").code == 0)
    let a = try String(contentsOfFile: folder.path("a.mps"), encoding: .utf8)
    #expect(try a == String(contentsOfFile: folder.path("b.mps"), encoding: .utf8))
    #expect(a.contains("build"))
    #expect(try String(contentsOfFile: folder.path("a.lp"), encoding: .utf8).contains("Minimize"))
  }

  @Test func `an output folder is never left half written`() throws {
    #expect(try run("solve", model, "--out", "model.yaml").code != 0)
    #expect(try String(contentsOfFile: model, encoding: .utf8) == smallModel)
    #expect(try run("solve", model, "--out", "nowhere/deep/out").code != 0)
    #expect(folder.names() == ["model.yaml"])
  }
}

@Suite struct InterruptionTests {
  /// A whole-number model that takes far longer than the test.
  func hardModel() -> String {
    var text = """
      lodestone: 1
      name: many modules
      horizon: { start: 2026, end: 2040, step: quarter }
      money: { currency: USD, discount: 5% }
      provenance:
        classes: { domestic: 0, foreign: 1 }
        countries: { US: domestic, CN: foreign }
      commodities:
        ore: { stage: mine, price: 5 USD/kg }
        magnet: { stage: magnet, price: 50 USD/kg }
      imports:
        cn: { commodity: magnet, country: CN }
        cn_ore: { commodity: ore, country: CN, limit: 3 kt/yr }
      demand:
        all: { commodity: magnet, quantity: { 2026: 10 kt/yr, 2040: 20 kt/yr } }
      funds:
        grants:
          instruments: [grant]
          appropriations: { 2026: 500 MUSD, 2030: 370 MUSD, 2033: 410 MUSD }
      facilities:

      """
    for i in 0..<24 {
      let input = 1 + Double(i % 7) / 10
      text += """
          plant_\(i):
            stage: magnet
            country: US
            recipe: { in: { ore: \(input) }, out: { magnet: 1 } }
            expansion:
              max: \(900 + 37 * i) t/yr
              module: \(130 + 17 * i) t/yr
              capex: \(60 + (i * 29) % 50) kUSD/(t/yr)
              construction: \(1 + i % 3) years
          mine_\(i):
            stage: mine
            country: US
            recipe: { out: { ore: 1 } }
            expansion:
              max: \(1100 + 41 * i) t/yr
              module: \(210 + 19 * i) t/yr
              capex: \(11 + (i * 13) % 20) kUSD/(t/yr)
              permit: 2 years

        """
    }
    return text
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `an interrupt ends a solve within seconds and keeps the best plan`(number: Int32) throws {
    let folder = try TemporaryFolder()
    let model = try folder.write("hard.yaml", hardModel())
    let (process, output, _) = try Program.start(
      ["solve", model, "--json", "--out", "plan"], in: folder)
    Thread.sleep(forTimeInterval: 4)
    try #require(process.isRunning, "the model was solved too fast to be interrupted")
    let sent = ContinuousClock.now
    kill(process.processIdentifier, number)
    process.waitUntilExit()
    #expect(ContinuousClock.now - sent < .seconds(5))
    #expect(process.terminationReason == .exit && process.terminationStatus == 4)
    let text = try String(contentsOf: output, encoding: .utf8)
    let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let status = json?["status"] as? String
    #expect(status == "interrupted")
    if folder.names("plan") != [] { #expect(folder.names("plan").contains("plan.json")) }
  }

  @Test func `a time limit ends with 4 and the best plan so far`() throws {
    let folder = try TemporaryFolder()
    let model = try folder.write("hard.yaml", hardModel())
    let result = try Program.run(["solve", model, "--json", "--time-limit", "3"], in: folder)
    #expect(result.code == 4)
    let status = result.json["status"] as? String
    #expect(status == "feasible" || status == "interrupted")
  }

  @Test func `a reader that goes away ends the program quietly`() throws {
    let folder = try TemporaryFolder()
    let model = try folder.write("model.yaml", smallModel)
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", "\"$0\" solve \"$1\" --json | true", Program.path, model]
    shell.standardError = FileHandle.nullDevice
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationReason == .exit && shell.terminationStatus == 0)
  }
}
