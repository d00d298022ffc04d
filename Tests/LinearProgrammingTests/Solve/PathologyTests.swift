import TestSupport
import Testing

@testable import LinearProgramming

/// What makes the standard test sets hard, generated: each optimum is known without the solver, from a
/// construction or from its basis solved over the rationals.
@Suite struct PathologyTests {
  /// A program with its optimum put into it: a point in the box, and multipliers and costs that make it the best.
  private struct Planted {
    var program = LinearProgram()
    var optimum = Dyadic.zero
    private var x: [Double] = []
    private var costs: [Dyadic] = []

    init(_ random: inout Random, columns: Int, rows: Int, spread: Int, degenerate: Bool) {
      let scales = (0..<columns).map { _ in Self.power(random.whole(-spread...spread)) }
      for scale in scales { addColumn(&random, scale, degenerate) }
      for _ in 0..<rows { addRow(&random, scales, Self.power(random.whole(-spread...spread))) }
      for j in 0..<columns {
        program.setCost(j, costs[j].roundedDown)
        optimum += costs[j] * Dyadic(x[j])
      }
    }

    private static func power(_ exponent: Int) -> Double {
      exponent >= 0 ? Double(1 << exponent) : 1 / Double(1 << -exponent)
    }

    /// At a bound with a price of the right sign, or between the bounds without one.
    private mutating func addColumn(_ random: inout Random, _ scale: Double, _ degenerate: Bool) {
      let lower = Double(random.whole(-3...3))
      let upper = lower + Double(random.whole(1...8))
      var value = (lower + upper) / 2
      var price = 0.0
      switch random.whole(0...3) {
      case 0: (value, price) = (lower, degenerate ? 0 : Double(random.whole(1...5)))
      case 1: (value, price) = (upper, degenerate ? 0 : -Double(random.whole(1...5)))
      default: break
      }
      let isFree = price == 0 && random.whole(0...9) == 0
      program.addColumn(
        lower: isFree ? -.infinity : lower * scale, upper: isFree ? .infinity : upper * scale)
      x.append(value * scale)
      costs.append(Dyadic(price / scale))
    }

    private mutating func addRow(_ random: inout Random, _ scales: [Double], _ scale: Double) {
      var activity = Dyadic.zero
      let y = Double(random.whole(-4...4)) / scale
      for j in x.indices where random.whole(0...2) == 0 {
        let a = Double(random.whole(-9...9)) * scale / scales[j]
        if a == 0 { continue }
        program.addEntry(j, a)
        activity += Dyadic(a) * Dyadic(x[j])
        costs[j] += Dyadic(a) * Dyadic(y)
      }
      let value = activity.roundedDown
      let room = Double(random.whole(1...9)) * scale
      switch (random.whole(0...2), y) {
      case (0, _): program.finishRow(lower: value, upper: value)
      case (1, 0): program.finishRow(lower: -.infinity, upper: .infinity)
      case (1, let y):
        program.finishRow(lower: value - (y > 0 ? 0 : room), upper: value + (y > 0 ? room : 0))
      case (_, let y) where y > 0: program.finishRow(lower: value, upper: .infinity)
      default: program.finishRow(lower: -.infinity, upper: value)
      }
    }
  }

  @Test(arguments: [0, 3, 8, 14], [false, true])
  func `planted optima are found to 1e-9, however the program is scaled`(
    spread: Int, degenerate: Bool
  ) throws {
    for seed in 1...12 {
      var random = Random(UInt64(seed * 100 + spread))
      let planted = Planted(
        &random, columns: random.whole(5...30), rows: random.whole(3...20), spread: spread,
        degenerate: degenerate)
      let program = planted.program
      let value = planted.optimum.roundedDown
      for presolve in [SolverOptions.Presolve.on, .off] {
        for method in [SolverOptions.Method.primal, .dual] {
          var options = SolverOptions()
          options.presolve = presolve
          options.method = method
          let outcome = try solve(program, options)
          let best = try #require(outcome.optimum, "seed \(seed): \(outcome)")
          #expect(isClose(best.objective, value, 1e-9), "seed \(seed), \(presolve), \(method)")
          if let bound = program.exactDualBound(duals: best.rowDuals) {
            #expect(bound <= value + 1e-9 * max(1, abs(value)))
          }
        }
      }
    }
  }

  @Test func `a degenerate assignment of sixty by sixty costs sixty`() throws {
    var program = LinearProgram()
    let size = 60
    for _ in 0..<size * size { program.addColumn(cost: 1) }
    for i in 0..<size {
      for j in 0..<size { program.addEntry(i * size + j, 1) }
      program.finishRow(lower: 1, upper: 1)
    }
    for j in 0..<size {
      for i in 0..<size { program.addEntry(i * size + j, 1) }
      program.finishRow(lower: 1, upper: 1)
    }
    let best = try #require(try solve(program).optimum)
    #expect(isClose(best.objective, 60, 1e-12))
  }

