import Allocation
import LinearProgramming
import SupplyChain
import Support

/// Near-optimal plans that differ from the best (formulation section 7.7, near-optimal
/// alternatives; modelling to generate alternatives, Brill, Chang and Hopkins 1982).
public struct Alternatives: Sendable {
  public enum Measure: Sendable, Hashable {
    /// Capacity awarded in total, t/yr.
    case build(facility: Int)
    /// Awards and support in total, millions.
    case stage(String)
    /// Awards, support and purchases in total, millions.
    case fund(Int)
  }
  public enum Standing: String, Sendable {
    /// All near-optimal plans have some of it.
    case noRegret = "no_regret"
    /// Some do.
    case open
    /// None has any.
    case never
  }
  public struct Range: Sendable, Hashable {
    public var measure: Measure
    /// In the best plan.
    public var best: Double
    public var least: Double
    public var most: Double
    /// Amounts up to this are rounding.
    public var negligible: Double
    public var standing: Standing {
      most <= negligible ? .never : least > negligible ? .noRegret : .open
    }
  }
  /// A near-optimal plan.
  public struct Proposal: Sendable {
    public var plan: Plan
    /// One a column of the program that is searched.
    public var point: [Double]
    /// Values of all objectives of the model.
    public var objectives: [(objective: Objective, value: Double)]
    /// Awards and support by facility, millions.
    public var money: [Double]
    /// Share of the money that goes elsewhere than in the nearest earlier plan; 1 for the best plan itself.
    public var distance: Double
  }

  public var objective: Objective
  public var best: Double
  /// ε, and the value up to which a plan counts.
  public var within: Double
  public var allowed: Double
  /// Whether whole-number rules were dropped for good.
  public var isRelaxed: Bool
  /// Whether plans may have fractions of modules while `best` is that of whole numbers, so that the ranges hold for
  /// whole-number plans too.
  public var isMixed: Bool
  public var ranges: [Range]
  /// The best plan, then those that differ most.
  public var proposals: [Proposal]
  public var isInterrupted: Bool
  /// Whether all ranges were looked for, and not only the least of the facilities that the best plan builds.
  public var hasRanges = true

  /// Programs up to this many rows have all ranges looked for unasked: in larger ones it takes minutes.
  public static let mostRangedRows = 4_000

  /// - Parameters:
  ///   - within: ε, relative to the best value of the first objective.
  ///   - holdsAll: whether every later objective, too, must stay within ε of its best.
  ///   - count: alternatives beside the best plan; nil: 3, and none in a program of more than `mostRangedRows` rows.
  ///   - ranges: whether the ranges of all facilities and programmes are looked for; nil: in programs up to
  ///     `mostRangedRows`.
  /// - Throws: `StudyEnd` where there is no plan.
  public static func find(
    _ model: Model, within: Double, holdsAll: Bool = false, count: Int? = nil, ranges: Bool? = nil,
    settings: RunSettings = RunSettings()
  ) throws(StudyEnd) -> Alternatives {
    try AlternativesStudy(model, within, holdsAll, settings).run(count: count, ranges: ranges)
  }
}

private struct AlternativesStudy {
  private let allocation: AllocationProgram
  private let model: Model
  private let settings: RunSettings
  private let within: Double
  private let near: NearOptimal
  private let best: Double
  private let bestPoint: [Double]
  private let isMixed: Bool

  init(
    _ model: Model, _ within: Double, _ holdsAll: Bool, _ settings: RunSettings
  ) throws(StudyEnd) {
    self.model = model
    self.within = within
    self.settings = settings
    settings.report("solving", 0, 1)
    let whole = AllocationProgram(model, relaxed: settings.isRelaxed)
    isMixed = whole.program.integerCount > 0
    allocation = isMixed ? AllocationProgram(model, relaxed: true) : whole
    let solution = try AlternativesStudy.solved(allocation, settings)
    var values = solution.stages.compactMap(\.value)
    if isMixed {
      settings.report("solving with whole numbers", 0, 1)
      // Later objectives, whose tree takes longer than the first's, are needed where they are held alone.
      var first = settings
      if !holdsAll { first.allocation.mostObjectives = 1 }
      // A large program starts from its relaxation.
      let start =
        allocation.startUse(.related) == .used
        ? nil : WarmStart(allocation, solution, firstStageOnly: true)
      values = try AlternativesStudy.solved(whole, from: start, first).stages.compactMap(\.value)
    }
    guard values.count >= (holdsAll ? allocation.objectives.count : 1) else {
      throw .notVerified("an objective has no value")
    }
    best = values[0]
    bestPoint = solution.point
    let held = zip(allocation.objectives, values).map { (vector: $0, best: $1) }
    near = try NearOptimal(
      allocation, held: holdsAll ? held : Array(held.prefix(1)), within: within,
      basis: solution.stages.first?.basis, settings)
  }

