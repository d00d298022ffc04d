import Allocation
import LinearProgramming
import SupplyChain
import Support

extension UncertainSolve {
  var answers: [Answer] { list.outcomes.map { $0.answer ?? Answer() } }

  /// Each answer of the adversary by its own solve, with the decisions before the reveal held: in the program of all
  /// answers nothing presses on those that are not the worst.
  func evaluateAnswers(_ plan: inout UncertainPlan, _ point: [Double]) {
    let decisions = firstStage.values(programs[0], point: point)
    let run = carriedOut(decisions, "every answer by its own solve")
    guard run.allSatisfy({ $0.value != nil }) else { return }
    for (index, own) in run.enumerated() {
      let program = programs[index]
      // The plan that all answers together gave is kept where it is as good.
      guard let value = own.value, let shown = plan.outcomes[index].objectives.first?.value,
        value < shown - HeldObjective.tolerance(best: shown)
      else { continue }
      plan.outcomes[index].objectives = program.objectives.map {
        ($0.objective, $0.value(at: own.point))
      }
      plan.outcomes[index].answer = (program, own.point)
    }
  }

  /// The plan against an adversary by column-and-constraint generation.
  func generated() -> UncertainPlan {
    let basePlan = settings.compares ? single(base) : nil
    var generation = AnswerGeneration(
      programs, costs: costs, answers: answers, firstStage: firstStage, inner(),
      progress: settings.run.progress, mostNonzerosOfSimplex: settings.mostNonzerosOfSimplex,
      conflictAlone: { conflictAlone(among: $0) })
    let end = generation.run()
    var plan = UncertainPlan(
      risk: settings.risk, reveal: list.uncertainty.reveal, solution: solution(end, generation),
      method: .answerGeneration, outcomes: outcomes([]), isRelaxed: settings.run.isRelaxed)
    switch end {
    case .infeasible: plan.conflict = conflict(among: generation.master.members.sorted())
    case .conflict(let conflict): plan.conflict = conflict
    case .optimal, .failed, .stopped: break
    }
    if let conflict = plan.conflict {
      plan.solution.reason = conflict.words
      return plan
    }
    guard var found = generation.best else {
      if let partial = generation.partial { show(partial, bound: generation.bound, in: &plan) }
      return plan
    }
    if !isStopped { solveAll(&found, &generation) }
    show(found, in: &plan)
    plan.proof = generation.proof(found)
    guard settings.compares else { return plan }
    compare(&plan, found, &generation, base: basePlan)
    return plan
  }

  /// Every answer by its own solve: those that were left at another answer's plan are solved as well.
  private func solveAll(_ found: inout AnswerGeneration.Found, _ generation: inout AnswerGeneration)
  {
    let rest = found.values.indices.filter { !found.values[$0].isOwn }
    if rest.isEmpty { return }
    let known = Dictionary(
      found.values.indices.filter { found.values[$0].isOwn }.map { ($0, found.values[$0]) },
      uniquingKeysWith: { first, _ in first })
    for (answer, end) in generation.evaluated(
      found.decisions, order: rest, discards: false, known: known,
      phase: "every answer by its own solve"
    ).enumerated() {
      // An answer that its own solve does not settle keeps the plan that is known for it.
      if case .value(let value)? = end, value.value <= found.values[answer].value + 1e-6 {
        found.values[answer] = value
      }
    }
  }

  private func show(_ found: AnswerGeneration.Found, in plan: inout UncertainPlan) {
    for (index, value) in found.values.enumerated() {
      let program = programs[index]
      plan.outcomes[index].objectives = program.objectives.map {
        ($0.objective, $0.value(at: value.point))
      }
      plan.outcomes[index].answer = (program, value.point)
      plan.outcomes[index].bound = value.bound.isFinite ? value.bound : nil
      plan.outcomes[index].multipliers = value.multipliers
    }
  }

  /// A plan that has been held against some answers, and what is known of it. Whether it stands against the others, and
  /// what they do, is not.
  private func show(
    _ partial: AnswerGeneration.Partial, bound: Double, in plan: inout UncertainPlan
  ) {
    for (index, value) in partial.values.enumerated() {
      guard let value else { continue }
      plan.outcomes[index].objectives = programs[index].objectives.map {
        ($0.objective, $0.value(at: value.point))
      }
      plan.outcomes[index].answer = (programs[index], value.point)
    }
    let found = partial.values.count { $0 != nil }
    var reason =
      "\(isCancelled ? "interrupted" : "the time limit was reached"); the plan has been held against "
      + "\(found) of \(programs.count) answers, of which the worst is told"
    if partial.without > 0 {
      reason += "; against \(partial.without) more no way on was found so far"
    }
    if bound.isFinite {
      reason += "; no plan does better against all than \(points(bound, .down)) points"
    }
    var stage = AllocationSolution.Stage(
      objective: programs[0].objectives[0].objective, value: partial.worst)
    let parts = partial.values.compactMap { $0?.verification }.map { (weight: 0.0, check: $0) }
    let size = max(abs(partial.worst), abs(bound), 1e-9)
    var check = Verification(
      sumOf: parts, bound: bound, boundIsProven: bound.isFinite, magnitude: size,
      gapTolerance: Verification.tolerance)
    check.primalObjective = partial.worst
    // The worst of all may be worse than the worst of some.
    check.relativeGap = .infinity
    stage.verification = check
    plan.solution = partial.solution
    plan.solution.stages = [stage]
    plan.solution.status = .feasible
    plan.solution.reason = reason
  }

