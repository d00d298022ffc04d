import Allocation
import SupplyChain
import Support
import TestSupport
import Testing

@testable import Analysis

@Suite struct ParetoSurfaceTests {
  private static let objectives: [Objective] = [.dependency, .publicCost, .unmet]

  private func random(_ seed: UInt64) throws -> Model {
    var model = try model(RandomModel(seed).text)
    model.objectives =
      [[.dependency, .publicCost, .systemCost], [.peakDependency, .systemCost, .publicCost]][
        Int(seed % 2)]
    return model
  }

  @Test func `the region above three axes has the vertices of its cuts`() {
    // z ≥ 0 and z₁ + z₂ + z₃ ≥ 1: the three unit points, and the axes as directions.
    var bound = OuterBound()
    #expect(bound.vertices.count == 1)
    let cut1 = bound.cut([1, 1, 1], atLeast: 1)
    #expect(cut1)
    #expect(Set(bound.vertices.map { bound.rays[$0].at }) == [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    #expect(bound.rays.count == 6)
    // A plane through two of them cuts nothing off.
    let cut2 = bound.cut([1, 0.5, 1], atLeast: 0.5)
    #expect(!cut2)
    #expect(bound.vertices.count == 3)
    // z₃ ≥ 1 leaves (0, 0, 1) of them, and its own side goes on without end.
    let cut3 = bound.cut([0, 0, 1], atLeast: 1)
    #expect(cut3)
    #expect(bound.vertices.map { bound.rays[$0].at } == [[0, 0, 1]])
    // 2 z₁ + z₂ ≥ 1: (½, 0, 1) and (0, 1, 1).
    let cut4 = bound.cut([2, 1, 0], atLeast: 1)
    #expect(cut4)
    #expect(Set(bound.vertices.map { bound.rays[$0].at }) == [[0.5, 0, 1], [0, 1, 1]])
  }

  /// Of random cuts every vertex keeps every one, and lies on three planes at least.
  @Test func `vertices keep every cut`() {
    var random = Random(7)
    var bound = OuterBound()
    var cuts: [(normal: [Double], offset: Double)] = []
    for _ in 0..<60 {
      let normal = (0..<3).map { _ in random.uniform() }
      let offset = 0.5 + 0.5 * random.uniform()
      cuts.append((normal, offset))
      bound.cut(normal, atLeast: offset)
    }
    #expect(bound.vertices.count > 10)
    for n in bound.vertices {
      let at = bound.rays[n].at
      #expect(at.allSatisfy { $0 >= -1e-9 } && bound.rays[n].facets.count >= 3)
      for cut in cuts {
        let sum = zip(cut.normal, at).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(sum >= cut.offset - 1e-7 * max(1, at.max() ?? 0))
      }
    }
    // The least of a sum over the region is at a vertex; by enumeration of three planes at a time it is the same.
    let weights = [0.3, 0.5, 0.2]
    let least =
      bound.vertices.map { n in
        zip(weights, bound.rays[n].at).reduce(0) { $0 + $1.0 * $1.1 }
      }.min() ?? 0
    #expect(abs(least - enumerated(weights, cuts)) < 1e-7)
  }

  /// The least of a sum over `z ≥ 0` and cuts, over all points where three of their planes meet.
  private func enumerated(
    _ weights: [Double], _ cuts: [(normal: [Double], offset: Double)]
  ) -> Double {
    let axes = (0..<3).map { i in (normal: (0..<3).map { $0 == i ? 1.0 : 0 }, offset: 0.0) }
    let planes = cuts + axes
    func determinant(_ a: [Double], _ b: [Double], _ c: [Double]) -> Double {
      a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
        + a[2] * (b[0] * c[1] - b[1] * c[0])
    }
    var best = Double.infinity
    for i in planes.indices {
      for j in planes.indices where j > i {
        for k in planes.indices where k > j {
          let chosen = [planes[i], planes[j], planes[k]]
          let whole = determinant(chosen[0].normal, chosen[1].normal, chosen[2].normal)
          guard abs(whole) > 1e-9 else { continue }
          let point = (0..<3).map { column in
            let rows = chosen.map { plane in
              plane.normal.enumerated().map { $0.offset == column ? plane.offset : $0.element }
            }
            return determinant(rows[0], rows[1], rows[2]) / whole
          }
          let isIn = planes.allSatisfy { plane in
            zip(plane.normal, point).reduce(0) { $0 + $1.0 * $1.1 } >= plane.offset - 1e-9
          }
          if isIn { best = min(best, zip(weights, point).reduce(0) { $0 + $1.0 * $1.1 }) }
        }
      }
    }
    return best
  }

