/// The bound flipping ratio test of the dual simplex (Maros 2003) with Harris' tolerance: the dual step passes
/// breakpoints, whose variables flip to their other bounds, until the slope of the dual objective is used up.
final class DualRatioTest {
  private let variable: UnsafeMutablePointer<Int32>
  private let slope: UnsafeMutablePointer<Double>
  private let cost: UnsafeMutablePointer<Double>
  private var groups: [Int] = []
  /// Variables whose breakpoints the step passes.
  private(set) var flips: [Int32] = []

  /// - Parameter size: of variables.
  init(_ size: Int) {
    let room = max(size, 1)
    variable = .allocate(capacity: room)
    variable.initialize(repeating: 0, count: room)
    slope = .allocate(capacity: room)
    slope.initialize(repeating: 0, count: room)
    cost = .allocate(capacity: room)
    cost.initialize(repeating: 0, count: room)
  }

  deinit {
    variable.deallocate()
    slope.deallocate()
    cost.deallocate()
  }

  /// The entering variable; −1 where no breakpoint limits the step.
  ///
  /// - Parameters:
  ///   - sign: 1 where the leaving variable is above its upper bound, −1 below the lower.
  ///   - gap: the primal infeasibility, which is the initial slope.
  func choose(_ simplex: Simplex, sign: Double, gap: Double) -> Int {
    flips.removeAll(keepingCapacity: true)
    let (variable, slope, cost) = (self.variable, self.slope, self.cost)
    let count = collect(simplex, sign)
    if count == 0 { return -1 }
    let tolerance = simplex.dualTolerance
    let (lower, upper) = (simplex.lower, simplex.upper)
    groups.removeAll(keepingCapacity: true)
    groups.append(0)
    func swap(_ a: Int, _ b: Int) {
      (variable[a], variable[b]) = (variable[b], variable[a])
      (slope[a], slope[b]) = (slope[b], slope[a])
      (cost[a], cost[b]) = (cost[b], cost[a])
    }
    // Collect breakpoints up to a step bound that grows until the slope is used up; later ones do not matter.
    var near = 0
    var remaining = gap
    var stepBound = 1e-7
    for k in 0..<count { stepBound = min(stepBound, (cost[k] + tolerance) / slope[k]) }
    stepBound = max(10 * stepBound, 1e-9)
    while near < count {
      for k in near..<count where cost[k] <= stepBound * slope[k] {
        let j = Int(variable[k])
        remaining -= (upper[j] - lower[j]) * slope[k]
        swap(near, k)
        near &+= 1
      }
      if near > 0 && !(remaining > 0) { break }
      stepBound *= 10
      if stepBound > 1e30 { near = count }
    }
    // Group breakpoints that are within the tolerance of each other, until the slope is used up.
    var passed = 0
    remaining = gap
    while passed < near {
      var stepBound = Double.infinity
      for k in passed..<near { stepBound = min(stepBound, (cost[k] + tolerance) / slope[k]) }
      let first = passed
      for k in passed..<near where cost[k] <= stepBound * slope[k] {
        let j = Int(variable[k])
        remaining -= (upper[j] - lower[j]) * slope[k]
        swap(passed, k)
        passed &+= 1
      }
      if passed == first { passed = near }
      groups.append(passed)
      if !(remaining > 0) { break }
    }
    // The last group whose largest entry is a stable pivot.
    var most = 0.0
    for k in 0..<passed { most = max(most, slope[k]) }
    let stable = min(0.1 * most, 1)
    var group = groups.count - 2
    var best = groups[group]
    while group >= 0 {
      best = groups[group]
      for k in groups[group]..<groups[group + 1]
      where slope[k] > slope[best] || (slope[k] == slope[best] && variable[k] < variable[best]) {
        best = k
      }
      if slope[best] >= stable { break }
      group -= 1
    }
    group = max(group, 0)
    for k in 0..<groups[group] { flips.append(variable[k]) }
    return Int(variable[best])
  }

  /// Lists the breakpoints, which are of the variables whose reduced costs move towards zero; returns their number.
  private func collect(_ simplex: Simplex, _ sign: Double) -> Int {
    let (variable, slope, cost) = (self.variable, self.slope, self.cost)
    let row = simplex.pivotRow
    let (index, value) = (row.index, row.value)
    let nonbasicStatus = simplex.nonbasicStatus
    let d = simplex.d
    let updates = simplex.factor.updateCount
    let least = simplex.absolutePivotTolerance * (updates < 10 ? 1 : updates < 20 ? 10 : 100)
    var count = 0
    for k in 0..<row.count {
      let j = Int(index[k])
      let direction = nonbasicStatus[j]
      if direction == Simplex.NonbasicStatus.none { continue }
      var alpha = sign * value[j]
      var reduced = d[j]
      if direction == Simplex.NonbasicStatus.free {
        alpha = abs(alpha)
        reduced = 0
      } else if direction == Simplex.NonbasicStatus.atUpper {
        alpha = -alpha
        reduced = -reduced
      }
      if alpha <= least { continue }
      variable[count] = index[k]
      slope[count] = alpha
      cost[count] = max(reduced, 0)
      count &+= 1
    }
    return count
  }
}
