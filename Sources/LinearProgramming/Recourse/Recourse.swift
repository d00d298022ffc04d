import LinearAlgebra
import Support

/// The solution of an outcome's recourse problem for given first-stage decisions, with the optimality or feasibility cut
/// that follows from it (Van Slyke and Wets 1969).
public struct Recourse: Sendable {
  public enum End: Sendable {
    case optimal
    case infeasible
    case stopped
    case failed
  }
  /// A feasibility cut: decisions x with a feasible recourse satisfy `lower ≤ Σ values·x[decisions] ≤ upper`.
  public struct Row: Sendable {
    public var decisions: [Int]
    public var values: [Double]
    public var lower: Double
    public var upper: Double

    /// - Parameters:
    ///   - decisions: each once, with its value at the same place of `values`.
    public init(decisions: [Int], values: [Double], lower: Double, upper: Double) {
      self.decisions = decisions
      self.values = values
      self.lower = lower
      self.upper = upper
    }
  }
  public var end: End
  /// For `optimal`: a subgradient of the outcome's optimal value in the shared decisions.
  public var slope: [Double] = []
  /// For `infeasible`: feasibility cuts that these decisions violate.
  public var rows: [Row] = []
  /// A value for each column of the program, the shared ones among them; for `optimal`.
  public var point: [Double] = []
  /// The verification of the point's feasibility; its bound is not meant.
  public var verification: Verification?
  /// The basis of the own columns and rows, to start another solve from; for `optimal`.
  public var basis: Basis?
  public var iterations = 0
}

extension RecourseProgram {
  /// Minimises over the outcome's own columns by the revised simplex.
  ///
  /// - Parameters:
  ///   - x: the shared decisions.
  ///   - basis: the starting basis; nil: that of a cold solve.
  ///   - options: only cancellation and time limit are used.
  public func recourse(
    at x: [Double], from basis: Basis? = nil, options: SolverOptions = SolverOptions()
  ) -> Recourse {
    guard let run = try? SolveContext(options) else { return Recourse(end: .failed) }
    if let basis {
      let result = solved(at: x, from: basis, run)
      if result.end != .failed { return result }
    }
    if let basis = coldBasis(at: x, run) { return solved(at: x, from: basis, run) }
    return Recourse(end: run.mustStop == nil ? .failed : .stopped)
  }

  private func solved(
    at x: [Double], from basis: Basis, _ run: SolveContext
  ) -> Recourse {
    let scaling = pattern.scaling
    let simplex = simplex(at: x)
    simplex.mustStop = { run.mustStop != nil }
    simplex.iterationLimit = 50_000 + 10 * pattern.rows.count
    simplex.setBasis(basis)
    let end = simplex.solve()
    var result = Recourse(end: .failed)
    result.iterations = simplex.iterations
    switch end {
    case .optimal:
      result.end = .optimal
      result.basis = simplex.basis
      result.point = decision.indices.map { j in
        decision[j] < 0 ? 0 : x[Int(decision[j])] * factor[j]
      }
      for (p, j) in pattern.columns.enumerated() {
        let value = simplex.x[p] * scaling.column[p] / scaling.bound
        result.point[Int(j)] = min(
          max(value, program.columnLower[Int(j)]), program.columnUpper[Int(j)])
      }
      setSubgradient(simplex.point.duals, decisionCount: x.count, &result)
      if result.verification?.isFeasible == false {
        result.rows = brokenRows(at: x)
        result.end = result.rows.isEmpty ? .failed : .infeasible
      }
    case .infeasible:
      let ray = simplex.farkas ?? []
      for sign in [1.0, -1.0] {
        let y = ray.indices.map { sign * ray[$0] * scaling.row[$0] }
        if proves(y, at: x, &result) {
          result.end = .infeasible
          break
        }
      }
    case .stopped: result.end = .stopped
    default: break
    }
    return result
  }

