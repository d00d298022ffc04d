extension Simplex {
  /// How the parametric simplex ended, and at which parameter.
  struct ParametricResult {
    var end: End
    var position: Double
    var pivots = 0
  }

  /// The parametric dual simplex for moving bounds (Gass and Saaty 1955): from an optimal basis to the next breakpoint,
  /// the parameter at which a basic variable reaches a bound, a basis exchange there, and so on.
  ///
  /// Where degenerate exchanges at one breakpoint do not end, it takes a parametric step past the breakpoint and
  /// continues from the optimum there.
  ///
  /// - Parameters:
  ///   - rates: variables with the rate at which both bounds move, per unit of the parameter; the current bounds are
  ///     those at `start`.
  ///   - skip: the length of a step past a degenerate breakpoint, as a share of `end − start`.
  ///   - visit: called at every parameter at which the slope changes, and at the end, with the parameter, the slope of
  ///     the optimal value to the left of it, and the iterations so far; the current point is the optimum there. False
  ///     ends the path.
  func solveParametric(
    _ rates: [(variable: Int, rate: Double)], from start: Double, to end: Double,
    skip: Double = 1e-9, visit: (Double, Double, Int) -> Bool
  ) -> ParametricResult {
    var path = ParametricSimplex(self, rates, start, skip)
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
  private var position: Double
  /// Rates of each variable and of its bounds, per unit of the parameter.
  private let rate: UnsafeMutablePointer<Double>
  private let boundRate: UnsafeMutablePointer<Double>
  private var pivots = 0
  private var numericalTroubles = 0
  /// The parameter of the last call of `visit`, and the slope since then.
  private var reported: Double
  private var slope: Double?
  /// Consecutive degenerate exchanges, which did not change the parameter.
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

  /// Reports the current optimum if the slope changes there; returns whether to continue.
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

  /// The position of the basic variable that reaches a bound next, and the parametric step to it; −1: none does.
  private func nextBreakpoint() -> (position: Int, step: Double) {
    let (basicIndex, x, lower, upper) = (
      simplex.basicIndex, simplex.x, simplex.lower, simplex.upper
    )
    let tolerance = simplex.primalTolerance
    var stepBound = Double.infinity
    for p in 0..<simplex.m {
      let j = Int(basicIndex[p])
      let speed = rate[j] - boundRate[j]
      if speed > 1e-10 {
        if upper[j] < .infinity {
          stepBound = min(stepBound, (upper[j] - x[j] + tolerance) / speed)
        }
      } else if speed < -1e-10 {
        if lower[j] > -.infinity {
          stepBound = min(stepBound, (lower[j] - x[j] - tolerance) / speed)
        }
      }
    }
    if stepBound == .infinity { return (-1, 0) }
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
      if gap <= stepBound * abs(speed) && abs(speed) > most {
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
    if abs(alpha - simplex.pivotRow.value[q]) > 1e-7 * (1 + abs(alpha))
      || abs(alpha) < simplex.leastPivot
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
    }
    rate[q] = boundRate[q] + exchangeRate
    rate[leaving] = boundRate[leaving]
    let isAccurate = simplex.exchange(p, entering: q, leavesAtUpper: isAbove)
    return isAccurate ? .done : .inaccurate
  }
}
