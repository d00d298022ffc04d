import Allocation
import Analysis
import SupplyChain

/// A comparison on the terminal: one line a case, marked against the first, then stages and projects.
public struct ComparisonTranscript: Sendable {
  private let comparison: Comparison
  private let seconds: Double
  private let style: TerminalStyle

  public init(_ comparison: Comparison, seconds: Double, style: TerminalStyle) {
    self.comparison = comparison
    self.seconds = seconds
    self.style = style
  }

  private var base: Comparison.Entry? { comparison.cases.first }

  public var text: String {
    guard let base else { return "" }
    let count = comparison.cases.count
    var lines = [
      style.bold(printable(base.model.name)) + " · \(count) case\(count == 1 ? "" : "s")", "",
    ]
    lines += overview(base) + troubles + stages(base) + noRegret(base) + differences(base)
    lines += ["", closing]
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: One line a case

  private func overview(_ base: Comparison.Entry) -> [String] {
    let horizon = base.model.horizon
    let names = comparison.cases.map { printable($0.name).count }.max() ?? 4
    // What the other columns take, and then as many years as fit.
    let hasBaselines = comparison.cases.contains { $0.baseline != nil }
    let hasUnserved = comparison.cases.contains { ComparisonTranscript.unserved($0) > 5e-4 }
    let scale = MoneyScale(
      largest: comparison.cases.compactMap(\.spent).max() ?? 0, base.model.currency)
    let taken = (hasBaselines ? 68 : 46) + (hasUnserved ? 13 : 0)
    let room = max(1, (style.width - min(names, 40) - taken) / 8)
    let years = shownYears(horizon, room)
    var grid = TextGrid(
      [.left, .right, .right] + years.map { _ in .right } + (hasUnserved ? [.right] : [])
        + [.right, .right] + (hasBaselines ? [.right] : []))
    grid.add(
      ["case", "index", "against base"] + years.map { "\($0)" }
        + (hasUnserved ? ["not served"] : []) + [scale.unit, "built"]
        + (hasBaselines ? ["without public money"] : []))
    for (index, entry) in comparison.cases.enumerated() {
      let difference = index == 0 ? nil : change(entry.dependency, base.dependency)
      grid.add(
        [entry.name, entry.dependency.map { Figure.percent($0, decimals: 2) } ?? "—"]
          + [difference ?? ""]
          + years.map { year in
            let y = year - entry.model.horizon.start
            guard let plan = entry.solution.plan, plan.dependencyByYear.indices.contains(y),
              let value = plan.dependencyByYear[y]
            else { return "—" }
            return Figure.percent(value)
          }
          + (hasUnserved
            ? [entry.solution.plan == nil ? "—" : Figure.percent(Self.unserved(entry))] : [])
          + [
            entry.spent.map { scale.cell($0) } ?? "—",
            entry.solution.plan == nil ? "—" : "\(entry.built.count)",
          ]
          + (hasBaselines ? [withoutPublicMoney(entry)] : []))
    }
    return grid.lines(width: style.width)
      + [
        style.dim(
          "  index: dependency index of all years and of single years; ▼ lower than in the first case, ▲ higher, in points"
        )
      ]
      + (hasUnserved
        ? [style.dim("  not served: largest share of a year's demand that nobody serves, weighted")]
        : [])
      + [style.dim("  money: awards, support and purchases")]
      + (hasBaselines ? [style.dim("  " + baselineNote)] : [])
  }

  /// The largest share of a year's demand that goes unserved.
  static func unserved(_ entry: Comparison.Entry) -> Double {
    entry.solution.plan?.classShareByYear.map { $0.last ?? 0 }.max() ?? 0
  }

  /// The dependency where private money alone builds.
  private func withoutPublicMoney(_ entry: Comparison.Entry) -> String {
    guard let baseline = entry.baseline else { return "—" }
    guard let dependency = baseline.dependency else { return "no plan" }
    return Figure.percent(dependency, decimals: 2) + (baseline.isRelaxed ? "*" : "")
      + (baseline.missesTargets ? "†" : "")
  }

  private var baselineNote: String {
    let isRelaxed = comparison.cases.contains { $0.baseline?.isRelaxed == true }
    return "without public money: the index where private money alone builds"
      + (isRelaxed ? "; * without the whole-number rules" : "")
      + (comparison.cases.contains { $0.baseline?.missesTargets == true }
        ? "; † it misses the targets" : "")
  }

  private func change(_ value: Double?, _ before: Double?) -> String? {
    guard let value, let before else { return nil }
    let points = (value - before) * 100
    if abs(points) < 0.005 { return "=" }
    return (points < 0 ? "▼ " : "▲ ") + Figure.number(abs(points), decimals: 2)
  }

  private func shownYears(_ horizon: Horizon, _ room: Int) -> [Int] {
    let all = Array(horizon.start...horizon.end)
    if all.count <= room { return all }
    if room == 1 { return [horizon.end] }
    // Evenly spaced, the last always among them.
    return (0..<room).map { index in
      horizon.end - (all.count - 1) * (room - 1 - index) / (room - 1)
    }
  }

  /// Cases without a plan, or with one that is not verified or not finished.
  private var troubles: [String] {
    comparison.cases.compactMap { entry in
      let reason = printable(entry.solution.reason ?? "no reason is known")
      let name = printable(entry.name)
      if !entry.misses.isEmpty {
        return style.yellow("  \(name) cannot meet its targets")
          + ": the plan that misses them least misses "
          + MissWords(entry.misses, entry.model).short
      }
      switch entry.solution.status {
      case .optimal: return nil
      case .infeasible: return style.red("  \(name) has no plan") + ": \(reason)"
      case .unbounded: return style.red("  \(name) is unbounded") + ": \(reason)"
      case .failed: return style.red("  \(name) is not verified") + ": \(reason)"
      case .feasible, .interrupted: return style.yellow("  \(name) was stopped") + ": \(reason)"
      }
    }
  }

  // MARK: Stages

  private func stages(_ base: Comparison.Entry) -> [String] {
    let planned = comparison.cases.filter { $0.solution.plan != nil }
    guard let first = planned.first else { return [] }
    let stages = first.stages.map(\.stage)
    let names = planned.map { printable($0.name).count }.max() ?? 4
    let widest = max(13, min(16, stages.map { printable($0).count }.max() ?? 9))
    let room = max(1, (style.width - min(names, 40) - 4) / (widest + 2))
    var lines = [
      "",
      style.bold("Stages in \(base.model.horizon.end)")
        + ", %: made at home, and from home-mined material too · share of the money",
    ]
    for start in stride(from: 0, to: stages.count, by: room) {
      let part = Array(stages[start..<min(start + room, stages.count)])
      var grid = TextGrid([.left] + part.map { _ in .right })
      grid.add(["case"] + part)
      for entry in planned {
        grid.add(
          [entry.name]
            + part.map { stage in
              guard let share = entry.stages.first(where: { $0.stage == stage }) else { return "—" }
              let made = share.madeAtHome.map { Figure.number($0 * 100) } ?? "—"
              let home = share.homeMade.map { Figure.number($0 * 100) } ?? "—"
              let money = share.moneyShare.map { Figure.number($0 * 100) } ?? "—"
              return "\(made), \(home) · \(money)"
            })
      }
      lines += grid.lines(width: style.width)
    }
    return lines
  }

  // MARK: Projects

  private func noRegret(_ base: Comparison.Entry) -> [String] {
    let planned = comparison.cases.filter { $0.solution.plan != nil }.count
    guard planned > 1 else { return [] }
    guard !comparison.common.isEmpty else {
      return ["", style.bold("No facility is built in every case") + "; so none is no regret."]
    }
    let sure = comparison.noRegret
    var grid = TextGrid(sure == nil ? [.left, .left, .right] : [.left, .left, .right, .right])
    grid.add(["stage", "facility", "t/yr"] + (sure == nil ? [] : ["at least"]))
    for row in comparison.common {
      let (low, high) = (Figure.number(row.smallest), Figure.number(row.largest))
      let least = sure?.first { $0.facility == row.facility }?.least
      grid.add(
        [row.stage, name(row.facility), low == high ? low : "\(low) to \(high)"]
          + (sure == nil ? [] : [least.map { Figure.number($0) } ?? "—"]))
    }
    let count = comparison.common.count
    var lines = [
      "",
      style.bold("Built in the plan of every case")
        + ": \(count) \(count == 1 ? "facility" : "facilities")"
        + (sure.map { ", of which \($0.count) no regret" } ?? ""),
    ]
    lines += grid.lines(width: style.width)
    if sure == nil {
      lines.append(
        style.dim(
          "  --no-regret looks which of them every plan nearly as good builds, too"))
    } else {
      lines.append(
        style.dim(
          "  at least: in every plan within \(Figure.number(NoRegret.within * 100)) % of the best, in every case (no regret); —: some such plan leaves it out"
        ))
    }
    return lines
  }

  private func name(_ id: String) -> String {
    for entry in comparison.cases {
      if let facility = entry.model.facilities.first(where: { $0.id == id }) {
        return facility.name
      }
    }
    return id
  }

  /// What each case builds alone, leaves out, and builds in another year than the first case.
  private func differences(_ base: Comparison.Entry) -> [String] {
    guard base.solution.plan != nil else { return [] }
    let built = Set(base.built.map(\.facility))
    var lines: [String] = []
    for (index, entry) in comparison.cases.enumerated() where entry.solution.plan != nil {
      var parts: [String] = []
      if !entry.builtOnlyHere.isEmpty {
        parts += wrapped("+ built only here: ", entry.builtOnlyHere.map(name))
      }
      if index > 0 {
        let here = Set(entry.built.map(\.facility))
        let added = entry.built.map(\.facility)
          .filter { !built.contains($0) && !entry.builtOnlyHere.contains($0) }
        let dropped = base.built.map(\.facility)
          .filter { built.contains($0) && !here.contains($0) }
        if !added.isEmpty { parts += wrapped("+ built, unlike in base: ", added.map(name)) }
        if !dropped.isEmpty { parts += wrapped("− not built, unlike in base: ", dropped.map(name)) }
        if !entry.moves.isEmpty {
          parts += wrapped(
            "→ moved: ", entry.moves.map { "\(name($0.facility)) \($0.before)→\($0.after)" })
        }
      }
      if !parts.isEmpty { lines += ["", style.bold(printable(entry.name))] + parts }
    }
    return lines
  }

  /// The first of a list's items; --json and --out give all.
  private func wrapped(_ head: String, _ all: [String]) -> [String] {
    let most = 6
    let items = all.count > most + 1 ? all.prefix(most) + ["and \(all.count - most) more"] : all
    var lines: [String] = []
    var line = "  " + head
    for (index, item) in items.enumerated() {
      let word = printable(item) + (index == items.count - 1 ? "" : "; ")
      if line.count + word.count > style.width, line.count > 6 {
        lines.append(line.trimmedEnd)
        line = "      "
      }
      line += word
    }
    return lines + [line.trimmedEnd]
  }

  private var closing: String {
    let checks = comparison.cases.compactMap(\.solution.verification)
    let verified = checks.filter(\.isVerified).count
    let worst = checks.map { abs($0.relativeGap) }.max() ?? 0
    let all = comparison.cases.count
    let failed = comparison.cases.count { $0.solution.status == .failed }
    let verdict =
      failed > 0
      ? style.red("NOT verified") + ": \(failed) of \(all) cases"
      : verified == all
        ? style.green("Verified") + ": all \(all) cases"
        : style.yellow("Verified") + ": the \(verified) of \(all) cases that have a plan"
    return "\(verdict), largest gap \(Figure.gap(worst)). Time: \(Figure.seconds(seconds))."
  }
}
