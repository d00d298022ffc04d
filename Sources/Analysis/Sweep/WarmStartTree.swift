import Foundation

/// Which case of a sweep another starts from, where they differ in the budget alone: their programs then differ in
/// bounds alone, and for budgets that are near each other the simplex has a short way from one to the other.
///
/// Cases that differ in the budget alone stand in the order of their budgets. The one at place k starts from the one
/// at place k with its lowest bit cleared, if their budgets are near, so that a case depends on few others; else
/// from the one before it, but for every sixteenth. All this depends on the case list alone.
struct WarmStartTree: Sendable {
  private enum Layout: Sendable {
    case none
    /// `place[level]` and `level[place]` of the budgets of a grid; `stride` cases from one level to the next.
    case grid(stride: Int, scales: [Double], place: [Int], level: [Int])
    /// By case; −1 for none.
    case table(parent: [Int32])
  }

  private let layout: Layout

  /// Budgets further apart than this, as a logarithm, are too far for a start; and those that are near enough to skip
  /// others in between.
  private static let (farthest, near) = (0.025, 0.006)
  private static let longestChain = 16

  init(_ cases: SweepCases) {
    guard let input = cases.inputs.firstIndex(of: SweepCases.budgetInput) else {
      layout = .none
      return
    }
    if let levels = cases.gridLevels {
      let scales = levels[input].map(WarmStartTree.scale)
      let level = scales.indices.sorted { (scales[$0], $0) < (scales[$1], $1) }
      var place = level
      for (k, index) in level.enumerated() { place[index] = k }
      let stride = levels[(input + 1)...].reduce(1) { $0 * $1.count }
      layout = .grid(stride: stride, scales: scales, place: place, level: level)
    } else if cases.design == .table {
      layout = .table(parent: WarmStartTree.parents(cases, input))
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
      let next = WarmStartTree.start(of: place[own]) { scales[level[$0]] }
      return next.map { index + (level[$0] - own) * stride }
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
        if let next = start(of: k, { sorted[$0].scale }) {
          parent[own.index] = Int32(truncatingIfNeeded: sorted[next].index)
        }
      }
    }
    return parent
  }

  private static func scale(_ value: InputValue) -> Double { value.factor ?? 1 }

  /// The place from which place k starts, where places are in the order of their budgets.
  private static func start(of k: Int, _ scale: (Int) -> Double) -> Int? {
    func distance(_ other: Int) -> Double {
      scale(k) > 0 && scale(other) > 0 ? log(scale(k) / scale(other)) : .infinity
    }
    if k == 0 { return nil }
    if distance(k & (k - 1)) <= near { return k & (k - 1) }
    return k % longestChain > 0 && distance(k - 1) <= farthest ? k - 1 : nil
  }
}
