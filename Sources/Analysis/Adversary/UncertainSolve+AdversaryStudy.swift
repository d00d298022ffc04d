import Allocation
import LinearProgramming
import SupplyChain

extension UncertainSolve {
  /// Guards that are looked at, and of those the largest differences.
  private static let mostGuards = 8

  /// Answers under which other decisions are compared.
  private static let mostCompared = 200

  /// What is shown beside a plan that stands: `AdversaryStudy`.
  func study(_ plan: inout UncertainPlan, _ decisions: [Double], base: [Double]?) {
    var generation = AnswerGeneration(
      programs, costs: costs, answers: answers, firstStage: firstStage, inner(),
      progress: settings.run.progress, mostNonzerosOfSimplex: settings.mostNonzerosOfSimplex)
    study(&plan, decisions, &generation, base: base)
  }

  func study(
    _ plan: inout UncertainPlan, _ decisions: [Double], _ generation: inout AnswerGeneration,
    base: [Double]?
  ) {
    guard let adversary = list.outcomes[0].model.adversary else { return }
    var study = AdversaryStudy(adversary)
    let values = plan.outcomes.map { $0.objectives.first?.value ?? 0 }
    study.deterrence = deterrence(adversary, values)
    study.growth = [
      AdversaryStudy.Growth(rival: .plan, worst: worst(values.map(Optional.some)), impossible: nil)
    ]
    if let base, !isStopped {
      let ends = growth(.baseCase, base, &generation)
      study.growth += ends.map { [$0.growth] } ?? []
      if let values = ends?.values, values.allSatisfy({ $0 != nil }) {
        plan.baseCase = UncertainPlan.FixedPlan(
          value: measure(values.map { $0 ?? 0 }, costs), values: values)
      }
    }
    if !isStopped,
      let found = growth(
        .nothing, base.map { $0.map { _ in 0 } } ?? decisions.map { _ in 0 }, &generation)
    {
      study.growth.append(found.growth)
    }
    plan.hedgingDecisions =
      HedgingDecisions(
        firstStage, list.outcomes[0].model, decisions: decisions, base: base, own: []
      ).list
    study.guards = guards(plan, decisions, values, &generation)
    study.removals = removals(plan, adversary, values, base)
    plan.adversary = study
  }

  // MARK: Growth

  /// By the most moves at a time, the worst answer; nil from where a value is missing on.
  private func worst(_ values: [Double?]) -> [AdversaryStudy.Worst?] {
    let most = answers.map(\.size).max() ?? 0
    return (0...most).map { size in
      var found: AdversaryStudy.Worst?
      for (answer, value) in values.enumerated() where answers[answer].size <= size {
        guard let value else { return nil }
        let net = value - costs[answer]
        if found.map({ net > $0.net }) ?? true {
          found = AdversaryStudy.Worst(answer: answer, value: value, net: net)
        }
      }
      return found
    }
  }

  private func growth(
    _ rival: AdversaryStudy.Rival, _ decisions: [Double], _ generation: inout AnswerGeneration
  ) -> (growth: AdversaryStudy.Growth, values: [Double?])? {
    let words = rival == .nothing ? "nothing awarded, every answer" : "the base plan, every answer"
    // The small sets first; beyond many, and from where there is no way on, no more are looked at.
    let sizes = answers.map(\.size)
    let most = (0...(sizes.max() ?? 0)).last { size in
      sizes.reduce(0) { $0 + ($1 <= size ? 1 : 0) } <= Self.mostCompared
    }
    let looked = answers.indices.filter { sizes[$0] <= most ?? 0 }
    let ends = generation.evaluated(
      decisions, order: looked, discards: false, endsAtInfeasible: true, phase: words)
    if isStopped { return nil }
    var values: [Double?] = []
    var impossible: Int?
    for (answer, end) in ends.enumerated() {
      switch end {
      case .value(let value)?: values.append(value.value)
      case .infeasible?:
        values.append(nil)
        impossible = impossible ?? answer
      case .stopped?, .open?, .failed?, nil: values.append(nil)
      }
    }
    let growth = AdversaryStudy.Growth(rival: rival, worst: worst(values), impossible: impossible)
    return (growth, values)
  }

  // MARK: Moves

  private func deterrence(
    _ adversary: Adversary, _ values: [Double]
  ) -> [AdversaryStudy.Deterrence] {
    adversary.moves.indices.map { move in
      var with = -Double.infinity
      var without = -Double.infinity
      var alone: Double?
      for (answer, value) in values.enumerated() {
        let net = value - costs[answer]
        if answers[answer].moves.contains(move) {
          with = max(with, net + adversary.moves[move].cost)
          if answers[answer].size == 1 { alone = max(alone ?? -.infinity, value - values[0]) }
        } else {
          without = max(without, net)
        }
      }
      return AdversaryStudy.Deterrence(
        move: move, cost: adversary.moves[move].cost,
        noLongerFrom: with.isFinite ? max(0, with - without) : 0, alone: alone)
    }
  }

