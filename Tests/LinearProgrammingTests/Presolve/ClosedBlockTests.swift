import TestSupport
import Testing

@testable import LinearAlgebra
@testable import LinearProgramming

/// Columns that several rows together hold at 0, and solves that leave them out.
@Suite struct ClosedBlockTests {
  /// A plant that costs 10 a unit: awards pay up to 40 %, own money up to `ownShare`, and earns 3 a unit, which must be 10
  /// % of the award at least. Gives the ids of its columns.
  @discardableResult
  private func addPlant(
    _ program: inout LinearProgram, ownShare: Double, group: Int32
  ) -> [Int] {
    let build = program.addColumn(upper: 5)
    let award = program.addColumn(upper: 50)
    let own = program.addColumn(upper: 50)
    let activity = program.addColumn(upper: 5)
    program.columnGroup += [group, group, group, group]
    program.addRow(lower: 0, upper: 0, [(build, -10), (award, 1), (own, 1)])
    program.addRow(lower: -.infinity, upper: 0, [(build, -4), (award, 1)])
    program.addRow(lower: -.infinity, upper: 0, [(build, -10 * ownShare), (own, 1)])
    program.addRow(lower: -.infinity, upper: 0, [(build, -1), (activity, 1)])
    program.addRow(lower: 0, upper: .infinity, [(activity, 3), (award, -0.1)])
    return [build, award, own, activity]
  }

  private func search(_ program: LinearProgram) -> [ClosedBlock] {
    ClosedBlock.search(
      ColumnMatrix(program, Scaling(identityFor: program)), group: program.columnGroup,
      lower: program.columnLower + program.rowLower,
      upper: program.columnUpper + program.rowUpper, mustStop: { false })
  }

  @Test func `a plant that nobody can pay for is closed`() throws {
    var program = LinearProgram()
    let closed = addPlant(&program, ownShare: 0.5, group: 0)
    addPlant(&program, ownShare: 0.6, group: 1)
    let found = search(program)
    #expect(found.map(\.columns) == [closed])
    #expect(found.first?.rows == [0, 1, 2, 3, 4])
  }

  @Test func `a row with another bound than 0, or with other columns, closes nothing`() {
    var program = LinearProgram()
    let plant = addPlant(&program, ownShare: 0.5, group: 0)
    program.setRowBounds(0, lower: 1, upper: 1)
    #expect(search(program).isEmpty)
    program.setRowBounds(0, lower: 0, upper: 0)
    #expect(search(program).count == 1)
    // Somebody else pays for a part of it.
    let other = program.addColumn(upper: 1)
    program.setRowBounds(0, lower: -.infinity, upper: .infinity)
    program.addRow(
      lower: 0, upper: 0, [(plant[0], -10), (plant[1], 1), (plant[2], 1), (other, 1)])
    #expect(search(program).isEmpty)
  }

  /// Each step's plant may cost what the last one earned, and the first has nothing: only if one could begin would all grow.
  @Test func `a chain of expansions without a beginning is closed`() {
    var program = LinearProgram()
    var former: Int?
    for _ in 0..<12 {
      let build = program.addColumn(upper: 100)
      program.columnGroup.append(0)
      program.addRow(
        lower: -.infinity, upper: 0, [(build, 1)] + (former.map { [($0, -6.7)] } ?? []))
      former = build
    }
    #expect(search(program).map(\.columns) == [Array(0..<12)])
  }

  /// Small whole coefficients; most rows pull at few columns.
  private func randomCone(_ random: inout Random) -> LinearProgram {
    var program = LinearProgram()
    let count = random.whole(3...12)
    for _ in 0..<count { program.addColumn(upper: Double(random.whole(1...9))) }
    program.columnGroup = [Int32](repeating: 0, count: count)
    for _ in 0..<random.whole(2...12) {
      for j in 0..<count where random.whole(0...2) == 0 {
        program.addEntry(j, Double(random.whole(1...4) * (random.whole(0...1) == 0 ? 1 : -1)))
      }
      let isEqual = random.whole(0...3) == 0
      program.finishRow(lower: 0, upper: isEqual ? 0 : .infinity)
    }
    return program
  }