  private func simplex(at x: [Double]) -> Simplex {
    let (scaling, columns, rows) = (pattern.scaling, pattern.columns, pattern.rows)
    var value = [Double](repeating: 0, count: pattern.source.count)
    var cost: [Double] = []
    var lower: [Double] = []
    var upper: [Double] = []
    cost.reserveCapacity(columns.count)
    lower.reserveCapacity(columns.count + rows.count)
    upper.reserveCapacity(columns.count + rows.count)
    for (p, j) in columns.enumerated() {
      for e in pattern.start[p]..<pattern.start[p + 1] {
        value[e] =
          program.coefficient[Int(pattern.source[e])] * scaling.row[Int(pattern.index[e])]
          * scaling.column[p]
      }
      cost.append(program.cost[Int(j)] * scaling.objective * scaling.column[p])
      lower.append(program.columnLower[Int(j)] * scaling.bound / scaling.column[p])
      upper.append(program.columnUpper[Int(j)] * scaling.bound / scaling.column[p])
    }
    for (r, i) in rows.enumerated() {
      let decided = decided(Int(i), at: x)
      lower.append((program.rowLower[Int(i)] - decided) * scaling.row[r] * scaling.bound)
      upper.append((program.rowUpper[Int(i)] - decided) * scaling.row[r] * scaling.bound)
    }
    return Simplex(
      ColumnMatrix(rowCount: rows.count, start: pattern.start, index: pattern.index, value: value),
      lower: lower, upper: upper, cost: cost)
  }

  /// The activity of the shared decisions in a row.
  private func decided(_ i: Int, at x: [Double]) -> Double {
    var sum = 0.0
    for k in program.rowStart[i]..<program.rowStart[i + 1] {
      let j = Int(program.columnIndex[k])
      if decision[j] >= 0 { sum += program.coefficient[k] * factor[j] * x[Int(decision[j])] }
    }
    return sum
  }

  /// The optimal basis of a cold solve.
  private func coldBasis(at x: [Double], _ run: SolveContext) -> Basis? {
    var part = LinearProgram()
    var place = [Int](repeating: -1, count: program.columnCount)
    for j in pattern.columns {
      place[Int(j)] = part.addColumn(
        lower: program.columnLower[Int(j)], upper: program.columnUpper[Int(j)],
        cost: program.cost[Int(j)])
    }
    for i in pattern.rows {
      for k in program.rowStart[Int(i)]..<program.rowStart[Int(i) + 1] {
        let p = place[Int(program.columnIndex[k])]
        if p >= 0 { part.addEntry(p, program.coefficient[k]) }
      }
      let decided = decided(Int(i), at: x)
      part.finishRow(
        lower: program.rowLower[Int(i)] - decided, upper: program.rowUpper[Int(i)] - decided)
    }
    var options = SolverOptions()
    options.cancellation = run.options.cancellation
    options.timeLimit = run.options.timeLimit.map { max(0, $0 - run.seconds) }
    switch try? LinearProgramming.solve(part, options) {
    case .optimal(let found): return found.basis
    case .none, .infeasible: return Basis.standard(for: part)
    default: return nil
    }
  }

  /// A multiplier and the bound of the row that its sign refers to; 0 where that is infinite.
  private func multiplierAndBound(_ y: Double, _ i: Int) -> (multiplier: Double, bound: Double) {
    let bound = y > 0 ? program.rowLower[i] : program.rowUpper[i]
    return y != 0 && bound.isFinite ? (y, bound) : (0, 0)
  }

  /// Sets the subgradient and verification that follow from the simplex' multipliers of the own rows.
  private func setSubgradient(_ duals: [Double], decisionCount: Int, _ result: inout Recourse) {
    let scaling = pattern.scaling
    var reduced = program.cost
    var multipliers = [Double](repeating: 0, count: program.rowCount)
    for (r, i) in pattern.rows.enumerated() where duals[r] != 0 {
      let multiplier = duals[r] * scaling.row[r] / scaling.objective
      multipliers[Int(i)] = multiplier
      subtract(Int(i), times: multiplier, from: &reduced)
    }
    result.slope = sums(reduced, decisionCount)
    result.verification =
      program.measure(values: result.point, duals: multipliers, scaling: pattern.wholeScaling)
      .verification
  }

