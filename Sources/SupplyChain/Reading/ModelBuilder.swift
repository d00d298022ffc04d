/// Builds a `Model` from a document tree.
///
/// Where `base` is given and the ids that entries refer to are the same in it, entries that the
/// two trees share are taken over as they are: a change to one facility reads one facility.
final class ModelBuilder {
  struct Base: Sendable {
    let root: Mapping
    let model: Model
    let names: Names
  }

  /// What references are looked up in.
  struct Names: Sendable {
    var classes: [String: Int] = [:]
    var countries: [String: Int] = [:]
    var commodities: [String: Int] = [:]
    var facilities: [String: Int] = [:]
    var imports: [String: Int] = [:]
    var demand: [String: Int] = [:]
    var funds: [String: Int] = [:]
    var scenarios: [String: Int] = [:]
  }

  let root: Mapping
  let reader: ModelReader
  let log: DiagnosticLog
  let base: Base?
  var names = Names()
  var model = Model()
  private var suggestionsLeft = 200

  init(root: Mapping, log: DiagnosticLog, base: Base? = nil) {
    self.root = root
    self.log = log
    reader = ModelReader(root: root, log: log)
    self.base = base
  }

  func build() -> Model {
    let shares = sharesNames
    if let base, shares {
      names = base.names
    } else {
      index("commodities", \.commodities)
      index("facilities", \.facilities)
      index("imports", \.imports)
      index("demand", \.demand)
      index("funds", \.funds)
      index("scenarios", \.scenarios)
    }
    readHead(sharesNames: shares)
    let reused = shares ? base : nil
    model.commodities = entries("commodities", reused, \.commodities, commodity)
    model.facilities = entries("facilities", reused, \.facilities, facility)
    if !(reused.map { same("facilities", $0) } ?? false) { checkRequires() }
    model.imports = entries("imports", reused, \.imports, importSource)
    setParityPrices()
    model.demand = entries("demand", reused, \.demand, demandSegment)
    model.stockpiles = entries("stockpiles", reused, \.stockpiles, stockpile)
    model.returns = entries("returns", reused, \.returns, returnStream)
    model.funds = entries("funds", reused, \.funds, fund)
    readLimits(reused)
    readTargets()
    readRules()
    readObjective()
    readCommitments()
    readScenarioSummaries()
    readUncertainty()
    readAdversary()
    checkMeasure()
    return model
  }

  /// The keys at the top of the file.
  var top: Entry {
    Entry(
      reader, Schema.model, root,
      at: root.pairs.first?.position ?? Position(line: 1, column: 1, file: 0), section: "")
  }

  // MARK: Sharing with the base

  private func same(_ section: String, _ base: Base) -> Bool {
    root[section]?.mapping === base.root[section]?.mapping
  }

  /// Whether every index and class means the same as in the base.
  private var sharesNames: Bool {
    guard let base else { return false }
    for section in ["horizon", "money", "provenance", "scenarios"] where !same(section, base) {
      return false
    }
    for section in ["commodities", "facilities", "imports", "demand", "funds"] {
      if same(section, base) { continue }
      let pairs = root[section]?.mapping?.pairs ?? []
      let others = base.root[section]?.mapping?.pairs ?? []
      guard pairs.count == others.count else { return false }
      for index in pairs.indices where pairs[index].key != others[index].key { return false }
    }
    return true
  }

