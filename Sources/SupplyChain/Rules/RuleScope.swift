/// The names that expressions may use, and what filters are looked up in.
struct RuleScope {
  let model: Model
  let names: ModelBuilder.Names
  let units: UnitSystem
  /// By id: the measures and factors read so far.
  var measures: [String: RuleSyntax] = [:]
  var factors: [String: Int] = [:]
  /// What `each` stands for in the filter of a key.
  var each: (key: PlanQuantity.Key, value: String)?

  /// What has been worked out, so that each measure is worked out once.
  let memo = RuleMemo()

  /// The word that stands for each of several names in a filter.
  static let eachWord = "each"

  /// All names that a filter's key knows, in the model's order.
  func known(_ key: PlanQuantity.Key) -> [String] {
    switch key {
    case .stage:
      var seen: Set<String> = []
      return (model.facilities.map(\.stage) + model.commodities.map(\.stage))
        .filter { seen.insert($0).inserted }
    case .country: return ordered(names.countries)
    case .tag:
      var seen: Set<String> = []
      return model.facilities.flatMap(\.tags).filter { seen.insert($0).inserted }
    case .facility: return model.facilities.map(\.id)
    case .commodity: return model.commodities.map(\.id)
    case .option: return BuildOption.Kind.allCases.map(\.rawValue)
    case .fund: return model.funds.map(\.id)
    case .source: return model.imports.map(\.id)
    case .segment: return model.demand.map(\.id)
    case .stockpile: return model.stockpiles.map(\.id)
    case .class: return model.provenance.classes.map(\.name)
    }
  }

  private func ordered(_ indices: [String: Int]) -> [String] { indices.keys.sorted() }

  /// Every name that may begin an expression.
  var allNames: [String] {
    PlanQuantity.Kind.allCases.map(\.rawValue) + factors.keys.sorted() + measures.keys.sorted()
  }

  // MARK: Filters

  func filter(
    _ written: [RuleFilter], of quantity: String, keys: [PlanQuantity.Key]
  ) throws(RuleProblem) -> Filter {
    var filter = Filter()
    var seen: Set<PlanQuantity.Key> = []
    for part in written {
      let key = try self.key(part, of: quantity, keys)
      guard seen.insert(key).inserted else {
        throw RuleProblem(
          "the filter `\(key.rawValue)` stands twice", at: part.keyAt,
          help: "write `\(key.rawValue)=a|b` for several names")
      }
      set(key, try matching(part, key), in: &filter)
    }
    return filter
  }

  private func key(
    _ part: RuleFilter, of quantity: String, _ keys: [PlanQuantity.Key]
  ) throws(RuleProblem) -> PlanQuantity.Key {
    if let key = PlanQuantity.Key(rawValue: part.key), keys.contains(key) { return key }
    let list = keys.map(\.rawValue)
    let shown = part.key.escapedForDisplay(limit: 40)
    throw RuleProblem(
      "`\(quantity)` has no filter `\(shown)`", at: part.keyAt, found: part.key,
      expected: list.isEmpty ? "no filter" : "one of " + list.joined(separator: ", "),
      help: Spelling.nearest(to: part.key, in: list).map { "did you mean `\($0)`?" })
  }

  /// The names of a key that a filter admits.
  private func matching(
    _ part: RuleFilter, _ key: PlanQuantity.Key
  ) throws(RuleProblem) -> [String] {
    let known = known(key)
    var admitted: Set<String> = []
    for (text, at) in part.values {
      if text == Self.eachWord, !known.contains(text) {
        guard let each, each.key == key else {
          throw RuleProblem(
            "`\(key.rawValue)=each` needs `each: \(key.rawValue)` beside the rule", at: at,
            found: text)
        }
        admitted.insert(each.value)
        continue
      }
      let pattern = Pattern(text)
      let found = known.filter(pattern.matches)
      if found.isEmpty {
        throw RuleProblem(
          "there is no \(key.rawValue) `\(text.escapedForDisplay(limit: 80))`", at: at, found: text,
          expected: "a \(key.rawValue) that the model has",
          help: help(text, known))
      }
      admitted.formUnion(found)
    }
    return known.filter(admitted.contains)
  }

  private func help(_ text: String, _ known: [String]) -> String? {
    if let nearest = Spelling.nearest(to: text, in: known) { return "did you mean `\(nearest)`?" }
    return known.isEmpty
      ? "the model has none"
      : known.count <= 12 ? "known: " + known.joined(separator: ", ") : nil
  }

  private func set(_ key: PlanQuantity.Key, _ names: [String], in filter: inout Filter) {
    func indices(_ all: [String]) -> [Int] {
      let wanted = Set(names)
      return all.indices.filter { wanted.contains(all[$0]) }
    }
    switch key {
    case .stage: filter.stages = names
    case .country: filter.countries = names
    case .tag: filter.tags = names
    case .option: filter.options = names.compactMap(BuildOption.Kind.init(rawValue:))
    case .facility: filter.facilities = indices(known(.facility))
    case .commodity: filter.commodities = indices(known(.commodity))
    case .fund: filter.funds = indices(known(.fund))
    case .source: filter.sources = indices(known(.source))
    case .segment: filter.segments = indices(known(.segment))
    case .stockpile: filter.stockpiles = indices(known(.stockpile))
    case .class: filter.classes = indices(known(.class))
    }
  }
}

/// The linear forms of measures, by what is summed.
final class RuleMemo {
  struct Key: Hashable {
    var measure: String
    var span: PlanQuantity.Span
  }
  var values: [Key: LinearExpression] = [:]
}
