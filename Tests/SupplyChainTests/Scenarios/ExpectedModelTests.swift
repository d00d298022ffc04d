import TestSupport
import Testing

@testable import SupplyChain

@Suite struct ExpectedModelTests {
  /// Properties that have a mean, by type. Whoever adds a property decides here and in `Model.expected`; what stands
  /// in neither list fails.
  private static let mean: [String: Set<String>] = [
    "Model": ["discountRate", "budgetScale"],
    "Provenance": ["classes", "unmetWeight", "yearWeights"],
    "Commodity": ["price", "premium"],
    "Facility": ["existing", "availability", "opex", "life"],
    "Expansion": ["max", "privateMinShare", "privateMaxShare", "hurdle", "combinedMaxShare"],
    "BuildOption": ["permit", "construction", "capex"],
    "ImportSource": ["limit", "price", "tariff", "freight"],
    "DemandSegment": ["quantity", "weight"],
    "Embedded": ["share"],
    "Stockpile": ["opening", "max", "loss", "endShare"],
    "ReturnStream": ["lag", "fraction", "base"],
    "Fund": ["appropriations", "keep", "maxShare", "maxPerFacility"],
    "LoanTerms": ["rate", "tenor", "grace", "subsidy", "authority"],
    "Forbearance": ["rate", "atMost"],
    "SupportRule": ["max", "strike", "rate", "share", "twoWay"],
    "Limit": ["value"],
    "Target": ["value"],
    "Factor": ["amounts"],
    "LinearExpression": ["constant"],
    "Term": ["coefficient"],
    "WrittenRule": ["penalty"],
  ]
  /// Numbers of the most likely model: recipes, whole-number rules and profiles.
  private static let likeliest: [String: Set<String>] = [
    "Expansion": ["min", "module", "ramp", "spending"],
    "Recipe": ["inputs", "outputs"],
    "Commodity": ["contains"],
    "ImportSource": ["content"],
  ]

  private static let text = """
    lodestone: 1
    name: Numbers
    horizon: { start: 2026, end: 2036 }
    money: { currency: USD, discount: 4% }
    provenance:
      classes: { home: 0, foreign: 0.8 }
      unmet: 2 # going without
      countries: { US: home, CN: foreign }
      year_weights: { 2026: 1, 2036: 3 }
    commodities:
      ore: { stage: mine, price: parity, premium: 1 USD/kg }
      scrap: { stage: recycling }
    facilities:
      mine:
        stage: mine
        country: US
        recipe: { out: { ore: 1 } }
        existing: 1 kt/yr
        availability: 40%
        opex: 5 USD/kg
        life: 8 years
        expansion:
          max: 10 kt/yr
          capex: 10 kUSD/(t/yr)
          permit: 1 year
          construction: 1 year
          private: { min_share: 10%, max_share: 20%, hurdle: 6% }
          combined_max_share: 45%
    imports:
      cn:
        commodity: ore
        country: CN
        limit: 10 kt/yr
        price: 9 USD/kg
        tariff: 5%
        freight: 1 USD/kg
    demand:
      need:
        commodity: ore
        quantity: 1 kt/yr
        weight: 1 # as much as any
        embedded: { share: 20%, country: CN }
    stockpiles: { pile: { commodity: ore, opening: { home: 1 kt }, max: 4 kt, loss: 2%, end: 10% } }
    returns: { back: { commodity: scrap, country: US, from: [need], after: 1 year, fraction: 10%, base: 1 kt/yr } }
    funds:
      f:
        instruments: [loan]
        appropriations: 2 MUSD
        keep: 40%
        max_share: 40%
        max_per_facility: 8 MUSD
        loan: { rate: 3%, tenor: 4 years, grace: 1 year, subsidy: 20%, authority: 40 MUSD, forbearance: { rate: 4%, at_most: 30% } }
      gap:
        instruments: [price_support]
        appropriations: 2 MUSD
        keep: 30%
        max_share: 30%
        max_per_facility: 3 MUSD
        pays: { max: 7 USD/kg }
      floor:
        instruments: [price_support]
        appropriations: 2 MUSD
        keep: 30%
        max_share: 30%
        max_per_facility: 3 MUSD
        pays: { rule: floor, commodity: ore, strike: 20 USD/kg, two_way: 30%, entitled: true }
      credit:
        instruments: [price_support]
        appropriations: 2 MUSD
        keep: 30%
        max_share: 30%
        max_per_facility: 3 MUSD
        pays: { rule: per_tonne, commodity: ore, rate: 2 USD/kg }
      costs:
        instruments: [price_support]
        appropriations: 2 MUSD
        keep: 30%
        max_share: 30%
        max_per_facility: 3 MUSD
        pays: { rule: cost_share, share: 10% }
    limits: [{ name: cap, measure: import, at_most: 9 kt }]
    factors: { jobs: { unit: jobs, values: { mine: 3 jobs/t } } }
    measures: { part: 40% * activity }
    rules: [{ rule: activity <= 9 kt/yr, penalty: 2 USD/t }]
    targets: { 2034: 30% }
    """

