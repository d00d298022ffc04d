import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Allocation
@testable import Analysis

@Suite struct AlternativesTests {
  private func range(
    _ measure: Alternatives.Measure, _ found: Alternatives
  ) throws -> Alternatives.Range {
    try #require(found.ranges.first { $0.measure == measure })
  }

  @Test func `within 5 % of the tutorial's best 4 of 90 million may stay unspent`() throws {
    // Objective ≤ 0.42: 80 t of 2,400 may be lost. A million of 2027 makes 10 t in each of two years, so 4 of them
    // may go, and 40 t/yr of each plant with them.
    let found = try Alternatives.find(try Sample.tutorial(), within: 0.05)
    #expect(isNear(found.allowed, 0.42))
    let works = try range(.build(facility: 2), found)
    #expect(works.standing == .noRegret)
    #expect(isNear(works.least, 860, 1e-4))
    #expect(isNear(works.best, 900, 1e-3))
    let fund = try range(.fund(0), found)
    #expect(isNear(fund.least, 86, 1e-4) && isNear(fund.most, 90, 1e-4))
    #expect(try range(.build(facility: 0), found).standing == .open)
  }

  @Test func `of two plants alike one can be given up, and the plans differ in all their money`()
    throws
  {
    let model = try Sample.plants(
      Sample.plant("left", expansion: "capex: 100 kUSD/(t/yr)"),
      Sample.plant("right", expansion: "capex: 100 kUSD/(t/yr)"),
      Sample.plant("late", expansion: "capex: 100 kUSD/(t/yr), permit: 3 years"))
    let found = try Alternatives.find(model, within: 0, count: 1)
    #expect(try range(.build(facility: 0), found).standing == .open)
    #expect(try range(.build(facility: 2), found).standing == .never)
    #expect(try range(.stage("magnet"), found).standing == .noRegret)
    let other = try #require(found.proposals.last)
    #expect(other.distance > 0.99)
  }

  @Test(arguments: Sample.corpus, [0.02, 0.1])
  func `every alternative is within the share, and every near-optimal plan within the ranges`(
    name: String, within: Double
  ) throws {
    let model = try Sample.corpus(name)
    let found = try Alternatives.find(model, within: within, count: 2)
    #expect(isNear(found.allowed, found.best + within * abs(found.best), 2e-6))
    for proposal in found.proposals {
      let value = try #require(proposal.objectives.first).value
      #expect(value <= found.allowed + 1e-7)
    }
    for range in found.ranges {
      #expect(range.least <= range.best + 1e-6 && range.best <= range.most + 1e-6)
    }
    // Random plans among those within the share.
    let allocation = AllocationProgram(model, relaxed: true)
    let near = try NearOptimal(
      allocation, held: [(allocation.objectives[0], found.best)], within: within, basis: nil,
      RunSettings())
    var random = Random(11)
    try near.search { search throws(StudyEnd) in
      for _ in 0..<3 {
        let weights = allocation.columns.map { key -> Double in
          key.kind == .award || key.kind == .build ? random.uniform() - 0.5 : 0
        }
        let plan = Plan(allocation, point: try search.least(weights).point)
        for range in found.ranges {
          let value: Double
          switch range.measure {
          case .build(let p):
            value = plan.builds.filter { $0.facility == p }.reduce(0) { $0 + $1.capacity }
          case .fund(let f):
            value =
              plan.awards.filter { $0.fund == f }.reduce(0) { $0 + $1.amount }
              + plan.supports.filter { $0.fund == f }.reduce(0) { $0 + $1.amount }
              + plan.purchases.filter { $0.fund == f }.reduce(0) { $0 + $1.amount }
          case .stage(let stage):
            value =
              plan.awards.filter { model.facilities[$0.facility].stage == stage }
              .reduce(0) { $0 + $1.amount }
              + plan.supports.filter { model.facilities[$0.facility].stage == stage }
              .reduce(0) { $0 + $1.amount }
          }
          let room = 1e-5 * max(1, range.most)
          #expect(value >= range.least - room && value <= range.most + room, "\(range)")
        }
      }
    }
  }

  @Test func `all objectives can be held near their best`() throws {
    let model = try Sample.corpus("year-grants")
    let found = try Alternatives.find(model, within: 0.03, holdsAll: true, count: 2)
    let best = try #require(found.proposals.first).objectives
    for proposal in found.proposals {
      for (mine, other) in zip(proposal.objectives, best) {
        #expect(mine.value <= other.value * 1.03 * (1 + 1e-5) + 1e-6)
      }
    }
  }
}
