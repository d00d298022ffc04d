import Foundation
import Testing

@Suite struct ExplainCommandTests {
  let folder: TemporaryFolder
  let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write("small.yaml", smallModel)
  }

  @Test func `explain prints prices as one JSON object, the same at every run`() throws {
    let result = try Program.run(["explain", model, "--json"], in: folder)
    #expect(result.code == 0)
    #expect(result.json["status"] as? String == "optimal")
    let prices = try #require(result.json["prices"] as? [[String: Any]])
    let money = try #require(prices.first { $0["group"] as? String == "money" })
    let more = try #require(money["more"] as? [String: Any])
    #expect(abs((more["per_unit"] as? Double ?? 0) + 0.01) < 1e-9)
    #expect(try Program.run(["explain", model, "--json"], in: folder).output == result.output)
  }

  @Test func `explain shows a facility, and for a wrong name the nearest`() throws {
    let result = try Program.run(["explain", model, "--facility", "plant"], in: folder)
    #expect(result.code == 0)
    // Where lines break depends on the width.
    let words = result.output.replacingOccurrences(of: "\n", with: " ")
    #expect(words.contains("the best plans award it 500 t/yr."))
    // Its 50 MUSD of grants and the 500 t that they make in each year.
    #expect(result.output.contains("cost of building"))
    let json = try Program.run(["explain", model, "--facility", "plant", "--json"], in: folder).json
    let account = try #require(json["account"] as? [String: Any])
    let years = try #require(account["years"] as? [[String: Any]])
    let built = years.reduce(0) { $0 + ($1["capex"] as? Double ?? 0) }
    #expect(abs(built - 50) < 1e-3)
    #expect(years.allSatisfy { abs(($0["made_by_new"] as? Double ?? 0) - 500) < 0.1 })
    let wrong = try Program.run(["explain", model, "--facility", "plnat"], in: folder)
    #expect(wrong.code == 2)
    #expect(wrong.errors.contains("did you mean 'plant'"))
  }

  @Test func `explain ends with 3 where there is no plan, with the clash and what helps`() throws {
    let strict = try folder.write("strict.yaml", smallModel + "\ntargets: { 2026: 10% }\n")
    let result = try Program.run(["explain", strict], in: folder)
    #expect(result.code == 3)
    #expect(result.output.contains("target 2026: dependency at most 10 %"))
    #expect(result.output.contains("strict.yaml:"))
    #expect(result.output.contains("10 % cannot be met; 50 % can"))
    let facility = try Program.run(["explain", strict, "--facility", "plant"], in: folder)
    #expect(facility.code == 3)
    let json = try Program.run(["explain", strict, "--json"], in: folder)
    #expect(json.code == 3)
    #expect(json.json["status"] as? String == "infeasible")
    #expect((json.json["relaxations"] as? [Any])?.isEmpty == false)
  }

  @Test func `what helps comes before the clash, which is cut after a few points without --all`()
    throws
  {
    // Eight plants of 100 t/yr, with money for all of them: 20 % of the demand stays foreign.
    let lines = smallModel.components(separatedBy: "\n")
    let at = try #require(lines.firstIndex(of: "  plant:"))
    let plants = (1...8).flatMap { n in
      lines[at...(at + 4)].map {
        $0.replacingOccurrences(of: "plant:", with: "plant\(n):")
          .replacingOccurrences(of: "2 kt/yr", with: "100 t/yr")
      }
    }
    let text = (lines[..<at] + plants + lines[(at + 5)...]).joined(separator: "\n")
      .replacingOccurrences(of: "50 MUSD", with: "500 MUSD")
    let file = try folder.write("many.yaml", text + "\ntargets: { 2026: 10% }\n")
    let short = try Program.run(["explain", file], in: folder)
    #expect(short.code == 3)
    let answer = try #require(short.output.range(of: "10 % cannot be met; 20 % can"))
    let why = try #require(short.output.range(of: "these cannot all hold"))
    #expect(answer.upperBound < why.lowerBound)
    #expect(short.output.contains("Plants (8)"))
    #expect(short.output.contains("and 4 more") && short.output.contains("--all"))
    #expect(short.output.components(separatedBy: "may be expanded").count == 5)
    let whole = try Program.run(["explain", file, "--all"], in: folder)
    #expect(whole.output.components(separatedBy: "may be expanded").count == 9)
    #expect(!whole.output.contains(" more") && !whole.output.contains("--all"))
  }

  @Test func `alternatives and floors print one JSON object`() throws {
    let near = try Program.run(["alternatives", model, "--within", "5%", "--json"], in: folder)
    #expect(near.code == 0)
    #expect((near.json["plans"] as? [Any])?.isEmpty == false)
    let floors = try Program.run(["floors", model, "--json"], in: folder)
    #expect(floors.code == 0)
    let cases = try #require(floors.json["cases"] as? [[String: Any]])
    #expect(cases.compactMap { $0["case"] as? String } == ["as it is", "poor"])
  }

  @Test func `wrong usage ends with 2`() throws {
    for arguments in [
      ["alternatives", model, "--within", "lots"], ["alternatives", model, "--count=-1"],
      ["explain", model, "--top", "0"], ["floors", model, "--budget-scale=-1"],
    ] {
      let result = try Program.run(arguments, in: folder)
      #expect(result.code == 2, "\(arguments)")
    }
  }

  @Test func `what has no plan points to explain, which tells why`() throws {
    let strict = try folder.write("strict.yaml", smallModel + "\ntargets: { 2026: 10% }\n")
    let solved = try Program.run(["solve", strict], in: folder)
    #expect(solved.code == 3)
    #expect(solved.output.contains("`lodestone explain` tells why"))
    let near = try Program.run(["alternatives", strict], in: folder)
    #expect(near.code == 3)
    #expect(near.errors.contains("`lodestone explain` tells why"))
  }

  @Test func `a plan that needs fractions is told as a conflict, and with --relax it has prices`()
    throws
  {
    // 50 MUSD pay for 500 t/yr; modules of 400 t/yr allow one, so 60 % stay foreign.
    let whole = smallModel.replacingOccurrences(
      of: "expansion: {", with: "expansion: { module: 400 t/yr,")
    try #require(whole != smallModel)
    let file = try folder.write("whole.yaml", whole + "\ntargets: { 2026: 55% }\n")
    let result = try Program.run(["explain", file], in: folder)
    #expect(result.code == 3)
    #expect(result.output.contains("Fractions of modules would do"))
    let relaxed = try Program.run(["explain", file, "--relax"], in: folder)
    #expect(relaxed.code == 0)
    #expect(relaxed.output.contains("with fractions of modules allowed"))
    let near = try Program.run(["alternatives", file, "--relax"], in: folder)
    #expect(near.code == 0)
    #expect(near.output.contains("Whole-number rules"))
  }
}
