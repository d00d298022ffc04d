import TestSupport
import Testing

@testable import SupplyChain

@Suite struct SeenModelTests {
  /// What a planner knows of a property who sees the years up to one.
  enum Knowledge {
    /// Known: it has no year.
    case known
    /// A level that keeps its value of the last year seen.
    case frozen
    /// Money of years not seen is not there.
    case money
    /// A year: what begins after the last year seen is not known.
    case year
    /// Its own properties are in this table.
    case parts
  }

  /// Every property of a model. Whoever adds one decides here, and in `Model.seen(until:)`, what it says of
  /// years that are not seen.
  static let knowledge: [String: [String: Knowledge]] = [
    "Model": [
      "name": .known, "description": .known, "author": .known, "asOf": .known, "horizon": .known,
      "currency": .known,
      "discountRate": .known, "objectives": .known, "provenance": .parts, "commodities": .parts,
      "facilities": .parts, "imports": .parts, "demand": .parts, "stockpiles": .parts,
      "returns": .parts, "funds": .parts, "limits": .parts, "targets": .parts,
      "factors": .parts, "measures": .parts, "rules": .parts,
      "commitments": .parts, "operatesOnly": .known,
      // A plan of a window knows no outcomes and no scenarios.
      "uncertainty": .known, "adversary": .known, "costsBeforeReveal": .known,
      "budgetScale": .known, "scenarios": .known,
    ],
    "Provenance": [
      "classes": .known, "unmetWeight": .known, "countries": .known, "yearWeights": .frozen,
    ],
    "Commodity": [
      "id": .known, "name": .known, "stage": .known, "price": .frozen, "isAtParity": .known,
      "premium": .frozen, "contains": .known, "location": .known,
    ],
    "Facility": [
      "id": .known, "name": .known, "stage": .known, "country": .known, "owner": .known,
      "provenanceClass": .known, "place": .known,
      "tags": .known, "recipe": .parts, "existing": .frozen, "availability": .frozen,
      "opex": .frozen, "life": .known, "isCommercial": .known, "expansion": .parts,
      "location": .known,
    ],
    "Recipe": ["inputs": .known, "outputs": .known, "main": .known],
    "Expansion": [
      "max": .known, "min": .known, "module": .known, "options": .parts, "ramp": .known,
      "spending": .known, "earliest": .year, "privateMinShare": .known,
      "privateMaxShare": .known, "hurdle": .known, "combinedMaxShare": .known, "isOnce": .known,
      // Samples draw it; a plan of a window knows none.
      "delivery": .known, "failsFrom": .known, "requires": .known, "exclusiveGroup": .known,
    ],
    "BuildOption": ["kind": .known, "permit": .known, "construction": .known, "capex": .frozen],
    "ImportSource": [
      "id": .known, "commodity": .known, "content": .known, "owner": .known, "limit": .frozen,
      "price": .frozen, "tariff": .frozen, "freight": .frozen, "location": .known,
    ],
    "DemandSegment": [
      "id": .known, "commodity": .known, "quantity": .frozen, "weight": .known,
      "requiredClasses": .known, "requiredFrom": .year, "embedded": .parts, "location": .known,
    ],
    "Embedded": ["share": .frozen, "country": .known, "provenanceClass": .known],
    "Stockpile": [
      "id": .known, "commodity": .known, "opening": .known, "max": .known, "loss": .known,
      "endShare": .known, "location": .known,
    ],
    "ReturnStream": [
      "id": .known, "commodity": .known, "country": .known, "provenanceClass": .known,
      "from": .known, "lag": .known, "fraction": .known, "base": .frozen, "location": .known,
    ],
    "Fund": [
      "id": .known, "name": .known, "instruments": .known, "appropriations": .money,
      "keep": .known, "eligible": .parts, "maxShare": .known, "maxPerFacility": .known,
      "loan": .parts, "pays": .parts, "saysHowItPays": .known, "hasAppropriations": .known,
      "location": .known,
    ],
    "LoanTerms": [
      "rate": .known, "tenor": .known, "grace": .known, "isRevolving": .known,
      "saysSubsidy": .known, "subsidy": .known,
      "authority": .known, "forbearance": .parts,
    ],
    "Forbearance": ["rate": .known, "atMost": .known, "from": .year, "until": .year],
    "SupportRule": [
      "kind": .known, "commodity": .known, "max": .known, "strike": .frozen, "rate": .frozen,
      "share": .frozen, "includesInputs": .known, "twoWay": .known, "isEntitled": .known,
      "from": .year, "until": .year,
    ],
    "Filter": [
      "stages": .known, "countries": .known, "tags": .known, "facilities": .known,
      "funds": .known, "sources": .known, "options": .known, "commodities": .known,
      "segments": .known, "stockpiles": .known, "classes": .known,
    ],
    "Factor": [
      "id": .known, "name": .known, "unit": .known, "per": .known, "amounts": .known,
      "dimension": .parts, "location": .known,
    ],
    "Dimension": ["mass": .known, "time": .known, "money": .known, "own": .known],
    "NamedMeasure": [
      "id": .known, "text": .known, "yearly": .parts, "total": .parts, "location": .known,
    ],
    "LinearExpression": ["terms": .parts, "constant": .frozen, "dimension": .parts],
    "Term": ["quantity": .parts, "coefficient": .frozen, "yearsBefore": .known],
    "PlanQuantity": ["kind": .known, "filter": .parts, "factor": .known],
    "WrittenRule": [
      "name": .known, "text": .known, "left": .parts, "sense": .known, "right": .parts,
      "period": .known, "from": .year, "until": .year, "penalty": .known, "location": .known,
      "difference": .parts,
    ],
    "Limit": [
      "name": .known, "measure": .known, "filter": .parts, "period": .known, "sense": .known,
      "value": .frozen, "shareOf": .parts, "from": .year, "until": .year, "location": .known,
    ],
    "Commitment": [
      "subject": .known, "steps": .year, "amount": .known, "source": .known, "location": .known,
    ],
    "Target": ["year": .year, "value": .known, "location": .known],
  ]

