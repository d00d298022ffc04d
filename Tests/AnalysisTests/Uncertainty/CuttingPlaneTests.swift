import Testing

@testable import Analysis
@testable import LinearProgramming

@Suite struct CuttingPlaneTests {
  /// Half of max(4 − x, 0) and half of 2·max(x − 2, 0): 2 − x/2 up to 2, then rising.
  private func model() -> CuttingPlaneModel {
    var model = CuttingPlaneModel(shares: [0.5, 0.5])
    model.add(group: 0, constant: 4, subgradient: [-1])
    model.add(group: 0, constant: 0, subgradient: [0])
    model.add(group: 1, constant: -4, subgradient: [2])
    model.add(group: 1, constant: 0, subgradient: [0])
    return model
  }

  @Test func `the least of two groups' cuts is where their slopes cancel`() throws {
    let found = try #require(model().minimiser(rows: [], lower: [0], upper: [10]))
    #expect(abs(found.decisions[0] - 2) < 1e-9)
    #expect(abs(found.subgradients[0][0] + 1) < 1e-9)
    #expect(abs(found.subgradients[1][0] - 1) < 1e-9)
  }

  @Test func `the box and the rows of the decisions hold`() throws {
    let boxed = try #require(model().minimiser(rows: [], lower: [0], upper: [1]))
    #expect(abs(boxed.decisions[0] - 1) < 1e-9)
    let row = Recourse.Row(decisions: [0], values: [1], lower: 3, upper: .infinity)
    let cut = try #require(model().minimiser(rows: [row], lower: [0], upper: [10]))
    #expect(abs(cut.decisions[0] - 3) < 1e-9)
    #expect(model().minimiser(rows: [row], lower: [0], upper: [1]) == nil)
  }
}
