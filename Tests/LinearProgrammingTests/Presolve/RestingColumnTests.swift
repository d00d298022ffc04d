import TestSupport
import Testing

@testable import LinearAlgebra
@testable import LinearProgramming

/// Sites that may be opened, each with customers it may serve: what is served stays within what is built, and all
/// building within a budget. At a vertex most sites are not opened.
private func sites(_ random: inout Random, count: Int, customers: Int) -> LinearProgram {
  var program = LinearProgram()
  var builds: [Int] = []
  var served = [[Int]](repeating: [], count: customers)
  for _ in 0..<count {
    let build = program.addColumn(
      lower: 0, upper: Double(random.whole(2...9)), cost: 0.5 + random.uniform())
    builds.append(build)
    var terms: [(column: Int, coefficient: Double)] = [(build, -Double(random.whole(1...3)))]
    for k in 0..<4 {
      let customer = (random.whole(0...(customers - 1)) + k) % customers
      let flow = program.addColumn(lower: 0, upper: .infinity, cost: 0.1 * random.uniform())
      served[customer].append(flow)
      terms.append((flow, 1))
    }
    program.addRow(lower: -.infinity, upper: 0, terms)
  }
  for customer in 0..<customers {
    let missing = program.addColumn(lower: 0, upper: 5, cost: 2 + 3 * random.uniform())
    program.addRow(
      lower: 5, upper: .infinity, served[customer].map { ($0, 1) } + [(missing, 1)])
  }
  program.addRow(lower: -.infinity, upper: Double(count), builds.map { ($0, 1) })
  return program
}

@Suite struct RestingColumnTests {
  @Test(arguments: 1...12)
  func `columns that rest at first change no optimum`(seed: UInt64) throws {
    var random = Random(seed)
    let program = sites(&random, count: 150, customers: 60)
    let expected = try #require(try solve(program).optimum)
    // As they rest in a plan, and at random, wrong ones among them; what is missing may always be.
    let columns = 0..<program.columnCount
    let masks = [
      columns.map { expected.columnValues[$0] == 0 },
      columns.map {
        let rests =
          expected.columnValues[$0] == 0 ? random.whole(0...2) > 0 : random.whole(0...9) == 0
        return rests && program.cost[$0] < 2
      },
      columns.map { random.whole(0...1) == 0 && program.cost[$0] < 2 },
    ]
    for mask in masks {
      var options = SolverOptions()
      options.excludedColumns = mask
      let found = try #require(try solve(program, options).optimum)
      #expect(found.attempts.contains { $0.method == .columnPricing })
      #expect(found.verification.isVerified)
      #expect(isClose(found.objective, expected.objective))
    }
  }

  @Test func `where nothing is left to meet a row with, all columns are looked at`() throws {
    var random = Random(3)
    let program = sites(&random, count: 150, customers: 60)
    let expected = try #require(try solve(program).optimum)
    var options = SolverOptions()
    options.excludedColumns = program.cost.map { _ in true }
    let found = try #require(try solve(program, options).optimum)
    #expect(found.verification.isVerified)
    #expect(isClose(found.objective, expected.objective))
    // A list for another program says nothing.
    options.excludedColumns = [true]
    #expect(
      isClose(try #require(try solve(program, options).optimum).objective, expected.objective))
  }

  @Test func `the capacity of what is not built is worth what its output would be`() throws {
    // A market pays 3 for what a plant makes, whose capacity costs 4: nothing is built.
    var program = LinearProgram()
    let built = program.addColumn(lower: 0, upper: 9, cost: 4)
    let made = program.addColumn(lower: 0, upper: .infinity, cost: -3)
    program.addRow(lower: -.infinity, upper: 0, [(made, 1), (built, -1)])
    let scaling = Scaling(identityFor: program)
    var basis = Basis.standard(for: program)
    let resting = ColumnRestriction(
      matrix: ColumnMatrix(program, scaling), lower: program.columnLower + program.rowLower,
      upper: program.columnUpper + program.rowUpper, basis: basis)
    #expect(resting.columns == [built, made] && resting.rows == [0])
    _ = resting.price(&basis, cost: program.cost, multipliers: [0], mustStop: { false })
    // The output is basic and the row at its bound: its price is −3, and building costs 4 − 3.
    #expect(basis.columns == [.atLower, .basic] && basis.rows == [.atUpper])
  }
}
