import Analysis
import SupplyChain

/// Why a facility is in or out, for people and for programs.
public struct FacilityCaseReport: Sendable {
  private let found: FacilityCase
  private let model: Model
  private let scenarios: [String]
  private let words: ValueWords

  public init(_ found: FacilityCase, _ model: Model, scenarios: [String]) {
    self.found = found
    self.model = model
    self.scenarios = scenarios
    words = ValueWords(objective: found.objective, currency: model.currency)
  }

  private var facility: Facility { model.facilities[found.facility] }

  // MARK: Terminal

  public func text(style: TerminalStyle) -> String {
    var lines = [
      style.bold(printable(facility.name))
        + printable(" · \(facility.stage), \(facility.country)\(facility.location.words)"), "",
    ]
    lines += standing(style)
    lines += facts(style.width) + breakEvens(style) + account(style)
    if found.isRelaxed {
      let what =
        found.account == nil || found.isAccountRelaxed ? "All of this" : "All but its money"
      lines += ["", "\(what) allows fractions of modules (the relaxed program)."]
    }
    if found.isInterrupted { lines += ["", style.yellow("Interrupted") + ": not all is here."] }
    return lines.joined(separator: "\n") + "\n"
  }

  private func account(_ style: TerminalStyle) -> [String] {
    guard let account = found.account else { return [] }
    let text = FacilityAccountText(account, model)
    let years = text.table(yearRoom: (style.width - 38) / 7)
    var lines = years.lines(style) + [""]
    lines += text.facts.flatMap { printable($0).wrapped(behind: "", width: style.width) }
    let others = text.replacements(5)
    if others.rows.isEmpty { return lines }
    lines += ["", style.bold(printable(others.title))]
    for row in others.rows {
      let words =
        "\(printable(row[0])): \(row[1]) unused, could add \(row[2]); lacks \(printable(row[3]))"
      // The lines after the first stand under its text.
      lines += words.wrapped(behind: "  ", width: style.width)
    }
    return lines
  }

  /// The reason first, then what takes its place or gives way.
  private func standing(_ style: TerminalStyle) -> [String] {
    let reason = FacilityReasonWords(found, model)
    var lines = printable("\(reason.standing): \(reason.sentence).")
      .wrapped(behind: "", width: style.width)
    let head = reason.standing
    let painted: String
    switch found.standing {
    case .needed: painted = style.green(head)
    case .optional: painted = style.yellow(head)
    case .out, .impossible: painted = style.red(head)
    }
    lines[0] = painted + lines[0].dropFirst(head.count)
    if let swaps = reason.swaps {
      lines += printable(swaps).wrapped(behind: "", width: style.width)
    }
    return lines
  }

  private func breakEvens(_ style: TerminalStyle) -> [String] {
    guard !found.breakEvens.isEmpty else { return [] }
    let isIn = found.standing == .needed
    let known = found.breakEvens.filter { $0.value != nil }
    var lines: [String] = []
    if !known.isEmpty {
      lines += [
        "",
        style.bold(isIn ? "What would take it out" : "What would make it needed")
          + ", each on its own, found by solving the model again",
      ]
      var grid = TextGrid([.left, .right, .left])
      for value in known { grid.add(row(value, isIn: isIn)) }
      lines += grid.lines(width: style.width)
    }
    let others = found.breakEvens.filter { $0.value == nil }.map(tried)
    if !others.isEmpty {
      lines += ["Tried, and not enough on its own: " + others.joined(separator: ", ") + "."]
        .flatMap { printable($0).wrapped(behind: "", width: style.width) }
    }
    return lines
  }

  /// How far a value was tried that changes nothing.
  private func tried(_ value: FacilityCase.BreakEven) -> String {
    let far = said(value.searched, value.quantity)
    switch value.quantity {
    case .capex: return "\(far) of its capex"
    case .premium: return "\(far) on the price of its product"
    case .permit: return "a permit of \(far)"
    case .privateShare: return "private money for \(far)"
    case .fundShare: return "programmes that pay \(far)"
    }
  }

