import Allocation
import SupplyChain

/// What a plan does for each use, and the targets it is under, as the page reads them.
enum UseJSON {
  /// Of each use its name, and by year its index and the shares of its demand by class, last what is not served.
  static func uses(_ plan: Plan, _ model: Model) -> JSONValue {
    .array(
      plan.uses(model).map { use in
        let names = use.segments.map {
          model.demand[$0].id.replacingOccurrences(of: "_", with: " ")
        }
        let more = names.count > 3 ? " and \(names.count - 3) more" : ""
        return .object([
          ("name", .string(names.prefix(3).joined(separator: ", ") + more)),
          ("dep", .array(use.dependencyByYear.map { $0.map(ReportJSON.short) ?? .null })),
          (
            "shares",
            .array(use.sharesByYear.map { $0.map { .array($0.map(ReportJSON.short)) } ?? .null })
          ),
        ])
      })
  }

  /// [year, largest index], in the order of the years.
  static func goals(_ model: Model) -> JSONValue {
    .array(
      model.targets.sorted { ($0.year, $0.value) < ($1.year, $1.value) }
        .map { .array([.integer($0.year), ReportJSON.short($0.value)]) })
  }
}
