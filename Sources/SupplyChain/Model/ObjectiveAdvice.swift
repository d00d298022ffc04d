/// What is wrong with an order of objectives that leaves demand unserved, or plants at home idle, without need.
public struct ObjectiveAdvice: Sendable, Hashable {
  /// One sentence without a full stop.
  public var message: String
  /// The order that is probably meant.
  public var meant: [Objective]
  /// What to do about it.
  public var help: String

  /// - Parameter hasTargets: whether targets ask for something beside the objectives.
  /// - Returns: nil where the order is sound.
  public static func of(_ objectives: [Objective], hasTargets: Bool) -> ObjectiveAdvice? {
    guard let first = objectives.first else { return nil }
    let isCost = first == .systemCost || first == .publicCost
    let asks = objectives.contains { $0 == .dependency || $0 == .peakDependency || $0 == .unmet }
    if isCost, !hasTargets {
      let cheapest = first == .systemCost ? "to serve nobody" : "to award nothing"
      return ObjectiveAdvice(
        message: "objective \(first.rawValue) comes first: what costs least is \(cheapest)",
        meant: [.dependency] + objectives.filter { $0 != .dependency },
        help: "put `dependency` or `unmet` before it, or set `targets`")
    }
    if isCost, !asks {
      return advice(
        "no objective after \(first.rawValue) asks that demand be served: beyond the targets it goes unserved",
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

  private static func advice(_ message: String, _ meant: [Objective]) -> ObjectiveAdvice {
    let order = meant.map(\.rawValue).joined(separator: ", ")
    return ObjectiveAdvice(
      message: message, meant: meant, help: "the order that is meant is probably [\(order)]")
  }
}
