import Allocation
import Analysis
import SupplyChain

/// Plans as plots of text that fit the width.
public struct Plots: Sendable {
  private let content: ReportContent
  private let model: Model
  private let style: TerminalStyle
  /// Told apart by shape where there is no colour.
  private static let fills: [Character] = ["█", "▓", "▒", "░", "▚", "▞"]

  public init(_ content: ReportContent, style: TerminalStyle) {
    self.content = content
    self.style = style
    model = content.base.model
  }

  private func painted(_ text: String, _ index: Int) -> String {
    switch index % 4 {
    case 0: style.green(text)
    case 1: style.yellow(text)
    case 2: style.red(text)
    default: style.dim(text)
    }
  }

  /// Share of demand by class, a bar a year.
  public var dependency: String {
    guard let plan = content.base.solution.plan else { return "" }
    let names = model.provenance.classes.map(\.name) + ["not served"]
    let used = names.indices.filter { k in plan.classShareByYear.contains { $0[k] > 5e-5 } }
    let room = max(10, style.width - 22)
    var lines = [style.bold("Share of demand by provenance class, and the dependency index")]
    let mostSecure = 0
    for (y, shares) in plan.classShareByYear.enumerated() {
      var bar = ""
      var sum = 0.0
      var filled = 0
      for k in used {
        sum += shares[k]
        let end = min(room, Int((sum * Double(room)).rounded()))
        let length = max(0, end - filled)
        let paint = k == mostSecure ? 0 : k == names.count - 1 ? 3 : k == names.count - 2 ? 2 : 1
        let fill = Self.fills[min(paint, Self.fills.count - 1)]
        bar += painted(String(repeating: fill, count: length), paint)
        filled += length
      }
      let space = String(repeating: " ", count: max(0, room - filled))
      let value = plan.dependencyByYear[y].map { Figure.percent($0) } ?? "—"
      let right = String(repeating: " ", count: max(0, 8 - value.count)) + value
      lines.append("  \(model.horizon.start + y)  \(bar)\(space)  \(right)")
    }
    let legend = used.map { k in
      let paint = k == mostSecure ? 0 : k == names.count - 1 ? 3 : k == names.count - 2 ? 2 : 1
      return painted(String(Self.fills[paint]), paint) + " " + printable(names[k])
    }
    lines.append("        " + legend.joined(separator: "   ") + "   right: dependency index")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Money by programme, with a bar for the total and a sparkline over the years.
  public var awards: String {
    guard let plan = content.base.solution.plan else { return "" }
    let horizon = model.horizon
    var sums = [[Double]](
      repeating: Array(repeating: 0, count: horizon.yearCount), count: model.funds.count + 1)
    func add(_ payer: Int, _ step: Int, _ amount: Double) {
      sums[payer][step / horizon.stepsPerYear] += amount
    }
    for row in plan.awards { add(row.fund, row.step, row.amount) }
    for row in plan.supports { add(row.fund, row.step, row.amount) }
    for row in plan.purchases { add(row.fund, row.step, row.amount) }
    for row in plan.privateMoney { add(model.funds.count, row.step, row.amount) }
    let names = model.funds.map(\.name) + ["private money"]
    let shown = sums.indices.filter { sums[$0].reduce(0, +) >= 0.05 }
    guard !shown.isEmpty else { return "Nothing is funded.\n" }
    let highest = sums.joined().max() ?? 1
    let most = shown.map { sums[$0].reduce(0, +) }.max() ?? 1
    let head = min(44, max(16, style.width / 3), shown.map { names[$0].count }.max() ?? 16)
    let amounts = shown.map { Figure.number(sums[$0].reduce(0, +)) }
    let widest = amounts.map(\.count).max() ?? 1
    let bars = max(4, style.width - head - widest - horizon.yearCount - 8)
    var lines = [
      style.bold("Money by programme, million \(printable(model.currency))")
        + ", and over the years \(horizon.start)–\(horizon.end)"
    ]
    for (i, row) in shown.enumerated() {
      let name = printable(names[row])
      let title = name.count > head ? String(name.prefix(head - 1)) + "…" : name
      let total = sums[row].reduce(0, +)
      let length = max(1, Int((total / most * Double(bars)).rounded()))
      let spark = Figure.sparkline(sums[row].map { $0 < 0.05 ? nil : $0 }, top: highest)
      lines.append(
        "  " + title + String(repeating: " ", count: head - title.count) + "  "
          + String(repeating: " ", count: widest - amounts[i].count) + amounts[i] + "  " + spark
          + "  " + painted(String(repeating: "█", count: length), row == names.count - 1 ? 3 : 0))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The first objective over the budget.
  public var frontier: String {
    guard let objective = model.objectives.first else { return "" }
    let points = content.corners.map { (x: $0.budget, y: objective.shown($0.value)) }
    guard let last = points.last, points.count > 1 else { return "No budget has a plan.\n" }
    let height = 14
    let labels = [points.map(\.y).max() ?? 1, 0].map {
      ObjectiveWords.figure(objective, objective.shown($0), model)
    }
    let margin = labels.map(\.count).max() ?? 6
    let width = max(20, style.width - margin - 6)
    let top = max(points.map(\.y).max() ?? 1, 1e-12)
    var cells = [[Character]](
      repeating: Array(repeating: " ", count: width), count: height)
    for column in 0..<width {
      let x = points[0].x + (last.x - points[0].x) * Double(column) / Double(width - 1)
      guard let right = points.firstIndex(where: { $0.x >= x - 1e-9 * abs(last.x) }) else {
        continue
      }
      let left = max(0, right - 1)
      let (a, b) = (points[left], points[right])
      let share = b.x > a.x ? (x - a.x) / (b.x - a.x) : 1
      let y = a.y + (b.y - a.y) * share
      let eighths = Int((max(0, y / top) * Double(height * 8)).rounded())
      let full = min(height, eighths / 8)
      for row in 0..<full { cells[height - 1 - row][column] = "█" }
      if full < height, eighths % 8 > 0 {
        cells[height - 1 - full][column] = Array("▁▂▃▄▅▆▇")[eighths % 8 - 1]
      }
    }
    var lines = [style.bold("\(ObjectiveWords.label(objective)) at every budget")]
    for row in 0..<height {
      let label = row == 0 ? labels[0] : row == height - 1 ? labels[1] : ""
      lines.append(
        "  " + String(repeating: " ", count: margin - label.count) + label + " ┤"
          + painted(String(cells[row]), 0))
    }
    let from = Figure.number(points[0].x)
    let to = Figure.number(last.x) + " M\(printable(model.currency))"
    let gap = max(1, width - from.count - to.count)
    lines.append(
      String(repeating: " ", count: margin + 4) + from + String(repeating: " ", count: gap) + to)
    lines.append(
      "  appropriated: \(Figure.number(model.appropriated)) M\(printable(model.currency))"
        + (content.areCornersRelaxed ? "; without the whole-number rules" : ""))
    return lines.joined(separator: "\n") + "\n"
  }
}
