import Allocation
import Analysis
import SupplyChain

/// What limits the outcome, for people and for programs.
public struct LimitingReport: Sendable {
  private let limiting: Limiting
  private let model: Model
  private let scenarios: [String]
  private let words: ValueWords

  public init(_ limiting: Limiting, _ model: Model, scenarios: [String]) {
    self.limiting = limiting
    self.model = model
    self.scenarios = scenarios
    words = ValueWords(objective: limiting.objective, currency: model.currency)
  }

  // MARK: Terminal

  public func text(style: TerminalStyle) -> String {
    var lines = [
      ValueWords.title("What limits", model, scenarios, style), "",
      "Best \(words.name): \(words.value(limiting.value))"
        + (limiting.isRelaxed
          ? ", with fractions of modules allowed: the prices are those of the relaxed program."
          : "."),
    ]
    lines += ranking(style) + sameMoney(style)
    if !limiting.prices.isEmpty {
      lines += [
        "",
        "Prices are changes of \(words.name), from verified multipliers; each was checked by solving again.",
      ]
    }
    for group in ModelParameter.Group.allCases {
      let prices = limiting.prices.filter { $0.parameter.group == group }
      if !prices.isEmpty { lines += [""] + table(group, prices, style) }
    }
    lines += permits(style)
    if limiting.isNothingFound {
      lines += ["", "No single number of the model would change the outcome by itself."]
    } else if !limiting.prices.isEmpty {
      lines += [
        "", "holds to: how far a price holds; >: at least so far; !: beyond it there is no plan.",
      ]
    }
    if !limiting.hasPrices {
      lines += [
        "",
        "--prices works out how far each price holds, and what earlier permits bring: minutes in a model of this size.",
      ]
    }
    if limiting.isInterrupted {
      lines += [
        "",
        style.yellow("Interrupted")
          + ": not all was looked at; what is missing here may matter as well.",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: One yardstick

  private func ranking(_ style: TerminalStyle) -> [String] {
    guard let ranking = limiting.ranking, !ranking.rows.isEmpty else { return [] }
    let most = 12
    var grid = TextGrid([.left, .right, .right])
    grid.add(["", "1 % more", "solved again"])
    for row in ranking.rows.prefix(most) {
      grid.add([
        name(row.what), change(row.perPercent), row.solved.map(change) ?? "",
      ])
    }
    let more = ranking.rows.count - most
    return [
      "",
      style.bold("What 1 % more of each input changes")
        + ", in \(unit) of \(words.name), by size"
        + (more > 0 ? style.dim(" (\(most) of \(ranking.rows.count))") : ""),
    ] + grid.lines(width: style.width)
  }

  private func sameMoney(_ style: TerminalStyle) -> [String] {
    guard let ranking = limiting.ranking, !ranking.money.isEmpty else { return [] }
    var grid = TextGrid([.left, .right, .right])
    grid.add(["", "best in", "changes"])
    for row in ranking.money.prefix(8) {
      grid.add([model.funds[row.fund].name, "\(row.year)", change(row.change)])
    }
    let more = ranking.money.count - 8
    return [
      "",
      style.bold("What the same money more changes")
        + ": \(Money.words(ranking.sameMoney, model.currency)), 1 % of all appropriations, in one year of one programme",
    ] + grid.lines(width: style.width) + (more > 0 ? ["  and \(more) more"] : [])
  }

  private var unit: String { words.unit }

  private func change(_ value: Double) -> String {
    guard limiting.objective.amount == .money else { return words.change(value) }
    return (shown(value) < 0 ? "−" : "+") + Money.words(abs(value), model.currency)
  }

  private func shown(_ minimised: Double) -> Double {
    limiting.objective.shown(minimised)
  }

  private func name(_ what: InputRanking.What) -> String {
    switch what {
    case .input(let input): InputWords(model).name(input)
    case .bound(let cause): BindingWords(model).text(cause)
    }
  }

  private var rankingJSON: JSONValue {
    guard let ranking = limiting.ranking else { return .null }
    return .object([
      (
        "inputs",
        .array(
          ranking.rows.map { row in
            .object([
              ("what", .string(name(row.what))), ("per_percent", .number(shown(row.perPercent))),
              ("solved_again", row.solved.map { .number(shown($0)) } ?? .null),
            ])
          })
      ),
      ("same_money", .number(ranking.sameMoney)),
      (
        "programmes",
        .array(
          ranking.money.map { row in
            .object([
              ("fund", .string(model.funds[row.fund].id)), ("year", .integer(row.year)),
              ("change", .number(row.change)),
            ])
          })
      ),
    ])
  }

  private func heading(_ group: ModelParameter.Group) -> String {
    switch group {
    case .money: "Money"
    case .capacity: "Capacity"
    case .imports: "Import limits, every year"
    case .stock: "Stockpiles"
    case .demand: "Demand, every year"
    case .targets: "Targets"
    case .limits: "Limits"
    }
  }

  private func table(
    _ group: ModelParameter.Group, _ prices: [ShadowPrice], _ style: TerminalStyle
  ) -> [String] {
    var grid = TextGrid([.left, .left, .right, .right, .right, .right, .right])
    grid.add(["", "", "now", "more brings", "holds to", "less costs", "holds to"])
    for price in prices {
      let parameter = self.parameter(price, among: prices)
      var what = parameter.what
      if [.targets, .imports, .demand].contains(group) { what = "" }
      if group == .money, let year = parameter.year { what = "\(year)" }
      if group == .limits { what += ", per " + parameter.each }
      let size = price.parameter.size * (parameter.isShare ? 100 : 1)
      grid.add([
        parameter.name.shortened(to: max(20, style.width - 56)), what,
        Figure.number(size, decimals: parameter.decimals),
        slope(price.more, parameter), reach(price.more, parameter, sign: "+"),
        slope(price.less, parameter), reach(price.less, parameter, sign: "−"),
      ])
    }
    var head = style.bold(heading(group)) + ": \(words.unit)"
    if let first = prices.first, group != .limits {
      head += " for each " + parameter(first, among: prices).each
    }
    let count = limiting.pricedCounts[group] ?? 0
    if count > prices.count {
      head += style.dim(" (the \(prices.count) dearest of up to \(count))")
    }
    return [head] + grid.lines(width: style.width)
  }

  /// A parameter's words, its prices told for 1 of its unit, or for so many (a power of ten) that the largest price of
  /// its table has a thousandth; limits each have a unit of their own.
  private func parameter(_ price: ShadowPrice, among prices: [ShadowPrice]) -> ParameterWords {
    var parameter = ParameterWords(price.parameter.kind, model)
    if parameter.isShare { return parameter }
    let alike = price.parameter.group == .limits ? [price] : prices
    let largest = alike.reduce(0.0) { most, price in
      max(most, abs(price.more?.slope ?? 0), abs(price.less?.slope ?? 0))
    }
    while largest > 0, parameter.count < 1e9, largest * words.factor * parameter.count < 1e-2 {
      parameter.count *= 10
    }
    return parameter
  }

  private func slope(_ side: PriceSide?, _ parameter: ParameterWords) -> String {
    guard let side else { return "—" }
    return words.change(side.slope * parameter.count) + (side.isConfirmed ? "" : " ?")
  }

  private func reach(_ side: PriceSide?, _ parameter: ParameterWords, sign: String) -> String {
    guard let side else { return "—" }
    let value = ValueWords.significant(side.reach * (parameter.isShare ? 100 : 1))
    return (side.isLookedTo && sign == "+" ? "> " : "") + sign + value
      + (side.endsInfeasible ? " !" : "")
  }

  private func permits(_ style: TerminalStyle) -> [String] {
    guard !limiting.permits.isEmpty else { return [] }
    var grid = TextGrid([.left, .left, .right, .right])
    grid.add(["", "stage", "years earlier", words.unit])
    for gain in limiting.permits.prefix(10) {
      let facility = model.facilities[gain.facility]
      grid.add([
        facility.name, facility.stage,
        Figure.number(gain.years, decimals: gain.years == gain.years.rounded() ? 0 : 2),
        words.change(gain.change),
      ])
    }
    let more = limiting.permits.count > 10 ? style.dim(" (10 of \(limiting.permits.count))") : ""
    return ["", style.bold("An earlier permit") + ": the model solved again with it" + more]
      + grid.lines(width: style.width)
  }

  // MARK: JSON

  public var json: JSONValue {
    let verification = limiting.verification
    return .object([
      ("schema_version", .integer(1)),
      ("model", .string(model.name)),
      ("scenarios", .array(scenarios.map { .string($0) })),
      ("budget_scale", .number(model.budgetScale)),
      ("status", .string("optimal")),
      ("objective", .string(limiting.objective.name)),
      ("value", .number(shown(limiting.value))),
      ("is_relaxed", .bool(limiting.isRelaxed)),
      ("is_complete", .bool(!limiting.isInterrupted)),
      (
        "verification",
        .object([
          ("is_verified", .bool(verification.isVerified)),
          ("relative_gap", .number(verification.relativeGap)),
          ("primal_infeasibility", .number(verification.primalInfeasibility)),
          ("dual_infeasibility", .number(verification.dualInfeasibility)),
        ])
      ),
      ("ranking", rankingJSON),
      ("prices", .array(limiting.prices.map(json))),
      (
        "permits",
        .array(
          limiting.permits.map { gain in
            .object([
              ("facility", .string(model.facilities[gain.facility].id)),
              ("years", .number(gain.years)), ("change", .number(shown(gain.change))),
            ])
          })
      ),
    ])
  }

  private func json(_ price: ShadowPrice) -> JSONValue {
    let parameter = ParameterWords(price.parameter.kind, model)
    return .object([
      ("group", .string(price.parameter.group.rawValue)),
      ("what", .string(parameter.what)),
      ("id", .string(parameter.id)),
      ("name", .string(parameter.name)),
      ("year", parameter.year.map { .integer($0) } ?? .null),
      ("unit", .string(parameter.isShare ? "fraction" : parameter.unit)),
      ("amount", .number(price.parameter.size)),
      ("more", json(price.more)),
      ("less", json(price.less)),
      ("is_confirmed", .bool(price.isConfirmed)),
      ("file", .string(parameter.location.file)),
      ("line", .integer(parameter.location.line)),
    ])
  }

  /// `per_unit`: change of the objective a unit more, or a unit less.
  private func json(_ side: PriceSide?) -> JSONValue {
    guard let side else { return .null }
    return .object([
      ("per_unit", .number(shown(side.slope))), ("holds_to", .number(side.reach)),
      ("is_only_looked_to", .bool(side.isLookedTo)),
      ("then_infeasible", .bool(side.endsInfeasible)),
      ("checked_at", .number(side.checkedAt)), ("miss", .number(side.miss)),
    ])
  }
}