  /// Every level and every amount changes after 2028, and something of each kind begins after it.
  static let changing = """
    lodestone: 1
    name: Changing
    horizon: { start: 2026, end: 2036 }
    provenance:
      classes: { home: 0, foreign: 1 }
      countries: { US: home, CN: foreign }
      year_weights: { 2026: 1, 2036: 3 }
    commodities:
      ore: { stage: mine, price: { 2026: 10 USD/kg, 2036: 30 USD/kg } }
      scrap: { stage: recycling }
      metal: { stage: metal, price: parity, premium: { 2026: 1 USD/kg, 2036: 2 USD/kg } }
    facilities:
      mine:
        stage: mine
        country: US
        recipe: { out: { ore: 1 } }
        existing: { 2026: 1 kt/yr, 2036: 2 kt/yr }
        availability: { 2026: 90%, 2036: 50% }
        opex: { 2026: 5 USD/kg, 2036: 9 USD/kg }
        expansion:
          max: 10 kt/yr
          capex: { 2026: 10 kUSD/(t/yr), 2036: 20 kUSD/(t/yr) }
          earliest: 2033
    imports:
      cn:
        commodity: ore
        country: CN
        limit: { 2026: 100 kt/yr, 2036: 50 kt/yr }
        price: { 2026: 9 USD/kg, 2036: 7 USD/kg }
      metal:
        commodity: metal
        country: CN
        price: { 2026: 20 USD/kg, 2036: 22 USD/kg }
        tariff: { 2026: 0%, 2036: 50% }
        freight: { 2026: 1 USD/kg, 2036: 2 USD/kg }
    demand:
      need:
        commodity: ore
        quantity: { 2026: 1 kt/yr, 2036: 2 kt/yr }
        require: { classes: [home], from: 2032 }
        embedded: { share: { 2026: 10%, 2036: 30% }, country: CN }
    stockpiles: { pile: { commodity: ore, opening: { home: 1 kt } } }
    returns:
      back:
        commodity: scrap
        country: US
        from: [need]
        after: 1 year
        fraction: 10%
        base: { 2026: 1 kt/yr, 2036: 2 kt/yr }
    funds:
      f:
        instruments: [grant, loan]
        appropriations: { 2026: 2 MUSD, 2033: 2 MUSD }
        loan: { rate: 3%, tenor: 4 years, forbearance: { rate: 5%, until: 2032 } }
      floor:
        instruments: [price_support]
        appropriations: { 2026: 2 MUSD }
        pays:
          { rule: floor, commodity: ore, strike: { 2026: 20 USD/kg, 2036: 40 USD/kg }, from: 2032 }
      credit:
        instruments: [price_support]
        appropriations: { 2026: 2 MUSD }
        pays:
          { rule: per_tonne, commodity: ore, rate: { 2026: 1 USD/kg, 2036: 2 USD/kg }, until: 2032 }
      share:
        instruments: [price_support]
        appropriations: { 2026: 2 MUSD }
        pays: { rule: cost_share, share: { 2026: 10%, 2036: 20% } }
    limits:
      - { name: falling cap, measure: import, at_most: { 2026: 9 kt, 2036: 1 kt } }
      - { name: later cap, measure: import, at_most: 0 t, from: 2033 }
      - { name: ending cap, measure: import, at_most: 9 kt, until: 2030 }
      - { name: ended cap, measure: import, at_most: 9 kt, until: 2027 }
      - { name: floor, measure: award, at_least: 1 MUSD }
      - { name: early floor, measure: award, at_least: 1 MUSD, until: 2027 }
      - { name: floor over all, measure: award, at_least: 1 MUSD, per: horizon }
      - { name: early floor over all, measure: award, at_least: 1 MUSD, per: horizon, until: 2028 }
      - { name: later sum, measure: award, at_most: 9 MUSD, per: horizon, from: 2030 }
      - { name: sum, measure: award, at_most: 9 MUSD, per: horizon, until: 2031 }
      - { name: share, measure: award, at_least: 40%, of: {}, where: { stage: mine }, until: 2030 }
    factors: { jobs: { unit: jobs, values: { mine: 1 jobs/t } } }
    measures: { goal: { 2026: 10%, 2036: 60% } }
    rules:
      - { name: falling share, rule: awards <= goal * capex }
      - { name: later share, rule: awards <= goal * capex, from: 2033 }
      - { name: ending share, rule: awards <= goal * capex, until: 2030 }
      - { name: least, rule: awards >= 1 MUSD }
      - { name: served, rule: served >= goal * demand, until: 2030 }
      - { name: least over all, rule: awards >= 1 MUSD, per: horizon }
      - { name: early least, rule: awards >= 1 MUSD, per: horizon, until: 2028 }
      - { name: most so far, rule: awards <= 9 MUSD, per: cumulative }
    targets: { 2027: 99%, 2034: 50% }
    committed:
      - { facility: mine, time: 2034, capacity: 1 t/yr }
      - { facility: mine, fund: f, time: 2027, money: 0.1 MUSD }
    scenarios:
      later:
        changes:
          - { scale: provenance.year_weights, by: 2, from: 2029 }
          - { scale: commodities.*.price, by: 2, from: 2029 }
          - { scale: facilities.*.existing, by: 2, from: 2029 }
          - { scale: facilities.*.availability, by: 0.5, from: 2029 }
          - { scale: facilities.*.opex, by: 2, from: 2029 }
          - { scale: facilities.*.expansion.capex, by: 2, from: 2029 }
          - { scale: imports.*.limit, by: 2, from: 2029 }
          - { scale: imports.*.price, by: 2, from: 2029 }
          - { scale: demand.*.quantity, by: 2, from: 2029 }
          - { scale: returns.*.base, by: 2, from: 2029 }
          - { scale: funds.*.appropriations, by: 2, from: 2029 }
          - { set: demand.need.require.from, to: 2031 }
          - { set: facilities.mine.expansion.earliest, to: 2030 }
          - { scale: commodities.*.premium, by: 2, from: 2029 }
          - { scale: imports.*.tariff, by: 2, from: 2029 }
          - { scale: imports.*.freight, by: 2, from: 2029 }
          - { scale: demand.*.embedded.share, by: 2, from: 2029 }
          - { scale: funds.*.pays.strike, by: 2, from: 2029 }
          - { scale: funds.*.pays.rate, by: 2, from: 2029 }
          - { scale: funds.*.pays.share, by: 2, from: 2029 }
          - { set: funds.f.loan.forbearance.until, to: 2031 }
          - { set: funds.floor.pays.from, to: 2031 }
          - { set: funds.credit.pays.until, to: 2031 }
          - { set: measures.goal, to: { 2026: 10%, 2028: 20%, 2036: 90% } }
          - { set: rules.later share.from, to: 2031 }
    """

