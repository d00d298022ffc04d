import Allocation
import SupplyChain

/// What a plan's measures and rules come to, as tables; none where a model has neither.
struct MeasureTables {
  let tables: [Table]

  init(_ plan: Plan, _ model: Model) {
    var tables: [Table] = []
    if !model.measures.isEmpty { tables.append(Self.measures(plan, model)) }
    if !model.rules.isEmpty { tables.append(Self.rules(plan, model)) }
    self.tables = tables
  }

  private static func measures(_ plan: Plan, _ model: Model) -> Table {
    Table(
      "measures", [.init("measure"), .init("year"), .init("value"), .init("unit")],
      rows: plan.measures.map { row in
        let measure = model.measures[row.measure]
        return [
          .text(measure.id), .integer(row.year), .number(row.value),
          .text(measure.yearly.dimension.unit(currency: model.currency)),
        ]
      })
  }

  private static func rules(_ plan: Plan, _ model: Model) -> Table {
    Table(
      "rules",
      [
        .init("rule"), .init("per"), .init("year"), .init("left"), .init("sense"), .init("right"),
        .init("unit"), .init("binding"), .init("shortfall"),
        .init("penalty", unit: "million \(model.currency)"),
      ],
      rows: plan.rules.map { row in
        let rule = model.rules[row.rule]
        return [
          .text(rule.name), .text(rule.period.rawValue), .integer(row.year), .number(row.left),
          .text(rule.sense.rawValue), .number(row.right),
          .text(rule.dimension.unit(currency: model.currency)),
          .text(row.isBinding ? "true" : "false"),
          rule.penalty == nil ? .empty : .number(row.shortfall),
          rule.penalty == nil ? .empty : .number(row.penalty),
        ]
      })
  }
}

/// Measures by year, and the rules that bind or are broken at a price, for people.
struct MeasureSummary {
  private let plan: Plan
  private let model: Model

  init(_ plan: Plan, _ model: Model) {
    self.plan = plan
    self.model = model
  }

  /// For Markdown and the page.
  var tables: [FigureTable] {
    let horizon = model.horizon
    let rows = rules.map { [$0.name, $0.words] }
    return [
      measures(Array(horizon.start...horizon.end)),
      FigureTable(
        title: "Rules that bind or are broken at a price", head: ["rule", ""], rows: rows,
        endsInWords: true),
    ].filter { !$0.rows.isEmpty }
  }

  /// For the terminal.
  func lines(_ style: TerminalStyle) -> [String] {
    let horizon = model.horizon
    let room = max(2, (style.width - 34) / 9)
    let stride = max(1, (horizon.yearCount + room - 1) / room)
    var years = Array(Swift.stride(from: horizon.start, through: horizon.end, by: stride))
    if years.last != horizon.end {
      if years.count >= room { years.removeLast() }
      years.append(horizon.end)
    }
    var lines = measures(years).lines(style)
    guard !plan.rules.isEmpty else { return lines }
    if rules.isEmpty {
      let count = model.rules.count
      return lines + [
        "", count == 1 ? "The rule does not bind." : "None of the \(count) rules binds.",
      ]
    }
    lines += ["", style.bold("Rules")]
    for rule in rules {
      lines += printable("\(rule.name) \(rule.words)").wrapped(behind: "  • ", width: style.width)
    }
    return lines
  }

  private func measures(_ years: [Int]) -> FigureTable {
    FigureTable(
      title: "Measures", head: ["in a year"] + years.map { "\($0)" },
      rows: model.measures.enumerated().filter { $0.element.isDecided }.map { m, measure in
        let values = Dictionary(
          plan.measures.filter { $0.measure == m }.map { ($0.year, $0.value) },
          uniquingKeysWith: { first, _ in first })
        let unit = measure.yearly.dimension.unit(currency: model.currency)
        return [measure.id + (unit.isEmpty ? "" : ", " + unit)]
          + years.map { values[$0].map(ValueWords.significant) ?? "—" }
      })
  }

  private var rules: [(name: String, words: String)] {
    model.rules.enumerated().compactMap { r, rule in
      let rows = plan.rules.filter { $0.rule == r }
      let lacking = rows.filter { $0.shortfall > 0 }
      let binding = rows.filter { $0.isBinding && $0.shortfall == 0 }
      var words: [String] = []
      if !binding.isEmpty { words.append("binds in \(YearSpans.words(binding.map(\.year)))") }
      if !lacking.isEmpty {
        let unit = rule.dimension.unit(currency: model.currency)
        let amount = ValueWords.significant(lacking.reduce(0) { $0 + $1.shortfall })
        let cost = Money.words(lacking.reduce(0) { $0 + $1.penalty }, model.currency)
        words.append(
          "\(rule.sense == .atMost ? "is exceeded" : "falls short") by \(amount) \(unit) in \(YearSpans.words(lacking.map(\.year))), "
            + "which costs a penalty of \(cost) undiscounted")
      }
      return words.isEmpty ? nil : (rule.name, words.joined(separator: "; "))
    }
  }
}
