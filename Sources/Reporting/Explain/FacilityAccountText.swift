import Allocation
import SupplyChain

/// The account of a facility in words and figures, for the terminal, Markdown and the page alike.
struct FacilityAccountText {
  private let account: FacilityAccount
  private let model: Model
  /// Of its money.
  private let scale: MoneyScale

  init(_ account: FacilityAccount, _ model: Model) {
    self.account = account
    self.model = model
    let totals = [
      account.years.reduce(0) { $0 + $1.capex }, account.years.reduce(0) { $0 + abs($1.margin) },
      account.years.reduce(0) { $0 + $1.supported },
    ]
    scale = MoneyScale(largest: totals.max() ?? 0, model.currency)
  }

  /// How many facilities a report shows in full: those with the most public money.
  static let shownInReports = 40

  /// Those of a plan that a report shows, in order of their public money.
  static func shown(_ plan: Plan, _ model: Model) -> (facilities: [Int], isAll: Bool) {
    let paid = Set(plan.publiclyPaid)
    let all = plan.projects(model).map(\.facility).filter(paid.contains)
    return (Array(all.prefix(shownInReports)), all.count <= shownInReports)
  }

  var name: String { model.facilities[account.facility].name }

  private func tonnes(_ amount: Double) -> String {
    abs(amount) < 0.05 ? "·" : Figure.number(amount, decimals: abs(amount) < 10 ? 1 : 0)
  }

  private func money(_ millions: Double) -> String { Money.words(millions, model.currency) }

  private func price(_ value: Double) -> String { Figure.number(value / 1000, decimals: 1) }

  // MARK: By year

  /// Lines that are empty in all years are left out; with a room for fewer years than there are, evenly spaced ones and
  /// the last are shown, and totals are of all.
  func table(yearRoom: Int = .max) -> FigureTable {
    let years = account.years
    var rows: [[String]] = []
    let shown = Self.spaced(years.count, room: max(2, yearRoom))
    func sums(
      _ label: String, isMoney: Bool = true, _ value: (FacilityAccount.Year) -> Double
    ) {
      let figure = isMoney ? scale.cell : tonnes
      let total = years.reduce(0) { $0 + value($1) }
      guard years.contains(where: { figure(value($0)) != "·" }) else { return }
      rows.append([label] + shown.map { figure(value(years[$0])) } + [figure(total)])
    }
    func levels(_ label: String, _ text: (FacilityAccount.Year) -> String?) {
      guard years.contains(where: { text($0) != nil }) else { return }
      rows.append([label] + shown.map { text(years[$0]) ?? "·" } + [""])
    }
    func amount(_ sources: [FacilityAccount.Source], _ f: Int) -> Double {
      sources.reduce(0) { $0 + ($1.fund == f ? $1.amount : 0) }
    }
    let isLoan = model.funds.map { $0.instruments.contains(.loan) }
    for f in model.funds.indices {
      sums(model.funds[f].name + (isLoan[f] ? " (loan)" : "")) { amount($0.awards, f) }
    }
    sums("private money", \.privateMoney)
    sums("cost of building", \.capex)
    sums("t made by what it had", isMoney: false, \.existing)
    sums("t made by what is awarded", isMoney: false, \.new)
    sums("margin at the market", \.margin)
    for f in model.funds.indices {
      sums("support: " + model.funds[f].name) { amount($0.support, f) }
    }
    sums("paid back", \.refunds)
    sums("debt service", \.service)
    sums("payments put off", \.putOff)
    sums("caught up", \.caughtUp)
    levels("arrears at the year's end") { $0.arrears > 0 ? scale.cell($0.arrears) : nil }
    levels("debt cover") { $0.debtCover.map { Figure.number($0, decimals: 2) } }
    levels("market price, \(model.currency)/kg") {
      $0.stopPrice == nil && $0.stopPriceWithSupport == nil ? nil : $0.marketPrice.map(price)
    }
    levels("stops below") { $0.stopPrice.map(price) }
    if years.contains(where: { !$0.support.isEmpty || $0.stopPrice != $0.stopPriceWithSupport }) {
      levels("stops below, with support") { row in
        row.stopPriceWithSupport.map { $0 == 0 ? "never" : price($0) }
      }
    }
    return FigureTable(
      title: "Its money by year, \(scale.unit)",
      head: [""] + shown.map { "\(years[$0].year)" } + ["total"], rows: rows)
  }

  private static func spaced(_ count: Int, room: Int) -> [Int] {
    if count <= room { return Array(0..<count) }
    let stride = (count + room - 1) / room
    var shown = Array(Swift.stride(from: 0, to: count, by: stride))
    if shown.last != count - 1 {
      if shown.count >= room { shown.removeLast() }
      shown.append(count - 1)
    }
    return shown
  }

  // MARK: In words

