import Foundation
import TestSupport
import Testing

/// What `solve` and `compare` show beside the plan.
@Suite struct PlanContextCommandTests {
  let folder: TemporaryFolder
  let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write("model.yaml", smallModel)
  }

  private func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(arguments, in: folder)
  }

  @Test func `it stands behind the plan, which --only-plan shows alone`() throws {
    func lines(_ text: String) -> [Substring] {
      text.split(separator: "\n", omittingEmptySubsequences: false).filter {
        !$0.hasPrefix("Time:")
      }
    }
    let whole = lines(try run("solve", model).output)
    let alone = lines(try run("solve", model, "--only-plan").output)
    #expect(Array(whole.prefix(alone.count - 1)) == Array(alone.dropLast()))
    let beside = whole.dropFirst(alone.count - 1).joined(separator: "\n")
    #expect(beside.contains("Without public money: 100.0 % in 2027"))
    #expect(beside.contains("public money buys 50.0 points"))
    #expect(beside.contains("With 5 more years beyond 2027"))
    #expect(beside.contains("What moves dependency index most"))
  }

  @Test func `its keys follow the plan in JSON, and the plan is the same to the last digit`() throws
  {
    #expect(try run("solve", model, "--out", "whole").code == 0)
    #expect(try run("solve", model, "--only-plan", "--out", "alone").code == 0)
    func object(_ name: String) throws -> [String: Any] {
      let data = try Data(contentsOf: URL(fileURLWithPath: folder.path(name + "/plan.json")))
      return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
    var whole = try object("whole")
    let alone = try object("alone")
    let baseline = try #require(whole["baseline"] as? [String: Any])
    #expect(isClose(baseline["dependency"] as? Double ?? 0, 1))
    let bought = try #require(baseline["bought_by_public_money"] as? [String: Double])
    #expect(isClose(bought["2027"] ?? 0, 0.5, relative: 1e-5))
    #expect(whole["end_effect"] is [String: Any] && whole["sensitivity"] is [String: Any])
    for key in ["baseline", "equally_good", "end_effect", "sensitivity"] {
      #expect(alone[key] == nil)
      whole[key] = nil
    }
    #expect(NSDictionary(dictionary: whole) == NSDictionary(dictionary: alone))
  }

  @Test func `compare has a column without public money, which --only-plan leaves out`() throws {
    let whole = try run("compare", model, "--scenario", "poor")
    #expect(whole.output.contains("without public money"))
    #expect(whole.output.contains("100.00 %"))
    let alone = try run("compare", model, "--scenario", "poor", "--only-plan")
    #expect(!alone.output.contains("without public money"))
    let cases = try run("compare", model, "--scenario", "poor", "--json").json["cases"]
    let baselines = (cases as? [[String: Any]])?.compactMap { $0["baseline"] as? [String: Any] }
    #expect(baselines?.count == 2)
  }
}
