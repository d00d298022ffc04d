import Allocation
import LinearProgramming
import SupplyChain
import Support

/// The exact frontier: its two ends by weighted sums, and what lies between by parametric simplex on the value of the
/// second objective.
struct ExactPareto: Sendable {
  private let model: Model
  private let allocation: AllocationProgram
  private let settings: ParetoSettings
  private let watch: Stopwatch

  /// An optimum of a weighted sum.
  private struct End: Sendable {
    var point: ParetoPoint
    var solution: AllocationSolution
  }

  init(_ model: Model, _ allocation: AllocationProgram, _ settings: ParetoSettings) {
    self.model = model
    self.allocation = allocation
    self.settings = settings
    watch = Stopwatch(limit: settings.run.allocation.timeLimit)
  }

  func found() throws(StudyEnd) -> Pareto {
    settings.run.report("the ends of the frontier", 0, 2)
    let (lowFirst, lowSecond) = try both { index throws(StudyEnd) in
      try solved(index == 0 ? [1, 0] : [0, 1])
    }
    let ranges = ParetoPoint(
      first: max(lowSecond.point.first - lowFirst.point.first, 0),
      second: max(lowFirst.point.second - lowSecond.point.second, 0))
    settings.run.report("the ends of the frontier", 1, 2)
    let (right, left) = try both { index throws(StudyEnd) in
      try end(of: index, near: index == 0 ? lowFirst : lowSecond, ranges)
    }
    var pareto = Pareto(
      objectives: model.objectives, status: .optimal, isExact: true, corners: [], boxes: [],
      solves: 4)
    let (a, b) = (right.point, left.point)
    guard a.second - b.second > ExactPareto.same * max(abs(a.second), abs(b.second)),
      b.first - a.first > ExactPareto.same * max(abs(a.first), abs(b.first))
    else {
      pareto.corners = [
        .init(
          first: a.first, second: a.second, verification: right.solution.verification,
          decisions: Plan(decisionsOf: allocation, point: right.solution.point))
      ]
      return pareto
    }
    let frontier = try between(left, right)
    pareto.status = frontier.status
    pareto.reason = frontier.reason
    pareto.solves += frontier.solves
    let offset = allocation.objectives[1].offset
    pareto.corners = frontier.breakpoints.map { corner in
      Pareto.Corner(
        first: corner.value, second: corner.scale + offset, rateBelow: corner.slopeLeft,
        rateAbove: corner.slopeRight, verification: corner.verification,
        decisions: corner.decisions)
    }
    return pareto
  }

  /// Ends nearer than this share of their size are one plan.
  private static let same = 1e-9

  /// What is found for either objective, side by side.
  private func both<Found: Sendable>(
    _ find: @Sendable @escaping (Int) throws(StudyEnd) -> Found
  ) throws(StudyEnd) -> (Found, Found) {
    let found = concurrentMap(2) { index -> Result<Found, StudyEnd> in
      do throws(StudyEnd) { return .success(try find(index)) } catch { return .failure(error) }
    }
    return (try found[0].get(), try found[1].get())
  }

  private func between(_ left: End, _ right: End) throws(StudyEnd) -> Frontier {
    let program = BudgetProgram(
      holdingSecondObjectiveOf: model, relaxed: settings.run.isRelaxed)
    let offset = allocation.objectives[1].offset
    var asked = FrontierSettings()
    asked.from = left.point.second - offset
    asked.to = right.point.second - offset
    asked.keepsDecisions = true
    // Corners are more evenly spread along a second objective than along a budget: the widest segment takes longest.
    asked.searchesLastFirst = true
    // The row of the second objective stands last; at this end it holds what the optimum has of it.
    if var basis = left.solution.stages.first?.basis {
      basis.rows.append(.basic)
      asked.start = basis
    }
    asked.run = settings.run
    asked.run.allocation.timeLimit = watch.left
    let progress = settings.run.progress
    asked.run.progress = { progress?(RunProgress(phase: "corners: \($0.done ?? 0) solved")) }
    let empty = Frontier(
      objective: model.objectives[0], status: .failed, isExact: true, from: asked.from,
      to: asked.to, appropriations: 0)
    let found: Frontier
    do {
      found = try ExactFrontier(program, asked, empty).found()
    } catch {
      throw .notVerified("\(error)")
    }
    switch found.status {
    case .optimal, .feasible: return found
    case .interrupted: throw .interrupted
    case .infeasible, .unbounded: throw .noPlan(found.status, found.reason ?? "")
    case .failed: throw .notVerified(found.reason ?? "")
    }
  }

  /// The end at which an objective is best: among the plans that share its best value, the best in the other objective. A
  /// small weight on the other finds it, small enough where the best value is kept.
  private func end(
    of index: Int, near best: End, _ ranges: ParetoPoint
  ) throws(StudyEnd) -> End {
    guard ranges.first > 0, ranges.second > 0 else { return best }
    func own(_ point: ParetoPoint) -> Double { index == 0 ? point.first : point.second }
    let size = own(ranges)
    let rate = size / (index == 0 ? ranges.second : ranges.first)
    let most = own(best.point) + 1e-9 * max(abs(own(best.point)), size)
    var share = 1e-4
    while true {
      let weights = index == 0 ? [1, share * rate] : [share * rate, 1]
      let found = try solved(weights)
      if share < 1e-7 || own(found.point) <= most { return found }
      share /= 100
    }
  }

  private func solved(_ weights: [Double]) throws(StudyEnd) -> End {
    var options = settings.run.allocation
    options.wantsPlan = false
    options.timeLimit = watch.left
    if watch.isOver { throw .interrupted }
    let solution = solve(allocation.weighing(weights), options)
    switch solution.status {
    case .optimal: break
    case .feasible, .interrupted: throw .interrupted
    case .infeasible, .unbounded: throw .noPlan(solution.status, solution.reason ?? "")
    case .failed: throw .notVerified(solution.reason ?? "")
    }
    let point = ParetoPoint(
      first: allocation.objectives[0].value(at: solution.point),
      second: allocation.objectives[1].value(at: solution.point))
    return End(point: point, solution: solution)
  }
}
