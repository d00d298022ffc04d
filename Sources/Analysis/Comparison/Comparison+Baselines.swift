import Allocation
import LinearProgramming
import SupplyChain
import Support

/// The programs without public money of the cases of a comparison, each once: cases that differ in their programmes alone
/// have the same. Those with whole numbers are not among them, for they are searched no longer than the plan took.
struct UnpaidPrograms: Sendable {
  private(set) var programs: [AllocationProgram] = []
  /// By case: its place among the programs.
  private var place: [Int?] = []
  private var own: [AllocationProgram?]

  init(_ models: [Model], _ settings: RunSettings) {
    own = concurrentMap(models.count) { index -> AllocationProgram? in
      if models[index].funds.isEmpty { return nil }
      let model = models[index].withoutPublicMoney
      let program = AllocationProgram(model, relaxed: settings.isRelaxed)
      return program.program.integerCount == 0 ? program : nil
    }
    for program in own {
      guard let program else {
        place.append(nil)
        continue
      }
      if let known = programs.firstIndex(where: { $0.isSolved(as: program) }) {
        place.append(known)
      } else {
        place.append(programs.count)
        programs.append(program)
      }
    }
  }

  /// The solution of a case's program, with the plan read back by the case's own model; nil where it was not solved.
  func solution(of index: Int, among solutions: [AllocationSolution]) -> AllocationSolution? {
    guard let place = place[index], let own = own[index], solutions.indices.contains(place) else {
      return nil
    }
    var solution = solutions[place]
    if solution.plan != nil { solution.plan = Plan(own, point: solution.point) }
    return solution
  }
}

extension AllocationProgram {
  /// Whether another program has the same solution: all numbers are the same, and mean the same.
  fileprivate func isSolved(as other: AllocationProgram) -> Bool {
    columns == other.columns && rows == other.rows
      && program.hasSameNumbers(as: other.program)
      && objectives.elementsEqual(other.objectives) {
        $0.objective == $1.objective && $0.coefficients == $1.coefficients
          && $0.offset == $1.offset
      }
  }
}

extension Comparison {
  /// What private money alone would build in each case that has a plan. Cases that differ in their budgets alone have
  /// one baseline.
  mutating func addBaselines(
    _ settings: RunSettings, _ unpaid: UnpaidPrograms, _ solutions: [AllocationSolution]
  ) {
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
    let firsts = groups.map { (entry: cases[$0.first], index: $0.first) }
    let baselines = concurrentMap(firsts.count) { number in
      let (entry, index) = firsts[number]
      return PrivateBaseline.find(
        entry.model, planTime: entry.solution.solveTime + entry.solution.verifyTime, settings,
        known: unpaid.solution(of: index, among: solutions))
    }
    for (index, found) in group.enumerated() {
      cases[index].baseline = found.flatMap { baselines[$0] }
    }
  }
}
