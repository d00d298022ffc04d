import Allocation
import Analysis
import SupplyChain

/// Rules of one kind about one thing, over their years, in the model's own words.
struct RuleStatement {
  var kind: String
  var subject: String
  /// Of a programme's rule about one facility, the facility.
  var facility = ""
  var years: [Int] = []
  /// What it is about, and the rule.
  var name: String
  var rule: String
  var location: SourceLocation?

  var words: String { name.isEmpty ? rule : "\(name): \(rule)" }
  /// What statements of one rule have in common.
  var key: String { [kind, subject, facility].joined(separator: "\u{1F}") }
  /// ` [2026–2028]`.
  var when: String { years.isEmpty ? "" : " [\(YearSpans.words(years))]" }
}

/// Says the rules of a conflict.
struct RuleWords {
  private let model: Model

  init(_ model: Model) { self.model = model }

  /// Decisions, grouped by what they are about; and balances.
  func statements(_ rules: [Rule]) -> (decided: [RuleStatement], books: [String]) {
    var order: [String] = []
    var byKey: [String: RuleStatement] = [:]
    var books: [String] = []
    for rule in rules {
      if case .row(let key) = rule, rule.isBookkeeping {
        let words = bookkeeping(key)
        if !books.contains(words) { books.append(words) }
        continue
      }
      var statement = statement(rule)
      let key = statement.key
      if let known = byKey[key] {
        statement.years = known.years + statement.years
        statement.rule =
          statement.kind == "capacity"
          ? capacity(statement.subject, statement.years) ?? known.rule : known.rule
      } else {
        order.append(key)
      }
      byKey[key] = statement
    }
    let decided = order.compactMap { byKey[$0] }
    // Targets and limits first, then the rules that conflict with them.
    return (
      decided.enumerated().sorted {
        (rank($0.element.kind), $0.offset) < (rank($1.element.kind), $1.offset)
      }.map(\.element), books
    )
  }

  private func rank(_ kind: String) -> Int {
    ["target", "limit", "rule", "capacity", "maximum", "account", "import_limit"].firstIndex(
      of: kind) ?? 9
  }

  private func bookkeeping(_ key: RowKey) -> String {
    let first = Int(key.first)
    switch key.kind {
    case .balance: return "balance of \(model.commodities[first].id)"
    case .stock: return "stock of \(model.stockpiles[first].id)"
    case .demand: return "demand of \(model.demand[first].id)"
    case .cost: return "who pays \(model.facilities[first].id)"
    case .added: return "capacity of \(model.facilities[first].id)"
    default: return "\(key.kind)"
    }
  }

  private func statement(_ rule: Rule) -> RuleStatement {
    switch rule {
    case .row(let key): return statement(key)
    case .importLimit(let source, let step):
      let entry = model.imports[source]
      let year = model.horizon.year(ofStep: step)
      return RuleStatement(
        kind: "import_limit", subject: entry.id, years: [year],
        name: "import \(entry.id)",
        rule: "at most \(Figure.number(entry.limit?.level(year) ?? 0)) t/yr",
        location: entry.location)
    case .stockRoom(let pile, let step): return room(pile, step)
    case .returnBase(let stream, let step):
      let entry = model.returns[stream]
      let year = model.horizon.year(ofStep: step)
      return RuleStatement(
        kind: "returns", subject: entry.id, years: [year],
        name: "returns \(entry.id)", rule: "no more than comes back", location: entry.location)
    case .wholeNumbers:
      return RuleStatement(
        kind: "whole_numbers", subject: "", name: "",
        rule: "modules, smallest awards and exclusive groups are whole choices")
    }
  }

  private func room(_ pile: Int, _ step: Int) -> RuleStatement {
    let entry = model.stockpiles[pile]
    return RuleStatement(
      kind: "room", subject: entry.id, years: [model.horizon.year(ofStep: step)],
      name: "stockpile \(entry.id)", rule: "room for \(Figure.number(entry.max ?? 0)) t",
      location: entry.location)
  }

