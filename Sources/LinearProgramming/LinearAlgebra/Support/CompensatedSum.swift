/// A sum that carries its rounding error along, as good as twice the precision of a double.
struct CompensatedSum {
  private var high = 0.0
  private var low = 0.0

  init() {}
  init(_ value: Double) { high = value }

  @inline(__always)
  mutating func add(_ value: Double) {
    let sum = high + value
    let part = sum - high
    low += (high - (sum - part)) + (value - part)
    high = sum
  }

  /// Adds `a`·`b` with the rounding error of the product.
  @inline(__always)
  mutating func add(_ a: Double, times b: Double) {
    let product = a * b
    add(product)
    if product.isFinite { low += (-product).addingProduct(a, b) }
  }

  var value: Double {
    let sum = high + low
    return sum.isNaN ? high : sum
  }
}
