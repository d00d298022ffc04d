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
    }
  }
  /// `share`, `money` or `t`.
  static func unit(_ objective: Objective) -> String {
    switch objective {
    case .dependency, .peakDependency: "share"
    case .publicCost, .systemCost: "money"
    case .unmet: "t"
    }
  }
  static func unitWords(_ objective: Objective, _ model: Model) -> String {
    switch objective {
    case .dependency, .peakDependency: "index, by weighted demand"
    case .publicCost, .systemCost: "million \(model.currency), present value"
    case .unmet: "t, weighted"
    }
  }
  static func figure(_ objective: Objective, _ value: Double, _ model: Model) -> String {
    switch objective {
    case .dependency, .peakDependency: Figure.percent(value, decimals: 2)
    case .publicCost, .systemCost: Money.words(value, model.currency)
    case .unmet: Figure.number(value, decimals: 1) + " t"
    }
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
