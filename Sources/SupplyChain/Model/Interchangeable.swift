extension Model {
  /// Facilities that differ in nothing but their names and places, in groups of two or more: a plan in which two of a group are
  /// exchanged fulfils the same rules and is worth the same.
  public var interchangeableFacilities: [[Int]] {
    func names(_ filter: Filter?) -> [Set<Int>] { filter?.facilities.map { [Set($0)] } ?? [] }
    let listed =
      limits.flatMap { names($0.filter) + names($0.shareOf) } + funds.flatMap { names($0.eligible) }
      + rules.flatMap { $0.difference.terms.flatMap { names($0.quantity.filter) } }
    let required = Set(facilities.compactMap { $0.expansion?.requires })
    return groups(of: facilities.indices.filter { !required.contains($0) }) { p in
      var facility = facilities[p]
      (facility.id, facility.name, facility.location) = ("", "", Self.nowhere)
      facility.place = nil
      return "\(facility) \(listed.map { $0.contains(p) }) \(factors.map { $0.amounts[p] })"
    }
  }

  /// Segments that may be exchanged tonne for tonne in every year, each in a group, in the order of their first: what
  /// one of a group is served with may serve another instead.
  public var interchangeableSegments: [[Int]] {
    let alike = groups(of: Array(demand.indices)) { d in
      var segment = demand[d]
      (segment.id, segment.location) = ("", Self.nowhere)
      segment.quantity = Series(0)
      return "\(segment) \(returns.map { $0.from.contains(d) })"
    }
    let grouped = Set(alike.joined())
    let alone = demand.indices.filter { !grouped.contains($0) }.map { [$0] }
    return (alike + alone).sorted { $0[0] < $1[0] }
  }

  private static let nowhere = SourceLocation(file: "", line: 0, column: 0)

  /// What has the same text, where that is more than one.
  private func groups(of indices: [Int], _ text: (Int) -> String) -> [[Int]] {
    Dictionary(grouping: indices, by: text).values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }
}