  /// The solve as a whole: the first objective's value is that of the worst answer, its bound the master's.
  private func solution(
    _ end: AnswerGeneration.End, _ generation: AnswerGeneration
  ) -> AllocationSolution {
    var solution = generation.best?.solution ?? AllocationSolution.failed("")
    let objective = programs[0].objectives[0].objective
    switch end {
    case .optimal:
      solution.status = .optimal
      solution.reason = nil
    case .infeasible(let found): return found
    case .conflict:
      // Whatever plan there was for fewer answers is none for all.
      solution = AllocationSolution.failed("")
      solution.status = .infeasible
      return solution
    case .failed(let reason):
      solution.status = .failed
      solution.reason = reason
    case .stopped(let reason):
      solution.status = generation.best == nil ? .interrupted : .feasible
      solution.reason =
        reason + " before every answer was accounted for"
        + (generation.best == nil ? boundWords(generation.bound) : "")
    }
    guard let best = generation.best else { return solution }
    let isLast = programs[0].objectives.count == 1
    // Later objectives may use what the first is held to; the value told is the best, as in any lexicographic solve.
    var value = best.worst
    // Where the value is right to some digits only, it is what the worst answer comes to.
    if case .optimal = end, !(generation.isByBlocks && isLast) {
      value = min(value, generation.level)
    }
    var stage = AllocationSolution.Stage(objective: objective, value: value)
    stage.verification = verification(best, bound: generation.bound, isLast: isLast)
    stage.attempts = generation.attempts
    if solution.status == .optimal, let check = stage.verification, let doubt = check.doubt {
      solution.status = check.isFeasible ? .feasible : .failed
      solution.reason = check.isFeasible ? "the bound is not proven to the last digits" : doubt
    } else if solution.status == .optimal,
      let later = solution.stages.last(where: { $0.verification?.isVerified == false })
    {
      solution.status = .feasible
      solution.reason = "\(later.objective.name) is not proven to the last digits"
    }
    if solution.stages.first?.objective == objective { solution.stages.removeFirst() }
    solution.stages.insert(stage, at: 0)
    if solution.status == .feasible {
      let gap = max(0, best.worst - generation.bound)
      solution.reason =
        "\(solution.reason ?? "stopped"); the plan is the best found, its worst answer proven within "
        + (gap.isFinite
          ? "\(points(gap, .up)) points of the best possible" : "no bound yet")
    }
    solution.size.rows = programs.reduce(0) { $0 + $1.program.rowCount }
    solution.size.columns = programs.reduce(0) { $0 + $1.program.columnCount }
    solution.size.nonzeros = programs.reduce(0) { $0 + $1.program.nonzeroCount }
    solution.size.integers = programs.reduce(0) { $0 + $1.program.integerCount }
    return solution
  }

  private func boundWords(_ bound: Double) -> String {
    guard bound.isFinite else { return "; no plan has been held against all of them yet" }
    return "; no plan has been held against all of them yet, and none does better than "
      + "\(points(bound, .down)) points"
  }

  private func points(_ share: Double, _ rule: FloatingPointRoundingRule) -> Double {
    (share * 1e6).rounded(rule) / 1e4
  }

  /// What the verifications of all answers and the master's bound come to.
  private func verification(
    _ best: AnswerGeneration.Found, bound: Double, isLast: Bool
  ) -> Verification {
    let parts = best.values.compactMap(\.verification).map { (weight: 0.0, check: $0) }
    let gap = max(0, best.worst - bound)
    let size = max(abs(best.worst), abs(bound), 1e-9)
    // Later objectives may use what the first was held to; whole numbers are found within a gap.
    let asked =
      programs.contains { $0.program.integerCount > 0 }
      // Of the master and of each answer's own solve.
      ? 2 * (settings.run.allocation.relativeGap ?? 1e-6) : 0
    var result = Verification(
      sumOf: parts, bound: bound, boundIsProven: true, magnitude: size,
      gapTolerance: max(Verification.tolerance, asked, isLast ? 1e-6 : 3e-6))
    result.primalObjective = best.worst
    result.relativeGap = bound.isFinite ? gap / size : .infinity
    return result
  }
}
