import CDense
import Dispatch
import LinearAlgebra

/// Newton's equations of a program whose blocks meet in linking columns z and in a shared part
/// (block-angular; Schur complement as in Gondzio and Grothey 2009):
///
///     N·dy + T·dz = right                  of every block, N = A·D·Aᵀ + δ
///     Σ Tᵀ·dy + W₀ᵀ·dy₀ − D⁻¹·dz = g       of the linking columns
///     N₀·dy₀ + W₀·dz = right₀              of the shared part
///
/// δ ties multipliers to where they are (proximal method of multipliers, as in Pougkakiotis and Gondzio 2021), so
/// that no block is singular, however many of its own columns sit on their bounds: the digits of the sum
/// `G = D⁻¹ + Σ Tᵀ·N⁻¹·T` depend on it.
final class BlockSystem {
  let parts: [BlockPart]
  /// The shared part; its first `linkCount` columns are the linking ones.
  let top: BlockPart
  let linkCount: Int
  private let factors: [NormalFactor]
  private let schurComplements: [SchurComplement]
  private var coupling: [Double]
  private var topFactor: [Double]
  private let topLinks: [(row: Int32, link: Int32, value: Double)]
  private let topStart: [Int]
  /// How strongly multipliers are tied to where they are.
  private(set) var delta = 1e-8
  /// Sums that are made side by side; fixed, so that the numbers do not depend on the machine.
  private static let lanes = 4

  /// What blocks with the same rules share: orders and patterns, found once.
  private struct Symbolic {
    private var known:
      [(pattern: BlockPattern, factor: NormalFactor, schurComplement: SchurComplement)] = []
    mutating func found(_ part: BlockPart) -> (NormalFactor, SchurComplement)? {
      if let same = known.first(where: { $0.pattern === part.pattern }) {
        return (NormalFactor(like: same.factor, value: part.value), same.schurComplement)
      }
      let pattern = part.pattern
      guard
        let factor = NormalFactor(
          rows: pattern.rowCount, start: pattern.start, index: pattern.index, value: part.value,
          mustStop: { false })
      else { return nil }
      let schurComplement = SchurComplement(
        factor, zip(pattern.linkPosition, pattern.linkRow).map { (column: $0, row: $1) })
      known.append((pattern, factor, schurComplement))
      return (NormalFactor(like: factor, value: part.value), schurComplement)
    }
  }

  /// Nil where a block's factor would be too large.
  init?(_ parts: [BlockPart], top: BlockPart, linkCount: Int) {
    self.parts = parts
    self.top = top
    self.linkCount = linkCount
    var factors: [NormalFactor] = []
    var schurComplements: [SchurComplement] = []
    var symbolic = Symbolic()
    for part in parts {
      guard let (factor, schurComplement) = symbolic.found(part) else { return nil }
      factors.append(factor)
      schurComplements.append(schurComplement)
    }
    self.factors = factors
    self.schurComplements = schurComplements
    coupling = [Double](repeating: 0, count: linkCount * linkCount)
    topFactor = [Double](repeating: 0, count: top.rowCount * top.rowCount)
    var topLinks: [(row: Int32, link: Int32, value: Double)] = []
    topStart = top.pattern.start
    for j in 0..<linkCount {
      for k in topStart[j]..<topStart[j + 1] {
        topLinks.append((top.pattern.index[k], Int32(truncatingIfNeeded: j), top.value[k]))
      }
    }
    self.topLinks = topLinks
  }

  /// Works on every part on all cores.
  func onParts(_ work: @Sendable (Int, BlockPart) -> Void) {
    let parts = parts
    DispatchQueue.concurrentPerform(iterations: parts.count) { work($0, parts[$0]) }
  }

  /// The shared part's share of δ: its prices are those of all blocks together.
  var topDelta: Double { delta / Double(max(1, parts.count)) }

  // MARK: Factorising

