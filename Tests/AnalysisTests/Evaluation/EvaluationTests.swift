import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// Two plants: 200 t/yr at 50 and 500 t/yr at 100 kUSD per t/yr, 50 MUSD in 2026, 1,000 t of demand in each of two years. The
/// best plan has 200 t/yr of the cheap plant and 400 t/yr of the dear one: a dependency of 0.4.
@Suite struct EvaluationTests {
  private func evaluate(
    _ rows: [String], operatesOnly: Bool = false, yaml: String = twoPlants(), relaxed: Bool = false
  ) throws -> Evaluation {
    let model = try model(yaml)
    let text = "facility,fund,year,amount\n" + rows.joined(separator: "\n") + "\n"
    let awards = try AwardFile(text: text).commitments(in: model).awards
    return try Evaluation.find(
      model, awards, operatesOnly: operatesOnly, settings: RunSettings(isRelaxed: relaxed))
  }

  @Test func `awards that keep the rules are told beside the best plan`() throws {
    let found = try evaluate(["dear,grants,2026,50 MUSD"])
    #expect(found.broken.isEmpty)
    let distance = try #require(found.distances.first)
    #expect(isClose(distance.value, 0.5) && isClose(distance.best ?? 0, 0.4))
    let cheap = try #require(found.differences.first { $0.facility == 0 })
    #expect(found.differences.count == 2 && cheap.capacity == 0)
    #expect(isClose(cheap.bestCapacity, 200, relative: 1e-5))
  }

  @Test func `the rest is free, or nothing further is awarded`() throws {
    // 20 MUSD for the dear plant in 2026: then 200 t/yr of the cheap one, and in 2027 200 t/yr more of the dear one.
    let free = try evaluate(["dear,grants,2026,20 MUSD"])
    #expect(isClose(free.distances[0].value, 0.5))
    let bare = try evaluate(["dear,grants,2026,20 MUSD"], operatesOnly: true)
    #expect(isClose(bare.distances[0].value, 0.8) && bare.broken.isEmpty)
    #expect(bare.solution.plan?.builds.map(\.facility) == [1])
    // Capacity alone: who pays for it is free as well.
    let built = try evaluate(["dear,,2026,100 t/yr"])
    #expect(built.broken.isEmpty && built.distances[0].value < 0.7)
    // Nothing may be awarded to the cheap plant in 2026.
    let none = try evaluate(["cheap,grants,2026,0 MUSD"])
    #expect(isClose(none.distances[0].value, 0.5))
  }

  @Test func `money that was not appropriated is told by how much it lacks`() throws {
    let found = try evaluate(["cheap,grants,2026,10 MUSD", "dear,grants,2026,45 MUSD"])
    #expect(isClose(found.distances[0].value, 0.35, relative: 1e-4))
    let broken = try #require(found.broken.first)
    #expect(found.broken.count == 1 && broken.awards == [0, 1])
    guard case .row(let key) = broken.kind else {
      Issue.record("\(broken)")
      return
    }
    #expect(key.kind == .account && isClose(broken.amount, 5, relative: 1e-4))
  }

  /// Of the tutorial's account, by year.
  private func excess(_ rows: [String], scenarios: [String] = []) throws -> [Int: Double] {
    let model = try model(try Repository.text("Models/tutorial.yaml"), scenarios: scenarios)
    let text = "facility,fund,year,amount\n" + rows.joined(separator: "\n") + "\n"
    let awards = try AwardFile(text: text).commitments(in: model).awards
    var result: [Int: Double] = [:]
    for broken in try Evaluation.find(model, awards).broken {
      guard case .row(let key) = broken.kind, key.kind == .account else {
        Issue.record("\(broken)")
        continue
      }
      result[model.horizon.year(ofStep: Int(key.step))] = broken.amount
    }
    return result
  }

  @Test func `money that is lacking is told in the year in which it is spent`() throws {
    // 70 and 50 MUSD where 60 and 30 are appropriated.
    let late = try excess([
      "separation,grants,2026,45 MUSD", "magnet_works,grants,2026,25 MUSD",
      "separation,grants,2027,5 MUSD", "magnet_works,grants,2027,45 MUSD",
    ])
    #expect(late.count == 2)
    #expect(isClose(late[2026] ?? 0, 10, relative: 1e-4))
    #expect(isClose(late[2027] ?? 0, 20, relative: 1e-4))
    // The tutorial's own 60 and 30 MUSD, where half is appropriated.
    let half = try excess(
      [
        "separation,grants,2026,30 MUSD", "magnet_works,grants,2026,30 MUSD",
        "separation,grants,2027,15 MUSD", "magnet_works,grants,2027,15 MUSD",
      ], scenarios: ["half_budget"])
    #expect(half.count == 2)
    #expect(isClose(half[2026] ?? 0, 30, relative: 1e-4))
    #expect(isClose(half[2027] ?? 0, 15, relative: 1e-4))
    // What 2026 leaves is carried over: 40 + 55 MUSD of 90 lack 5 in 2027.
    let carried = try excess([
      "separation,grants,2026,20 MUSD", "magnet_works,grants,2026,20 MUSD",
      "separation,grants,2027,30 MUSD", "magnet_works,grants,2027,25 MUSD",
    ])
    #expect(carried.count == 1 && isClose(carried[2027] ?? 0, 5, relative: 1e-4))
  }

