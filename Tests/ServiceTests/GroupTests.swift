import Foundation
import Reporting
import TestSupport
import Testing

@testable import Service

/// Groups of outcomes that one session hands out while it solves the whole, and another solves.
struct GroupTests {
  /// Sixty draws around the tutorial: three groups.
  private static let question =
    "\"set\":{\"uncertainty\":\"{ reveal: 2027, sample: { count: 60, seed: 3, vary: "
    + "[{ path: demand.*.quantity, uniform: { low: 0.7, high: 1.3 } }, "
    + "{ path: 'imports.*.limit', uniform: { low: 0.1, high: 0.9 } }] } }\"},"
    + "\"relax\":true,\"risk\":\"expected\",\"method\":\"decomposition\",\"objective\":\"dependency\""

  private func opened(_ client: Client) throws -> String {
    let path = JSONValue.quoted(Repository.path("Models/tutorial.yaml"))
    let answer = try client.call("open", "{\"path\":\(path)}")
    return try #require(answer.at("result/model")?.string)
  }

  /// What `solve` and `solveGroup` are asked with, and more.
  private func parameters(_ client: Client, _ more: String = "") throws -> String {
    "{\"model\":\"\(try opened(client))\",\(Self.question)\(more)}"
  }

  /// The next question that a session has others solve; one that was seen already is passed over.
  private func nextQuestion(of client: Client, after seen: Int) async throws -> JSONInput? {
    for _ in 0..<3000 {
      let found = client.notifications.first {
        $0["method"] == .string("$/group")
          && ($0.at("params/question")?.number ?? 0) == Double(seen + 1)
      }
      if let found { return found.at("params") }
      try await Task.sleep(for: .milliseconds(10))
    }
    return nil
  }

  /// The plan's figures, without the times that it took.
  private func figures(_ answer: JSONInput) throws -> [JSONInput] {
    try ["objectives", "bound", "plan", "outcomes", "verification", "size"].map {
      try #require(answer.at("result/\($0)"), "\(answer.json.prefix(300))")
    }
  }

  private func solvedAlone() throws -> JSONInput {
    let client = Client()
    return try client.call("solve", try parameters(client, ",\"onlyPlan\":true"))
  }

  /// Solves the whole in one session and its groups in others: a new one for each question.
  private func solvedElsewhere(_ boss: Client, by worker: () -> Client) async throws -> JSONInput {
    let id = boss.send(
      "solve", try parameters(boss, ",\"onlyPlan\":true,\"groupToken\":\"g\""))
    // One group first, then all three of them in each round.
    for number in 0..<4 {
      let asked = try #require(try await nextQuestion(of: boss, after: number))
      let group = try #require(asked["group"]).json
      let worker = worker()
      let found = try worker.call("solveGroup", try parameters(worker, ",\"group\":\(group)"))
      let answer = try #require(found.at("result"), "\(found.json.prefix(300))")
      let taken = try boss.call(
        "answerGroup", "{\"token\":\"g\",\"question\":\(number + 1),\"answer\":\(answer.json)}")
      #expect(taken.at("result") == .bool(true))
      let again = try boss.call(
        "answerGroup", "{\"token\":\"g\",\"question\":\(number + 1),\"answer\":\(answer.json)}")
      #expect(again.at("result") == .bool(false))
    }
    return try boss.answer(to: id)
  }

  @Test func `Groups that other sessions solve give the same plan, to the bit`() async throws {
    let there = try await solvedElsewhere(Client()) { Client() }
    #expect(try figures(there) == figures(try solvedAlone()))
    #expect(there.at("result/status") == .string("optimal"))
  }

  @Test func `One session with one worker can solve the groups that it hands out`() async throws {
    let client = Client { $0.workers = 1 }
    let there = try await solvedElsewhere(client) { client }
    #expect(there.at("result/status") == .string("optimal"))
  }

