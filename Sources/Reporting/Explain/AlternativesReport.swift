import Allocation
import Analysis
import SupplyChain

/// Near-optimal plans, for people and for programs.
public struct AlternativesReport: Sendable {
  private let found: Alternatives
  private let model: Model
  private let scenarios: [String]
  private let words: ValueWords

  public init(_ found: Alternatives, _ model: Model, scenarios: [String]) {
    self.found = found
    self.model = model
    self.scenarios = scenarios
    words = ValueWords(objective: found.objective, currency: model.currency)
  }

  // MARK: Terminal

  public func text(style: TerminalStyle) -> String {
    var lines = [
      ValueWords.title("What could be done instead ·", model, scenarios, style), "",
      "Best \(words.name): \(words.value(found.best)). Plans within "
        + "\(ValueWords.significant(found.within * 100)) % of it: up to \(words.value(found.allowed)).",
    ]
    if found.isRelaxed {
      lines.append("Whole-number rules (modules, smallest awards, exclusive groups) are dropped.")
    } else if found.isMixed {
      lines += [
        "The best is that of whole modules. Plans here may have fractions of modules, so the plan called",
        "best can be a little better; the ranges hold for whole-number plans too.",
      ]
    }
    lines += money(style) + facilities(style) + proposals(style)
    if found.isInterrupted { lines += ["", style.yellow("Interrupted") + ": not all is here."] }
    return lines.joined(separator: "\n") + "\n"
  }

  private func name(_ measure: Alternatives.Measure) -> String {
    switch measure {
    case .build(let p): model.facilities[p].name
    case .stage(let stage): stage
    case .fund(let f): model.funds[f].name
    }
  }

  private func money(_ style: TerminalStyle) -> [String] {
    let stages = found.ranges.filter { if case .stage = $0.measure { true } else { false } }
    let funds = found.ranges.filter { if case .fund = $0.measure { true } else { false } }
    var lines: [String] = []
    for (heading, rows) in [("stage", stages), ("programme", funds)] {
      let shown = rows.filter { $0.standing != .never }
      guard !shown.isEmpty else { continue }
      let scale = MoneyScale(largest: shown.map(\.most).max() ?? 0, model.currency)
      var grid = TextGrid([.left, .right, .right, .right])
      grid.add([heading, "least", "best plan", "most"])
      for range in shown {
        grid.add(
          [name(range.measure)]
            + [range.least, range.best, range.most].map(scale.cell))
      }
      lines += ["", style.bold("Money by \(heading), \(scale.unit)")]
      lines += grid.lines(width: style.width)
    }
    return lines
  }

  private func facilities(_ style: TerminalStyle) -> [String] {
    let builds = found.ranges.filter { if case .build = $0.measure { true } else { false } }
    var lines: [String] = []
    func table(_ heading: String, _ standing: Alternatives.Standing) {
      let rows = builds.filter { $0.standing == standing }
      guard !rows.isEmpty else { return }
      let isWhole = found.hasRanges
      var grid = TextGrid([.left, .left, .right, .right] + (isWhole ? [.right] : []))
      grid.add(["facility", "stage", "least", "best plan"] + (isWhole ? ["most"] : []))
      for range in rows {
        guard case .build(let p) = range.measure else { continue }
        grid.add(
          [name(range.measure), model.facilities[p].stage]
            + ([range.least, range.best] + (isWhole ? [range.most] : [])).map {
              Figure.number($0)
            })
      }
      lines += ["", style.bold(heading) + ", t/yr awarded"] + grid.lines(width: style.width)
    }
    table("No regret: built in every such plan", .noRegret)
    table(
      found.hasRanges
        ? "Open: built in some of them" : "Built in the best plan, and left out by another as good",
      .open)
    if !found.hasRanges {
      lines += [
        "",
        "--ranges looks for what else such plans build, and how much of each: minutes in a model of this size.",
      ]
    }
    let never = builds.filter { $0.standing == .never }.map { name($0.measure) }
    if !never.isEmpty {
      lines += ["", style.bold("Never built in any of them")]
      lines += never.map { "  " + printable($0) }
    }
    return lines
  }

