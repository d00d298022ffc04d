import CGLPK

extension SolverSession {
  /// From this many columns and rows on, a cold start goes through a smaller program.
  private static let least = 600
  /// From this many columns and rows of the smaller program on, the interior point is tried.
  private static let leastInterior = 4000

  /// Whether a program of so many columns and rows is solved sooner cold, by the interior point, than from the
  /// basis of a program whose numbers differ by more than a few bounds: that is thousands of iterations away.
  public static func startsBestCold(columns: Int, rows: Int) -> Bool {
    columns + rows >= leastInterior
  }

  /// Finds a basis near the optimum by way of a smaller program and makes it the session's basis, so that
  /// the simplex has little left to do. Leaves the session as it was where that does not work.
  ///
  /// A session that has a basis goes on from it for a while instead, and takes this way only where that does
  /// not end soon: then this returns how it ended, if with an optimum.
  func prepare(_ rung: Rung, _ run: SolverRun) throws(SolverError) -> RungEnd? {
    guard run.options.method == .automatic, run.options.presolve == .automatic, isScaled,
      run.options.iterationLimit == nil, program.rowCount > 0,
      program.columnCount + program.rowCount >= SolverSession.least
    else { return nil }
    if isWarm {
      guard program.columnCount + program.rowCount >= SolverSession.leastInterior, rung.isWarm
      else { return nil }
      if !run.hasLeftBasis {
        let end = try climb(rung, run, iterations: program.rowCount / 2)
        if case .stopped(.iterationLimit, _) = end {} else { return end }
      }
    }
    if let resting = run.options.restingColumns, resting.count == program.columnCount,
      try startFromReduction(run, isResting: resting) || run.mustStop != nil
    {
      return nil
    }
    _ = try startFromReduction(run, isResting: nil)
    return nil
  }

  /// - Parameter isResting: columns that stay at their lower bounds for now.
  /// - Returns: whether the session has a basis from it.
  private func startFromReduction(_ run: SolverRun, isResting: [Bool]?) throws(SolverError) -> Bool
  {
    let begin = lpk_now()
    let costs = startCosts(run.options.nextCosts)
    let columns = program.scaledColumnBounds(scaling)
    let rows = program.scaledRowBounds(scaling)
    let matrix = ColumnMatrix(program, scaling)
    let reduced = Reduction(
      matrix: matrix, lower: columns.lower + rows.lower, upper: columns.upper + rows.upper,
      cost: costs.values, isResting: isResting, mustStop: { run.mustStop != nil })
    guard let reduced else {
      run.log("reduction", "none", iterations: 0, since: begin)
      return false
    }
    let rest = reduced.remainder()
    run.log(
      "reduction", "\(rest.rows.count) rows, \(rest.columns.count) columns", iterations: 0,
      since: begin)
    guard let end = try solveReduced(rest.program, rest.rows, noise: costs.noise, run) else {
      return false
    }
    var restored = reduced.restore(
      end.basis, multipliers: end.multipliers, columns: rest.columns, rows: rest.rows)
    if isResting != nil {
      let begin = lpk_now()
      let resting = RestingColumns(
        matrix: matrix, lower: columns.lower + rows.lower,
        upper: columns.upper + rows.upper, basis: restored.basis)
      let count = resting.price(
        &restored.basis, cost: costs.values, multipliers: restored.multipliers,
        mustStop: { run.mustStop != nil })
      run.log(
        "revised simplex, resting columns", "\(resting.columns.count) columns", iterations: count,
        since: begin)
    }
    let former = try self.basis()
    try setBasis(restored.basis)
    run.hasStart = isWarm
    if !isWarm, let former { try setBasis(former) }
    return run.hasStart
  }

  /// The scaled costs, and with them a small share of those of the objective that comes next: it decides among
  /// optima that are equally good, so that the next solve starts near its end. And the size of what has to be
  /// added to the costs for a single optimum.
  private func startCosts(_ next: [Double]?) -> (values: [Double], noise: Double) {
    var costs = scaling.scaledCosts(program.cost)
    let added = next.map { scaling.scaledCosts($0) } ?? []
    let (largest, most) = (largestSize(costs), largestSize(added))
    guard most > 0, added.count == costs.count else { return (costs, 1.5e-5) }
    for j in costs.indices { costs[j] += 3e-4 * largest / most * added[j] }
    return (costs, 1e-6)
  }