  /// `separation: 12 MUSD of dpa have been awarded [2027]`.
  private func committed(_ n: Int) -> RuleStatement {
    let entry = model.commitments[n]
    let amount: String
    let name: String
    switch entry.subject {
    case .build(let p, _):
      name = model.facilities[p].name
      amount = "\(Figure.number(entry.amount)) t/yr have been awarded"
    case .award(let f, let p):
      name = model.facilities[p].name
      amount =
        "\(Money.words(entry.amount, model.currency)) of \(model.funds[f].name) have been awarded"
    case .purchase(let f, let i):
      name = "stockpile \(model.stockpiles[i].id)"
      amount =
        "\(model.funds[f].name) has bought for \(Money.words(entry.amount, model.currency))"
    }
    return RuleStatement(
      kind: "committed", subject: "\(n)",
      years: [model.horizon.year(ofStep: entry.steps.lowerBound)], name: name, rule: amount,
      location: entry.location)
  }

  func statement(_ key: RowKey) -> RuleStatement {
    let first = Int(key.first)
    let year = model.horizon.year(ofStep: Int(key.step))
    func facility(_ kind: String, _ rule: String, _ years: [Int] = []) -> RuleStatement {
      let entry = model.facilities[first]
      return RuleStatement(
        kind: kind, subject: entry.id, years: years, name: entry.name, rule: rule,
        location: entry.location)
    }
    func fund(
      _ kind: String, _ rule: String, _ years: [Int] = [], facility: String = ""
    ) -> RuleStatement {
      let entry = model.funds[first]
      return RuleStatement(
        kind: kind, subject: entry.id, facility: facility, years: years, name: entry.name,
        rule: rule,
        location: entry.location)
    }
    switch key.kind {
    case .target:
      let target = model.targets[first]
      return RuleStatement(
        kind: "target", subject: "\(target.year)",
        name: "target \(target.year)",
        rule: "dependency at most \(RuleWords.percent(target.value))",
        location: target.location)
    case .limit:
      let limit = model.limits[first]
      let sense = limit.sense == .atMost ? "at most" : "at least"
      let value = self.value(limit, limit.value.level(year))
      return RuleStatement(
        kind: "limit", subject: limit.name, years: limit.period == .year ? [year] : [],
        name: "limit \"\(limit.name)\"", rule: "\(limit.measure.rawValue) \(sense) \(value)",
        location: limit.location)
    case .rule:
      let rule = model.rules[first]
      return RuleStatement(
        kind: "rule", subject: rule.name, years: rule.period == .horizon ? [] : [year],
        name: "rule \"\(rule.name)\"", rule: rule.text, location: rule.location)
    case .committed: return committed(first)
    case .capacity: return facility("capacity", capacity(first, [year]), [year])
    case .maximum:
      let most = Figure.number(model.facilities[first].expansion?.max ?? 0)
      return facility("maximum", "may be expanded by \(most) t/yr at most")
    case .minimum: return facility("minimum", "its smallest award")
    case .exclusive, .exclusiveLink:
      let group = model.facilities[first].expansion?.exclusiveGroup ?? ""
      return facility("exclusive", "one of group \(group) at most")
    case .requires: return facility("requires", "what it requires", [year])
    case .privateShare: return facility("private_share", "largest private share", [year])
    case .leastPrivateShare:
      let share = RuleWords.percent(model.facilities[first].expansion?.privateMinShare ?? 0)
      return facility("least_private_share", "at least \(share) is private money", [year])
    case .combinedShare:
      let share = RuleWords.percent(model.facilities[first].expansion?.combinedMaxShare ?? 1)
      return facility(
        "combined_share", "programmes together pay \(share) of its cost at most", [year])
    case .supportRate, .existingSupportRate:
      return fund(
        "support_rate", "pays \(model.facilities[Int(key.second)].name) by what it makes", [year])
    case .refundRate, .existingRefundRate:
      return fund(
        "refund_rate", "is paid back by \(model.facilities[Int(key.second)].name) above its strike",
        [year])
    case .authority:
      let most = Figure.number(model.funds[first].loan?.authority ?? 0)
      return fund("authority", "lends \(most) M\(model.currency) at most")
    case .once, .onceLink: return facility("once", "is awarded in one step")
    case .embedded:
      let entry = model.demand[first]
      let share = RuleWords.percent(entry.embedded?.share.level(min(year, model.horizon.end)) ?? 0)
      return RuleStatement(
        kind: "embedded", subject: entry.id, years: [year], name: "demand \(entry.id)",
        rule: "\(share) arrives inside goods from \(entry.embedded?.country ?? "")",
        location: entry.location)
    case .endStock:
      let entry = model.stockpiles[first]
      return RuleStatement(
        kind: "end_stock", subject: entry.id, years: [model.horizon.end],
        name: "stockpile \(entry.id)",
        rule: "\(RuleWords.percent(entry.endShare)) of its peak must be left at the end",
        location: entry.location)
    case .usedImports:
      let entry = model.commodities[first]
      return RuleStatement(
        kind: "used_imports", subject: entry.id, years: [year], name: entry.name,
        rule: "no more is imported than is used", location: entry.location)
    case .noLoss: return facility("no_loss", "does not run at a loss without support", [year])
    case .debt: return facility("debt", "serves its debt from the business", [year])
    case .bankability: return facility("bankability", "private money earns its hurdle rate")
    case .existingCapacity: return facility("capacity", capacity(first, [year]), [year])
    case .account: return fund("account", "no more money than is appropriated", [year])
    case .awardShare:
      let share = RuleWords.percent(model.funds[first].maxShare)
      let payee = model.facilities[Int(key.second)]
      return fund(
        "award_share", "pays \(share) of the cost of \(payee.name) at most", [year],
        facility: payee.id)
    case .perFacility:
      let most = Figure.number(model.funds[first].maxPerFacility ?? 0)
      let payee = model.facilities[Int(key.second)]
      return fund(
        "per_facility", "at most \(most) M\(model.currency) for one facility, \(payee.name)",
        facility: payee.id)
    case .room: return room(first, Int(key.step))
    case .purchase:
      let entry = model.stockpiles[first]
      return RuleStatement(
        kind: "purchase", subject: entry.id, years: [year],
        name: "stockpile \(entry.id)", rule: "what is stored is paid for", location: entry.location)
    case .returned:
      let entry = model.returns[first]
      return RuleStatement(
        kind: "returns", subject: entry.id, years: [year],
        name: "returns \(entry.id)", rule: "no more than comes back", location: entry.location)
    case .deferral, .unpaid:
      let share = RuleWords.percent(model.funds[first].loan?.forbearance?.atMost ?? 0)
      let payee = model.facilities[Int(key.second)]
      let when = key.kind == .unpaid ? "\(model.horizon.end + model.horizon.beyond) on" : "\(year)"
      return fund(
        "deferral", "lets \(payee.name) put off \(share) of a payment at most, from \(when)",
        facility: payee.id)
    case .balance, .added, .stock, .largestStock, .demand, .cost, .peak, .held, .changed,
      .changes:
      return RuleStatement(
        kind: "\(key.kind)", subject: "", name: "", rule: bookkeeping(key))
    }
  }

