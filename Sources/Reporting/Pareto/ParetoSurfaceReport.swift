import Allocation
import Analysis
import SupplyChain

/// A Pareto surface of three objectives, for people, programs and spreadsheets.
public struct ParetoSurfaceReport: Sendable {
  private let surface: ParetoSurface
  private let model: Model
  private let scenarios: [String]

  public init(_ surface: ParetoSurface, _ model: Model, scenarios: [String]) {
    self.surface = surface
    self.model = model
    self.scenarios = scenarios
  }

  private var words: [ValueWords] {
    surface.objectives.map { ValueWords(objective: $0, currency: model.currency) }
  }

  // MARK: Terminal

  private static let shown = 40

  public func text(seconds: Double, style: TerminalStyle) -> String {
    let names = words.map(\.name)
    var lines = [
      ValueWords.title(
        "\(names[0]), \(names[1]) and \(names[2]) ·", model, scenarios, style), "",
    ]
    var grid = TextGrid([.right, .right, .right])
    grid.add(names)
    let places = shownPlaces
    for place in places {
      grid.add(zip(words, surface.points[place].values).map { $0.value($1) })
    }
    lines += grid.lines(width: style.width)
    let more = surface.points.count - places.count
    if more > 0 {
      lines.append(style.dim("  \(more) more plans lie between these (--json and --out have all)"))
    }
    lines.append("")
    lines += sentences.flatMap { printable($0).wrapped(behind: "", width: style.width) }
    lines.append(style.dim("\(surface.solves) solves in \(Figure.seconds(seconds))."))
    return lines.joined(separator: "\n") + "\n"
  }

  /// All points, or as many as a screen has room for, evenly by their order.
  private var shownPlaces: [Int] {
    let count = surface.points.count
    guard count > Self.shown else { return Array(0..<count) }
    return (0..<Self.shown).map { $0 * (count - 1) / (Self.shown - 1) }
  }

  private var sentences: [String] {
    let spans = zip(words, surface.ranges).map { words, range in
      "\(words.name) from \(words.value(range.lowerBound)) to \(words.value(range.upperBound))"
    }
    var lines: [String] = []
    let count = surface.points.count
    if count == 1 {
      lines.append("One plan is best in all three objectives.")
    } else {
      lines.append(
        "\(count) plans, none of which is worse than another in all three; mixes of them are plans too. "
          + "No plan is better than every such mix in all three by more than "
          + "\(Figure.percent(surface.error, decimals: 2)) of the ranges: "
          + spans.joined(separator: ", ") + ".")
    }
    if !surface.isErrorProven {
      lines.append(
        "This error is not proven: the best value of an objective rests on an assumed bound of a column that has none."
      )
    }
    lines.append("The whole-number rules are left out.")
    if let reason = surface.reason { lines.append("Stopped early: \(reason).") }
    return lines
  }

  // MARK: JSON and tables

  /// Everything but the time, which differs from run to run and is given only where asked for.
  ///
  /// - Parameter hasDecisions: whether what the points' plans award and build comes too.
  public func json(seconds: Double?, hasDecisions: Bool = true) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("schema_version", .integer(1)), ("model", .string(model.name)),
      ("scenarios", .array(scenarios.map { .string($0) })),
      ("status", .string(surface.status.rawValue)),
      ("reason", surface.reason.map { .string($0) } ?? .null),
      ("objectives", .array(surface.objectives.map { .string($0.written) })),
      ("error", surface.error.isFinite ? .number(surface.error) : .null),
      ("error_proven", .bool(surface.isErrorProven)), ("points", pointTable.json),
      ("planes", planeTable.json), ("ranges", rangeTable.json),
    ]
    if hasDecisions {
      members += [("awards", awardTable.json), ("builds", buildTable.json)]
    }
    members += [("units", Table.units(of: tables)), ("solves", .integer(surface.solves))]
    if let seconds { members.append(("seconds", .number(seconds))) }
    return .object(members)
  }

  public var tables: [Table] { [pointTable, planeTable, rangeTable, awardTable, buildTable] }

  private var names: [String] { surface.objectives.map(\.name) }

  private var pointTable: Table {
    let objectives = surface.objectives
    let columns: [Table.Column] =
      [Table.Column("point")] + words.map { Table.Column($0.objective.name, unit: $0.tableUnit) }
      + [Table.Column("relative_gap"), Table.Column("primal_infeasibility")]
    return Table(
      "points", columns,
      rows: surface.points.enumerated().map { n, point -> [Table.Cell] in
        let values = zip(objectives, point.values).map { Table.Cell.number($0.shown($1)) }
        let checks = [point.verification?.relativeGap, point.verification?.primalInfeasibility]
        return [.integer(n + 1)] + values + checks.map { $0.map { .number($0) } ?? .empty }
      })
  }

  /// Every plan has `Σ weight · value ≥ least`, of the values as they are shown.
  private var planeTable: Table {
    let objectives = surface.objectives
    return Table(
      "planes",
      names.map { Table.Column("weight_" + $0) } + [Table.Column("least"), Table.Column("proven")],
      rows: surface.planes.map { plane -> [Table.Cell] in
        zip(objectives, plane.weights).map { Table.Cell.number($0.shown($1)) }
          + [.number(plane.least), .integer(plane.isProven ? 1 : 0)]
      })
  }

  private var rangeTable: Table {
    Table(
      "ranges", [Table.Column("objective"), Table.Column("best"), Table.Column("worst")],
      rows: zip(surface.objectives, surface.ranges).map { objective, range -> [Table.Cell] in
        [
          .text(objective.name), .number(objective.shown(range.lowerBound)),
          .number(objective.shown(range.upperBound)),
        ]
      })
  }

  private var awardTable: Table {
    DecisionTables.awards(surface.points.map(\.decisions), model, of: "point")
  }

  private var buildTable: Table {
    DecisionTables.builds(surface.points.map(\.decisions), model, of: "point")
  }
}