  @Test func `more than the largest expansion costs is told`() throws {
    let found = try evaluate(["cheap,grants,2026,15 MUSD"])
    guard case .row(let key)? = found.broken.first?.kind else {
      Issue.record("\(found.broken)")
      return
    }
    #expect(key.kind == .cost && isClose(found.broken[0].amount, 5, relative: 1e-3))
  }

  @Test func `rules about facilities are given up and told`() throws {
    let odd = twoPlants(
      cheap: ", earliest: 2027", dear: ", module: 100 t/yr")
    let found = try evaluate(
      ["cheap,,2026,100 t/yr", "dear,,2026,150 t/yr"], operatesOnly: false, yaml: odd)
    let kinds = Set(found.broken.map(\.kind))
    #expect(kinds == [.early(facility: 0), .notWhole(facility: 1)])
    let much = try evaluate(["cheap,,2026,300 t/yr"])
    #expect(much.broken.map(\.kind) == [.tooMuch(facility: 0)])
    #expect(isClose(much.broken[0].amount, 100))
    let relaxed = try evaluate(["dear,,2026,150 t/yr"], yaml: odd, relaxed: true)
    #expect(relaxed.broken.isEmpty)
  }

  @Test func `a programme that may not pay is told, and pays`() throws {
    let narrow = twoPlants(
      funds:
        "grants: { instruments: [grant], appropriations: { 2026: 50 MUSD }, eligible: { facility: [cheap] } }"
    )
    let found = try evaluate(["dear,grants,2026,30 MUSD"], yaml: narrow)
    #expect(found.broken.map(\.kind) == [.notEligible(fund: 0, facility: 1)])
    #expect(isClose(found.distances[0].value, 0.5))
    // The best plan may not: 200 t/yr of the cheap plant.
    #expect(isClose(found.distances[0].best ?? 0, 0.8))
  }

  /// Every table of a plan, in the units and digits of its files.
  private func awards(of plan: Plan, in model: Model) -> [Commitment] {
    let place = SourceLocation(file: "plan.json", line: 1, column: 1)
    func commitment(_ subject: Commitment.Subject, _ step: Int, _ amount: Double) -> Commitment {
      Commitment(subject: subject, steps: step..<(step + 1), amount: amount, location: place)
    }
    return plan.builds.map {
      commitment(.build(facility: $0.facility, option: $0.option), $0.step, $0.capacity)
    }
      + plan.awards.map {
        commitment(.award(fund: $0.fund, facility: $0.facility), $0.step, $0.amount)
      }
      + plan.purchases.map {
        commitment(.purchase(fund: $0.fund, stockpile: $0.stockpile), $0.step, $0.amount)
      }
  }

  @Test(arguments: [false, true])
  func `a plan's own awards have the plan's own value`(operatesOnly: Bool) throws {
    var count = 0
    for seed in UInt64(1)...24 {
      let model = try model(RandomModel(seed).text)
      let own = solve(AllocationProgram(model))
      guard own.status == .optimal, let plan = own.plan else { continue }
      let found = try Evaluation.find(
        model, awards(of: plan, in: model), operatesOnly: operatesOnly)
      #expect(found.broken.isEmpty, "seed \(seed): \(found.broken)")
      for (a, b) in zip(found.solution.objectives, own.objectives) {
        #expect(
          isClose(a.value, b.value, relative: 1e-9, absolute: 1e-9),
          "seed \(seed), \(a.objective): \(a.value) for \(b.value)")
      }
      count += 1
    }
    #expect(count >= 12)
  }

  @Test func `awards never do better than the best plan`() throws {
    var count = 0
    for seed in UInt64(1)...16 {
      let model = try model(RandomModel(seed).text)
      let own = solve(AllocationProgram(model))
      guard own.status == .optimal, let plan = own.plan, !plan.awards.isEmpty else { continue }
      let half = awards(of: plan, in: model).filter { $0.fund != nil }.map { award in
        var award = award
        award.amount /= 2
        return award
      }
      let found = try Evaluation.find(model, half)
      let value = try #require(found.distances.first)
      if found.broken.isEmpty { #expect(value.value >= (value.best ?? 0) - 1e-9) }
      count += 1
    }
    #expect(count >= 6)
  }
}
