import Foundation
import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// Models whose answers an independent implementation pinned; see Tests/Reference.
enum Corpus {
  struct Answer: Decodable {
    var status: String
    var objectives: [String: Double]?
  }
  struct Answers: Decodable {
    var status: String
    var objectives: [String: Double]?
    var halfBudget: Answer?
    var relaxed: Answer?
    var scenarios: [String: Answer]?

    enum CodingKeys: String, CodingKey {
      case status, objectives, relaxed, scenarios
      case halfBudget = "half_budget"
    }
  }

  static let names = Repository.corpusNames

  static func document(_ name: String) throws -> ModelDocument {
    try ModelDocument.read(path: Repository.corpus(name))
  }

  static func answers(_ name: String) throws -> Answers {
    let file = Repository.url.appendingPathComponent("\(Repository.corpus)/\(name).json")
    return try JSONDecoder().decode(Answers.self, from: Data(contentsOf: file))
  }
}

@Suite struct CorpusTests {
  @Test func `the corpus is there`() {
    #expect(Corpus.names.count >= 12)
  }

  @Test(arguments: Corpus.names)
  func `answers are those of an independent implementation`(name: String) throws {
    let document = try Corpus.document(name)
    let answers = try Corpus.answers(name)
    try check(
      document.model(), .init(status: answers.status, objectives: answers.objectives), name)
    if let half = answers.halfBudget {
      try check(document.model(budgetScale: 0.5), half, "\(name), half the budget")
    }
    for (scenario, answer) in (answers.scenarios ?? [:]).sorted(by: { $0.key < $1.key }) {
      try check(document.model(scenarios: [scenario]), answer, "\(name), \(scenario)")
    }
    if let relaxed = answers.relaxed {
      try check(document.model(), relaxed, "\(name), relaxed", isRelaxed: true)
    }
  }

  private func check(
    _ model: Model, _ expected: Corpus.Answer, _ what: String, isRelaxed: Bool = false
  ) throws {
    let solution = solve(AllocationProgram(model, relaxed: isRelaxed))
    #expect(solution.status.rawValue == expected.status, "\(what)")
    let found = Dictionary(
      uniqueKeysWithValues: solution.objectives.map { ($0.objective.name, $0.value) })
    for (name, value) in expected.objectives ?? [:] {
      // Whole-number optima are known to the gap of 1e-6 in both programs, money to 1e-3.
      let tolerance = name.hasSuffix("cost") ? 1e-3 : 2e-6
      #expect(isClose(found[name] ?? .nan, value, relative: tolerance), "\(what): \(name)")
    }
    if solution.status == .optimal { #expect(solution.verification?.isVerified == true) }
  }
}

@Suite struct WarmStartTests {
  @Test(arguments: ["year-grants", "year-table", "half-loans", "quarter-stockpiles", "year-peak"])
  func `a related model gives the same answer from a warm start as cold`(name: String) throws {
    let document = try Corpus.document(name)
    let base = AllocationProgram(try document.model(), relaxed: true)
    try withAllocationSession { session in
      let solved = session.solve(base)
      let start = WarmStart(base, solved)
      var models = try document.scenarioIDs.map { try document.model(scenarios: [$0]) }
      models += try [0, 0.5, 2].map { try document.model(budgetScale: $0) }
      for model in models + [try document.model()] {
        let program = AllocationProgram(model, relaxed: true)
        let warm = session.solve(program, from: start)
        let cold = solve(program)
        #expect(warm.status == cold.status)
        #expect(warm.objectives.count == cold.objectives.count)
        for (a, b) in zip(warm.objectives, cold.objectives) {
          #expect(isClose(a.value, b.value))
        }
      }
      let again = session.solve(base, from: start)
      #expect(again.stages.allSatisfy { $0.iterations == 0 })
    }
  }
}

@Suite struct TieTests {
  @Test(arguments: [(Objective.dependency, Objective.publicCost), (.publicCost, .dependency)])
  func `a single objective within years is tied by another, with the same answer`(
    objective: Objective, other: Objective
  ) throws {
    var model = try Corpus.document("quarter-stockpiles").model()
    model.objectives = [objective, other]
    let both = AllocationProgram(model, relaxed: true)
    #expect(both.tieBreakingCosts == nil)
    model.objectives = [objective]
    let single = AllocationProgram(model, relaxed: true)
    #expect(single.tieBreakingCosts == both.objectives[1].coefficients)
    #expect(isClose(value(objective, solve(single)), value(objective, solve(both))))
    var yearly = try Corpus.document("year-grants").model()
    yearly.objectives = [objective]
    #expect(AllocationProgram(yearly, relaxed: true).tieBreakingCosts == nil)
  }
}
