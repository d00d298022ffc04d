import TestSupport
import Testing

@testable import LinearProgramming

/// What an outcome makes of shared decisions.
@Suite struct RecourseTests {
  /// Minimises 2·z + x of a shared decision that counts twice in the program, with z at least 3 − x, and
  /// z at most 1 if asked for.
  private func shortage(most: Double = .infinity) -> RecourseProgram {
    var program = LinearProgram()
    let x = program.addColumn(lower: 0, upper: 20, cost: 0.5)
    let z = program.addColumn(lower: 0, upper: most, cost: 2)
    program.addRow(lower: 6, upper: .infinity, [(x, 1), (z, 2)])
    program.addRow(lower: -.infinity, upper: 16, [(x, 1)])
    return RecourseProgram(program, decision: [0, -1], factor: [2, 1])
  }

  @Test func `value, point and slope are those of the hand count`() throws {
    let short = shortage().recourse(at: [1])
    #expect(short.end == .optimal)
    #expect(short.point == [2, 2])
    #expect(short.slope == [-1])
    #expect(short.verification?.primalObjective == 5)
    #expect(short.verification?.isFeasible == true)
    let ample = shortage().recourse(at: [5], from: short.basis)
    #expect(ample.point == [10, 0])
    #expect(ample.slope == [1])
  }

  @Test func `decisions without an answer break a row that those with one keep`() throws {
    let answer = shortage(most: 1).recourse(at: [0])
    #expect(answer.end == .infeasible)
    let row = try #require(answer.rows.first)
    func sum(_ x: Double) -> Double { row.values.reduce(0) { $0 + $1 * x } }
    #expect(sum(0) < row.lower || sum(0) > row.upper)
    #expect(sum(2) >= row.lower - 1e-9 && sum(2) <= row.upper + 1e-9)
    #expect(sum(1.9) < row.lower || sum(1.9) > row.upper)
  }

  @Test func `a row of decisions alone that they break is told as it stands`() throws {
    let answer = shortage().recourse(at: [9])
    #expect(answer.end == .infeasible)
    let row = try #require(answer.rows.first)
    #expect(answer.rows.count == 1)
    #expect(row.decisions == [0] && row.values == [2] && row.upper == 16)
  }

  @Test(arguments: 1...40)
  func `slopes are below the value everywhere, rows hold wherever there is an answer`(seed: UInt64)
    throws
  {
    var random = Random(seed)
    let program = randomProgram(&random, columns: 9, rows: 6)
    let decision: [Int32] = [0, -1, -1, 1, -1, -1, 2, -1, -1]
    let outcome = RecourseProgram(
      program, decision: decision, factor: [1, 1, 1, 0.5, 1, 1, 2, 1, 1])
    func tried() -> [Double] { [0, 3, 6].map { _ in 4 * random.uniform() } }
    var known: [(x: [Double], answer: Recourse)] = []
    for _ in 0..<6 {
      let x = tried()
      let answer = outcome.recourse(
        at: x, from: known.first { $0.answer.basis != nil }?.answer.basis)
      // The same by a solve of the whole with the decisions fixed.
      var fixed = program
      let places = [(0, x[0]), (3, 0.5 * x[1]), (6, 2 * x[2])]
      var (lower, upper) = (program.columnLower, program.columnUpper)
      for (j, value) in places { (lower[j], upper[j]) = (value, value) }
      fixed.setColumnBounds(lower: lower, upper: upper)
      let isInside = places.allSatisfy { $1 <= program.columnUpper[$0] }
      switch (answer.end, try solve(fixed)) {
      case (.optimal, .optimal(let whole)):
        #expect(abs((answer.verification?.primalObjective ?? 0) - whole.objective) < 1e-7)
      case (.infeasible, .infeasible): break
      case (.infeasible, .optimal), (.failed, .optimal): #expect(!isInside)
      case (.failed, .infeasible): #expect(!isInside)
      default: Issue.record("\(answer.end)")
      }
      if isInside { known.append((x, answer)) }
    }
    for (x, answer) in known where answer.end == .optimal {
      let value = answer.verification?.primalObjective ?? 0
      for (y, other) in known where other.end == .optimal {
        let step = zip(answer.slope, zip(x, y)).reduce(0) { $0 + $1.0 * ($1.1.1 - $1.1.0) }
        #expect((other.verification?.primalObjective ?? 0) >= value + step - 1e-7)
      }
    }
    for (x, answer) in known where answer.end == .infeasible {
      #expect(!answer.rows.isEmpty)
      for row in answer.rows {
        func sum(_ x: [Double]) -> Double {
          zip(row.decisions, row.values).reduce(0) { $0 + $1.1 * x[$1.0] }
        }
        #expect(sum(x) < row.lower || sum(x) > row.upper)
        for (y, other) in known where other.end == .optimal {
          #expect(sum(y) >= row.lower - 1e-7 && sum(y) <= row.upper + 1e-7)
        }
      }
    }
  }

  @Test func `a weighted sum of answers takes over the largest figures and its own gap`() throws {
    func checked(_ x: Double) -> Verification {
      var program = LinearProgram()
      program.addColumn(lower: 0, upper: 10, cost: 1)
      program.addRow(lower: 2, upper: .infinity, [(0, 1)])
      return program.verification(of: [x])
    }
    let sum = Verification(
      sumOf: [(0.25, checked(4)), (0.75, checked(2))], bound: 2.4, boundIsProven: true,
      magnitude: 2.5, gapTolerance: 0.05)
    #expect(sum.primalObjective == 2.5)
    #expect(abs(sum.relativeGap - 0.04) < 1e-12)
    #expect(sum.isVerified)
    let broken = Verification(
      sumOf: [(0.25, checked(4)), (0.75, checked(1.9))], bound: 2.4, boundIsProven: true,
      magnitude: 2.5, gapTolerance: 0.05)
    #expect(!broken.isFeasible)
    let far = Verification(
      sumOf: [(1, checked(4))], bound: -.infinity, boundIsProven: true, magnitude: 4,
      gapTolerance: 0.05)
    #expect(!far.isVerified)
  }
}
