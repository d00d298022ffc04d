import Allocation
import Analysis
import SupplyChain

/// A frontier on the terminal: the curve, what a billion more buys at every budget, where it stops helping.
public struct FrontierTranscript: Sendable {
  private let frontier: Frontier
  private let model: Model
  private let scenarios: [String]
  private let seconds: Double
  private let style: TerminalStyle

  public init(
    _ frontier: Frontier, _ model: Model, scenarios: [String], seconds: Double,
    style: TerminalStyle
  ) {
    self.frontier = frontier
    self.model = model
    self.scenarios = scenarios
    self.seconds = seconds
    self.style = style
  }

  public var text: String {
    var lines = [title, ""]
    if frontier.status != .optimal { lines += [statusLine, ""] }
    if !frontier.breakpoints.isEmpty {
      lines += feasibility + plot + [""] + (frontier.isExact ? pieces : stairs) + [""]
      lines += saturation + binding + [closing]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var title: String {
    var words = style.bold(printable(model.name))
    if !scenarios.isEmpty {
      words += " · scenario " + scenarios.map(printable).joined(separator: " + ")
    }
    return words + " · best \(name) at every budget"
  }

  private var name: String {
    switch frontier.objective {
    case .dependency: "dependency index"
    case .peakDependency: "peak index"
    case .publicCost: "public cost"
    case .systemCost: "system cost"
    case .unmet: "unmet demand"
    case .measure(let measure): measure.id
    }
  }

  private var statusLine: String {
    let reason = printable(frontier.reason ?? "no reason is known")
    switch frontier.status {
    case .optimal: return ""
    case .feasible, .interrupted: return style.yellow("Stopped early") + ": \(reason)."
    case .infeasible:
      return style.red("Infeasible") + " at every budget up to scale "
        + "\(Figure.number(frontier.to, decimals: 2)): \(reason)."
    case .unbounded: return style.red("Unbounded") + ": \(reason)."
    case .failed: return style.red("Not verified") + ": \(reason)."
    }
  }

  private var feasibility: [String] {
    guard let least = frontier.smallestFeasible else { return [] }
    let words =
      "Below a budget of \(millions(least * frontier.appropriations)) "
      + "(scale \(Figure.number(least, decimals: 4))) no plan meets the model's rules."
    return [style.yellow(words), ""]
  }

  // MARK: Values

  private var isShare: Bool {
    frontier.objective.isShare
  }

  private func value(_ minimised: Double, decimals: Int = 2) -> String {
    let value = frontier.objective.shown(minimised)
    return isShare
      ? Figure.percent(value, decimals: decimals) : Figure.number(value, decimals: decimals)
  }

  private func millions(_ amount: Double) -> String {
    Money.words(amount, model.currency)
  }

  /// Points (or units) of the objective for 1 % of the appropriations more at a slope.
  private func perPercent(_ slope: Double) -> String {
    ValueWords.significant(-slope / 100 * (isShare ? 100 : 1))
  }

  // MARK: Curve

  private var plot: [String] {
    guard let first = frontier.breakpoints.first, let last = frontier.breakpoints.last,
      last.scale > first.scale
    else { return [] }
    let values = frontier.breakpoints.map(\.value)
    let top = values.max() ?? 1
    let bottom = values.min() ?? 0
    let height = 12
    let isMaximised = frontier.objective.isMaximised
    let labels = [
      value(isMaximised ? bottom : top, decimals: 1),
      value(isMaximised ? top : bottom, decimals: 1),
    ]
    let margin = (labels.map(\.count).max() ?? 0) + 2
    let width = max(20, min(style.width - margin - 2, 100))
    var rows = [[Character]](
      repeating: [Character](repeating: " ", count: width), count: height)
    for x in 0..<width {
      let share = Double(x) / Double(width - 1)
      let scale = first.scale + (last.scale - first.scale) * share
      let part = top > bottom ? ((level(at: scale) ?? bottom) - bottom) / (top - bottom) : 0
      let level = isMaximised ? 1 - part : part
      // Two dots a row, counted from the bottom.
      let dot = min(max(Int((level * Double(2 * height - 1)).rounded()), 0), 2 * height - 1)
      rows[height - 1 - dot / 2][x] = dot % 2 == 1 ? "▀" : "▄"
    }
    var lines = rows.enumerated().map { index, row in
      let label = index == 0 ? labels[0] : index == height - 1 ? labels[1] : ""
      let space = String(repeating: " ", count: margin - 1 - label.count)
      return "\(space)\(label) │" + String(row).trimmedEnd
    }
    lines.append(
      String(repeating: " ", count: margin) + "└" + String(repeating: "─", count: width))
    let ends = (millions(first.budget), millions(last.budget))
    let gap = max(1, width - ends.0.count - ends.1.count)
    lines.append(
      String(repeating: " ", count: margin + 1) + ends.0 + String(repeating: " ", count: gap)
        + ends.1)
    return lines
  }

  /// A step function keeps its value up to the next scale that was solved.
  private func level(at scale: Double) -> Double? {
    if frontier.isExact { return frontier.value(at: scale) }
    return frontier.breakpoints.last { $0.scale <= scale + 1e-12 }?.value
  }

  // MARK: Tables

  private var pieces: [String] {
    let shown = importantCorners
    var grid = TextGrid([.right, .right, .right, .right])
    let more = Money.words(frontier.appropriations / 100, model.currency)
    let unit =
      isShare
      ? "points for \(more) more"
      : (frontier.objective.isMaximised ? "more" : "less") + " for \(more) more"
    grid.add(["scale", "budget", name, "then \(unit)"])
    for index in shown {
      let corner = frontier.breakpoints[index]
      grid.add([
        Figure.number(corner.scale, decimals: 4), millions(corner.budget),
        value(corner.value, decimals: isShare ? 3 : 2),
        corner.slopeRight.map { $0 == 0 ? "0" : perPercent($0) } ?? "",
      ])
    }
    let count = frontier.breakpoints.count
    var heading = "What more money buys"
    if shown.count < count {
      heading += " (\(shown.count) of \(count) breakpoints, at about equal steps; "
      heading += "--json and --out give all)"
    }
    return [style.bold(heading)] + grid.lines(width: style.width)
  }

  /// The ends, where money stops helping, and corners at about equal falls of the value between; no more than
  /// fit a screen.
  private var importantCorners: [Int] {
    let corners = frontier.breakpoints
    let most = 20
    guard corners.count > most, let first = corners.first, let last = corners.last else {
      return Array(corners.indices)
    }
    var chosen: Set<Int> = [0, corners.count - 1]
    if let scale = frontier.saturation, let index = corners.firstIndex(where: { $0.scale >= scale })
    {
      chosen.insert(index)
    }
    let fall = (first.value - last.value) / Double(most - 2)
    for step in 1..<(most - 2) {
      let wanted = first.value - fall * Double(step)
      if let index = corners.firstIndex(where: { $0.value <= wanted }) { chosen.insert(index) }
    }
    return chosen.sorted()
  }

  private var stairs: [String] {
    let corners = frontier.breakpoints
    var grid = TextGrid([.right, .right, .right])
    grid.add(["scale", "budget", name])
    // Of scales with the same value only the first is shown.
    var last: Double?
    for corner in corners {
      let isNew = last.map { abs($0 - corner.value) > 1e-6 * max(abs($0), 1e-3) } ?? true
      guard isNew else { continue }
      last = corner.value
      grid.add([
        Figure.number(corner.scale, decimals: 4), millions(corner.budget),
        value(corner.value, decimals: isShare ? 3 : 2),
      ])
    }
    var words = "Scales nearer than \(Figure.number(frontier.resolution ?? 0, decimals: 4)) are not"
    words += " told apart; every value is within \(Figure.gap(max(0, frontier.gap ?? 0)))"
    words += " of the best possible. --relax gives the exact curve without whole numbers."
    return [style.bold("Steps")] + grid.lines(width: style.width) + [words]
  }

  // MARK: Where money stops helping

  private var saturation: [String] {
    if frontier.status != .optimal { return [] }
    guard let scale = frontier.saturation else {
      return [
        "More money helps to the end: at \(millions(frontier.to * frontier.appropriations)) "
          + "the best value is still \(frontier.objective.isMaximised ? "rising" : "falling")."
      ]
    }
    let budget = millions(scale * frontier.appropriations)
    return [
      style.bold("More money stops helping at \(budget)")
        + " (scale \(Figure.number(scale, decimals: 4)))."
    ]
  }

  private var binding: [String] {
    guard !frontier.binding.isEmpty else {
      return frontier.saturation == nil
        ? []
        : ["What remains is a matter of time: of lead times, and of what demand wants at once."]
    }
    var grid = TextGrid([.left, .right])
    let unit = isShare ? "points for 1 % more" : "for 1 % more"
    let place = frontier.saturation == nil ? "at the largest budget" : "there"
    grid.add(["what binds \(place), besides money", unit])
    for binding in frontier.binding.prefix(8) {
      let change = frontier.objective.shown(binding.perPercent) * (isShare ? 100 : 1)
      grid.add([BindingWords(model).text(binding.cause), ValueWords.signed(change)])
    }
    let more = frontier.binding.count - 8
    return grid.lines(width: style.width) + (more > 0 ? ["  and \(more) more"] : [])
  }

  private var closing: String {
    let verified = frontier.breakpoints.allSatisfy { $0.verification.isVerified }
    let worst = frontier.breakpoints.map { abs($0.verification.relativeGap) }.max() ?? 0
    let verdict = verified ? style.green("Verified") : style.red("NOT verified")
    let count = frontier.breakpoints.count
    return
      "\(verdict): \(count) point\(count == 1 ? "" : "s"), largest gap \(Figure.gap(worst)); "
      + "\(frontier.solves) solves, \(Figure.number(Double(frontier.iterations))) iterations, "
      + "\(Figure.seconds(seconds))."
  }
}
