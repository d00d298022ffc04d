import LinearAlgebra
import Support

/// Iterative refinement of an optimal basis (Gleixner, Steffy and Wolter 2016).
///
/// A basis that is optimal within the tolerances of a simplex may break a bound by 1e-10 of its scale, and down a chain
/// of recipes of 300 to 1 that is worth tonnes that are not there. So its basic solution is computed in twice the
/// precision of a double. Where that is out of bounds, the program is moved to the solution and blown up until the
/// violation is large: a program of the same matrix, whose optimal basis is the next to be measured.
struct Refinement {
  /// Violations in the scaled program up to which a basic solution counts as feasible.
  enum Tolerance {
    /// What the sums in twice the precision leave.
    static let strict = 1e-22
    /// What the rounding of coefficients to doubles makes of sums that are equal in decimals.
    static let rounding = 1e-13
  }

  static let mostRounds = 12
  /// The size that the largest violation has in the refined program.
  private static let blownUp = 1.0
  /// Bounds that are farther away in the refined program are left out.
  private static let farBound = 1e9

  private static let absolutePivotTolerance = 1e-13

  let simplex: Simplex
  private let lower: [Double]
  private let upper: [Double]
  private let cost: [Double]
  private(set) var primal: BasicSolution
  private(set) var dual: BasicMultipliers?
  /// The largest violation of a bound, beside a value above 1 relative to it, and the variable that has it.
  private(set) var violation = 0.0
  private(set) var worst = -1
  private(set) var rounds = 0
  private(set) var iterations = 0

  /// - Parameter simplex: with factors of the basis, and with the values that follow from them.
  init(_ simplex: Simplex) {
    self.simplex = simplex
    lower = (0..<simplex.total).map { simplex.trueLower[$0] }
    upper = (0..<simplex.total).map { simplex.trueUpper[$0] }
    cost = (0..<simplex.n).map { simplex.trueCost[$0] }
    primal = BasicSolution(simplex)
    measure()
  }

  private mutating func measure() {
    violation = 0
    worst = -1
    for p in 0..<simplex.m {
      let j = Int(simplex.basicIndex[p])
      let excess =
        abs(primal.excess(j, lower: lower[j], upper: upper[j])) / max(1, abs(primal.high[j]))
      if excess > violation || excess.isNaN {
        violation = excess
        worst = j
      }
    }
  }

  /// The basic solution rounded to doubles, and its multipliers.
  mutating func point() -> RefinedPoint {
    let multipliers = dual ?? BasicMultipliers(simplex)
    dual = multipliers
    return RefinedPoint(
      columns: (0..<simplex.n).map { primal.high[$0] }, duals: multipliers.high,
      lowDuals: multipliers.low)
  }

  /// Solves the refined program from the basis and measures the basis that is optimal there.
  ///
  /// - Parameter tolerance: the violation that may stay; where there is no larger one, wrong signs of reduced costs are
  ///   blown up instead.
  /// - Returns: whether there is another basis.
  mutating func advance(tolerance: Double) -> Bool {
    guard violation.isFinite else { return false }
    let isPrimal = violation > tolerance
    let multipliers = isPrimal ? nil : dual ?? BasicMultipliers(simplex)
    if let multipliers {
      let wrong = wrongSign(multipliers)
      if wrong == 0 { return false }
      let factor = powerOfTwo(near: Refinement.blownUp / wrong)
      for j in 0..<simplex.total { simplex.trueCost[j] = multipliers.reducedCosts[j] * factor }
    }
    let costs = (0..<simplex.n).map { simplex.trueCost[$0] }
    let factor = isPrimal ? powerOfTwo(near: Refinement.blownUp / violation) : 1
    simplex.setProgram(
      lower: blownUp(lower, by: factor, far: -.infinity),
      upper: blownUp(upper, by: factor, far: .infinity), costs)
    let start = simplex.basis
    var end = simplex.solve()
    if end != .optimal, end != .stopped {
      // Down a chain of recipes pivots may be small and no rounding errors.
      simplex.absolutePivotTolerance = Refinement.absolutePivotTolerance
      simplex.iterations = 0
      simplex.setBasis(start)
      end = simplex.optimise(usesParametric: false)
      simplex.absolutePivotTolerance = 1e-9
    }
    iterations += simplex.iterations
    rounds += 1
    for j in simplex.n..<simplex.total { simplex.trueCost[j] = 0 }
    simplex.setProgram(lower: lower, upper: upper, cost)
    let hasMoved = simplex.iterations > 0
    guard end == .optimal, hasMoved, simplex.hasFactors || simplex.factorise() == .nonsingular
    else {
      return false
    }
    simplex.computePrimal()
    primal = BasicSolution(simplex)
    dual = nil
    measure()
    return true
  }

