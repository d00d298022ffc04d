import Allocation
import SupplyChain

/// In which awards plans differ that are equally good by every objective.
public struct EquallyGood: Sendable, Hashable {
  /// Facilities that the plan builds and a plan as good leaves out; indices in the model's order.
  public var dispensable: [Int]
  /// Facilities that every plan as good builds; nil in a large program, where that is not looked for.
  public var common: [Int]?

  /// - Parameters:
  ///   - allocation: a program without whole numbers.
  ///   - solution: its optimum.
  /// - Returns: nil where there is nothing to look at, or the search was interrupted or not verified.
  static func find(
    _ allocation: AllocationProgram, _ solution: AllocationSolution, _ plan: Plan,
    _ settings: RunSettings
  ) -> EquallyGood? {
    let values = solution.stages.compactMap(\.value)
    let built = Set(plan.builds.filter { $0.capacity >= 0.5 }.map(\.facility)).sorted()
    guard !built.isEmpty, values.count == allocation.objectives.count else { return nil }
    var quiet = settings
    quiet.progress = nil
    do throws(StudyEnd) {
      let near = try NearOptimal(
        allocation, held: zip(allocation.objectives, values).map { (vector: $0, best: $1) },
        within: 0, basis: solution.stages.last?.basis, quiet)
      return try near.search { search throws(StudyEnd) in
        var points: [[Double]] = []
        guard Limiting.isSmall(allocation.program) else {
          let kept = Set(try search.kept(built, allocation, &points))
          return EquallyGood(dispensable: built.filter { !kept.contains($0) }, common: nil)
        }
        let common = try search.indispensable(built, allocation, &points).map(\.facility)
        return EquallyGood(
          dispensable: built.filter { !common.contains($0) }, common: common.sorted())
      }
    } catch {
      return nil
    }
  }
}
