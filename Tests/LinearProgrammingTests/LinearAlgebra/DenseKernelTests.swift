import CDense
import TestSupport
import Testing

@testable import LinearProgramming

/// A matrix by columns, `stride` numbers from one to the next.
private struct Columns {
  var values: [Double]
  let stride: Int

  init(_ count: Int, stride: Int, _ random: inout Random) {
    values = (0..<(count * stride)).map { _ in 2 * random.uniform() - 1 }
    self.stride = stride
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[row + column * stride] }
    set { values[row + column * stride] = newValue }
  }
}

@Suite struct DenseKernelTests {
  /// Sizes below and above those from which parts are copied together, and none that a vector or a tile divides.
  static let sizes = [
    (rows: 5, columns: 3, depth: 1), (23, 7, 2), (41, 9, 5), (37, 33, 31), (70, 50, 90),
    (150, 121, 13), (131, 103, 140), (75, 19, 260),
  ]

  @Test(arguments: sizes)
  func `an update takes the product from the rows where they are`(
    rows: Int, columns: Int, depth: Int
  ) {
    var random = Random(UInt64(rows))
    let block = Columns(depth, stride: rows + 3, &random)
    // Rows with gaps, and runs of neighbours.
    var place: [Int32] = []
    for i in 0..<rows { place.append(Int32(i + i / 11 + (i % 29 == 7 ? 0 : i / 29))) }
    place = Array(Set(place)).sorted()
    let (count, width) = (place.count, min(columns, place.count))
    let high = Int(place[count - 1]) + 1
    let before = Columns(high, stride: high, &random)
    var target = before
    var buffer = [Double](repeating: 0, count: count * width)
    dense_update(
      &target.values, high, place, count, width, depth, block.values, block.stride, &buffer)
    for j in 0..<width {
      for i in j..<count {
        let product = (0..<depth).reduce(0) { $0 + block[i, $1] * block[j, $1] }
        let (row, column) = (Int(place[i]), Int(place[j]))
        #expect(abs(target[row, column] - before[row, column] + product) < 1e-12)
      }
    }
    let taken = Set(place.map(Int.init))
    for column in 0..<high {
      for row in 0..<high where !taken.contains(row) || !taken.contains(column) {
        #expect(target[row, column] == before[row, column])
      }
    }
  }