  /// Whole sentences.
  var facts: [String] {
    var facts: [String] = []
    if let earned = account.privateReturn {
      let hurdle = model.facilities[account.facility].expansion?.hurdle ?? 0
      facts.append(
        "Private money earns \(Figure.number(earned.ratio, decimals: 2)) times its hurdle rate of "
          + "\(Figure.percent(hurdle)) (present values: \(money(earned.earned)) for "
          + "\(money(earned.invested)))."
      )
    }
    if let least = account.leastDebtCover {
      facts.append("Earnings are at least \(Figure.number(least, decimals: 2)) times debt service.")
    }
    let putOff = account.years.reduce(0) { $0 + $1.putOff }
    if putOff > Plan.negligible {
      let never =
        account.neverPaid > Plan.negligible
        ? ", and \(money(account.neverPaid)) are never paid" : ", and nothing is left unpaid"
      facts.append("Payments of \(money(putOff)) on its loans are put off\(never).")
    }
    if account.owed >= 0.05 {
      facts.append(
        "After \(model.horizon.end) it still owes \(money(account.owed)).")
    }
    if account.replacements.isEmpty {
      facts.append("Nobody else in the model could make more of its main product.")
    }
    return facts
  }

  /// Name, and what it could make and lacks, of at most some.
  func replacements(_ most: Int) -> FigureTable {
    FigureTable(
      title: "Who else could make its product, t/yr in \(model.horizon.end)",
      head: ["facility", "unused", "could add", "lacks"],
      rows: account.replacements.prefix(most).map { row in
        [
          model.facilities[row.facility].name, Figure.number(row.unused), Figure.number(row.room),
          lacks(row),
        ]
      }, endsInWords: true)
  }

  /// What is not there yet takes money and time at least.
  private func lacks(_ row: FacilityAccount.Replacement) -> String {
    var all = row.lacks.map(words)
    if row.unused < 1, let year = row.firstYear, row.capex > 0 {
      let capex = Figure.number(row.capex / 1000, decimals: row.capex < 10_000 ? 1 : 0)
      all.append("\(capex) k\(model.currency) per t/yr, from \(year)")
    }
    return all.isEmpty ? "nothing" : all.joined(separator: "; ")
  }

  private func words(_ lack: FacilityAccount.Lack) -> String {
    switch lack {
    case .time: "time: its lead time runs past \(model.horizon.end)"
    case .money: "money: no programme may fund it"
    case .requirement(let q): "\(model.facilities[q].name), which it requires"
    case .exclusive(let q): "a place: \(model.facilities[q].name) is built"
    case .loss(let amount): "\(price(amount)) \(model.currency)/kg at the market"
    case .provenance(let k): "security: it is \(model.provenance.classes[k].name)"
    }
  }

  // MARK: JSON

  var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [("years", .array(account.years.map(json)))]
    members.append(
      (
        "private_return",
        account.privateReturn.map {
          .object([
            ("invested", .number($0.invested)), ("earned", .number($0.earned)),
            ("ratio", .number($0.ratio)),
          ])
        } ?? .null
      ))
    members.append(("owed_after_end", .number(account.owed)))
    if isPutOff { members.append(("never_paid", .number(account.neverPaid))) }
    members.append(
      (
        "replacements",
        .array(
          account.replacements.map { row in
            .object([
              ("facility", .string(model.facilities[row.facility].id)),
              ("unused", .number(row.unused)), ("could_add", .number(row.room)),
              ("capex", .number(row.capex)),
              ("first_year", row.firstYear.map { .integer($0) } ?? .null),
              ("lacks", .array(row.lacks.map { .string(words($0)) })),
            ])
          })
      ))
    return .object(members)
  }

  /// Whether any of its payments is put off.
  private var isPutOff: Bool {
    account.neverPaid > 0 || account.years.contains { $0.putOff > 0 || $0.arrears > 0 }
  }

  private func json(_ row: FacilityAccount.Year) -> JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    func sources(_ list: [FacilityAccount.Source]) -> JSONValue {
      .object(list.map { (model.funds[$0.fund].id, .number($0.amount)) })
    }
    var members: [(key: String, value: JSONValue)] = [
      ("year", .integer(row.year)), ("awards", sources(row.awards)),
      ("private", .number(row.privateMoney)), ("capex", .number(row.capex)),
      ("made_by_existing", .number(row.existing)), ("made_by_new", .number(row.new)),
      ("margin", .number(row.margin)), ("support", sources(row.support)),
      ("refunds", .number(row.refunds)), ("service", .number(row.service)),
      ("debt_cover", number(row.debtCover)), ("market_price", number(row.marketPrice)),
      ("stop_price", number(row.stopPrice)),
      ("stop_price_with_support", number(row.stopPriceWithSupport)),
    ]
    if isPutOff {
      members += [
        ("put_off", .number(row.putOff)), ("caught_up", .number(row.caughtUp)),
        ("arrears", .number(row.arrears)),
      ]
    }
    return .object(members)
  }
}
