import LinearProgramming
import SupplyChain

/// What a certificate proves about a model, found without a solver and without rounding.
public struct PlanProof: Sendable {
  /// One objective.
  public struct Stage: Sendable {
    public var objective: Objective
    /// The plan's value, rounded up.
    public var value: Double
    /// No plan that holds the objectives before is below this; nil where nothing is proven.
    public var bound: Double?
    /// (value − bound) against the larger of the two.
    public var relativeGap: Double
    /// Whether the gap is within 1e-7 and what the objective was held to.
    public var isProven: Bool
    /// The basis solved over the rationals; nil where none was given or asked for.
    public var exact: ExactBasisVerdict?
  }

  public enum Verdict: Sendable, Equatable {
    /// A plan, and no better one exists.
    case optimal
    /// A plan of whole numbers; how much better another could be is known, that none is better is the
    /// tree search's word.
    case withinGap
    /// A plan whose distance from the best is not proven small.
    case feasible
    /// No plan exists.
    case infeasible
    /// The certificate does not prove what it says.
    case notProven(String)
  }

  public var verdict: Verdict
  /// The plan measured in exact arithmetic; nil where there is none.
  public var point: ExactPoint?
  /// Where the plan misses a row by most; nil where every row holds exactly.
  public var worstRow: String?
  public var stages: [Stage]
  /// For infeasible models: by how much the conflict is one, relative to its terms.
  public var conflictMargin: Double?
  /// Whether the program has the numbers that the certificate was made for.
  public var isSameProgram: Bool
  public var isMixed: Bool
  public var rowCount: Int
  public var columnCount: Int

  /// The largest violation of a row that a plan may have, against the size of the row's terms.
  public static let tolerance = Verification.tolerance

  /// Checks a certificate against the program of a model.
  ///
  /// - Parameter solvesBases: whether bases are solved over the rationals too, which can take seconds.
  public init(
    _ certificate: PlanCertificate, _ allocation: AllocationProgram, solvesBases: Bool = true
  ) {
    let program = allocation.program
    isSameProgram = certificate.fingerprint == program.fingerprint
    isMixed = program.integerCount > 0
    rowCount = program.rowCount
    columnCount = program.columnCount
    stages = []
    verdict = .notProven("the certificate is for another model or another question")
    guard certificate.rows == rowCount, certificate.columns == columnCount,
      certificate.question.objectives == allocation.objectives.map(\.objective.written)
    else { return }
    var held = allocation.programWithHeldRows
    if certificate.point.isEmpty {
      checkConflict(certificate, held)
      return
    }
    guard certificate.point.count == columnCount,
      certificate.stages.map(\.objective)
        == Array(certificate.question.objectives.prefix(certificate.stages.count)),
      certificate.stages.allSatisfy({ $0.best.isFinite })
    else {
      verdict = .notProven("the certificate is damaged")
      return
    }
    for (index, vector) in allocation.objectives.enumerated() where index < certificate.stages.count
    {
      held.minimise(vector)
      stages.append(
        stage(certificate, index, vector, held, solvesBases: solvesBases))
      if index < allocation.objectives.count - 1 {
        held.hold(vector, best: certificate.stages[index].best, inRow: rowCount + index)
      }
    }
    judge(certificate, held, allocation)
  }

  private mutating func checkConflict(_ certificate: PlanCertificate, _ held: LinearProgram) {
    guard certificate.status == SolutionStatus.infeasible.rawValue,
      let multipliers = certificate.conflict, multipliers.count == held.rowCount
    else {
      verdict = .notProven("the certificate holds neither a plan nor a conflict")
      return
    }
    conflictMargin = held.exactConflictMargin(multipliers: multipliers)
    verdict =
      conflictMargin == nil ? .notProven("the multipliers do not prove a conflict") : .infeasible
  }

  private func stage(
    _ certificate: PlanCertificate, _ index: Int, _ vector: ObjectiveVector, _ held: LinearProgram,
    solvesBases: Bool
  ) -> Stage {
    let claimed = certificate.stages[index]
    let value = held.exactPoint(certificate.point)?.objectiveAbove ?? .infinity
    let bound = held.exactDualBound(duals: claimed.multipliers)
    let size = zip(vector.coefficients, certificate.point).reduce(abs(vector.offset)) {
      $0 + abs($1.0 * $1.1)
    }
    var result = Stage(
      objective: vector.objective, value: value, bound: bound, relativeGap: .infinity,
      isProven: false, exact: nil)
    if let bound {
      let gap = value - bound
      let scale = max(abs(value), abs(bound), 0.01 * size)
      result.relativeGap = gap <= 0 ? 0 : gap / max(scale, .leastNormalMagnitude)
      // The last objective is at its own best, those before may use what they were held to. The certificate's
      // own word for the best is not used here.
      let isLast = index == certificate.question.objectives.count - 1
      let allowed =
        isLast ? 0 : 2 * HeldObjective.tolerance(best: min(abs(value), abs(bound)))
      result.isProven = gap <= Self.tolerance * scale + allowed + 1e-12
    }
    if solvesBases, let letters = claimed.basis,
      let basis = Basis(letters: letters, columns: held.columnCount, rows: held.rowCount)
    {
      result.exact = held.exactVerdict(of: basis)
    }
    return result
  }

  private mutating func judge(
    _ certificate: PlanCertificate, _ held: LinearProgram, _ allocation: AllocationProgram
  ) {
    guard let measured = held.exactPoint(certificate.point) else {
      verdict = .notProven("the plan holds a number that is not finite")
      return
    }
    point = measured
    if let row = measured.worstRow {
      worstRow =
        row < rowCount
        ? held.name(ofRow: row)
        : "the row that holds \(allocation.objectives[row - rowCount].objective.name)"
    }
    if measured.boundViolation > 0 || measured.rowViolation > Self.tolerance {
      let miss = max(measured.boundViolation, measured.rowViolation)
      verdict = .notProven("the plan breaks \(worstRow ?? "a bound") by \(miss) of its size")
    } else if measured.fractionalCount > 0 {
      verdict = .notProven("\(measured.fractionalCount) whole-number choices are not whole")
    } else if stages.count == allocation.objectives.count, stages.allSatisfy(\.isProven) {
      verdict = .optimal
    } else if isMixed, stages.allSatisfy({ $0.bound != nil }) {
      verdict = .withinGap
    } else {
      verdict = .feasible
    }
  }
}
