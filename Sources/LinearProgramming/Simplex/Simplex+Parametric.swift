extension Simplex {
  /// How the parametric simplex ended, and at which parameter.
  struct ParametricResult {
    var end: End
    var position: Double
    var pivots = 0
    /// Whether the path ended early, since what is left of it changes the objective by no more than the resolution.
    var isFlat = false
  }

  /// The parametric dual simplex for moving bounds (Gass and Saaty 1955): from an optimal basis to the next breakpoint,
  /// the parameter at which a basic variable reaches a bound, a basis exchange there, and so on.
  ///
  /// Where degenerate exchanges at one breakpoint do not end, it takes a parametric step past the breakpoint and
  /// continues from the optimum there, which the dual simplex finds: a way of many iterations, as it chooses among all
  /// violations at once.
  ///
  /// - Parameters:
  ///   - rates: variables with the rate at which both bounds move, per unit of the parameter; the current bounds are
  ///     those at `start`.
  ///   - skip: the length of a step past a degenerate breakpoint, as a share of `end − start`.
  ///   - patience: degenerate exchanges at one breakpoint before such a step.
  ///   - resolution: breakpoints are left out that the chord between those before and after misses by no more, of the
  ///     objective; and the path ends where no more than that is left to come. 0: none, and it goes on to the end.
  ///   - visit: called at every other parameter at which the slope changes, and at the end, with the parameter, the slope
  ///     of the optimal value to the left of it (nil where breakpoints were left out since the last call), and the
  ///     iterations so far; the current point is the optimum there. False ends the path.
  func solveParametric(
    _ rates: [(variable: Int, rate: Double)], from start: Double, to end: Double,
    skip: Double = 1e-9, patience: Int = 50, resolution: Double = 0,
    visit: (Double, Double?, Int) -> Bool
  ) -> ParametricResult {
    var path = ParametricSimplex(self, rates, start, skip, patience, resolution)
    return path.run(to: end, visit: visit)
  }
}

/// The state of a parametric path.
private struct ParametricSimplex {
  private let simplex: Simplex
  private let rates: [(variable: Int, rate: Double)]
  private let bases: [(lower: Double, upper: Double)]
  private let start: Double
  private let skip: Double
  private let patience: Int
  private let resolution: Double
  private var position: Double
  /// Rates of each variable and of its bounds, per unit of the parameter.
  private let rate: UnsafeMutablePointer<Double>
  private let boundRate: UnsafeMutablePointer<Double>
  /// Positions whose variable may have a rate, or whose bounds may.
  private let moving: CandidateList
  private let ratios: BoundRatios
  private var pivots = 0
  private var numericalTroubles = 0
  /// The parameter of the last call of `visit`, the slope to its right, and that to the left of the current parameter.
  private var reported: Double
  private var slopeAfterReport: Double?
  private var slope: Double?
  /// Consecutive degenerate exchanges, which did not change the parameter.
  private var idle = 0

  private var skips = 0

  private static let mostSkips = 1000

  private let before: Int

  init(
    _ simplex: Simplex, _ rates: [(variable: Int, rate: Double)], _ start: Double, _ skip: Double,
    _ patience: Int, _ resolution: Double
  ) {
    self.skip = skip
    self.patience = patience
    self.resolution = resolution
    self.simplex = simplex
    self.rates = rates
    self.start = start
    before = simplex.iterations
    position = start
    reported = start
    bases = rates.map { (simplex.trueLower[$0.variable], simplex.trueUpper[$0.variable]) }
    rate = .allocate(capacity: simplex.total + 1)
    rate.initialize(repeating: 0, count: simplex.total + 1)
    boundRate = .allocate(capacity: simplex.total + 1)
    boundRate.initialize(repeating: 0, count: simplex.total + 1)
    moving = CandidateList(simplex.m)
    ratios = BoundRatios(simplex.m)
    for (variable, amount) in rates { boundRate[variable] = amount }
  }

  private func finish(_ end: Simplex.End, isFlat: Bool = false) -> Simplex.ParametricResult {
    rate.deallocate()
    boundRate.deallocate()
    simplex.dualWeight.update(repeating: 1, count: simplex.m)
    return Simplex.ParametricResult(
      end: end, position: position, pivots: simplex.iterations - before, isFlat: isFlat)
  }

