import Allocation
import SupplyChain

extension Pareto {
  /// The whole plan at a corner.
  public struct CornerPlan: Sendable {
    /// Its place among the corners.
    public var corner: Int
    public var solution: AllocationSolution
  }

  /// The places of all corners, or of both ends and as many between them as come to `count`, evenly along the frontier.
  public func corners(atMost count: Int) -> [Int] {
    guard corners.count > count, let low = corners.first, let high = corners.last else {
      return Array(corners.indices)
    }
    func along(_ corner: Corner) -> Double {
      (low.first - corner.first) / (low.first - high.first)
        + (corner.second - low.second) / (high.second - low.second)
    }
    var places: [Int] = []
    for (place, corner) in corners.enumerated()
    where along(corner) >= 2 * Double(places.count) / Double(count - 1) - 1e-9 {
      places.append(place)
    }
    if places.last != corners.count - 1 { places.append(corners.count - 1) }
    return places
  }

  /// The plans at some corners: best in the first objective with the second at most what it is there, then in the second.
  ///
  /// - Parameters:
  ///   - model: that of the frontier.
  ///   - run: its time limit holds for each plan. Fewer plans than places where it was cancelled.
  public func plans(at places: [Int], of model: Model, _ run: RunSettings) -> [CornerPlan] {
    var model = model
    model.objectives = objectives
    let allocation = AllocationProgram(model, relaxed: run.isRelaxed)
    var plans: [CornerPlan] = []
    for (done, place) in places.enumerated() {
      if run.cancellation?.isCancelled == true { break }
      run.report("plans of the frontier", done, places.count)
      let program = allocation.bounding(objective: 1, noWorseThan: corners[place].second)
      let solution = solve(program, run.allocation)
      guard solution.plan != nil else { continue }
      plans.append(CornerPlan(corner: place, solution: solution))
    }
    return plans
  }
}
