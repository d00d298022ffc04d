import BigInt
import Support
import Testing

@testable import LinearProgramming

@Suite struct PadicResidueTests {
  private static let prime = BigInt(Modular.prime)

  /// A number of up to `digits` digits in base p; digits at the ends of their range are frequent.
  private func number(_ digits: Int, _ random: inout SplitMix64) -> BigInt {
    let most = Modular.prime - 1
    return (0..<digits).reduce(BigInt(0)) { value, _ in
      let choices = [0, 1, most / 2, most / 2 + 1, most, random.next() % (most + 1)]
      return value * Self.prime + BigInt(choices[Int(random.next() % 6)])
    }
  }

  @Test func `minus one has the highest digit throughout`() {
    let residue = PadicResidue(digits: [UInt64](repeating: Modular.prime - 1, count: 3))
    #expect(residue.value == (Self.prime.power(3) - 1).magnitude)
    #expect(residue.centred.isNegative && residue.centred.magnitude.value == 1)
    let square = residue * residue
    #expect(square.digits == [1, 0, 0])
  }

  @Test(arguments: 1...200)
  func `digits give the products and signs of long numbers`(seed: Int) {
    var random = SplitMix64(seed: seed)
    let count = 1 + Int(random.next() % 12)
    let modulus = Self.prime.power(count)
    let left = number(count, &random)
    let right = number(Int(random.next() % UInt64(count + 1)), &random)
    let (a, b) = (
      PadicResidue(left.magnitude, digitCount: count),
      PadicResidue(right.magnitude, digitCount: count)
    )
    #expect(a.value == left.magnitude && b.value == right.magnitude)
    let product = a * b
    let expected = left * right % modulus
    #expect(product.value == expected.magnitude)
    let (isNegative, magnitude) = product.centred
    #expect(isNegative == (expected > modulus / 2))
    #expect(magnitude.value == (isNegative ? modulus - expected : expected).magnitude)
  }
}
