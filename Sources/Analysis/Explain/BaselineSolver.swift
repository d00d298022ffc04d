import Allocation
import LinearProgramming
import SupplyChain

/// Why a study has no answer.
public enum StudyEnd: Error, Sendable, Equatable, CustomStringConvertible {
  /// By a limit or the user.
  case interrupted
  /// The model has no plan; the reason in words.
  case noPlan(SolutionStatus, String)
  /// The solver failed, or an answer was not verified.
  case notVerified(String)

  public var description: String {
    switch self {
    case .interrupted: "interrupted"
    case .noPlan(let status, let reason): "\(status.rawValue): \(reason)"
    case .notVerified(let reason): "not verified: \(reason)"
    }
  }
}

/// The best first objective of a model and of changed ones: relaxed programs with that objective alone. Each is solved
/// from the basis of the unchanged model, in large programs for a few iterations before it is solved cold
/// (`AllocationProgram.startUse`), so that no answer depends on the order of the questions.
///
/// Belongs to the thread that made it; see `withBaselineSolver`.
final class BaselineSolver {
  /// Only the first objective, and the budget scale worked into the appropriations.
  let model: Model
  let settings: RunSettings
  private let session: AllocationSession
  /// What is known of the unchanged model; nil before it is solved.
  private(set) var known: Known?
  private var lastReason = ""

  /// Where solves of changed models start, on any thread.
  struct Known: Sendable {
    let start: WarmStart
    let ordering: SharedOrdering?
    /// What a changed model is solved among, where the start leads nowhere; the other columns are priced afterwards.
    let working: WorkingColumns

    fileprivate init(_ allocation: AllocationProgram, _ solution: AllocationSolution) {
      start = WarmStart(allocation, solution, nearness: .fewBounds)
      ordering = SharedOrdering(allocation, solution)
      working = WorkingColumns(of: solution, in: allocation)
    }
  }

  /// One solved model.
  struct Answer {
    let model: Model
    let allocation: AllocationProgram
    let solution: AllocationSolution
    /// In the objective's unit.
    let value: Double
    var duals: [Double] { solution.stages[0].rowDuals }
    var reducedCosts: [Double] { solution.stages[0].reducedCosts }
  }

  fileprivate init(
    _ model: Model, _ session: AllocationSession, _ settings: RunSettings, _ known: Known?
  ) {
    self.model = BaselineSolver.reduced(model)
    self.session = session
    self.settings = settings
    self.known = known
  }

  /// The model with its first objective alone and a budget scale of 1.
  static func reduced(_ model: Model) -> Model {
    var result = model
    result.objectives = Array(model.objectives.prefix(1))
    for f in result.funds.indices {
      result.funds[f].appropriations.values = result.funds[f].appropriations.values.map {
        $0 * model.budgetScale
      }
    }
    result.budgetScale = 1
    return result
  }

  /// Solves the unchanged model; what comes later starts from its basis.
  func solveBase() throws(StudyEnd) -> Answer {
    guard let answer = try solve(model) else { throw .noPlan(.infeasible, lastReason) }
    known = Known(answer.allocation, answer.solution)
    if let fault = BaselineSolver.wholeNumberFault(model, known, settings) { throw fault }
    return answer
  }

  /// Solves the unchanged model with all its objectives, so that there is a plan as well, and takes what it knows of the
  /// first; nil where that has no end. Whole numbers are not looked at.
  func solveBase(withAllObjectivesOf whole: Model) -> (answer: Answer, plan: Plan)? {
    let allocation = AllocationProgram(whole, relaxed: true)
    var solution = session.solve(allocation, settings: settings.allocation)
    guard solution.status == .optimal, let plan = solution.plan,
      let value = solution.stages.first?.value
    else { return nil }
    // Without the rows that hold objectives, which a program with the first alone does not have.
    let rowCount = allocation.program.rowCount
    var first = solution.stages[0]
    if let basis = first.basis {
      first.basis = Basis(columns: basis.columns, rows: Array(basis.rows.prefix(rowCount)))
    }
    first.rowDuals = Array(first.rowDuals.prefix(rowCount))
    solution.stages = [first]
    known = Known(allocation, solution)
    let answer = Answer(model: model, allocation: allocation, solution: solution, value: value)
    return (answer, plan)
  }

