import Allocation
import Analysis
import SupplyChain

/// Projects side by side: the reason of each, then their figures in one table.
public struct FacilityPairReport: Sendable {
  private let found: [FacilityCase]
  private let model: Model
  private let scenarios: [String]
  private let words: ValueWords

  public init(_ found: [FacilityCase], _ model: Model, scenarios: [String]) {
    self.found = found
    self.model = model
    self.scenarios = scenarios
    words = ValueWords(
      objective: found.first?.objective ?? .dependency, currency: model.currency)
  }

  private func facility(_ one: FacilityCase) -> Facility { model.facilities[one.facility] }

  public func text(style: TerminalStyle) -> String {
    let names = found.map { printable(facility($0).name) }
    var lines = [ValueWords.title(names.joined(separator: " and ") + " ·", model, scenarios, style)]
    for one in found {
      let reason = FacilityReasonWords(one, model)
      lines += ["", style.bold(printable(facility(one).name))]
      lines += printable("\(reason.standing): \(reason.sentence).")
        .wrapped(behind: "", width: style.width)
      if let swaps = reason.swaps {
        lines += printable(swaps).wrapped(behind: "", width: style.width)
      }
    }
    var grid = TextGrid([.left] + found.map { _ in .right })
    grid.add([""] + found.map { facility($0).name.shortened(to: max(12, (style.width - 44) / 2)) })
    for row in rows { grid.add([row.name] + row.cells) }
    lines += ["", style.bold("Side by side")] + grid.lines(width: style.width)
    if found.contains(where: \.isRelaxed) {
      lines.append("Without the whole-number rules.")
    }
    if found.contains(where: \.isInterrupted) {
      lines += ["", style.yellow("Interrupted") + ": not all is here."]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private struct Row {
    var name: String
    var cells: [String]
  }

  private var rows: [Row] {
    func row(_ name: String, _ value: (FacilityCase) -> String?) -> Row? {
      let cells = found.map(value)
      return cells.contains { $0 != nil } ? Row(name: name, cells: cells.map { $0 ?? "—" }) : nil
    }
    func breakEven(
      _ name: String, _ quantity: FacilityCase.BreakEven.Quantity,
      _ words: @escaping (Double) -> String
    )
      -> Row?
    {
      row(name) { one in
        one.breakEvens.first { $0.quantity == quantity }.map { $0.value.map(words) ?? "no" }
      }
    }
    let all: [Row?] = [
      row("stage, country") { "\(facility($0).stage), \(facility($0).country)" },
      row("makes") { facility($0).recipe.main.map { model.commodities[$0].name } },
      row("awarded in the best plans, t/yr") { one in
        one.most - one.least > 1e-3 * max(one.most, 1)
          ? "\(Figure.number(one.least)) to \(Figure.number(one.most))" : Figure.number(one.most)
      },
      row("largest expansion, t/yr") { facility($0).expansion.map { Figure.number($0.max) } },
      row("there already, t/yr") {
        Figure.number(facility($0).existing.level(model.horizon.start))
      },
      row("capex of a t/yr") { one in
        facility(one).expansion?.options.first.map {
          Money.words($0.capex.level(model.horizon.start) / 1e6, model.currency)
        }
      },
      row("could first work in") { $0.firstYear.map { "\($0)" } },
      row("best \(words.name) without it") { one in
        one.valueWithout.map { words.value($0) }
      },
      row("public money in the plan") { one in
        one.account.map { account in
          Money.words(
            account.years.reduce(0) { $0 + $1.awards.reduce(0) { $0 + $1.amount } + $1.supported },
            model.currency)
        }
      },
      row("private money in the plan") { one in
        one.account.map { account in
          Money.words(account.years.reduce(0) { $0 + $1.privateMoney }, model.currency)
        }
      },
      row("made in \(model.horizon.end), t") { one in
        one.account?.years.last.map { Figure.number($0.existing + $0.new) }
      },
      breakEven("changes sides at this share of capex", .capex) {
        Figure.percent($0, decimals: 0)
      },
      breakEven("… at this on its product's price", .premium) {
        ($0 < 0 ? "−" : "+") + Figure.number(abs($0) / 1000, decimals: 2) + " \(model.currency)/kg"
      },
      breakEven("… at this permit, years", .permit) {
        Figure.number($0, decimals: $0 == $0.rounded() ? 0 : 2)
      },
    ]
    return all.compactMap(\.self)
  }

  public var json: JSONValue {
    .object([
      ("schema_version", .integer(1)),
      ("model", .string(model.name)),
      ("scenarios", .array(scenarios.map { .string($0) })),
      ("budget_scale", .number(model.budgetScale)),
      (
        "facilities",
        .array(found.map { FacilityCaseReport($0, model, scenarios: scenarios).json })
      ),
    ])
  }
}
