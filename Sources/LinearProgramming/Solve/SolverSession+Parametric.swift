import CGLPK

/// An optimum on the way of row bounds that move together.
public struct ParametricOptimum: Sendable {
  /// The factor of the amounts.
  public var position: Double
  /// Change of the objective a unit of the factor, to the left of the position.
  public var slope: Double
  /// Verified; without a basis. Its iterations are those since the last one.
  public var solution: Solution
}

/// How following an optimum ended.
public enum ParametricEnd: Sendable, Equatable {
  case reached
  /// At the position of the last optimum that was passed on; the rest changes the objective by no more than the
  /// resolution.
  case flat
  /// At the position of the last optimum that was passed on, for the caller to go on from in another way.
  case left
  case stopped(StopReason)
}

extension SolverSession {
  /// Follows the optimum as the bounds of some rows grow with a factor: parametric dual simplex.
  ///
  /// The last solve must have ended with the optimum at the factor `start`.
  ///
  /// - Parameters:
  ///   - rows: both bounds of each are `factor · amount`.
  ///   - resolution: of the objective; optima are left out that the chord between those passed on misses by no more.
  ///   - visit: gets every other optimum at which the slope changes, and the one at the end, each verified; false
  ///     ends the path.
  /// - Throws: `SolverError`.
  public func solveParametric(
    _ rows: [(row: Int, amount: Double)], from start: Double, to end: Double,
    resolution: Double = 0, _ options: SolverOptions = SolverOptions(),
    visit: (ParametricOptimum) -> Bool
  ) throws(SolverError) -> ParametricEnd {
    let run = try SolveContext(options)
    guard !holder.isNone, hasOwnSimplex, program.integerCount == 0, start < end else {
      return .left
    }
    run.objectiveFactor = 1 / (scaling.objective * scaling.bound)
    setProgramBounds(rows, start)
    let simplex = try currentSimplex()
    if closesBlocks { closeBlocks(of: simplex, run) }
    simplex.primalTolerance = min(1e-9, options.primalTolerance)
    simplex.dualTolerance = min(1e-9, options.dualTolerance)
    simplex.iterationLimit = .max
    simplex.mustStop = watch(run, simplex)
    defer { simplex.mustStop = { false } }
    let rates = rows.map {
      (variable: simplex.n + $0.row, rate: $0.amount * scaling.row[$0.row] * scaling.bound)
    }
    // Within so short a stretch a corner may be passed over: where all is almost zero, next to no money, say,
    // the rows are too small for the tolerance of the simplex.
    let short = 1e-6 * (end - start)
    var last = (position: start, value: program.objectiveOffset)
    for j in 0..<simplex.n {
      last.value += program.cost[j] * simplex.x[j] * scaling.column[j] / scaling.bound
    }
    var before = 0
    var hasPassed = false
    var isVerified = true
    let path = simplex.solveParametric(
      rates, from: start, to: end, patience: SolveStrategy.degenerateExchanges(rows: simplex.m),
      resolution: resolution / run.objectiveFactor
    ) { position, slope, count in
      setProgramBounds(rows, position)
      let point = simplex.point
      run.iterations = count - before
      let solution = packed(
        point.columns, completed(point.duals, run), scaling, basis: nil, run)
      isVerified = solution.verification.isVerified
      if !isVerified {
        hasPassed = true
        return position - last.position <= short
      }
      let chord = (solution.objective - last.value) / (position - last.position)
      let isStraight = !hasPassed && slope != nil
      let found = ParametricOptimum(
        position: position, slope: isStraight ? (slope ?? 0) * run.objectiveFactor : chord,
        solution: solution)
      before = count
      hasPassed = false
      last = (position, solution.objective)
      return visit(found)
    }
    holder = path.end == .numericalTrouble ? .none : .simplex
    try setRowBounds(
      rows.map { ($0.row, lower: last.position * $0.amount, upper: last.position * $0.amount) })
    if let reason = run.mustStop { return .stopped(reason) }
    if path.end != .optimal || !isVerified { return .left }
    return path.isFlat ? .flat : .reached
  }

  private func setProgramBounds(_ rows: [(row: Int, amount: Double)], _ factor: Double) {
    for (row, amount) in rows {
      program.setRowBounds(row, lower: factor * amount, upper: factor * amount)
    }
  }
}
