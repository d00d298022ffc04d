/// What is wrong with an order of objectives that leaves demand unserved, or plants at home idle, without need.
public struct ObjectiveAdvice: Sendable, Hashable {
  /// One sentence without a full stop.
  public var message: String
  /// The order that is probably meant.
  public var meant: [Objective]
  /// What to do about it.
  public var help: String

  /// - Returns: nil where the order is sound.
  public static func of(_ objectives: [Objective], in model: Model) -> ObjectiveAdvice? {
    guard let first = objectives.first else { return nil }
    let hasTargets = !model.targets.isEmpty
    if case .measure(let measure) = first { return ofMeasure(measure, objectives, model) }
    let isCost = first == .systemCost || first == .publicCost
    let asks = objectives.contains {
      $0 == .dependency || $0 == .peakDependency || $0 == .unmet || $0.isMaximised
    }
    if isCost, !hasTargets {
      let cheapest = first == .systemCost ? "to serve nobody" : "to award nothing"
      return ObjectiveAdvice(
        message: "objective \(first.name) comes first: what costs least is \(cheapest)",
        meant: [.dependency] + objectives.filter { $0 != .dependency },
        help: "put `dependency` or `unmet` before it, or set `targets`")
    }
    if isCost, !asks {
      return advice(
        "no objective after \(first.name) asks that demand be served: beyond the targets it goes unserved",
        first == .systemCost ? [.dependency] + objectives : objectives + [.dependency])
    }
    if first == .systemCost {
      return advice(
        "objective system_cost comes first: beyond the targets what costs least is to serve nobody",
        objectives.filter { $0 != .systemCost } + [.systemCost])
    }
    if asks, !objectives.contains(.dependency), !objectives.contains(.peakDependency) {
      return advice(
        "objective unmet counts material of every origin alike: plants at home may stand idle",
        objectives + [.dependency])
    }
    return nil
  }

  /// The least of a measure that nothing adds to but what is done is to do nothing.
  private static func ofMeasure(
    _ measure: MeasureObjective, _ objectives: [Objective], _ model: Model
  ) -> ObjectiveAdvice? {
    let isAsked = !model.targets.isEmpty || model.rules.contains(where: \.asksForSomething)
    guard !measure.isMaximised, !isAsked,
      let written = model.measures.first(where: { $0.id == measure.id }),
      case .sum(let sum) = written.total, sum.isNeverNegative,
      sum.terms.allSatisfy({ !$0.quantity.kind.fallsWithWork })
    else { return nil }
    return ObjectiveAdvice(
      message: "objective \(measure.id) comes first: the least of it is to do nothing",
      meant: [.dependency] + objectives.filter { $0 != .dependency },
      help: "put `dependency` before it, write `maximize \(measure.id)`, or set `targets`")
  }

  private static func advice(_ message: String, _ meant: [Objective]) -> ObjectiveAdvice {
    let order = meant.map(\.written).joined(separator: ", ")
    return ObjectiveAdvice(
      message: message, meant: meant, help: "the order that is meant is probably [\(order)]")
  }
}