  /// With the weights of the parts. False where `mustStop` said so.
  func factorise(delta: Double, mustStop: () -> Bool) -> Bool {
    self.delta = delta
    let count = linkCount
    let lanes = min(BlockSystem.lanes, parts.count)
    let length = max(1, lanes * count * count)
    let sums = UnsafeMutablePointer<Double>.allocate(capacity: length)
    sums.initialize(repeating: 0, count: length)
    defer { sums.deallocate() }
    nonisolated(unsafe) let shared = sums
    nonisolated(unsafe) let factors = factors
    let schurComplements = schurComplements
    let parts = parts
    for first in stride(from: 0, to: parts.count, by: 4 * lanes) {
      if mustStop() { return false }
      DispatchQueue.concurrentPerform(iterations: lanes) { lane in
        for b in stride(from: first + lane, to: min(first + 4 * lanes, parts.count), by: lanes) {
          let part = parts[b]
          let d = [Double](unsafeUninitializedCapacity: part.columnCount) { buffer, size in
            for j in 0..<part.columnCount { buffer[j] = part.weight[j] }
            size = part.columnCount
          }
          let shift = (0..<part.rowCount).map { part.weight[part.columnCount + $0] + delta }
          _ = factors[b].factorise(d, shift: shift, mustStop: { false })
          schurComplements[b].addProduct(
            factors[b], values: part.linkValue, target: part.pattern.ids,
            to: shared + lane * count * count, size: count)
        }
      }
    }
    for i in 0..<(count * count) {
      var sum = 0.0
      for lane in 0..<lanes { sum += sums[lane * count * count + i] }
      coupling[i] = sum
    }
    for k in 0..<count {
      let own = top.weight[k]
      if own > 0 {
        coupling[k * count + k] += 1 / own
        continue
      }
      // A fixed column does not move.
      for i in 0..<count {
        coupling[k * count + i] = 0
        coupling[i * count + k] = 0
      }
      coupling[k * count + k] = 1
    }
    DenseCholesky.factorise(&coupling, size: count)
    factoriseTop()
    return true
  }

  private func factoriseTop() {
    let size = top.rowCount
    for i in topFactor.indices { topFactor[i] = 0 }
    for i in 0..<size { topFactor[i * size + i] = top.weight[top.columnCount + i] + topDelta }
    for j in linkCount..<top.columnCount {
      let weight = top.weight[j]
      if weight == 0 { continue }
      let range = topStart[j]..<topStart[j + 1]
      for a in range {
        for b in range {
          let place = Int(top.pattern.index[a]) * size + Int(top.pattern.index[b])
          topFactor[place] += weight * top.value[a] * top.value[b]
        }
      }
    }
    if linkCount > 0, size > 0 {
      // V = L⁻¹·W₀ᵀ transposed: a row for each shared row.
      var v = [Double](repeating: 0, count: size * linkCount)
      for entry in topLinks where top.weight[Int(entry.link)] > 0 {
        v[Int(entry.link) * size + Int(entry.row)] += entry.value
      }
      DenseCholesky.divide(&v, rows: size, by: coupling, size: linkCount)
      DenseCholesky.addSquare(of: v, rows: size, columns: linkCount, to: &topFactor)
    }
    DenseCholesky.factorise(&topFactor, size: size)
  }

  // MARK: Solving

  /// Newton's step for the parts' `primal` and `gradient`, into their `newton`.
  ///
  /// - Parameters:
  ///   - keepsRows: as if `primal` were 0.
  ///   - rounds: of refinement at most.
  func solve(keepsRows: Bool = false, rounds: Int = 3) {
    onParts { _, part in BlockSystem.prepare(part, from: 0, keepsRows) }
    BlockSystem.prepare(top, from: linkCount, keepsRows)
    // The linking columns' equations, and what is left of them.
    let wanted = (0..<linkCount).map { top.gradient[$0] }
    var link = wanted
    let dz = AlignedBuffer(linkCount)
    for round in 0...rounds {
      improve(link, dz)
      let (rowError, rowSize) = measure(dz)
      link = wanted
      onParts { _, part in part.sumLinks(part.newton.y) }
      var reached = linkSums()
      for entry in topLinks {
        reached[Int(entry.link)] += entry.value * top.newton.y[Int(entry.row)]
      }
      var (linkError, linkSize) = (0.0, 0.0)
      for k in 0..<linkCount {
        if top.weight[k] == 0 {
          link[k] = 0
          continue
        }
        let own = dz[k] / top.weight[k]
        link[k] -= reached[k] - own
        linkError = max(linkError, abs(link[k]))
        linkSize = max(linkSize, abs(wanted[k]), abs(own))
      }
      if round == rounds || rowError <= max(1e-3 * rowSize, 1e-11) && linkError <= 1e-6 * linkSize {
        break
      }
    }
    onParts { _, part in BlockSystem.finish(part, from: 0) }
    BlockSystem.finish(top, from: linkCount)
    for k in 0..<linkCount { top.newton.x[k] = dz[k] }
  }