  /// Bounds seen from the basic solution; those that are far away become `far`, if they are on that side.
  private func blownUp(_ bounds: [Double], by factor: Double, far: Double) -> [Double] {
    bounds.indices.map { j in
      let moved = primal.distance(j, to: bounds[j]) * factor
      return abs(moved) > Refinement.farBound && (moved < 0) == (far < 0) ? far : moved
    }
  }

  /// The largest reduced cost of the wrong sign.
  private func wrongSign(_ multipliers: BasicMultipliers) -> Double {
    var most = 0.0
    for j in 0..<simplex.total where simplex.basicPosition[j] < 0 && lower[j] != upper[j] {
      let d = multipliers.reducedCosts[j]
      switch simplex.nonbasicStatus[j] {
      case Simplex.NonbasicStatus.atLower: most = max(most, -d)
      case Simplex.NonbasicStatus.atUpper: most = max(most, d)
      default: most = max(most, abs(d))
      }
    }
    return most
  }
}

/// A basic solution and its multipliers, scaled, the latter in two parts.
struct RefinedPoint {
  var columns: [Double]
  var duals: [Double]
  var lowDuals: [Double]
}

extension SolverSession {
  /// The answer of the session's basis, measured in twice the precision and refined where it has to be.
  ///
  /// - Parameter solution: with the basis; it is returned as it is where nothing is wrong with it.
  /// - Returns: a solution whose verification tells what refinement could not mend.
  /// - Complexity: three passes over the nonzeros and as many solves with the factors of the basis, where nothing is
  ///   wrong.
  func refined(
    _ solution: Solution, _ context: SolveContext, relaxed: Bool
  ) throws(SolverError) -> Solution {
    guard program.rowCount > 0, let basis = solution.basis,
      solution.verification.primalObjective.isFinite
    else { return solution }
    let begin = monotonicSeconds()
    let simplex = try currentSimplex()
    if !simplex.hasFactors || simplex.factor.updateCount > 0 {
      guard simplex.factorise() == .nonsingular else { return solution }
    }
    simplex.computePrimal()
    let target = SolveStrategy.refinement(SolveStrategy.Shape(program), scaling.rangeAfter)
    let tolerance =
      target == .rounding ? Refinement.Tolerance.rounding : Refinement.Tolerance.strict
    var refinement = Refinement(simplex)
    context.verificationSeconds += monotonicSeconds() - begin
    let (violation, worst) = (refinement.violation, refinement.worst)
    let isSound = solution.verification.isVerified
    if violation <= tolerance, isSound, solution.verification.boundIsProven { return solution }
    var best = refine(&refinement, tolerance, scaling, context, relaxed: relaxed)
    let isNear = violation <= Refinement.Tolerance.rounding
    var isEnough: Bool { best?.solution.verification.isVerified == true || isSound && isNear }
    if !isEnough, context.mustStop == nil {
      // Units that follow the flows of the answer, wrong as it may be.
      let flows = Scaling(for: program, flows: solution.columnValues, scaling)
      let other = Simplex(program, flows)
      other.setBasis(basis)
      watchRefinement(other, context)
      // The units may have made the basis dependent; the simplex repairs it.
      if other.solve() == .optimal {
        var refinement = Refinement(other)
        best = refine(&refinement, tolerance, flows, context, relaxed: relaxed) ?? best
      }
    }
    if let best, best.solution.verification.isVerified {
      // Where refinement has changed nothing that counts, the basis stays as the simplex has left it.
      let change = abs(best.solution.objective - solution.objective)
      if !(isSound && isNear && change <= best.solution.verification.allowedGap) {
        holder = .value(best.basis)
        return best.solution
      }
      simplex.setBasis(basis)
      return solution
    }
    simplex.setBasis(basis)
    if violation <= tolerance || isNear && target != .strict {
      // Better multipliers prove no bound either: the objective may fall on.
      if let best, isSound, !solution.verification.boundIsProven { return best.solution }
      return solution
    }
    var doubted = solution
    doubted.verification.basicInfeasibility = violation
    doubted.verification.worstRow = program.row(ofVariable: worst)
    return doubted
  }