  /// The text with every number of the model twice as large; years and the format's version stay.
  private static var doubled: String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).map { line in
      if line.hasPrefix("lodestone") || line.hasPrefix("horizon") || line.contains("recipe:") {
        return line
      }
      return line.replacing(/(?<before>[^0-9.A-Za-z_])(?<number>[0-9.]+)(?<after>[^0-9.:])/) {
        match in
        guard let number = Double(match.output.number), match.output.number.count < 4 else {
          return String(match.output.0)
        }
        return "\(match.output.before)\(number * 2)\(match.output.after)"
      }
    }.joined(separator: "\n")
  }

  private struct Numbers {
    var values: [String: [String: [Double]]] = [:]

    mutating func visit(_ value: Any) {
      let mirror = Mirror(reflecting: value)
      let type = String(describing: Swift.type(of: value))
      if ["Horizon", "SourceLocation", "Uncertainty", "Filter"].contains(type) { return }
      for child in mirror.children {
        if mirror.displayStyle == .struct {
          let numbers = Self.numbers(child.value)
          if !numbers.isEmpty {
            values[type, default: [:]][child.label ?? "", default: []] += numbers
          }
        }
        visit(child.value)
      }
    }

    /// The numbers of a property that is one, a series, a list of numbers, or a list of pairs with one.
    private static func numbers(_ value: Any) -> [Double] {
      if let number = value as? Double { return [number] }
      if let series = value as? Series { return (2026...2036).map(series.level) }
      let mirror = Mirror(reflecting: value)
      guard [.optional, .collection, .tuple].contains(mirror.displayStyle) else { return [] }
      return mirror.children.flatMap { numbers($0.value) }
    }
  }

  private static func numbers(_ model: Model) -> [String: [String: [Double]]] {
    var numbers = Numbers()
    numbers.visit(model)
    numbers.values["Series"] = nil
    return numbers.values
  }

  @Test func `every number of the expected model is a mean or is listed as a choice`() throws {
    let models = [
      try Example.read(Self.text).model(), try Example.read(Self.doubled).model(budgetScale: 2),
    ]
    let found = Self.numbers(Model.expected(models, probabilities: [0.75, 0.25]))
    let (first, second) = (Self.numbers(models[0]), Self.numbers(models[1]))
    var count = 0
    for (type, properties) in found {
      for (property, values) in properties {
        if Self.likeliest[type]?.contains(property) == true { continue }
        #expect(Self.mean[type]?.contains(property) == true, "decide on \(type).\(property)")
        let (a, b) = (first[type]?[property] ?? [], second[type]?[property] ?? [])
        #expect(a != b, "\(type).\(property) differs")
        #expect(values.count == a.count && a.count == b.count)
        for (value, pair) in zip(values, zip(a, b)) {
          let mean = 0.75 * pair.0 + 0.25 * pair.1
          #expect(isClose(value, mean), "\(type).\(property): \(value), not \(mean)")
        }
        count += 1
      }
    }
    #expect(count == Self.mean.values.reduce(0) { $0 + $1.count })
  }
}