  @Test(arguments: sizes)
  func `a product is subtracted below the diagonal, and nothing beside the target changes`(
    rows: Int, columns: Int, depth: Int
  ) {
    var random = Random(UInt64(rows))
    let left = Columns(depth, stride: rows + 5, &random)
    let before = Columns(columns + 1, stride: rows + 2, &random)
    var target = before
    dense_multiply_subtract(
      &target.values, target.stride, rows, columns, depth, left.values, left.stride, left.values,
      left.stride)
    for j in 0..<columns {
      for i in j..<rows {
        let product = (0..<depth).reduce(0) { $0 + left[i, $1] * left[j, $1] }
        #expect(abs(target[i, j] - before[i, j] + product) < 1e-12)
      }
      for i in rows..<target.stride { #expect(target[i, j] == before[i, j]) }
    }
    for i in 0..<target.stride { #expect(target[i, columns] == before[i, columns]) }
  }

  @Test(arguments: [(1, 1), (9, 1), (40, 5), (8, 8), (61, 8), (50, 23), (200, 90), (331, 177)])
  func `a factor gives the block back, and its triangles are solved with`(rows: Int, columns: Int) {
    var random = Random(UInt64(rows))
    var block = Columns(columns, stride: rows + 1, &random)
    for j in 0..<columns { block[j, j] = Double(columns) + 2 }
    let before = block
    let least = [Double](repeating: 1e-10, count: columns)
    #expect(dense_factorise(&block.values, rows, columns, block.stride, least) == 0)
    for j in 0..<columns {
      for i in j..<rows {
        let product = (0...j).reduce(0) { $0 + block[i, $1] * block[j, $1] }
        #expect(abs(product - before[i, j]) < 1e-11)
      }
    }
    let wanted = (0..<columns).map { _ in 2 * random.uniform() - 1 }
    var forward = (0..<columns).map { i in (0...i).reduce(0) { $0 + block[i, $1] * wanted[$1] } }
    dense_forward(&forward, columns, block.values, block.stride)
    var backward = (0..<columns).map { j in
      (j..<columns).reduce(0) { $0 + block[$1, j] * wanted[$1] }
    }
    dense_backward(&backward, columns, block.values, block.stride)
    for j in 0..<columns {
      #expect(abs(forward[j] - wanted[j]) < 1e-11)
      #expect(abs(backward[j] - wanted[j]) < 1e-11)
    }
    var divided = Columns(columns, stride: 29, &random)
    let product = divided
    dense_divide(&divided.values, 29, columns, 29, block.values, block.stride)
    for i in 0..<29 {
      for j in 0..<columns {
        let sum = (0...j).reduce(0) { $0 + divided[i, $1] * block[j, $1] }
        #expect(abs(sum - product[i, j]) < 1e-11)
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 6, 9, 16])
  func `rows are gathered and scattered where they are`(columns: Int) {
    var random = Random(UInt64(columns))
    let rows = 301
    let block = Columns(columns, stride: rows, &random)
    let place = (0..<rows).map { Int32(2 * $0 + $0 % 2) }
    let x = (0..<(2 * rows)).map { _ in 2 * random.uniform() - 1 }
    let own = (0..<columns).map { _ in 2 * random.uniform() - 1 }
    var scattered = x
    dense_scatter(&scattered, place, rows, columns, block.values, rows, own)
    var expected = x
    for i in 0..<rows {
      expected[Int(place[i])] -= (0..<columns).reduce(0) { $0 + block[i, $1] * own[$1] }
    }
    var gathered = own
    dense_gather(&gathered, place, rows, columns, block.values, rows, x)
    for k in x.indices { #expect(abs(scattered[k] - expected[k]) < 1e-13) }
    for j in 0..<columns {
      let sum = (0..<rows).reduce(0) { $0 + block[$1, j] * x[Int(place[$1])] }
      #expect(abs(gathered[j] - own[j] + sum) < 1e-12)
    }
  }

  @Test func `a column without a pivot gets a row of zeros in what is solved for`() {
    var values: [Double] = [4, 2, 2, 1]
    #expect(dense_factorise(&values, 2, 2, 2, [1e-14, 1e-14]) == 1)
    var own = [2.0, 5]
    dense_forward(&own, 2, values, 2)
    #expect(own[0] == 1 && abs(own[1]) < 1e-60)
  }

  /// Whether the kernels fuse products with sums, as all processors since 2013 do.
  static let isFused: Bool = {
    var y = [-1.0]
    let x = 1 + 0x1p-30
    vector_add(1, x, [x], &y)
    return y[0] != x * x - 1
  }()

  /// In eight lanes, added in the order that the kernels add them in; what fills no eight is added last.
  private func fusedProduct(_ x: ArraySlice<Double>, _ y: ArraySlice<Double>) -> Double {
    var lanes = [Double](repeating: 0, count: 8)
    var rest = 0.0
    for (n, (a, b)) in zip(x, y).enumerated() {
      if n < x.count / 8 * 8 {
        lanes[n % 8] = lanes[n % 8].addingProduct(a, b)
      } else {
        rest = rest.addingProduct(a, b)
      }
    }
    let halves = (0..<4).map { lanes[$0] + lanes[$0 + 4] }
    return (halves[0] + halves[1]) + (halves[2] + halves[3]) + rest
  }

  @Test(.enabled(if: isFused), arguments: sizes)
  func `sums are the same to the bit on every machine`(rows: Int, columns: Int, depth: Int) {
    var random = Random(UInt64(rows + depth))
    let block = Columns(columns, stride: rows + 1, &random)
    let x = Columns(1, stride: rows, &random).values
    let before = Columns(1, stride: columns, &random).values
    var own = before
    dense_gather(
      &own, (0..<rows).map(Int32.init), rows, columns, block.values, block.stride, x)
    for j in 0..<columns {
      let column = block.values[(j * block.stride)..<(j * block.stride + rows)]
      #expect(own[j] == before[j] - fusedProduct(column, x[...]))
    }
    let wide = Columns(2, stride: rows + depth, &random).values
    let count = wide.count / 2
    var lanes = [Double](repeating: 0, count: 8)
    for n in 0..<count {
      lanes[n % 8] = lanes[n % 8].addingProduct(wide[n], wide[count + n])
    }
    let halves = (0..<4).map { lanes[$0] + lanes[$0 + 4] }
    #expect(
      vector_product(count, wide, Array(wide[count...]))
        == (halves[0] + halves[1]) + (halves[2] + halves[3]))
  }

  @Test(.enabled(if: isFused), arguments: sizes)
  func `a product of matrices is the same to the bit on every machine`(
    rows: Int, columns: Int, depth: Int
  ) {
    var random = Random(UInt64(rows * depth))
    let left = Columns(depth, stride: rows, &random)
    let right = Columns(depth, stride: columns, &random)
    var result = [Double](repeating: 0, count: rows * columns)
    dense_multiply(
      &result, rows, columns, depth, left.values, left.stride, right.values, right.stride)
    for i in 0..<rows {
      for j in 0..<columns {
        let sum = (0..<depth).reduce(0) { $0.addingProduct(left[i, $1], right[j, $1]) }
        #expect(result[i + rows * j] == sum)
      }
    }
  }
}