  /// The best answer of a basis and of those that refinement leads to; nil where none of them is feasible.
  private func refine(
    _ refinement: inout Refinement, _ tolerance: Double, _ used: Scaling, _ context: SolveContext,
    relaxed: Bool
  ) -> (solution: Solution, basis: Basis)? {
    let simplex = refinement.simplex
    watchRefinement(simplex, context)
    defer { simplex.mustStop = { false } }
    let begin = monotonicSeconds()
    var best: (solution: Solution, basis: Basis)?
    repeat {
      if refinement.violation > tolerance { continue }
      let point = refinement.point()
      let basis = simplex.basis
      let next = packed(
        point.columns, point.duals, lowDuals: point.lowDuals, used, basis: basis, context,
        relaxed: relaxed)
      if best.map({ next.verification.rank > $0.solution.verification.rank }) ?? true {
        best = (next, basis)
      }
      if next.verification.isVerified, next.verification.boundIsProven { break }
    } while refinement.rounds < Refinement.mostRounds && context.mustStop == nil
      && refinement.advance(tolerance: tolerance)
    if refinement.rounds > 0 {
      let isVerified = best?.solution.verification.isVerified == true
      context.log(
        .refinement, isVerified ? "optimal" : "not optimal", iterations: refinement.iterations,
        since: begin)
      best?.solution.attempts = context.attempts
      best?.solution.iterations = context.iterations
    }
    return best
  }

  private func watchRefinement(_ simplex: Simplex, _ context: SolveContext) {
    simplex.primalTolerance = min(1e-9, context.options.primalTolerance)
    simplex.dualTolerance = min(1e-9, context.options.dualTolerance)
    simplex.iterationLimit = SolveStrategy.refinementIterations(rows: program.rowCount)
    simplex.mustStop = watch(context, simplex)
  }
}

extension Verification {
  /// Of two answers the one with the higher rank is to be had.
  fileprivate var rank: Int { (isVerified ? 2 : 0) + (boundIsProven ? 1 : 0) }
}

extension Simplex {
  /// A scaled program.
  convenience init(_ program: LinearProgram, _ scaling: Scaling) {
    let columns = program.scaledColumnBounds(scaling)
    let rows = program.scaledRowBounds(scaling)
    self.init(
      ColumnMatrix(program, scaling), lower: columns.lower + rows.lower,
      upper: columns.upper + rows.upper, cost: scaling.scaledCosts(program.cost))
  }
}

extension LinearProgram {
  /// The row of a variable of the simplex: the row whose activity it is, or the one in which a column weighs most.
  fileprivate func row(ofVariable variable: Int) -> Int? {
    if variable < 0 { return nil }
    if variable >= columnCount { return variable - columnCount }
    var best: Int?
    var most = 0.0
    for i in 0..<rowCount {
      for k in rowStart[i]..<rowStart[i + 1]
      where Int(columnIndex[k]) == variable && abs(coefficient[k]) > most {
        most = abs(coefficient[k])
        best = i
      }
    }
    return best
  }
}