  /// The properties of a value and of its parts, by type, with the values.
  private struct Properties {
    var values: [String: [String: [Any]]] = [:]

    mutating func visit(_ value: Any) {
      let mirror = Mirror(reflecting: value)
      let type = String(describing: type(of: value))
      if mirror.displayStyle == .struct, type != "Series", type != "SourceLocation" {
        for child in mirror.children {
          values[type, default: [:]][child.label ?? "", default: []].append(child.value)
        }
      }
      guard type != "Uncertainty", type != "Horizon" else { return }
      for child in mirror.children { visit(child.value) }
    }
  }

  private static func properties(_ model: Model) -> [String: [String: [Any]]] {
    var properties = Properties()
    properties.visit(model)
    return properties.values.filter {
      !["Uncertainty", "Horizon", "ScenarioSummary"].contains($0.key)
    }
  }

  private static func series(_ value: Any) -> Series? {
    if let series = value as? Series { return series }
    return Mirror(reflecting: value).children.first?.value as? Series
  }

  @Test func `For every property of a model it is decided what short sight knows of it`() throws {
    let found = Self.properties(try Example.read(Self.changing).model())
    #expect(Set(found.keys) == Set(Self.knowledge.keys))
    for (type, properties) in found {
      let decided = Set((Self.knowledge[type] ?? [:]).keys)
      #expect(Set(properties.keys) == decided, "decide what Model.seen(until:) does to \(type)")
    }
  }