  @Test func `Progress tells how many groups are answered, and a cancelled solve ends`()
    async throws
  {
    let boss = Client()
    let id = boss.send(
      "solve", try parameters(boss, ",\"groupToken\":7,\"progressToken\":8,\"onlyPlan\":true"))
    _ = try #require(try await nextQuestion(of: boss, after: 0))
    boss.raw("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":\(id)}}")
    #expect(try boss.answer(to: id).at("error/code")?.number == -32800)
    let late = try boss.call("answerGroup", "{\"token\":7,\"question\":1,\"answer\":null}")
    #expect(late.at("result") == .bool(false))
    #expect(
      boss.notifications.contains {
        $0.at("params/value/phase")?.string == "programs of the outcomes"
          || $0.at("params/value/phase")?.string == "models of the outcomes"
      })
  }

  @Test func `A time limit ends the wait`() async throws {
    let boss = Client()
    let id = boss.send(
      "solve", try parameters(boss, ",\"groupToken\":7,\"onlyPlan\":true,\"timeLimit\":2"))
    let answer = try boss.answer(to: id)
    #expect(answer.at("result/status") == .string("interrupted"))
  }

  @Test func `An answer that cannot be one is refused, and the question goes on waiting`()
    async throws
  {
    let boss = Client()
    let id = boss.send("solve", try parameters(boss, ",\"groupToken\":7,\"onlyPlan\":true"))
    _ = try #require(try await nextQuestion(of: boss, after: 0))
    let rest =
      "\"bound\":0.4,\"boundIsProven\":true,\"iterations\":1,\"rowMultipliers\":\"\""
    for answer in [
      "{\"decisions\":[],\(rest)}", "{\"decisions\":[1e999],\(rest)}", "{\(rest)}", "[]", "7",
      "{\"decisions\":[null],\(rest)}", "{\"decisions\":[],\(rest),\"more\":1}",
      "{\"decisions\":[],\"bound\":null,\"boundIsProven\":true,\"iterations\":1}",
      "{\"decisions\":[],\(rest)}".replacingOccurrences(of: "\"\"", with: "\"AAA\""),
    ] {
      let refused = try boss.call(
        "answerGroup", "{\"token\":7,\"question\":1,\"answer\":\(answer)}")
      #expect(refused.at("error/code")?.number == -32602, "\(answer)")
      #expect(refused.at("error/data/parameter")?.string?.hasPrefix("answer") == true)
    }
    for other in ["\"token\":8,\"question\":1", "\"token\":7,\"question\":99"] {
      #expect(
        try boss.call("answerGroup", "{\(other),\"answer\":null}").at("result") == .bool(false))
    }
    // A group without an answer leaves no plan in groups; so few outcomes are then put together whole.
    let none = try boss.call("answerGroup", "{\"token\":7,\"question\":1}")
    #expect(none.at("result") == .bool(true))
    let whole = try boss.answer(to: id)
    #expect(whole.at("result/status") == .string("optimal"), "\(whole.json.prefix(300))")
  }

  @Test func `Questions that cannot be are refused with their place`() throws {
    let client = Client()
    let model = try opened(client)
    func parameter(_ group: String, _ options: String = Self.question) throws -> String? {
      let answer = try client.call(
        "solveGroup", "{\"model\":\"\(model)\",\(options),\"group\":\(group)}")
      #expect(answer.at("error/code")?.number == -32602, "\(answer.json.prefix(300))")
      return answer.at("error/data/parameter")?.string
    }
    let cut = "{\"decisions\":[0],\"values\":[1],\"lower\":null,\"upper\":1}"
    #expect(try parameter("7") == "group")
    #expect(try parameter("{}") == "group.number")
    #expect(try parameter("{\"number\":0,\"cuts\":[]}") == "group.multipliers")
    #expect(try parameter("{\"number\":0,\"multipliers\":[]}") == "group.cuts")
    #expect(try parameter("{\"number\":0,\"multipliers\":[],\"cuts\":[]}") == "group.multipliers")
    #expect(try parameter("{\"number\":9,\"multipliers\":[],\"cuts\":[]}") == "group.number")
    #expect(
      try parameter("{\"number\":0,\"multipliers\":[],\"cuts\":[\(cut)]}") == "group.cuts.decisions"
    )
    #expect(
      try parameter("{\"number\":0,\"multipliers\":[],\"cuts\":[],\"x\":1}") == "group.x")
    let worst = Self.question.replacingOccurrences(of: "expected", with: "worst")
    #expect(try parameter("{\"number\":0,\"multipliers\":[],\"cuts\":[]}", worst) == "risk")
    // As many outcomes as this are put together whole.
    let few = Self.question.replacingOccurrences(of: "count: 60", with: "count: 20")
    #expect(try parameter("{\"number\":0,\"multipliers\":[],\"cuts\":[]}", few) == "group")
    let refused = try client.call(
      "solve", "{\"model\":\"\(model)\",\(worst),\"groupToken\":1}")
    #expect(refused.at("error/data/parameter") == .string("groupToken"))
  }

  @Test func `A bound that is not proven is refused`() async throws {
    let boss = Client()
    let id = boss.send("solve", try parameters(boss, ",\"groupToken\":7,\"onlyPlan\":true"))
    let group = try #require(try await nextQuestion(of: boss, after: 0)?["group"]).json
    let found = try boss.call("solveGroup", try parameters(boss, ",\"group\":\(group)"))
    let answer = try #require(found["result"]).json
    let bound = try #require(found.at("result/bound"))
    let number = try #require(bound.number)
    let better = answer.replacingOccurrences(
      of: "\"bound\": \(bound.json)", with: "\"bound\": \(number + 1e-6)")
    #expect(better != answer)
    let refused = try boss.call(
      "answerGroup", "{\"token\":7,\"question\":1,\"answer\":\(better)}")
    #expect(refused.at("error/data/parameter") == .string("answer.bound"))
    let taken = try boss.call(
      "answerGroup", "{\"token\":7,\"question\":1,\"answer\":\(answer)}")
    #expect(taken.at("result") == .bool(true))
    boss.raw("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":\(id)}}")
    _ = try boss.answer(to: id)
  }

  @Test func `A group of another model is refused`() async throws {
    let boss = Client()
    let id = boss.send("solve", try parameters(boss, ",\"groupToken\":7,\"onlyPlan\":true"))
    let group = try #require(try await nextQuestion(of: boss, after: 0))["group"]
    let other = try parameters(boss, ",\"group\":\(try #require(group).json)")
      .replacingOccurrences(of: "seed: 3", with: "seed: 4")
    let refused = try boss.call("solveGroup", other)
    #expect(refused.at("error/data/parameter") == .string("group.program"))
    #expect(refused.at("error/message")?.string?.contains("another here") == true)
    boss.raw("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":\(id)}}")
    _ = try boss.answer(to: id)
  }
}
