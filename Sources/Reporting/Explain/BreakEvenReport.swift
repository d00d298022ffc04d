import Analysis
import Foundation
import SupplyChain

/// Price floors by case, plant and year, for people and for programs.
public struct BreakEvenReport: Sendable {
  private let floors: BreakEvenPrices
  private let model: Model
  private let byYear: Bool
  private let words: ValueWords

  /// - Parameters:
  ///   - model: the model without scenarios, for names.
  ///   - byYear: whether the terminal shows every year of a plant and not only its worst.
  public init(_ floors: BreakEvenPrices, _ model: Model, byYear: Bool = false) {
    self.byYear = byYear
    self.floors = floors
    self.model = model
    words = ValueWords(objective: floors.objective, currency: model.currency)
  }

  // MARK: Terminal

  public func text(style: TerminalStyle) -> String {
    var lines = [ValueWords.title("Price floors ·", model, [], style), ""] + overview(style)
    if floors.isRelaxed { lines.append("Fractions of modules are allowed in all of these plans.") }
    if showsPlants {
      for outlook in floors.outlooks where outlook.value != nil { lines += plants(outlook, style) }
    } else {
      lines += ["", "--case or --scenario shows the plants of a case, --by-year of all."]
    }
    if floors.isInterrupted { lines += ["", style.yellow("Interrupted") + ": not all is here."] }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A table a case is easily misread where there are many.
  private var showsPlants: Bool { byYear || floors.outlooks.count <= 3 }

  private func overview(_ style: TerminalStyle) -> [String] {
    var grid = TextGrid([.left, .right, .right, .right, .right, .right, .right])
    let scale = MoneyScale(
      largest: floors.outlooks.map { max($0.support, $0.guarantee) }.max() ?? 0, model.currency)
    grid.add(
      [
        words.name, "no support", "support", scale.unit, "guarantee", scale.unit,
        "difference",
      ])
    for outlook in floors.outlooks {
      func value(_ value: Double?) -> String { value.map { words.value($0) } ?? "—" }
      var saved = "—"
      if let guaranteed = outlook.valueWithGuarantee, let present = outlook.value {
        let change = guaranteed - present
        saved = abs(change) < 1e-8 * max(abs(present), 1e-3) ? "0" : words.change(change)
      }
      let mark = outlook.misses.isEmpty ? "" : "†"
      grid.add([
        outlook.name,
        value(outlook.valueWithoutSupport) + (outlook.missesWithoutSupport.isEmpty ? "" : "†"),
        value(outlook.value) + mark,
        scale.cell(outlook.support),
        value(outlook.valueWithGuarantee) + (outlook.valueWithGuarantee == nil ? "" : mark),
        scale.cell(outlook.guarantee), saved,
      ])
    }
    var lines = grid.lines(width: style.width)
    lines += [
      "no support: no programme may support prices (—: there is no plan then). support: as the model's",
      "programmes may, and what that costs. guarantee: every plant is paid up to its floor, the price at which it",
      "just does not lose money, and the least that costs. difference: \(words.unit), guarantee against support.",
      "A guarantee is paid beside the programmes, whose money is spent in full all the same: what it costs and what",
      "support costs are no saving against each other.",
    ]
    let missing = floors.outlooks.filter { !$0.misses.isEmpty || !$0.missesWithoutSupport.isEmpty }
    if !missing.isEmpty {
      lines.append("†: no plan meets the model's targets; this one misses them least.")
    }
    for outlook in floors.outlooks {
      if let reason = outlook.reason {
        lines.append(printable("\(outlook.name): no plan: \(reason)"))
      }
      if !outlook.misses.isEmpty {
        let misses = MissWords(outlook.misses, model).short
        lines.append(
          printable("\(outlook.name) cannot meet its targets: the plan misses \(misses)"))
      }
    }
    return lines
  }

  /// By plant its worst year, or every year in which it needs or gets something.
  private func plants(_ outlook: BreakEvenPrices.Outlook, _ style: TerminalStyle) -> [String] {
    let plants = model.facilities.indices.map { p in
      outlook.plants.filter {
        $0.facility == p && ($0.margin < 0 || $0.support >= 0.05 || $0.guarantee >= 0.05)
      }
    }.filter { !$0.isEmpty }
    let name = style.bold(printable(outlook.name))
    if plants.isEmpty {
      return ["", name + ": every plant that runs earns its costs at market prices."]
    }
    var grid = TextGrid([.left, .left, .right, .right, .right, .right, .right, .right])
    grid.add(["plant", "year", "market", "floor", "margin", "output", "support", "guarantee"])
    for rows in plants {
      if byYear {
        for row in rows { grid.add(cells(row, [row], style)) }
      } else if let worst = rows.min(by: { $0.margin < $1.margin }) {
        grid.add(cells(worst, rows, style))
      }
    }
    let servesMore = plants.joined().contains { $0.margin >= 0 && $0.support >= 0.05 }
    let what =
      byYear
      ? "plants below their floor or supported, by year"
      : "plants below their floor or supported; prices of the worst year, sums of all such years"
    return ["", name + ": " + what]
      + [style.dim("  prices in \(model.currency)/kg, output in t, M\(model.currency)")]
      + grid.lines(width: style.width)
      + (servesMore
        ? ["  Support at a margin above 0 serves debt or earns private money its hurdle rate."]
        : [])
  }

  private func cells(
    _ shown: BreakEvenPrices.PlantYear, _ rows: [BreakEvenPrices.PlantYear], _ style: TerminalStyle
  ) -> [String] {
    [
      model.facilities[shown.facility].name.shortened(to: max(16, style.width - 64)),
      "\(shown.year)",
    ]
      + [shown.marketPrice, shown.floor, shown.margin].map {
        Figure.number($0 / 1000, decimals: 2).replacingOccurrences(of: "-", with: "−")
      }
      + [
        Figure.number(rows.reduce(0) { $0 + $1.output }),
        Figure.number(rows.reduce(0) { $0 + $1.support }, decimals: 1),
        Figure.number(rows.reduce(0) { $0 + $1.guarantee }, decimals: 1),
      ]
  }

  // MARK: JSON

  public var json: JSONValue {
    .object([
      ("schema_version", .integer(1)),
      ("model", .string(model.name)),
      ("budget_scale", .number(model.budgetScale)),
      ("objective", .string(floors.objective.name)),
      ("is_relaxed", .bool(floors.isRelaxed)),
      ("is_complete", .bool(!floors.isInterrupted)),
      ("currency", .string(model.currency)),
      ("cases", .array(floors.outlooks.map(json))),
    ])
  }

  private func json(_ outlook: BreakEvenPrices.Outlook) -> JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return .object([
      ("case", .string(outlook.name)),
      ("reason", outlook.reason.map { .string($0) } ?? .null),
      ("value", number(floors.objective.shown(outlook.value))),
      ("value_without_support", number(floors.objective.shown(outlook.valueWithoutSupport))),
      ("value_with_guarantee", number(floors.objective.shown(outlook.valueWithGuarantee))),
      ("missed_targets", MissWords(outlook.misses, model).json),
      ("missed_targets_without_support", MissWords(outlook.missesWithoutSupport, model).json),
      ("support", .number(outlook.support)),
      ("guarantee", .number(outlook.guarantee)),
      (
        "plants",
        .array(
          outlook.plants.map { row in
            .object([
              ("facility", .string(model.facilities[row.facility].id)),
              ("year", .integer(row.year)), ("market_price", .number(row.marketPrice)),
              ("floor", .number(row.floor)), ("margin", .number(row.margin)),
              ("output", .number(row.output)), ("support", .number(row.support)),
              ("supported_price", number(row.supportedPrice)),
              ("guaranteed_output", .number(row.guaranteedOutput)),
              ("guarantee", .number(row.guarantee)),
            ])
          })
      ),
    ])
  }
}
