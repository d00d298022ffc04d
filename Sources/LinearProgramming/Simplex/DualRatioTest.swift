/// The bound flipping ratio test of the dual simplex: how far the reduced costs can move until the gain of the
/// leaving variable is used up by variables that have to go to their other bounds on the way.
final class DualRatioTest {
  private let variable: UnsafeMutablePointer<Int32>
  private let slope: UnsafeMutablePointer<Double>
  private let cost: UnsafeMutablePointer<Double>
  private var groups: [Int] = []
  /// Variables that the step passes.
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

  /// The entering variable; −1 where no variable limits the step.
  ///
  /// - Parameters:
  ///   - sign: 1 where the leaving variable is above its upper bound, −1 below the lower.
  ///   - gap: by how much.
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
    // Breakpoints within a bound of the step that grows until the slope is used up: the rest need no look.
    var near = 0
    var rest = gap
    var reach = 1e-7
    for k in 0..<count { reach = min(reach, (cost[k] + tolerance) / slope[k]) }
    reach = max(10 * reach, 1e-9)
    while near < count {
      for k in near..<count where cost[k] <= reach * slope[k] {
        let j = Int(variable[k])
        rest -= (upper[j] - lower[j]) * slope[k]
        swap(near, k)
        near &+= 1
      }
      if near > 0 && !(rest > 0) { break }
      reach *= 10
      if reach > 1e30 { near = count }
    }
    // Groups of breakpoints that lie within the tolerance of each other, as long as the slope is not used up.
    var passed = 0
    rest = gap
    while passed < near {
      var reach = Double.infinity
      for k in passed..<near { reach = min(reach, (cost[k] + tolerance) / slope[k]) }
      let first = passed
      for k in passed..<near where cost[k] <= reach * slope[k] {
        let j = Int(variable[k])
        rest -= (upper[j] - lower[j]) * slope[k]
        swap(passed, k)
        passed &+= 1
      }
      if passed == first { passed = near }
      groups.append(passed)
      if !(rest > 0) { break }
    }
    // The last group whose largest entry makes a good pivot.
    var most = 0.0
    for k in 0..<passed { most = max(most, slope[k]) }
    let wanted = min(0.1 * most, 1)
    var group = groups.count - 2
    var best = groups[group]
    while group >= 0 {
      best = groups[group]
      for k in groups[group]..<groups[group + 1]
      where slope[k] > slope[best] || (slope[k] == slope[best] && variable[k] < variable[best]) {
        best = k
      }
      if slope[best] >= wanted { break }
      group -= 1
    }
    group = max(group, 0)
    for k in 0..<groups[group] { flips.append(variable[k]) }
    return Int(variable[best])
  }

  /// Lists the variables whose reduced costs move towards zero; how many they are.
  private func collect(_ simplex: Simplex, _ sign: Double) -> Int {
    let (variable, slope, cost) = (self.variable, self.slope, self.cost)
    let row = simplex.pivotRow
    let (index, value) = (row.index, row.value)
    let nonbasicStatus = simplex.nonbasicStatus
    let d = simplex.d
    let updates = simplex.factor.updateCount
    let least = updates < 10 ? 1e-9 : updates < 20 ? 1e-8 : 1e-7
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
