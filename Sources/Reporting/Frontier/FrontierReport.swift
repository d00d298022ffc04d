import Allocation
import Analysis
import SupplyChain

/// A frontier as other programs read it, and as CSV.
public struct FrontierReport: Sendable {
  private let frontier: Frontier
  private let model: Model
  private let scenarios: [String]

  public init(_ frontier: Frontier, _ model: Model, scenarios: [String]) {
    self.frontier = frontier
    self.model = model
    self.scenarios = scenarios
  }

  /// Everything but the time, which differs from run to run and is given only where asked for.
  public func json(seconds: Double?) -> JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    var members: [(key: String, value: JSONValue)] = [
      ("schema_version", .integer(1)),
      ("model", .string(model.name)),
      ("scenarios", .array(scenarios.map { .string($0) })),
      ("status", .string(frontier.status.rawValue)),
      ("reason", frontier.reason.map { .string($0) } ?? .null),
      ("objective", .string(frontier.objective.name)),
      ("exact", .bool(frontier.isExact)),
      ("from", .number(frontier.from)),
      ("to", .number(frontier.to)),
      ("appropriations", .number(frontier.appropriations)),
      ("smallest_feasible_scale", number(frontier.smallestFeasible)),
      ("saturation_scale", number(frontier.saturation)),
      ("resolution", number(frontier.resolution)),
      ("gap", number(frontier.gap)),
      ("breakpoints", table.json),
      ("binding", bindings.json),
      ("solves", .integer(frontier.solves)),
      ("iterations", .integer(frontier.iterations)),
    ]
    if let seconds { members.append(("seconds", .number(seconds))) }
    return .object(members)
  }

  public var tables: [Table] { [table, bindings] }

  /// `scale`, `budget`, the objective under its own name, the slopes a unit of scale on both sides, and how
  /// the point was verified.
  private var table: Table {
    Table(
      "breakpoints",
      [
        .init("scale"), .init("budget", unit: "million \(model.currency)"),
        .init(frontier.objective.name), .init("slope_left"), .init("slope_right"),
        .init("relative_gap"), .init("primal_infeasibility"),
      ],
      rows: frontier.breakpoints.map { corner in
        [
          .number(corner.scale), .number(corner.budget),
          .number(frontier.objective.shown(corner.value)), slope(corner.slopeLeft),
          slope(corner.slopeRight),
          .number(corner.verification.relativeGap),
          .number(corner.verification.primalInfeasibility),
        ]
      })
  }

  private func slope(_ slope: Double?) -> Table.Cell {
    frontier.objective.shown(slope).map { .number($0) } ?? .empty
  }

  private var bindings: Table {
    Table(
      "binding", [.init("what"), .init("value")],
      rows: frontier.binding.map { binding in
        [
          .text(BindingWords(model).text(binding.cause)),
          .number(
            frontier.objective.shown(binding.perPercent)),
        ]
      })
  }
}

/// What binds, in the model's words.
struct BindingWords {
  private let model: Model
  init(_ model: Model) { self.model = model }

  func text(_ cause: Binding.Cause) -> String {
    switch cause {
    case .expansion(let p):
      let most = model.facilities[p].expansion?.max ?? 0
      return "largest expansion of \(model.facilities[p].name) (\(Figure.number(most)) t/yr)"
    case .existingCapacity(let p): return "existing capacity of \(model.facilities[p].name)"
    case .importLimit(let s):
      let source = model.imports[s]
      return
        "import limit \(source.id) (\(model.commodities[source.commodity].name), \(source.origin))"
    case .perFacility(let f, let p):
      return "most that \(model.funds[f].name) may give \(model.facilities[p].name)"
    case .forbearance(let f, let p):
      let share = RuleWords.percent(model.funds[f].loan?.forbearance?.atMost ?? 0)
      return
        "share of payments that \(model.facilities[p].name) may put off on loans of \(model.funds[f].name) (\(share))"
    case .limit(let l): return "limit “\(model.limits[l].name)”"
    case .rule(let r): return "rule “\(model.rules[r].name)”"
    case .target(let n): return "target for \(model.targets[n].year)"
    case .room(let i): return "room of stockpile \(model.stockpiles[i].id)"
    case .openingStock(let i): return "opening stock of \(model.stockpiles[i].id)"
    case .returned(let r): return "returned material \(model.returns[r].id)"
    case .exclusive(let p): return "choice of one in the group of \(model.facilities[p].name)"
    }
  }
}
