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
    #expect(result.output.contains("In: the best plans award it 500 t/yr"))
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
    #expect((json.json["repairs"] as? [Any])?.isEmpty == false)
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
