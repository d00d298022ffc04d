/// A dense vector at a fixed address, aligned to 64 bytes, whose loops check no bounds.
///
/// Public, with what its hot members read, since the optimiser inlines only public members into other modules.
public final class AlignedBuffer: @unchecked Sendable {
  // Each is written by one thread at a time: that of the block it belongs to.
  public let count: Int
  public let base: UnsafeMutablePointer<Double>

  package init(_ count: Int, _ value: Double = 0) {
    self.count = count
    let size = max(1, count)
    base = UnsafeMutableRawPointer.allocate(
      byteCount: size * MemoryLayout<Double>.stride, alignment: 64
    ).bindMemory(to: Double.self, capacity: size)
    base.initialize(repeating: value, count: size)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  @inlinable
  public subscript(index: Int) -> Double {
    @inline(__always) get { base[index] }
    @inline(__always) _modify { yield &base[index] }
  }

  package func copy(_ other: AlignedBuffer) { base.update(from: other.base, count: count) }
  package func clear() { base.update(repeating: 0, count: count) }
}
