import Foundation

/// Which case of a sweep another starts from, where they differ in the budget alone: their programs then differ in
/// bounds alone, and for budgets that are near each other the simplex has a short way from one to the other.
///
/// Cases that differ in the budget alone stand in the order of their budgets; the one at place k starts from the
/// one at place k with its lowest bit cleared. So half of them start from their neighbour, those that others start from
/// come first, and a case depends on few others. It depends on the case list alone.
struct BudgetTree: Sendable {
  private enum Layout: Sendable {
    case none
    /// `place[level]` and `level[place]` of the budgets of a grid; `stride` cases from one level to the next.
    case grid(stride: Int, scales: [Double], place: [Int], level: [Int])
    /// By case; −1 for none.
    case table(parent: [Int32])
  }

  private let layout: Layout

  /// Budgets further apart than this, as a logarithm, are too far for a start.
  private static let farthest = 0.025

  init(_ cases: SweepCases) {
    guard let input = cases.inputs.firstIndex(of: SweepCases.budgetInput) else {
      layout = .none
      return
    }
    if let levels = cases.gridLevels {
      let scales = levels[input].map(BudgetTree.scale)
      let level = scales.indices.sorted { (scales[$0], $0) < (scales[$1], $1) }
      var place = level
      for (k, index) in level.enumerated() { place[index] = k }
      let stride = levels[(input + 1)...].reduce(1) { $0 * $1.count }
      layout = .grid(stride: stride, scales: scales, place: place, level: level)
    } else if cases.design == .table {
      layout = .table(parent: BudgetTree.parents(cases, input))
    } else {
      layout = .none
    }
  }

  /// Whether no case starts from another.
  var isEmpty: Bool { if case .none = layout { true } else { false } }

  /// The case that this one starts from; nil for none.
  func parent(of index: Int) -> Int? {
    switch layout {
    case .none: return nil
    case .grid(let stride, let scales, let place, let level):
      let own = index / stride % scales.count
      let next = level[place[own] & (place[own] - 1)]
      guard place[own] > 0, BudgetTree.areNear(scales[own], scales[next]) else { return nil }
      return index + (next - own) * stride
    case .table(let parent): return parent[index] < 0 ? nil : Int(parent[index])
    }
  }

  private static func parents(_ cases: SweepCases, _ input: Int) -> [Int32] {
    var groups: [[InputValue]: [(scale: Double, index: Int)]] = [:]
    for index in 0..<cases.count {
      var values = cases.values(index)
      let scale = scale(values.remove(at: input))
      groups[values, default: []].append((scale, index))
    }
    var parent = [Int32](repeating: -1, count: cases.count)
    for group in groups.values {
      let sorted = group.sorted { $0 < $1 }
      for (k, own) in sorted.enumerated().dropFirst() {
        let next = sorted[k & (k - 1)]
        if areNear(own.scale, next.scale) {
          parent[own.index] = Int32(truncatingIfNeeded: next.index)
        }
      }
    }
    return parent
  }

  private static func scale(_ value: InputValue) -> Double { value.factor ?? 1 }

  private static func areNear(_ a: Double, _ b: Double) -> Bool {
    a > 0 && b > 0 && abs(log(a / b)) <= farthest
  }
}
