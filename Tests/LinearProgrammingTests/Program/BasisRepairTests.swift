import Testing

@testable import LinearProgramming

@Suite struct BasisRepairTests {
  /// The second column is twice the first.
  private func program() -> LinearProgram {
    var program = LinearProgram()
    program.addColumn(lower: 0, upper: 4, cost: 1)
    program.addColumn(lower: -.infinity, upper: 4, cost: 1)
    program.addColumn(lower: 2, upper: 2, cost: 1)
    program.addRow(lower: 0, upper: 8, [(0, 1), (1, 2), (2, 1)])
    program.addRow(lower: 0, upper: 8, [(0, 2), (1, 4)])
    return program
  }

  @Test func `of dependent columns one stays, and a row becomes basic`() {
    let basis = Basis(columns: [.basic, .basic, .fixed], rows: [.atUpper, .atUpper])
    let repaired = basis.repaired(for: program())
    #expect(repaired.basicCount == 2)
    #expect(repaired.columns.count { $0 == .basic } == 1)
    #expect(repaired.columns[2] == .fixed)
  }

  @Test func `a basis with too many members loses what its rows leave no room for`() {
    let basis = Basis(columns: [.basic, .basic, .basic], rows: [.basic, .atUpper])
    let repaired = basis.repaired(for: program())
    #expect(repaired.basicCount == 2)
    #expect(repaired.rows == [.basic, .atUpper])
    #expect(repaired.columns[2] == .fixed)
  }

  @Test func `a valid basis is left as it is`() {
    let basis = Basis(columns: [.basic, .atUpper, .basic], rows: [.atUpper, .atLower])
    #expect(basis.repaired(for: program()) == basis)
  }

  @Test func `what is not basic rests at a bound that it has`() {
    #expect(Basis.resting(1, 1) == .fixed && Basis.resting(0, .infinity) == .atLower)
    #expect(Basis.resting(-.infinity, 3) == .atUpper)
    #expect(Basis.resting(-.infinity, .infinity) == .free)
  }
}
