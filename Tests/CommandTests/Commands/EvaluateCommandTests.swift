import Foundation
import TestSupport
import Testing

/// Awards, revisions, two aims at once, and what differs.
@Suite struct EvaluateCommandTests {
  let folder: TemporaryFolder
  let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write("model.yaml", smallModel)
  }

  func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(arguments, in: folder)
  }

  @Test func `evaluate gives a plan its own value, from its folder and its tables`() throws {
    let own = try run("solve", model, "--only-plan", "--out", "plan", "--json").json
    let values = own["objectives"] as? [String: Double]
    for files in [["plan"], ["plan/plan.json"], ["plan/awards.csv", "plan/builds.csv"]] {
      let arguments = files.flatMap { ["--awards", $0] }
      let found = try Program.run(["evaluate", model, "--json"] + arguments, in: folder)
      #expect(found.code == 0, "\(found.errors)")
      let again = found.json["objectives"] as? [String: Double]
      for (name, value) in values ?? [:] {
        #expect(isClose(again?[name] ?? .nan, value, relative: 1e-9), "\(files) \(name)")
      }
      let evaluation = found.json["evaluation"] as? [String: Any]
      #expect(evaluation?["keeps_all_rules"] as? Bool == true)
    }
    let shown = try run("evaluate", model, "--awards", "plan", "--operate-only", "--out", "result")
    #expect(shown.code == 0 && shown.output.contains("The awards keep every rule."))
    #expect(folder.names("result").contains("evaluation.json"))
    #expect(folder.names("result").contains("distance.csv"))
  }

  @Test func `under risk what is listed before the reveal is fixed`() throws {
    let uncertain = Repository.corpus("hand-reveal")
    _ = try run("solve", uncertain, "--only-plan", "--out", "before")
    let found = try run("evaluate", uncertain, "--awards", "before", "--risk", "expected", "--json")
    #expect(found.code == 0, "\(found.errors)")
    let evaluation = found.json["evaluation"] as? [String: Any]
    #expect((evaluation?["difference"] as? Double ?? -1) >= -1e-7)
  }

  @Test func `broken rules are told with places, and end with 3`() throws {
    let awards = try folder.write(
      "awards.csv", "facility,fund,year,amount\nplant,grants,2026,70 MUSD\n")
    let found = try run("evaluate", model, "--awards", awards)
    #expect(found.code == 3, "\(found.errors)")
    #expect(found.output.contains("Rules that the awards break"))
    #expect(found.output.contains("no more money than is appropriated"))
    #expect(found.output.contains("awards.csv:2"))
  }

  @Test func `wrong files and usage have their exit codes`() throws {
    #expect(try run("evaluate", model).code == 2)
    #expect(try run("evaluate", model, "--awards", "nothing.csv").code == 1)
    let wrong = try folder.write("wrong.csv", "facility,fund,year,amount\nplnt,grants,2026,1\n")
    let found = try run("evaluate", model, "--awards", wrong)
    #expect(found.code == 1 && found.output.isEmpty)
    #expect(found.errors.contains("wrong.csv:2:"))
    #expect(try run("solve", model, "--from", wrong).code == 2)
    #expect(try run("solve", model, "--at-most", "3", "changes").code == 2)
    #expect(try run("pareto", model, "--objectives", "dependency").code == 2)
    #expect(try run("pareto", model, "--objectives", "dependency,cost").code == 2)
    #expect(try run("diff", model, "nothing.yaml").code == 1)
  }

  @Test func `a revision says what changes buy`() throws {
    let awards = try folder.write(
      "awards.csv", "facility,fund,year,amount\nplant,grants,2026,10 MUSD\n")
    let found = try run("solve", model, "--from", awards, "--at-most", "1", "change")
    #expect(found.code == 0, "\(found.errors)")
    #expect(found.output.contains("What changes buy") && found.output.contains("1 change"))
    let json = try run("solve", model, "--from", awards, "--at-most", "5MUSD", "--json").json
    let revision = json["revision"] as? [String: Any]
    #expect((revision?["steps"] as? [Any])?.count == 5)
    #expect(try run("solve", model, "--from", awards, "--at-most", "some").code == 2)
  }

  @Test func `pareto writes corners and rates`() throws {
    let found = try run("pareto", model, "--objectives", "dependency,public_cost", "--out", "p")
    #expect(found.code == 0, "\(found.errors)")
    #expect(found.output.contains("corners, all there are"))
    #expect(folder.names("p") == ["boxes.csv", "corners.csv", "pareto.json"])
    let json = try run("pareto", model, "--objectives", "dependency,public_cost", "--json").json
    #expect(json["exact"] as? Bool == true && (json["corners"] as? [Any])?.isEmpty == false)
  }

  @Test func `diff is silent where nothing differs, and tells each difference`() throws {
    let same = try run("diff", model, model)
    #expect(same.code == 0 && same.output.isEmpty)
    let other = try folder.write(
      "other.yaml", smallModel.replacing("100 kUSD/(t/yr)", with: "80 kUSD/(t/yr)"))
    let found = try run("diff", model, other)
    #expect(found.code == 0)
    #expect(
      found.output
        == "facilities.plant.expansion.capex: 100 kUSD/(t/yr) → 80 kUSD/(t/yr)\n")
    #expect(try run("diff", model, other, "--exit-code").code == 1)
    let explained = try run("diff", model, other, "--explain", "--json").json
    #expect(explained["same"] as? Bool == false && explained["explained"] != nil)
    _ = try run("solve", model, "--only-plan", "--out", "a")
    _ = try run("solve", other, "--only-plan", "--out", "b")
    let plans = try run("diff", "a", "b")
    #expect(plans.code == 0 && plans.output.contains("objectives"))
    #expect(try run("diff", "a", "a").output.isEmpty)
    #expect(try run("diff", model, "a").code == 2)
  }
}
