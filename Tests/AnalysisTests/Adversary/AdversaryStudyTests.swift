import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// What the answers of an adversary mean, on a model that is worked out by hand: 30 MUSD build p at 1 and q at
/// 1.5 MUSD/(t/yr); dumping stops p alone, and is worth it to them above 8 %. With q = 12 and p = 12 t/yr,
/// D is 1 − 24/150 = 0.84 under no answer and 1 − 12/150 = 0.92 under dumping.
@Suite struct AdversaryStudyTests {
  private func plan(_ method: UncertaintySettings.Method) throws -> (UncertainPlan, AdversaryStudy)
  {
    let document = try ModelDocument.read(path: Repository.corpus("hand-adversary"))
    let plan = try AnswerGenerationTests.plan(
      document, method, isRelaxed: false, compares: true)
    return (plan, try #require(plan.adversary))
  }

  @Test(arguments: [UncertaintySettings.Method.extensive, .decomposition])
  func `the damage grows with the number of moves`(method: UncertaintySettings.Method) throws {
    let (plan, study) = try plan(method)
    #expect(abs((plan.value ?? 0) - 0.84) < 1e-6)
    #expect(study.growth.map(\.rival) == [.plan, .baseCase, .nothing])
    func nets(_ growth: AdversaryStudy.Growth) -> [Double] {
      growth.worst.compactMap { $0?.net }
    }
    let own = nets(study.growth[0])
    #expect(own.count == 3)
    #expect(own.allSatisfy { abs($0 - 0.84) < 1e-5 })
    // The base plan builds 30 t/yr of p, which dumping stops: 1 − 30/150, then 1 − 0.08.
    let base = nets(study.growth[1])
    #expect(abs(base[0] - 0.8) < 1e-5 && abs(base[1] - 0.92) < 1e-5)
    // Nothing before the reveal: what is awarded in 2027 works in 2028.
    let none = nets(study.growth[2])
    #expect(none[0] > own[0] && none[1] >= none[0])
    for growth in study.growth {
      let values = nets(growth)
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 + 1e-12 })
    }
  }

  @Test func `a move pays up to what it gains`() throws {
    let (_, study) = try plan(.decomposition)
    let dumping = study.deterrence[0]
    #expect(dumping.cost == 0.08)
    #expect(abs((dumping.alone ?? 0) - 0.08) < 1e-5)
    #expect(abs(dumping.noLongerFrom - 0.08) < 1e-5)
  }

  @Test func `q guards against dumping`() throws {
    let (plan, study) = try plan(.decomposition)
    let entry = try #require(study.guards.first { $0.decision.id == "q" })
    #expect(abs(entry.decision.planned - 12) < 1e-3 && entry.decision.base < 1e-6)
    func loss(_ name: String) throws -> Double {
      try #require(
        entry.losses.first { plan.outcomes[$0.answer].name == name }?.value)
    }
    // The 18 MUSD are still there in 2027: they build 18 t/yr of p for 2028 or, where p is stopped, 12 t/yr of q.
    #expect(abs(try loss("no answer") - (24 - 18) / 300) < 1e-5)
    #expect(abs(try loss("dumping") - (24 - 12) / 300) < 1e-5)
  }

  @Test func `a move that pays under no plan is off the table`() throws {
    let (_, study) = try plan(.decomposition)
    #expect(study.removals.map(\.isOff) == [true, true])
  }

  @Test func `the cheapest plan against a move costs what it must`() throws {
    // Half of what dumping must gain: now 8 points are too many, and a plan must be found.
    let text = try Repository.text("\(Repository.corpus)/hand-adversary.yaml")
      .replacing("dumping: 8%, cap: 10%", with: "dumping: 4%")
    let document = try ModelDocument.read(text: text)
    let plan = try AnswerGenerationTests.plan(document, .decomposition, compares: true)
    let study = try #require(plan.adversary)
    let removal = try #require(study.removals.first)
    // Without an answer as now, and under dumping 4 points more at most.
    let none = try #require(plan.outcomes[0].objectives.first?.value)
    if !removal.isOff {
      let cost = try #require(removal.publicCost)
      #expect(cost <= (removal.planCost ?? 0) + 1e-3 || none > 0)
      #expect(cost >= 0)
    }
    #expect(study.deterrence[0].noLongerFrom >= 0)
  }
}
