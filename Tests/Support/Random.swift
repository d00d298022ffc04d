import Support

/// Random numbers for tests: the same seed gives the same numbers on every machine (SplitMix64).
public struct Random: RandomNumberGenerator, Sendable {
  private var generator: SplitMix64

  public init(_ seed: UInt64) {
    // Seeds next to each other begin far apart.
    generator = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1)
  }

  public mutating func next() -> UInt64 { generator.next() }

  public mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// From 0 to `count - 1`; 0 where `count` is smaller than 1.
  public mutating func below(_ count: Int) -> Int {
    count <= 1 ? 0 : Int(next() % UInt64(count))
  }

  /// From 0 up to, but not including, 1.
  public mutating func uniform() -> Double { SplitMix64.fraction(next()) }

  public mutating func element<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
}