  /// `has 12,000 t/yr, nothing new works before 2031`.
  private func capacity(_ p: Int, _ years: [Int]) -> String {
    let facility = model.facilities[p]
    let levels = years.map(facility.existing.level)
    let (least, most) = (levels.min() ?? 0, levels.max() ?? 0)
    let amount =
      least == most ? Figure.number(most) : "\(Figure.number(least)) to \(Figure.number(most))"
    let has = most > 0 ? "has \(amount) t/yr" : "has no capacity of its own"
    guard facility.expansion != nil else { return has }
    guard let first = facility.firstYear(model.horizon) else {
      return has + ", nothing new works before \(model.horizon.end + 1)"
    }
    return has
      + (first > (years.max() ?? first)
        ? ", nothing new works before \(first)" : ", new capacity works from \(first)")
  }

  private func capacity(_ id: String, _ years: [Int]) -> String? {
    model.facilities.firstIndex { $0.id == id }.map { capacity($0, years) }
  }

  static func percent(_ share: Double) -> String {
    let text = Figure.number(share * 100, decimals: 2)
    return (text.hasSuffix(".00") ? String(text.dropLast(3)) : text) + " %"
  }

  func value(_ limit: Limit, _ value: Double) -> String {
    if limit.shareOf != nil { return RuleWords.percent(value) }
    switch limit.measure {
    case .build: return "\(Figure.number(value)) t/yr"
    case .activity, .import: return "\(Figure.number(value)) t"
    case .projects: return Figure.number(value, decimals: 2)
    case .award, .support, .private, .capex:
      return "\(Figure.number(value, decimals: 1)) M\(model.currency)"
    }
  }
}
