import Allocation
import Analysis
import SupplyChain

/// Rules that awards break, in the model's words.
struct BrokenRuleWords {
  struct Words {
    /// `DPA Title III: no more money than is appropriated [2027]`.
    var rule: String
    var year: Int?
    /// With its unit; empty where it is not an amount.
    var amount: String
    var value: Double
    var unit: String
    /// Where the rule stands.
    var location: String
    /// Where the awards stand.
    var places: String
  }

  private let found: Evaluation
  private var model: Model { found.model }

  init(_ found: Evaluation) { self.found = found }

  var all: [Words] { found.broken.map(words) }

  private func words(_ broken: BrokenRule) -> Words {
    let places = places(broken.awards)
    func facility(_ p: Int, _ rule: String, _ amount: String, unit: String) -> Words {
      let entry = model.facilities[p]
      return Words(
        rule: "\(entry.name): \(rule)", year: nil, amount: amount, value: broken.amount,
        unit: unit, location: text(entry.location), places: places)
    }
    let capacity = "\(Figure.number(broken.amount, decimals: broken.amount < 10 ? 2 : 0)) t/yr"
    switch broken.kind {
    case .row(let key): return row(key, broken, places)
    case .notEligible(let f, let p):
      let fund = model.funds[f]
      return Words(
        rule: "\(fund.name): may not pay \(model.facilities[p].name)", year: nil,
        amount: Money.words(broken.amount, model.currency), value: broken.amount,
        unit: "million \(model.currency)", location: text(fund.location), places: places)
    case .early(let p):
      return facility(
        p, "is awarded before its earliest year",
        "\(Figure.number(broken.amount, decimals: broken.amount < 1 ? 2 : 0)) years", unit: "years")
    case .tooMuch(let p):
      return facility(p, "is awarded more than it may be expanded", capacity, unit: "t/yr")
    case .tooLittle(let p):
      return facility(p, "is awarded less than its smallest award", capacity, unit: "t/yr")
    case .notWhole(let p):
      return facility(p, "is not awarded in whole modules", capacity, unit: "t/yr")
    case .notOnce(let p):
      return facility(p, "is awarded in several steps and not in one", "", unit: "steps")
    case .notExclusive(let p):
      return facility(p, "and others of its exclusive group are built", "", unit: "facilities")
    }
  }

  private func row(_ key: RowKey, _ broken: BrokenRule, _ places: String) -> Words {
    let statement = RuleWords(model).statement(key)
    let size = abs(broken.amount)
    var rule = statement.words + statement.when
    let amount: String
    let unit: String
    var value = size
    switch key.kind {
    case .target:
      (amount, unit) = (MissWords.points(size), "share")
    case .requires:
      (amount, unit) = (Figure.percent(size) + " of its largest expansion", "share")
    case .limit:
      let limit = model.limits[Int(key.first)]
      let isMass = limit.shareOf == nil && [.build, .activity, .import].contains(limit.measure)
      if isMass || (limit.shareOf != nil && [.build, .activity, .import].contains(limit.measure)) {
        value = size * AllocationProgram.tonnesPerUnit
        (amount, unit) = (Figure.number(value, decimals: value < 10 ? 2 : 0) + " t", "t")
      } else if limit.measure == .projects {
        (amount, unit) = (Figure.number(size, decimals: 2), "projects")
      } else {
        (amount, unit) = (Money.words(size, model.currency), "million \(model.currency)")
      }
    case .rule:
      let written = model.rules[Int(key.first)]
      value = size * written.rowUnit
      unit = written.dimension.unit(currency: model.currency)
      amount = ValueWords.significant(value) + (unit.isEmpty ? "" : " " + unit)
    case .maximum, .room, .endStock:
      value = size * AllocationProgram.tonnesPerUnit
      (amount, unit) = (Figure.number(value, decimals: value < 10 ? 2 : 0) + " t", "t")
    case .cost:
      let facility = model.facilities[Int(key.first)]
      let year = model.horizon.year(ofStep: Int(key.step))
      rule =
        broken.amount > 0
        ? "\(facility.name): is paid more than what is built costs [\(year)]"
        : "\(facility.name): is paid less than what is built costs [\(year)]"
      (amount, unit) = (Money.words(size, model.currency), "million \(model.currency)")
    default:
      (amount, unit) = (Money.words(size, model.currency), "million \(model.currency)")
    }
    return Words(
      rule: rule, year: statement.years.first, amount: amount, value: value, unit: unit,
      location: statement.location.map(text) ?? "", places: places)
  }

  private func text(_ location: SourceLocation) -> String {
    location.line > 0 ? "\(location.file):\(location.line)" : location.file
  }

  private static let placesShown = 4

  /// `awards.csv:3, 7 and 12`.
  private func places(_ awards: [Int]) -> String {
    let locations = awards.map { model.commitments[$0].location }
    guard let first = locations.first else { return "" }
    let lines = locations.filter { $0.file == first.file && $0.line > 0 }.map { "\($0.line)" }
    guard !lines.isEmpty else { return text(first) }
    let shown = Array(lines.prefix(Self.placesShown))
    let more = lines.count - shown.count
    return "\(first.file):" + (shown + (more > 0 ? ["\(more) more"] : [])).listed
  }
}
