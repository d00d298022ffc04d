import Foundation
import TestSupport
import Testing

@testable import LinearProgramming

/// Programs on which the solver alone is known to answer wrongly.
@Suite struct WrongOptimumTests {
  @Test func `tiny and huge costs together`() throws {
    var program = LinearProgram()
    program.addColumn(lower: 0, upper: 1e9, cost: -1e-6)
    program.addColumn(lower: 0, upper: 1, cost: -1e6)
    #expect(isClose(try #require(try solve(program).optimum).objective, -1_001_000))
  }

  @Test func `a tiny coefficient does not make a program infeasible`() throws {
    var program = LinearProgram()
    program.addColumn(cost: 1)
    program.addRow(lower: 1, upper: .infinity, [(0, 1e-12)])
    #expect(isClose(try #require(try solve(program).optimum).objective, 1e12))
  }

  @Test func `needs above a tiny budget are infeasible`() throws {
    var program = LinearProgram()
    program.addColumn(cost: -1)
    program.addRow(lower: -.infinity, upper: 1e-7, [(0, 1)])
    program.addRow(lower: 1.5e-7, upper: .infinity, [(0, 1)])
    #expect(try solve(program).certificate != nil)
  }

  @Test(arguments: [1e5, 1e6, 1e7, 1e8])
  func `a switch with a large constant does not open by a crack`(large: Double) throws {
    // Running earns 1 a tonne up to 50; the plant costs more than it can earn.
    var program = LinearProgram()
    let amount = program.addColumn(lower: 0, upper: 50, cost: -1)
    let built = program.addColumn(lower: 0, upper: 1, cost: 1000, integer: true)
    program.addRow(lower: -.infinity, upper: 0, [(amount, 1), (built, -large)])
    switch try solve(program) {
    case .optimal(let solution): #expect(isClose(solution.objective, 0))
    case .unverified(let solution, _): #expect(isClose(solution.objective, 0))
    default: Issue.record("no answer")
    }
  }

  @Test(arguments: [3, 4, 5])
  func `badly scaled programs are right or not called optimal`(span: Int) throws {
    var verified = 0
    for seed in 0..<120 {
      var random = Random(UInt64(1000 * span + seed))
      func size() -> Double { pow(10, Double(span) * (2 * random.uniform() - 1)) }
      var program = LinearProgram()
      for _ in 0..<3 { program.addColumn(lower: 0, upper: size(), cost: -size()) }
      for _ in 0..<3 {
        for j in 0..<3 { program.addEntry(j, size()) }
        program.finishRow(lower: -.infinity, upper: size())
      }
      guard let solution = try solve(program).optimum else { continue }
      verified += 1
      let bound = scaledOptimum(program)
      #expect(abs(solution.objective - bound) <= 3e-7 * abs(bound), "seed \(seed)")
    }
    #expect(verified >= 110)
  }

  /// The optimum of `max c·x, A·x ≤ b, 0 ≤ x ≤ u` with positive numbers, by vertices in units in which every
  /// column reaches 1.
  private func scaledOptimum(_ program: LinearProgram) -> Double {
    var planes: [(normal: [Double], value: Double)] = []
    var reach = program.columnUpper
    for i in 0..<3 {
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let j = Int(program.columnIndex[k])
        reach[j] = min(reach[j], program.rowUpper[i] / program.coefficient[k])
      }
    }
    for j in 0..<3 {
      var unit = [0.0, 0, 0]
      unit[j] = 1
      planes.append((unit, 0))
      planes.append((unit, 1))
    }
    for i in 0..<3 {
      var normal = [0.0, 0, 0]
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let j = Int(program.columnIndex[k])
        normal[j] = program.coefficient[k] * reach[j] / program.rowUpper[i]
      }
      planes.append((normal, 1))
    }
    var best = 0.0
    for a in 0..<planes.count {
      for b in (a + 1)..<planes.count {
        for c in (b + 1)..<planes.count {
          guard let x = solveSquare([planes[a], planes[b], planes[c]]) else { continue }
          let isFeasible = planes[6...].allSatisfy { plane in
            zip(plane.normal, x).reduce(0) { $0 + $1.0 * $1.1 } <= 1 + 1e-9
          }
          if !isFeasible || x.contains(where: { $0 < -1e-9 || $0 > 1 + 1e-9 }) { continue }
          best = min(best, (0..<3).reduce(0) { $0 + program.cost[$1] * reach[$1] * x[$1] })
        }
      }
    }
    return best
  }
}
