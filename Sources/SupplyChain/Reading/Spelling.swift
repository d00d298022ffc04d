/// Which known name a misspelt one was probably meant to be.
public enum Spelling {
  /// The nearest of `names` within a third of the length; ties go to the first.
  public static func nearest<Names: Sequence<String>>(to name: String, in names: Names) -> String? {
    let wanted = Array(name.lowercased().utf8.prefix(80))
    let limit = max(1, min(4, wanted.count / 3 + (wanted.count > 3 ? 1 : 0)))
    var best: (name: String, distance: Int)?
    for candidate in names {
      let length = candidate.utf8.count
      guard abs(length - wanted.count) <= limit else { continue }
      let bound = (best?.distance ?? limit + 1) - 1
      guard bound >= 0 else { break }
      let distance = distance(wanted, Array(candidate.lowercased().utf8), atMost: bound)
      if distance <= bound { best = (candidate, distance) }
    }
    return best?.name
  }

  /// Insertions, deletions, replacements and swaps of neighbours, counted up to `limit`.
  static func distance(_ left: [UInt8], _ right: [UInt8], atMost limit: Int) -> Int {
    if abs(left.count - right.count) > limit { return limit + 1 }
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var before = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    var current = before
    for i in 1...left.count {
      current[0] = i
      var smallest = i
      for j in 1...right.count {
        let change = left[i - 1] == right[j - 1] ? 0 : 1
        var cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + change)
        if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
          cost = min(cost, before[j - 2] + 1)
        }
        current[j] = cost
        smallest = min(smallest, cost)
      }
      if smallest > limit { return limit + 1 }
      (before, previous, current) = (previous, current, before)
    }
    return previous[right.count]
  }
}
