import BigInt
import TestSupport
import Testing

@testable import LinearProgramming

@Suite struct ExactTests {
  @Test func `sums of doubles lose nothing, and round outward at the end`() {
    let sum = Dyadic(1e300) + Dyadic(Double.leastNonzeroMagnitude) - Dyadic(1e300)
    #expect(sum == Dyadic(Double.leastNonzeroMagnitude))
    #expect(sum.roundedDown <= Double.leastNonzeroMagnitude && sum.roundedUp > 0)
    let tenth = Dyadic(0.1) + Dyadic(0.2)
    #expect(tenth != Dyadic(0.3) && tenth > Dyadic(0.3))
    #expect(tenth.roundedDown == 0.3 && tenth.roundedUp == 0.3.nextUp)
    #expect((-tenth).roundedUp == -0.3 && (-tenth).roundedDown == (-0.3).nextDown)
    #expect((Dyadic(1e200) * Dyadic(1e200)).roundedUp == .infinity)
    #expect((Dyadic(1e200) * Dyadic(1e200)).roundedDown == .greatestFiniteMagnitude)
  }

  @Test(arguments: 1...200)
  func `rounding brackets the value, whatever it is`(seed: Int) {
    var random = Random(UInt64(seed))
    func number() -> Double {
      let value = Double(bitPattern: random.next())
      return value.isFinite ? value : 1
    }
    let value = Dyadic(number()) * Dyadic(number()) + Dyadic(number())
    let (down, up) = (value.roundedDown, value.roundedUp)
    #expect(down <= up)
    if down.isFinite { #expect(Dyadic(down) <= value) }
    if up.isFinite { #expect(value <= Dyadic(up)) }
    #expect(up <= down.nextUp.nextUp || down == .greatestFiniteMagnitude || abs(down) < 1e-300)
  }

  @Test func `the textbook's optimum is 36 exactly`() throws {
    let program = textbookProgram()
    let best = try #require(try solve(program).optimum)
    let basis = try #require(best.basis)
    guard case .optimal(let value) = program.exactVerdict(of: basis) else {
      Issue.record("not optimal")
      return
    }
    #expect(value.description == "-36" && value.value == -36)
    #expect(program.exactDualBound(duals: best.rowDuals).map { isClose($0, -36, 1e-12) } == true)
    var wrong = basis
    wrong.columns[0] = .atLower
    #expect(program.exactVerdict(of: wrong) == .notABasis)
  }

  @Test func `thirds stay thirds`() throws {
    // max x + y, 3x + y ≤ 1, x + 3y ≤ 1: a quarter each; with 7 and 11 the fractions are longer.
    var program = LinearProgram()
    let x = program.addColumn(cost: -1)
    let y = program.addColumn(cost: -1)
    program.addRow(lower: -.infinity, upper: 1, [(x, 7), (y, 1)])
    program.addRow(lower: -.infinity, upper: 1, [(x, 1), (y, 11)])
    let basis = try #require(try solve(program).optimum?.basis)
    guard case .optimal(let value) = program.exactVerdict(of: basis) else {
      Issue.record("not optimal")
      return
    }
    #expect(value.description == "-4/19")
  }

  @Test(arguments: 1...120)
  func `an exact optimum lies between every proven bound and every point`(seed: Int) throws {
    var random = Random(UInt64(seed))
    let program = randomProgram(
      &random, columns: random.whole(2...9), rows: random.whole(1...8))
    switch try solve(program) {
    case .optimal(let best):
      let basis = try #require(best.basis)
      let point = try #require(program.exactPoint(best.columnValues))
      #expect(point.rowViolation < 1e-12 && point.boundViolation == 0)
      let bound = try #require(program.exactDualBound(duals: best.rowDuals))
      #expect(isClose(bound, best.objective, 1e-12))
      guard case .optimal(let value) = program.exactVerdict(of: basis) else {
        Issue.record("\(program.exactVerdict(of: basis))")
        return
      }
      #expect(bound <= value.value.nextUp)
      #expect(isClose(value.value, best.objective, 1e-12))
      // Any multipliers at all prove a bound, only a weaker one.
      let noise = best.rowDuals.map { $0 + Double(random.whole(-3...3)) / 7 }
      let weaker = try #require(program.exactDualBound(duals: noise))
      #expect(weaker <= value.value.nextUp)
    case .infeasible(let certificate):
      var multipliers = [Double](repeating: 0, count: program.rowCount)
      for term in try #require(certificate).rows { multipliers[term.index] = term.weight }
      #expect((program.exactConflictMargin(multipliers: multipliers) ?? 0) > 0)
      #expect(program.exactConflictMargin(multipliers: multipliers.map { -$0 }) == nil)
    default: Issue.record("neither optimal nor infeasible")
    }
  }

  @Test func `no multipliers prove a feasible program infeasible`() throws {
    for seed in 1...60 {
      var random = Random(UInt64(seed))
      let program = randomProgram(&random, columns: 4, rows: 3)
      guard case .optimal = try solve(program) else { continue }
      for _ in 0..<50 {
        let multipliers = (0..<3).map { _ in Double(random.whole(-9...9)) }
        #expect(program.exactConflictMargin(multipliers: multipliers) == nil)
      }
    }
  }

  @Test func `bounds that follow from rows hold for every point`() throws {
    // x + y ≤ 4 with y ≥ 1 and x ≥ 0: x ≤ 3; and the bound is good enough for a proof.
    var program = LinearProgram()
    let x = program.addColumn(cost: -1)
    let y = program.addColumn(lower: 1)
    program.addRow(lower: -.infinity, upper: 4, [(x, 1), (y, 1)])
    let bounds = SafeBounds(program)
    #expect(bounds.upper[0] >= 3 && bounds.upper[0] < 3.0001)
    #expect(isClose(try #require(program.exactDualBound(duals: [-0.5])), -3, 1e-9))
  }

  @Test func `multipliers that are off by a rounding error are mended, wrong ones only prove less`()
    throws
  {
    // x without a bound at price 1 a piece; a multiplier a hair above 1/3 would earn money with it.
    var program = LinearProgram()
    let x = program.addColumn(cost: 1)
    let y = program.addColumn(cost: 1)
    program.addRow(lower: 2, upper: .infinity, [(x, 3), (y, 0.1)])
    let off = [(1.0 / 3).nextUp]
    #expect(program.exactDualBound(duals: off) == nil)
    let bound = try #require(program.exactDualBound(duals: program.repairedMultipliers(off)))
    #expect(bound <= 2.0 / 3 && isClose(bound, 2.0 / 3, 1e-12))
    let far = try #require(program.exactDualBound(duals: program.repairedMultipliers([5])))
    #expect(far <= 2.0 / 3)
  }

  @Test func `a transport program is solved over the rationals`() throws {
    let program = transportProgram(plants: 6, markets: 12, seed: 5)
    let best = try #require(try solve(program).optimum)
    switch program.exactVerdict(of: try #require(best.basis)) {
    case .optimal(let value), .nearlyOptimal(let value, primal: _, dual: _):
      #expect(isClose(value.value, best.objective, 1e-12))
    case .notABasis, .tooLarge: Issue.record("not solved")
    }
  }
}
