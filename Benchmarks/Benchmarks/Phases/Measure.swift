import Benchmark
import CAllocations

extension BenchmarkMetric {
  /// Blocks of memory asked for, by Swift, GLPK and SQLite alike; nearly the same in every run where one thread works.
  static let allocations = BenchmarkMetric.custom(
    "Allocations", polarity: .prefersSmaller, useScalingFactor: false)
}

extension Benchmark {
  /// Measures `body` alone: its time, and how often it asks for memory.
  @discardableResult
  func measure<Result>(_ body: () throws -> Result) rethrows -> Result {
    startMeasurement()
    let before = lodestone_allocations()
    let result = try body()
    let after = lodestone_allocations()
    stopMeasurement()
    Benchmark.blackHole(result)
    measurement(.allocations, Int(after - before))
    return result
  }
}
