import Allocation
import SupplyChain

/// What the plants that have a place make of their main products, as the map reads it.
enum PlacesJSON {
  /// [facility, [t of the main product by year]] of those that make something; of a plant without a product its activity.
  static func output(_ plan: Plan, _ model: Model) -> JSONValue {
    let years = model.horizon.yearCount
    var tonnes: [Int: [Double]] = [:]
    for row in plan.activities where model.facilities[row.facility].place != nil {
      let recipe = model.facilities[row.facility].recipe
      let amount =
        recipe.main == nil
        ? 1 : recipe.outputs.first { $0.commodity == recipe.main }?.amount ?? 0
      tonnes[row.facility, default: Array(repeating: 0, count: years)][
        row.step / model.horizon.stepsPerYear] += row.tonnes * amount
    }
    return .array(
      tonnes.keys.sorted().map { p in
        .array([.integer(p), .array((tonnes[p] ?? []).map(ReportJSON.short))])
      })
  }
}