  private func largestSize(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }

  /// A feasible basis of the smaller program and the multipliers of its rows, at the optimum as a rule.
  ///
  /// - Parameter rows: of the whole program, by row.
  private func solveReduced(
    _ reduced: LinearProgram, _ rows: [Int], noise: Double, _ run: SolverRun
  ) throws(SolverError) -> (basis: Basis, multipliers: [Double])? {
    if reduced.rowCount == 0 { return (Basis.standard(for: reduced), []) }
    let size = reduced.rowCount + reduced.columnCount
    var guess: BasisGuess?
    if size >= SolverSession.leastInterior {
      if let end = solveFromRows(reduced, run) { return end }
      let perturbed = PerturbedProgram(reduced, noise: noise)
      guess = interiorBasis(perturbed, rows, run)
      if let guess, let end = finish(perturbed, from: guess, run) { return end }
      if run.mustStop != nil { return nil }
    }
    let object = try SolverObject(reduced, Scaling(identityFor: reduced))
    defer { object.close() }
    try object.useAdvancedBasis()
    if let guess {
      let former = try object.basis()
      try object.setBasis(guess.basis)
      if try !object.factorise() { try object.setBasis(former) }
    }
    let result = try simplex(object, run, size: size, iterations: 200_000 + 50 * size)
    guard result.primal_status == Int32(LPK_FEASIBLE) else { return nil }
    return (try object.basis(), try object.solution(.simplex).duals)
  }

  /// A short try of the dual simplex from the basis of the rows, where the costs have the right signs for it: where
  /// few rows are violated it may end in a fraction of the time of the interior point.
  private func solveFromRows(
    _ reduced: LinearProgram, _ run: SolverRun
  ) -> (basis: Basis, multipliers: [Double])? {
    for j in 0..<reduced.columnCount {
      let cost = reduced.cost[j]
      if cost < 0 || cost > 0 && reduced.columnLower[j] == -.infinity { return nil }
    }
    let begin = lpk_now()
    let simplex = Simplex(
      ColumnMatrix(reduced, Scaling(identityFor: reduced)),
      lower: reduced.columnLower + reduced.rowLower, upper: reduced.columnUpper + reduced.rowUpper,
      cost: reduced.cost)
    simplex.setBasis(Basis.standard(for: reduced))
    simplex.mustStop = watch(run, simplex)
    simplex.iterationLimit = max(1000, reduced.rowCount / 3)
    let end = simplex.optimise(walks: false)
    run.log("dual simplex from the rows", "\(end)", iterations: simplex.iterations, since: begin)
    return end == .optimal ? (simplex.basis, simplex.point.duals) : nil
  }

  /// Goes on from the basis of the interior point with our simplex: to the optimum of the perturbed costs within
  /// the bounds as they are, for which the basis has the right reduced costs nearly everywhere; from that feasible
  /// basis to the optimum of the true costs.
  ///
  /// - Returns: nil where that is longer than the way of the C library is likely to be.
  private func finish(
    _ perturbed: PerturbedProgram, from guess: BasisGuess, _ run: SolverRun
  ) -> (basis: Basis, multipliers: [Double])? {
    let reduced = perturbed.program
    let (lower, upper) = (
      reduced.columnLower + reduced.rowLower, reduced.columnUpper + reduced.rowUpper
    )
    let simplex = Simplex(
      perturbed.matrix, lower: lower, upper: upper, cost: perturbed.cost)
    simplex.mustStop = watch(run, simplex)
    simplex.mayLeap = false
    simplex.setBasis(guess.basis)
    simplex.takeIn(guess.dependent, weight: guess.weight, restsAtUpper: guess.isNearUpper)
    var begin = lpk_now()
    simplex.iterationLimit = 2000 + lower.count / 4
    var end = simplex.solve()
    run.log(
      "revised simplex, moved costs", "\(end)", iterations: simplex.iterations, since: begin)
    guard end == .optimal else { return nil }
    begin = lpk_now()
    simplex.setProgram(lower: lower, upper: upper, reduced.cost)
    simplex.iterationLimit = 1000 + lower.count
    end = simplex.solve()
    run.log("revised simplex, reduced", "\(end)", iterations: simplex.iterations, since: begin)
    return end == .optimal ? (simplex.basis, simplex.point.duals) : nil
  }

