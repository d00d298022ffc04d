/// A sum that carries its rounding error along (Neumaier 1974; the error of each addition by Knuth's
/// TwoSum): about as good as a sum in twice the precision of a double.
///
/// Public, with what its hot members read, since the optimiser inlines only public members into other modules.
@frozen
public struct CompensatedSum: Sendable {
  @usableFromInline var high = 0.0
  /// The sum of the rounding errors so far.
  @usableFromInline var low = 0.0

  @inlinable public init() {}
  @inlinable public init(_ value: Double) { high = value }

  @inlinable @inline(__always)
  public mutating func add(_ value: Double) {
    let sum = high + value
    let part = sum - high
    low += (high - (sum - part)) + (value - part)
    high = sum
  }

  /// Adds `a`·`b` with the rounding error of the product.
  @inlinable @inline(__always)
  public mutating func add(_ a: Double, times b: Double) {
    let product = a * b
    add(product)
    if product.isFinite { low += (-product).addingProduct(a, b) }
  }

  @inlinable public var value: Double {
    let sum = high + low
    return sum.isNaN ? high : sum
  }
}