  @Test func `the tutorial's surface holds its frontier of two`() throws {
    var model = try ModelDocument.read(path: Repository.path("Models/tutorial.yaml")).base
    model.objectives = Self.objectives
    let found = try ParetoSurface.find(model)
    #expect(found.status == .optimal && found.error <= 0.01)
    // Worked out by hand in the file: 0 MUSD leave all foreign, 60 MUSD 55 %, 88.571 MUSD 40 %; nothing goes unserved.
    for (cost, dependency) in [(0.0, 1.0), (60, 0.55), (60 + 30 / 1.05, 0.4)] {
      #expect(
        found.points.contains {
          isClose($0.values[1], cost, relative: 1e-5, absolute: 1e-4)
            && isClose($0.values[0], dependency, relative: 1e-5) && abs($0.values[2]) < 1e-6
        }, "\(cost): \(found.points.map(\.values))")
    }
    #expect(found.points.allSatisfy { $0.verification?.isVerified == true })
  }

  /// No weighted sum is better than the points by more than the stated error, and no plane is crossed.
  @Test func `random surfaces are as near as they say`() throws {
    var count = 0
    for seed in UInt64(1)...14 {
      let model = try random(seed)
      guard let found = try? ParetoSurface.find(model, error: 0.02) else { continue }
      #expect(found.status == .optimal && found.error <= 0.02, "seed \(seed)")
      let allocation = AllocationProgram(model, relaxed: true)
      let spans = found.ranges.map { max($0.upperBound - $0.lowerBound, 1e-12) }
      guard spans.allSatisfy({ $0 > 1e-6 }) else { continue }
      for shares in [
        [0.2, 0.3, 0.5], [0.6, 0.3, 0.1], [1.0 / 3, 1.0 / 3, 1.0 / 3], [0.05, 0.9, 0.05],
      ] {
        let weights = zip(shares, spans).map { $0 / $1 }
        func sum(_ values: [Double]) -> Double {
          zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let solution = solve(allocation.weighing(weights))
        let best = try #require(solution.objectives.first?.value)
        let ours = try #require(found.points.map { sum($0.values) }.min())
        #expect(ours >= best - 1e-6 * max(1, abs(best)), "seed \(seed)")
        #expect(
          ours <= best + found.error + 1e-5 * max(1, abs(best)), "seed \(seed): \(ours), \(best)")
        let values = allocation.objectives.map { $0.value(at: solution.point) }
        for plane in found.planes {
          let here = zip(plane.weights, values).reduce(0) { $0 + $1.0 * $1.1 }
          #expect(here >= plane.least - 1e-5 * max(1, abs(plane.least)), "seed \(seed)")
        }
      }
      for a in found.points {
        let isWorse = found.points.contains { b in
          zip(b.values, a.values).allSatisfy { $0 <= $1 } && b.values != a.values
        }
        #expect(!isWorse, "seed \(seed)")
      }
      count += 1
    }
    #expect(count >= 4)
  }

  @Test func `a finer surface has a smaller error and as many points at least`() throws {
    let model = try random(3)
    let coarse = try ParetoSurface.find(model, error: 0.2)
    let fine = try ParetoSurface.find(model, error: 0.005)
    #expect(fine.error <= 0.005 && coarse.error <= 0.2)
    #expect(fine.points.count >= coarse.points.count)
  }

  @Test func `an interruption keeps the ends`() throws {
    let model = try random(3)
    let cancellation = Cancellation()
    var run = RunSettings()
    run.allocation.cancellation = cancellation
    // The seventh solve is the first after the ends.
    run.progress = { if $0.phase.hasPrefix("plans of") { cancellation.cancel() } }
    let found = try ParetoSurface.find(model, error: 1e-6, run)
    #expect(found.status == .interrupted && found.reason == "interrupted")
    #expect(!found.points.isEmpty && found.planes.count >= 3)
    let all = try ParetoSurface.find(model, error: 1e-3)
    #expect(all.error <= 1e-3 && all.points.count >= found.points.count)
  }

  /// What an answer's bound rests on is replaced: no model of the tests leaves a column without any bound.
  @Test func `a plane that is not proven does not make the error smaller`() throws {
    let model = try random(3)
    let proven = try ParetoSurface.find(model, error: 0.02)
    #expect(proven.isErrorProven && proven.planes.allSatisfy(\.isProven))
    // The best values of the three objectives are the first bounds; none after them is proven.
    var asked = 0
    let found = try ParetoSurface.find(model, error: 0.02, RunSettings()) { _ in
      asked += 1
      return asked <= 3
    }
    #expect(found.isErrorProven && found.planes.count == 3)
    #expect(found.status == .feasible && found.reason?.contains("not proven") == true)
    #expect(found.error > 0.02 && found.points.count >= 3)
    // Nothing is cut off but what is worse than a best value: the ideal point stays, whose distance is the error.
    #expect(found.error >= proven.error)
  }

  @Test func `an error that rests on a best value which is not proven says so`() throws {
    let model = try random(3)
    var asked = 0
    let found = try ParetoSurface.find(model, error: 0.02, RunSettings()) { _ in
      asked += 1
      return asked != 2
    }
    #expect(!found.isErrorProven && found.planes.filter { !$0.isProven }.count == 1)
    #expect(found.status == .optimal && found.error <= 0.02)
    #expect(
      try ParetoSurface.find(model, error: 0.02).points.map(\.values) == found.points.map(\.values))
  }

  @Test func `the same surface every time, with what its plans award`() throws {
    let model = try random(4)
    let (a, b) = (try ParetoSurface.find(model), try ParetoSurface.find(model))
    #expect(a.points.map(\.values) == b.points.map(\.values) && a.error == b.error)
    let cost = try #require(model.objectives.firstIndex(of: .publicCost))
    for point in a.points where point.values[cost] < 1e-6 {
      #expect(point.decisions.awards.reduce(0) { $0 + $1.amount } < 1e-3)
    }
  }

  /// Jobs, money and dependency: a measure that is maximised is a direction like the others.
  @Test func `a measure that is maximised is one of three`() throws {
    let text =
      try Repository.text("Models/tutorial.yaml") + """

        measures: { home: "served[class=domestic]" }
        objective: [dependency, public_cost, maximize home]
        """
    let found = try ParetoSurface.find(try model(text))
    // Dependency is 1 less a 4,000th of the tonnes made at home, so that both are best together.
    #expect(found.status == .optimal && found.error <= 0.01)
    for point in found.points {
      #expect(isClose(point.values[0], 1 + point.values[2] / 4000, relative: 1e-5, absolute: 1e-5))
    }
    #expect(found.points.contains { isClose($0.values[2], -2400, relative: 1e-5) })
  }
}
