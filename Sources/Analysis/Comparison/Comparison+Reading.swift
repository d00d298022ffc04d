import Allocation
import SupplyChain

extension Comparison.Entry {
  init(_ compared: ComparedCase, _ model: Model, _ solution: AllocationSolution) {
    name = compared.name
    self.compared = compared
    self.model = model
    self.solution = solution
    guard let plan = solution.plan else { return }
    built = Comparison.built(plan, model)
    stages = Comparison.stages(plan, model)
    dependency = value(.dependency) ?? plan.dependency(in: model, from: model.horizon.start)
    spent = plan.publicMoneySpent
  }
}

extension Comparison {
  /// Facilities with less capacity than this, in t/yr, are not called built.
  static let leastCapacity = 0.5

  fileprivate static func built(_ plan: Plan, _ model: Model) -> [Built] {
    model.facilities.enumerated().compactMap { p, facility in
      let builds = plan.builds.filter { $0.facility == p }.sorted { $0.step < $1.step }
      let capacity = builds.reduce(0) { $0 + $1.capacity }
      guard capacity >= leastCapacity else { return nil }
      var sum = 0.0
      let first = builds.first { build in
        sum += build.capacity
        return sum >= 0.01 * capacity
      }
      guard let first else { return nil }
      return Built(
        facility: facility.id, stage: facility.stage, capacity: capacity,
        firstYear: model.horizon.year(ofStep: first.step))
    }
  }

  /// Stages in the order in which the model's facilities and commodities name them.
  fileprivate static func stages(_ plan: Plan, _ model: Model) -> [StageShare] {
    var stages: [String] = []
    for stage in model.facilities.map(\.stage) + model.commodities.map(\.stage)
    where !stages.contains(stage) {
      stages.append(stage)
    }
    func isLast(_ step: Int) -> Bool { model.horizon.year(ofStep: step) == model.horizon.end }
    var home: [String: Double] = [:]
    var madeAtHome: [String: Double] = [:]
    var whole: [String: Double] = [:]
    for row in plan.relianceByStage where row.year == model.horizon.end {
      whole[row.id] = row.imported + row.domestic
      madeAtHome[row.id] = row.domestic
      home[row.id] = row.home
    }
    for flow in plan.returned where isLast(flow.step) {
      let stream = model.returns[flow.stream]
      let stage = model.commodities[stream.commodity].stage
      whole[stage, default: 0] += flow.tonnes
      if stream.provenanceClass == 0 {
        home[stage, default: 0] += flow.tonnes
        madeAtHome[stage, default: 0] += flow.tonnes
      }
    }
    var money: [String: Double] = [:]
    for award in plan.awards {
      money[model.facilities[award.facility].stage, default: 0] += award.amount
    }
    for support in plan.supports {
      money[model.facilities[support.facility].stage, default: 0] += support.amount
    }
    let all = stages.reduce(0) { $0 + (money[$1] ?? 0) }
    return stages.map { stage in
      let tonnes = whole[stage] ?? 0
      return StageShare(
        stage: stage, homeMade: tonnes > Plan.negligible ? (home[stage] ?? 0) / tonnes : nil,
        madeAtHome: tonnes > Plan.negligible ? (madeAtHome[stage] ?? 0) / tonnes : nil,
        money: money[stage] ?? 0, moneyShare: all > 0 ? (money[stage] ?? 0) / all : nil)
    }
  }

  /// What is built everywhere and only here, and what moves, once all cases are known.
  mutating func relate() {
    let planned = cases.indices.filter { cases[$0].solution.plan != nil }
    guard planned.count > 1 else { return }
    var count: [String: Int] = [:]
    for index in planned {
      for built in cases[index].built { count[built.facility, default: 0] += 1 }
    }
    for index in planned {
      cases[index].builtOnlyHere = cases[index].built.map(\.facility).filter { count[$0] == 1 }
    }
    let first = planned[0] == 0 ? cases[0].built : []
    let years = Dictionary(
      first.map { ($0.facility, $0.firstYear) }, uniquingKeysWith: { first, _ in first })
    for index in planned where index > 0 {
      cases[index].moves = cases[index].built.compactMap { built in
        guard let before = years[built.facility], before != built.firstYear else { return nil }
        return Move(facility: built.facility, before: before, after: built.firstYear)
      }
    }
    common = commonlyBuilt()
  }

  /// Cases that count for what is common: those that have a plan and no restriction to stages, where there are two.
  private var counted: [Entry] {
    let planned = cases.filter { $0.solution.plan != nil }
    let free = planned.filter { $0.compared.onlyStages.isEmpty }
    return free.count > 1 ? free : planned
  }

  /// Looks for facilities that are built in all plans nearly as good, in every case.
  mutating func addNoRegret(_ settings: RunSettings) {
    let counted = counted
    guard counted.count > 1, counted.allSatisfy({ $0.solution.status == .optimal }) else { return }
    let known = counted.compactMap { entry -> NoRegretCase? in
      guard let stage = entry.solution.stages.first, let value = stage.value else { return nil }
      return NoRegretCase(
        model: entry.model, value: value,
        built: Dictionary(
          entry.built.map { ($0.facility, $0.capacity) }, uniquingKeysWith: { $0 + $1 }),
        basis: stage.basis)
    }
    guard known.count == counted.count else { return }
    noRegret = NoRegret.find(known, settings)
  }

  /// What is built in every case that has a plan. Cases in which only some stages may be funded are a means
  /// of study and do not count, as long as there are two others.
  private func commonlyBuilt() -> [Common] {
    let counted = counted
    let common = counted[0].built.filter { built in
      counted.allSatisfy { $0.built.contains { $0.facility == built.facility } }
    }
    return common.map { built in
      let capacities = counted.flatMap(\.built)
        .filter { $0.facility == built.facility }.map(\.capacity)
      return Common(
        facility: built.facility, stage: built.stage, smallest: capacities.min() ?? 0,
        largest: capacities.max() ?? 0)
    }
  }
}

extension Model {
  /// The model in which only facilities of some stages may be funded: those of other stages keep what they
  /// have and cannot expand, and no fund's money reaches them.
  func funding(onlyStages stages: [String]) -> Model {
    var model = self
    for p in model.facilities.indices where !stages.contains(model.facilities[p].stage) {
      model.facilities[p].expansion = nil
    }
    for f in model.funds.indices {
      let admitted = model.funds[f].eligible.stages
      model.funds[f].eligible.stages = admitted.map { $0.filter(stages.contains) } ?? stages
    }
    return model
  }
}
