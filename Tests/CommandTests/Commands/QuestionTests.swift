import Foundation
import TestSupport
import Testing

/// Questions as people ask them, each by one command.
@Suite struct QuestionTests {
  let folder: TemporaryFolder
  let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write("model.yaml", smallModel)
  }

  func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(arguments, in: folder)
  }

  // MARK: What does a target take

  @Test func `reach says what a target takes, and writes its plan`() throws {
    let found = try run("reach", model, "2027=60%", "--out", "plan")
    #expect(found.code == 0, "\(found.errors)")
    // 400 t/yr at 100 kUSD, paid a year later at 10 %.
    #expect(
      found.output.contains("It can be reached with 36.4 MUSD of public money in present value"))
    #expect(found.output.contains("Target 2027: 60 % is met (60.0 %)."))
    #expect(found.output.contains("A point less in 2027 would take about 909 kUSD more."))
    let names = folder.names("plan")
    #expect(names.contains("reach.json") && names.contains("sheet_builds.csv"))
    let json = try run("reach", model, "2027=60%", "--at-least-budget", "--json").json
    #expect(json["reached"] as? Bool == true)
    #expect(abs((json["least_budget_scale"] as? Double ?? 0) - 0.8) < 1e-3)
  }

  @Test func `reach shows the nearest to what cannot be had, and ends with 3`() throws {
    let found = try run("reach", model, "2027=10%")
    #expect(found.code == 3)
    #expect(found.output.contains("It cannot be reached"))
    #expect(found.output.contains("10 % is missed by 40.0 points; the nearest is 50.00 %"))
    #expect(found.output.contains("Dependency index: "))
    for wrong in [["2027"], ["2027=lots"], ["2040=10%"], [], ["2027=10%", "2027=20%"]] {
      #expect(try Program.run(["reach", model] + wrong, in: folder).code == 2, "\(wrong)")
    }
  }

  @Test func `an order of objectives that serves nobody is warned of, with the one that is meant`()
    throws
  {
    let odd = try run("solve", model, "--objective", "system_cost", "--only-plan")
    #expect(odd.errors.contains("what costs least is to serve nobody"))
    #expect(odd.errors.contains("did you mean --objective dependency,system_cost?"))
    let idle = try run("solve", model, "--objective", "unmet,public_cost", "--only-plan")
    #expect(idle.errors.contains("did you mean --objective unmet,public_cost,dependency?"))
    let sound = try run("solve", model, "--objective", "dependency,public_cost", "--only-plan")
    #expect(!sound.errors.contains("did you mean"))
    let aimed = try folder.write("aimed.yaml", smallModel + "\ntargets: { 2027: 60% }\n")
    let bare = try run("solve", aimed, "--objective", "public_cost", "--only-plan")
    #expect(bare.errors.contains("did you mean --objective public_cost,dependency?"))
  }

  // MARK: A shock that breaks a target

  @Test func `a case that breaks a target shows the plan that misses least`() throws {
    let text = smallModel + "\ntargets: { 2027: 50% }\n"
    let file = try folder.write("aimed.yaml", text)
    let compared = try run("compare", file)
    #expect(compared.code == 0, "\(compared.errors)")
    #expect(compared.output.contains("poor cannot meet its targets"))
    #expect(compared.output.contains("2027 by 25.0 points"))
    let cases = try #require(
      try run("compare", file, "--json").json["cases"] as? [[String: Any]])
    let missed = try #require(cases[1]["missed_targets"] as? [[String: Any]])
    #expect(abs((missed.first?["by"] as? Double ?? 0) - 0.25) < 1e-3)
    // Targets can be taken away.
    let free = try run("solve", file, "--set", "targets={}", "--budget-scale", "50%", "--only-plan")
    #expect(free.code == 0 && free.output.contains("Dependency index: 75.0 %"))
    #expect(try run("solve", file, "--budget-scale", "50%", "--only-plan").code == 3)
    // In a sweep as well.
    let swept = try run(
      "sweep", file, "--vary", "budget_scale=0.5,1", "--store", "grid.db")
    #expect(swept.code == 0, "\(swept.errors)")
    let table = try run("results", "grid.db", "--csv", "--table", "cases").output
    #expect(table.contains("missed") && table.contains("target 2027 missed by 25"))
    let page = try run("report", file, "--case", "poor", "--format", "md", "--out", "a.md")
    #expect(page.code == 0, "\(page.errors)")
    let written = try String(contentsOfFile: folder.path("a.md"), encoding: .utf8)
    #expect(written.contains("misses 2027 by 25.0 points"))
  }

  @Test func `shortage has its own words, row and column`() throws {
    let text = smallModel.replacingOccurrences(of: "limit: 5 kt/yr", with: "limit: 300 t/yr")
    let file = try folder.write("short.yaml", text)
    let solved = try run("solve", file, "--only-plan")
    #expect(solved.output.contains("Demand goes unserved in 2026–2027: 20.0 % of it in 2026"))
    #expect(solved.output.contains("  not served "))
    #expect(solved.output.contains("20.0 % not served."))
    let compared = try run("compare", file, "--only-plan")
    #expect(compared.output.contains("not served") && compared.output.contains("45.0 %"))
    let banned = try run(
      "solve", file, "--set", "imports.cn.limit=0 t/yr", "--budget-scale", "0", "--only-plan")
    #expect(banned.output.contains("The index is above 100 % in 2026–2027 (200.0 % in 2026)"))
  }

  // MARK: One grammar

  @Test func `cases are named apart from scenarios that are combined`() throws {
    let text = smallModel.replacingOccurrences(
      of: "scenarios:",
      with: "scenarios:\n  dry: { changes: [{ set: imports.cn.limit, to: 400 t/yr }] }")
    let file = try folder.write("two.yaml", text)
    func names(_ arguments: String...) throws -> [String] {
      let json = try Program.run(
        ["compare", file, "--only-plan", "--json"] + arguments, in: folder)
      #expect(json.code == 0, "\(json.errors)")
      return ((json.json["cases"] as? [[String: Any]]) ?? []).compactMap { $0["name"] as? String }
    }
    #expect(try names() == ["base", "dry", "poor"])
    #expect(try names("--scenario", "dry", "--scenario", "poor") == ["base", "dry + poor"])
    #expect(try names("--scenario", "dry+poor") == ["base", "dry + poor"])
    #expect(
      try names("--case", "dry", "--case", "hard: dry+poor, budget 50%, imports.cn.limit=300 t/yr")
        == ["base", "dry", "hard"])
    for wrong in ["", "a: ", "dry, ", "dry, budget lots", ": dry"] {
      #expect(try run("compare", file, "--case", wrong).code == 2, "\(wrong)")
    }
    // The same words mean the same where one plan is made.
    let solved = try run("solve", file, "--scenario", "dry+poor", "--only-plan", "--json")
    #expect(solved.json["scenarios"] as? [String] == ["dry", "poor"])
  }

  @Test func `a budget is a number or a share, in every command`() throws {
    for command in [["solve"], ["explain"], ["alternatives"], ["floors"], ["reach"], ["describe"]] {
      let more = command == ["reach"] ? ["2027=80%"] : []
      let half = try Program.run(command + [model, "--budget-scale", "50%"] + more, in: folder)
      let same = try Program.run(command + [model, "--budget-scale", "0.5"] + more, in: folder)
      #expect(half.code == same.code && half.code != 2, "\(command): \(half.errors)")
    }
    #expect(try run("solve", model, "--budget-scale", "-1").errors.contains("-1"))
  }

  @Test func `options of solving commands are there in each of them`() throws {
    for command in ["solve", "explain", "alternatives", "floors", "reach", "compare", "report"] {
      let help = try run(command, "--help").output
      for option in [
        "--scenario", "--set", "--budget-scale", "--relax", "--gap", "--time-limit", "--out",
      ] {
        #expect(help.contains(option), "\(command) \(option)")
      }
    }
  }

  @Test func `a misspelt command is answered with the one that is meant`() throws {
    let wrong = try run("slove", model)
    #expect(wrong.code == 2)
    #expect(wrong.errors.contains("there is no command 'slove'; did you mean 'solve'?"))
  }

  @Test func `help takes the width of the terminal, and its first example ends at once`() throws {
    let wide = try Program.shell(
      "COLUMNS=140 \"$1\" sweep --help", arguments: [Program.path], in: folder
    ).output
    let longest = wide.components(separatedBy: "\n").map(\.count).max() ?? 0
    #expect(longest > 100 && longest <= 140)
    let help = try run("--help").output
    let first = try #require(help.firstRange(of: "lodestone solve Models/tutorial.yaml"))
    #expect(!help[..<first.lowerBound].contains("lodestone solve"))
  }

  @Test func `each command beside a question is one that the program takes`() throws {
    let help = try Program.shell(
      "COLUMNS=160 \"$1\" --help", arguments: [Program.path], in: folder
    ).output
    let text = try String(contentsOfFile: model, encoding: .utf8)
    for name in ["old.yaml", "new.yaml"] { _ = try folder.write(name, text) }
    let shown = help.components(separatedBy: "\n").compactMap { line in
      line.firstRange(of: " lodestone ").map { String(line[$0.upperBound...]) }
    }.filter { $0.contains(".yaml --") || $0.contains("model.yaml") || $0.contains(".db") }
    #expect(shown.count >= 13, "\(shown)")
    for words in shown {
      let result = try Program.run(words.components(separatedBy: " "), in: folder)
      for wrong in ["Unknown option", "Unexpected argument", "Missing expected", "is invalid for"] {
        #expect(!result.errors.contains(wrong), "lodestone \(words): \(result.errors)")
      }
    }
  }

  // MARK: Why this, not that

  @Test func `a facility is explained by the name that tables print`() throws {
    let text = smallModel.replacingOccurrences(
      of: "  plant:\n", with: "  plant:\n    name: Gulf magnet works\n")
    let file = try folder.write("named.yaml", text)
    let found = try run("explain", file, "--facility", "gulf magnet works")
    #expect(found.code == 0, "\(found.errors)")
    #expect(
      found.output.contains(
        "In: without it the best dependency index is 100.00 % instead of 50.00 %"))
    let wrong = try run("explain", file, "--facility", "Gulf works")
    #expect(wrong.code == 2 && wrong.errors.contains("'plant' (Gulf magnet works)"))
  }

  @Test func `two facilities stand side by side`() throws {
    let lines = smallModel.components(separatedBy: "\n")
    let at = try #require(lines.firstIndex(of: "  plant:"))
    let dear = lines[at...(at + 4)].map {
      $0.replacingOccurrences(of: "plant:", with: "dear:")
        .replacingOccurrences(of: "100 kUSD", with: "130 kUSD")
    }
    let file = try folder.write(
      "pair.yaml", (lines[..<at] + dear + lines[at...]).joined(separator: "\n"))
    let found = try run("compare", file, "--facility", "plant", "--facility", "dear")
    #expect(found.code == 0, "\(found.errors)")
    #expect(found.output.contains("Side by side") && found.output.contains("capex of a t/yr"))
    #expect(found.output.contains("Out: too dear for its tonnes"))
    #expect(try run("compare", file, "--facility", "plant").code == 2)
    #expect(try run("compare", file, "--facility", "plant", "--facility", "plant").code == 2)
  }

  // MARK: Out of the box

  @Test func `a copied program writes a page of tables where the chart library is not there`()
    throws
  {
    let lonely = folder.path("lodestone")
    try FileManager.default.copyItem(atPath: Program.path, toPath: lonely)
    let made = try Program.shell(
      "HOME=/nowhere ./lodestone report \"$1\"", arguments: [model], in: folder)
    #expect(made.code == 0, "\(made.errors)")
    #expect(made.errors.contains("Scripts/report-library"))
    let page = try String(contentsOfFile: folder.path("report.html"), encoding: .utf8)
    #expect(page.contains("charts are shown as tables"))
    // With its share folder beside it the page has charts.
    let share = folder.url.appendingPathComponent("share/lodestone")
    try FileManager.default.createDirectory(at: share, withIntermediateDirectories: true)
    for name in ["echarts.min.js", "echarts.LICENSE"] {
      try Data("/* \(name) here */".utf8).write(to: share.appendingPathComponent(name))
    }
    let whole = try Program.shell(
      "HOME=/nowhere ./lodestone report \"$1\" --out charts.html", arguments: [model], in: folder)
    #expect(whole.code == 0 && !whole.errors.contains("tables instead"))
    #expect(
      try String(contentsOfFile: folder.path("charts.html"), encoding: .utf8)
        .contains("/* echarts.min.js here */"))
  }

  @Test func `a description lists targets, limits, stockpiles and facilities`() throws {
    let file = try folder.write(
      "whole.yaml",
      smallModel + """

        targets: { 2027: 60% }
        limits: [{ name: no more, measure: award, where: { stage: [magnet] }, per: horizon, at_most: 40 MUSD }]
        stockpiles: { reserve: { commodity: magnet, max: 50 t } }
        """)
    let found = try run("describe", file).output
    for words in [
      "2027: 60 %", "no more: award of stage magnet at most 40.0 MUSD, over the horizon", "reserve",
      "Facilities",
    ] {
      #expect(found.contains(words), "\(words)")
    }
    let json = try run("describe", file, "--json").json
    #expect((json["facilities"] as? [[String: Any]])?.first?["id"] as? String == "plant")
    #expect((json["targets"] as? [Any])?.count == 1)
  }

  @Test func `tables for people have names and few digits`() throws {
    let text = smallModel.replacingOccurrences(
      of: "  plant:\n", with: "  plant:\n    name: Gulf magnet works\n")
    let file = try folder.write("named.yaml", text)
    #expect(try run("solve", file, "--out", "out", "--only-plan").code == 0)
    let sheet = try String(contentsOfFile: folder.path("out/sheet_awards.csv"), encoding: .utf8)
    let bytes = try Data(contentsOf: folder.url.appendingPathComponent("out/sheet_awards.csv"))
    #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]) && sheet.contains("facility_name"))
    #expect(sheet.contains("plant,Gulf magnet works,"))
    let plain = try String(contentsOfFile: folder.path("out/awards.csv"), encoding: .utf8)
    #expect(!plain.contains("facility_name") && plain.utf8.first == UInt8(ascii: "f"))
  }
}
