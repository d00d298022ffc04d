import Allocation
import LinearProgramming
import SupplyChain
import Support
import TestSupport
import Testing

@testable import Analysis

/// Plans against an adversary answer by answer are those of all answers in one program.
@Suite struct AnswerGenerationTests {
  static func plan(
    _ document: ModelDocument, _ method: UncertaintySettings.Method, isRelaxed: Bool = true,
    compares: Bool = false, timeLimit: Double? = nil, simplexNonzeros: Int? = nil,
    stopsAt: (@Sendable (RunProgress) -> Bool)? = nil
  ) throws -> UncertainPlan {
    let list = try OutcomeList(document, against: try #require(document.base.adversary))
    var settings = UncertaintySettings()
    settings.risk = RiskMeasure(.adversary)
    settings.method = method
    settings.compares = compares
    settings.run.isRelaxed = isRelaxed
    settings.run.allocation.timeLimit = timeLimit
    if let simplexNonzeros { settings.mostNonzerosOfSimplex = simplexNonzeros }
    if let stopsAt {
      let cancellation = Cancellation()
      settings.run.allocation.cancellation = cancellation
      settings.run.progress = { if stopsAt($0) { cancellation.cancel() } }
    }
    return try planUnderUncertainty(list, base: document.base, settings)
  }

  /// A corpus model with other moves: bans and price falls of several depths.
  static func document(moves: Int, atMost: Int) throws -> ModelDocument {
    let text = try Repository.text("\(Repository.corpus)/mixed-adversary.yaml")
    let head = text.prefix(upTo: try #require(text.range(of: "\nscenarios:")).lowerBound)
    var lines = ["", "scenarios:"]
    var entries: [String] = []
    for n in 0..<moves {
      lines += ["  m\(n):", "    changes:"]
      switch n % 3 {
      case 0:
        lines.append(
          "      - { scale: \"commodities.*.price\", by: 0.\(95 - 3 * n), from: 2026, until: \(2027 + n % 2) }"
        )
      case 1:
        lines.append(
          "      - { set: \"imports.cn_*.limit\", to: \(400 - 30 * n) t/yr, from: \(2026 + n % 3) }"
        )
      default:
        lines.append("      - { scale: \"imports.*.price\", by: 1.0\(n), from: 2027 }")
      }
      entries.append("m\(n): \(n % 4)%")
    }
    lines.append(
      "adversary: { reveal: 2026, at_most: \(atMost), moves: { \(entries.joined(separator: ", ")) } }"
    )
    return try ModelDocument.read(text: head + lines.joined(separator: "\n") + "\n")
  }

  @Test(arguments: [(3, 2, 7), (4, 2, 11), (6, 2, 22)])
  func `values are those of the extensive form`(moves: Int, atMost: Int, count: Int) throws {
    let document = try Self.document(moves: moves, atMost: atMost)
    let whole = try Self.plan(document, .extensive)
    let parts = try Self.plan(document, .decomposition)
    #expect(parts.outcomes.count == count)
    #expect(parts.method == .answerGeneration && whole.method == .extensive)
    #expect(parts.solution.status == whole.solution.status)
    let (a, b) = (try #require(whole.value), try #require(parts.value))
    #expect(abs(a - b) <= 1e-6 * max(1, abs(a)))
    let (x, y) = (whole.solution.objectives, parts.solution.objectives)
    #expect(x.map(\.objective) == y.map(\.objective))
    if let last = x.last, let own = y.last {
      #expect(abs(last.value - own.value) <= 2e-3 * max(1, abs(last.value)))
    }
    try Self.expectProven(parts)
  }

  @Test(arguments: [(3, 2, 7), (4, 2, 11), (6, 2, 22)])
  func `the method for large masters finds the same value`(
    moves: Int, atMost: Int, count: Int
  ) throws {
    let document = try Self.document(moves: moves, atMost: atMost)
    let whole = try Self.plan(document, .extensive)
    let parts = try Self.plan(document, .decomposition, simplexNonzeros: 0)
    #expect(parts.outcomes.count == count)
    let (a, b) = (try #require(whole.value), try #require(parts.value))
    #expect(abs(a - b) <= 3e-5 * max(1, abs(a)))
    let bound = try #require(parts.solution.stages.first?.verification?.dualBound)
    #expect(bound <= a + 1e-6 && b - bound <= 2e-4 * max(1, abs(a)))
    for outcome in parts.outcomes {
      let (program, point) = try #require(outcome.answer)
      #expect(program.program.verification(of: point).isFeasible, "\(outcome.name)")
      let own = try #require(outcome.objectives.first?.value)
      #expect(own - outcome.cost <= HeldObjective.allowed(best: b) + 1e-5, "\(outcome.name)")
    }
  }

  @Test(arguments: [0, AnswerMaster.mostNonzerosOfSimplex])
  func `a plan that some answers have not been held against is told as such`(
    simplexNonzeros: Int
  ) throws {
    let document = try Self.document(moves: 6, atMost: 2)
    let plan = try Self.plan(
      document, .decomposition, simplexNonzeros: simplexNonzeros,
      stopsAt: { $0.phase == "every answer" && $0.done ?? 0 > 0 })
    #expect(plan.solution.status == .feasible)
    let reason = try #require(plan.solution.reason)
    #expect(reason.hasPrefix("interrupted; the plan has been held against "))
    let found = plan.outcomes.filter { $0.answer != nil }
    #expect(!found.isEmpty && found.count < plan.outcomes.count)
    #expect(reason.contains(" \(found.count) of \(plan.outcomes.count) answers"))
    let value = try #require(plan.value)
    let nets = found.map { ($0.objectives.first?.value ?? 0) - $0.cost }
    let worst = try #require(nets.max())
    #expect(abs(value - worst) <= 1e-9)
    // What it says of all answers is true.
    let whole = try #require(try Self.plan(document, .extensive).value)
    let stage = try #require(plan.solution.stages.first)
    let check = try #require(stage.verification)
    #expect(check.dualBound <= whole + 1e-6 && !check.isVerified)
  }

  /// Every answer has a plan of its own that keeps all rules, shares the decisions before the reveal, and does no worse
  /// than the value.
  static func expectProven(_ plan: UncertainPlan) throws {
    let value = try #require(plan.value)
    #expect(plan.solution.verification?.isVerified == true)
    for outcome in plan.outcomes {
      let (program, point) = try #require(outcome.answer)
      #expect(program.program.verification(of: point).isFeasible, "\(outcome.name)")
      let own = try #require(outcome.objectives.first?.value)
      #expect(own - outcome.cost <= HeldObjective.allowed(best: value) + 1e-6, "\(outcome.name)")
      if let bound = outcome.bound { #expect(bound <= own + 1e-6, "\(outcome.name)") }
    }
    let bound = try #require(plan.solution.stages.first?.verification?.dualBound)
    #expect(bound <= value + 1e-12 && value - bound <= 3e-6 * max(1, abs(value)))
  }

  @Test func `whole numbers are kept`() throws {
    let document = try Self.document(moves: 3, atMost: 1)
    let whole = try Self.plan(document, .extensive, isRelaxed: false)
    let parts = try Self.plan(document, .decomposition, isRelaxed: false)
    #expect(whole.solution.status == .optimal && parts.solution.status == .optimal)
    let (a, b) = (try #require(whole.value), try #require(parts.value))
    #expect(abs(a - b) <= 3e-6 * max(1, abs(a)))
  }

  @Test func `without time there is no plan, and it says so`() throws {
    let plan = try Self.plan(
      try Self.document(moves: 4, atMost: 2), .decomposition, timeLimit: 0.02)
    #expect(plan.solution.status == .interrupted || plan.solution.status == .feasible)
    #expect(plan.solution.reason?.contains("time limit") == true || plan.value == nil)
  }

  @Test func `two runs are the same`() throws {
    let document = try Self.document(moves: 4, atMost: 2)
    let first = try Self.plan(document, .decomposition)
    let second = try Self.plan(document, .decomposition)
    #expect(first.value == second.value)
    #expect(
      first.outcomes.map { $0.answer?.point } == second.outcomes.map { $0.answer?.point })
  }

  @Test func `a certificate proves every answer, and one that claims too much does not`() throws {
    let document = try Self.document(moves: 3, atMost: 2)
    let list = try OutcomeList(document, against: try #require(document.base.adversary))
    let plan = try Self.plan(document, .decomposition)
    let question = PlanCertificate.Question(
      scenarios: [], settings: [], budgetScale: 1, isRelaxed: true,
      objectives: document.base.objectives)
    let certificate = try #require(AnswerCertificate(plan, question: question))
    let read = try AnswerCertificate(bytes: certificate.bytes)
    #expect(read == certificate)
    #expect(AnswerCertificate.isOne(certificate.bytes))
    let check = AnswerCertificateCheck(read, list)
    #expect(check.verdict == .optimal)
    #expect(check.isSameProgram && check.answers.count == 7)
    #expect(check.worst <= HeldObjective.allowed(best: plan.value ?? 0) + 1e-6)

    var better = certificate
    better.worst -= 1e-3
    #expect(!AnswerCertificateCheck(better, list).isProven)
    var broken = certificate
    let point = try #require(broken.answers[0].point)
    broken.answers[0].point = point.map { $0 * 1.01 + 0.01 }
    #expect(!AnswerCertificateCheck(broken, list).isProven)
    var weak = certificate
    weak.multipliers = weak.multipliers.map { _ in 0 }
    #expect(AnswerCertificateCheck(weak, list).verdict != .optimal)
    var fewer = certificate
    fewer.answers.removeLast()
    #expect(!AnswerCertificateCheck(fewer, list).isProven)
  }
  @Test func `one answer alone proves a bound too, less what it costs them`() throws {
    let document = try Self.document(moves: 3, atMost: 2)
    let list = try OutcomeList(document, against: try #require(document.base.adversary))
    let plan = try Self.plan(document, .decomposition)
    let value = try #require(plan.value)
    let question = PlanCertificate.Question(
      scenarios: [], settings: [], budgetScale: 1, isRelaxed: true,
      objectives: document.base.objectives)
    var certificate = try #require(AnswerCertificate(plan, question: question))
    let programs = try plan.outcomes.map { try #require($0.answer?.program) }
    let firstStage = try FirstStage(programs, reveal: list.uncertainty.reveal)
    for (answer, outcome) in plan.outcomes.enumerated() {
      let alone = AnswerMaster(
        programs, costs: plan.outcomes.map(\.cost), firstStage: firstStage, members: [answer])
      let stage = try #require(
        alone.solve(held: nil, AllocationSettings()).solution.stages.first)
      certificate.members = [answer]
      certificate.multipliers = stage.rowDuals
      let check = AnswerCertificateCheck(certificate, list)
      let bound = try #require(check.bound)
      #expect(isNear(bound, (stage.value ?? 0) - outcome.cost), "\(outcome.name)")
      #expect(check.isProven && bound <= value + 1e-9)
    }
  }
}
