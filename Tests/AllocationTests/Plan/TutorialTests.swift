import SupplyChain
import TestSupport
import Testing

@testable import Allocation

@Suite struct TutorialTests {
  /// The sums that the model's own comments work out.
  static let cases: [(scenario: String?, dependency: Double, cost: Double)] = [
    (nil, 0.4, 60 + 30 / 1.05), ("half_budget", 0.7, 30 + 15 / 1.05), ("mines_only", 1, 0),
    ("export_ban", 0.55, 60 + 30 / 1.05),
  ]

  @Test(arguments: cases)
  func `the tutorial's answers are those worked out by hand`(
    scenario: String?, dependency: Double, cost: Double
  ) throws {
    let document = try ModelDocument.read(path: Repository.path("Models/tutorial.yaml"))
    #expect(document.warnings.isEmpty)
    let solution = solve(
      AllocationProgram(try document.model(scenarios: [scenario].compactMap { $0 })))
    #expect(solution.status == .optimal)
    #expect(isClose(value(.dependency, solution), dependency))
    #expect(isClose(value(.publicCost, solution), cost, relative: 1e-4))
  }
}
