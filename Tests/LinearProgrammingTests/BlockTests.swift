import Testing

@testable import LinearProgramming

@Suite("Programs solved block by block")
struct BlockTests {
  private struct Numbers {
    var state: UInt64
    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) * 0x1p-31
    }
  }

  /// Shared capacities, and blocks that use them at costs of their own.
  private func random(_ seed: UInt64, blocks: Int) -> (LinearProgram, [Int32]) {
    var numbers = Numbers(state: seed)
    var program = LinearProgram()
    var owner: [Int32] = []
    let shared = (0..<8).map { _ -> Int in
      owner.append(-1)
      return program.addColumn(upper: 5, cost: 1 + numbers.next())
    }
    for b in 0..<blocks {
      let own = (0..<10).map { _ -> Int in
        owner.append(Int32(b))
        return program.addColumn(upper: 3, cost: (numbers.next() - 1) / Double(blocks))
      }
      // The same rule about shared columns alone in every block.
      for j in shared { program.addEntry(j, 1) }
      program.finishRow(lower: -.infinity, upper: 12)
      for _ in 0..<6 {
        for j in own where numbers.next() < 0.8 { program.addEntry(j, 0.2 + numbers.next()) }
        program.addEntry(shared[Int(numbers.next() * 3.99)], -1)
        program.finishRow(lower: -.infinity, upper: numbers.next())
      }
      // A sum of shared columns.
      for j in shared[4...] { program.addEntry(j, 2) }
      program.addEntry(own[0], 1)
      program.addEntry(own[1], -1 - numbers.next())
      program.finishRow(lower: 1, upper: .infinity)
    }
    return (program, owner)
  }

  @Test("The answer is that of the whole program, verified", arguments: 1...12)
  func agrees(seed: Int) throws {
    let blocks = 1 + seed % 5
    let (program, owner) = random(UInt64(seed), blocks: blocks)
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

  @Test("A program without an optimum is not called one")
  func infeasible() throws {
    let random = random(3, blocks: 3)
    var program = random.0
    program.addRow(lower: 50, upper: .infinity, [(0, 1), (1, 1)])
    if case .optimal = try solveByBlocks(program, blockOfColumn: random.1, blockCount: 3) {
      Issue.record("an infeasible program has an optimum")
    }
  }
}
