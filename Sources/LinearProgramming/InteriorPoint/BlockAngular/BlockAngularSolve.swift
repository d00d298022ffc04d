import LinearAlgebra
import Support

/// Solves a block-angular program, whose columns are shared (first stage) or belong to one diagonal block, by a proximal
/// interior point method on Schur complements, with the blocks on all cores. The answer has no basis; it is verified
/// like any other, against the program as given.
///
/// - Parameters:
///   - program: integrality is ignored.
///   - blockOfColumn: from 0, or −1 for shared columns. Each row may have own columns of one block only.
///   - gapTolerance: relative gap up to which the answer counts as optimal.
/// - Throws: `SolverError.invalidProgram` if a number is not finite or bounds cross.
/// - Complexity: each iteration is linear in the number of blocks.
public func solveByBlocks(
  _ program: LinearProgram, blockOfColumn: [Int32], blockCount: Int,
  options: SolverOptions = SolverOptions(), gapTolerance: Double = 1e-5
) throws(SolverError) -> Outcome {
  try program.check()
  let run = try SolveContext(options)
  guard let solve = BlockAngularSolve(program, blockOfColumn, blockCount, run, gapTolerance) else {
    return .stopped(.failed)
  }
  return solve.outcome()
}

/// One call of `solveByBlocks`.
private struct BlockAngularSolve {
  let program: LinearProgram
  let run: SolveContext
  let gapTolerance: Double
  private let forced: ForcingConstraints
  /// By row of the program: its id in the block-angular one, −1 where presolve removed it.
  private let rowPlace: [Int32]
  /// Of the objective of the block-angular program.
  private let offset: Double
  /// Of the block-angular program.
  private let scaling: Scaling
  private let top: BlockPart
  private let parts: [BlockPart]
  private let linkCount: Int
  private let begin = monotonicSeconds()
  /// The size of one unit of the scaled objective.
  private let unit: Double

  init?(
    _ program: LinearProgram, _ blockOfColumn: [Int32], _ blockCount: Int, _ run: SolveContext,
    _ gapTolerance: Double
  ) {
    self.program = program
    self.run = run
    self.gapTolerance = gapTolerance
    forced = ForcingConstraints(program, sharedRows: program.sharedRows(blockOfColumn))
    let presolved = forced.presolvedProgram()
    let angular = BlockAngularProgram(
      presolved.program,
      blockOfColumn: zip(blockOfColumn, forced.isFixed).map { $1 ? BlockAngularProgram.out : $0 })
    scaling = Scaling(for: angular.program)
    let matrix = ColumnMatrix(angular.program, scaling)
    let columns = angular.program.scaledColumnBounds(scaling)
    let rows = angular.program.scaledRowBounds(scaling)
    (top, parts, linkCount) = angular.parts(
      blockCount: blockCount, matrix: matrix, lower: columns.lower + rows.lower,
      upper: columns.upper + rows.upper, cost: scaling.scaledCosts(angular.program.cost))
    unit = 1 / (scaling.objective * scaling.bound)
    offset = angular.program.objectiveOffset
    var rowPlace = [Int32](repeating: -1, count: program.rowCount)
    for (i, place) in zip(presolved.rows, angular.rowPlace) {
      rowPlace[i] = Int32(truncatingIfNeeded: place)
    }
    self.rowPlace = rowPlace
  }

  private static let (mostIterations, mostPoorIterations) = (200, 25)
  /// How often the point is measured against the program at most, and how many steps are rejected.
  private static let (mostChecks, mostRejectedSteps) = (10, 6)
  /// The largest primal infeasibility for which feasibility restoration is tried.
  private static let mostRestored = 1e-3
  /// What a usable point may take once the solve has been asked to end.
  private static let mostSecondsAfterStop = 1.0

