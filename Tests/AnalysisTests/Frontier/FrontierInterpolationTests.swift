import Allocation
import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

@Suite struct FrontierKnotsTests {
  private func found(_ model: Model) -> Frontier {
    var settings = FrontierSettings()
    settings.run.isRelaxed = true
    return frontier(model, settings)
  }

  @Test func `interpolation breakpoints leave out corners that a chord passes near enough`() throws
  {
    // Corners at 0, 0.2, 1.2 and 3 with the values 1, 0.8, 0.3 and 0.3. The chord from 0 to 1.2 passes 0.083
    // above the corner at 0.2, that from 0 to 3 0.153.
    let result = found(try model(twoPlants()))
    func interpolationBreakpoints(_ distance: Double, _ scales: [Double] = []) -> [Double] {
      result.interpolationBreakpoints(within: distance, through: scales).map {
        ($0 * 1e6).rounded() / 1e6
      }
    }
    #expect(interpolationBreakpoints(0.001) == [0, 0.2, 1.2, 3])
    #expect(interpolationBreakpoints(0.09) == [0, 1.2, 3])
    #expect(interpolationBreakpoints(0.5) == [0, 3])
    #expect(interpolationBreakpoints(0.1, [1]) == [0, 1, 3])
    #expect(interpolationBreakpoints(0.001, [1, 1.2, 7]) == [0, 0.2, 1, 1.2, 3])
  }

  @Test func `a frontier of one point has one knot, a step function none`() throws {
    var result = found(try model(twoPlants()))
    result.breakpoints = Array(result.breakpoints.prefix(1))
    #expect(result.interpolationBreakpoints(within: 0.1) == [0])
    result.isExact = false
    #expect(result.interpolationBreakpoints(within: 0.1).isEmpty)
  }

  @Test(arguments: [
    "half-loans", "quarter-stockpiles", "year-grants", "year-peak", "year-system-cost",
    "wide-year", "discrete-exclusive",
  ])
  func `the mix of the plans at two breakpoints is a plan at the budget between, nearly the best`(
    _ name: String
  ) throws {
    let base = try ModelDocument.read(path: Repository.corpus(name)).base
    let result = found(base)
    let values = result.breakpoints.map(\.value)
    let distance = 0.01 * ((values.max() ?? 0) - (values.min() ?? 0))
    let interpolationBreakpoints = result.interpolationBreakpoints(within: distance)
    #expect(interpolationBreakpoints.first == result.breakpoints.first?.scale)
    #expect(interpolationBreakpoints.last == result.breakpoints.last?.scale)
    func program(_ scale: Double) -> AllocationProgram {
      var one = base
      one.budgetScale = scale
      return AllocationProgram(one, relaxed: true)
    }
    // The first and the last interpolationBreakpoints; a model without money at its start has other columns there.
    for (a, b) in zip(interpolationBreakpoints, interpolationBreakpoints.dropFirst()).filter({
      $0.0 > 0
    }).prefix(6) {
      let (left, right) = (solve(program(a)), solve(program(b)))
      #expect(left.status == .optimal && right.status == .optimal)
      for share in [0.25, 0.5, 0.9] {
        let between = program(a + share * (b - a))
        try #require(left.point.count == right.point.count)
        let point = zip(left.point, right.point).map { $0 + share * ($1 - $0) }
        try #require(point.count == between.program.columnCount)
        let check = between.program.verification(of: point)
        #expect(check.isFeasible, "\(name), \(a) to \(b): \(check.primalInfeasibility)")
        let best = try #require(result.value(at: a + share * (b - a)))
        let value = between.objectives[0].value(at: point)
        let slack = 3e-6 * abs(best) + 1e-8
        #expect(value >= best - slack, "\(name): \(value), \(best)")
        #expect(value <= best + distance + slack, "\(name): \(value), \(best)")
      }
    }
  }
}
