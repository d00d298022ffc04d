/// Numbers for choices among equals, the same in every run (SplitMix64: Steele, Lea and Flood 2014).
struct Chance {
  private var state: UInt64

  init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

  /// A number below `bound`.
  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int(truncatingIfNeeded: (((z ^ (z >> 31)) >> 32) &* UInt64(bound)) >> 32)
  }

  /// The numbers below `count` in some order.
  mutating func permutation(_ count: Int) -> [Int32] {
    var result = (0..<count).map { Int32(truncatingIfNeeded: $0) }
    for k in stride(from: count - 1, to: 0, by: -1) { result.swapAt(k, below(k + 1)) }
    return result
  }
}