  private func simplex(
    _ object: SolverObject, _ run: SolverRun, size: Int, iterations: Int
  ) throws(SolverError) -> lpk_result {
    let begin = lpk_now()
    var options = lpk_simplex_options()
    options.method = Int32(LPK_PRIMAL)
    options.primal_tolerance = run.options.primalTolerance
    options.dual_tolerance = run.options.dualTolerance
    options.iteration_limit = Int32(clamping: iterations)
    let result = try run.monitored(stallIterations: max(5000, size)) {
      monitor throws(SolverError) in try object.simplex(options, monitor)
    }
    let end = result.status == Int32(LPK_OPTIMAL) ? "optimal" : "not optimal"
    run.log("simplex, reduced", end, iterations: Int(result.iterations), since: begin)
    return result
  }

  /// The basis that the interior point suggests; nil where it does not fit or does not converge.
  private func interiorBasis(
    _ perturbed: PerturbedProgram, _ rows: [Int], _ run: SolverRun
  ) -> BasisGuess? {
    let begin = lpk_now()
    let mustStop = { run.mustStop != nil }
    let known = run.options.rowOrder.map { order in
      RowOrder(
        place: rows.map { $0 < order.place.count ? order.place[$0] : -1 }, work: order.work)
    }
    let method = InteriorPoint(
      matrix: perturbed.matrix, lower: perturbed.lower, upper: perturbed.upper,
      cost: perturbed.cost, known: known, mustStop: mustStop)
    keepOrder((method?.factor as? NormalFactor)?.rowOrder, rows)
    let factor = run.objectiveFactor / perturbed.boundScale
    let offset = program.objectiveOffset
    // A looser end leaves the simplex several times the iterations.
    let point = method?.solve(tolerance: 1e-12, mustStop: mustStop) { count, objective, residual in
      run.reportInterior(count, objective * factor + offset, residual)
    }
    let result = point.map { "\($0.iterations) iterations" }
    run.log(
      "interior point, reduced", result ?? "no basis", iterations: 0, since: begin)
    return point.map {
      BasisGuess($0, matrix: perturbed.matrix, lower: perturbed.lower, upper: perturbed.upper)
    }
  }

  private func keepOrder(_ found: RowOrder?, _ rows: [Int]) {
    guard let found else { return }
    var place = [Int32](repeating: -1, count: program.rowCount)
    for (k, i) in rows.enumerated() { place[i] = found.place[k] }
    rowOrder = RowOrder(place: place, work: found.work)
  }
}

/// A program as the interior point sees it: costs and bounds are moved a little, each by another amount, so that
/// the optimum is a single vertex, whose basis can be read off. The bounds are in units in which what is typical
/// is near 8, so that the amounts are small and still stand out everywhere.
private struct PerturbedProgram {
  let program: LinearProgram
  let matrix: ColumnMatrix
  private(set) var cost: [Double]
  /// Of the columns, then of the rows; `boundScale` times those of the program, a power of 2.
  private(set) var lower: [Double]
  private(set) var upper: [Double]
  let boundScale: Double

  /// - Parameter noise: what costs are moved by, about.
  init(_ program: LinearProgram, noise: Double) {
    self.program = program
    matrix = ColumnMatrix(program, Scaling(identityFor: program))
    cost = program.cost
    let bounds = (
      lower: program.columnLower + program.rowLower, upper: program.columnUpper + program.rowUpper
    )
    let sizes = (bounds.lower + bounds.upper).lazy.map(abs).filter { $0.isFinite && $0 > 0 }
      .sorted()
    let typical = sizes.isEmpty ? 8 : sizes[sizes.count / 2]
    let scale = Double(
      sign: .plus, exponent: (8 * 2.0.squareRoot() / typical).exponent, significand: 1)
    boundScale = scale
    lower = bounds.lower.map { $0 * scale }
    upper = bounds.upper.map { $0 * scale }
    perturb(noise)
  }

  /// Moves costs up and bounds outwards by amounts that look random but are always the same.
  private mutating func perturb(_ noise: Double) {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next(_ size: Double) -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return size * (0.5 + Double(state >> 33) * 0x1p-32)
    }
    for j in cost.indices { cost[j] += next(noise) }
    for j in lower.indices where lower[j] < upper[j] {
      lower[j] -= next(3e-6)
      upper[j] += next(3e-6)
    }
  }
}
