import Allocation
import Analysis
import Foundation
import LinearProgramming
import Reporting
import SupplyChain
import TestSupport
import Testing

/// The worked examples of the libraries' references. In each, `print` keeps what it is given.
@Suite struct ArticleTests {
  /// Collects what an example prints.
  private final class Paper {
    var text = ""
    func write(_ items: [Any]) {
      text += items.map { "\($0)" }.joined(separator: " ") + "\n"
    }
  }

  private let path = Repository.path("Models/tutorial.yaml")

  @Test func `the example of LinearProgramming prints what its article shows`() throws {
    let paper = Paper()
    func print(_ items: Any...) { paper.write(items) }
    // begin LinearProgramming/SolvingAProgram
    var program = LinearProgram()
    let x = program.addColumn(upper: 3, cost: -3)
    let y = program.addColumn(cost: -2)
    program.addRow(lower: -.infinity, upper: 4, [(x, 1), (y, 1)])
    program.addRow(lower: -.infinity, upper: 9, [(x, 1), (y, 3)])

    func show(_ outcome: Outcome) {
      switch outcome {
      case .optimal(let solution):
        print("x =", solution.columnValues[x], "y =", solution.columnValues[y])
        print("objective", solution.objective, "not below", solution.bound)
        print("duals", solution.rowDuals, "reduced costs", solution.reducedCosts)
      case .infeasible: print("no point satisfies all rows and bounds")
      default: print("no proven answer")
      }
    }
    show(try solve(program))

    try withSolverSession(program) { session in
      show(try session.solve())
      try session.setRowBounds([(0, lower: 8, upper: .infinity)])
      show(try session.solve())
    }
    // end
    try Article("LinearProgramming/SolvingAProgram").check(against: #filePath, printed: paper.text)
  }

  @Test func `the example of SupplyChain prints what its article shows`() throws {
    let paper = Paper()
    func print(_ items: Any...) { paper.write(items) }
    // begin SupplyChain/ReadingAModel
    let document = try ModelDocument.read(path: path)
    let base = document.base
    print(base.name, base.horizon.start, "to", base.horizon.end)
    print(base.stages.joined(separator: " → "))
    print(document.scenarioIDs)

    let banned = try document.model(scenarios: ["export_ban"])
    for (before, after) in zip(base.imports, banned.imports) {
      print(after.id, before.limit?.level(2028) ?? .infinity, "→", after.limit?.level(2028) ?? 0)
    }

    do {
      _ = try ModelDocument.read(text: "lodestone: 1\nnme: Chain\n", file: "chain.yaml")
    } catch {
      for problem in error.diagnostics.prefix(2) {
        print("\(problem.file):\(problem.line):\(problem.column)", problem.message)
      }
    }
    // end
    try Article("SupplyChain/ReadingAModel").check(against: #filePath, printed: paper.text)
  }

  @Test func `the example of Allocation prints what its article shows`() throws {
    let paper = Paper()
    func print(_ items: Any...) { paper.write(items) }
    // begin Allocation/PlanningAwards
    let model = try ModelDocument.read(path: path).model()
    let program = AllocationProgram(model)
    let solution = solve(program)
    print(solution.status, solution.verification?.isVerified == true ? "verified" : "doubtful")
    for (objective, value) in solution.objectives {
      print(objective.name, (1000 * value).rounded() / 1000)
    }
    for award in solution.plan?.awards ?? [] {
      let year = model.horizon.year(ofStep: award.step)
      print(year, model.facilities[award.facility].id, award.amount.rounded(), "MUSD")
    }
    // end
    try Article("Allocation/PlanningAwards").check(against: #filePath, printed: paper.text)
  }

  @Test func `the example of Analysis prints what its article shows`() throws {
    let paper = Paper()
    func print(_ items: Any...) { paper.write(items) }
    // begin Analysis/FollowingTheBudget
    let model = try ModelDocument.read(path: path).model()
    let curve = frontier(model)
    print(curve.status, curve.isExact ? "exact" : "a step function")
    for point in curve.breakpoints {
      let slope = point.slopeRight.map { (1e6 * curve.perMillion($0)).rounded() / 1e6 }
      print((100 * point.scale).rounded() / 100, (100 * point.value).rounded() / 100, slope ?? 0)
    }
    // end
    try Article("Analysis/FollowingTheBudget").check(against: #filePath, printed: paper.text)
  }

  @Test func `the example of Reporting prints what its article shows`() throws {
    let paper = Paper()
    func print(_ items: Any...) { paper.write(items) }
    // begin Reporting/WritingTables
    var table = Table("built", [.init("facility"), .init("capacity", unit: "t/yr")])
    table.rows.append([.text("separation"), .number(450)])
    table.rows.append([.text("=HYPERLINK(\"x\")"), .empty])
    print(table.csv)
    print(table.json.text)
    // end
    try Article("Reporting/WritingTables").check(against: #filePath, printed: paper.text)
  }
}