  @Test func `the cube of Klee and Minty has its optimum at five to the n`() throws {
    for n in [3, 8, 12] {
      var program = LinearProgram()
      for j in 0..<n { program.addColumn(cost: -Double(1 << (n - 1 - j))) }
      var limit = 1.0
      for i in 0..<n {
        limit *= 5
        for j in 0..<i { program.addEntry(j, Double(1 << (i - j + 1))) }
        program.addEntry(i, 1)
        program.finishRow(lower: -.infinity, upper: limit)
      }
      for method in [SolverOptions.Method.primal, .dual] {
        var options = SolverOptions()
        options.method = method
        let best = try #require(try solve(program, options).optimum)
        #expect(isClose(best.objective, -limit, 1e-12))
        guard case .optimal(let value) = program.exactVerdict(of: try #require(best.basis)) else {
          Issue.record("not exact")
          continue
        }
        #expect(value.value == -limit)
      }
    }
  }

  @Test(arguments: 1...40)
  func `programs made infeasible by a combination of rows are proven so`(seed: Int) throws {
    var random = Random(UInt64(seed))
    var program = LinearProgram()
    let columns = random.whole(3...12)
    for _ in 0..<columns {
      program.addColumn(lower: -Double(random.whole(0...9)), upper: Double(random.whole(1...9)))
    }
    // Rows, and one more that asks their sum for more than they allow together.
    var sum = [Double](repeating: 0, count: columns)
    var total = 0.0
    for _ in 0..<random.whole(2...8) {
      for j in 0..<columns where random.whole(0...1) == 0 {
        let a = Double(random.whole(-5...5))
        program.addEntry(j, a)
        sum[j] += a
      }
      let limit = Double(random.whole(-4...9))
      total += limit
      program.finishRow(lower: -.infinity, upper: limit)
    }
    for j in 0..<columns { program.addEntry(j, sum[j]) }
    program.finishRow(lower: total + 0.5, upper: .infinity)
    let outcome = try solve(program)
    #expect(outcome.isInfeasible)
    var multipliers = [Double](repeating: 0, count: program.rowCount)
    for term in try #require(outcome.certificate).rows { multipliers[term.index] = term.weight }
    #expect(program.exactConflictMargin(multipliers: multipliers) != nil)
  }

  /// Beale's example, on which the textbook's simplex goes round in circles.
  @Test func `the example that cycles ends at minus a twentieth`() throws {
    var program = LinearProgram()
    let x = [-0.75, 150, -0.02, 6].map { program.addColumn(cost: $0) }
    program.addRow(
      lower: -.infinity, upper: 0, [(x[0], 0.25), (x[1], -60), (x[2], -0.04), (x[3], 9)])
    program.addRow(
      lower: -.infinity, upper: 0, [(x[0], 0.5), (x[1], -90), (x[2], -0.02), (x[3], 3)])
    program.addRow(lower: -.infinity, upper: 1, [(x[2], 1)])
    #expect(isClose(try #require(try solve(program).optimum).objective, -0.05, 1e-12))
  }

  /// min t with Σ λ z ≤ v + t, Σ λ = 1: how far mixes of points are above `v`. The exact value
  /// of the program below was found by trying all bases over the rationals.
  private func mix(_ points: [[Double]], _ v: [Double]) -> LinearProgram {
    var program = LinearProgram()
    for _ in points { program.addColumn() }
    let t = program.addColumn(lower: -.infinity, upper: .infinity, cost: 1)
    for i in v.indices {
      program.addRow(
        lower: -.infinity, upper: v[i],
        points.enumerated().map { ($0.offset, $0.element[i]) } + [(t, -1)])
    }
    program.addRow(lower: 1, upper: 1, points.indices.map { ($0, 1) })
    return program
  }

  @Test func `a program on which GLPK's first attempt cycles is solved`() throws {
    let noise = 1.4802973661668753e-16
    let third = 0.3333333333333335
    let last = 1.0000000000000002
    let program = mix(
      [
        [noise, 1, 1], [last, 0, 0], [last, 0, 0], [third, 0, 0.9767441860465117],
        [third, 1, 0.5116279069767442], [noise, 1, 1], [2 * third, 0, 0.4651162790697675],
        [last, 0, 0], [0.16666666666666682, 1, 0.7441860465116279],
      ], [0.3083333333333329, 0.9750000000000004, 0.5366279069767448])
    let solution = try #require(try solve(program).optimum)
    #expect(abs(solution.objective - 0.0072314049586777035) < 1e-12)
  }

  @Test(arguments: UInt64(0)..<200)
  func `rounding errors among the coefficients change no answer`(seed: UInt64) throws {
    var random = Random(seed)
    let points = (0..<random.whole(3...12)).map { _ in
      (0..<3).map { _ in Double(random.whole(0...6)) / 6 }
    }
    let v = (0..<3).map { _ in Double(random.whole(1...40)) / 40 }
    let noisy = points.map { point in
      point.map { $0 + Double(random.whole(-3...3)) * 7.4e-17 }
    }
    let clean = try #require(try solve(mix(points, v)).optimum)
    let solution = try #require(try solve(mix(noisy, v)).optimum)
    #expect(abs(solution.objective - clean.objective) < 1e-12)
  }
}
