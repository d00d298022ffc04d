import TestSupport
import Testing

@testable import LinearAlgebra
@testable import LinearProgramming

/// Programs solved block by block.
@Suite struct BlockTests {
  /// Shared capacities, and blocks that use them at costs of their own.
  private func random(_ seed: UInt64, blocks: Int) -> (LinearProgram, [Int32]) {
    var numbers = Random(seed)
    var program = LinearProgram()
    var owner: [Int32] = []
    let shared = (0..<8).map { _ -> Int in
      owner.append(-1)
      return program.addColumn(upper: 5, cost: 1 + numbers.uniform())
    }
    for b in 0..<blocks {
      let own = (0..<10).map { _ -> Int in
        owner.append(Int32(b))
        return program.addColumn(upper: 3, cost: (numbers.uniform() - 1) / Double(blocks))
      }
      // The same rule about shared columns alone in every block.
      for j in shared { program.addEntry(j, 1) }
      program.finishRow(lower: -.infinity, upper: 12)
      for _ in 0..<6 {
        for j in own where numbers.uniform() < 0.8 { program.addEntry(j, 0.2 + numbers.uniform()) }
        program.addEntry(shared[Int(numbers.uniform() * 3.99)], -1)
        program.finishRow(lower: -.infinity, upper: numbers.uniform())
      }
      // A sum of shared columns.
      for j in shared[4...] { program.addEntry(j, 2) }
      program.addEntry(own[0], 1)
      program.addEntry(own[1], -1 - numbers.uniform())
      program.finishRow(lower: 1, upper: .infinity)
    }
    return (program, owner)
  }

  /// Solves by blocks what is solved whole as well, and compares.
  private func expectAgreement(_ program: LinearProgram, _ owner: [Int32], _ blocks: Int) throws {
    guard case .optimal(let whole) = try solve(program),
      case .optimal(let parts) = try solveByBlocks(
        program, blockOfColumn: owner, blockCount: blocks)
    else {
      Issue.record("no optimum")
      return
    }
    #expect(abs(whole.objective - parts.objective) <= 1e-5 * (1 + abs(whole.objective)))
    #expect(parts.bound <= whole.objective + 1e-9)
    #expect(parts.verification.isVerified)
  }

  @Test(arguments: 1...14)
  func `the answer is that of the whole program, verified`(seed: Int) throws {
    let blocks = seed > 12 ? 40 : 1 + seed % 5
    let (program, owner) = random(UInt64(seed), blocks: blocks)
    try expectAgreement(program, owner, blocks)
  }

  /// Shared columns that only 0 fits, because every block pays another price for them, and blocks' own columns
  /// that go with them.
  private func forced(_ seed: UInt64, blocks: Int) -> (LinearProgram, [Int32]) {
    var (program, owner) = random(seed, blocks: blocks)
    var numbers = Random(seed &+ 99)
    let built = (0..<3).map { _ -> (build: Int, pays: [Int]) in
      owner += [-1, -1, -1]
      return (
        program.addColumn(upper: 4, cost: -numbers.uniform()),
        [program.addColumn(upper: 50), program.addColumn(upper: 50, cost: 0.01)]
      )
    }
    for b in 0..<blocks {
      let own = built.map { _ -> Int in
        owner.append(Int32(b))
        return program.addColumn(upper: 2, cost: -numbers.uniform())
      }
      for (facility, use) in zip(built, own) {
        let price = 2 + numbers.uniform()
        program.addRow(
          lower: 0, upper: 0,
          [(facility.build, price)] + facility.pays.map { (column: $0, coefficient: -1) })
        program.addRow(lower: -.infinity, upper: 0, [(use, 1), (facility.build, -1)])
      }
      program.addRow(
        lower: -.infinity, upper: 30,
        built.flatMap { $0.pays }.map { (column: $0, coefficient: 1) } + [(own[0], 1)])
    }
    return (program, owner)
  }

  @Test(arguments: 1...10)
  func `what only 0 fits does no harm to the answer or its proof`(seed: Int) throws {
    let blocks = 2 + 3 * (seed % 4)
    let (program, owner) = forced(UInt64(seed), blocks: blocks)
    try expectAgreement(program, owner, blocks)
  }

  @Test func `shared columns without a choice count in the rows of blocks`() throws {
    let (random, owner) = random(4, blocks: 3)
    var program = random
    program.setColumnBounds(0, lower: 1, upper: 1)
    program.setColumnBounds(5, lower: 2, upper: 2)
    try expectAgreement(program, owner, 3)
  }

