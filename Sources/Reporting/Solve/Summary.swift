import Allocation
import Analysis
import SupplyChain

/// The readable answer of one solve on the terminal: headline, money, what is built, what stays foreign.
public struct PlanSummary: Sendable {
  private let plan: Plan
  private let model: Model
  private let style: TerminalStyle
  private let words: HeadlineWords

  /// - Parameter misses: targets that the plan misses because they cannot all be met.
  public init(
    _ plan: Plan, _ model: Model, misses: [NearestTargets.Miss] = [], style: TerminalStyle
  ) {
    words = HeadlineWords(plan, model, misses: misses)
    self.plan = plan
    self.model = model
    self.style = style
  }

  public var lines: [String] {
    headline + awardsByYear + builds + remaining + moneyInstruments + programmes
      + MeasureSummary(plan, model).lines(style)
  }

  // MARK: Headline

  private var headline: [String] {
    var lines: [String] = []
    let horizon = model.horizon
    if let span = words.span {
      let sign = span.falls ? style.green(span.words) : style.red(span.words)
      lines.append(style.bold("Dependency index: ") + sign)
      let top = max(1, plan.dependencyByYear.compactMap(\.self).max() ?? 1)
      lines.append(
        "  \(horizon.start) \(Figure.sparkline(plan.dependencyByYear, top: top)) \(horizon.end)"
          + "   (\(words.scale))")
      lines += words.shares.map { [printable($0)] } ?? []
      lines += words.sentences.map(printable)
      lines += yearTable
    }
    return lines
      + ([words.money] + [words.tooSmall].compactMap(\.self)).flatMap {
        printable($0).wrapped(behind: "", width: style.width)
      }
  }

  /// Years whose figures are shown: all that fit, evenly spaced otherwise, always the last.
  private func shownYears(cell: Int, head: Int) -> [Int] {
    let count = model.horizon.yearCount
    let room = max(2, (style.width - head) / cell)
    if count <= room { return Array(0..<count) }
    let stride = (count + room - 1) / room
    var years = Array(Swift.stride(from: 0, to: count, by: stride))
    if years.last != count - 1 {
      if years.count >= room { years.removeLast() }
      years.append(count - 1)
    }
    return years
  }

  private var yearTable: [String] {
    let shown = shownYears(cell: 7, head: 18)
    var grid = TextGrid([.left] + shown.map { _ in .right })
    grid.add(["share of demand, %"] + shown.map { "\(model.horizon.start + $0)" })
    for (k, entry) in model.provenance.classes.enumerated() {
      grid.add([entry.name] + shown.map { percent(plan.classShareByYear[$0][k]) })
    }
    let unmet = model.provenance.classes.count
    if words.hasUnserved {
      grid.add(["not served"] + shown.map { percent(plan.classShareByYear[$0][unmet]) })
    }
    grid.add(
      ["dependency index"] + shown.map { plan.dependencyByYear[$0].map { percent($0) } ?? "—" })
    return grid.lines(width: style.width)
  }

  private func percent(_ share: Double) -> String { Figure.number(share * 100, decimals: 1) }

  // MARK: Money

  private var awardsByYear: [String] {
    let horizon = model.horizon
    var byFund = [[Double]](
      repeating: [Double](repeating: 0, count: horizon.yearCount), count: model.funds.count)
    for award in plan.awards {
      byFund[award.fund][horizon.year(ofStep: award.step) - horizon.start] += award.amount
    }
    for support in plan.supports {
      byFund[support.fund][horizon.year(ofStep: support.step) - horizon.start] += support.amount
    }
    for purchase in plan.purchases {
      byFund[purchase.fund][horizon.year(ofStep: purchase.step) - horizon.start] += purchase.amount
    }
    var privateMoney = [Double](repeating: 0, count: horizon.yearCount)
    for money in plan.privateMoney {
      privateMoney[horizon.year(ofStep: money.step) - horizon.start] += money.amount
    }
    let active = (0..<horizon.yearCount).filter { y in
      byFund.contains { $0[y] >= 0.05 } || privateMoney[y] >= 0.05
    }
    guard !active.isEmpty else { return ["", "Nothing is funded."] }
    let room = max(2, (style.width - 38) / 8)
    let shown = Array(active.prefix(room))
    var grid = TextGrid([.left] + shown.map { _ in .right } + [.right])
    let more = active.count > shown.count ? " (first \(shown.count) years)" : ""
    let totals = (byFund + [privateMoney]).map { $0.reduce(0, +) }
    let scale = MoneyScale(largest: totals.max() ?? 0, model.currency)
    grid.add(
      ["\(scale.unit)\(more)"] + shown.map { "\(horizon.start + $0)" } + ["total"])
    func row(_ name: String, _ values: [Double]) {
      let total = scale.cell(values.reduce(0, +))
      if total == "·" { return }
      grid.add([name] + shown.map { scale.cell(values[$0]) } + [total])
    }
    for (f, fund) in model.funds.enumerated() { row(fund.name, byFund[f]) }
    row("private money", privateMoney)
    return ["", style.bold("Awards by programme and year")] + grid.lines(width: style.width)
  }

