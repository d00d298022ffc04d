import Allocation
import Analysis
import SupplyChain

/// Words for objectives.
enum ObjectiveWords {
  static func label(_ objective: Objective) -> String {
    switch objective {
    case .dependency: "Dependency index"
    case .peakDependency: "Peak dependency index"
    case .publicCost: "Public cost"
    case .systemCost: "System cost"
    case .unmet: "Unmet demand"
    case .measure(let measure): measure.id
    }
  }
  /// `share`, `money`, `t` or the unit of a measure.
  static func unit(_ objective: Objective) -> String {
    switch objective.amount {
    case .share: "share"
    case .money: "money"
    case .weightedTonnes: "t"
    case .own(let unit): unit
    }
  }
  static func unitWords(_ objective: Objective, _ model: Model) -> String {
    switch objective.amount {
    case .share: "index, by weighted demand"
    case .money: "million \(model.currency), present value"
    case .weightedTonnes: "t, weighted"
    case .own(let unit): unit.isEmpty ? "a pure number" : unit
    }
  }
  /// Of a value that is minimised.
  static func figure(_ objective: Objective, _ minimised: Double, _ model: Model) -> String {
    ValueWords(objective: objective, currency: model.currency).value(minimised)
  }
  /// The total of a measure with its unit.
  static func ownFigure(_ value: Double, _ unit: String) -> String {
    let number = Figure.number(value, decimals: abs(value) < 10 ? 3 : 1)
    return unit.isEmpty ? number : number + " " + unit
  }
}

extension Objective {
  /// As a member of a JSON object: its name and the amount that people see.
  func member(_ minimised: Double) -> (key: String, value: JSONValue) {
    (name, .number(shown(minimised)))
  }
}

extension Plan {
  /// The three facilities with the most public money, for headlines.
  func largestProjects(_ model: Model) -> [Project] {
    Array(projects(model).filter { $0.publicMoney >= 0.05 }.prefix(3))
  }
}

/// Words for dates.
enum DateWords {
  /// `2028`, or `2028-07` where a time (in years) is inside the year.
  static func month(_ time: Double) -> String {
    let months = Int((time * 12).rounded())
    let (year, month) = (months / 12, months % 12 + 1)
    return month == 1 ? "\(year)" : "\(year)-\(month < 10 ? "0" : "")\(month)"
  }
}
