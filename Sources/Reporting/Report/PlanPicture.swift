import Allocation
import Analysis
import SupplyChain

/// One plan as the live page draws it: what the page of a report reads (`ReportJSON`), without the tables of data.
public struct PlanPicture: Sendable {
  private let entry: ReportContent.Entry
  private let file: String
  private let hash: String
  private let isRelaxed: Bool
  private let seconds: Double
  private let aims: [(objective: Objective, value: Double)]

  /// - Parameters:
  ///   - hash: of the model's files.
  ///   - seconds: what the plan took.
  ///   - aims: what can be an objective of the model, and what the plan has of it, minimised.
  public init(
    _ entry: ReportContent.Entry, file: String, hash: String, isRelaxed: Bool, seconds: Double,
    aims: [(objective: Objective, value: Double)]
  ) {
    self.entry = entry
    self.file = file
    self.hash = hash
    self.isRelaxed = isRelaxed
    self.seconds = seconds
    self.aims = aims
  }

  public var json: JSONValue {
    var content = ReportContent(
      file: file.split(separator: "/").last.map(String.init) ?? file, base: entry)
    content.isRelaxed = isRelaxed
    content.hash = hash
    var report = ReportJSON(content, hasTables: false)
    return report.value().with(first: [
      ("seconds", .number(seconds)),
      ("isRelaxed", .bool(isRelaxed)), ("integers", .integer(entry.solution.size.integers)),
      (
        "facilityIDs", .array(entry.model.facilities.map { .string($0.id) })
      ),
      ("fundIDs", .array(entry.model.funds.map { .string($0.id) })),
      ("floors", floors),
      (
        "aims",
        .array(
          aims.map { objective, value in
            .object(
              [("name", .string(objective.name))] + ReportJSON.objective(objective, entry.model)
                + [
                  ("value", .number(objective.shown(value))),
                  ("isMeasure", .bool(objective.isMeasure)),
                ])
          })
      ),
    ])
  }

  /// Of each plant whose support keeps it running: facility, year index, and the price, in currency a kilogram.
  private var floors: JSONValue {
    guard let plan = entry.solution.plan else { return .array([]) }
    return .array(
      PlanTables(plan, entry.model).tables.filter { $0.name == "price_floors" }.map(\.columnsJSON))
  }
}
