import Allocation
import Foundation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// Plans for outcomes, and against an adversary, whose values an independent implementation pinned; see Tests/Reference.
@Suite struct CorpusRiskTests {
  private struct Answer: Decodable {
    var status: String
    var objectives: [String: Double]?
  }
  private struct Answers: Decodable { var risks: [String: Answer]? }

  private static func risks(_ name: String) throws -> [String: Answer] {
    let text = try Repository.text("\(Repository.corpus)/\(name).json")
    return try JSONDecoder().decode(Answers.self, from: Data(text.utf8)).risks ?? [:]
  }

  private static let names = Repository.corpusNames.filter { (try? !risks($0).isEmpty) ?? false }

  private func plan(_ document: ModelDocument, _ risk: Uncertainty.Risk) throws -> UncertainPlan {
    let list: OutcomeList
    if risk == .adversary {
      list = try OutcomeList(document, against: try #require(document.base.adversary))
    } else {
      list = try OutcomeList(document, try #require(document.base.uncertainty))
    }
    var settings = UncertaintySettings()
    settings.risk = RiskMeasure(risk, level: document.base.uncertainty?.level ?? 0)
    settings.compares = false
    return try planUnderUncertainty(list, base: document.base, settings)
  }

  @Test func `the corpus has plans for outcomes and against an adversary`() {
    #expect(Self.names.count >= 6)
  }

  @Test(arguments: Self.names)
  func `measures of risk are those of an independent implementation`(name: String) throws {
    let document = try ModelDocument.read(path: Repository.corpus(name))
    for (kind, answer) in try Self.risks(name).sorted(by: { $0.key < $1.key }) {
      let plan = try plan(document, try #require(Uncertainty.Risk(rawValue: kind)))
      #expect(plan.solution.status.rawValue == answer.status, "\(name), \(kind)")
      for (place, entry) in plan.solution.objectives.enumerated() {
        let key = plan.name(of: entry.objective, isFirst: place == 0)
        let expected = try #require(answer.objectives?[key], "\(name): \(key)")
        let tolerance = place == 0 ? 2e-5 : 2e-3
        #expect(
          abs(entry.value - expected) <= tolerance * max(1, abs(expected)), "\(name): \(key)")
      }
    }
  }

  @Test func `each answer of an adversary is shown by its own solve`() throws {
    // hand-adversary: both moves together cost them 18 points; with 12 t/yr of each plant no answer gains more than 84 %.
    let document = try ModelDocument.read(path: Repository.corpus("hand-adversary"))
    let plan = try plan(document, .adversary)
    #expect(plan.outcomes.map(\.name) == ["no answer", "dumping", "cap", "dumping + cap"])
    let net = plan.outcomes.map { ($0.objectives.first?.value ?? 0) - $0.cost }
    #expect(abs((net.max() ?? 0) - 0.84) < 1e-6)
    #expect(plan.outcomes.map(\.cost) == [0, 0.08, 0.1, 0.18])
  }
}
