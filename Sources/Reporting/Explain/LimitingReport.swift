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
      "Prices are changes of \(words.name), from verified multipliers; each was checked by solving again.",
    ]
    for group in ModelParameter.Group.allCases {
      let prices = limiting.prices.filter { $0.parameter.group == group }
      if !prices.isEmpty { lines += [""] + table(group, prices, style) }
    }
    lines += permits(style)
    if limiting.prices.isEmpty && limiting.permits.isEmpty {
      lines += ["", "No single number of the model would change the outcome by itself."]
    } else if !limiting.prices.isEmpty {
      lines += [
        "", "holds to: how far a price holds; >: at least so far; !: beyond it there is no plan.",
      ]
    }
    if limiting.isInterrupted { lines += ["", style.yellow("Interrupted") + ": not all is here."] }
    return lines.joined(separator: "\n") + "\n"
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
    while largest > 0, parameter.count < 1e9, largest * words.factor * parameter.count < 1e-3 {
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
      ("objective", .string(limiting.objective.rawValue)),
      ("value", .number(limiting.value)),
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
      ("prices", .array(limiting.prices.map(json))),
      (
        "permits",
        .array(
          limiting.permits.map { gain in
            .object([
              ("facility", .string(model.facilities[gain.facility].id)),
              ("years", .number(gain.years)), ("change", .number(gain.change)),
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
      ("per_unit", .number(side.slope)), ("holds_to", .number(side.reach)),
      ("is_only_looked_to", .bool(side.isLookedTo)),
      ("then_infeasible", .bool(side.endsInfeasible)),
      ("checked_at", .number(side.checkedAt)), ("miss", .number(side.miss)),
    ])
  }
}
