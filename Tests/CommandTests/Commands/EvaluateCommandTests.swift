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
    let twice = try run("pareto", model, "--objectives", "unmet,dependency,unmet")
    #expect(twice.code == 2 && twice.errors.contains("named twice"))
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
    #expect(
      folder.names("p") == [
        "awards.csv", "boxes.csv", "builds.csv", "corners.csv", "pareto.json",
      ])
    let json = try run("pareto", model, "--objectives", "dependency,public_cost", "--json").json
    #expect(json["exact"] as? Bool == true && (json["corners"] as? [Any])?.isEmpty == false)
  }

  @Test func `pareto finds the surface of three, and takes measures of the model`() throws {
    let own = try folder.write(
      "own.yaml", smallModel + "\nmeasures: { home: \"served[class=domestic]\" }\n")
    let three = try run(
      "pareto", own, "--relax", "--objectives", "dependency,public_cost,system_cost", "--out", "s")
    #expect(three.code == 0, "\(three.errors)")
    #expect(three.output.contains("none of which is worse than another in all three"))
    #expect(
      folder.names("s") == [
        "awards.csv", "builds.csv", "pareto.json", "planes.csv", "points.csv", "ranges.csv",
      ])
    let json = try run(
      "pareto", own, "--relax", "--objectives", "public_cost,maximize home", "--json"
    ).json
    #expect(json["objectives"] as? [String] == ["public_cost", "maximize home"])
    let corners = try #require(json["corners"] as? [[String: Any]])
    // The tonnes themselves, not what is minimised in their place.
    #expect(corners.allSatisfy { ($0["home"] as? Double ?? -1) >= 0 })
    let solved = try run("solve", own, "--objective", "maximize home", "--only-plan", "--json").json
    let most = (solved["objectives"] as? [String: Any])?["home"] as? Double
    let best = corners.compactMap { $0["home"] as? Double }.max()
    #expect(abs((most ?? 0) - (best ?? 1)) <= 1e-4 * abs(most ?? 1))
    let misspelt = try run("solve", own, "--objective", "hom")
    #expect(misspelt.code == 2 && misspelt.errors.contains("did you mean `home`?"))
    #expect(try run("pareto", own, "--objectives", "dependency,home,unmet,public_cost").code == 2)
  }

  @Test func `a report shows what one aim costs another`() throws {
    let made = try run(
      "report", model, "--pareto", "dependency,public_cost", "--only-plan", "--out", "r.html")
    #expect(made.code == 0, "\(made.errors)")
    let page = try String(contentsOfFile: folder.path("r.html"), encoding: .utf8)
    #expect(page.contains("\"trade\"") && page.contains("\"corner\""))
    #expect(try run("report", model, "--pareto", "dependency", "--out", "r.html").code != 0)
  }

  @Test func `diff says that nothing differs, and tells each difference`() throws {
    let same = try run("diff", model, model)
    #expect(same.code == 0 && same.output == "No difference.\n")
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
    #expect(try run("diff", "a", "a").output == "No difference.\n")
    #expect(try run("diff", model, "a").code == 2)
  }

  @Test func `diff names a change of a scenario by its place, and refuses what has no effect`()
    throws
  {
    let other = try folder.write(
      "other.yaml", smallModel.replacing("by: 0.5", with: "by: 0.6"))
    #expect(
      try run("diff", model, other).output == "scenarios.poor.changes.[1].by: 0.5 → 0.6\n")
    for idle in [["--relax"], ["--gap", "1%"], ["--time-limit", "9"], ["--tolerance", "0.1"]] {
      #expect(try Program.run(["diff", model, other] + idle, in: folder).code == 2, "\(idle)")
    }
  }

  @Test func `diff says which model has no plan to explain`() throws {
    let never = try folder.write("never.yaml", smallModel + "\ntargets: { 2027: 0% }\n")
    let found = try run("diff", model, never, "--explain")
    #expect(found.code == 3 && found.output.contains("targets"))
    #expect(found.errors.contains("never.yaml has no plan: "))
  }

  // MARK: What is kept

  @Test func `no folder is replaced that holds what is read, or tables of somebody else`() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("own"), withIntermediateDirectories: false)
    let text = "facility,fund,year,amount\nplant,grants,2026,10 MUSD\n"
    let own = try folder.write("own/awards.csv", text)
    let copy = try folder.write("copy.csv", text)
    for awards in [own, copy] {
      let found = try run("evaluate", model, "--awards", awards, "--out", "own")
      #expect(found.code == 2 && found.errors.contains("choose another folder"))
      #expect(try String(contentsOfFile: own, encoding: .utf8) == text)
    }
    #expect(folder.names("own") == ["awards.csv"])
    for _ in 0..<2 {
      #expect(try run("evaluate", model, "--awards", copy, "--out", "result").code == 0)
    }
    _ = try run("solve", model, "--only-plan", "--out", "plan")
    let before = folder.names("plan")
    let revised = try run(
      "solve", model, "--from", "plan", "--at-most", "1", "change", "--out", "plan")
    #expect(revised.code == 2 && revised.errors.contains("which is read"))
    #expect(folder.names("plan") == before)
  }

  @Test func `the folder that the program runs in stays where it is`() throws {
    let found = try Program.shell(
      "mkdir here; cd here; code=0; lodestone solve ../model.yaml --only-plan --out . >/dev/null || code=$?; echo $code; touch still; ls",
      in: folder)
    #expect(found.output == "2\nstill\n")
    #expect(found.errors.contains("the folder that this runs in"))
  }

  // MARK: Commitments

  @Test func `results of a model with commitments are evaluated and revised`() throws {
    let text = try Repository.text("Models/tutorial.yaml")
    let committed = try folder.write(
      "committed.yaml",
      text + "\ncommitted: [{ facility: separation, fund: grants, time: 2026, money: 20 MUSD }]\n")
    let own = try run("solve", committed, "--only-plan", "--out", "plan", "--json")
    #expect(own.code == 0, "\(own.errors)")
    let values = own.json["objectives"] as? [String: Double] ?? [:]
    for awards in ["plan", "plan/awards.csv"] {
      let found = try run("evaluate", committed, "--awards", awards, "--json")
      #expect(found.code == 0, "\(found.errors)")
      let again = found.json["objectives"] as? [String: Double] ?? [:]
      for (name, value) in values {
        #expect(isClose(again[name] ?? .nan, value, relative: 1e-9), "\(name)")
      }
    }
    let revised = try run("solve", committed, "--from", "plan", "--at-most", "0", "changes")
    #expect(revised.code == 0, "\(revised.errors)")
    #expect(revised.output.contains("Nothing is changed."))
    let other = try folder.write(
      "other.csv", "facility,fund,year,amount\nseparation,grants,2026,21 MUSD\n")
    let wrong = try run("evaluate", committed, "--awards", other)
    #expect(wrong.code == 1 && wrong.errors.contains("committed already"))
    #expect(wrong.errors.contains("other.csv:2"))
    // What the list leaves out is committed all the same, and no change.
    let rest = try folder.write(
      "rest.csv", "facility,fund,year,amount\nmagnet_works,grants,2026,20 MUSD\n")
    let few = try run("solve", committed, "--from", rest, "--at-most", "0 changes")
    #expect(few.code == 0 && few.output.contains("Nothing is changed."), "\(few.errors)")
  }

  // MARK: Nothing near, nothing under risk

  @Test func `where no plan is near, the rules that the awards break are to be asked for`() throws {
    let awards = try folder.write(
      "awards.csv", "facility,fund,year,amount\nplant,grants,2026,70 MUSD\n")
    let found = try run("solve", model, "--from", "awards.csv", "--at-most", "0changes")
    #expect(found.code == 3 && found.output.isEmpty)
    #expect(
      found.errors
        == "lodestone: no plan lies within 0 changes of the awards in awards.csv; `lodestone evaluate \(model) --awards awards.csv` names the rules they break\n"
    )
    #expect(try run("solve", model, "--from", awards, "--at-most", "1change").code == 0)
    #expect(try run("solve", model, "--from", awards, "--at-most", "1chance").code == 2)
    let uncertain = Repository.corpus("hand-reveal")
    let risky = try run("evaluate", uncertain, "--awards", awards, "--risk", "expected")
    #expect(risky.code == 3, "\(risky.errors)")
    #expect(risky.errors.contains("leave out --risk to see which rules the awards break"))
  }

  @Test func `a programme's share of a cost is told with the facility`() throws {
    let awards = try folder.write(
      "awards.csv", "facility,fund,year,amount\nplant,grants,2026,10 MUSD\n")
    let found = try run(
      "evaluate", model, "--set", "funds.grants.max_share=50%", "--awards", awards)
    #expect(found.code == 3)
    #expect(
      found.output.contains("grants: pays 50 % of the cost of plant at most [2026]: by 5.00 MUSD"))
  }
}