  /// Random cones: every column of a block can only be 0, and where every column can only be 0 the block is all of them.
  @Test(arguments: 1...60)
  func `what is closed can only be 0`(seed: UInt64) throws {
    var random = Random(seed)
    let program = randomCone(&random)
    let closed = Set(search(program).flatMap(\.columns))
    var zeros: Set<Int> = []
    for j in 0..<program.columnCount {
      var single = program
      single.setCosts((0..<program.columnCount).map { $0 == j ? -1 : 0 })
      let most = try #require(try solve(single).optimum?.objective)
      if most > -1e-9 { zeros.insert(j) }
    }
    #expect(closed.isSubset(of: zeros))
    if zeros.count == program.columnCount { #expect(closed == zeros) }
  }

  @Test(arguments: 1...30)
  func `multipliers leave no reduced cost of the wrong sign`(seed: UInt64) throws {
    var random = Random(seed)
    var program = randomCone(&random)
    addPlant(&program, ownShare: 0.5, group: 1)
    for block in search(program) {
      var reduced = block.columns.map { _ in Double(random.whole(-20...10)) }
      let multipliers = try #require(block.multipliers(reducedCosts: reduced))
      for (i, y) in zip(block.rows, multipliers) {
        if y > 1e-9 { #expect(program.rowLower[i] == 0) }
        if y < -1e-9 { #expect(program.rowUpper[i] == 0) }
        for k in program.rowStart[i]..<program.rowStart[i + 1] {
          if let own = block.columns.firstIndex(of: Int(program.columnIndex[k])) {
            reduced[own] -= y * program.coefficient[k]
          }
        }
      }
      #expect(reduced.allSatisfy { $0 >= -1e-7 })
    }
  }

  /// Plants that share a budget and serve demands; every third cannot be paid for, and would be the best.
  private func manyPlants(_ random: inout Random, count: Int) -> LinearProgram {
    var program = LinearProgram()
    var budget: [(column: Int, coefficient: Double)] = []
    var served: [(column: Int, coefficient: Double)] = []
    for plant in 0..<count {
      let share = plant % 3 == 0 ? 0.5 : 0.7
      let columns = addPlant(&program, ownShare: share, group: Int32(plant))
      budget.append((columns[1], 1))
      served.append((columns[3], plant % 3 == 0 ? 2 : Double(random.whole(5...15)) / 10))
    }
    program.addRow(lower: -.infinity, upper: Double(4 * count), budget)
    let missing = program.addColumn(upper: Double(10 * count), cost: 1)
    program.addRow(
      lower: Double(2 * count), upper: .infinity, served + [(missing, 1)])
    return program
  }

  @Test(arguments: 1...6)
  func `a solve that holds closed blocks at 0 finds the same optimum`(seed: UInt64) throws {
    var random = Random(seed)
    let program = manyPlants(&random, count: 90)
    let expected = try #require(try solve(program).optimum?.objective)
    try withSolverSession(program) { session in
      session.closesBlocks = true
      let found = try #require(try session.solve().optimum)
      #expect(found.attempts.contains { $0.method == .closedBlocks })
      #expect(found.verification.isVerified)
      #expect(isClose(found.objective, expected))
      for plant in stride(from: 0, to: 90, by: 3) { #expect(found.columnValues[4 * plant] == 0) }
      #expect(program.exactVerdict(of: try #require(try session.basis())) != .notABasis)
      // Another objective from where this one ended, and other bounds.
      var costs = program.cost
      for plant in 0..<90 { costs[4 * plant + 2] = Double(random.whole(1...9)) / 100 }
      try session.setCosts(costs)
      var other = program
      other.setCosts(costs)
      let next = try #require(try session.solve().optimum?.objective)
      #expect(isClose(next, try #require(try solve(other).optimum?.objective)))
      try session.setRowBounds(program.rowCount - 2, lower: -.infinity, upper: 100)
      other.setRowBounds(program.rowCount - 2, lower: -.infinity, upper: 100)
      let last = try #require(try session.solve().optimum?.objective)
      #expect(isClose(last, try #require(try solve(other).optimum?.objective)))
    }
  }

  @Test func `a block that an edit opens is open`() throws {
    var random = Random(3)
    let program = manyPlants(&random, count: 90)
    try withSolverSession(program) { session in
      session.closesBlocks = true
      let before = try #require(try session.solve().optimum?.objective)
      // The first plant gets 20 from elsewhere.
      try session.setRowBounds(0, lower: -20, upper: -20)
      var other = program
      other.setRowBounds(0, lower: -20, upper: -20)
      let expected = try #require(try solve(other).optimum?.objective)
      let found = try #require(try session.solve().optimum?.objective)
      #expect(isClose(found, expected))
      #expect(found < before)
    }
  }
}
