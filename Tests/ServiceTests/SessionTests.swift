import Foundation
import Reporting
import TestSupport
import Testing

@testable import Service

/// The tutorial's model in a session; its optimum is worked out by hand in the file.
struct SessionTests {
  private let path = Repository.path("Models/tutorial.yaml")

  private func opened(_ client: Client) throws -> String {
    let answer = try client.call("open", "{\"path\":\(JSONValue.quoted(path))}")
    return try #require(answer.at("result/model")?.string)
  }

  private func code(_ answer: JSONInput) -> Double? { answer.at("error/code")?.number }

  @Test func `A session says what it can do`() throws {
    let answer = try Client().call("initialize", "{\"protocol\":1}")
    #expect(answer.at("result/protocol") == .number("1"))
    #expect(answer.at("result/capabilities/methods/0") == .string("initialize"))
  }

  @Test func `A question is answered with the plan that was worked out by hand`() throws {
    let client = Client()
    let model = try opened(client)
    let answer = try client.call(
      "solve", "{\"model\":\"\(model)\",\"relax\":true,\"onlyPlan\":true}")
    let value = try #require(answer.at("result/objectives/dependency")?.number)
    #expect(abs(value - 0.4) < 1e-9)
  }

  @Test func `A change is kept, taken back and made again`() throws {
    let client = Client()
    let model = try opened(client)
    func index() throws -> Double? {
      try client.call("solve", "{\"model\":\"\(model)\",\"relax\":true,\"onlyPlan\":true}")
        .at("result/objectives/dependency")?.number
    }
    let changed = try client.call(
      "change",
      "{\"model\":\"\(model)\",\"scenario\":\"export_ban\",\"set\":{\"funds.grants.appropriations.2026\":\"80 MUSD\"}}"
    )
    #expect(changed.at("result/canUndo") == .bool(true))
    #expect(changed.at("result/set/0/value") == .string("80 MUSD"))
    let banned = try #require(try index())
    let before = try client.call("undo", "{\"model\":\"\(model)\"}")
    #expect(before.at("result/set") == .array([]))
    #expect(abs((try index() ?? 0) - 0.4) < 1e-9)
    _ = try client.call("redo", "{\"model\":\"\(model)\"}")
    #expect(try index() == banned)
    #expect(code(try client.call("redo", "{\"model\":\"\(model)\"}")) == -32602)
    let unset = try client.call(
      "change",
      "{\"model\":\"\(model)\",\"unset\":[\"funds.grants.appropriations.2026\"],\"scenario\":[]}")
    #expect(unset.at("result/set") == .array([]))
  }

  @Test func `What programmes take off and what projects are worth can be asked`() throws {
    let client = Client()
    let model = try opened(client)
    let steps = try client.call("measures", "{\"model\":\"\(model)\",\"relax\":true}")
    #expect(steps.at("result/measures/without_programmes")?.number == 1)
    #expect(steps.at("result/measures/steps/0/funds/0") == .string("grants"))
    #expect(steps.at("result/measures/steps/0/value") == steps.at("result/measures/plan"))
    let projects = try client.call(
      "decisions",
      "{\"model\":\"\(model)\",\"relax\":true,\"case\":[\"export_ban\",\"half_budget\"]}")
    // Oxide and magnets are worth nothing without each other: all of the 0.6 is lost.
    #expect(abs((projects.at("result/decisions/projects/0/without_it")?.number ?? 0) - 0.6) < 1e-6)
    #expect(projects.at("result/decisions/projects/1/other_plans")?.number == 2)
  }

  @Test func `The first year is held to published figures where the model has them`() throws {
    let client = Client()
    let model = try opened(client)
    let none = try client.call("validate", "{\"model\":\"\(model)\",\"baseYear\":true}")
    #expect(none.at("result/errors")?.number == 1)
    let path = JSONValue.quoted(Repository.path("Models/jp-gallium/model.yaml"))
    let answer = try client.call("open", "{\"path\":\(path)}")
    let gallium = try #require(answer.at("result/model")?.string)
    let found = try client.call("validate", "{\"model\":\"\(gallium)\",\"baseYear\":true}")
    #expect(found.at("result/base_year") != nil && found.at("result/errors")?.number == 0)
  }

