extension Simplex {
  /// How a walk along moving bounds ended, and where.
  struct ParametricResult {
    var end: End
    var position: Double
    var pivots = 0
  }

  /// Follows the optimum while bounds move (parametric dual simplex, Gass and Saaty 1955): from an optimal basis
  /// to the next parameter at which a basic variable reaches a bound, exchanges it, and so on.
  ///
  /// Where exchanges at one parameter do not end it leaps on and goes on from the optimum there.
  ///
  /// - Parameters:
  ///   - rates: variables whose bounds, both, move by so much a unit of the parameter; they hold those of `start`.
  ///   - skip: how far that is, as a share of the way.
  ///   - visit: called at every parameter at which the slope changes, and at the end, with the parameter,
  ///     the slope of the optimum to the left of it, and the iterations so far; the current point is the
  ///     optimum there. False ends the walk.
  func solveParametric(
    _ rates: [(variable: Int, rate: Double)], from start: Double, to end: Double,
    skip: Double = 1e-9, visit: (Double, Double, Int) -> Bool
  ) -> ParametricResult {
    var path = ParametricSimplex(self, rates, start, skip)
    return path.run(to: end, visit: visit)
  }
}

/// The state of a walk.
private struct ParametricSimplex {
  private let simplex: Simplex
  private let rates: [(variable: Int, rate: Double)]
  private let bases: [(lower: Double, upper: Double)]
  private let start: Double
  private let skip: Double
  private var position: Double
  /// Change of each variable, and of its bounds, a unit of the parameter.
  private let rate: UnsafeMutablePointer<Double>
  private let boundRate: UnsafeMutablePointer<Double>
  private var pivots = 0
  private var numericalTroubles = 0
  /// Where `visit` was called last, and the slope since then.
  private var reported: Double
  private var slope: Double?
  /// Exchanges in a row that did not change the parameter.
  private var idle = 0

  private var skips = 0

  private static let patience = 50
  private static let mostSkips = 1000

  private let before: Int

  init(
    _ simplex: Simplex, _ rates: [(variable: Int, rate: Double)], _ start: Double, _ skip: Double
  ) {
    self.skip = skip
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
    for (variable, amount) in rates { boundRate[variable] = amount }
  }

  private func finish(_ end: Simplex.End) -> Simplex.ParametricResult {
    rate.deallocate()
    boundRate.deallocate()
    simplex.dualWeight.update(repeating: 1, count: simplex.m)
    return Simplex.ParametricResult(
      end: end, position: position, pivots: simplex.iterations - before)
  }

  mutating func run(to end: Double, visit: (Double, Double, Int) -> Bool)
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
        _ = visit(end, slope ?? 0, simplex.iterations - before)
        return finish(.optimal)
      }
      idle = step > 1e-12 * (1 + abs(position)) ? 0 : idle + 1
      advance(step, to: position + step)
      if idle > ParametricSimplex.patience {
        // Many exchanges at one breakpoint: on from a little further, where the dual simplex finds the way.
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

  /// Passes on the current optimum if the slope changes there; whether to go on.
  private mutating func reportBreakpoint(_ visit: (Double, Double, Int) -> Bool) -> Bool {
    let next = currentSlope
    let former = slope ?? next
    slope = next
    if abs(next - former) <= 1e-11 * max(abs(next), abs(former)) || position <= reported {
      return true
    }
    reported = position
    return visit(position, former, simplex.iterations - before)
  }

  private enum Exchange {
    case done
    case inaccurate
    case infeasible
  }

  /// Change of the optimum a unit of the parameter.
  private var currentSlope: Double {
    var sum = 0.0
    for (variable, amount) in rates where simplex.basicPosition[variable] < 0 {
      sum += simplex.d[variable] * amount
    }
    return sum
  }

  /// Fresh factors, values and rates; a basis that turns out not to be optimal is made so.
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
    let work = simplex.work
    work.clear()
    for (variable, amount) in rates where simplex.basicPosition[variable] < 0 {
      rate[variable] = amount
      simplex.matrix.add(variable, times: -amount, to: work)
    }
    simplex.factor.solve(work)
    for k in 0..<work.count {
      let p = Int(work.index[k])
      rate[Int(simplex.basicIndex[p])] = work.value[p]
    }
    work.clear()
  }

  /// The label of the basic variable that reaches a bound next, and how far that is; −1: none does.
  private func nextBreakpoint() -> (position: Int, step: Double) {
    let (basicIndex, x, lower, upper) = (
      simplex.basicIndex, simplex.x, simplex.lower, simplex.upper
    )
    let tolerance = simplex.primalTolerance
    var reach = Double.infinity
    for p in 0..<simplex.m {
      let j = Int(basicIndex[p])
      let speed = rate[j] - boundRate[j]
      if speed > 1e-10 {
        if upper[j] < .infinity { reach = min(reach, (upper[j] - x[j] + tolerance) / speed) }
      } else if speed < -1e-10 {
        if lower[j] > -.infinity { reach = min(reach, (lower[j] - x[j] - tolerance) / speed) }
      }
    }
    if reach == .infinity { return (-1, 0) }
    var best = -1
    var most = 0.0
    var step = 0.0
    for p in 0..<simplex.m {
      let j = Int(basicIndex[p])
      let speed = rate[j] - boundRate[j]
      let gap: Double
      if speed > 1e-10 && upper[j] < .infinity {
        gap = upper[j] - x[j]
      } else if speed < -1e-10 && lower[j] > -.infinity {
        gap = x[j] - lower[j]
      } else {
        continue
      }
      if gap <= reach * abs(speed) && abs(speed) > most {
        most = abs(speed)
        best = p
        step = gap / abs(speed)
      }
    }
    return (best, max(step, 0))
  }

  private mutating func advance(_ step: Double, to next: Double) {
    position = next
    for p in 0..<simplex.m {
      let j = Int(simplex.basicIndex[p])
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
    if abs(alpha - simplex.pivotRow.value[q]) > 1e-7 * (1 + abs(alpha)) || abs(alpha) < 1e-9 {
      return .inaccurate
    }
    let step = simplex.dualStep(q, alpha: simplex.pivotRow.value[q])
    simplex.updateDual(step, q, leaving)
    simplex.movePrimal(p, q, alpha, to: isAbove ? simplex.upper[leaving] : simplex.lower[leaving])
    let exchangeRate = speed / alpha
    for k in 0..<column.count {
      let i = Int(column.index[k])
      rate[Int(simplex.basicIndex[i])] -= exchangeRate * column.value[i]
    }
    rate[q] = boundRate[q] + exchangeRate
    rate[leaving] = boundRate[leaving]
    let isAccurate = simplex.exchange(p, entering: q, leavesAtUpper: isAbove)
    return isAccurate ? .done : .inaccurate
  }
}
