import Foundation
import Service
import TestSupport
import Testing

/// `session` as another program speaks with it.
struct SessionCommandTests {
  private let folder: TemporaryFolder
  private let model = Repository.path("Models/tutorial.yaml")

  init() throws { folder = try TemporaryFolder() }

  /// The messages that come back, as many as there are answers to wait for.
  private func exchange(
    _ bodies: [String], answers: Int, _ arguments: [String] = []
  ) throws -> [[String: Any]] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["session"] + arguments
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let end = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + 120, execute: end)
    defer { end.cancel() }
    for body in bodies {
      try input.fileHandleForWriting.write(contentsOf: Data(MessageFrames.framed(body)))
    }
    var frames = MessageFrames()
    var found: [[String: Any]] = []
    while found.filter({ $0["method"] == nil }).count < answers {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { break }
      frames.feed(data)
      while let body = try frames.next() {
        let value = try JSONSerialization.jsonObject(with: Data(body))
        found.append(try #require(value as? [String: Any]))
      }
    }
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return found
  }

  private func request(_ id: Int, _ method: String, _ parameters: String) -> String {
    "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"\(method)\",\"params\":\(parameters)}"
  }

  /// Without what differs from run to run, in one order of keys.
  private func timeless(_ value: Any) throws -> String {
    func stripped(_ value: Any) -> Any {
      if let object = value as? [String: Any] {
        return object.filter { !["timing", "seconds", "solve_time"].contains($0.key) }
          .mapValues(stripped)
      }
      return (value as? [Any])?.map(stripped) ?? value
    }
    return String(
      decoding: try JSONSerialization.data(
        withJSONObject: stripped(value), options: [.sortedKeys, .withoutEscapingSlashes]),
      as: UTF8.self)
  }

  @Test func `Each question is answered with the JSON of its command, to the last digit`() throws {
    let questions: [(method: String, parameters: String, command: [String])] = [
      ("solve", "", []),
      ("solve", ",\"relax\":true,\"onlyPlan\":true", ["--relax", "--only-plan"]),
      (
        "solve", ",\"scenario\":\"export_ban\",\"budgetScale\":\"50%\",\"gap\":\"1%\"",
        ["--scenario", "export_ban", "--budget-scale", "50%", "--gap", "1%"]
      ),
      (
        "solve",
        ",\"set\":{\"funds.grants.max_share\":\"50%\"},\"objective\":[\"public_cost\",\"dependency\"]",
        ["--set", "funds.grants.max_share=50%", "--objective", "public_cost,dependency"]
      ),
      ("solve", ",\"foresight\":\"2years\"", ["--foresight", "2years"]),
      ("compare", "", []),
      (
        "compare", ",\"case\":[\"half: half_budget, budget 150%\"],\"onlyStage\":[\"mine\"]",
        ["--case", "half: half_budget, budget 150%", "--only-stage", "mine"]
      ),
      (
        "compare", ",\"facility\":[\"mine\",\"separation\"]",
        ["--facility", "mine", "--facility", "separation"]
      ),
      (
        "stress",
        ",\"set\":{\"uncertainty\":\"{ reveal: 2027, outcomes: { base: 50%, export_ban: 50% } }\"}",
        ["--set", "uncertainty={ reveal: 2027, outcomes: { base: 50%, export_ban: 50% } }"]
      ),
      ("explain", ",\"top\":3", ["--top", "3"]),
      ("explain", ",\"facility\":\"magnet_works\"", ["--facility", "magnet_works"]),
      (
        "explain", ",\"set\":{\"targets\":{\"2026\":\"10%\"}}",
        ["--set", "targets={\"2026\": \"10%\"}"]
      ),
      ("frontier", ",\"to\":2,\"relax\":true", ["--to", "2", "--relax"]),
      (
        "pareto", ",\"objectives\":\"dependency,system_cost\",\"relax\":true",
        ["--objectives", "dependency,system_cost", "--relax"]
      ),
      (
        "pareto",
        ",\"objectives\":[\"dependency\",\"public_cost\",\"maximize home\"],\"relax\":true,\"resolution\":0.05,"
          + "\"set\":{\"measures\":{\"home\":\"served[class=domestic]\"}}",
        [
          "--objectives", "dependency,public_cost,maximize home", "--relax", "--resolution", "0.05",
          "--set", "measures={\"home\": \"served[class=domestic]\"}",
        ]
      ), ("pareto", "", []),
      ("alternatives", ",\"within\":\"5%\"", ["--within", "5%"]),
      ("reach", ",\"targets\":{\"2028\":\"40%\"}", ["2028=40%"]),
      (
        "reach", ",\"targets\":[\"2028=40%\"],\"atLeastBudget\":true",
        ["2028=40%", "--at-least-budget"]
      ),
      ("sensitivity", ",\"range\":\"5%\"", ["--range", "5%"]), ("floors", "", []),
      ("describe", "", []), ("validate", "", []),
    ]
    let bodies =
      [request(0, "open", "{\"path\":\"\(model)\"}")]
      + questions.enumerated().map { n, question in
        request(n + 1, question.method, "{\"model\":\"m1\"\(question.parameters)}")
      }
    let answers = try exchange(bodies, answers: bodies.count)
    for (n, question) in questions.enumerated() {
      let answer = try #require(answers.first { $0["id"] as? Int == n + 1 })
      let result = try #require(answer["result"], "\(question): \(answer)")
      let printed = try Program.run(
        [question.method, model] + question.command + ["--json"], in: folder)
      #expect(try timeless(printed.json) == timeless(result), "\(question)")
    }
  }

  @Test func `The first messages of a session are these`() throws {
    let answers = try exchange(
      [
        request(1, "initialize", "{}"), request(2, "open", "{\"path\":\"\(model)\"}"),
        request(
          3, "change",
          "{\"model\":\"m1\",\"set\":{\"funds.grants.appropriations.2026\":\"80 MUSD\"}}"),
        request(4, "change", "{\"model\":\"m1\",\"set\":{\"funds.grants.max_share\":\"fifty\"}}"),
        request(5, "undo", "{\"model\":\"m1\"}"), request(6, "shutdown", "{}"),
      ], answers: 6)
    let text = try answers.map { answer in
      String(
        decoding: try JSONSerialization.data(
          withJSONObject: answer, options: [.sortedKeys, .withoutEscapingSlashes]), as: UTF8.self)
    }.joined(separator: "\n")
      .replacingOccurrences(
        of: "\"workers\":[0-9]+", with: "\"workers\":N", options: .regularExpression
      )
      .replacingOccurrences(
        of: "\"version\":\"[^\"]*\"", with: "\"version\":\"V\"", options: .regularExpression
      )
      .replacingOccurrences(
        of: "\"hash\":\"[0-9a-f]{64}\"", with: "\"hash\":\"H\"", options: .regularExpression)
    let golden = Repository.path("Tests/CommandTests/Golden/session.txt")
    if ProcessInfo.processInfo.environment["LODESTONE_GOLDEN"] == "take" {
      try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: golden))
    }
    #expect(try text + "\n" == String(contentsOfFile: golden, encoding: .utf8))
  }

  @Test func `A frame that cannot be understood ends the session with an answer`() throws {
    for head in [
      "Content-Length: x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "Content-Length: 99999999\r\n\r\n",
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}\n", "Content-Length: 2\n\n{}",
    ] {
      let file = try folder.write("in", head)
      let result = try Program.shell("lodestone session < \"$1\"", arguments: [file], in: folder)
      #expect(result.code == 2)
      #expect(result.output.contains("\"code\":-32700"), "\(result.output)")
      #expect(result.errors.contains("lodestone: standard input: a "), "\(result.errors)")
    }
    let half = try folder.write("half", "Content-Length: 100\r\n\r\n{")
    #expect(
      try Program.shell("lodestone session < \"$1\"", arguments: [half], in: folder).code == 0)
  }

  @Test func `Wrong usage is told`() throws {
    for arguments in [["--folder", "/nowhere"], ["--most-seconds", "0"], ["--workers", "0"]] {
      #expect(try Program.run(["session"] + arguments, in: folder).code == 2)
    }
  }
}
