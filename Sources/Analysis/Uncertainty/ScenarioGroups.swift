import Allocation
import LinearProgramming
import SupplyChain
import Support

/// The groups of outcomes of scenario-group dual decomposition, and the solve of one of them (formulation section 7.5,
/// decomposition).
///
/// A group's solve starts anew each time: its answer depends on the group's program and on the question alone, not on
/// what was asked before, nor on the process that answers.
public struct ScenarioGroups: Sendable {
  /// Most outcomes in a group. Smaller groups take longer for each outcome and give a weaker bound; larger ones need
  /// more memory.
  static let mostOutcomes = 24
  /// Gap tolerance of a group subproblem, as a share of the whole gap tolerance.
  private static let shareOfGap = 0.5

  /// By outcome: a continuous program with one objective that counts.
  let programs: [AllocationProgram]
  let probabilities: [Double]
  let firstStage: FirstStage
  /// Relative gap up to which a value of all outcomes counts as optimal.
  let gap: Double
  /// By group: its outcomes.
  let members: [[Int]]
  /// By group: its probability.
  let shares: [Double]

  init(
    _ programs: [AllocationProgram], probabilities: [Double], firstStage: FirstStage, gap: Double
  ) {
    self.programs = programs
    self.probabilities = probabilities
    self.firstStage = firstStage
    self.gap = gap
    let count = (programs.count + Self.mostOutcomes - 1) / Self.mostOutcomes
    members = (0..<count).map { g in programs.indices.filter { $0 % count == g } }
    shares = members.map { members in members.reduce(0) { $0 + probabilities[$1] } }
  }

  /// The groups that `planUnderUncertainty` would plan for; nil where it puts the outcomes together otherwise.
  ///
  /// - Throws: `UncertaintyProblem` where the outcomes cannot be planned for together.
  public init?(_ list: OutcomeList, _ settings: UncertaintySettings) throws(UncertaintyProblem) {
    let solve = try UncertainSolve(list, list.outcomes[0].model, settings)
    guard solve.strategy.method == .scenarioGroups else { return nil }
    self = solve.scenarioGroups
  }

  /// How many groups there are.
  public var count: Int { members.count }

  /// How many decisions before the reveal there are: the length of a question's multipliers and of an answer's decisions.
  public var decisionCount: Int { firstStage.decisions.count }

  /// Tells a group's program from any other, whose answers would be other ones: 16 hexadecimal digits.
  ///
  /// Complexity: that of composing the group's program.
  public func fingerprint(of group: Int) -> String {
    composed(group).allocation.program.fingerprint
  }

  /// Minimises a group's mean objective with the multipliers as costs on the decisions, by the block-angular method.
  ///
  /// - Returns: the answer, and by row of the group's program (the cuts last) the multiplier that proves the bound; nil
  ///   where the solve was stopped, or found no bound.
  /// - Throws: where the question is about another program than the group has here.
  public func answer(
    to question: ScenarioGroupQuestion, cancellation: Cancellation? = nil,
    progress: (@Sendable (SolverProgress) -> Void)? = nil
  ) throws(OtherProgram) -> (answer: ScenarioGroupAnswer, rowMultipliers: [Double])? {
    let extensive = composed(question.group)
    if let asked = question.program {
      let own = extensive.allocation.program.fingerprint
      guard own == asked else { throw OtherProgram(own: own) }
    }
    var options = SolverOptions()
    options.cancellation = cancellation
    options.timeLimit = question.timeLimit
    options.progress = progress
    let outcome = try? solveByBlocks(
      question.program(of: extensive), blockOfColumn: extensive.outcomeOfColumn,
      blockCount: members[question.group].count, options: options,
      gapTolerance: Self.shareOfGap * gap)
    switch outcome {
    case .optimal(let found), .unverified(let found, _):
      let check = found.verification
      guard check.dualBound.isFinite else { return nil }
      let answer = ScenarioGroupAnswer(
        decisions: Array(found.columnValues.prefix(decisionCount)), bound: check.dualBound,
        boundIsProven: check.boundIsProven, iterations: found.iterations)
      return (answer, found.rowDuals)
    default:
      return nil
    }
  }

  /// Whether row multipliers prove an answer's bound (formulation section 8, weak duality): whoever found it is not
  /// believed.
  ///
  /// Complexity: that of composing the group's program, and a few passes over it.
  public func prove(
    _ rowMultipliers: [Double], _ answer: ScenarioGroupAnswer, to question: ScenarioGroupQuestion
  ) -> Bool {
    let program = question.program(of: composed(question.group))
    guard rowMultipliers.count == program.rowCount, rowMultipliers.allSatisfy(\.isFinite) else {
      return false
    }
    let nowhere = [Double](repeating: 0, count: program.columnCount)
    let check = program.verification(of: nowhere, duals: rowMultipliers)
    let rounding = 1e-9 * max(abs(answer.bound), 1e-3)
    return check.dualBound >= answer.bound - rounding
      && (check.boundIsProven || !answer.boundIsProven)
  }

  /// A question about a program that is not the one here: of another model, another version, or rounded otherwise.
  public struct OtherProgram: Error {
    /// The fingerprint of the group's program here.
    public let own: String
  }

  /// The extensive form of a group's outcomes; the decisions are its first columns.
  private func composed(_ group: Int) -> ExtensiveForm {
    let members = members[group]
    return ExtensiveForm(
      members.map { programs[$0] },
      probabilities: members.map { probabilities[$0] / shares[group] },
      risk: RiskMeasure(.expected), firstStage: firstStage.among(members))
  }
}

extension ScenarioGroupQuestion {
  /// A group's program with the multipliers as costs, and with the cuts.
  fileprivate func program(of extensive: ExtensiveForm) -> LinearProgram {
    var program = extensive.allocation.program
    var costs = program.cost
    for (j, multiplier) in multipliers.enumerated() { costs[j] += multiplier }
    program.setCosts(costs)
    for cut in cuts { program.add(cut) }
    return program
  }
}
