import Allocation
import Analysis
import SupplyChain

/// What each programme takes off, as JSON: `report` draws it and the session answers `measures` with it.
public struct ProgrammeStepsReport: Sendable {
  private let found: ProgrammeSteps?
  private let model: Model

  public init(_ found: ProgrammeSteps?, _ model: Model) {
    self.found = found
    self.model = model
  }

  /// `null` where no programme pays.
  public var json: JSONValue {
    guard let found else { return .null }
    return .object(
      ReportJSON.objective(found.objective, model) + [
        ("without_programmes", ReportJSON.short(found.objective.shown(found.withoutProgrammes))),
        ("plan", ReportJSON.short(found.objective.shown(found.plan))),
        ("steps", .array(found.steps.map { step($0, found.objective) })),
      ])
  }

  private func step(_ step: ProgrammeSteps.Step, _ objective: Objective) -> JSONValue {
    let name =
      step.funds.count == 1
      ? model.funds[step.funds[0]].name : "the other \(step.funds.count) programmes"
    return .object([
      ("funds", .array(step.funds.map { .string(model.funds[$0].id) })), ("name", .string(name)),
      ("paid", ReportJSON.short(step.paid)),
      ("value", ReportJSON.short(objective.shown(step.value))),
    ])
  }
}

/// The projects to decide on, as JSON: `report` shows it and the session answers `decisions` with it.
public struct ProjectDecisionsReport: Sendable {
  private let found: ProjectDecisions?
  private let model: Model

  public init(_ found: ProjectDecisions?, _ model: Model) {
    self.found = found
    self.model = model
  }

  /// `null` where no project gets public money.
  public var json: JSONValue {
    guard let found else { return .null }
    return .object(
      ReportJSON.objective(found.objective, model) + [
        ("other_plans", .integer(found.otherPlanCount)), ("funded", .integer(found.fundedCount)),
        ("projects", .array(found.projects.map(project))),
      ])
  }

  private func project(_ project: ProjectDecisions.Project) -> JSONValue {
    let facility = model.facilities[project.facility]
    let product = facility.recipe.main.map { model.commodities[$0].name }
    return .object([
      ("facility", .string(facility.id)), ("name", .string(facility.name)),
      ("stage", .string(facility.stage)), ("country", .string(facility.country)),
      ("product", product.map { .string($0) } ?? .null),
      ("public_money", ReportJSON.short(project.publicMoney)),
      ("capacity", ReportJSON.short(project.capacity)),
      ("first_award", .integer(project.firstAward)),
      ("without_it", project.withoutIt.map(ReportJSON.short) ?? .null),
      ("a_year_later", project.aYearLater.map(ReportJSON.short) ?? .null),
      ("other_plans", .integer(project.otherPlans)),
    ])
  }
}
