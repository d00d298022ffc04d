import SupplyChain
import Support

extension Comparison {
  /// What private money alone would build in each case that has a plan. Cases that differ in their budgets alone have
  /// one baseline.
  mutating func addBaselines(_ settings: RunSettings) {
    var groups: [(compared: ComparedCase, first: Int)] = []
    var group = [Int?](repeating: nil, count: cases.count)
    for (index, entry) in cases.enumerated() where entry.solution.plan != nil {
      var compared = entry.compared
      compared.model.budgetScale = 1
      group[index] = groups.firstIndex { $0.compared == compared }
      if group[index] == nil {
        group[index] = groups.count
        groups.append((compared, index))
      }
    }
    let firsts = groups.map { cases[$0.first] }
    let baselines = concurrentMap(firsts.count) { index in
      let solution = firsts[index].solution
      return PrivateBaseline.find(
        firsts[index].model, planTime: solution.solveTime + solution.verifyTime, settings)
    }
    for (index, found) in group.enumerated() {
      cases[index].baseline = found.flatMap { baselines[$0] }
    }
  }
}
