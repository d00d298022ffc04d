import Foundation
import TestSupport
import Testing

@testable import LinearProgramming

/// What is called verified is within the stated gap of the truth, whatever the units: against a simplex over the
/// fractions. `LODESTONE_PROGRAMS=10000` in the environment takes that many programs.
@Suite struct RefinementTests {
  private static let count =
    ProcessInfo.processInfo.environment["LODESTONE_PROGRAMS"].flatMap { Int($0) } ?? 60

  private enum Kind: CaseIterable {
    /// Coefficients, costs and bounds over twenty powers of ten.
    case spread
    /// Recipes of 300 to 1 in a chain, everything in units of its own.
    case chain
    /// Bounds of 1e10 to 1e30 beside small numbers.
    case farBounds
  }

  private func power(_ random: inout Random, _ most: Double) -> Double {
    pow(10, most * (2 * random.uniform() - 1))
  }

  private func spread(_ random: inout Random) -> LinearProgram {
    var program = LinearProgram()
    let (columns, rows) = (random.whole(2...6), random.whole(1...5))
    for _ in 0..<columns {
      let hasUpper = random.whole(0...2) > 0
      program.addColumn(
        upper: hasUpper ? power(&random, 10) : .infinity,
        cost: (random.whole(0...2) > 0 ? 1 : -1) * power(&random, 5))
    }
    for _ in 0..<rows {
      for j in 0..<columns where random.whole(0...3) > 0 {
        program.addEntry(j, (random.whole(0...2) > 0 ? 1 : -1) * power(&random, 10))
      }
      let bound = power(&random, 5)
      if random.whole(0...1) == 0 {
        program.finishRow(lower: bound, upper: .infinity)
      } else {
        program.finishRow(lower: -.infinity, upper: bound)
      }
    }
    return program
  }

  private func chain(_ random: inout Random) -> LinearProgram {
    var program = LinearProgram()
    let steps = random.whole(2...5)
    let money = power(&random, 6)
    let good = (0...steps).map { _ in power(&random, 4) }
    let work = (0...steps).map { _ in power(&random, 4) }
    for k in 0...steps {
      // Own production and imports of the good that step k makes.
      program.addColumn(
        upper: Double(random.whole(1...40)) / 10 * work[k],
        cost: money * Double(random.whole(1...9)) / work[k])
      program.addColumn(
        upper: Double(random.whole(1...9)) * good[k],
        cost: money * Double(random.whole(10...99)) / good[k])
    }
    for k in 0...steps {
      let yield = pow(300, Double(random.whole(0...2)) - 1)
      program.addEntry(2 * k, yield * good[k] / work[k])
      program.addEntry(2 * k + 1, 1)
      if k < steps {
        program.addEntry(2 * k + 2, -Double(random.whole(1...9)) * good[k] / work[k + 1])
      }
      program.finishRow(lower: k < steps ? 0 : good[k], upper: .infinity)
    }
    return program
  }

  private func farBounds(_ random: inout Random) -> LinearProgram {
    var program = LinearProgram()
    let (columns, rows) = (random.whole(2...6), random.whole(1...3))
    func far() -> Double { pow(10, Double(random.whole(10...30))) }
    for _ in 0..<columns {
      let lower = random.whole(0...1) == 0 ? 0 : -far()
      program.addColumn(
        lower: lower, upper: random.whole(0...2) == 0 ? Double(random.whole(1...50)) : far(),
        cost: Double(random.whole(-2...5)))
    }
    for _ in 0..<rows {
      for j in 0..<columns where random.whole(0...3) > 0 {
        program.addEntry(j, Double(random.whole(-3...3)))
      }
      let bound = Double(random.whole(-40...40))
      let isEquation = random.whole(0...1) == 0
      program.finishRow(lower: bound, upper: isEquation ? bound : .infinity)
    }
    return program
  }

  private func program(_ kind: Kind, _ seed: Int) -> LinearProgram {
    var random = Random(UInt64(7_000_000 + seed))
    return switch kind {
    case .spread: spread(&random)
    case .chain: chain(&random)
    case .farBounds: farBounds(&random)
    }
  }

