import Allocation
import LinearProgramming
import SupplyChain
import Support

/// The near-optimal plans, whose objective is within a fraction ε of the best: the program with the row
/// `objective ≤ best + ε·|best|` (`HeldObjective`), in which linear measures are minimised and maximised one after the
/// other, each solve warm in one session.
struct NearOptimal {
  let program: LinearProgram
  /// The objective up to which a plan counts, in its unit.
  let allowed: Double
  private let objective: ObjectiveVector
  private var basis: Basis?
  private let settings: RunSettings

  /// - Parameter held: the objectives that are kept near their best values, the first one first.
  init(
    _ allocation: AllocationProgram, held: [(vector: ObjectiveVector, best: Double)],
    within: Double, basis: Basis?, _ settings: RunSettings
  ) throws(StudyEnd) {
    guard let first = held.first else { throw .notVerified("there is no objective") }
    var program = allocation.program
    for (vector, best) in held {
      let row = HeldObjective(vector)
      program.addRow(
        lower: -.infinity, upper: row.upperBound(best: best, within: within), row.terms)
    }
    program.objectiveOffset = 0
    self.program = program
    allowed = HeldObjective.allowed(best: first.best, within: within)
    objective = first.vector
    // A basis of a later objective has rows for those before it.
    self.basis = basis.map {
      let rows = $0.rows.prefix(allocation.program.rowCount + held.count)
      return Basis(
        columns: $0.columns,
        rows: rows
          + Array(repeating: .basic, count: allocation.program.rowCount + held.count - rows.count))
    }
    self.settings = settings
  }

  /// Runs `body` with a session on this thread.
  func search<Result>(_ body: (Search) throws(StudyEnd) -> Result) throws(StudyEnd) -> Result {
    let session: SolverSession
    do throws(SolverError) {
      session = try SolverSession(program)
    } catch {
      throw .notVerified("\(error)")
    }
    defer { session.end() }
    do throws(SolverError) {
      if let basis, basis.basicCount == program.rowCount,
        basis.columns.count == program.columnCount
      {
        try session.setBasis(basis)
      }
    } catch {
      throw .notVerified("\(error)")
    }
    return try body(Search(session: session, near: self, settings: settings))
  }

  /// Measures within the near-optimal plans; belongs to its thread.
  struct Search {
    fileprivate let session: SolverSession
    let near: NearOptimal
    fileprivate let settings: RunSettings

    /// The same plans, for searches that begin where this one stands.
    var standing: NearOptimal {
      var result = near
      result.basis = (try? session.basis()) ?? near.basis
      return result
    }

    /// The least of Σ weights·x, and a plan that has it.
    func least(_ weights: [Double]) throws(StudyEnd) -> (value: Double, point: [Double]) {
      var options = SolverOptions()
      options.cancellation = settings.cancellation
      let outcome: Outcome
      do throws(SolverError) {
        // Costs near 1 keep the solver's tolerances meaningful.
        let largest = weights.reduce(0) { max($0, abs($1)) }
        let factor = largest > 0 ? 1 / largest : 1
        try session.setCosts(weights.map { $0 * factor }, offset: 0)
        outcome = try session.solve(options)
      } catch {
        throw .notVerified("\(error)")
      }
      switch outcome {
      case .optimal(let solution):
        var sum = CompensatedSum()
        for (weight, x) in zip(weights, solution.columnValues) where weight != 0 {
          sum.add(weight * x)
        }
        try check(solution.columnValues)
        return (sum.value, solution.columnValues)
      case .feasible(_, .interrupted), .stopped(.interrupted): throw .interrupted
      case .unverified(_, let reason): throw .notVerified(reason)
      default: throw .notVerified("a near-optimal plan could not be searched for")
      }
    }

    func most(_ weights: [Double]) throws(StudyEnd) -> (value: Double, point: [Double]) {
      let found = try least(weights.map { -$0 })
      return (-found.value, found.point)
    }

    /// Every plan that is used must be within ε by our own sum.
    private func check(_ point: [Double]) throws(StudyEnd) {
      let value = near.objective.value(at: point)
      guard value <= near.allowed + 1e-7 * max(abs(near.allowed), 1e-2) else {
        throw .notVerified("a plan is not within the fraction asked for")
      }
    }
  }
}
