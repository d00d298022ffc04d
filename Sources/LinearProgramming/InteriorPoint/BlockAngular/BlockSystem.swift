import CDense
import Dispatch
import LinearAlgebra

/// Newton's equations of a block-angular program, whose diagonal blocks are coupled by linking columns z and by the
/// rows of the first stage, solved by Schur complements (Gondzio and Grothey 2009):
///
///     N·dy + T·dz = right                  of every block, N = A·D·Aᵀ + δ
///     Σ Tᵀ·dy + W₀ᵀ·dy₀ − D⁻¹·dz = g       of the linking columns
///     N₀·dy₀ + W₀·dz = right₀              of the first stage
///
/// δ is the dual regularisation of the proximal method of multipliers (Pougkakiotis and Gondzio 2021): no block is
/// singular, however many of its own columns are at their bounds, and the Schur complement
/// `G = D⁻¹ + Σ Tᵀ·N⁻¹·T` keeps its digits.
final class BlockSystem {
  let parts: [BlockPart]
  /// The first stage; its first `linkCount` columns are the linking ones.
  let top: BlockPart
  let linkCount: Int
  private let factors: [NormalFactor]
  private let schurComplements: [SchurComplement]
  /// G, and then its Cholesky factor.
  private var coupling: [Double]
  private var topFactor: [Double]
  private let topLinks: [(row: Int32, link: Int32, value: Double)]
  private let topStart: [Int]
  /// The dual regularisation.
  private(set) var delta = 1e-8
  /// Partial sums that are computed side by side: a fixed number, so that results do not depend on the machine.
  private static let lanes = 4

  /// Symbolic factorisations, one for all blocks with the same pattern.
  private struct SharedAnalysis {
    private var known:
      [(pattern: BlockPattern, symbolic: SymbolicFactorisation, complement: SchurComplement)] = []

    mutating func factors(
      _ part: BlockPart, _ mustStop: () -> Bool
    ) -> (NormalFactor, SchurComplement)? {
      if let same = known.first(where: { $0.pattern === part.pattern }) {
        return (NormalFactor(same.symbolic, value: part.value), same.complement)
      }
      let pattern = part.pattern
      guard
        let symbolic = SymbolicFactorisation(
          rows: pattern.rowCount, start: pattern.start, index: pattern.index,
          mustStop: mustStop)
      else { return nil }
      let complement = SchurComplement(
        symbolic, zip(pattern.linkPosition, pattern.linkRow).map { (column: $0, row: $1) })
      known.append((pattern, symbolic, complement))
      return (NormalFactor(symbolic, value: part.value), complement)
    }
  }

  /// Nil where a block's factor would be too large, or where `mustStop` said so.
  init?(
    _ parts: [BlockPart], top: BlockPart, linkCount: Int, mustStop: () -> Bool = { false }
  ) {
    self.parts = parts
    self.top = top
    self.linkCount = linkCount
    var factors: [NormalFactor] = []
    var schurComplements: [SchurComplement] = []
    var analysis = SharedAnalysis()
    for part in parts {
      guard let (factor, complement) = analysis.factors(part, mustStop) else { return nil }
      factors.append(factor)
      schurComplements.append(complement)
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

  /// Runs work on every part, on all cores.
  func onParts(_ work: @Sendable (Int, BlockPart) -> Void) {
    let parts = parts
    DispatchQueue.concurrentPerform(iterations: parts.count) { work($0, parts[$0]) }
  }

  /// The first stage's regularisation: its multipliers are the sums of those of all blocks.
  var topDelta: Double { delta / Double(max(1, parts.count)) }

  // MARK: Factorising

  /// The numeric factorisation for the weights of the parts. False where `mustStop` said so.
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
      // A fixed column has no step.
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
      // V = L⁻¹·W₀ᵀ transposed: a row for each row of the first stage.
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
  ///   - keepsRows: solves as if the primal residual were 0.
  ///   - rounds: rounds of iterative refinement at most.
  func solve(keepsRows: Bool = false, rounds: Int = 3) {
    onParts { _, part in BlockSystem.prepare(part, from: 0, keepsRows) }
    BlockSystem.prepare(top, from: linkCount, keepsRows)
    // The right-hand side of the linking columns' equations, and its residual.
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
    part.residual.copy(part.right)
    part.newton.y.clear()
  }

  /// One round of refinement: adds to `newton.y` of the parts and to dz the solution for `residual` and `link`.
  private func improve(_ link: [Double], _ dz: AlignedBuffer) {
    nonisolated(unsafe) let factors = factors
    onParts { b, part in
      let reached = factors[b].solve(
        Array(UnsafeBufferPointer(start: part.residual.base, count: part.rowCount)))
      for i in 0..<part.rowCount { part.residual[i] = reached[i] }
      part.sumLinks(part.residual)
    }
    var h = linkSums()
    for k in 0..<linkCount { h[k] = top.weight[k] == 0 ? 0 : h[k] - link[k] }
    var moved = h
    DenseCholesky.solve(coupling, size: linkCount, &moved)
    var above = (0..<top.rowCount).map { top.residual[$0] }
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
      for i in 0..<part.rowCount { part.newton.y[i] += part.residual[i] - back[i] }
    }
  }

  /// Sets `residual` of every part, right − (N·dy + T·dz); returns its largest entry and the largest primal residual.
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
    part.residual.copy(part.right)
    part.addRows(image, -1, to: part.residual)
    subtractLinks(part.residual)
    var (error, size) = (0.0, 0.0)
    for i in 0..<part.rowCount {
      part.residual[i] -= delta * part.newton.y[i]
      error = max(error, abs(part.residual[i]))
      size = max(size, abs(part.primal[i]))
    }
    return (error, size)
  }

  private static func finish(_ part: BlockPart, from first: Int) {
    let image = part.newton.x
    part.transposed(part.newton.y, to: image)
    for j in first..<part.size { image[j] = part.weight[j] * (image[j] - part.gradient[j]) }
  }

  /// The sum of the blocks' `linkSum`, in a fixed order.
  func linkSums() -> [Double] {
    var result = [Double](repeating: 0, count: linkCount)
    for part in parts {
      for (k, id) in part.pattern.ids.enumerated() { result[Int(id)] += part.linkSum[k] }
    }
    return result
  }
}
