import Allocation
import SupplyChain

/// Rows of text with a head, for the terminal, Markdown and the page alike: words in the first column and, where it says
/// so, in the last; numbers in the others.
struct FigureTable: Sendable {
  var title: String
  var head: [String]
  var rows: [[String]]
  var endsInWords = false

  func isWords(_ column: Int) -> Bool { column == 0 || (endsInWords && column == head.count - 1) }

  func lines(_ style: TerminalStyle) -> [String] {
    guard !rows.isEmpty else { return [] }
    var grid = TextGrid(head.indices.map { isWords($0) ? .left : .right })
    grid.add(head)
    for row in rows { grid.add(row) }
    return ["", style.bold(printable(title))] + grid.lines(width: style.width)
  }

  var json: JSONValue {
    func texts(_ cells: [String]) -> JSONValue { .array(cells.map { .string($0) }) }
    return .object([
      ("title", .string(title)), ("head", texts(head)), ("rows", .array(rows.map(texts))),
      ("endsInWords", .bool(endsInWords)),
    ])
  }
}

/// What each programme promised and paid, and what its price-support contracts would cost at lower prices.
struct ProgrammeTables {
  private let model: Model
  private let programmes: [Plan.Programme]

  init(_ plan: Plan, _ model: Model) {
    self.model = model
    programmes = plan.programmes(model).filter(\.hasMoney)
    let largest = programmes.map { max($0.appropriated, $0.paid, $0.authority ?? 0) }.max() ?? 0
    scale = MoneyScale(largest: largest, model.currency)
  }

  /// Those that have rows.
  var tables: [FigureTable] { [accounts, contracts].filter { !$0.rows.isEmpty } }

  private let scale: MoneyScale

  private func figure(_ amount: Double) -> String { scale.cell(amount) }

  /// Columns in which nobody has money are left out.
  var accounts: FigureTable {
    typealias Programme = Plan.Programme
    let all: [(name: String, isAlways: Bool, value: (Programme) -> Double?)] = [
      ("promised", true, \.appropriated), ("may lend", false, \.authority),
      ("grants", false, \.grants), ("loans", false, \.loans),
      ("support", false, { $0.support - $0.refunds }), ("bought", false, \.purchases),
      ("came back", false, \.repaid), ("owed later", false, \.owed),
      ("put off", false, \.putOff), ("caught up", false, \.caughtUp), ("arrears", false, \.arrears),
      ("never paid", false, \.neverPaid), ("lapsed", false, \.lapsed),
      ("left", false, \.left),
    ]
    let columns = all.filter { column in
      column.isAlways || programmes.contains { figure(column.value($0) ?? 0) != "·" }
    }
    return FigureTable(
      title: "What programmes promised and paid to \(model.horizon.end), \(scale.unit)",
      head: ["programme"] + columns.map(\.name),
      rows: programmes.map { row in
        [model.funds[row.fund].name] + columns.map { $0.value(row).map(figure) ?? "—" }
      })
  }

  var contracts: FigureTable {
    FigureTable(
      title: "What support of the tonnes made under it would cost, \(scale.unit)",
      head: ["programme", "t made", "paid"] + Plan.contractPrices.map(Self.words),
      rows: programmes.compactMap { row in
        guard let contracts = row.contracts else { return nil }
        let atMost = contracts.isAtMost ? "≤ " : ""
        return [
          model.funds[row.fund].name, Figure.number(contracts.tonnes),
          figure(row.support - row.refunds),
        ] + contracts.costs.map { atMost + figure($0.amount) }
      })
  }

  private static func words(_ prices: Double) -> String {
    prices == 1 ? "these prices" : "prices −\(Figure.number(100 - prices * 100)) %"
  }
}

extension PlanTables {
  /// A row a programme that promises or moves money.
  static func programmes(
    _ plan: Plan, _ model: Model, _ money: String, forbears: Bool
  ) -> Table {
    func number(_ value: Double?) -> Table.Cell { value.map { .number($0) } ?? .empty }
    return Table(
      "programmes",
      [
        .init("fund"), .init("appropriated", unit: money), .init("authority", unit: money),
        .init("grants", unit: money), .init("loans", unit: money),
        .init("loan_charge", unit: money), .init("support", unit: money),
        .init("refunds", unit: money), .init("purchases", unit: money),
        .init("repaid", unit: money), .init("owed_after_end", unit: money),
        .init("lapsed", unit: money), .init("value", unit: money),
        .init("contract_tonnes", unit: "t"),
        .init("contract_bound"), .init("contract_cost", unit: money),
        .init("contract_cost_prices_90", unit: money),
        .init("contract_cost_prices_70", unit: money),
      ]
        + (forbears
          ? ["put_off", "caught_up", "arrears_at_end", "never_paid"].map { .init($0, unit: money) }
          : []),
      rows: plan.programmes(model).filter(\.hasMoney).map { row in
        let contracts = row.contracts
        let bound: Table.Cell =
          contracts.map { .text($0.isAtMost ? "at_most" : "exact") } ?? .empty
        return [
          .text(model.funds[row.fund].id), .number(row.appropriated), number(row.authority),
          .number(row.grants), .number(row.loans), .number(row.loanCharge), .number(row.support),
          .number(row.refunds), .number(row.purchases), .number(row.repaid), .number(row.owed),
          .number(row.lapsed), .number(row.left), number(contracts?.tonnes), bound,
        ] + Plan.contractPrices.map { number(contracts?.cost(at: $0)) }
          + (forbears
            ? [row.putOff, row.caughtUp, row.arrears, row.neverPaid].map { .number($0) } : [])
      })
  }

  /// A row a year of each facility with awards or support.
  static func facilityAccounts(
    _ plan: Plan, _ model: Model, _ money: String, forbears: Bool
  ) -> Table {
    func number(_ value: Double?) -> Table.Cell { value.map { .number($0) } ?? .empty }
    let price = "\(model.currency)/t"
    var rows: [[Table.Cell]] = []
    for p in plan.publiclyPaid {
      for row in plan.account(of: p, model, withReplacements: false).years {
        let putOff: [Table.Cell] =
          forbears ? [row.putOff, row.caughtUp, row.arrears].map { .number($0) } : []
        rows.append(
          [
            .text(model.facilities[p].id), .integer(row.year),
            .number(row.awards.reduce(0) { $0 + $1.amount }), .number(row.privateMoney),
            .number(row.capex), .number(row.existing), .number(row.new), .number(row.margin),
            .number(row.supported), .number(row.refunds), .number(row.service),
            number(row.debtCover), number(row.marketPrice), number(row.stopPrice),
            number(row.stopPriceWithSupport), .number(row.earnings - row.paid),
          ] + putOff)
      }
    }
    return Table(
      "facility_accounts",
      [
        .init("facility"), .init("year"), .init("awards", unit: money),
        .init("private", unit: money), .init("capex", unit: money),
        .init("made_by_existing", unit: "t"), .init("made_by_new", unit: "t"),
        .init("margin", unit: money), .init("support", unit: money),
        .init("refunds", unit: money), .init("service", unit: money), .init("debt_cover"),
        .init("market_price", unit: price), .init("stop_price", unit: price),
        .init("stop_price_with_support", unit: price), .init("value", unit: money),
      ]
        + (forbears ? ["put_off", "caught_up", "arrears"].map { .init($0, unit: money) } : []),
      rows: rows)
  }
}
