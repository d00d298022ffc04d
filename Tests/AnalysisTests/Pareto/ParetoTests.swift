import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

@Suite struct ParetoTests {
  @Test func `the tutorial's frontier is the one worked out by hand`() throws {
    // A tonne a year costs 100 kUSD. Of 2026 it works three years, 30 t of 4,000 for a million, up to 60 MUSD; of 2027 two
    // years at a present value of 1 / 1.05, 21 t for a million, up to 30 / 1.05 MUSD.
    let document = try ModelDocument.read(path: Repository.path("Models/tutorial.yaml"))
    var model = document.base
    model.objectives = [.dependency, .publicCost]
    let found = try Pareto.find(model)
    #expect(found.isExact && found.status == .optimal)
    let expected = [(0.0, 1.0), (60, 0.55), (60 + 30 / 1.05, 0.4)]
    #expect(found.corners.count == 3)
    for (corner, point) in zip(found.corners, expected) {
      #expect(isClose(corner.second, point.0, relative: 1e-6, absolute: 1e-5))
      #expect(isClose(corner.first, point.1, relative: 1e-6))
      #expect(corner.verification?.isVerified == true)
    }
    #expect(isClose(found.corners[0].rateAbove ?? 0, -30.0 / 4000, relative: 1e-5))
    #expect(isClose(found.corners[1].rateBelow ?? 0, -30.0 / 4000, relative: 1e-5))
    #expect(isClose(found.corners[1].rateAbove ?? 0, -21.0 / 4000, relative: 1e-5))
    #expect(found.corners[0].rateBelow == nil && found.corners[2].rateAbove == nil)
  }

  @Test func `every corner tells what its plan awards`() throws {
    var model = try ModelDocument.read(path: Repository.path("Models/tutorial.yaml")).base
    model.objectives = [.dependency, .publicCost]
    let found = try Pareto.find(model)
    // 60 MUSD of 2026, then 30 MUSD of 2027 as well.
    for (corner, money) in zip(found.corners, [0.0, 60, 90]) {
      let awards = try #require(corner.decisions?.awards)
      #expect(
        isClose(awards.reduce(0) { $0 + $1.amount }, money, relative: 1e-5, absolute: 1e-3))
    }
    #expect(found.corners[2].decisions?.builds.isEmpty == false)
  }

  @Test func `a measure that is maximised is a frontier's second objective`() throws {
    let text =
      try Repository.text("Models/tutorial.yaml") + """

        measures: { home: "served[class=domestic]" }
        objective: [public_cost, maximize home]
        """
    let found = try Pareto.find(try model(text))
    #expect(found.isExact && found.corners.count == 3)
    let expected = [(-2400.0, 60 + 30 / 1.05), (-1800.0, 60.0), (0.0, 0.0)]
    for (corner, point) in zip(found.corners, expected) {
      #expect(isClose(corner.second, point.0, relative: 1e-5, absolute: 1e-3))
      #expect(isClose(corner.first, point.1, relative: 1e-5, absolute: 1e-4))
    }
  }

  @Test func `one plan that is best in both is one corner`() throws {
    var model = try model(
      twoPlants(funds: "grants: { instruments: [grant], appropriations: { 2026: 0 MUSD } }"))
    model.objectives = [.dependency, .publicCost]
    #expect(try Pareto.find(model).corners.count == 1)
  }

  /// Between corners the best of the first objective for a value of the second lies on the line, and nothing is below it.
  @Test func `random frontiers are what the program says at any value of the second objective`()
    throws
  {
    var count = 0
    for seed in UInt64(1)...14 {
      var model = try model(RandomModel(seed).text)
      model.objectives =
        [[.dependency, .publicCost], [.dependency, .systemCost], [.publicCost, .dependency]][
          Int(seed % 3)]
      let found = try Pareto.find(model)
      let corners = found.corners
      guard corners.count > 1, let low = corners.first, let high = corners.last else { continue }
      let width = high.second - low.second
      let height = low.first - high.first
      let allocation = AllocationProgram(model)
      for share in [0.1, 0.35, 0.6, 0.9] {
        let second = low.second + share * width
        let solution = solve(allocation.bounding(objective: 1, atMost: second))
        let n = corners.firstIndex { $0.second >= second } ?? corners.count - 1
        let (a, b) = (corners[max(0, n - 1)], corners[n])
        let line =
          a.first + (b.first - a.first) * (second - a.second) / max(b.second - a.second, 1e-12)
        #expect(
          abs((solution.objectives.first?.value ?? .nan) - line) <= 1e-5 * height + 1e-8,
          "seed \(seed) at \(second): \(line), \(solution.objectives)")
      }
      for (a, b) in zip(corners, corners.dropFirst()) {
        #expect(b.second > a.second && b.first < a.first + 1e-9, "seed \(seed)")
      }
      count += 1
    }
    #expect(count >= 8)
  }

  @Test func `plans with whole numbers are those that can be counted`() throws {
    // Modules of 100 t/yr for 5 and for 10 MUSD, at work in both years: by money every plan of 0 to 6 modules.
    var model = try model(
      twoPlants(cheap: ", module: 100 t/yr", dear: ", module: 100 t/yr"))
    model.objectives = [.dependency, .publicCost]
    var settings = ParetoSettings()
    settings.resolution = 0.01
    let found = try Pareto.find(model, settings)
    #expect(!found.isExact && found.status == .optimal)
    for corner in found.corners {
      let modules = ((1 - corner.first) * 20).rounded() / 2
      #expect(isClose(corner.first, 1 - modules / 10, relative: 1e-5), "\(corner)")
    }
    #expect(isClose(found.corners.first?.first ?? 0, 1, relative: 1e-6))
    #expect(isClose(found.corners.last?.first ?? 0, 0.4, relative: 1e-5))
    for (a, b) in zip(found.corners, found.corners.dropFirst()) {
      #expect(b.second > a.second && b.first < a.first)
    }
  }
}
