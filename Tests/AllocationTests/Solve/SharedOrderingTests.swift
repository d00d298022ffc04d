import LinearAlgebra
import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Allocation

@Suite struct SharedOrderingTests {
  private func program(_ horizon: ClosedRange<Int>) throws -> AllocationProgram {
    let text = MagnetModel(horizon: horizon).text
    return AllocationProgram(try ModelDocument.read(text: text, file: "test.yaml").model())
  }

  @Test func `a program that was solved without an order has none to pass on`() throws {
    let program = try program(2026...2027)
    #expect(SharedOrdering(program, solve(program)) == nil)
  }

  @Test func `rows keep their places by what they mean, and rows without one have none`() throws {
    let short = try program(2026...2027)
    var solution = solve(short)
    let places = short.rows.indices.map { Int32(short.rows.count - 1 - $0) }
    solution.rowOrdering = FillReducingOrdering(position: places, work: 3)
    let order = try #require(SharedOrdering(short, solution))
    #expect(order.rowOrdering(for: short).position == places)
    let long = try program(2026...2028)
    let taken = order.rowOrdering(for: long)
    #expect(taken.work == 3)
    for (key, place) in zip(long.rows, taken.position) {
      let index = short.rows.firstIndex(of: key)
      #expect(place == (index.map { places[$0] } ?? -1))
    }
    #expect(taken.position.contains(-1))
  }
}
