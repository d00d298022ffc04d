import Allocation
import Analysis
import SupplyChain

/// A Pareto frontier of two objectives, for people, programs and spreadsheets.
public struct ParetoReport: Sendable {
  private let pareto: Pareto
  private let model: Model
  private let scenarios: [String]

  public init(_ pareto: Pareto, _ model: Model, scenarios: [String]) {
    self.pareto = pareto
    self.model = model
    self.scenarios = scenarios
  }

  private var first: ValueWords {
    ValueWords(objective: pareto.objectives[0], currency: model.currency)
  }
  private var second: ValueWords {
    ValueWords(objective: pareto.objectives[1], currency: model.currency)
  }

  // MARK: Terminal

  private static let shown = 24

  public func text(seconds: Double, style: TerminalStyle) -> String {
    var lines = [
      ValueWords.title("\(first.name) against \(second.name) ·", model, scenarios, style), "",
    ]
    lines += corners(style) + [""] + words(style)
    lines.append(
      style.dim("\(pareto.solves) solves in \(Figure.seconds(seconds))."))
    return lines.joined(separator: "\n") + "\n"
  }

  private func corners(_ style: TerminalStyle) -> [String] {
    var grid = TextGrid([.right, .right, .right])
    grid.add([
      second.name, first.name, pareto.isExact ? "from here one \(rates.unit)\(less) buys" : "",
    ])
    let places = shownPlaces
    for (n, place) in places.enumerated() {
      let corner = pareto.corners[place]
      var rate = ""
      if pareto.isExact, n + 1 < places.count {
        let next = pareto.corners[places[n + 1]]
        let mean = (corner.first - next.first) / (next.second - corner.second)
        rate = rates.amount(mean)
      }
      grid.add([second.value(corner.second), first.value(corner.first), rate])
    }
    let more = pareto.corners.count - places.count
    return grid.lines(width: style.width)
      + (more > 0
        ? [style.dim("  \(more) more corners lie between; rates are means to the next line")] : [])
  }

  private var shownPlaces: [Int] { pareto.corners(atMost: Self.shown) }

  private var rates: RateWords { RateWords(pareto, model) }
  /// Of a second objective that is maximised less is given for more of the first.
  private var less: String { pareto.objectives[1].isMaximised ? " less" : "" }
  private var side: String {
    pareto.objectives[1].isMaximised ? "less than the most" : "above the least"
  }

  private func words(_ style: TerminalStyle) -> [String] {
    guard let low = pareto.corners.first, let high = pareto.corners.last else {
      return ["No plan was found."]
    }
    var lines: [String] = []
    if pareto.corners.count == 1 {
      lines.append("One plan is best in both objectives.")
    } else if pareto.isExact {
      lines.append(
        "\(pareto.corners.count) corners, all there are: between them the frontier is straight, and every plan on it is a mix of the two beside it."
      )
      lines.append(
        "Of the \(first.amount(low.first - high.first)) of \(first.name) that can be had, half takes \(second.amount(taking(0.5))) of \(second.name) \(side), nine tenths \(second.amount(taking(0.9))), all \(second.amount(taking(1)))."
      )
    } else {
      lines.append(
        "\(pareto.corners.count) plans with whole numbers, none of which is worse than another in both objectives."
      )
      if let widest = pareto.boxes.max(by: { height($0) < height($1) }) {
        lines.append(
          "Others may lie between them: in \(pareto.boxes.count) boxes, the tallest from \(first.value(widest.first.lowerBound)) to \(first.value(widest.first.upperBound)) and from \(second.value(widest.second.lowerBound)) to \(second.value(widest.second.upperBound))."
        )
      }
    }
    if let reason = pareto.reason { lines.append("Stopped early: \(reason).") }
    return lines.flatMap { printable($0).wrapped(behind: "", width: style.width) }
  }

  /// How much more of the second objective a share of what the first can gain takes.
  private func taking(_ share: Double) -> Double {
    let corners = pareto.corners
    guard let low = corners.first, let high = corners.last else { return 0 }
    let wanted = low.first - share * (low.first - high.first)
    guard let n = corners.firstIndex(where: { $0.first <= wanted + 1e-12 }), n > 0 else {
      return high.second - low.second
    }
    let (a, b) = (corners[n - 1], corners[n])
    let part = (a.first - wanted) / (a.first - b.first)
    return a.second + min(1, part) * (b.second - a.second) - low.second
  }

  private func height(_ box: Pareto.Box) -> Double {
    box.first.upperBound - box.first.lowerBound
  }

  // MARK: JSON and tables

  /// Everything but the time, which differs from run to run and is given only where asked for.
  ///
  /// - Parameter hasDecisions: whether what the corners' plans award and build comes too.
  public func json(seconds: Double?, hasDecisions: Bool = true) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("schema_version", .integer(1)), ("model", .string(model.name)),
      ("scenarios", .array(scenarios.map { .string($0) })),
      ("status", .string(pareto.status.rawValue)),
      ("reason", pareto.reason.map { .string($0) } ?? .null),
      ("objectives", .array(pareto.objectives.map { .string($0.written) })),
      ("exact", .bool(pareto.isExact)), ("corners", cornerTable.json), ("boxes", boxTable.json),
    ]
    if hasDecisions {
      members += [("awards", awardTable.json), ("builds", buildTable.json)]
    }
    members += [("units", Table.units(of: tables)), ("solves", .integer(pareto.solves))]
    if let seconds { members.append(("seconds", .number(seconds))) }
    return .object(members)
  }

  public var tables: [Table] { [cornerTable, boxTable, awardTable, buildTable] }

  private var awardTable: Table {
    DecisionTables.awards(pareto.corners.map(\.decisions), model, of: "corner")
  }

  private var buildTable: Table {
    DecisionTables.builds(pareto.corners.map(\.decisions), model, of: "corner")
  }

  private var cornerTable: Table {
    let (a, b) = (pareto.objectives[0], pareto.objectives[1])
    return Table(
      "corners",
      [
        .init("corner"), .init(a.name, unit: first.tableUnit),
        .init(b.name, unit: second.tableUnit), .init("rate_below", unit: rateUnit),
        .init("rate_above", unit: rateUnit), .init("relative_gap"),
        .init("primal_infeasibility"),
      ],
      rows: pareto.corners.enumerated().map { n, corner in
        func number(_ value: Double?) -> Table.Cell { value.map { .number($0) } ?? .empty }
        return [
          .integer(n + 1), .number(a.shown(corner.first)), .number(b.shown(corner.second)),
          number(corner.rateBelow.map { a.shown(b.shown($0)) }),
          number(corner.rateAbove.map { a.shown(b.shown($0)) }),
          number(corner.verification?.relativeGap),
          number(corner.verification?.primalInfeasibility),
        ]
      })
  }

  private var rateUnit: String {
    "\(first.tableUnit ?? "1") per \(second.tableUnit ?? "1")"
  }

  private func cells(_ range: ClosedRange<Double>, _ objective: Objective) -> [Table.Cell] {
    let ends = [objective.shown(range.lowerBound), objective.shown(range.upperBound)].sorted()
    return ends.map { .number($0) }
  }

  private var boxTable: Table {
    let columns = [first, second].flatMap { words in
      ["_from", "_to"].map {
        Table.Column(words.objective.name + $0, unit: words.tableUnit)
      }
    }
    return Table(
      "boxes", columns,
      rows: pareto.boxes.map { box in
        cells(box.first, pareto.objectives[0]) + cells(box.second, pareto.objectives[1])
      })
  }
}