  mutating func run(to end: Double, visit: (Double, Double?, Int) -> Bool)
    -> Simplex.ParametricResult
  {
    var mustRefactorise = true
    while true {
      if mustRefactorise || simplex.factor.needsRefactorisation {
        let problem = refresh()
        if problem != .optimal { return finish(problem) }
        if !reportBreakpoint(visit) { return finish(.stopped) }
        mustRefactorise = false
      }
      if pivots % 16 == 0 && simplex.mustStop() { return finish(.stopped) }
      if simplex.iterations >= simplex.iterationLimit { return finish(.iterationLimit) }
      let (p, step) = nextBreakpoint()
      if p < 0 || position + step >= end {
        advance(end - position, to: end)
        _ = visit(end, slopeSinceReport, simplex.iterations - before)
        return finish(.optimal)
      }
      if isFlat(to: end) {
        if position > reported {
          _ = visit(position, slopeSinceReport, simplex.iterations - before)
        }
        return finish(.optimal, isFlat: true)
      }
      idle = step > 1e-12 * (1 + abs(position)) ? 0 : idle + 1
      advance(step, to: position + step)
      if idle > patience {
        // A degenerate breakpoint: a step past it, and the dual simplex from there.
        skips += 1
        if skips > ParametricSimplex.mostSkips { return finish(.numericalTrouble) }
        if simplex.mustStop() { return finish(.stopped) }
        let step = min(skip * (end - start), end - position)
        advance(step, to: position + step)
        mustRefactorise = true
        continue
      }
      switch exchange(p) {
      case .done:
        pivots += 1
        if !reportBreakpoint(visit) { return finish(.stopped) }
      case .inaccurate:
        numericalTroubles += 1
        if numericalTroubles > 100 { return finish(.numericalTrouble) }
        mustRefactorise = true
      case .infeasible:
        if simplex.factor.updateCount == 0 { return finish(.infeasible) }
        mustRefactorise = true
      }
    }
  }

  /// Reports the current optimum if the slope changes there by enough; returns whether to continue.
  private mutating func reportBreakpoint(_ visit: (Double, Double?, Int) -> Bool) -> Bool {
    let next = currentSlope
    let former = slope ?? next
    let after = slopeAfterReport ?? next
    slope = next
    slopeAfterReport = after
    if abs(next - former) <= 1e-11 * max(abs(next), abs(former)) || position <= reported {
      if position <= reported { slopeAfterReport = next }
      return true
    }
    // The value is convex: a chord from the last one misses those left out by at most this.
    if abs(next - after) * (position - reported) <= resolution { return true }
    let hasLeftOut = after != former
    reported = position
    slopeAfterReport = next
    return visit(position, hasLeftOut ? nil : former, simplex.iterations - before)
  }

  /// The slope from the last reported parameter to the current one; nil where it changed in between.
  private var slopeSinceReport: Double? { slopeAfterReport == slope ? slope : nil }

  /// Whether what the objective can still change on the way to `end` is below the resolution: its slopes only grow
  /// towards 0, as it is convex.
  private func isFlat(to end: Double) -> Bool {
    resolution > 0 && abs(slope ?? .infinity) * (end - position) <= resolution
  }

  private enum Exchange {
    case done
    case inaccurate
    case infeasible
  }

  /// The derivative of the optimal value with respect to the parameter.
  private var currentSlope: Double {
    var sum = 0.0
    for (variable, amount) in rates where simplex.basicPosition[variable] < 0 {
      sum += simplex.d[variable] * amount
    }
    return sum
  }

  /// Refactorises and computes values and rates anew; a basis that is no longer optimal is reoptimised.
  private mutating func refresh() -> Simplex.End {
    setBounds()
    simplex.hasFactors = simplex.hasFactors && simplex.factor.updateCount == 0
    let end = simplex.optimise(usesParametric: false)
    if end != .optimal { return end }
    computeRates()
    return .optimal
  }

  private func setBounds() {
    for (k, (variable, amount)) in rates.enumerated() {
      let move = amount * (position - start)
      let lower = bases[k].lower + move
      let upper = bases[k].upper + move
      simplex.trueLower[variable] = lower
      simplex.trueUpper[variable] = upper
      simplex.lower[variable] = lower
      simplex.upper[variable] = upper
      if simplex.basicPosition[variable] < 0 {
        simplex.x[variable] =
          simplex.nonbasicStatus[variable] == Simplex.NonbasicStatus.atUpper ? upper : lower
      }
    }
  }

  private func computeRates() {
    rate.update(repeating: 0, count: simplex.total)
    moving.removeAll()
    let work = simplex.work
    work.clear()
    for (variable, amount) in rates {
      if simplex.basicPosition[variable] >= 0 {
        moving.insert(Int(simplex.basicPosition[variable]))
      } else {
        rate[variable] = amount
        simplex.matrix.add(variable, times: -amount, to: work)
      }
    }
    simplex.factor.solve(work)
    work.list()
    for k in 0..<work.count {
      let p = Int(work.index[k])
      rate[Int(simplex.basicIndex[p])] = work.value[p]
      moving.insert(p)
    }
    work.clear()
  }

