/// The ids of names, which are pieces of one text: the first name is 0, the next new one 1, ….
///
/// Names are compared byte by byte. Open addressing over places in the text, so that names are
/// copied on demand only. The hash is seeded, so that a file cannot be crafted to collide.
struct NameTable {
  private var places: [Range<Int>] = []
  /// One more than the id, 0 where empty; a power of two, at most half full.
  private var slots = [Int32](repeating: 0, count: 64)

  var count: Int { places.count }

  /// The id of a name that is known.
  func id(of name: Range<Int>, in text: UnsafeRawBufferPointer) -> Int? {
    let found = slots[slot(of: name, in: text)]
    return found == 0 ? nil : Int(found) - 1
  }

  /// Inserts a name; nil where it is in the table.
  mutating func insert(_ name: Range<Int>, in text: UnsafeRawBufferPointer) -> Int? {
    let slot = slot(of: name, in: text)
    guard slots[slot] == 0, places.count < Int(Int32.max) - 1 else { return nil }
    places.append(name)
    slots[slot] = Int32(truncatingIfNeeded: places.count)
    if 2 * places.count > slots.count { grow(text) }
    return places.count - 1
  }

  /// All names, by id.
  func names(in text: UnsafeRawBufferPointer) -> [String] {
    places.map { String(decoding: text[$0], as: UTF8.self) }
  }

  private func slot(of name: Range<Int>, in text: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    let bytes = UnsafeRawBufferPointer(rebasing: text[name])
    hasher.combine(bytes: bytes)
    var slot = hasher.finalize() & (slots.count - 1)
    while slots[slot] != 0 {
      let other = text[places[Int(slots[slot]) - 1]]
      if other.count == bytes.count && other.elementsEqual(bytes) { break }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow(_ text: UnsafeRawBufferPointer) {
    slots = [Int32](repeating: 0, count: 2 * slots.count)
    for (id, place) in places.enumerated() {
      slots[slot(of: place, in: text)] = Int32(truncatingIfNeeded: id + 1)
    }
  }
}
