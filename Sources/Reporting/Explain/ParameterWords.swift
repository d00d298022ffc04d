import Analysis
import SupplyChain

/// A parameter in the model's own words.
struct ParameterWords {
  var id: String
  var name: String
  var what: String
  var year: Int?
  var location: SourceLocation
  /// Its unit, how many of them a price is told for, and decimals of amounts; a share is said in points.
  var unit: String
  var count = 1.0
  var decimals = 0

  var isShare: Bool { unit == "points" }

  /// `MUSD`, `1,000 t/yr`, `point`.
  var each: String {
    if isShare { return "point" }
    if count == 1 { return unit }
    guard unit.hasPrefix("M") else { return "\(Figure.number(count)) \(unit)" }
    let scale = MoneyScale(count, String(unit.dropFirst()))
    let number = Figure.number(count * scale.factor)
    return number == "1" ? scale.unit : "\(number) \(scale.unit)"
  }

  init(_ kind: ModelParameter.Kind, _ model: Model) {
    let money = "M\(model.currency)"
    switch kind {
    case .appropriation(let f, let year):
      self.init(model.funds[f].id, "appropriation", money, model.funds[f].location)
      name = model.funds[f].name
      self.year = year
      decimals = 1
    case .perFacility(let f):
      self.init(model.funds[f].id, "per facility", money, model.funds[f].location)
      name = model.funds[f].name
      decimals = 1
    case .expansion(let p), .existing(let p):
      let facility = model.facilities[p]
      var what = "existing capacity"
      if case .expansion = kind { what = "largest expansion" }
      self.init(facility.id, what, "t/yr", facility.location)
      name = facility.name
    case .importLimit(let s):
      self.init(model.imports[s].id, "import limit", "t/yr", model.imports[s].location)
    case .opening(let i, let k):
      let what = "opening stock, \(model.provenance.classes[k].name)"
      self.init(model.stockpiles[i].id, what, "t", model.stockpiles[i].location)
    case .room(let i):
      self.init(model.stockpiles[i].id, "room", "t", model.stockpiles[i].location)
    case .demand(let d):
      self.init(model.demand[d].id, "demand", "t/yr", model.demand[d].location)
    case .target(let n):
      let target = model.targets[n]
      self.init("\(target.year)", "target", "points", target.location)
      name = "target \(target.year)"
      year = target.year
      (count, decimals) = (0.01, 2)
    case .rule(let r):
      let rule = model.rules[r]
      let unit = rule.dimension.unit(currency: model.currency)
      self.init(rule.name, "rule", unit.isEmpty ? "1" : unit, rule.location)
      decimals = rule.dimension.mass == 1 ? 0 : 2
    case .limit(let l):
      let limit = model.limits[l]
      self.init(limit.name, limit.measure.rawValue, "t/yr", limit.location)
      if limit.shareOf != nil {
        (unit, count, decimals) = ("points", 0.01, 2)
      } else {
        switch limit.measure {
        case .build, .activity, .import: break
        case .projects: (unit, decimals) = ("projects", 2)
        case .award, .support, .private, .capex: (unit, decimals) = (money, 1)
        }
      }
    }
  }

  private init(_ id: String, _ what: String, _ unit: String, _ location: SourceLocation) {
    self.id = id
    name = id
    self.what = what
    self.unit = unit
    self.location = location
  }
}