  /// Sums of a quantity of the columns by shared decision.
  private func sums(_ figure: [Double], _ decisionCount: Int) -> [Double] {
    var result = [Double](repeating: 0, count: decisionCount)
    for j in decision.indices where decision[j] >= 0 {
      result[Int(decision[j])] += figure[j] * factor[j]
    }
    return result
  }

  /// Rows of shared decisions alone.
  public var decisionRows: [Recourse.Row] { pattern.sharedRows.map { row(Int($0)) } }

  /// Rows of shared decisions alone that these violate, as `Verification` measures it.
  public func brokenRows(at x: [Double]) -> [Recourse.Row] {
    pattern.sharedRows.compactMap { i in
      var (sum, size, reach) = (0.0, 0.0, 0.0)
      for k in program.rowStart[Int(i)]..<program.rowStart[Int(i) + 1] {
        let j = Int(program.columnIndex[k])
        let term = program.coefficient[k] * factor[j] * x[Int(decision[j])]
        sum += term
        size += abs(term)
        let most = pattern.wholeScaling.column[j] / pattern.wholeScaling.bound
        let box = max(abs(program.columnLower[j]), abs(program.columnUpper[j]))
        reach += abs(program.coefficient[k]) * min(box, most)
      }
      let (lower, upper) = (program.rowLower[Int(i)], program.rowUpper[Int(i)])
      let bound = lower - sum > sum - upper ? lower : upper
      let isBroken =
        max(lower - sum, sum - upper)
        > Verification.tolerance * max(size + abs(bound), 1e-3 * reach)
      return isBroken ? row(Int(i)) : nil
    }
  }

  private func row(_ i: Int) -> Recourse.Row {
    let entries = program.rowStart[i]..<program.rowStart[i + 1]
    let columns = entries.map { Int(program.columnIndex[$0]) }
    return Recourse.Row(
      decisions: columns.map { Int(decision[$0]) },
      values: zip(entries, columns).map { program.coefficient[$0] * factor[$1] },
      lower: program.rowLower[i], upper: program.rowUpper[i])
  }

  private func subtract(_ i: Int, times multiplier: Double, from reduced: inout [Double]) {
    for k in program.rowStart[i]..<program.rowStart[i + 1] {
      reduced[Int(program.columnIndex[k])] -= multiplier * program.coefficient[k]
    }
  }

  /// Whether multipliers prove that the recourse problem is infeasible; sets the feasibility cut that follows.
  private func proves(_ y: [Double], at x: [Double], _ result: inout Recourse) -> Bool {
    let largest = y.reduce(0) { max($0, abs($1)) }
    var reduced = [Double](repeating: 0, count: program.columnCount)
    var sum = CompensatedSum(0)
    for (r, i) in pattern.rows.enumerated() where abs(y[r]) > 1e-12 * largest {
      let (multiplier, bound) = multiplierAndBound(y[r], Int(i))
      if multiplier == 0 {
        if abs(y[r]) > 1e-9 * largest { return false }
        continue
      }
      sum.add(multiplier, times: bound)
      subtract(Int(i), times: multiplier, from: &reduced)
    }
    for (p, j) in pattern.columns.enumerated() {
      // The greatest activity of the own columns.
      let q = reduced[Int(j)]
      if abs(q) * pattern.scaling.column[p] <= 1e-12 * largest { continue }
      let bound = q > 0 ? program.columnLower[Int(j)] : program.columnUpper[Int(j)]
      if !bound.isFinite { return false }
      sum.add(q, times: bound)
    }
    let slope = sums(reduced, x.count)
    let size = slope.reduce(0) { max($0, abs($1)) }
    guard size > 0, zip(slope, x).reduce(sum.value, { $0 + $1.0 * $1.1 }) > 0 else { return false }
    let decisions = slope.indices.filter { slope[$0] != 0 }
    result.rows = [
      Recourse.Row(
        decisions: decisions, values: decisions.map { slope[$0] / size }, lower: -.infinity,
        upper: -sum.value / size)
    ]
    return true
  }
}
