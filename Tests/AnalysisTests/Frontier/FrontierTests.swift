import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

@Suite struct FrontierTests {
  private func found(
    _ model: Model, from: Double = 0, to: Double = 3, relaxed: Bool = false
  ) -> Frontier {
    var settings = FrontierSettings()
    settings.from = from
    settings.to = to
    settings.run.isRelaxed = relaxed
    return frontier(model, settings)
  }

  @Test func `two plants are bought one after the other, the cheap one first`() throws {
    let result = found(try model(twoPlants()))
    // 10 MUSD buy 200 t/yr of 1 kt/yr, then 50 MUSD 500 t/yr; nothing is left to buy after that.
    #expect(result.status == .optimal && result.isExact)
    let expected: [(scale: Double, value: Double, left: Double?, right: Double?)] = [
      (0, 1, nil, -1), (0.2, 0.8, -1, -0.5), (1.2, 0.3, -0.5, 0), (3, 0.3, 0, nil),
    ]
    #expect(result.breakpoints.count == expected.count)
    for (corner, wanted) in zip(result.breakpoints, expected) {
      #expect(isClose(corner.scale, wanted.scale) && isClose(corner.value, wanted.value))
      #expect(isClose(corner.budget, 50 * wanted.scale))
      #expect(isClose(corner.slopeLeft ?? -9, wanted.left ?? -9))
      #expect(isClose(corner.slopeRight ?? -9, wanted.right ?? -9))
      #expect(corner.verification.isVerified)
    }
    #expect(isClose(result.saturation ?? -1, 1.2))
    // Money is no object there: 1 % more of the plants are 5 and 2 t/yr of 1 kt/yr.
    #expect(result.binding.map(\.cause) == [.expansion(1), .expansion(0)])
    #expect(isClose(result.binding.first?.perPercent ?? 0, -0.005))
    #expect(isClose(result.binding.last?.perPercent ?? 0, -0.002))
  }

  @Test func `without money there is one value from end to end`() throws {
    for funds in ["", "none: { instruments: [grant], appropriations: { 2026: 0 MUSD } }"] {
      let result = found(try model(twoPlants(funds: funds)))
      #expect(result.status == .optimal)
      #expect(result.breakpoints.map(\.value).allSatisfy { isClose($0, 1) })
      #expect(result.breakpoints.map(\.slopeRight) == [0, nil])
      #expect(result.saturation == 0)
    }
  }

  @Test func `a target that little money cannot meet starts the frontier where it can`() throws {
    // 30 % less dependency needs 20 MUSD: 10 for the cheap plant, 10 for 100 t/yr of the dear one.
    let result = found(try model(twoPlants(more: "targets: { 2027: 70% }")))
    #expect(result.status == .optimal)
    #expect(isClose(result.smallestFeasible ?? -1, 0.4, relative: 1e-5))
    #expect(isClose(result.breakpoints.first?.scale ?? -1, 0.4, relative: 1e-5))
    #expect(isClose(result.breakpoints.first?.value ?? -1, 0.7, relative: 1e-5))
    #expect(result.breakpoints.count == 3)
  }

  @Test func `a target that no money can meet is told with its place`() throws {
    let result = found(try model(twoPlants(more: "targets: { 2027: 10% }")))
    #expect(result.status == .infeasible)
    #expect(result.breakpoints.isEmpty)
    #expect(result.reason?.contains("target 2027") == true)
  }

  @Test func `whole modules make a step function with steps where the money suffices`() throws {
    // The dear plant in modules of 250 t/yr for 25 MUSD, the cheap one whole for 10: the steps are at 10, 25,
    // 35, 50 and 60 MUSD.
    let text = twoPlants(cheap: ", module: 200 t/yr", dear: ", module: 250 t/yr")
    var settings = FrontierSettings()
    settings.to = 1.5
    settings.resolution = 0.01
    let result = frontier(try model(text), settings)
    #expect(result.status == .optimal && !result.isExact)
    #expect(result.breakpoints.allSatisfy { $0.slopeLeft == nil && $0.slopeRight == nil })
    func value(_ scale: Double) -> Double {
      result.breakpoints.last { $0.scale <= scale }?.value ?? .nan
    }
    for (scale, wanted) in [(0.19, 1.0), (0.22, 0.8), (0.49, 0.8), (0.52, 0.75), (0.72, 0.55)] {
      #expect(isClose(value(scale), wanted), "\(scale)")
    }
    #expect(isClose(result.breakpoints.last?.value ?? 0, 0.3))
    #expect(abs((result.saturation ?? 0) - 1.2) <= 0.012)
    let exact = found(try model(text), to: 1.5, relaxed: true)
    #expect(exact.isExact)
    #expect(result.breakpoints.allSatisfy { $0.value >= (exact.value(at: $0.scale) ?? 2) - 1e-9 })
  }

  @Test(arguments: [
    "half-loans", "quarter-stockpiles", "year-grants", "year-peak", "year-system-cost",
    "year-unmet-first", "wide-year", "discrete-half",
  ])
  func `the frontier is what cold solves find at every budget, and convex`(_ name: String) throws {
    let base = try ModelDocument.read(path: Repository.corpus(name)).base
    let result = found(base, relaxed: true)
    #expect(result.status == .optimal, "\(result.reason ?? "")")
    let corners = result.breakpoints
    var scales = [0, 0.1, 0.37, 1, 1.61, 2.5, 3].filter { $0 >= corners.first?.scale ?? 0 }
    for (a, b) in zip(corners, corners.dropFirst()).prefix(4) {
      scales += [a.scale, 0.5 * (a.scale + b.scale), 0.1 * a.scale + 0.9 * b.scale]
    }
    for scale in scales {
      var one = base
      one.budgetScale = scale
      one.objectives = [base.objectives[0]]
      let cold = solve(AllocationProgram(one, relaxed: true))
      let value = try #require(cold.objectives.first?.value, "\(scale): \(cold.reason ?? "")")
      #expect(isClose(result.value(at: scale) ?? .nan, value), "\(name) at \(scale)")
    }
    for (a, b) in zip(corners, corners.dropFirst()) {
      #expect(a.scale < b.scale && a.value >= b.value - 1e-12)
      #expect(a.slopeRight == b.slopeLeft)
      let chord = (b.value - a.value) / (b.scale - a.scale)
      #expect(abs((a.slopeRight ?? 1) - chord) * (b.scale - a.scale) <= 1e-6 * abs(a.value) + 1e-9)
    }
    for corner in corners {
      if let left = corner.slopeLeft, let right = corner.slopeRight { #expect(left < right) }
      #expect(corner.slopeRight ?? 0 <= 0)
    }
  }

  @Test func `the same model gives the same frontier twice`() throws {
    let base = try ModelDocument.read(path: Repository.corpus("year-grants")).base
    let first = found(base, relaxed: true).breakpoints.map { [$0.scale, $0.value] }
    #expect(first == found(base, relaxed: true).breakpoints.map { [$0.scale, $0.value] })
  }
}