  // MARK: Guards

  private func guards(
    _ plan: UncertainPlan, _ decisions: [Double], _ values: [Double],
    _ generation: inout AnswerGeneration
  ) -> [AdversaryStudy.Guard] {
    let worst = plan.rankedAnswers.first ?? 0
    let looked = answers.indices.filter { answers[$0].size <= 1 || $0 == worst }
    var found: [AdversaryStudy.Guard] = []
    let model = list.outcomes[0].model
    for decision in plan.hedgingDecisions.filter({ $0.planned > $0.base }).prefix(Self.mostGuards) {
      if isStopped { break }
      let ends = generation.evaluated(
        without(decision, decisions, model), order: looked, discards: false,
        phase: "without \(decision.id)")
      var losses: [AdversaryStudy.Guard.Loss] = []
      for answer in looked {
        switch ends[answer] {
        case .value(let end)?:
          losses.append(.init(answer: answer, value: max(0, end.value - values[answer])))
        case .infeasible?: losses.append(.init(answer: answer, value: nil))
        case .stopped?, .open?, .failed?, nil: break
        }
      }
      found.append(AdversaryStudy.Guard(decision: decision, losses: losses))
    }
    return found
  }

  /// Decisions with all that belongs to one facility or stockpile taken out.
  private func without(
    _ decision: UncertainPlan.HedgingDecision, _ decisions: [Double], _ model: Model
  ) -> [Double] {
    zip(firstStage.decisions, decisions).map { column, value in
      let (key, first, second) = (column.key.kind, Int(column.key.first), Int(column.key.second))
      func isFacility(_ index: Int) -> Bool {
        !decision.isStockpile && model.facilities.indices.contains(index)
          && model.facilities[index].id == decision.id
      }
      func isStockpile(_ index: Int) -> Bool {
        decision.isStockpile && model.stockpiles.indices.contains(index)
          && model.stockpiles[index].id == decision.id
      }
      let isGone =
        switch key {
        case .build, .privateMoney: isFacility(first)
        case .award: isFacility(second)
        case .store: isStockpile(first)
        case .bought: isStockpile(second)
        default: false
        }
      return isGone ? 0 : value
    }
  }

  // MARK: Moves off the table

  private func removals(
    _ plan: UncertainPlan, _ adversary: Adversary, _ values: [Double], _ base: [Double]?
  ) -> [AdversaryStudy.Removal] {
    guard list.outcomes[0].model.objectives.first != .publicCost else { return [] }
    let planCost = plan.outcomes.first?.objectives.first { $0.objective == .publicCost }?.value
    return adversary.moves.indices.compactMap { move -> AdversaryStudy.Removal? in
      let members = answers.indices.filter { answers[$0].moves == [move] }
      if members.isEmpty || isStopped { return nil }
      var removal = AdversaryStudy.Removal(
        move: move,
        isOff: members.allSatisfy {
          values[$0] - values[0] <= costs[$0] + HeldObjective.tolerance(best: values[0])
        }, planCost: planCost)
      if removal.isOff { return removal }
      settings.run.progress?(
        RunProgress(phase: "the cheapest plan against \(adversary.moves[move].scenario)"))
      cheapest(&removal, [0] + members, values[0], base)
      return removal
    }
  }

  /// The least public cost at which neither no answer nor the move, less its cost, does worse than no answer to the plan.
  private func cheapest(
    _ removal: inout AdversaryStudy.Removal, _ members: [Int], _ level: Double, _ base: [Double]?
  ) {
    let programs = members.map { index in
      var model = list.outcomes[index].model
      model.objectives = [model.objectives[0], .publicCost]
      return AllocationProgram(model, relaxed: settings.run.isRelaxed)
    }
    let master = AnswerMaster(
      programs, costs: members.map { costs[$0] }, firstStage: firstStage.among(members),
      members: Array(programs.indices))
    let (solution, points) = master.solve(held: level, inner())
    switch solution.status {
    case .optimal:
      removal.publicCost = solution.objectives.first?.value
      if let base, let point = points.first {
        removal.decisions =
          HedgingDecisions(
            firstStage, list.outcomes[0].model,
            decisions: firstStage.values(programs[0], point: point), base: base, own: []
          ).list
      }
    case .infeasible: removal.reason = "no award before \(list.uncertainty.reveal) does"
    default: removal.reason = solution.reason ?? "no plan was found in time"
    }
  }
}
