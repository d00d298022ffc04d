import Allocation
import LinearProgramming
import SupplyChain
import Synchronization
import Testing

@testable import Analysis

/// Plans for many outcomes, found in groups of them.
@Suite struct ScenarioGroupTests {
  /// Twice as many outcomes as samples: with a ban and without.
  private func sampled(_ count: Int, _ vary: String) -> String {
    banModel(more: "  sample: { count: \(count), seed: 5, vary: [\(vary)] }")
  }

  private static let demand =
    "{ path: demand.*.quantity, uniform: { low: 0.7, high: 1.3 } }, "
    + "{ path: imports.*.limit, uniform: { low: 0.1, high: 0.3 } }"

  private func planned(
    _ yaml: String, _ method: UncertaintySettings.Method,
    objectives: [Objective] = [.dependency],
    _ adjust: (inout UncertaintySettings) -> Void = { _ in }
  ) throws -> UncertainPlan {
    let document = try ModelDocument.read(text: yaml, file: "test.yaml")
    let list = try OutcomeList(
      document, try #require(document.base.uncertainty), objectives: objectives)
    var settings = UncertaintySettings()
    settings.run.isRelaxed = true
    settings.compares = false
    settings.method = method
    adjust(&settings)
    return try planUnderUncertainty(list, base: list.outcomes[0].model, settings)
  }

  /// The same plan, to the gap; verified, with a bound; each outcome's value part of the whole.
  private func expectAgreement(_ yaml: String, _ risk: RiskMeasure = RiskMeasure(.expected)) throws
  {
    let whole = try planned(yaml, .extensive) { $0.risk = risk }
    let parts = try planned(yaml, .decomposition) { $0.risk = risk }
    #expect(parts.solution.status == .optimal)
    #expect(parts.solution.reason == nil)
    #expect(parts.solution.stages.first?.attempts.contains { $0.method == .scenarioGroups } == true)
    let value = try #require(whole.value)
    #expect(isNear(parts.value, value, 1e-4 * value))
    let check = try #require(parts.solution.verification)
    #expect(check.isVerified && check.boundIsProven)
    #expect(check.dualBound <= value * (1 + 1e-7))
    #expect(check.dualBound >= value * (1 - 2e-4))
    let measure = risk.value(
      parts.outcomes.map { $0.objectives.first?.value ?? .nan },
      probabilities: parts.outcomes.map(\.probability))
    // The quantile is a decision of the plan, and as good as the plan.
    #expect(isNear(parts.value, measure, risk.kind == .expected ? 1e-9 : 1e-4))
    #expect(whole.solution.size.rows == parts.solution.size.rows)
    #expect(whole.solution.size.columns == parts.solution.size.columns)
    #expect(whole.solution.size.nonzeros == parts.solution.size.nonzeros)
    let builds = parts.outcomes.map { outcome in
      (outcome.plan?.builds ?? []).filter { $0.step < 1 }.map { "\($0.facility) \($0.capacity)" }
    }
    #expect(builds.allSatisfy { $0 == builds[0] })
  }

  @Test(arguments: [25, 60])
  func `the plan is that of all outcomes together, proven`(count: Int) throws {
    try expectAgreement(sampled(count, ScenarioGroupTests.demand))
  }

  @Test func `what only some outcomes rule out holds for the plan`() throws {
    // The least money of all samples is what can be awarded: a group alone would award more.
    try expectAgreement(
      sampled(60, "{ path: funds.grants.appropriations, uniform: { low: 0.5, high: 1 } }"))
  }

  @Test(arguments: [0.5, 0.8])
  func `the mean of the worst is that of all outcomes together, proven`(level: Double) throws {
    try expectAgreement(sampled(40, ScenarioGroupTests.demand), RiskMeasure(.cvar, level: level))
  }

  @Test
  func `very many outcomes have the first of several objectives minimised, and are told so`() throws
  {
    let yaml = sampled(130, ScenarioGroupTests.demand)
    let plan = try planned(yaml, .decomposition, objectives: [.dependency, .publicCost])
    #expect(plan.solution.status == .feasible)
    #expect(plan.solution.reason?.contains("first objective alone") == true)
    let single = try planned(yaml, .decomposition)
    #expect(single.solution.status == .optimal)
    #expect(plan.value == single.value)
  }

  @Test func `the same outcomes have the same plan, bit for bit`() throws {
    let yaml = sampled(30, ScenarioGroupTests.demand)
    let (one, two) = (try planned(yaml, .decomposition), try planned(yaml, .decomposition))
    #expect(one.value == two.value)
    #expect(one.solution.verification == two.solution.verification)
    for (a, b) in zip(one.outcomes, two.outcomes) {
      #expect(a.objectives.map(\.value) == b.objectives.map(\.value))
    }
  }

  @Test func `the plan is the same, bit for bit, where others solve the groups`() throws {
    for risk in [RiskMeasure(.expected), RiskMeasure(.cvar, level: 0.5)] {
      let yaml = sampled(30, ScenarioGroupTests.demand)
      let here = try planned(yaml, .decomposition) { $0.risk = risk }
      let elsewhere = Elsewhere(yaml, risk)
      let there = try planned(yaml, .decomposition) {
        $0.risk = risk
        $0.groupSolver = elsewhere
      }
      #expect(there.solution.status == .optimal)
      #expect(there.value == here.value)
      #expect(there.solution.verification == here.solution.verification)
      #expect(there.solution.stages[0].iterations == here.solution.stages[0].iterations)
      for (a, b) in zip(here.outcomes, there.outcomes) {
        #expect(a.objectives.map(\.value) == b.objectives.map(\.value))
        #expect(a.answer?.point == b.answer?.point)
      }
      // One group to begin with, then all three at least once.
      #expect(elsewhere.count.withLock { $0 } >= 4)
    }
  }

  /// Solves each group as a process that has never seen another would, the last first.
  private final class Elsewhere: ScenarioGroupSolver {
    let count = Mutex(0)
    private let yaml: String
    private let risk: RiskMeasure

    init(_ yaml: String, _ risk: RiskMeasure) {
      self.yaml = yaml
      self.risk = risk
    }

    func answers(
      to questions: [ScenarioGroupQuestion], of groups: ScenarioGroups, _ run: ScenarioGroupRun
    ) -> [ScenarioGroupAnswer] {
      let answers = questions.reversed().map { question -> ScenarioGroupAnswer? in
        count.withLock { $0 += 1 }
        var settings = UncertaintySettings()
        settings.risk = risk
        settings.run.isRelaxed = true
        settings.method = .decomposition
        let own = ScenarioGroupQuestion(
          group: question.group, multipliers: question.multipliers, cuts: question.cuts,
          program: groups.fingerprint(of: question.group))
        guard let document = try? ModelDocument.read(text: yaml, file: "test.yaml"),
          let uncertainty = document.base.uncertainty,
          let list = try? OutcomeList(document, uncertainty, objectives: [.dependency])
        else { return nil }
        guard let found = try? ScenarioGroups(list, settings)?.answer(to: own),
          groups.prove(found.rowMultipliers, found.answer, to: question)
        else { return nil }
        return found.answer
      }
      return answers.reversed().compactMap(\.self)
    }
  }

  @Test func `a question about another program is refused, and few outcomes have no groups`() throws
  {
    func groups(_ yaml: String) throws -> ScenarioGroups? {
      let document = try ModelDocument.read(text: yaml, file: "test.yaml")
      let list = try OutcomeList(
        document, try #require(document.base.uncertainty), objectives: [.dependency])
      var settings = UncertaintySettings()
      settings.run.isRelaxed = true
      settings.method = .decomposition
      return try ScenarioGroups(list, settings)
    }
    let one = try #require(try groups(sampled(30, ScenarioGroupTests.demand)))
    let other = try #require(
      try groups(sampled(30, "{ path: demand.*.quantity, uniform: { low: 0.7, high: 1.2 } }")))
    #expect(one.count == 3)
    let question = ScenarioGroupQuestion(
      group: 0, multipliers: [Double](repeating: 0, count: one.decisionCount), cuts: [],
      program: one.fingerprint(of: 0))
    let found = try #require(try one.answer(to: question))
    #expect(found.answer.decisions.count == one.decisionCount)
    #expect(one.prove(found.rowMultipliers, found.answer, to: question))
    #expect(!one.prove(Array(found.rowMultipliers.dropLast()), found.answer, to: question))
    #expect(!one.prove(found.rowMultipliers.map { $0 + 1 }, found.answer, to: question))
    let better = ScenarioGroupAnswer(
      decisions: found.answer.decisions, bound: found.answer.bound + 1e-6, boundIsProven: true,
      iterations: 1)
    #expect(!one.prove(found.rowMultipliers, better, to: question))
    #expect(throws: ScenarioGroups.OtherProgram.self) { try other.answer(to: question) }
    #expect(try groups(sampled(20, ScenarioGroupTests.demand)) == nil)
  }

  @Test func `where a group has no answer there is a plan only if there was one before`() throws {
    struct Nobody: ScenarioGroupSolver {
      func answers(
        to questions: [ScenarioGroupQuestion], of groups: ScenarioGroups, _ run: ScenarioGroupRun
      ) -> [ScenarioGroupAnswer] { [] }
    }
    let plan = try planned(sampled(130, ScenarioGroupTests.demand), .decomposition) {
      $0.groupSolver = Nobody()
    }
    #expect(plan.solution.status == .failed)
    #expect(plan.value == nil)
  }

  @Test func `interrupted once there is a plan, it is kept; before that, there is none`() throws {
    let yaml = sampled(60, ScenarioGroupTests.demand)
    let best = try #require(try planned(yaml, .decomposition).value)
    let kept = try planned(yaml, .decomposition) { settings in
      let cancellation = Cancellation()
      settings.run.allocation.cancellation = cancellation
      settings.run.progress = { if $0.value != nil { cancellation.cancel() } }
    }
    #expect(kept.solution.status == .interrupted)
    #expect(kept.solution.verification?.isFeasible == true)
    #expect(try #require(kept.value) >= best * (1 - 1e-4))
    #expect(kept.outcomes.allSatisfy { $0.plan != nil })
    let none = try planned(yaml, .decomposition) { settings in
      settings.run.allocation.cancellation = Cancellation()
      settings.run.allocation.cancellation?.cancel()
    }
    #expect(none.solution.status == .interrupted)
    #expect(none.value == nil)
  }

  @Test func `without a plan in some outcome, there is none`() throws {
    let yaml = sampled(30, ScenarioGroupTests.demand).replacingOccurrences(
      of: "\nuncertainty:", with: "\ntargets: { 2028: 10% }\nuncertainty:")
    let plan = try planned(yaml, .decomposition)
    #expect(plan.solution.status != .optimal)
    #expect(plan.value == nil)
  }

  @Test
  func `where the groups fail, few outcomes are tried in one program and very many are not`() throws
  {
    func phases(_ count: Int) throws -> (seen: Set<String>, plan: UncertainPlan) {
      let yaml = sampled(count, ScenarioGroupTests.demand).replacingOccurrences(
        of: "\nuncertainty:", with: "\ntargets: { 2028: 10% }\nuncertainty:")
      let seen = Mutex<Set<String>>([])
      let plan = try planned(yaml, .decomposition) { settings in
        settings.run.progress = { state in _ = seen.withLock { $0.insert(state.phase) } }
      }
      return (seen.withLock { $0 }, plan)
    }
    let few = try phases(30)
    #expect(few.seen.contains("all outcomes, dependency"))
    let many = try phases(130)
    #expect(many.seen.contains { $0.contains("groups") })
    #expect(!many.seen.contains("all outcomes, dependency"))
    // What then is looked at is each outcome by itself, which takes no more memory.
    #expect(many.plan.solution.status == .infeasible)
    #expect(many.plan.conflict?.kind == .alone)
    #expect(many.plan.value == nil)
  }
}
