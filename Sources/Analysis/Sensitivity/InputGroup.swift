import SupplyChain

/// Numbers of a model that are changed together: all prices of a commodity, the capex of a stage.
public struct InputGroup: Sendable, Hashable {
  public enum Kind: String, Sendable, CaseIterable {
    /// The commodity's price and premium, and the price, tariff and freight of its imports.
    case price
    /// The quantity of a segment, and what of it is embedded in goods.
    case demand
    /// Of all options of the facilities of a stage.
    case capex
    case opex
    /// Existing capacity and availability of the facilities of a stage.
    case capacity
    /// The largest expansions of the facilities of a stage.
    case expansion
    /// What the facilities of a stage use for a tonne of activity.
    case inputs
    case permits
    case construction
    case ramps
    /// Shares and hurdle rates of private money.
    case privateMoney = "private_money"
    /// Appropriations, and the authority of loans.
    case money
    /// What one facility may get: shares and most.
    case rules
    /// Strikes, rates and shares of price support.
    case support
    case importLimit = "import_limit"
    case stockpile
    /// What comes back of the material.
    case returns
    case limit
    /// The number of a rule; a measure that is a number.
    case rule
    case measure
    case targets
    /// The weights of classes, segments and years.
    case weights
    case discount
  }
  public var kind: Kind
  /// An id, a stage or the name of a limit; nil where it is all of a kind.
  public var of: String?

  /// The group that a number belongs to; nil for numbers that are not changed: shares that must add up, yields that
  /// others are told by, lives and other terms.
  init?(_ path: [String], in model: Model) {
    guard path.count >= 2 else { return nil }
    let (section, id) = (path[0], path[1])
    let key = path.count > 2 ? path[2] : ""
    let part = path.count > 3 ? path[3] : ""
    func stage() -> String? { model.facilities.first { $0.id == id }?.stage }
    switch (section, key) {
    case ("commodities", "price"), ("commodities", "premium"): self.init(.price, id)
    case ("imports", "price"), ("imports", "tariff"), ("imports", "freight"):
      guard let source = model.imports.first(where: { $0.id == id }) else { return nil }
      self.init(.price, model.commodities[source.commodity].id)
    case ("imports", "limit"): self.init(.importLimit, id)
    case ("demand", "quantity"), ("demand", "embedded"): self.init(.demand, id)
    case ("demand", "weight"): self.init(.weights, nil)
    case ("facilities", "opex"): self.init(.opex, stage())
    case ("facilities", "existing"), ("facilities", "availability"): self.init(.capacity, stage())
    case ("facilities", "recipe") where part == "in": self.init(.inputs, stage())
    case ("facilities", "expansion"):
      self.init(expansion: part, path.count > 4 ? path[4] : "", stage())
    case ("funds", "appropriations"): self.init(.money, id)
    case ("funds", "loan") where part == "authority": self.init(.money, id)
    case ("funds", "max_share"), ("funds", "max_per_facility"): self.init(.rules, id)
    case ("funds", "pays") where part != "two_way": self.init(.support, id)
    case ("stockpiles", "opening"), ("stockpiles", "max"): self.init(.stockpile, id)
    case ("returns", "fraction"), ("returns", "base"): self.init(.returns, id)
    case ("limits", "at_most"), ("limits", "at_least"): self.init(.limit, id)
    case ("rules", "bound"): self.init(.rule, id)
    case ("measures", _): self.init(.measure, id)
    case ("targets", _): self.init(.targets, nil)
    case ("provenance", _): self.init(.weights, nil)
    case ("money", _): self.init(.discount, nil)
    default: return nil
    }
  }

  private init?(expansion key: String, _ part: String, _ stage: String?) {
    switch (key, part) {
    case ("capex", _), ("fast_track", "capex"): self.init(.capex, stage)
    case ("max", _): self.init(.expansion, stage)
    case ("permit", _), ("fast_track", "permit"): self.init(.permits, nil)
    case ("construction", _), ("fast_track", "construction"): self.init(.construction, nil)
    case ("ramp", _): self.init(.ramps, nil)
    case ("private", _): self.init(.privateMoney, nil)
    default: return nil
    }
  }

  private init(_ kind: Kind, _ of: String?) {
    self.kind = kind
    self.of = of
  }

  /// The groups of a model in the order of the file, each with the indices of its numbers.
  static func all(in numbers: ModelNumbers) -> [(group: InputGroup, numbers: [Int])] {
    var groups: [(group: InputGroup, numbers: [Int])] = []
    var places: [InputGroup: Int] = [:]
    for (index, number) in numbers.numbers.enumerated() {
      guard let group = InputGroup(number.path, in: numbers.model) else { continue }
      if let place = places[group] {
        groups[place].numbers.append(index)
      } else {
        places[group] = groups.count
        groups.append((group, [index]))
      }
    }
    return groups
  }
}
