import Testing

@testable import SupplyChain

/// The schema states each default once; what a model is without a key is what it is with the key at its default.
@Suite struct StandardTests {
  /// A model with every section and every part of an entry, of which everything is left out that may be.
  private static let bare = """
    lodestone: 1
    name: Bare
    horizon: { start: 2026, end: 2030 }
    provenance: { classes: { home: 0, foreign: 1 }, countries: { US: home, CN: foreign } }
    commodities: { ore: { stage: mine }, oxide: { stage: separation, price: 90 USD/kg } }
    facilities:
      pit: { stage: mine, country: US, recipe: { out: { ore: 1 } } }
      plant:
        stage: separation
        country: US
        recipe: { in: { ore: 1 }, out: { oxide: 1, ore: 0.1 } }
        expansion:
          { max: 1 kt/yr, capex: 5 kUSD/(t/yr), fast_track: {}, private: {}, delivery: {} }
    imports: { cn: { commodity: oxide, country: CN } }
    demand:
      cars: { commodity: oxide, quantity: 1 kt/yr, require: { classes: [home] } }
      arms: { commodity: oxide, quantity: 1 kt/yr }
    stockpiles: { pile: { commodity: oxide } }
    returns: { scrap: { commodity: oxide, country: US } }
    funds:
      grants: { instruments: [grant], appropriations: { 2026: 5 MUSD } }
      loans:
        instruments: [loan]
        appropriations: { 2026: 5 MUSD }
        loan: { rate: 4%, tenor: 8 years }
        eligible: {}
      support: { instruments: [price_support], appropriations: { 2026: 5 MUSD }, pays: {} }
    limits: [{ measure: award, at_most: 5 MUSD }]
    scenarios: { dear: { changes: [{ scale: demand.cars.quantity, by: 2 }] } }
    uncertainty:
      reveal: 2028
      outcomes: { base: 100% }
      sample: { count: 5, vary: [{ path: demand.*.quantity, normal: { mean: 1, sd: 0.1 } }] }
    """

  /// How a default that is no text of its own is written in the model above, by the end of the key's place.
  private static let written: [String: String] = [
    "recipe.main": "", "facilities.<id>.life": "5 years", "imports.<id>.price": "90 USD/kg",
    "returns.<id>.from": "[cars, arms]", "fast_track.permit": "0 years",
    "fast_track.construction": "0 years", "fast_track.capex": "5 kUSD/(t/yr)",
    "expansion.earliest": "2026", "require.from": "2026", "limits.from": "2026",
    "limits.until": "2030",
    "pays.from": "2026", "pays.until": "2030",
  ]

  /// Keys whose default reads as another value of `Model` that means the same: a plan cannot tell them apart.
  private static let alike = [
    "facilities.<id>.life", "imports.<id>.price", "expansion.earliest", "require.from",
    "limits.from", "limits.until", "pays.from", "pays.until", "loan.subsidy",
  ]

  @Test func `every key left out is every key written at its default`() throws {
    let document = try Example.read(Self.bare)
    var filler = Filler(leaving: Self.alike)
    let full = filler.filled(try document.tree(), Schema.model)
    let filled = try Example.read(full.yaml())
    #expect(filler.count > 30)
    #expect(dumped(filled.base) == dumped(document.base))
  }

  @Test func `defaults that mean the same are taken as well`() throws {
    var filler = Filler(leaving: [])
    let full = filler.filled(try Example.read(Self.bare).tree(), Schema.model)
    let model = try Example.read(full.yaml()).base
    #expect(model.facilities[1].life == 5)
    #expect(model.facilities[1].expansion?.earliest == 2026)
    #expect(model.imports[0].price == Series(90_000))
    #expect(model.demand[0].requiredFrom == 2026)
    #expect(model.limits[0].from == 2026 && model.limits[0].until == 2030)
    #expect(filler.missing.isEmpty, "\(filler.missing)")
  }

  @Test func `every default of the schema can be read`() {
    for schema in Schema.all {
      for field in schema.fields {
        guard case .standard = field.presence else { continue }
        #expect(field.standardNode != nil, "\(schema.place).\(field.key)")
        if field.kind.measure != nil {
          #expect(field.standardValues != nil, "\(schema.place).\(field.key)")
        }
        for choice in field.choices { #expect(!choice.isEmpty) }
      }
    }
  }

  @Test func `what the schema requires is asked for, and nothing else`() throws {
    for schema in Schema.all where !schema.place.contains("vary") && schema !== Schema.change {
      for field in schema.fields {
        let tree = try Example.read(Self.bare).tree()
        let (without, isFound) = removing(field.key, of: schema, from: tree, Schema.model)
        guard isFound else { continue }
        let problems = Example.diagnostics(without.yaml())
        let isBound =
          schema.isBound(field)
          || ["outcomes", "loan", "out", "country", "appropriations"].contains(field.key)
        if field.isRequired {
          #expect(
            problems.contains { $0.message.contains("`\(field.key)`") || field.key == "lodestone" },
            "\(schema.place).\(field.key): \(problems.map(\.message))")
        } else if !isBound {
          #expect(problems.isEmpty, "\(schema.place).\(field.key): \(problems)")
        }
      }
    }
  }

