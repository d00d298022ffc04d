import Analysis
import SupplyChain

/// A Pareto frontier of two objectives as a page draws it: what the axes are, the corners, and what a step from each buys.
public struct ParetoPicture: Sendable {
  private let pareto: Pareto
  private let model: Model

  public init(_ pareto: Pareto, _ model: Model) {
    self.pareto = pareto
    self.model = model
  }

  public var json: JSONValue {
    let axes = pareto.objectives
    let rates = RateWords(pareto, model)
    return .object([
      (
        "axes",
        .array(
          axes.map { axis in
            .object(
              [("name", .string(axis.written))] + ReportJSON.objective(axis, model))
          })
      ),
      ("isExact", .bool(pareto.isExact)),
      (
        "corners",
        .array(
          pareto.corners.map { corner in
            .array([
              .number(axes[0].shown(corner.first)), .number(axes[1].shown(corner.second)),
              .string(rates.sentence(corner)),
            ])
          })
      ),
    ])
  }
}

/// What one unit more or less of the second objective is worth in the first, from a corner, in words.
struct RateWords {
  let first: ValueWords
  let second: ValueWords

  init(_ pareto: Pareto, _ model: Model) {
    first = ValueWords(objective: pareto.objectives[0], currency: model.currency)
    second = ValueWords(objective: pareto.objectives[1], currency: model.currency)
  }

  /// One unit of the second objective, as people count it: a point, a million, a tonne.
  var unit: String {
    switch second.objective.amount {
    case .share: "point"
    case .money, .weightedTonnes: second.unit
    case .own(let unit): unit.isEmpty ? "unit" : unit
    }
  }

  private var isMaximised: Bool { second.objective.isMaximised }

  /// What of the first objective a rate, of minimised amounts, comes to for one such unit.
  func amount(_ rate: Double) -> String { first.amount(rate / second.factor) }

  /// Of a second objective that is maximised less is given for more of the first. Empty where no rate is known.
  func sentence(_ corner: Pareto.Corner) -> String {
    var parts: [String] = []
    if let rate = corner.rateAbove {
      parts.append(
        "one \(unit) \(isMaximised ? "less" : "more") of \(second.name) buys \(amount(rate)) of \(first.name)"
      )
    }
    if let rate = corner.rateBelow {
      parts.append(
        "one \(unit) \(isMaximised ? "more" : "less") costs \(amount(rate))"
          + (parts.isEmpty ? " of \(first.name)" : ""))
    }
    guard !parts.isEmpty else { return "" }
    return "From here " + parts.joined(separator: ", ") + "."
  }
}
