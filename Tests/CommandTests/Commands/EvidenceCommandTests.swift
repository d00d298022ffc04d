import Foundation
import TestSupport
import Testing

/// `sources`, `sensitivity` and `validate --base-year` as users run them.
@Suite struct EvidenceCommandTests {
  let folder: TemporaryFolder
  let model: String

  private static let bibliography = """
    key,title,publisher,date,url,grade
    law,Appropriations,Congress,2026-01-05,https://example.org/law,A
    press,Magnets,Paper,2024-02,,C

    """

  init() throws {
    folder = try TemporaryFolder()
    // Every line with a number says where it comes from.
    let lines = smallModel.split(separator: "\n").map { line in
      let isMoney = line.contains("appropriations: {")
      let hasNumber = line.contains { $0.isNumber } && !line.hasPrefix("lodestone")
      return line + (isMoney ? " # [law]" : hasNumber ? " # [press]; assumption: small" : "")
    }
    let text = lines.joined(separator: "\n").replacingOccurrences(
      of: "name: one plant", with: "name: one plant\nas_of: 2026-11-15")
    model = try folder.write("model.yaml", text)
    _ = try folder.write("sources.csv", Self.bibliography)
  }

  private func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(arguments, in: folder)
  }

  @Test func `sources grade every line and end well where nothing is wrong`() throws {
    let result = try run("sources", model)
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.contains("The data stand as of 2026-11-15."))
    #expect(result.output.contains("Older than 24 months on 2026-11-15"))
    let json = try run("sources", model, "--json").json
    let grades = try #require(json["by_grade"] as? [String: Int])
    #expect(grades["A"] == 1 && grades["B"] == 0 && (grades["E"] ?? 0) > 5)
    #expect(json["without_grade"] as? Int == 0)
    #expect(json["stale"] as? [String] == ["press"])
    #expect((json["problems"] as? [Any])?.isEmpty == true)
  }

  @Test func `a wrong derivation ends with 1 and its place`() throws {
    let text = try String(contentsOfFile: model, encoding: .utf8).replacingOccurrences(
      of: "quantity: 1 kt/yr }", with: "quantity: 1 kt/yr } # derived: 2 * 3 = 7")
    let wrong = try folder.write("wrong.yaml", text)
    let result = try run("sources", wrong)
    #expect(result.code == 1)
    #expect(result.errors.contains("wrong.yaml:") && result.errors.contains("(2 * 3)"))
    let problems = try #require(
      try run("sources", wrong, "--json").json["problems"] as? [[String: Any]])
    #expect(problems.count == 1 && (problems[0]["line"] as? Int ?? 0) > 10)
  }

  @Test func `the sensitivity of the answer is shared out by grade`() throws {
    let json = try run("sources", model, "--sensitivity", "--json").json
    let sensitivity = try #require(json["sensitivity"] as? [String: Any])
    let shares = try #require(sensitivity["share_by_grade"] as? [String: Double])
    #expect(isClose(shares.values.reduce(0, +), 1))
    // The money decides half of what moves: it, and all that makes a tonne of it.
    #expect((shares["A"] ?? 0) > 0.1 && (shares["E"] ?? 0) > 0.5 && shares["C"] == 0)
    let lines = try #require(sensitivity["lines"] as? [[String: Any]])
    #expect(!lines.isEmpty && lines.allSatisfy { ($0["per_percent"] as? Double ?? 0) > 0 })
    let text = try run("sources", model, "--sensitivity")
    #expect(text.code == 0 && text.output.contains("The lines that matter most"))
    #expect(try run("sources", model, "--sensitivity", "--csv").code == 2)
  }

  @Test func `each input is moved to the ends of its range`() throws {
    let result = try run("sensitivity", model, "--json", "--out", "tornado")
    #expect(result.code == 0, "\(result.errors)")
    let json = result.json
    #expect(isClose(json["value"] as? Double ?? 0, 0.5))
    let inputs = try #require(json["inputs"] as? [[String: Any]])
    let money = try #require(inputs.first { $0["kind"] as? String == "money" })
    #expect(isClose(money["low"] as? Double ?? 0, 0.55))
    #expect(isClose(money["high"] as? Double ?? 0, 0.45))
    #expect(isClose(money["per_percent"] as? Double ?? 0, -0.005, relative: 1e-3))
    #expect(money["grade"] as? String == "A")
    let csv = try String(
      contentsOf: folder.url.appendingPathComponent("tornado/sensitivity.csv"), encoding: .utf8)
    #expect(csv.hasPrefix("input,kind,of,numbers,grade,"))
    let graded = try run("sensitivity", model, "--json", "--range", "A=50%").json
    let wide = try #require(
      (graded["inputs"] as? [[String: Any]])?.first { $0["kind"] as? String == "money" })
    #expect(isClose(wide["low"] as? Double ?? 0, 0.75))
    #expect(try run("sensitivity", model).output.contains("with the plan made again"))
    for wrong in ["0%", "A=2", "F=2%", "wide"] {
      #expect(try run("sensitivity", model, "--range", wrong).code == 2, "\(wrong)")
    }
  }

  @Test func `the base year is held to published figures`() throws {
    let head = "name,table,filter,column,over,value,tolerance,source,gap\n"
    #expect(try run("validate", model, "--base-year").code == 1)
    _ = try folder.write(
      "base-year.csv", head + "Made at home,flows,direction=out,value,,480,10%,press,\n")
    let fine = try run("validate", model, "--base-year")
    #expect(fine.code == 0, "\(fine.errors)")
    #expect(fine.output.contains("Made at home  500 t") && fine.output.contains("+4 %"))
    _ = try folder.write(
      "base-year.csv", head + "Made at home,flows,direction=out,value,,300,10%,press,\n")
    let outside = try run("validate", model, "--base-year")
    #expect(outside.code == 1)
    #expect(
      outside.errors.contains("base-year.csv:2:41: error: Made at home: the model is outside"))
    let json = try run("validate", model, "--base-year", "--json").json
    let rows = (json["base_year"] as? [String: Any])?["rows"] as? [[String: Any]]
    #expect(rows?.first?["verdict"] as? String == "outside")
    _ = try folder.write(
      "base-year.csv", head + "Made at home,flows,direction=out,value,,480,10%,none,\n")
    #expect(try run("validate", model, "--base-year").errors.contains("there is no source `none`"))
  }
}
