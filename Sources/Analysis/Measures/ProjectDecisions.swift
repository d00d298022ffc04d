import Allocation
import SupplyChain
import Support

/// The projects to decide on: what the plan loses without each, what a year's delay of its first award costs, and how many
/// of the plans beside it build it too.
///
/// All changes are those of the best plan made again without the whole-number rules, so that other projects take the place
/// of one that fails as far as they can.
public struct ProjectDecisions: Sendable {
  public struct Project: Sendable {
    /// An index into the model's facilities.
    public var facility: Int
    /// Awards and support in the plan, millions.
    public var publicMoney: Double
    /// t/yr awarded in the plan.
    public var capacity: Double
    /// The year of its first award.
    public var firstAward: Int
    /// By how much the first objective rises where it cannot be built; nil: no plan keeps all rules without it.
    public var withoutIt: Double?
    /// By how much it rises where nothing is awarded to it in the year of its first award or before; nil: no plan keeps all
    /// rules then.
    public var aYearLater: Double?
    /// How many of the other plans build it.
    public var otherPlans: Int
  }

  public var objective: Objective
  public var projects: [Project]
  /// How many plans there are beside this one.
  public var otherPlanCount: Int
  /// How many projects get public money; those with the most are told.
  public var fundedCount: Int

  static let shownCount = 12

  /// - Parameters:
  ///   - plan: of the model.
  ///   - others: capacity by facility of the plans beside it, t/yr.
  ///   - settings: a time limit holds for each solve.
  /// - Returns: nil where the plan funds nothing new, where there is no plan without the whole-number rules, or where it was
  ///   cancelled.
  public static func find(
    _ model: Model, _ plan: Plan, others: [[Int: Double]] = [], _ settings: RunSettings
  ) -> ProjectDecisions? {
    let firstStep = plan.builds.reduce(into: [Int: Int]()) {
      $0[$1.facility] = min($0[$1.facility] ?? .max, $1.step)
    }
    let committed = Set(model.commitments.compactMap(\.facility))
    let funded = plan.projects(model).filter {
      $0.publicMoney >= 0.05 && firstStep[$0.facility] != nil && !committed.contains($0.facility)
    }
    let shown = Array(funded.prefix(shownCount))
    guard !shown.isEmpty else { return nil }
    let years = shown.map { model.horizon.year(ofStep: firstStep[$0.facility] ?? 0) }
    var models = [model]
    models += shown.map { FacilityChange(model: model, p: $0.facility).removed }
    models += zip(shown, years).map { model.awarding($0.facility, from: $1 + 1) }
    let values = firstValues(of: models, "the largest projects, without and later", settings)
    guard settings.cancellation?.isCancelled != true, let base = values[0] else { return nil }
    return ProjectDecisions(
      objective: model.objectives[0],
      projects: shown.enumerated().map { n, project in
        Project(
          facility: project.facility, publicMoney: project.publicMoney,
          capacity: project.capacity, firstAward: years[n],
          withoutIt: values[1 + n].map { max(0, $0 - base) },
          aYearLater: values[1 + shown.count + n].map { max(0, $0 - base) },
          otherPlans: others.count { ($0[project.facility] ?? 0) >= 0.5 })
      }, otherPlanCount: others.count, fundedCount: funded.count)
  }
}

extension Model {
  /// The model in which a facility is awarded nothing before a year; past the end it is awarded nothing at all.
  fileprivate func awarding(_ p: Int, from year: Int) -> Model {
    var result = self
    if year > horizon.end {
      result.facilities[p].expansion = nil
    } else {
      result.facilities[p].expansion?.earliest = year
    }
    return result
  }
}
