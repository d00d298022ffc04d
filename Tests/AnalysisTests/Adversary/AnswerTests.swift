import SupplyChain
import Testing

@testable import Analysis

/// Which sets of moves an adversary may make.
@Suite struct AnswerTests {
  private func adversary(_ atMost: Int, _ moves: [Adversary.Move]) -> Adversary {
    Adversary(reveal: 2028, atMost: atMost, moves: moves)
  }

  private func names(_ adversary: Adversary) throws -> [String] {
    try #require(adversary.answers).map { $0.name(adversary) }
  }

  @Test func `sets come by size and in the order of the list, the empty one first`() throws {
    let all = adversary(2, ["a", "b", "c"].map { .init(scenario: $0, cost: 0) })
    #expect(
      try names(all) == ["no answer", "a", "b", "c", "a + b", "a + c", "b + c"])
    #expect(try names(adversary(0, all.moves)) == ["no answer"])
  }

  @Test func `eight moves three at a time are 93 sets, twelve four at a time 794`() throws {
    func count(_ moves: Int, _ atMost: Int) throws -> Int {
      try #require(
        adversary(atMost, (0..<moves).map { .init(scenario: "m\($0)", cost: 0) }).answers
      ).count
    }
    #expect(try count(8, 3) == 93)
    #expect(try count(12, 4) == 794)
    #expect(adversary(20, (0..<20).map { .init(scenario: "m\($0)", cost: 0) }).answers == nil)
  }

  @Test func `moves exclude and require each other, and begin in one of their years`() throws {
    let tied = adversary(
      3,
      [
        .init(scenario: "ban", cost: 0.01, from: [2028, 2029]),
        .init(scenario: "dump", cost: 0.02, excludes: [2]),
        .init(scenario: "buy", cost: 0.03, excludes: [1], requires: [0]),
      ])
    #expect(
      try names(tied) == [
        "no answer", "ban from 2028", "ban from 2029", "dump", "ban from 2028 + dump",
        "ban from 2028 + buy", "ban from 2029 + dump", "ban from 2029 + buy",
      ])
    let answers = try #require(tied.answers)
    #expect(abs(tied.cost(answers[5]) - 0.04) < 1e-12)
  }

  @Test func `neighbours differ by one move or by one year`() throws {
    let tied = adversary(
      2, [.init(scenario: "ban", cost: 0, from: [2028, 2029]), .init(scenario: "dump", cost: 0)])
    let answers = try #require(tied.answers)
    let neighbours = Answer.neighbours(answers)
    for (index, list) in neighbours.enumerated() {
      let expected = answers.indices.filter {
        $0 != index && answers[$0].isNext(to: answers[index])
      }
      #expect(list.sorted() == expected)
    }
    // Those of one move begin with the larger sets.
    let ban = try #require(answers.firstIndex { $0.name(tied) == "ban from 2028" })
    #expect(neighbours[ban].first.map { answers[$0].size } == 2)
  }
}