  // MARK: What is built

  private struct Built {
    var facility: Int
    var option: BuildOption.Kind
    var capacity = 0.0
    var firstYear: Int
    var lastYear: Int
    var online: Int
  }

  private var builds: [String] {
    let horizon = model.horizon
    var order: [Built] = []
    for build in plan.builds where build.capacity >= 0.5 {
      let year = horizon.year(ofStep: build.step)
      if let index = order.firstIndex(where: {
        $0.facility == build.facility && $0.option == build.option
      }) {
        order[index].capacity += build.capacity
        order[index].lastYear = year
      } else {
        order.append(
          Built(
            facility: build.facility, option: build.option, capacity: build.capacity,
            firstYear: year, lastYear: year, online: horizon.year(ofStep: build.onlineStep)))
      }
    }
    guard !order.isEmpty else { return [] }
    let stages = model.stages
    order.sort {
      let left = stages.firstIndex(of: model.facilities[$0.facility].stage) ?? 0
      let right = stages.firstIndex(of: model.facilities[$1.facility].stage) ?? 0
      return (left, $0.online, $0.facility) < (right, $1.online, $1.facility)
    }
    var grid = TextGrid([.left, .left, .left, .right, .right, .right, .left])
    grid.add(["stage", "facility", "in", "t/yr", "awarded", "on line", ""])
    for built in order {
      let facility = model.facilities[built.facility]
      let awarded =
        built.firstYear == built.lastYear
        ? "\(built.firstYear)" : "\(built.firstYear)–\(built.lastYear)"
      grid.add([
        facility.stage, facility.name, facility.country, Figure.number(built.capacity), awarded,
        "\(built.online)", built.option == .fastTrack ? "fast track" : "",
      ])
    }
    return ["", style.bold("What is built")] + grid.lines(width: style.width)
      + plan.ties(model)
  }

  // MARK: What remains foreign

  private var remaining: [String] {
    let horizon = model.horizon
    let stages = plan.relianceByStage.filter { $0.year == horizon.end && $0.share != nil }
    guard !stages.isEmpty else { return [] }
    var grid = TextGrid([.left, .right, .right, .right])
    grid.add(["stage", "\(horizon.start)", "\(horizon.end)", "from abroad, t"])
    for stage in stages {
      let before = plan.relianceByStage.first { $0.id == stage.id && $0.year == horizon.start }
      grid.add([
        stage.id, before?.share.map { Figure.percent($0, decimals: 0) } ?? "—",
        stage.share.map { Figure.percent($0, decimals: 0) } ?? "—",
        Figure.number(stage.imported),
      ])
    }
    var lines = ["", style.bold("Net import reliance by stage")] + grid.lines(width: style.width)
    lines += StillDependent(plan, model).lines
    return lines
  }

  /// Only where money moves.
  private var programmes: [String] {
    guard plan.publicMoneySpent >= 0.05 else { return [] }
    return ProgrammeTables(plan, model).tables.flatMap { $0.lines(style) }
  }

  // MARK: Support

  private var moneyInstruments: [String] {
    guard !plan.priceFloors.isEmpty else { return [] }
    var grid = TextGrid([.left, .left, .right, .right, .right])
    grid.add(["facility", "product", "years", "market", "with support"])
    for p in model.facilities.indices {
      let rows = plan.priceFloors.filter { $0.facility == p }
      guard let first = rows.first, let last = rows.last, let main = model.facilities[p].recipe.main
      else { continue }
      let highest = rows.max { $0.floor < $1.floor } ?? first
      grid.add([
        model.facilities[p].name, model.commodities[main].id,
        first.year == last.year ? "\(first.year)" : "\(first.year)–\(last.year)",
        Figure.number(highest.marketPrice / 1000, decimals: 1),
        Figure.number(highest.floor / 1000, decimals: 1) + " \(model.currency)/kg",
      ])
    }
    return [
      "",
      style.bold(
        "What supported plants get for a kilogram: market price and support (highest year)"),
    ]
      + grid.lines(width: style.width)
  }
}