  /// `right` = primal + A·D·gradient, of the columns from the given one on.
  private static func prepare(_ part: BlockPart, from first: Int, _ keepsRows: Bool) {
    let weighted = part.newton.x
    for j in 0..<part.size {
      weighted[j] = j < first ? 0 : part.weight[j] * part.gradient[j]
    }
    if keepsRows { part.right.clear() } else { part.right.copy(part.primal) }
    part.addRows(weighted, to: part.right)
    part.left.copy(part.right)
    part.newton.y.clear()
  }

  /// Adds to `newton.y` of the parts and to dz what solves for `left` and `link`.
  private func improve(_ link: [Double], _ dz: AlignedBuffer) {
    nonisolated(unsafe) let factors = factors
    onParts { b, part in
      let reached = factors[b].solve(
        Array(UnsafeBufferPointer(start: part.left.base, count: part.rowCount)))
      for i in 0..<part.rowCount { part.left[i] = reached[i] }
      part.sumLinks(part.left)
    }
    var h = linkSums()
    for k in 0..<linkCount { h[k] = top.weight[k] == 0 ? 0 : h[k] - link[k] }
    var moved = h
    DenseCholesky.solve(coupling, size: linkCount, &moved)
    var above = (0..<top.rowCount).map { top.left[$0] }
    for entry in topLinks { above[Int(entry.row)] -= entry.value * moved[Int(entry.link)] }
    DenseCholesky.solve(topFactor, size: top.rowCount, &above)
    for entry in topLinks where top.weight[Int(entry.link)] > 0 {
      h[Int(entry.link)] += entry.value * above[Int(entry.row)]
    }
    DenseCholesky.solve(coupling, size: linkCount, &h)
    for i in 0..<top.rowCount { top.newton.y[i] += above[i] }
    let change = AlignedBuffer(linkCount)
    for k in 0..<linkCount {
      change[k] = h[k]
      dz[k] += h[k]
    }
    onParts { b, part in
      let pushed = AlignedBuffer(part.rowCount)
      part.addLinks(change, 1, to: pushed)
      let back = factors[b].solve(
        Array(UnsafeBufferPointer(start: pushed.base, count: part.rowCount)))
      for i in 0..<part.rowCount { part.newton.y[i] += part.left[i] - back[i] }
    }
  }

  /// `left` of every part = right − (N·dy + T·dz); the largest, and the largest wanted change of a row.
  private func measure(_ dz: AlignedBuffer) -> (error: Double, size: Double) {
    let (delta, topDelta) = (delta, topDelta)
    let found = AlignedBuffer(2 * parts.count)
    onParts { b, part in
      let (error, size) = BlockSystem.measure(part, from: 0, delta) {
        part.addLinks(dz, -1, to: $0)
      }
      found[2 * b] = error
      found[2 * b + 1] = size
    }
    let topLinks = topLinks
    var (error, size) = BlockSystem.measure(top, from: linkCount, topDelta) {
      for entry in topLinks { $0[Int(entry.row)] -= entry.value * dz[Int(entry.link)] }
    }
    for b in parts.indices {
      error = max(error, found[2 * b])
      size = max(size, found[2 * b + 1])
    }
    return (error, size)
  }

  private static func measure(
    _ part: BlockPart, from first: Int, _ delta: Double, _ subtractLinks: (AlignedBuffer) -> Void
  ) -> (error: Double, size: Double) {
    let image = part.newton.x
    part.transposed(part.newton.y, to: image)
    for j in 0..<part.size { image[j] *= j < first ? 0 : part.weight[j] }
    part.left.copy(part.right)
    part.addRows(image, -1, to: part.left)
    subtractLinks(part.left)
    var (error, size) = (0.0, 0.0)
    for i in 0..<part.rowCount {
      part.left[i] -= delta * part.newton.y[i]
      error = max(error, abs(part.left[i]))
      size = max(size, abs(part.primal[i]))
    }
    return (error, size)
  }

  private static func finish(_ part: BlockPart, from first: Int) {
    let image = part.newton.x
    part.transposed(part.newton.y, to: image)
    for j in first..<part.size { image[j] = part.weight[j] * (image[j] - part.gradient[j]) }
  }

  /// The blocks' `linkSum` together, in a fixed order.
  func linkSums() -> [Double] {
    var result = [Double](repeating: 0, count: linkCount)
    for part in parts {
      for (k, id) in part.pattern.ids.enumerated() { result[Int(id)] += part.linkSum[k] }
    }
    return result
  }
}
