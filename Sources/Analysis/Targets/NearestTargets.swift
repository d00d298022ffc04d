import Allocation
import LinearProgramming
import SupplyChain
import Support

/// What comes nearest to targets that cannot all be met: the least sum of the points by which they are missed, all other
/// rules of the model kept (formulation section 8.2, targets that are missed).
public struct NearestTargets: Sendable {
  public struct Miss: Sendable, Hashable {
    /// An index of the model's targets.
    public var target: Int
    public var year: Int
    /// Fractions of 1: the target, and the least dependency of its year that can be had with the others.
    public var asked: Double
    public var reached: Double
    /// Whether no plan misses the targets by less in sum; not where a limit ended the search.
    public var isProven = true
    /// Points by which it is missed, as a fraction of 1.
    public var by: Double { reached - asked }
  }
  /// The targets that are missed, in the model's order; empty where all can be met.
  public var misses: [Miss]
  /// The model with these targets set to what can be had, rounded up to a hundredth of a point, and a millionth more.
  public var model: Model
  /// What the least miss hangs on, the most important first; of the continuous program.
  public var binding: [Binding]

  /// `target 2032 missed by 3.1 points, target 2035 by 0.4`.
  public static func words(_ misses: [Miss]) -> String {
    misses.map { miss in
      let tenths = (miss.by * 1000).rounded() / 10
      let most = miss.isProven ? "" : "at most "
      return "target \(miss.year) missed by \(most)\(tenths < 0.1 ? 0.1 : tenths) points"
    }.joined(separator: ", ")
  }

  /// - Returns: nil where the model has no target, or no plan even without them.
  public static func find(
    _ model: Model, settings: RunSettings = RunSettings()
  ) throws(StudyEnd) -> NearestTargets? {
    guard !model.targets.isEmpty else { return nil }
    return try ElasticTargets(model, relaxed: settings.isRelaxed).nearest(settings)
  }
}

/// The program of a model with a slack column in the row of every target, and the sum of the slacks as its cost.
private struct ElasticTargets {
  private let allocation: AllocationProgram
  private let program: LinearProgram
  /// By target: its slack column; nil where it has no row, because its year has no demand.
  private let slack: [Int?]

  init(_ model: Model, relaxed: Bool) {
    allocation = AllocationProgram(model, relaxed: relaxed)
    let plain = allocation.program
    var result = LinearProgram()
    for j in 0..<plain.columnCount {
      result.addColumn(
        lower: plain.columnLower[j], upper: plain.columnUpper[j], integer: plain.isInteger[j])
    }
    var slack = [Int?](repeating: nil, count: model.targets.count)
    for (i, key) in allocation.rows.enumerated() {
      for k in plain.rowStart[i]..<plain.rowStart[i + 1] {
        result.addEntry(Int(plain.columnIndex[k]), plain.coefficient[k])
      }
      if key.kind == .target {
        let column = result.addColumn(cost: 1)
        slack[Int(key.first)] = column
        result.addEntry(column, -1)
      }
      result.finishRow(lower: plain.rowLower[i], upper: plain.rowUpper[i])
    }
    program = result
    self.slack = slack
  }

  func nearest(_ settings: RunSettings) throws(StudyEnd) -> NearestTargets? {
    settings.report("the nearest to the targets", 0, 1)
    let outcome: Outcome
    do throws(SolverError) {
      outcome = try LinearProgramming.solve(program, settings.solver)
    } catch {
      throw .notVerified("\(error)")
    }
    switch outcome {
    case .optimal(let solution): return try nearest(solution, settings, isProven: true)
    // What is found in time misses by no less than need be, and perhaps by more.
    case .feasible(let solution, .timeLimit):
      return try nearest(solution, settings, isProven: false)
    case .feasible(_, .interrupted), .stopped(.interrupted): throw .interrupted
    case .infeasible: return nil
    case .unverified(_, let reason): throw .notVerified(reason)
    default: throw .notVerified("the nearest to the targets was not found")
    }
  }

  private func nearest(
    _ solution: Solution, _ settings: RunSettings, isProven: Bool
  ) throws(StudyEnd) -> NearestTargets {
    var result = NearestTargets(misses: [], model: allocation.model, binding: [])
    for (n, target) in allocation.model.targets.enumerated() {
      guard let column = slack[n], solution.columnValues[column] > ElasticTargets.tolerance else {
        continue
      }
      let reached = ElasticTargets.up(target.value + solution.columnValues[column])
      result.misses.append(
        .init(
          target: n, year: target.year, asked: target.value, reached: reached, isProven: isProven))
      result.model.targets[n].value = reached + ElasticTargets.room
    }
    if program.integerCount == 0 {
      result.binding = Binding.list(
        allocation,
        .init(
          value: solution.objective, point: solution.columnValues, rowDuals: solution.rowDuals,
          reducedCosts: solution.reducedCosts)
      ).filter { if case .target = $0.cause { false } else { true } }
    }
    return result
  }

  /// A miss of less is rounding.
  private static let tolerance = 1e-6

  /// What the plan that is then looked for has as room for rounding.
  private static let room = 1e-6

  /// Up to a hundredth of a point; a value within rounding of one is that.
  private static func up(_ value: Double) -> Double {
    ((value - 5e-7) / 1e-4).rounded(.up) / 1e4
  }
}

/// The plan of a model, and the one nearest to its targets where they cannot all be met.
public struct NearestPlan: Sendable {
  public var solution: AllocationSolution
  /// The model that the plan is of: its targets are those that can be had.
  public var model: Model
  /// Empty where all targets are met.
  public var misses: [NearestTargets.Miss] = []
}

extension NearestPlan {
  /// The plan that misses the targets least; nil where there is none even without them.
  ///
  /// - Parameter model: one whose targets, with its other rules, leave no plan.
  public static func find(
    _ model: Model, _ settings: RunSettings
  ) throws(StudyEnd) -> NearestPlan? {
    guard let nearest = try NearestTargets.find(model, settings: settings), !nearest.misses.isEmpty
    else { return nil }
    let solution = solve(
      AllocationProgram(nearest.model, relaxed: settings.isRelaxed), settings.allocation)
    guard solution.plan != nil else { return nil }
    return NearestPlan(solution: solution, model: nearest.model, misses: nearest.misses)
  }
}