  private func facts(_ width: Int) -> [String] {
    var lines: [String] = []
    if let slope = found.reducedCost, slope > 0 {
      lines.append(
        "Building it all the same changes \(words.name) by \(words.change(slope * 100)) \(words.unit) "
          + "for each 100 t/yr (its reduced cost).")
    }
    if let year = found.firstYear { lines.append("Its awards could work from \(year) on.") }
    if !found.funds.isEmpty {
      let names = found.funds.map { printable(model.funds[$0].name) }
      lines += ("Money may come from " + names.joined(separator: ", ") + ".")
        .wrapped(behind: "", width: width)
    }
    return lines
  }

  private func row(_ value: FacilityCase.BreakEven, isIn: Bool) -> [String] {
    func said(_ x: Double) -> String { self.said(x, value.quantity) }
    let name: String
    switch value.quantity {
    case .capex: name = "capex, of what it is"
    case .premium: name = "price of its own product, against the market"
    case .permit: name = "permit (now \(said(value.present)))"
    case .privateShare: name = "share of private money allowed (now \(said(value.present)))"
    case .fundShare: name = "largest share its programmes pay (now \(said(value.present)))"
    }
    guard let found = value.value else {
      return [name, "—", "not even \(said(value.searched))"]
    }
    // The first step away from what it is does.
    if abs(found - value.present) <= 1e-5 * max(abs(value.present), 1e-3) {
      return [name, said(found), isIn ? "anything worse" : "anything better"]
    }
    return [name, said(found), isIn ? "or worse" : "or better"]
  }

  private func said(_ x: Double, _ quantity: FacilityCase.BreakEven.Quantity) -> String {
    switch quantity {
    case .capex, .privateShare, .fundShare: return Figure.percent(x, decimals: 1)
    case .premium:
      return (x < 0 ? "−" : "+") + Figure.number(abs(x) / 1000, decimals: 2)
        + " \(model.currency)/kg"
    case .permit:
      return Figure.number(x, decimals: x == x.rounded() ? 0 : 2) + (x == 1 ? " year" : " years")
    }
  }

  // MARK: JSON

  public var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return .object([
      ("schema_version", .integer(1)),
      ("model", .string(model.name)),
      ("scenarios", .array(scenarios.map { .string($0) })),
      ("budget_scale", .number(model.budgetScale)),
      ("status", .string("optimal")),
      ("facility", .string(facility.id)),
      ("standing", .string(found.standing.rawValue)),
      ("reason", .string(FacilityReasonWords(found, model).sentence)),
      ("reason_kind", found.reason.map { .string(FacilityReasonWords.kind($0)) } ?? .null),
      (
        "swaps",
        .array(
          found.swaps.map { swap in
            .object([
              ("facility", .string(model.facilities[swap.facility].id)),
              ("before", .number(swap.before)), ("after", .number(swap.after)),
            ])
          })
      ),
      ("objective", .string(found.objective.name)),
      ("value", .number(found.objective.shown(found.value))),
      ("value_without", number(found.objective.shown(found.valueWithout))),
      ("is_relaxed", .bool(found.isRelaxed)),
      ("is_complete", .bool(!found.isInterrupted)),
      ("least", .number(found.least)),
      ("most", .number(found.most)),
      ("reduced_cost", number(found.objective.shown(found.reducedCost))),
      ("first_year", found.firstYear.map { .integer($0) } ?? .null),
      ("funds", .array(found.funds.map { .string(model.funds[$0].id) })),
      ("account", found.account.map { FacilityAccountText($0, model).json } ?? .null),
      (
        "break_even",
        .array(
          found.breakEvens.map { value in
            .object([
              ("quantity", .string(value.quantity.rawValue)), ("present", .number(value.present)),
              ("value", number(value.value)), ("searched_to", .number(value.searched)),
            ])
          })
      ),
    ])
  }
}