  private static func solved(
    _ allocation: AllocationProgram, from start: WarmStart? = nil, _ settings: RunSettings
  ) throws(StudyEnd) -> AllocationSolution {
    var options = settings.allocation
    options.wantsPlan = false
    let solution = withAllocationSession { $0.solve(allocation, from: start, settings: options) }
    switch solution.status {
    case .optimal: return solution
    case .infeasible, .unbounded: throw .noPlan(solution.status, solution.reason ?? "")
    case .interrupted, .feasible: throw .interrupted
    case .failed: throw .notVerified(solution.reason ?? "")
    }
  }

  func run(count given: Int?, ranges: Bool?) throws(StudyEnd) -> Alternatives {
    var result = Alternatives(
      objective: model.objectives[0], best: best, within: within, allowed: near.allowed,
      isRelaxed: settings.isRelaxed && AllocationProgram(model).program.integerCount > 0,
      isMixed: isMixed, ranges: [], proposals: [proposal(bestPoint, distance: 1)],
      isInterrupted: false)
    result.hasRanges = ranges ?? (allocation.program.rowCount <= Alternatives.mostRangedRows)
    let hasRanges = result.hasRanges
    let count =
      given ?? (hasRanges || allocation.program.rowCount <= Alternatives.mostRangedRows ? 3 : 0)
    try near.search { search throws(StudyEnd) in
      do throws(StudyEnd) {
        var points = [bestPoint]
        if !hasRanges {
          result.ranges = try builtRanges(search, &points)
        }
        let measures = hasRanges ? measures : []
        for (n, measure) in measures.enumerated() {
          settings.report("ranges", n, measures.count)
          result.ranges.append(try range(measure, search, &points))
        }
        for n in 0..<count {
          settings.report("alternatives", n, count)
          guard let next = try farthest(from: result.proposals, points, search) else { break }
          result.proposals.append(next)
        }
      } catch .interrupted {
        result.isInterrupted = true
      }
    }
    return result
  }

  // MARK: Ranges

  private var measures: [Alternatives.Measure] {
    let facilities = model.facilities.indices.filter { model.facilities[$0].expansion != nil }
    return model.stages.map { .stage($0) } + model.funds.indices.map { .fund($0) }
      + facilities.map { .build(facility: $0) }
  }