  /// Why there is no plan with whole numbers where only fractions of modules make one: such a model has no plan, though its
  /// relaxation has prices. Nil where there is one, and where the whole-number rules are dropped; quick where there is a
  /// plan, since any will do.
  ///
  /// - Parameter known: what is known of the relaxation, from which a large program starts.
  static func wholeNumberFault(
    _ model: Model, _ known: Known?, _ settings: RunSettings
  ) -> StudyEnd? {
    if settings.isRelaxed { return nil }
    let allocation = AllocationProgram(model)
    if allocation.program.integerCount == 0 { return nil }
    settings.report("looking for a plan with whole numbers", 0, 1)
    var options = settings.allocation
    options.wantsPlan = false
    options.relativeGap = 1
    let start = Limiting.isSmall(allocation.program) ? nil : known?.start
    let solution = withAllocationSession { $0.solve(allocation, from: start, settings: options) }
    switch solution.status {
    case .optimal, .feasible: return nil
    case .infeasible:
      return .noPlan(.infeasible, "there is no plan with whole numbers of modules")
    case .unbounded: return .noPlan(.unbounded, solution.reason ?? "")
    case .interrupted: return .interrupted
    case .failed: return .notVerified(solution.reason ?? "")
    }
  }

  /// The answer for a changed model; nil where it has no plan.
  ///
  /// - Parameter other: the start of another model that is as near. In a large program both are tried for fewer iterations.
  func solve(_ changed: Model, orFrom other: WarmStart? = nil) throws(StudyEnd) -> Answer? {
    let allocation = AllocationProgram(changed, relaxed: true)
    var options = settings.allocation
    options.wantsPlan = false
    options.sharedOrdering = known?.ordering
    options.workingColumns = known?.working
    guard let other, allocation.startUse(.fewBounds) == .tried else {
      return try answer(
        changed, allocation, session.solve(allocation, from: known?.start, settings: options))
    }
    options.onlyTriesStart = true
    for start in [known?.start, other].compactMap(\.self) {
      let solution = session.solve(allocation, from: start, settings: options)
      let isSettled = solution.status == .optimal || solution.status == .infeasible
      if isSettled || settings.cancellation?.isCancelled == true {
        return try answer(changed, allocation, solution)
      }
    }
    return try answer(changed, allocation, session.solve(allocation, settings: options))
  }

  private func answer(
    _ changed: Model, _ allocation: AllocationProgram, _ solution: AllocationSolution
  ) throws(StudyEnd) -> Answer? {
    lastReason = solution.reason ?? ""
    switch solution.status {
    case .optimal:
      guard let value = solution.stages.first?.value else {
        throw .notVerified("the solver gave no value")
      }
      return Answer(model: changed, allocation: allocation, solution: solution, value: value)
    case .infeasible: return nil
    case .unbounded: throw .noPlan(.unbounded, lastReason)
    case .feasible, .interrupted: throw .interrupted
    case .failed: throw .notVerified(lastReason)
    }
  }
}

/// Runs `body` with a baseline of a model, on this thread.
///
/// - Parameter known: what another baseline knows of the same model.
func withBaselineSolver<Result>(
  _ model: Model, _ settings: RunSettings, from known: BaselineSolver.Known? = nil,
  _ body: (BaselineSolver) throws(StudyEnd) -> Result
) throws(StudyEnd) -> Result {
  let end = withAllocationSession { session -> Swift.Result<Result, StudyEnd> in
    do throws(StudyEnd) {
      return .success(try body(BaselineSolver(model, session, settings, known)))
    } catch {
      return .failure(error)
    }
  }
  return try end.get()
}