  private func method(_ program: LinearProgram, _ owner: [Int32], blocks: Int) throws
    -> BlockInteriorPoint
  {
    let angular = BlockAngularProgram(program, blockOfColumn: owner)
    let scaling = Scaling(for: angular.program)
    let columns = angular.program.scaledColumnBounds(scaling)
    let rows = angular.program.scaledRowBounds(scaling)
    let (top, parts, linkCount) = angular.parts(
      blockCount: blocks, matrix: ColumnMatrix(angular.program, scaling),
      lower: columns.lower + rows.lower, upper: columns.upper + rows.upper,
      cost: scaling.scaledCosts(angular.program.cost))
    let system = try #require(BlockSystem(parts, top: top, linkCount: linkCount))
    return try #require(BlockInteriorPoint(system))
  }

  @Test func `a rejected step leaves the point as it was`() throws {
    let (program, owner) = random(3, blocks: 4)
    let method = try self.method(program, owner, blocks: 4)
    #expect(method.start(mustStop: { false }))
    for _ in 0..<3 {
      let before = method.measure()
      #expect(method.advance(before, mustStop: { false }))
      #expect(method.measure().complementarity < 0.9 * before.complementarity)
      method.rejectStep()
      let after = method.measure()
      #expect(after.complementarity == before.complementarity)
      #expect(after.objective == before.objective)
      #expect(abs(after.dual - before.dual) <= 1e-9 * (1 + before.dual))
      #expect(method.advance(after, mustStop: { false }))
    }
  }

  @Test func `rows of columns next to their bounds are met to rounding`() throws {
    let (program, owner) = random(6, blocks: 4)
    let method = try self.method(program, owner, blocks: 4)
    #expect(method.start(mustStop: { false }))
    for _ in 0..<40 {
      let state = method.measure()
      if state.primal < 1e-7, state.complementarity < 1e-3 { break }
      #expect(method.advance(state, mustStop: { false }))
    }
    let before = method.measure()
    #expect(before.primal > 0)
    method.restoreFeasibility(mustStop: { false })
    #expect(method.measure().primal <= 1e-12)
    for part in [method.top] + method.parts {
      for j in 0..<part.size {
        #expect(part.x[j] >= part.lower[j] && part.x[j] <= part.upper[j])
      }
    }
    method.undoRestoration()
    #expect(method.measure().primal == before.primal)
  }

  @Test func `every block ties its own copy of a shared column to it`() {
    let (program, owner) = random(5, blocks: 3)
    let angular = BlockAngularProgram(program, blockOfColumn: owner)
    let linking = Set(angular.blockOfColumn.indices.filter { angular.blockOfColumn[$0] == -2 })
    #expect(!linking.isEmpty)
    for i in 0..<angular.program.rowCount where angular.blockOfRow[i] >= 0 {
      let range = angular.program.rowStart[i]..<angular.program.rowStart[i + 1]
      let shared = range.filter { linking.contains(Int(angular.program.columnIndex[$0])) }
      // Only the equations copy − column = 0 name a linking column.
      if shared.isEmpty { continue }
      #expect(shared.count == 1 && range.count == 2)
      #expect(angular.program.rowLower[i] == 0 && angular.program.rowUpper[i] == 0)
      #expect(Set(angular.program.coefficient[range]) == [1, -1])
    }
  }

  /// Columns x, y, z ≥ 0: an equation c·x = y + z and a limit y ≤ s·x, with other c and s in every row.
  @Test func `shared rows that others imply are left out`() {
    var program = LinearProgram()
    for _ in 0..<3 { program.addColumn(upper: 10) }
    for cost in [2.0, 3, 5, 4] {
      program.addRow(lower: 0, upper: 0, [(0, -cost), (1, 1), (2, 1)])
    }
    for share in [0.5, 0.25, 0.75] {
      program.addRow(lower: -.infinity, upper: 0, [(0, -share), (1, 1)])
    }
    let needed = FirstStageRows(program, rows: Array(0..<7)).isNeeded
    // Two equations span the four; the smallest share implies the others.
    #expect(needed[..<4].filter { $0 }.count == 2)
    #expect(Array(needed[4...]) == [false, true, false])
  }

  @Test func `a limit that could be passed below a bound under 0 is kept`() {
    var program = LinearProgram()
    program.addColumn(upper: 10)
    program.addColumn(lower: -1, upper: 10)
    program.addRow(lower: -.infinity, upper: 4, [(0, 1), (1, 1)])
    program.addRow(lower: -.infinity, upper: 4, [(0, 1), (1, 2)])
    program.addRow(lower: -.infinity, upper: 6, [(0, 1), (1, 2)])
    #expect(FirstStageRows(program, rows: [0, 1, 2]).isNeeded == [true, true, false])
  }

  @Test func `a program without an optimum is not called one`() throws {
    let random = random(3, blocks: 3)
    var program = random.0
    program.addRow(lower: 50, upper: .infinity, [(0, 1), (1, 1)])
    if case .optimal = try solveByBlocks(program, blockOfColumn: random.1, blockCount: 3) {
      Issue.record("an infeasible program has an optimum")
    }
  }
}