  /// Of the facilities that the best plan builds: the least of each that no plan leaves out, 0 of the others.
  private func builtRanges(
    _ search: NearOptimal.Search, _ points: inout [[Double]]
  ) throws(StudyEnd) -> [Alternatives.Range] {
    settings.report("no-regret facilities", 0, 1)
    let facilities = model.facilities.indices.filter { model.facilities[$0].expansion != nil }
    let found = try search.indispensable(facilities, allocation, &points)
    return facilities.compactMap { p in
      let amounts = points.map { point in
        zip(allocation.buildWeights(p), point).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let size = scale(.build(facility: p))
      guard let best = amounts.first, best > NoRegret.negligible * size else { return nil }
      return .init(
        measure: .build(facility: p), best: best,
        least: found.first { $0.facility == p }?.least ?? 0, most: amounts.max() ?? best,
        negligible: NoRegret.negligible * size)
    }
  }

  private func range(
    _ measure: Alternatives.Measure, _ search: NearOptimal.Search, _ points: inout [[Double]]
  ) throws(StudyEnd) -> Alternatives.Range {
    let weights = weights(measure)
    func value(_ point: [Double]) -> Double {
      var sum = CompensatedSum()
      for (weight, x) in zip(weights, point) where weight != 0 { sum.add(weight * x) }
      return sum.value
    }
    let size = scale(measure)
    let best = value(bestPoint)
    var result = Alternatives.Range(
      measure: measure, best: best, least: best, most: best, negligible: 1e-6 * size)
    guard weights.contains(where: { $0 != 0 }) else { return result }
    let seen = points.map(value)
    // What no plan can undercut or exceed need not be searched for.
    if let least = seen.min(), least <= 1e-9 * size {
      result.least = max(0, least)
    } else {
      let found = try search.least(weights)
      result.least = max(0, found.value)
      points.append(found.point)
    }
    if case .build = measure, let most = seen.max(), most >= size * (1 - 1e-9) {
      result.most = most
    } else {
      let found = try search.most(weights)
      result.most = found.value
      points.append(found.point)
    }
    result.least = min(result.least, best)
    result.most = max(result.most, best)
    return result
  }

  /// The most that there can be of a capacity, or all money.
  private func scale(_ measure: Alternatives.Measure) -> Double {
    if case .build(let p) = measure { return model.facilities[p].expansion?.max ?? 1 }
    let appropriated = model.funds.reduce(0) { $0 + $1.appropriations.values.reduce(0, +) }
    return max(1, appropriated * model.budgetScale)
  }

  private func weights(_ measure: Alternatives.Measure) -> [Double] {
    allocation.columns.map { key in
      let (first, second) = (Int(key.first), Int(key.second))
      switch (measure, key.kind) {
      case (.build(let p), .build) where first == p:
        return allocation.buildUnit[p] * AllocationProgram.tonnesPerUnit
      case (.stage(let stage), .award), (.stage(let stage), .support),
        (.stage(let stage), .existingSupport):
        return model.facilities[second].stage == stage ? 1 : 0
      case (.fund(let f), .award), (.fund(let f), .support), (.fund(let f), .existingSupport),
        (.fund(let f), .bought):
        return first == f ? 1 : 0
      default: return 0
      }
    }
  }

  // MARK: Plans that differ

  private func money(_ point: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: model.facilities.count)
    for (key, x) in zip(allocation.columns, point)
    where key.isMoneyForFacility {
      sums[Int(key.second)] += x
    }
    return sums
  }

  /// Share of the money of two plans that goes to different facilities.
  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    let total = a.reduce(0, +) + b.reduce(0, +)
    guard total > 1e-9 else { return 0 }
    return zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / total
  }

  private func proposal(_ point: [Double], distance: Double) -> Alternatives.Proposal {
    Alternatives.Proposal(
      plan: Plan(allocation, point: point), point: point,
      objectives: allocation.objectives.map { ($0.objective, $0.value(at: point)) },
      money: money(point), distance: distance)
  }

  /// The known plan farthest from its nearest proposal, pushed farther away from that one while that helps.
  ///
  /// The distance is convex, so going along its slope leads away (each push is a linear program): a local
  /// maximum, the better for the many vertices that the ranges have left to start from.
  private func farthest(
    from proposals: [Alternatives.Proposal], _ points: [[Double]], _ search: NearOptimal.Search
  ) throws(StudyEnd) -> Alternatives.Proposal? {
    func nearest(_ money: [Double]) -> (index: Int, distance: Double) {
      var best = (index: 0, distance: Double.infinity)
      for (n, proposal) in proposals.enumerated() {
        let distance = distance(money, proposal.money)
        if distance < best.distance { best = (n, distance) }
      }
      return best
    }
    var chosen: (point: [Double], distance: Double)?
    for point in points {
      let reach = nearest(money(point)).distance
      if reach > (chosen?.distance ?? 0) + 1e-9 { chosen = (point, reach) }
    }
    guard var chosen else { return nil }
    for _ in 0..<4 {
      let mine = money(chosen.point)
      let other = proposals[nearest(mine).index].money
      let signs = zip(mine, other).map { $0 < $1 ? -1.0 : 1.0 }
      let weights = allocation.columns.map { key in
        key.isMoneyForFacility ? signs[Int(key.second)] : 0
      }
      let pushed = try search.most(weights).point
      let reach = nearest(money(pushed)).distance
      guard reach > chosen.distance + 1e-6 else { break }
      chosen = (pushed, reach)
    }
    return chosen.distance > 1e-6 ? proposal(chosen.point, distance: chosen.distance) : nil
  }
}
