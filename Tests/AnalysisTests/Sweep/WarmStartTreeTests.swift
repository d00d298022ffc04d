import Allocation
import LinearProgramming
import SupplyChain
import Testing

@testable import Analysis

@Suite struct WarmStartTreeTests {
  @Test func `budgets of a grid start from near ones that come before them`() throws {
    let scales = ["1.02", "1", "1.01", "1.03", "2"]
    let cases = try SweepCases.grid([
      ("budget_scale", scales), ("commodities.*.price", ["x1", "x2"]),
    ])
    let tree = WarmStartTree(cases)
    // By budget: 1, 1.01, 1.02, 1.03, 2, at places 0 to 4; two cases a budget.
    #expect(tree.parent(of: 2) == nil)
    #expect(tree.parent(of: 4) == 2)
    #expect(tree.parent(of: 5) == 3)
    #expect(tree.parent(of: 0) == 4)
    #expect(tree.parent(of: 7) == 1)
    // Twice the budget is too far.
    #expect(tree.parent(of: 8) == nil)
  }

  @Test func `rows of a table that differ in the budget alone start from one another`() throws {
    let table = try CaseTable(
      text: "budget_scale,scenario\n1.01,a\n1,b\n1,a\n1.005,b\n,b\n")
    let tree = WarmStartTree(try .table(table))
    #expect((0..<5).map { tree.parent(of: $0) } == [2, nil, nil, 1, 1])
  }

  @Test func `cases without a budget start from none`() throws {
    let cases = try SweepCases.grid([("commodities.*.price", ["x1", "x2"])])
    #expect(WarmStartTree(cases).isEmpty)
  }

  @Test func `large cases with near budgets have the answers that they have alone`() throws {
    var generator = ModelGenerator()
    generator.facilities = 20
    let document = try ModelDocument.read(text: generator.text)
    let scales = ["0.9", "0.915", "0.91"]
    let cases = try SweepCases.grid([("budget_scale", scales)])
    var settings = SweepSettings()
    settings.isRelaxed = true
    let sweep = Sweep(document, cases, settings)
    let size = AllocationProgram(document.base, relaxed: true).program
    #expect(SolveStrategy.startUse(SolveStrategy.Shape(size), .related) != .used)
    for index in 0..<cases.count {
      let result = try #require(sweep.solve(index))
      #expect(result.status == .optimal && result.isVerified)
      // A sweep that has solved nothing yet finds the same.
      let fresh = try #require(Sweep(document, cases, settings).solve(index))
      #expect(fresh.objectives == result.objectives)
      #expect("\(fresh.awards)" == "\(result.awards)")
      let scale = try #require(cases.values(index)[0].factor)
      let alone = solve(AllocationProgram(try document.model(budgetScale: scale), relaxed: true))
      for (objective, value) in alone.objectives {
        let found = try #require(result.objectives[objective])
        #expect(abs(found - value) <= 1e-6 * max(1, abs(value)))
      }
    }
  }
}
