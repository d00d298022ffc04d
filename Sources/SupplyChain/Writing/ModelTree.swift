/// A model as it stands in a file: texts, lists and keys in file order.
///
/// Quantities that a change worked out are written with a unit, such that they read back as the same number.
public indirect enum ModelTree: Sendable, Equatable {
  /// Text that stands without quotes: `45 kt/yr`, `true`, an id; empty where there is no value.
  case plain(String)
  case quoted(String)
  case list([ModelTree])
  case keys([Key])

  public struct Key: Sendable, Equatable {
    public var name: String
    public var value: ModelTree
    public init(_ name: String, _ value: ModelTree) {
      self.name = name
      self.value = value
    }
  }
}

extension ModelDocument {
  /// The model under scenarios, settings and a budget scale, in the format's own keys.
  ///
  /// Tables are merged in. Once anything is changed, `scenarios` and `uncertainty`, which refer to the model
  /// unchanged, are left out; the budget scale is multiplied into the appropriations.
  ///
  /// - Throws: what `model(scenarios:settings:budgetScale:)` throws.
  public func tree(
    scenarios ids: [String] = [], settings: [(path: String, value: String)] = [],
    budgetScale: Double = 1
  ) throws(ModelErrors) -> ModelTree {
    let root = try effectiveRoot(ids, settings, budgetScale)
    let isChanged = root !== self.root
    let writer = TreeWriter(root: root, unlimited: TreeWriter.unlimitedQuantity)
    let left: Set<String> =
      isChanged ? ["tables", "scenarios", "uncertainty", "adversary"] : ["tables"]
    return .keys(
      root.pairs.filter { !left.contains($0.key) }.map { pair in
        ModelTree.Key(
          pair.key, writer.tree(pair.value, Schema.model.field(pair.key)?.kind ?? .free))
      })
  }

  /// The tree after every change; the document's own where nothing is changed.
  func effectiveRoot(
    _ ids: [String], _ settings: [(path: String, value: String)], _ budgetScale: Double
  ) throws(ModelErrors) -> Mapping {
    // Reading the model says what is wrong with the changes.
    let model = try model(scenarios: ids, settings: settings, budgetScale: budgetScale)
    let hasFactor = budgetScale != 1 && !model.funds.isEmpty
    let factors = hasFactor ? [(path: "funds.*.appropriations", by: budgetScale)] : []
    if ids.allSatisfy({ $0 == "base" }) && settings.isEmpty && !hasFactor { return root }
    return try changedRoot(ids, settings, factors, DiagnosticLog(files: files))
  }
}

/// Turns nodes into trees along the schema, which says the units of worked-out values.
struct TreeWriter {
  /// What is written for a limit that a change lifted in some years: more than any supply chain moves.
  static let unlimitedQuantity = "1000000 kt/yr"

  private let units: UnitSystem
  private let horizon: Horizon
  private let unlimited: String

  init(root: Mapping, unlimited: String) {
    units = ModelReader(root: root, log: DiagnosticLog()).units
    horizon = ModelReader.horizon(of: root)
    self.unlimited = unlimited
  }

  func tree(_ node: Node, _ kind: Kind) -> ModelTree {
    switch node.content {
    case .plain(let text): return .plain(text)
    case .quoted(let text): return .quoted(text)
    case .worked(let worked): return tree(worked.series(in: horizon), kind)
    case .list(let items):
      return .list(items.map { tree($0, TreeWriter.element(of: kind)) })
    case .mapping(let mapping):
      return .keys(
        mapping.pairs.map { pair in
          ModelTree.Key(
            pair.key, tree(pair.value, TreeWriter.kind(of: pair.key, in: kind, mapping)))
        })
    }
  }

  private static func element(of kind: Kind) -> Kind {
    switch kind {
    case .list(let schema): .object(schema)
    case .fractions: .quantity(.fraction)
    default: .text
    }
  }

  /// What stands at a key of a mapping of some kind.
  static func kind(of key: String, in kind: Kind, _ mapping: Mapping) -> Kind {
    switch kind {
    case .object(let schema), .short(_, let schema):
      guard let field = schema.field(key) else { return .free }
      return Changer.kind(of: field, in: schema, mapping)
    case .entries(let schema): return .object(schema)
    case .map(let inner): return inner
    case .series(let measure), .amounts(let measure): return .quantity(measure)
    default: return .free
    }
  }

  // MARK: Worked-out values

  private func tree(_ series: Series, _ kind: Kind) -> ModelTree {
    let measure = kind.measure ?? .number
    switch kind {
    case .fractions:
      return .list(series.values.map { .plain(text($0, measure)) })
    case .amounts:
      return map(series, measure)
    case .series:
      let short = series.withoutRepeats
      if short.values.count == 1, let value = short.values.first {
        return .plain(text(value, measure))
      }
      return map(short, measure)
    case .year:
      return .plain(series.values.first?.plain ?? "")
    default:
      return .plain(text(series.values.first ?? 0, measure))
    }
  }

  private func map(_ series: Series, _ measure: Measure) -> ModelTree {
    .keys(
      zip(series.years, series.values).map { year, value in
        ModelTree.Key(String(year), .plain(text(value, measure)))
      })
  }

  /// The shortest of the usual ways to write a value that reads back as exactly that value.
  private func text(_ value: Double, _ measure: Measure) -> String {
    if value.isInfinite { return unlimited }
    var units = units
    var best: String?
    for (unit, factor) in usualUnits(measure) {
      let candidate = (value / factor).plain + unit
      let read = try? Quantity.value(of: candidate, as: measure, units: &units)
      if read == value, candidate.count < best?.count ?? .max { best = candidate }
    }
    return best ?? value.plain + (usualUnits(measure).first?.unit ?? "")
  }

  private func usualUnits(_ measure: Measure) -> [(unit: String, factor: Double)] {
    let code = units.currency
    switch measure {
    case .mass: return [(" t", 1), (" kt", 1000)]
    case .capacity, .flow: return [(" t/yr", 1), (" kt/yr", 1000)]
    case .money, .yearlyMoney: return [(" M\(code)", 1), (" B\(code)", 1000), (" k\(code)", 1e-3)]
    case .price: return [(" \(code)/kg", 1000), (" \(code)/t", 1)]
    case .capex: return [(" k\(code)/(t/yr)", 1000), (" \(code)/(t/yr)", 1)]
    case .duration: return [(" years", 1), (" months", 1.0 / 12)]
    case .fraction, .rate: return [("%", 0.01), ("", 1)]
    case .number, .yield: return [("", 1)]
    }
  }
}

extension Series {
  /// The same level series without years that say what their neighbours say.
  fileprivate var withoutRepeats: Series {
    guard let first = values.first else { return self }
    if values.allSatisfy({ $0 == first }) { return Series(years: [years[0]], values: [first]) }
    let last = values.count - 1
    let kept = values.indices.filter { i in
      let isLikeBefore = i == 0 || values[i] == values[i - 1]
      let isLikeAfter = i == last || values[i] == values[i + 1]
      return !(isLikeBefore && isLikeAfter)
    }
    return Series(years: kept.map { years[$0] }, values: kept.map { values[$0] })
  }
}