  private func entries<Value>(
    _ section: String, _ base: Base?, _ list: KeyPath<Model, [Value]>, _ read: (Entry) -> Value
  ) -> [Value] {
    guard case .entries(let schema) = Schema.model.field(section)?.kind,
      let pairs = top.node(section)?.mapping?.pairs
    else { return [] }
    let others = base?.root[section]?.mapping
    if let base, let others, others === root[section]?.mapping { return base.model[keyPath: list] }
    let oldPairs = others?.pairs ?? []
    let old = base?.model[keyPath: list] ?? []
    let mayShare = base != nil && oldPairs.count == pairs.count && old.count == pairs.count
    var values: [Value] = []
    values.reserveCapacity(pairs.count)
    for (index, pair) in pairs.enumerated() {
      let mapping = pair.value.mapping ?? .empty
      if mayShare, let other = oldPairs[index].value.mapping, other === mapping,
        oldPairs[index].key == pair.key
      {
        values.append(old[index])
      } else {
        // An entry of the wrong shape has been reported; its place in the order is kept.
        log.isSilent = pair.value.mapping == nil
        defer { log.isSilent = false }
        values.append(
          read(
            Entry(reader, schema, mapping, at: pair.position, section: section, id: pair.key)))
      }
    }
    return values
  }

  private func index(_ section: String, _ path: WritableKeyPath<Names, [String: Int]>) {
    guard let pairs = root[section]?.mapping?.pairs else { return }
    var indices: [String: Int] = [:]
    indices.reserveCapacity(pairs.count)
    for (index, pair) in pairs.enumerated() where indices[pair.key] == nil {
      indices[pair.key] = index
    }
    names[keyPath: path] = indices
  }

  // MARK: References

  /// The index of a name that must be defined; reports the nearest where it is not.
  func reference(
    _ name: String, _ position: Position, in known: [String: Int], _ what: String, _ path: String
  ) -> Int? {
    if let index = known[name] { return index }
    log.error(
      "\(path): there is no \(what) `\(name.escapedForDisplay(limit: 80))`", at: position,
      found: name, expected: "a \(what) that the model defines",
      help: suggestion(name, in: known, what))
    return nil
  }

  func suggestion(_ name: String, in known: [String: Int], _ what: String) -> String? {
    guard suggestionsLeft > 0, !log.isFull else { return nil }
    suggestionsLeft -= 1
    let ordered = known.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    if let nearest = Spelling.nearest(to: name, in: ordered) { return "did you mean `\(nearest)`?" }
    if ordered.isEmpty { return "the model defines none" }
    guard ordered.count <= 12 else { return nil }
    return "known: " + ordered.joined(separator: ", ")
  }

  func reference(_ entry: Entry, _ key: String, in known: [String: Int], _ what: String) -> Int? {
    guard let node = entry.node(key), let name = reader.text(node, entry.path + "." + key) else {
      return nil
    }
    return reference(name, node.position, in: known, what, entry.path + "." + key)
  }

  func commodityReference(_ entry: Entry) -> Int? {
    reference(entry, "commodity", in: names.commodities, "commodity")
  }

  /// The country's code and the class it belongs to.
  func country(_ entry: Entry) -> (code: String, provenanceClass: Int) {
    guard let node = entry.node("country"),
      let code = reader.text(node, entry.path + ".country")
    else { return ("", 0) }
    if let provenanceClass = names.countries[code] { return (code, provenanceClass) }
    let help = suggestion(code, in: names.countries, "country")
    log.error(
      "\(entry.path): country `\(code.escapedForDisplay(limit: 40))` has no class",
      at: node.position, found: code, expected: "a country of provenance.countries",
      help: help ?? "add it to provenance.countries")
    return (code, 0)
  }

  /// The owner's country and its class, where an owner is given.
  func owner(_ entry: Entry) -> (code: String, provenanceClass: Int)? {
    guard let node = entry["owner"], let code = reader.text(node, entry.path + ".owner") else {
      return nil
    }
    let known = reference(
      code, node.position, in: names.countries, "country", entry.path + ".owner")
    return (code, known ?? 0)
  }

  func indices(
    _ entry: Entry, _ key: String, in known: [String: Int], _ what: String
  ) -> [Int]? {
    guard let texts = entry.texts(key) else { return nil }
    return texts.compactMap { text, position in
      reference(text, position, in: known, what, entry.path + "." + key)
    }
  }
}
