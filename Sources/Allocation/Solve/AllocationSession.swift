import LinearProgramming
import SupplyChain

/// Runs `body` with a session that solves related models one after another, keeping one program in the
/// solver's memory, and frees that memory afterwards, on this thread.
///
///     let solutions = withAllocationSession { session in
///       let base = session.solve(AllocationProgram(model))
///       return session.solve(AllocationProgram(banned), from: base.warmStart)
///     }
public func withAllocationSession<Result>(
  _ body: (AllocationSession) throws -> Result
) rethrows -> Result {
  let session = AllocationSession()
  defer { session.end() }
  return try body(session)
}

/// Belongs to the thread that made it; see `withAllocationSession`.
public final class AllocationSession {
  private var session: SolverSession?

  fileprivate init() {}

  fileprivate func end() {
    session?.end()
    session = nil
  }

  /// Solves; never throws: what goes wrong is in the solution's status and reason.
  ///
  /// - Parameter start: where a related program ended; the answer does not depend on it but for ties.
  public func solve(
    _ allocation: AllocationProgram, from start: WarmStart? = nil,
    settings: AllocationSettings = AllocationSettings()
  ) -> AllocationSolution {
    do {
      let current = try session ?? SolverSession(LinearProgram())
      session = current
      let solution = LexicographicSolve(allocation, from: start, settings).run(in: current)
      // A session in which the solver failed holds nothing worth keeping.
      if solution.status == .failed { end() }
      return solution
    } catch {
      return .failed("\(error)")
    }
  }
}

/// Where the solve of one program ended, for another to start from: its bases by what columns and rows mean.
public struct WarmStart: Sendable {
  let columns: [ColumnKey]
  let rows: [RowKey]
  let stages: [Basis?]
  /// How near the programs are that start from here.
  let nearness: SolveStrategy.Nearness

  /// - Parameters:
  ///   - firstStageOnly: whether later objectives start where the one before them ends rather than where they
  ///     ended themselves; faster where the programs differ much, slower where they hardly do.
  public init(
    _ allocation: AllocationProgram, _ solution: AllocationSolution, firstStageOnly: Bool = false,
    nearness: SolveStrategy.Nearness = .related
  ) {
    self.nearness = nearness
    columns = allocation.columns
    rows = allocation.rows
    stages = (firstStageOnly ? solution.stages.prefix(1) : solution.stages[...]).map(\.basis)
  }

  /// - Parameter basis: of the program's own rows, for the first objective.
  init(_ allocation: AllocationProgram, basis: Basis, nearness: SolveStrategy.Nearness) {
    self.nearness = nearness
    columns = allocation.columns
    rows = allocation.rows
    var padded = basis
    padded.rows += Array(repeating: .basic, count: max(0, allocation.objectives.count - 1))
    stages = [padded]
  }

  /// Where the first objective of a related program starts: a basis of its own rows, none held.
  func firstBasis(for next: AllocationProgram) -> Basis? {
    guard var basis = basis(of: 0, for: next) else { return nil }
    basis.rows = Array(basis.rows.prefix(next.rows.count))
    return basis
  }

  /// Where a later objective of a related program starts whose rows that hold objectives come one by one: with those of
  /// the objectives before it alone.
  func laterBasis(of stage: Int, for next: AllocationProgram) -> Basis? {
    guard stage > 0, var basis = basis(of: stage, for: next) else { return nil }
    basis.rows = Array(basis.rows.prefix(next.rows.count + stage))
    return basis.basicCount == basis.rows.count ? basis : nil
  }

  /// The basis that a stage of `next` starts from: every column and row in the state of its namesake, those
  /// without one at rest; it may need repair.
  func basis(of stage: Int, for next: AllocationProgram) -> Basis? {
    guard stage < stages.count, let known = stages[stage] else { return nil }
    let heldCount = next.objectives.count - 1
    guard known.rows.count == rows.count + heldCount else { return nil }
    if columns == next.columns && rows == next.rows { return known }
    let columnState = Dictionary(
      zip(columns, known.columns), uniquingKeysWith: { first, _ in first })
    let rowState = Dictionary(zip(rows, known.rows), uniquingKeysWith: { first, _ in first })
    let program = next.program
    let basis = Basis(
      columns: next.columns.enumerated().map { j, key in
        let state = columnState[key]
        if state == .basic { return .basic }
        let (lower, upper) = (program.columnLower[j], program.columnUpper[j])
        if state == .atUpper, upper.isFinite, lower != upper { return .atUpper }
        return Basis.resting(lower, upper)
      },
      rows: next.rows.enumerated().map { i, key in
        guard let state = rowState[key], state != .basic else { return .basic }
        let (lower, upper) = (program.rowLower[i], program.rowUpper[i])
        if state == .atUpper, upper.isFinite, lower != upper { return .atUpper }
        return Basis.resting(lower, upper)
      } + known.rows.suffix(heldCount))
    return basis.basicCount == basis.rows.count
      ? basis : basis.repaired(for: next.programWithHeldRows)
  }
}

extension AllocationProgram {
  /// Whether the basis of a related program is where a solve of this one should begin: what callers ask before they
  /// find or keep one, and what the solve itself goes by.
  public func startUse(_ nearness: SolveStrategy.Nearness) -> SolveStrategy.StartUse {
    SolveStrategy.startUse(SolveStrategy.Shape(program), nearness)
  }
}
