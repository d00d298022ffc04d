import Allocation
import LinearProgramming
import SupplyChain

/// Non-dominated plans with whole numbers, by halving boxes (Hamacher, Pedersen and Ruzika 2007): the best first objective
/// with the second in the lower half of a box, and of such plans the best in the second.
struct BoxSearch {
  private let allocation: AllocationProgram
  private let settings: ParetoSettings
  private var points: [ParetoPoint] = []
  private var checks: [Verification?] = []
  private var decisions: [Plan] = []
  private var open: [Box] = []
  private var closed: [Box] = []
  private var solves = 0
  private var isStopped = false

  /// Between two plans, the second of which is better in the second objective.
  private struct Box {
    var high: ParetoPoint
    var low: ParetoPoint
  }

  init(_ allocation: AllocationProgram, _ settings: ParetoSettings) {
    self.allocation = allocation
    self.settings = settings
  }

  mutating func found() throws(StudyEnd) -> Pareto {
    let high = try lexicographic([0, 1], within: nil)
    guard let high else { throw .interrupted }
    guard let low = try lexicographic([1, 0], within: nil) else { throw .interrupted }
    let ranges = ParetoPoint(
      first: max(low.first - high.first, 0), second: max(high.second - low.second, 0))
    if !isNear(high, low, ranges) { open = [Box(high: high, low: low)] }
    while let box = nextBox(ranges) {
      let middle = (box.high.second + box.low.second) / 2
      guard let found = try lexicographic([0, 1], within: middle) else {
        isStopped = true
        closed.append(box)
        break
      }
      // Every plan above the middle is at least as bad in the second and better in the first than what was found.
      let upper = Box(high: box.high, low: ParetoPoint(first: found.first, second: middle))
      if isNear(found, box.low, ranges) {
        points.removeLast()
        checks.removeLast()
        decisions.removeLast()
      } else {
        open.append(Box(high: found, low: box.low))
      }
      open.append(upper)
    }
    return pareto(ranges)
  }

  private func isNear(_ a: ParetoPoint, _ b: ParetoPoint, _ ranges: ParetoPoint) -> Bool {
    abs(a.first - b.first) <= 1e-6 * max(ranges.first, 1e-9)
      && abs(a.second - b.second) <= 1e-6 * max(ranges.second, 1e-9)
  }

  /// The box with the largest side; boxes that are small enough are put aside.
  private mutating func nextBox(_ ranges: ParetoPoint) -> Box? {
    func size(_ box: Box) -> Double {
      max(
        0,
        min(
          (box.low.first - box.high.first) / max(ranges.first, 1e-12),
          (box.high.second - box.low.second) / max(ranges.second, 1e-12)))
    }
    closed += open.filter { size($0) <= settings.resolution }
    open.removeAll { size($0) <= settings.resolution }
    guard let n = open.indices.max(by: { (size(open[$0]), $1) < (size(open[$1]), $0) }) else {
      return nil
    }
    return open.remove(at: n)
  }

  /// The best plan by the objectives in an order, the second at most a value; kept among the points. nil: stopped.
  private mutating func lexicographic(
    _ order: [Int], within most: Double?
  ) throws(StudyEnd) -> ParetoPoint? {
    settings.run.report("plans of the frontier", points.count, points.count + open.count + 1)
    var program = allocation
    if let most { program = program.bounding(objective: 1, atMost: most) }
    program = program.ordering(order)
    var options = settings.run.allocation
    options.wantsPlan = false
    let solution = solve(program, options)
    solves += 1
    switch solution.status {
    case .optimal: break
    case .feasible, .interrupted:
      if points.isEmpty || settings.run.cancellation?.isCancelled == true { throw .interrupted }
      return nil
    case .infeasible, .unbounded: throw .noPlan(solution.status, solution.reason ?? "")
    case .failed: throw .notVerified(solution.reason ?? "")
    }
    let point = ParetoPoint(
      first: allocation.objectives[0].value(at: solution.point),
      second: allocation.objectives[1].value(at: solution.point))
    points.append(point)
    checks.append(solution.verification)
    decisions.append(Plan(decisionsOf: allocation, point: solution.point))
    return point
  }

  private func pareto(_ ranges: ParetoPoint) -> Pareto {
    let order = points.indices.sorted { points[$0].second < points[$1].second }
    var corners: [Pareto.Corner] = []
    for n in order {
      // What the tolerance of the first objective lets through is no plan of the frontier.
      if let last = corners.last,
        points[n].first >= last.first - 1e-9 * max(ranges.first, abs(last.first))
      {
        continue
      }
      corners.append(
        .init(
          first: points[n].first, second: points[n].second, verification: checks[n],
          decisions: decisions[n]))
    }
    let boxes = (closed + open).filter {
      $0.low.first > $0.high.first && $0.high.second > $0.low.second
    }.sorted { $0.low.second < $1.low.second }
    return Pareto(
      objectives: allocation.model.objectives, status: isStopped ? .feasible : .optimal,
      reason: isStopped ? "the time limit was reached" : nil, isExact: false, corners: corners,
      boxes: boxes.map {
        .init(
          first: $0.high.first...$0.low.first, second: $0.low.second...$0.high.second)
      }, solves: solves)
  }
}
