import LinearProgramming
import SupplyChain

/// The master program of column-and-constraint generation (Zeng and Zhao 2013): the extensive form over the answers of
/// an adversary that have been found so far, to which answers are added one by one.
///
/// Its first objective is a lower bound of that over all answers, for it plans against fewer of them. It is solved by the
/// interior point: the dual simplex from the basis of the master before and that of the new answer, at which one row
/// alone is violated, took several times as long. Beyond `mostNonzerosOfSimplex` that is the block-angular one, without a
/// crossover, which has no end there.
public struct AnswerMaster: Sendable {
  private let programs: [AllocationProgram]
  private let costs: [Double]
  private let firstStage: FirstStage
  private let mostNonzerosOfSimplex: Int
  /// Answers in the order in which they were added; the empty one first.
  public private(set) var members: [Int]
  public private(set) var form: ExtensiveForm

  /// - Parameters:
  ///   - programs: of every answer, the empty one first; `firstStage` is theirs.
  ///   - costs: what each costs the other side, as a share of the first objective.
  ///   - members: answers that it starts with.
  public init(
    _ programs: [AllocationProgram], costs: [Double], firstStage: FirstStage, members: [Int] = [0],
    mostNonzerosOfSimplex: Int = AnswerMaster.mostNonzerosOfSimplex
  ) {
    self.mostNonzerosOfSimplex = mostNonzerosOfSimplex
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

  /// Adds answers.
  public mutating func add(_ answers: [Int]) {
    members += answers
    form = Self.form(programs, costs, firstStage, members)
  }

  /// Nonzeros up to which the simplex takes the interior point's answer to a vertex.
  public static let mostNonzerosOfSimplex = 300_000
  /// Relative gap that the block-angular interior point aims at. Its value is then right to about a millionth; the bound
  /// that its multipliers prove comes no nearer however long it goes on.
  static let gap = 1e-4

  /// Solves it.
  ///
  /// The bound that the block-angular method proves lies up to `gap` below the value. Where its gap is larger, the solve
  /// has failed, and its answer stands in it all the same: the plans keep all rules, and the bound is proven.
  ///
  /// - Parameter held: the best value of the first objective, at which it is held while the later ones are minimised;
  ///   nil: the first objective alone is minimised.
  /// - Returns: the solve, and the plan of each member in its own program.
  public func solve(
    held: Double?, _ settings: AllocationSettings
  ) -> (solution: AllocationSolution, points: [[Double]]) {
    if members.count == 1 { return solveFirst(held: held, settings) }
    let program =
      held.map { form.allocation.holdingFirst(at: $0) } ?? form.allocation.firstObjectiveOnly()
    let solution = solve(program, settings)
    if solution.point.isEmpty { return (solution, []) }
    return (solution, members.indices.map { form.point($0, of: solution.point) })
  }

  private func solve(
    _ program: AllocationProgram, _ settings: AllocationSettings
  ) -> AllocationSolution {
    var settings = settings
    if Self.mayBeByBlocks(program, settings) {
      if program.program.nonzeroCount > mostNonzerosOfSimplex {
        return form.solveBlockAngular(settings, gap: Self.gap, of: program)
      }
      settings.method = .interior
    }
    return withAllocationSession { $0.solve(program, settings: settings) }
  }

  /// Whether the solve with the present members is by the block-angular method, whose point is no vertex.
  public func isByBlocks(_ settings: AllocationSettings) -> Bool {
    members.count > 1 && Self.mayBeByBlocks(form.allocation, settings)
      && form.allocation.program.nonzeroCount > mostNonzerosOfSimplex
  }

  private static func mayBeByBlocks(
    _ program: AllocationProgram, _ settings: AllocationSettings
  ) -> Bool {
    program.program.integerCount == 0 && settings.engine == .automatic && settings.external == nil
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
