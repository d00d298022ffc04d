import Foundation
import LinearProgramming
import SupplyChain

/// The master program of column-and-constraint generation (Zeng and Zhao 2013): the extensive form over the answers of
/// an adversary that have been found so far, to which answers are added one by one.
///
/// Its first objective is a lower bound of that over all answers, for it plans against fewer of them. Columns of the
/// answers that are in it are kept, so each solve starts from the basis of the one before: the new answer's block
/// starts at the basis of its own recourse solve, at which one row alone is violated, that of its damage.
public struct AnswerMaster: Sendable {
  private let programs: [AllocationProgram]
  private let costs: [Double]
  private let firstStage: FirstStage
  /// Answers in the order in which they were added; the empty one first.
  public private(set) var members: [Int]
  public private(set) var form: ExtensiveForm
  /// By column and row of `form`, without rows that hold objectives.
  private var basis: Basis?

  /// - Parameters:
  ///   - programs: of every answer, the empty one first; `firstStage` is theirs.
  ///   - costs: what each costs the other side, as a share of the first objective.
  ///   - members: answers that it starts with.
  public init(
    _ programs: [AllocationProgram], costs: [Double], firstStage: FirstStage, members: [Int] = [0]
  ) {
    self.programs = programs
    self.costs = costs
    self.firstStage = firstStage
    self.members = members
    form = Self.form(programs, costs, firstStage, members)
  }

  private static func form(
    _ programs: [AllocationProgram], _ costs: [Double], _ firstStage: FirstStage, _ members: [Int]
  ) -> ExtensiveForm {
    ExtensiveForm(
      members.map { programs[$0] }, probabilities: members.map { $0 == 0 ? 1 : 0 },
      risk: RiskMeasure(.adversary), firstStage: firstStage.among(members),
      best: members.map { costs[$0] })
  }

  /// Adds an answer.
  ///
  /// - Parameter start: the optimal basis of its own program with the first-stage decisions held; nil: not known.
  public mutating func add(_ answer: Int, from start: Basis?) {
    let before = form
    members.append(answer)
    form = Self.form(programs, costs, firstStage, members)
    guard var known = basis, let start, start.columns.count == programs[answer].columns.count,
      start.rows.count >= programs[answer].rows.count,
      known.columns.count == before.allocation.columns.count,
      known.rows.count == before.allocation.rows.count
    else {
      basis = nil
      return
    }
    let shared = firstStage.decisions.count
    let own = form.columns[members.count - 1].enumerated().filter { Int($0.element) >= shared }
    known.columns.insert(
      contentsOf: own.map { start.columns[$0.offset] }, at: known.columns.count - 1)
    known.rows.insert(
      contentsOf: start.rows.prefix(programs[answer].rows.count),
      at: known.rows.count - (members.count - 1))
    known.rows.append(.basic)
    basis = known
  }

  /// Solves it.
  ///
  /// - Parameter held: the best value of the first objective, at which it is held while the later ones are minimised;
  ///   nil: the first objective alone is minimised.
  /// - Returns: the solve, and the plan of each member in its own program.
  public mutating func solve(
    held: Double?, _ settings: AllocationSettings
  ) -> (solution: AllocationSolution, points: [[Double]]) {
    if members.count == 1 { return solveFirst(held: held, settings) }
    let program =
      held.map { form.allocation.holdingFirst(at: $0) } ?? form.allocation.firstObjectiveOnly()
    let usesInterior = ProcessInfo.processInfo.environment["ADV_IP"] != nil
    var settings = settings
    var start: WarmStart?
    if held == nil, !usesInterior, let basis {
      start = WarmStart(program, basis, nearness: .extended)
    } else if program.program.integerCount == 0, settings.engine == .automatic {
      settings.method = .interior
    }
    let solution = withAllocationSession { $0.solve(program, from: start, settings: settings) }
    if held == nil, let found = solution.stages.first?.basis { basis = found }
    if solution.point.isEmpty { return (solution, []) }
    return (solution, members.indices.map { form.point($0, of: solution.point) })
  }

  /// Of the first objective alone: what the solve without `held` minimises.
  public var program: LinearProgram {
    if members.count > 1 { return form.allocation.program }
    return firstStage.restricting(programs[members[0]]).firstObjectiveOnly().program
  }

  /// With the empty answer alone the program is that of the base case.
  private func solveFirst(held: Double?, _ settings: AllocationSettings) -> (
    solution: AllocationSolution, points: [[Double]]
  ) {
    let own = firstStage.restricting(programs[members[0]])
    let program = held.map { own.holdingFirst(at: $0) } ?? own.firstObjectiveOnly()
    let solution = withAllocationSession { $0.solve(program, settings: settings) }
    return (solution, solution.point.isEmpty ? [] : [solution.point])
  }
}

extension AllocationProgram {
  /// The program with its first objective held near a best value, and the later ones to minimise.
  func holdingFirst(at best: Double) -> AllocationProgram {
    var result = program
    let held = HeldObjective(objectives[0])
    result.addRow(lower: -.infinity, upper: held.upperBound(best: best), held.terms)
    let later = Array(objectives.dropFirst())
    if let first = later.first { result.minimise(first) }
    return AllocationProgram(
      model: model, program: result, columns: columns, rows: rows + [RowKey(.held)],
      objectives: later, buildUnit: buildUnit, carryColumn: carryColumn)
  }
}