  /// Whether the end of a solve is settled, and what is wrong with it.
  private func judged(_ kind: Kind, _ seed: Int) throws -> (isSettled: Bool, wrong: String?) {
    let program = program(kind, seed)
    let exact = program.exactEnd()
    switch try solve(program) {
    case .optimal(let solution):
      guard case .optimal(let value) = exact else {
        return (true, "seed \(seed): \(solution.objective), exactly \(exact)")
      }
      let size = max(abs(value), abs(solution.objective))
      let terms = zip(program.cost, solution.columnValues).reduce(0) { $0 + abs($1.0 * $1.1) }
      // An optimum of 0 has no size but that of the units.
      let scaling = Scaling(for: program)
      let unit = 1e-14 / (scaling.objective * scaling.bound)
      let isOff = abs(value - solution.objective) > 1e-6 * size + 1e-9 * terms + unit
      return (true, isOff ? "seed \(seed): \(solution.objective), exactly \(value)" : nil)
    case .infeasible(let certificate):
      if exact == .infeasible || exact == .unbounded && certificate == nil { return (true, nil) }
      return (false, certificate == nil ? nil : "seed \(seed): infeasible, exactly \(exact)")
    case .unbounded(let ray):
      if exact == .unbounded { return (true, nil) }
      return (false, ray == nil ? nil : "seed \(seed): unbounded, exactly \(exact)")
    default: return (false, nil)
    }
  }

  @Test(arguments: Kind.allCases)
  private func `what is called verified is within the gap of the exact optimum`(kind: Kind) throws {
    var (settled, wrong) = (0, [String]())
    for seed in 0..<Self.count {
      let end = try judged(kind, seed)
      if end.isSettled { settled += 1 }
      if let problem = end.wrong { wrong.append(problem) }
    }
    print("\(kind): \(settled) of \(Self.count) settled, \(wrong.count) wrong")
    #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    #expect(settled >= Self.count * 8 / 10)
  }

  /// A small demand of which all was missing beside rows that could reach far; a direction without a point to begin from;
  /// a gap that was small in the units of one attempt alone.
  @Test(arguments: [1922, 1929, 3808, 5314, 7440])
  func `a spread program that was once called verified wrongly is not`(seed: Int) throws {
    #expect(try judged(.spread, seed).wrong == nil)
  }

  @Test func `an equation is not kept because its columns could be large`() throws {
    #expect(try judged(.farBounds, 3568).wrong == nil)
  }

  @Test func `a bound of 1e19 hides no optimum`() throws {
    for far in [1e12, 1e16, 1e19, 1e30] {
      var program = LinearProgram()
      let x = program.addColumn(cost: 1)
      let w = program.addColumn(lower: -far, cost: 1)
      program.addRow(lower: -100, upper: .infinity, [(x, 1), (w, 1)])
      #expect(try #require(try solve(program).optimum).objective == -100)
    }
  }

  @Test func `bounds that are far away and needed are kept`() throws {
    // The second column is worth going to its bound for.
    var program = LinearProgram()
    program.addColumn(upper: 10, cost: 1)
    program.addColumn(upper: 1e15, cost: -1)
    program.addRow(lower: 1, upper: .infinity, [(0, 1), (1, 1)])
    #expect(isClose(try #require(try solve(program).optimum).objective, -1e15))
  }

  @Test func `a violation that is small beside its row and worth tonnes is found`() throws {
    // 1e-10 of x, which the tolerance of a simplex gives away, would make all of z.
    var program = LinearProgram()
    let x = program.addColumn(cost: 1e9)
    let y = program.addColumn(upper: 1e3)
    let z = program.addColumn(upper: 1, cost: -1)
    program.addRow(lower: -.infinity, upper: 0, [(y, 1), (x, -1e5)])
    program.addRow(lower: -.infinity, upper: 0, [(z, 1), (y, -1e5)])
    #expect(isClose(try #require(try solve(program).optimum).objective, -0.9))
  }

  @Test func `the exact simplex knows the textbook`() {
    #expect(textbookProgram().exactEnd() == .optimal(-36))
  }
}
