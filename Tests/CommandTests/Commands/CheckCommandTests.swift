import Foundation
import Testing

@Suite struct CheckCommandTests {
  let folder: TemporaryFolder
  let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write("model.yaml", smallModel)
  }

  func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(arguments, in: folder)
  }

  @Test func `a certificate is checked from the model alone`() throws {
    let solved = try run("solve", model, "--prove", "proof.json", "--scenario", "poor")
    #expect(solved.code == 0)
    #expect(solved.output.contains("Proof in exact arithmetic: no better plan exists."))
    let checked = try run("check", "proof.json", model)
    #expect(checked.code == 0)
    #expect(checked.output.contains("exactly 3/4"))
    let json = try run("check", "proof.json", model, "--json", "--quick").json
    #expect(json["verdict"] as? String == "optimal" && json["same_program"] as? Bool == true)
  }

  @Test func `a plan that was changed by hand is not believed`() throws {
    #expect(try run("solve", model, "--prove", "proof.json").code == 0)
    let text = try String(contentsOfFile: folder.path("proof.json"), encoding: .utf8)
    // Half of the demand is served from home; a little more than the plant can make.
    let changed = text.replacingOccurrences(of: "0.5,", with: "0.51,")
    #expect(changed != text)
    _ = try folder.write("changed.json", changed)
    let checked = try run("check", "changed.json", model)
    #expect(checked.code == 5)
    #expect(checked.output.contains("not proven"))
  }

  @Test func `a model that was changed since is told, and judged as it is`() throws {
    #expect(try run("solve", model, "--prove", "proof.json").code == 0)
    let other = try folder.write(
      "other.yaml", smallModel.replacingOccurrences(of: "50 MUSD", with: "49 MUSD"))
    let checked = try run("check", "proof.json", other)
    #expect(checked.code == 5 && checked.output.contains("changed since"))
  }

  @Test func `that no plan exists is proven too`() throws {
    let hard = try folder.write("hard.yaml", smallModel + "\ntargets: { 2027: 10% }\n")
    let solved = try run("solve", hard, "--prove", "proof.json")
    #expect(solved.code == 3 && solved.output.contains("arithmetic: no plan exists"))
    #expect(try run("check", "proof.json", hard).code == 0)
    // The same certificate says nothing about a model that has a plan.
    #expect(try run("check", "proof.json", model).code == 5)
  }

  @Test func `a whole-number plan is possible, and its bound is that of the relaxed program`()
    throws
  {
    let modules = try folder.write(
      "modules.yaml",
      smallModel.replacingOccurrences(of: "max: 2 kt/yr,", with: "max: 2 kt/yr, module: 400 t/yr,"))
    let solved = try run("solve", modules, "--prove", "proof.json")
    #expect(solved.code == 0)
    #expect(solved.output.contains("search's word"))
    let json = try run("check", "proof.json", modules, "--json").json
    #expect(json["verdict"] as? String == "within_gap" && json["proven"] as? Bool == true)
  }

  @Test func `what is not a certificate is refused with the way to one`() throws {
    for (name, text) in [
      ("empty", ""), ("other", "{}"), ("later", "{\"certificate\": 9}"),
      ("half", "{\"certificate\": 1"),
      ("deep", String(repeating: "[", count: 100_000)), ("damaged", "{\"certificate\": 1}"),
    ] {
      _ = try folder.write(name, text)
      let result = try run("check", name, model)
      #expect(result.code == 1 && result.output.isEmpty && result.errors.contains(name))
    }
    #expect(try run("check", "nowhere.json", model).code == 1)
  }
}