  private func proposals(_ style: TerminalStyle) -> [String] {
    guard found.proposals.count > 1 else { return [] }
    func objective(_ objective: Objective) -> ValueWords {
      ValueWords(objective: objective, currency: model.currency)
    }
    let names = found.proposals[0].objectives.map { objective($0.objective).name }
    var grid = TextGrid([.left, .right] + names.map { _ in .right })
    grid.add(["plan", "money elsewhere"] + names)
    for (n, proposal) in found.proposals.enumerated() {
      grid.add(
        [n == 0 ? "best" : "\(n)", n == 0 ? "" : Figure.percent(proposal.distance, decimals: 0)]
          + proposal.objectives.map { objective($0.objective).value($0.value) })
    }
    var lines = [
      "",
      style.bold("Plans as different as can be")
        + ": share of the money that goes elsewhere than in any plan above",
    ]
    lines += grid.lines(width: style.width)
    for (n, proposal) in found.proposals.enumerated().dropFirst() {
      lines += differences(n, proposal, style)
    }
    return lines
  }

  /// Where an alternative moves most money, against the best plan.
  private func differences(
    _ n: Int, _ proposal: Alternatives.Proposal, _ style: TerminalStyle
  ) -> [String] {
    let best = found.proposals[0].money
    let moves = model.facilities.indices.map { (facility: $0, by: proposal.money[$0] - best[$0]) }
      .filter { abs($0.by) >= 0.05 }
      .sorted { (abs($1.by), $0.facility) < (abs($0.by), $1.facility) }
    guard !moves.isEmpty else { return [] }
    let scale = MoneyScale(
      largest: moves.map { max(abs($0.by), proposal.money[$0.facility]) }.max() ?? 0,
      model.currency)
    var grid = TextGrid([.left, .left, .right, .right])
    for move in moves.prefix(8) {
      let facility = model.facilities[move.facility]
      grid.add([
        facility.name, facility.stage,
        scale.cell(proposal.money[move.facility]),
        (move.by < 0 ? "−" : "+") + scale.cell(abs(move.by)),
      ])
    }
    let more = moves.count > 8 ? style.dim(" (8 of \(moves.count))") : ""
    return ["", "Plan \(n): \(scale.unit), and the change against the best" + more]
      + grid.lines(width: style.width)
  }

  // MARK: JSON

  public var json: JSONValue {
    .object([
      ("schema_version", .integer(1)),
      ("model", .string(model.name)),
      ("scenarios", .array(scenarios.map { .string($0) })),
      ("budget_scale", .number(model.budgetScale)),
      ("status", .string("optimal")),
      ("objective", .string(found.objective.name)),
      ("best", .number(found.objective.shown(found.best))),
      ("within", .number(found.within)),
      ("allowed", .number(found.objective.shown(found.allowed))),
      ("is_relaxed", .bool(found.isRelaxed)),
      ("has_fractions", .bool(found.isRelaxed || found.isMixed)),
      ("is_complete", .bool(!found.isInterrupted)),
      ("has_ranges", .bool(found.hasRanges)),
      ("ranges", .array(found.ranges.map(json))),
      ("plans", .array(found.proposals.map(json))),
    ])
  }

  private func json(_ range: Alternatives.Range) -> JSONValue {
    let (measure, id): (String, String)
    switch range.measure {
    case .build(let p): (measure, id) = ("build", model.facilities[p].id)
    case .stage(let stage): (measure, id) = ("stage_money", stage)
    case .fund(let f): (measure, id) = ("fund_money", model.funds[f].id)
    }
    return .object([
      ("measure", .string(measure)), ("id", .string(id)), ("least", .number(range.least)),
      ("best", .number(range.best)), ("most", .number(range.most)),
      ("standing", .string(range.standing.rawValue)),
    ])
  }

  private func json(_ proposal: Alternatives.Proposal) -> JSONValue {
    let money = zip(model.facilities, proposal.money).filter { $1 > Plan.negligible }
    let objectives = proposal.objectives.map { $0.objective.member($0.value) }
    return .object([
      ("distance", .number(proposal.distance)),
      ("objectives", .object(objectives)),
      ("money_by_facility", .object(money.map { ($0.id, .number($1)) })),
      (
        "builds",
        .array(
          proposal.plan.builds.map { build in
            .object([
              ("facility", .string(model.facilities[build.facility].id)),
              ("option", .string(build.option.rawValue)),
              ("year", .integer(model.horizon.year(ofStep: build.step))),
              ("capacity", .number(build.capacity)),
            ])
          })
      ),
    ])
  }
}
