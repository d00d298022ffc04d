import Allocation
import SupplyChain

/// What several plans award and build, each under its number.
enum DecisionTables {
  /// - Parameter of: the name of the column of numbers, which count from 1.
  static func awards(_ plans: [Plan?], _ model: Model, of column: String) -> Table {
    numbered(plans, model, column, PlanTables.awards)
  }

  static func builds(_ plans: [Plan?], _ model: Model, of column: String) -> Table {
    numbered(plans, model, column, PlanTables.builds)
  }

  private static func numbered(
    _ plans: [Plan?], _ model: Model, _ column: String, _ table: (Plan, Model) -> Table
  ) -> Table {
    let head = table(Plan(), model)
    return Table(
      head.name, [Table.Column(column)] + head.columns,
      rows: plans.enumerated().flatMap { n, plan in
        (plan.map { table($0, model).rows } ?? []).map { [.integer(n + 1)] + $0 }
      })
  }
}
