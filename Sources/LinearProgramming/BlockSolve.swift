import CGLPK

/// Solves a program whose columns are shared or belong to one block each, block by block on all cores, by a
/// proximal interior point method on Schur complements. No basis comes of it; the answer is verified like any
/// other, against the program as given.
///
/// - Parameters:
///   - program: whole-number rules are ignored.
///   - blockOfColumn: from 0, or −1 for shared columns. Each row may have own columns of one block only.
///   - gapTolerance: relative gap up to which the answer counts as optimal.
/// - Throws: `SolverError.invalidProgram` if a number is not finite or bounds cross.
/// - Complexity: each iteration is linear in the number of blocks.
public func solveByBlocks(
  _ program: LinearProgram, blockOfColumn: [Int32], blockCount: Int,
  options: SolverOptions = SolverOptions(), gapTolerance: Double = 1e-5
) throws(SolverError) -> Outcome {
  try program.check()
  let run = try SolverRun(options)
  guard let solve = BlockwiseSolve(program, blockOfColumn, blockCount, run, gapTolerance) else {
    return .stopped(.failed)
  }
  return solve.outcome()
}

/// One call of `solveByBlocks`.
private struct BlockwiseSolve {
  let program: LinearProgram
  let run: SolverRun
  let gapTolerance: Double
  private let angular: BlockAngularProgram
  private let scaling: Scaling
  private let method: BlockInteriorPoint
  /// Of the scaled objective's unit.
  private let unit: Double

  init?(
    _ program: LinearProgram, _ blockOfColumn: [Int32], _ blockCount: Int, _ run: SolverRun,
    _ gapTolerance: Double
  ) {
    self.program = program
    self.run = run
    self.gapTolerance = gapTolerance
    angular = BlockAngularProgram(program, blockOfColumn: blockOfColumn)
    scaling = Scaling(for: angular.program)
    let matrix = ColumnMatrix(angular.program, scaling)
    let columns = angular.program.scaledColumnBounds(scaling)
    let rows = angular.program.scaledRowBounds(scaling)
    let (top, parts, linkCount) = angular.parts(
      blockCount: blockCount, matrix: matrix, lower: columns.lower + rows.lower,
      upper: columns.upper + rows.upper, cost: scaling.scaledCosts(angular.program.cost))
    unit = 1 / (scaling.objective * scaling.bound)
    guard let system = BlockSystem(parts, top: top, linkCount: linkCount),
      let method = BlockInteriorPoint(system)
    else { return nil }
    self.method = method
  }

  func outcome() -> Outcome {
    let begin = lpk_now()
    let mustStop = { run.mustStop != nil }
    var wanted = 0.3 * gapTolerance
    var best: (solution: Solution, doubt: String?)?
    guard method.start(mustStop: mustStop) else { return stopped(begin) }
    while method.iterations < 150 {
      let state = method.measure()
      if !state.isFinite { break }
      let value = state.objective * unit + program.objectiveOffset
      let gap = state.complementarity * unit / max(abs(value), 1e-3 * unit)
      run.iterations = method.iterations
      run.reportInterior(
        method.iterations, value, max(state.primal, state.dual, gap),
        bound: state.dual < 1e-6 ? state.bound * unit + program.objectiveOffset : nil)
      if gap <= wanted && state.primal <= 1e-7 && state.dual <= 1e-7 {
        let found = finished(mustStop)
        if found.doubt == nil || wanted < 1e-3 * gapTolerance {
          best = found
          break
        }
        best = found
        wanted *= 0.5
      }
      if !method.advance(state, mustStop: mustStop) { return stopped(begin) }
    }
    guard let best else { return stopped(begin) }
    run.log("interior point by blocks", best.doubt ?? "optimal", iterations: 0, since: begin)
    return best.doubt.map { .unverified(best.solution, reason: $0) } ?? .optimal(best.solution)
  }

  private func stopped(_ begin: Double) -> Outcome {
    run.log("interior point by blocks", "no optimum", iterations: 0, since: begin)
    return .stopped(run.mustStop ?? .stalled)
  }

  /// The point with its rows met, measured against the program as given.
  private func finished(_ mustStop: () -> Bool) -> (solution: Solution, doubt: String?) {
    var x = [Double](repeating: 0, count: program.columnCount)
    var y = [Double](repeating: 0, count: angular.program.rowCount)
    for part in [method.top] + method.parts {
      for (k, j) in part.columns.enumerated() where Int(j) < program.columnCount {
        x[Int(j)] = part.x[k] * scaling.column[Int(j)] / scaling.bound
      }
      for (k, i) in part.rows.enumerated() {
        y[Int(i)] = part.y[k] * scaling.row[Int(i)] / scaling.objective
      }
    }
    let duals = angular.rowPlace.map { $0 < 0 ? 0 : y[$0] }
    let begin = lpk_now()
    let measured = program.measure(
      values: x, duals: duals, scaling: Scaling(for: program), gapTolerance: gapTolerance)
    run.verificationSeconds += lpk_now() - begin
    let solution = Solution(
      columnValues: measured.columnValues, rowActivities: measured.rowActivities, rowDuals: duals,
      reducedCosts: measured.reducedCosts, objective: measured.verification.primalObjective,
      basis: nil, verification: measured.verification, iterations: method.iterations,
      seconds: run.seconds, verificationSeconds: run.verificationSeconds, attempts: run.attempts)
    return (solution, measured.verification.doubt)
  }
}
