import Allocation
import Analysis
import SupplyChain

/// What `solve --foresight` prints: the plan made with limited foresight beside that with perfect foresight.
public struct RollingTranscript: Sendable {
  private let plan: RollingPlan
  private let model: Model
  private let scenarios: [String]
  private let timing: Timing
  private let style: TerminalStyle

  public init(
    _ plan: RollingPlan, _ model: Model, scenarios: [String], timing: Timing, style: TerminalStyle
  ) {
    self.plan = plan
    self.model = model
    self.scenarios = scenarios
    self.timing = timing
    self.style = style
  }

  public var text: String {
    var lines = [title, ""]
    if plan.rolling.status != .optimal {
      lines += [style.red("No plan") + ": \(printable(plan.rolling.reason ?? "unknown")).", ""]
    }
    lines += objectives + violations + years + builds + checks
    lines.append(
      "Time: \(plan.windows.count) plans and perfect foresight \(Figure.seconds(timing.total)).")
    return lines.joined(separator: "\n") + "\n"
  }

  private func yearWords(_ count: Int) -> String { count == 1 ? "1 year" : "\(count) years" }

  private var title: String {
    var words = style.bold(printable(model.name))
    if !scenarios.isEmpty {
      words += " · scenario " + scenarios.map(printable).joined(separator: " + ")
    }
    return words + " · foresight of \(yearWords(plan.settings.foresight)), a new plan every "
      + yearWords(plan.settings.step)
  }

  private var objectives: [String] {
    guard !plan.rolling.objectives.isEmpty, !plan.full.objectives.isEmpty else { return [] }
    var grid = TextGrid([.left, .right, .right, .right])
    grid.add(["", "limited foresight", "perfect foresight", "difference"])
    for (entry, cost) in zip(zip(plan.rolling.objectives, plan.full.objectives), plan.cost) {
      let decimals = cost.objective.isShare ? 6 : 3
      grid.add([
        cost.objective.name,
        Figure.number(cost.objective.shown(entry.0.value), decimals: decimals),
        Figure.number(cost.objective.shown(entry.1.value), decimals: decimals),
        cost.objective.isShare
          ? Figure.number(cost.value * 100, decimals: 2) + " points"
          : Figure.number(cost.value, decimals: 3),
      ])
    }
    return [style.bold("Cost of limited foresight")] + grid.lines(width: style.width) + [""]
  }

  /// What earlier awards owe and cannot earn, by facility: the most first.
  private var violations: [String] {
    let debt = plan.violations.filter { $0.kind == .debt }
    let hurdle = plan.violations.filter { $0.kind == .hurdle }
    if debt.isEmpty && hurdle.isEmpty { return [] }
    var lines: [String] = []
    for (entries, words) in [
      (debt, "Debt that the businesses cannot serve, and others have to"),
      (hurdle, "What private money lacks of its hurdle rate, as a present value"),
    ] where !entries.isEmpty {
      let sum = entries.reduce(0) { $0 + $1.amount }
      lines.append(
        style.bold(words)
          + ": \(Figure.number(sum, decimals: 1)) million \(printable(model.currency))")
      var grid = TextGrid([.left, .right, .left])
      let groups = Dictionary(grouping: entries, by: \.facility).map { facility, own in
        (facility: facility, sum: own.reduce(0) { $0 + $1.amount }, years: own.compactMap(\.year))
      }
      .sorted { ($1.sum, $0.facility) < ($0.sum, $1.facility) }
      for group in groups.prefix(8) {
        grid.add([
          printable(model.facilities[group.facility].name),
          Figure.number(group.sum, decimals: 1), yearWords(of: group.years),
        ])
      }
      lines += grid.lines(width: style.width)
      if groups.count > 8 { lines.append("  and \(groups.count - 8) more") }
    }
    return lines + [""]
  }

  private func yearWords(of years: [Int]) -> String {
    guard let first = years.min(), let last = years.max() else { return "" }
    return first == last ? "\(first)" : "\(first) to \(last)"
  }

  private var years: [String] {
    guard let short = plan.rolling.plan?.dependencyByYear,
      let full = plan.full.plan?.dependencyByYear
    else { return [] }
    func cell(_ value: Double?) -> String {
      value.map { Figure.number($0 * 100, decimals: 1) } ?? "—"
    }
    let room = max(2, (style.width - 21) / 7)
    let stride = max(1, (short.count + room - 1) / room)
    let shown = Swift.stride(from: 0, to: min(short.count, full.count), by: stride).map { $0 }
    var grid = TextGrid([.left] + shown.map { _ in .right })
    grid.add(["dependency, %"] + shown.map { "\(model.horizon.start + $0)" })
    grid.add(["limited foresight"] + shown.map { cell(short[$0]) })
    grid.add(["perfect foresight"] + shown.map { cell(full[$0]) })
    return grid.lines(width: style.width) + [""]
  }

  private var builds: [String] {
    guard let short = plan.rolling.plan, let full = plan.full.plan else { return [] }
    struct Row {
      var facility: Int
      var short: (capacity: Double, year: Int?)
      var full: (capacity: Double, year: Int?)
    }
    func total(_ own: Plan, _ p: Int) -> (capacity: Double, year: Int?) {
      let builds = own.builds.filter { $0.facility == p && $0.capacity >= 0.5 }
      return (
        builds.reduce(0) { $0 + $1.capacity },
        builds.map { model.horizon.year(ofStep: $0.step) }.min()
      )
    }
    let rows = model.facilities.indices.map {
      Row(facility: $0, short: total(short, $0), full: total(full, $0))
    }
    .filter {
      abs($0.short.capacity - $0.full.capacity) > 0.01 * max($0.short.capacity, $0.full.capacity)
        || $0.short.year != $0.full.year
    }
    .sorted {
      let (a, b) = (
        abs($0.short.capacity - $0.full.capacity), abs($1.short.capacity - $1.full.capacity)
      )
      return (b, $0.facility) < (a, $1.facility)
    }
    guard !rows.isEmpty else { return ["Both build the same.", ""] }
    var grid = TextGrid([.left, .left, .right, .right, .right, .right])
    grid.add(["stage", "t/yr awarded (first in)", "limited foresight", "", "perfect foresight", ""])
    for row in rows.prefix(12) {
      func year(_ year: Int?) -> String { year.map { "\($0)" } ?? "never" }
      grid.add([
        model.facilities[row.facility].stage, model.facilities[row.facility].name,
        Figure.number(row.short.capacity), year(row.short.year), Figure.number(row.full.capacity),
        year(row.full.year),
      ])
    }
    var lines = [style.bold("Where they build differently")] + grid.lines(width: style.width)
    if rows.count > 12 { lines.append("  and \(rows.count - 12) smaller differences") }
    return lines + [""]
  }

  private var checks: [String] {
    [("Limited foresight", plan.rolling), ("Perfect foresight", plan.full)].compactMap {
      name, solution in
      guard let check = solution.verification else { return nil }
      let verdict = check.isVerified ? style.green("verified") : style.red("NOT verified")
      return "\(name) \(verdict) by recomputation: gap \(Figure.tiny(check.relativeGap)), "
        + "largest rule violation \(Figure.tiny(check.primalInfeasibility)) of its size."
    }
  }
}
