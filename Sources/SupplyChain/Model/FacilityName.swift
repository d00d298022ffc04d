/// Finds a facility by what people call it.
public enum FacilityName {
  public struct NotFound: Error, Sendable {
    /// Ids and names that were probably meant, at most five.
    public var suggestions: [String]
    /// Whether several facilities have what was given in their names.
    public var isAmbiguous: Bool
  }

  /// The facility with this id or this name, in either case of letters; else the only one that has it in its id or name.
  public static func find(_ text: String, in model: Model) throws(NotFound) -> Int {
    let all = model.facilities
    if let exact = all.firstIndex(where: { $0.id == text }) { return exact }
    let wanted = text.lowercased()
    let named = all.indices.filter {
      all[$0].id.lowercased() == wanted || all[$0].name.lowercased() == wanted
    }
    if named.count == 1 { return named[0] }
    let near = all.indices.filter {
      !wanted.isEmpty
        && (all[$0].id.lowercased().contains(wanted) || all[$0].name.lowercased().contains(wanted))
    }
    if near.count == 1 { return near[0] }
    func words(_ p: Int) -> String {
      all[p].name == all[p].id ? "'\(all[p].id)'" : "'\(all[p].id)' (\(all[p].name))"
    }
    if !near.isEmpty {
      throw NotFound(suggestions: near.prefix(5).map(words), isAmbiguous: true)
    }
    var found: [Int] = []
    let spelt =
      Spelling.nearest(to: text, in: all.map(\.id))
      ?? Spelling.nearest(to: text, in: all.map(\.name))
    if let spelt, let p = all.firstIndex(where: { $0.id == spelt || $0.name == spelt }) {
      found.append(p)
    }
    // Those that share a word of four letters or more.
    let parts = FacilityName.parts(wanted)
    for p in all.indices where found.count < 5 && !found.contains(p) {
      let own = FacilityName.parts(all[p].id.lowercased() + " " + all[p].name.lowercased())
      if !parts.isDisjoint(with: own) { found.append(p) }
    }
    throw NotFound(suggestions: found.map(words), isAmbiguous: false)
  }

  private static func parts(_ text: String) -> Set<Substring> {
    Set(text.split { !$0.isLetter && !$0.isNumber }.filter { $0.count >= 4 })
  }
}
