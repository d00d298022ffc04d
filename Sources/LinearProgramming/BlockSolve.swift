import CGLPK

/// Solves a program whose columns are shared or belong to one block each, block by block on all cores, by the
/// interior point method on Schur complements. No basis comes of it; the answer is verified like any other,
/// against the program as given.
///
/// - Parameters:
///   - program: whole-number rules are ignored.
///   - blockOfColumn: from 0, or −1 for shared columns. Each row may have own columns of one block only.
///   - gapTolerance: relative gap up to which the answer counts as optimal.
///   - factorsBlocks: whether blocks get factors of their own even where one factor of everything would fit.
/// - Throws: `SolverError.invalidProgram` if a number is not finite or bounds cross.
/// - Complexity: each iteration is linear in the number of blocks.
public func solveByBlocks(
  _ program: LinearProgram, blockOfColumn: [Int32], blockCount: Int,
  options: SolverOptions = SolverOptions(), gapTolerance: Double = 1e-5,
  factorsBlocks: Bool = false
) throws(SolverError) -> Outcome {
  try program.check()
  let run = try SolverRun(options)
  let angular = BlockAngularProgram(program, blockOfColumn: blockOfColumn)
  let scaling = Scaling(for: angular.program)
  let matrix = ColumnMatrix(angular.program, scaling)
  let columns = angular.program.scaledColumnBounds(scaling)
  let rows = angular.program.scaledRowBounds(scaling)
  let begin = lpk_now()
  // One factor of everything keeps more digits; where it would be too dense, a factor a block.
  let whole =
    factorsBlocks
    ? nil
    : NormalFactor(
      rows: matrix.rowCount, start: matrix.start, index: matrix.index, value: matrix.value,
      mustStop: { run.mustStop != nil })
  let parts =
    whole == nil
    ? BlockFactor(
      matrix: matrix, blockOfRow: angular.blockOfRow, blockOfColumn: angular.blockOfColumn,
      blockCount: blockCount) : nil
  guard let factor: any NormalEquations = whole ?? parts,
    var method = InteriorPoint(
      matrix: matrix, lower: columns.lower + rows.lower, upper: columns.upper + rows.upper,
      cost: scaling.scaledCosts(angular.program.cost), factor: factor)
  else { return .stopped(.failed) }
  if whole == nil { method.proximal = 1e-6 }
  let unit = 1 / (scaling.objective * scaling.bound)
  let offset = program.objectiveOffset
  run.objectiveFactor = unit
  let mustStop = { run.mustStop != nil }
  let tolerance = min(1e-7, 0.01 * gapTolerance)
  let point = method.solve(tolerance: tolerance, mustStop: mustStop) { count, objective, error in
    run.iterations = count
    // Near the end the largest error is the gap.
    let value = objective * unit + offset
    run.reportInterior(
      count, value, error, bound: error < 0.1 ? value - error * (unit + abs(objective * unit)) : nil
    )
  }
  guard let point = point.map({ method.restored($0, mustStop: mustStop) }) else {
    run.log("interior point by blocks", "no optimum", iterations: 0, since: begin)
    return .stopped(run.mustStop ?? .stalled)
  }
  var x = Array(point.x[..<angular.originalColumns])
  for j in x.indices { x[j] *= scaling.column[j] / scaling.bound }
  var y = [Double](repeating: 0, count: program.rowCount)
  for (i, row) in angular.rowPlace.enumerated() where row >= 0 {
    y[i] = point.y[row] * scaling.row[row] / scaling.objective
  }
  let verifying = lpk_now()
  let measured = program.measure(
    values: x, duals: y, scaling: Scaling(for: program), gapTolerance: gapTolerance)
  run.verificationSeconds += lpk_now() - verifying
  run.log("interior point by blocks", "optimal", iterations: 0, since: begin)
  let solution = Solution(
    columnValues: measured.columnValues, rowActivities: measured.rowActivities, rowDuals: y,
    reducedCosts: measured.reducedCosts, objective: measured.verification.primalObjective,
    basis: nil, verification: measured.verification, iterations: point.iterations,
    seconds: run.seconds, verificationSeconds: run.verificationSeconds, attempts: run.attempts)
  if let doubt = measured.verification.doubt { return .unverified(solution, reason: doubt) }
  return .optimal(solution)
}
