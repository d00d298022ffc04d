import Analysis
import SupplyChain

/// A relaxation in the model's own words.
struct RelaxationWords {
  var kind: String
  var subject: String
  var year: Int?
  var words: String

  /// - Parameter reason: why a target cannot be met, where it is known.
  init(_ relaxation: ConstraintRelaxation, _ model: Model, reason: String? = nil) {
    func number(_ value: Double) -> String { Figure.number(value) }
    let location: SourceLocation
    switch relaxation.kind {
    case .target(let n):
      let target = model.targets[n]
      (kind, subject, year, location) = ("target", "\(target.year)", target.year, target.location)
      words =
        "target \(target.year): \(RuleWords.percent(relaxation.present)) cannot be met"
        + (reason.map { ": \($0); " } ?? "; ")
        + "\(RuleWords.percent(relaxation.value)) can"
    case .limit(let l, let when):
      let limit = model.limits[l]
      (kind, subject, year, location) = ("limit", limit.name, when, limit.location)
      let rules = RuleWords(model)
      words =
        "limit \"\(limit.name)\"" + (limit.period == .year ? " in \(when)" : "")
        + ": \(rules.value(limit, relaxation.present)) cannot be met; "
        + "\(rules.value(limit, relaxation.value)) can"
    case .rule(let r, let when):
      let rule = model.rules[r]
      (kind, subject, year, location) = ("rule", rule.name, when, rule.location)
      let unit = rule.dimension.unit(currency: model.currency)
      let amount = ValueWords.significant(abs(relaxation.value)) + (unit.isEmpty ? "" : " " + unit)
      words =
        "rule \"\(rule.name)\"" + (rule.period == .horizon ? "" : " in \(when)")
        + ": cannot be met; loosened by \(amount) it can"
    case .money(let f, let byYear):
      let fund = model.funds[f]
      (kind, subject, year, location) = ("money", fund.id, nil, fund.location)
      let extra = byYear.map { "\(Figure.number($0.amount, decimals: 2)) in \($0.year)" }
      words =
        "\(fund.name): \(Figure.number(relaxation.value, decimals: 2)) M\(model.currency) more "
        + "(\(extra.joined(separator: ", ")))"
    case .importLimit(let s, let when):
      let source = model.imports[s]
      (kind, subject, year, location) = ("import_limit", source.id, when, source.location)
      words =
        "import \(source.id) in \(when): \(number(relaxation.value)) t/yr instead of \(number(relaxation.present))"
    case .expansion(let p):
      let facility = model.facilities[p]
      (kind, subject, year, location) = ("expansion", facility.id, nil, facility.location)
      words =
        "\(facility.name): largest expansion \(number(relaxation.value)) t/yr "
        + "instead of \(number(relaxation.present))"
    case .permit(let p):
      let facility = model.facilities[p]
      (kind, subject, year, location) = ("permit", facility.id, nil, facility.location)
      words =
        "\(facility.name): permit of \(RelaxationWords.years(relaxation.value)) "
        + "instead of \(RelaxationWords.years(relaxation.present))"
    case .forbearance(let f, let rate):
      let fund = model.funds[f]
      (kind, subject, year, location) = ("forbearance", fund.id, nil, fund.location)
      words =
        "\(fund.name): payments that a business does not earn are put off, by "
        + "`funds.\(fund.id).loan.forbearance` at \(RuleWords.percent(rate))"
    case .requirement(let d):
      let segment = model.demand[d]
      (kind, subject, year, location) = ("require", segment.id, nil, segment.location)
      words = "demand \(segment.id): give up the classes that it requires"
    }
    words = printable(words + location.words)
  }

  private static func years(_ value: Double) -> String {
    Figure.number(value, decimals: value == value.rounded() ? 0 : 2)
      + (value == 1 ? " year" : " years")
  }
}