  func outcome() -> Outcome {
    let mustStop = { [run] in run.mustStop != nil }
    guard
      let system = BlockSystem(parts, top: top, linkCount: linkCount, mustStop: mustStop),
      let method = BlockInteriorPoint(system)
    else { return .stopped(run.mustStop ?? .failed) }
    guard method.start(mustStop: mustStop) else { return stopped() }
    // Convergence is fast at the end: a step or two beyond the gap tolerance add digits to the solution.
    let wanted = 0.03 * gapTolerance
    var checks = 0
    var (former, rejectedSteps) = (Double.infinity, 0)
    var best: (solution: Solution, doubt: String?)?
    var progress = ConvergenceProgress(goals: [1e-8, 1e-6, wanted])
    for _ in 0..<BlockAngularSolve.mostIterations {
      var state = method.measure()
      if state.primal > 1e-9, state.primal > 100 * former,
        rejectedSteps < BlockAngularSolve.mostRejectedSteps
      {
        method.rejectStep()
        rejectedSteps += 1
        state = method.measure()
      }
      former = state.primal
      if !state.isFinite { break }
      let value = state.objective * unit + offset
      // At most the size that the verification divides by.
      let size = abs(program.objectiveOffset) + abs(state.objective * unit)
      let scale = max(abs(value), 0.01 * size, 1e-3 * unit) / unit
      let gap = state.complementarity / scale
      let error = max(state.primal, state.dual, gap)
      run.iterations += 1
      run.reportInterior(
        run.iterations, value, error,
        bound: state.dual < 1e-6 ? state.bound * unit + offset : nil)
      if gap <= wanted, state.primal <= 1e-8, state.dual <= 1e-6 {
        let found = finished(method, isLast: false, mustStop)
        if best == nil || found.doubt == nil { best = found }
        if found.doubt == nil { break }
        checks += 1
        if checks > BlockAngularSolve.mostChecks { break }
        method.measure()
      }
      method.leastComplementarity = 1e-3 * gapTolerance * scale
      progress.note([state.primal, state.dual, gap])
      if progress.poorSteps >= BlockAngularSolve.mostPoorIterations { break }
      if !method.advance(state, mustStop: mustStop) { return interrupted(method, state) }
    }
    var end = best
    if end == nil || end?.doubt != nil {
      let last = finished(method, isLast: true, mustStop)
      if end == nil || last.doubt == nil { end = last }
    }
    guard let end else { return stopped() }
    run.log(.blockInteriorPoint, end.doubt ?? "optimal", since: begin)
    if end.doubt != nil, !end.solution.verification.isFeasible { return stopped() }
    return end.doubt.map { .unverified(end.solution, reason: $0) } ?? .optimal(end.solution)
  }

  /// The current point, if it can be made feasible: better than none.
  private func interrupted(_ method: BlockInteriorPoint, _ state: BlockInteriorPoint.State)
    -> Outcome
  {
    guard state.primal <= 1e-3, let reason = run.mustStop else { return stopped() }
    let end = monotonicSeconds() + BlockAngularSolve.mostSecondsAfterStop
    method.restoreFeasibility(mustStop: { monotonicSeconds() > end })
    let found = measured()
    guard found.solution.verification.isFeasible else { return stopped() }
    run.log(.blockInteriorPoint, "interrupted", since: begin)
    return .feasible(found.solution, reason)
  }

  private func stopped() -> Outcome {
    run.log(.blockInteriorPoint, "no optimum", since: begin)
    return .stopped(run.mustStop ?? .stalled)
  }

  /// The verified point, after feasibility restoration where that is needed and may be enough.
  ///
  /// - Parameter isLast: whether to restore feasibility although the gap is too large.
  private func finished(
    _ method: BlockInteriorPoint, isLast: Bool, _ mustStop: () -> Bool
  ) -> (solution: Solution, doubt: String?) {
    let found = measured()
    let verification = found.solution.verification
    if found.doubt == nil || verification.primalInfeasibility > BlockAngularSolve.mostRestored
      || !isLast && verification.relativeGap > gapTolerance
    {
      return found
    }
    method.restoreFeasibility(mustStop: mustStop)
    let moved = measured()
    if moved.doubt == nil { return moved }
    method.undoRestoration()
    return found
  }

  /// The point measured against the program as given.
  private func measured() -> (solution: Solution, doubt: String?) {
    var x = forced.value
    var y = [Double](repeating: 0, count: scaling.row.count)
    for part in [top] + parts {
      for (k, j) in part.columns.enumerated() where Int(j) < program.columnCount {
        x[Int(j)] = part.x[k] * scaling.column[Int(j)] / scaling.bound
      }
      for (k, i) in part.rows.enumerated() {
        y[Int(i)] = part.y[k] * scaling.row[Int(i)] / scaling.objective
      }
    }
    let begin = monotonicSeconds()
    var duals = rowPlace.map { $0 < 0 ? 0 : y[Int($0)] }
    forced.postsolve(&duals)
    let measured = program.measure(
      values: x, duals: duals, scaling: Scaling(for: program), gapTolerance: gapTolerance)
    run.verificationSeconds += monotonicSeconds() - begin
    let solution = Solution(
      columnValues: measured.columnValues, rowActivities: measured.rowActivities, rowDuals: duals,
      reducedCosts: measured.reducedCosts, objective: measured.verification.primalObjective,
      basis: nil, verification: measured.verification, iterations: run.iterations,
      seconds: run.seconds, verificationSeconds: run.verificationSeconds, attempts: run.attempts)
    return (solution, measured.verification.doubt)
  }
}

extension LinearProgram {
  /// Rows without columns of a diagonal block, ascending.
  fileprivate func sharedRows(_ blockOfColumn: [Int32]) -> [Int] {
    (0..<rowCount).filter { i in
      columnIndex[rowStart[i]..<rowStart[i + 1]].allSatisfy { blockOfColumn[Int($0)] < 0 }
    }
  }
}