  @Test func `No series of a seen model says anything of later years`() throws {
    let model = try Example.read(Self.changing).model()
    let all = Self.properties(model)
    let seen = Self.properties(model.seen(until: 2028))
    var count = 0
    for (type, decisions) in Self.knowledge {
      for (property, decision) in decisions {
        let series = (all[type]?[property] ?? []).compactMap(Self.series)
        let isSeries = decision == .frozen || decision == .money
        #expect(series.isEmpty != isSeries, "\(type).\(property) is a series")
        guard isSeries else { continue }
        count += 1
        // The model must have something to hide.
        #expect(series.contains { ($0.years.last ?? 0) > 2028 }, "\(type).\(property)")
        for series in (seen[type]?[property] ?? []).compactMap(Self.series) {
          #expect((series.years.last ?? 0) <= 2028, "\(type).\(property)")
        }
      }
    }
    #expect(count >= 12)
  }

  /// A value and its parts as text: series by their levels, sets and dictionaries in order.
  private static func text(_ value: Any) -> String {
    if let series = value as? Series {
      let levels = (2026...2037).map { Int((series.level($0) * 1e6).rounded()) }
      return levels.description
    }
    let mirror = Mirror(reflecting: value)
    if mirror.children.isEmpty { return String(describing: value) }
    let parts = mirror.children.map { "\($0.label ?? ""): \(text($0.value))" }
    let isUnordered = mirror.displayStyle == .set || mirror.displayStyle == .dictionary
    return "(" + (isUnordered ? parts.sorted() : parts).joined(separator: ", ") + ")"
  }

  @Test func `What happens after the years seen changes nothing of a seen model`() throws {
    let document = try Example.read(Self.changing)
    let model = try document.model()
    let changed = try document.model(scenarios: ["later"])
    for last in 2026...2028 {
      let isSame = Self.text(model.seen(until: last)) == Self.text(changed.seen(until: last))
      #expect(isSame, "\(last)")
    }
    for last in 2029...2036 {
      let isSame = Self.text(model.seen(until: last)) == Self.text(changed.seen(until: last))
      #expect(!isSame, "\(last)")
    }
  }

  @Test func `Limits, requirements and projects of later years are not known`() throws {
    let model = try Example.read(Self.changing).model()
    let seen = model.seen(until: 2028)
    let never = model.horizon.end + 1
    #expect(seen.limits.map(\.name) == model.limits.map(\.name))
    let limits = Dictionary(uniqueKeysWithValues: seen.limits.map { ($0.name, $0) })
    #expect(limits["falling cap"]?.value.level(2036) == model.limits[0].value.level(2028))
    #expect(limits["later cap"]?.from == never)
    #expect(limits["ending cap"]?.until == nil)
    #expect(limits["ended cap"]?.until == 2027)
    #expect(limits["floor"]?.until == 2028)
    #expect(limits["early floor"]?.until == 2027)
    #expect(limits["floor over all"]?.from == never)
    #expect(limits["early floor over all"]?.from == nil)
    #expect(limits["later sum"]?.from == never)
    #expect(limits["sum"]?.from == nil && limits["sum"]?.until == 2031)
    #expect(limits["share"]?.from == nil && limits["share"]?.until == nil)
    let rules = Dictionary(uniqueKeysWithValues: seen.rules.map { ($0.name, $0) })
    let share = rules["falling share"]?.difference.terms.last?.coefficient
    #expect(isClose(share?.level(2036) ?? 0, -0.2))
    #expect(rules["later share"]?.from == never)
    #expect(rules["ending share"]?.until == nil && rules["most so far"]?.until == nil)
    #expect(rules["least"]?.until == 2028 && rules["served"]?.until == 2028)
    #expect(rules["least over all"]?.from == never && rules["early least"]?.from == nil)
    #expect(seen.facilities[0].expansion?.earliest == never)
    #expect(seen.demand[0].requiredClasses == nil && seen.demand[0].requiredFrom == nil)
    #expect(seen.targets.map(\.year) == [2027])
    #expect(seen.commitments.map(\.steps) == [1..<2])
    #expect(seen.funds[1].pays.from == never && seen.funds[2].pays.until == nil)
    let all = model.seen(until: 2036)
    #expect(all.limits.allSatisfy { $0.from != never })
    #expect(all.demand[0].requiredClasses == [0])
  }
}