  @Test func `What a question sets holds for it alone`() throws {
    let client = Client()
    let model = try opened(client)
    let half = try client.call(
      "solve",
      "{\"model\":\"\(model)\",\"relax\":true,\"onlyPlan\":true,\"scenario\":\"half_budget\"}")
    // 1,200 of 4,000 t are home-made.
    #expect(abs((half.at("result/objectives/dependency")?.number ?? 0) - 0.7) < 1e-9)
    let state = try client.call("state", "{\"model\":\"\(model)\"}")
    #expect(state.at("result/revision") == .number("0"))
  }

  @Test func `A wrong value is refused with the reader's words, and nothing has changed`() throws {
    let client = Client()
    let model = try opened(client)
    let answer = try client.call(
      "change", "{\"model\":\"\(model)\",\"set\":{\"funds.grants.max_share\":\"fifty\"}}")
    #expect(code(answer) == 1)
    #expect(answer.at("error/data/found") == .string("fifty"))
    #expect(answer.at("error/data/file") == .string("--set funds.grants.max_share=fifty"))
    #expect(try client.call("state", "{\"model\":\"\(model)\"}").at("result/set") == .array([]))
  }

  @Test func `Values are read at a path, several where it has a star`() throws {
    let client = Client()
    let model = try opened(client)
    let all = try client.call(
      "read", "{\"model\":\"\(model)\",\"path\":\"facilities.*[stage=magnet].opex\"}")
    #expect(
      all.at("result/values")
        == .array([
          .object([
            .init("path", .string("facilities.magnet_works.opex")),
            .init("value", .string("30 USD/kg")),
          ])
        ]))
    let none = try client.call(
      "read", "{\"model\":\"\(model)\",\"path\":\"funds.*.appropriatons\"}")
    #expect(code(none) == 1)
    #expect(none.at("error/data/fix") == .string("did you mean `appropriations`?"))
  }

  @Test func `Tables come by column with their units`() throws {
    let client = Client()
    let model = try opened(client)
    let answer = try client.call(
      "tables", "{\"model\":\"\(model)\",\"relax\":true,\"onlyPlan\":true}")
    #expect(answer.at("result/status") == .string("optimal"))
    guard case .array(let tables)? = answer.at("result/tables") else {
      Issue.record("there are no tables")
      return
    }
    for table in tables {
      guard case .array(let columns)? = table["columns"] else { continue }
      for column in columns {
        guard case .array(let values)? = column["values"] else { continue }
        #expect(Double(values.count) == table["rows"]?.number)
      }
    }
    #expect(tables.count > 5)
  }

  @Test func `A warm solve is as good as a cold one`() throws {
    let client = Client()
    let model = try opened(client)
    for amount in [60, 75, 20, 0, 110] {
      let rest =
        "\"model\":\"\(model)\",\"relax\":true,\"onlyPlan\":true,\"set\":{\"funds.grants.appropriations.2026\":\"\(amount) MUSD\"}"
      let cold = try client.call("solve", "{\(rest)}").at("result/objectives/dependency")?.number
      let warm = try client.call("solve", "{\(rest),\"warm\":true}").at(
        "result/objectives/dependency")?.number
      #expect(abs((cold ?? 1) - (warm ?? 2)) < 1e-6)
    }
  }

  @Test(arguments: [
    ("{", -32700), ("[]", -32600), ("{}", -32600),
    ("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"state\"}", -32600),
    ("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"state\"}", -32600), ("\u{0}", -32700),
    ("", -32700),
    ("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"state\",\"params\":{}}", -32600),
  ])
  func `A message that is no request is refused, and the session goes on`(text: String, code: Int)
    throws
  {
    let client = Client()
    client.raw(text)
    let refused = text.contains("\"id\":1") ? try client.answer(to: 1) : try client.refusal()
    #expect(self.code(refused) == Double(code))
    #expect(try client.call("initialize").at("result/name") == .string("lodestone"))
  }

  @Test(arguments: [
    ("slove", "{}", -32601), ("open", "{\"path\":7}", -32602), ("open", "{}", -32602),
    ("open", "{\"path\":\"a\",\"text\":\"b\"}", -32602),
    ("open", "{\"path\":\"/nowhere.yaml\"}", 1),
    ("open", "{\"path\":\"a\\u0000b\"}", -32602), ("open", "{\"text\":\"lodestone: 1\"}", 1),
    ("solve", "{}", -32602), ("solve", "{\"model\":\"m9\"}", -32002),
    ("solve", "{\"model\":\"m1\",\"relaxed\":true}", -32602),
    ("solve", "{\"model\":\"m1\",\"relax\":1}", -32602),
    ("solve", "{\"model\":\"m1\",\"gap\":\"2\"}", -32602),
    ("solve", "{\"model\":\"m1\",\"timeLimit\":-1}", -32602),
    ("solve", "{\"model\":\"m1\",\"objective\":\"cost\"}", -32602),
    ("solve", "{\"model\":\"m1\",\"set\":[\"nothing\"]}", -32602),
    ("solve", "{\"model\":\"m1\",\"set\":{\"a\":{\"b\":[]}}}", 1),
    ("solve", "{\"model\":\"m1\",\"budgetScale\":-1}", -32602),
    ("solve", "{\"model\":\"m1\",\"budgetScale\":1e400}", -32602),
    ("solve", "{\"model\":\"m1\",\"scenario\":\"no_such\"}", 1),
    ("solve", "{\"model\":\"m1\",\"risk\":\"cvar\"}", 1),
    ("solve", "{\"model\":\"m1\",\"level\":0.5}", -32602),
    ("stress", "{\"model\":\"m1\"}", 1),
    ("stress", "{\"model\":\"m1\",\"risk\":\"expected\"}", -32602),
    ("adversary", "{\"model\":\"m1\"}", 1),
    ("adversary", "{\"model\":\"m1\",\"picture\":1}", -32602),
    ("validate", "{\"model\":\"m1\",\"baseYear\":1}", -32602),
    ("measures", "{\"model\":\"m1\",\"risk\":\"expected\"}", -32602),
    ("decisions", "{\"model\":\"m1\",\"case\":[\"no_such\"]}", 1),
    ("explain", "{\"model\":\"m1\",\"facility\":\"no such\"}", -32602),
    ("reach", "{\"model\":\"m1\",\"targets\":{\"2050\":\"1%\"}}", -32602),
    ("compare", "{\"model\":\"m1\",\"case\":[\"a:,\"]}", -32602),
    ("pareto", "{\"model\":\"m1\",\"objectives\":\"dependency\"}", -32602),
    ("pareto", "{\"model\":\"m1\",\"objectives\":[\"unmet\",\"unmet\"]}", -32602),
    ("pareto", "{\"model\":\"m1\",\"objectives\":\"dependency,jobs\"}", -32602),
    ("pareto", "{\"model\":\"m1\",\"objectives\":7}", -32602),
    ("pareto", "{\"model\":\"m1\",\"resolution\":0}", -32602),
    ("pareto", "{\"model\":\"m1\",\"onlyCorners\":1}", -32602),
    (
      "pareto",
      "{\"model\":\"m1\",\"objectives\":\"dependency,public_cost,unmet\",\"picture\":true}", -32602
    ),
    ("pareto", "{\"model\":\"m1\",\"set\":{\"targets\":{\"2026\":\"1%\"}}}", 3),
    ("picture", "{\"model\":\"m1\",\"objective\":\"unmet\",\"secondAt\":1}", -32602),
    ("frontier", "{\"model\":\"m1\",\"from\":2,\"to\":1}", -32602),
    ("undo", "{\"model\":\"m1\"}", -32602),
    ("change", "{\"model\":\"m1\",\"unset\":[\"a\"]}", -32602),
    ("read", "{\"model\":\"m1\",\"path\":\"\"}", 1),
    ("read", "{\"model\":\"m1\",\"path\":\"a[b\"}", 1),
    ("save", "{\"model\":\"m1\",\"id\":\"../x\"}", -32602),
  ])
  func `Wrong parameters are refused with a code`(method: String, parameters: String, code: Int)
    throws
  {
    let client = Client()
    _ = try opened(client)
    #expect(self.code(try client.call(method, parameters)) == Double(code))
    #expect(try client.call("state", "{\"model\":\"m1\"}").at("result/revision") == .number("0"))
  }

  @Test func `A request is cancelled, also one that still waits`() throws {
    let client = Client { $0.workers = 1 }
    let model = try opened(client)
    // One is worked on at a time, so the other waits.
    let first = client.send("compare", "{\"model\":\"\(model)\"}")
    let second = client.send("compare", "{\"model\":\"\(model)\"}")
    client.raw("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":\(second)}}")
    client.raw("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":999}}")
    client.raw("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{}}")
    #expect(try client.answer(to: first).at("result/cases") != nil)
    #expect(code(try client.answer(to: second)) == -32800)
  }

  @Test func `A question that is being worked on stops, and the next is answered`() throws {
    let client = Client { $0.workers = 1 }
    let flagship = Repository.path("Models/us-ndfeb/model.yaml")
    _ = try client.call("open", "{\"path\":\(JSONValue.quoted(flagship))}")
    let long = client.send("solve", "{\"model\":\"m1\",\"onlyPlan\":true,\"progressToken\":1}")
    // The whole-number plan takes minutes; the first sign of progress says that it is being worked on.
    for _ in 0..<600 where client.notifications.isEmpty { usleep(50_000) }
    client.raw("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":\(long)}}")
    #expect(code(try client.answer(to: long)) == -32800)
    #expect(
      try client.call("describe", "{\"model\":\"m1\"}").at("result/currency") == .string("USD"))
  }

  @Test func `Progress is told under the token of the request`() throws {
    let client = Client()
    let model = try opened(client)
    _ = try client.call("compare", "{\"model\":\"\(model)\",\"progressToken\":\"x\"}")
    let first = try #require(client.notifications.first)
    #expect(first["method"] == .string("$/progress"))
    #expect(first.at("params/token") == .string("x"))
    #expect(first.at("params/value/phase") != nil)
  }

  @Test func `No path leaves the folder of the session`() throws {
    let client = Client { $0.folder = Repository.path("Models/us-ndfeb") }
    for path in ["../tutorial.yaml", path, "/etc/passwd", "..", "x/../../tutorial.yaml"] {
      let answer = try client.call("open", "{\"path\":\(JSONValue.quoted(path))}")
      #expect(code(answer) == -32602, "\(path)")
    }
    let text = try client.call("open", "{\"text\":\"lodestone: 1\",\"directory\":\"..\"}")
    #expect(code(text) == -32602)
    #expect(
      try client.call("open", "{\"path\":\"model.yaml\"}").at("result/model") == .string("m1"))
  }

  @Test func `Models are closed, and only so many are open`() throws {
    let client = Client()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let open = "{\"text\":\(JSONValue.quoted(text))}"
    for _ in 0..<Session.mostModels { _ = try client.call("open", open) }
    #expect(code(try client.call("open", open)) == -32001)
    #expect(try client.call("close", "{\"model\":\"m3\"}")["result"] == .null)
    #expect(code(try client.call("solve", "{\"model\":\"m3\"}")) == -32002)
    #expect(
      try client.call("open", open).at("result/model") == .string("m\(Session.mostModels + 1)"))
  }

  @Test func `Questions of many requests at once are all answered`() throws {
    let client = Client()
    let model = try opened(client)
    let ids = (0..<60).map { n in
      client.send(
        "solve",
        "{\"model\":\"\(model)\",\"relax\":true,\"onlyPlan\":true,\"budgetScale\":\(Double(n % 6) / 4)}"
      )
    }
    var byScale: [Int: Set<String>] = [:]
    for (n, id) in ids.enumerated() {
      let answer = try client.answer(to: id)
      byScale[n % 6, default: []].insert(answer.at("result/plan")?.json ?? "none")
    }
    #expect(byScale.values.allSatisfy { $0.count == 1 && $0 != ["none"] })
    client.session.end()
  }
}
