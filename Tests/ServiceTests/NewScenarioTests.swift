import Foundation
import Reporting
import TestSupport
import Testing

@testable import Service

struct NewScenarioTests {
  /// A copy of a model in a folder of its own.
  private final class Copy {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "lodestone-save-\(UUID().uuidString)")
    var path: String { folder.appendingPathComponent("model.yaml").path }

    init(_ text: String) throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var text: String { get throws { try String(contentsOfFile: path, encoding: .utf8) } }
  }

  private let tutorial = try? Repository.text("Models/tutorial.yaml")

  private func saved(
    _ copy: Copy, id: String = "more", change: String
  ) throws -> JSONInput {
    let client = Client()
    _ = try client.call("open", "{\"path\":\(JSONValue.quoted(copy.path))}")
    let changed = try client.call("change", "{\"model\":\"m1\",\(change)}")
    #expect(changed["error"] == nil, "\(changed.json)")
    return try client.call("save", "{\"model\":\"m1\",\"id\":\"\(id)\",\"name\":\"More: money\"}")
  }

  private let change =
    "\"scenario\":\"export_ban\",\"budgetScale\":1.5,\"set\":{\"funds.grants.appropriations.2027\":\"45 MUSD\",\"facilities.*[stage=magnet].opex\":\"25 USD/kg\",\"targets\":{\"2029\":\"60%\"}}"

  @Test func `What is changed stands in the file as a scenario, the rest as it was`() throws {
    let copy = try Copy(#require(tutorial))
    let answer = try saved(copy, change: change)
    #expect(answer.at("result/line") != nil, "\(answer.json)")
    let text = try copy.text
    let before = try #require(tutorial)
    #expect(text.hasPrefix(before.trimmingCharacters(in: .newlines)))
    #expect(
      text.contains("  more:\n    name: \"More: money\"\n    extends: [export_ban]\n    changes:\n")
    )
    // The plan under the scenario is that of the changes.
    let client = Client()
    _ = try client.call("open", "{\"path\":\(JSONValue.quoted(copy.path))}")
    let one = try client.call("solve", "{\"model\":\"m1\",\"onlyPlan\":true,\"scenario\":\"more\"}")
    let two = try client.call("solve", "{\"model\":\"m1\",\"onlyPlan\":true,\(change)}")
    #expect(one.at("result/plan") != nil)
    #expect(one.at("result/objectives") == two.at("result/objectives"))
  }

  @Test func `A file with lines of Windows, or without scenarios, stays such a file`() throws {
    let text = try #require(tutorial)
    let windows = try Copy(text.replacingOccurrences(of: "\n", with: "\r\n"))
    #expect(try saved(windows, change: change)["error"] == nil)
    #expect(!(try windows.text.replacingOccurrences(of: "\r\n", with: "").contains("\n")))
    let bare = try Copy(
      String(text.prefix(upTo: #require(text.range(of: "scenarios:")).lowerBound)))
    #expect(try saved(bare, change: "\"budgetScale\":2")["error"] == nil)
    #expect(try bare.text.contains("\nscenarios:\n  more:\n"))
  }

  @Test func `Comments and sections behind the scenarios stay where they are`() throws {
    let text =
      try #require(tutorial).trimmingCharacters(in: .newlines)
      + "\n    # still of the ban\n\n# what is aimed at\ntargets: { 2029: 90% }\n"
    let copy = try Copy(text)
    #expect(try saved(copy, change: "\"budgetScale\":2")["error"] == nil)
    let lines = try copy.text.components(separatedBy: "\n")
    let place = try #require(lines.firstIndex(of: "  more:"))
    #expect(lines[place - 1] == "    # still of the ban")
    #expect(Array(lines.suffix(3)) == ["# what is aimed at", "targets: { 2029: 90% }", ""])
  }

  @Test func `The open model has what was saved, keeps its steps, and saves again`() throws {
    let copy = try Copy(#require(tutorial))
    let client = Client()
    _ = try client.call("open", "{\"path\":\(JSONValue.quoted(copy.path))}")
    _ = try client.call("change", "{\"model\":\"m1\",\"budgetScale\":2}")
    let first = try client.call("save", "{\"model\":\"m1\",\"id\":\"more\"}")
    guard case .array(let scenarios)? = first.at("result/scenarios") else {
      Issue.record("\(first.json)")
      return
    }
    #expect(scenarios.last?["id"] == .string("more"))
    let opened = try client.call("open", "{\"path\":\(JSONValue.quoted(copy.path))}")
    #expect(opened.at("result/hash") == first.at("result/hash"))
    let state = try client.call("change", "{\"model\":\"m1\",\"scenario\":\"more\"}")
    #expect(state.at("result/scenario/0") == .string("more"), "\(state.json)")
    #expect(try client.call("undo", "{\"model\":\"m1\"}").at("result/budgetScale")?.number == 2)
    #expect(try client.call("save", "{\"model\":\"m1\",\"id\":\"again\"}")["error"] == nil)
    #expect(try copy.text.contains("  more:\n") && copy.text.contains("  again:\n"))
  }

  @Test func `A file that has changed meanwhile is not written`() throws {
    let copy = try Copy(#require(tutorial))
    let client = Client()
    _ = try client.call("open", "{\"path\":\(JSONValue.quoted(copy.path))}")
    _ = try client.call("change", "{\"model\":\"m1\",\"budgetScale\":2}")
    let other = try copy.text + "# mine\n"
    try Data(other.utf8).write(to: URL(fileURLWithPath: copy.path))
    let answer = try client.call("save", "{\"model\":\"m1\",\"id\":\"more\"}")
    #expect(answer.at("error/code") == .number("74"))
    #expect(try copy.text == other)
  }

  @Test func `Scenarios on one line, an id that is taken and nothing to save are refused`() throws {
    let text = try #require(tutorial)
    let start = try #require(text.range(of: "scenarios:")).lowerBound
    let flow = try Copy(
      text[..<start]
        + "scenarios: { half: { changes: [{ scale: funds.grants.appropriations, by: 0.5 }] } }\n")
    let before = try flow.text
    #expect(try saved(flow, change: "\"budgetScale\":2").at("error/code") == .number("74"))
    #expect(try flow.text == before)
    let copy = try Copy(text)
    #expect(
      try saved(copy, id: "export_ban", change: "\"budgetScale\":2").at("error/code")
        == .number("-32602"))
    #expect(try saved(copy, change: "\"budgetScale\":1").at("error/code") == .number("-32602"))
    #expect(try copy.text == text)
  }
}
