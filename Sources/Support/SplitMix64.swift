/// A seeded random number generator whose sequence is the same on every machine (SplitMix64: Steele, Lea
/// and Flood 2014). The n-th number is a function of the seed and n alone.
///
///     var generator = SplitMix64(seed: 0)
///     generator.next()  // 0xe220a8397b1dcdaf
package struct SplitMix64: Sendable {
  private var state: UInt64

  /// The step of the state: the golden ratio in 64 bits.
  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  package init(seed: UInt64) { state = seed }

  package init(seed: Int) { self.init(seed: UInt64(truncatingIfNeeded: seed)) }

  package mutating func next() -> UInt64 {
    state &+= SplitMix64.step
    return SplitMix64.mix(state)
  }

  /// The number at an index of a seed's sequence, counted from 0.
  package static func number(_ index: UInt64, seed: UInt64) -> UInt64 {
    mix(seed &+ (index &+ 1) &* step)
  }

  /// A hash of 64 bits in which every bit of the input changes about half of the output.
  @inlinable
  package static func mix(_ input: UInt64) -> UInt64 {
    var z = input
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The upper 53 bits of a number, as a fraction from 0 to below 1.
  @inlinable
  package static func fraction(_ number: UInt64) -> Double { Double(number >> 11) * 0x1p-53 }

  /// A number from 0 to `bound − 1`; `bound` is at most 2³².
  package mutating func next(below bound: Int) -> Int {
    Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(bound)) >> 32)
  }

  /// A random permutation of the numbers below `count` (Fisher and Yates).
  package mutating func permutation(_ count: Int) -> [Int32] {
    var result = (0..<count).map { Int32(truncatingIfNeeded: $0) }
    for k in stride(from: count - 1, to: 0, by: -1) { result.swapAt(k, next(below: k + 1)) }
    return result
  }
}

/// Knuth's linear congruential generator (MMIX), for perturbations: their amounts differ from entry to entry
/// and are the same in every run.
package struct LinearCongruentialGenerator: Sendable {
  private var state: UInt64

  package init(state: UInt64) { self.state = state }

  /// A fraction from 0 to below 1, of 31 bits.
  package mutating func fraction() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 33) * 0x1p-31
  }
}