  @Test func `a model without money is in dollars at no discount`() throws {
    let model = try Example.read(Self.bare).base
    #expect(model.currency == "USD")
    #expect(model.discountRate == 0)
    let dear = try Example.read(
      Self.bare.replacing(
        "{ scale: demand.cars.quantity, by: 2 }", with: "{ shift: money.discount, by: 5% }")
    ).model(scenarios: ["dear"])
    #expect(dear.discountRate == 0.05)
  }

  @Test func `returns come from all demand where nothing is said`() throws {
    #expect(try Example.read(Self.bare).base.returns[0].from == [0, 1])
  }

  @Test func `a missing seed is the default that the reference states`() throws {
    #expect(try Example.read(Self.bare).base.uncertainty?.sample?.seed == 0)
    let key = FormatKey.all.first { $0.name == "uncertainty" }
    guard case .keys(let keys) = key?.shape,
      case .keys(let sample) = keys.first(where: { $0.name == "sample" })?.shape
    else {
      Issue.record("uncertainty.sample has keys")
      return
    }
    #expect(sample.first { $0.name == "seed" }?.standardText == "0")
  }

  // MARK: Trees

  /// Writes the default of every key that a tree lacks.
  private struct Filler {
    var leaving: [String]
    var count = 0
    var missing: [String] = []

    init(leaving: [String]) { self.leaving = leaving }

    mutating func filled(_ tree: ModelTree, _ schema: ObjectSchema) -> ModelTree {
      guard case .keys(let keys) = tree else { return tree }
      var result: [ModelTree.Key] = keys.map { key in
        ModelTree.Key(key.name, filled(key.value, schema.field(key.name)?.kind ?? .free))
      }
      for field in schema.fields where !keys.contains(where: { $0.name == field.key }) {
        let place = schema.place + "." + field.key
        if leaving.contains(where: { place.hasSuffix($0) }) { continue }
        if let text = text(field, place) {
          count += 1
          result.append(ModelTree.Key(field.key, text))
        }
      }
      return .keys(result)
    }

    private mutating func text(_ field: Field, _ place: String) -> ModelTree? {
      if let text = field.standardText {
        guard text.hasPrefix("[") else { return .plain(text) }
        let items = text.dropFirst().dropLast().split(separator: ",")
        return .list(items.map { .plain($0.trimmed) })
      }
      switch field.presence {
      case .required, .absent, .unlimited, .standard: return nil
      default: break
      }
      guard let text = StandardTests.written.first(where: { place.hasSuffix($0.key) })?.value else {
        missing.append(place)
        return nil
      }
      guard text.hasPrefix("[") else { return text.isEmpty ? nil : .plain(text) }
      return .list(text.dropFirst().dropLast().split(separator: ",").map { .plain($0.trimmed) })
    }

    private mutating func filled(_ tree: ModelTree, _ kind: Kind) -> ModelTree {
      switch (kind, tree) {
      case (.object(let schema), _): return filled(tree, schema)
      case (.entries(let schema), .keys(let keys)):
        return .keys(keys.map { ModelTree.Key($0.name, filled($0.value, schema)) })
      case (.list(let schema), .list(let items)):
        guard schema !== Schema.change, schema !== Schema.vary else { return tree }
        return .list(items.map { filled($0, schema) })
      default: return tree
      }
    }
  }

  /// The tree without a key, wherever a mapping of `schema` has it.
  private func removing(
    _ key: String, of schema: ObjectSchema, from tree: ModelTree, _ here: ObjectSchema
  ) -> (ModelTree, Bool) {
    guard case .keys(let keys) = tree else { return (tree, false) }
    var isFound = false
    var result: [ModelTree.Key] = []
    for pair in keys {
      if here === schema, pair.name == key {
        isFound = true
        continue
      }
      var value = pair.value
      func inside(_ tree: ModelTree, _ inner: ObjectSchema) -> ModelTree {
        let (changed, found) = removing(key, of: schema, from: tree, inner)
        isFound = isFound || found
        return changed
      }
      switch (here.field(pair.name)?.kind, pair.value) {
      case (.object(let inner), _): value = inside(value, inner)
      case (.entries(let inner), .keys(let entries)):
        value = .keys(entries.map { ModelTree.Key($0.name, inside($0.value, inner)) })
      case (.list(let inner), .list(let items)): value = .list(items.map { inside($0, inner) })
      default: break
      }
      result.append(ModelTree.Key(pair.name, value))
    }
    return (.keys(result), isFound)
  }

  /// All that a model holds but the places of its entries.
  private func dumped(_ value: Any) -> [String] {
    if value is SupplyChain.SourceLocation { return [] }
    let mirror = Mirror(reflecting: value)
    if mirror.children.isEmpty { return ["\(value)"] }
    // Dictionaries have no order.
    if mirror.displayStyle == .dictionary {
      return mirror.children.map { dumped($0.value).joined(separator: " ") }.sorted()
    }
    return mirror.children.flatMap { child in
      dumped(child.value).map { (child.label ?? "") + "." + $0 }
    }
  }
}
