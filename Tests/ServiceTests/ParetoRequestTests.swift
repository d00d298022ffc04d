import Foundation
import Reporting
import TestSupport
import Testing

@testable import Service

/// `pareto` and the plans of its corners; the tutorial's frontier is worked out by hand in its file.
struct ParetoRequestTests {
  private func opened(_ client: Client, _ path: String = "Models/tutorial.yaml") throws -> String {
    let path = JSONValue.quoted(Repository.path(path))
    return try #require(
      try client.call("open", "{\"path\":\(path)}").at("result/model")?.string)
  }

  private func items(_ value: JSONInput?) -> [JSONInput] {
    if case .array(let items)? = value { items } else { [] }
  }

  @Test func `The picture says what a step from each corner buys`() throws {
    let client = Client()
    let model = try opened(client)
    let answer = try client.call(
      "pareto",
      "{\"model\":\"\(model)\",\"relax\":true,\"picture\":true,\"onlyCorners\":true,"
        + "\"objectives\":[\"dependency\",\"public_cost\"]}")
    let corners = items(answer.at("result/picture/corners"))
    #expect(corners.count == 3 && answer.at("result/awards") == nil)
    // 30 t of 4,000 for the first millions, 21 t for those after 60.
    #expect(
      corners[1].at("2")
        == .string(
          "From here one MUSD more of public cost buys 0.525 points of dependency index, one MUSD less costs 0.750 points."
        ))
    #expect(answer.at("result/picture/axes/1/unit") == .string("money"))
    #expect(answer.at("result/units/corners/public_cost") == .string("million USD"))
    #expect(answer.at("result/units/corners/rate_above") == .string("share per million USD"))
  }

  @Test func `A corner's whole plan can be had`() throws {
    let client = Client()
    let model = try opened(client)
    for (cost, dependency, money) in [(0.0, 1.0, 0.0), (60, 0.55, 60), (60 + 30 / 1.05, 0.4, 90)] {
      let answer = try client.call(
        "picture",
        "{\"model\":\"\(model)\",\"relax\":true,\"onlyPlan\":true,\"secondAt\":\(cost),"
          + "\"objective\":\"dependency,public_cost\"}")
      let plan = try #require(answer.at("result/plans/0"))
      #expect(abs((plan.at("objectives/0/value")?.number ?? 9) - dependency) < 1e-5)
      #expect(abs((plan.at("money/public")?.number ?? -1) - money) < 1e-3)
      #expect(plan.at("verification/verified") == .bool(true))
    }
  }

  @Test func `A picture tells what its plan has of every aim, also of those it was not made for`()
    throws
  {
    let client = Client()
    let model = try opened(client)
    let rest =
      "\"model\":\"\(model)\",\"relax\":true,\"onlyPlan\":true,"
      + "\"set\":{\"measures\":{\"home\":\"served[class=domestic]\"}}"
    let picture = try client.call("picture", "{\(rest)}")
    let aims = items(picture.at("result/aims"))
    #expect(
      aims.compactMap { $0["name"]?.string } == [
        "dependency", "peak_dependency", "public_cost", "system_cost", "unmet", "home",
      ])
    func value(_ name: String) -> Double {
      aims.first { $0["name"] == .string(name) }?.at("value")?.number ?? .nan
    }
    // By hand: 2,400 of 4,000 t are made at home; nothing is in the first year.
    #expect(abs(value("dependency") - 0.4) < 1e-5 && abs(value("peak_dependency") - 1) < 1e-6)
    #expect(abs(value("public_cost") - (60 + 30 / 1.05)) < 1e-3 && abs(value("unmet")) < 1e-6)
    #expect(abs(value("home") - 2400) < 0.1)
    // The plan is the only one of its dependency, so that the cost of the chain is that of the best for it.
    let chain = try client.call(
      "solve", "{\(rest),\"objective\":[\"dependency\",\"system_cost\"]}")
    let cost = try #require(chain.at("result/objectives/system_cost")?.number)
    #expect(abs(value("system_cost") - cost) < 1e-4 * abs(cost))
  }

  @Test func `A frontier that is being worked on tells so and stops`() throws {
    let client = Client { $0.workers = 1 }
    let model = try opened(client, "Models/us-ndfeb/model.yaml")
    let long = client.send(
      "pareto", "{\"model\":\"\(model)\",\"relax\":true,\"progressToken\":1}")
    for _ in 0..<600 where client.notifications.isEmpty { usleep(50_000) }
    #expect(
      client.notifications.first?.at("params/value/phase") == .string("the ends of the frontier"))
    client.raw("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":\(long)}}")
    #expect(try client.answer(to: long).at("error/code")?.number == -32800)
  }
}