  /// The position of the basic variable that reaches a bound next, and the parametric step to it; −1: none does.
  ///
  /// Of those that reach one within the tolerance, that with the largest speed, which makes the fewest degenerate
  /// exchanges.
  private func nextBreakpoint() -> (position: Int, step: Double) {
    let (basicIndex, x, lower, upper) = (
      simplex.basicIndex, simplex.x, simplex.lower, simplex.upper
    )
    ratios.removeAll()
    let member = moving.member
    for k in 0..<moving.count {
      let p = Int(member[k])
      let j = Int(basicIndex[p])
      let speed = rate[j] - boundRate[j]
      if speed > 1e-10 {
        if upper[j] < .infinity { ratios.add(p, gap: upper[j] - x[j], speed) }
      } else if speed < -1e-10 {
        if lower[j] > -.infinity { ratios.add(p, gap: x[j] - lower[j], -speed) }
      }
    }
    return ratios.first(simplex.primalTolerance)
  }

  private mutating func advance(_ step: Double, to next: Double) {
    position = next
    if step == 0 { return }
    let member = moving.member
    for k in 0..<moving.count {
      let j = Int(simplex.basicIndex[Int(member[k])])
      simplex.x[j] += step * rate[j]
    }
    setBounds()
  }

  private func exchange(_ p: Int) -> Exchange {
    let leaving = Int(simplex.basicIndex[p])
    let speed = rate[leaving] - boundRate[leaving]
    let isAbove = speed > 0
    simplex.inverseRow.clear()
    simplex.inverseRow.set(p, 1)
    simplex.factor.solveTransposed(simplex.inverseRow, .row, keepsRow: true)
    simplex.computePivotRow()
    let q = simplex.ratio.choose(simplex, sign: isAbove ? 1 : -1, gap: 0)
    if q < 0 { return .infeasible }
    let column = simplex.pivotColumn
    column.clear()
    simplex.matrix.scatter(q, into: column)
    simplex.factor.solve(column, .column, keepsSpike: true)
    let alpha = column.value[p]
    if abs(alpha - simplex.pivotRow.value[q]) > 1e-7 * (1 + abs(alpha))
      || abs(alpha) < simplex.absolutePivotTolerance
    {
      return .inaccurate
    }
    let step = simplex.dualStep(q, alpha: simplex.pivotRow.value[q])
    simplex.updateDual(step, q, leaving)
    simplex.movePrimal(p, q, alpha, to: isAbove ? simplex.upper[leaving] : simplex.lower[leaving])
    let exchangeRate = speed / alpha
    for k in 0..<column.count {
      let i = Int(column.index[k])
      rate[Int(simplex.basicIndex[i])] -= exchangeRate * column.value[i]
      moving.insert(i)
    }
    rate[q] = boundRate[q] + exchangeRate
    rate[leaving] = boundRate[leaving]
    let isAccurate = simplex.exchange(p, entering: q, leavesAtUpper: isAbove)
    return isAccurate ? .done : .inaccurate
  }
}

/// Basic variables on their way to a bound: positions, distances and speeds.
private final class BoundRatios {
  private let position: UnsafeMutablePointer<Int32>
  private let gap: UnsafeMutablePointer<Double>
  private let speed: UnsafeMutablePointer<Double>
  @exclusivity(unchecked) private var count = 0

  init(_ size: Int) {
    let room = max(size, 1)
    position = .allocate(capacity: room)
    gap = .allocate(capacity: room)
    speed = .allocate(capacity: room)
  }

  deinit {
    position.deallocate()
    gap.deallocate()
    speed.deallocate()
  }

  @inline(__always)
  func removeAll() { count = 0 }

  @inline(__always)
  func add(_ p: Int, gap: Double, _ speed: Double) {
    position[count] = Int32(truncatingIfNeeded: p)
    self.gap[count] = gap
    self.speed[count] = speed
    count &+= 1
  }

  /// Of those that arrive within the tolerance of the first, the fastest, and when; −1: there is none.
  func first(_ tolerance: Double) -> (position: Int, step: Double) {
    var bound = Double.infinity
    for k in 0..<count { bound = min(bound, (gap[k] + tolerance) / speed[k]) }
    if bound == .infinity { return (-1, 0) }
    var best = -1
    var most = 0.0
    var step = 0.0
    for k in 0..<count where gap[k] <= bound * speed[k] {
      let p = Int(position[k])
      if speed[k] > most || (speed[k] == most && p < best) {
        most = speed[k]
        best = p
        step = gap[k] / speed[k]
      }
    }
    return (best, max(step, 0))
  }
}
