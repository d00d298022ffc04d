import BigInt
import Testing

@testable import LinearProgramming

@Suite struct RationalSystemTests {
  private func system(_ rows: [[Int]], _ limits: RationalSystem.Limits = .init()) -> RationalSystem?
  {
    RationalSystem(
      rows: rows.map { row in
        row.enumerated().filter { $0.element != 0 }.map {
          (column: $0.offset, value: BigInt($0.element))
        }
      }, limits: limits)
  }

  @Test func `two equations have the fractions worked out by hand, either way round`() throws {
    let system = try #require(self.system([[1, 2], [3, 4]]))
    // x + 2y = 5 and 3x + 4y = 6: x = −4, y = 9/2.
    let answer = try #require(system.solve([5, 6]))
    #expect(answer.numerators[0] == -4 * answer.denominator)
    #expect(2 * answer.numerators[1] == 9 * answer.denominator)
    // x + 3y = 5 and 2x + 4y = 6: x = −1, y = 2.
    let transposed = try #require(system.solve([5, 6], isTransposed: true))
    #expect(transposed.numerators[0] == -transposed.denominator)
    #expect(transposed.numerators[1] == 2 * transposed.denominator)
  }

  @Test func `an answer with a denominator of many digits is exact`() throws {
    let large = 1_000_003
    let system = try #require(self.system([[large, 1, 0], [0, large, 1], [1, 0, large]]))
    let answer = try #require(system.solve([1, 0, 0]))
    let n = answer.numerators
    let a = BigInt(large)
    #expect(a * n[0] + n[1] == answer.denominator)
    #expect(a * n[1] + n[2] == 0 && n[0] + a * n[2] == 0)
    #expect(answer.denominator == a * a * a + 1)
  }

  @Test func `a singular system and one beyond the limits have no answer`() {
    #expect(system([[1, 2], [2, 4]]) == nil)
    #expect(system([[1, 2], [3, 4]], .init(size: 1)) == nil)
  }
}
