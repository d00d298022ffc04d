import Allocation
import Analysis
import SupplyChain

/// What an adversary's answers mean, as JSON and as tables.
struct AdversaryReport {
  let plan: UncertainPlan
  let study: AdversaryStudy

  private func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

  /// Of a value of the first objective.
  private func shown(_ value: Double?) -> Double? {
    (plan.outcomes.first?.model.objectives.first ?? .dependency).shown(value)
  }

  private func scenario(_ move: Int) -> JSONValue {
    .string(study.adversary.moves[move].scenario)
  }

  var json: JSONValue {
    .object([
      (
        "worst_answers",
        .array(
          plan.rankedAnswers.map { index in
            let outcome = plan.outcomes[index]
            let value = outcome.objectives.first?.value
            return .object([
              ("name", .string(outcome.name)), ("value", number(shown(value))),
              ("damage", number(plan.damage(index))), ("cost", .number(outcome.cost)),
              ("value_less_cost", number(shown(value.map { $0 - outcome.cost }))),
              ("bound", number(shown(outcome.bound))),
            ])
          })
      ),
      ("growth", .array(study.growth.map(growth))),
      (
        "deterrence",
        .array(
          study.deterrence.map {
            .object([
              ("move", scenario($0.move)), ("cost", .number($0.cost)),
              ("alone", number($0.alone)), ("no_longer_pays_from", .number($0.noLongerFrom)),
            ])
          })
      ),
      ("guards", .array(study.guards.map(guarding))),
      ("removals", .array(study.removals.map(removal))),
    ])
  }

  private func growth(_ growth: AdversaryStudy.Growth) -> JSONValue {
    .object([
      ("plan", .string(growth.rival.rawValue)),
      (
        "worst",
        .array(
          growth.worst.enumerated().map { size, worst in
            .object([
              ("moves", .integer(size)),
              ("answer", worst.map { .string(plan.outcomes[$0.answer].name) } ?? .null),
              ("value", number(shown(worst?.value))),
              ("value_less_cost", number(shown(worst?.net))),
            ])
          })
      ),
      (
        "cannot_be_carried_out_under",
        growth.impossible.map { .string(plan.outcomes[$0].name) } ?? .null
      ),
    ])
  }

  private func guarding(_ entry: AdversaryStudy.Guard) -> JSONValue {
    .object([
      ("id", .string(entry.decision.id)),
      ("kind", .string(entry.decision.isStockpile ? "stockpile" : "facility")),
      ("planned", .number(entry.decision.planned)), ("base_case", .number(entry.decision.base)),
      (
        "loss_without",
        .object(entry.losses.map { (plan.outcomes[$0.answer].name, number($0.value)) })
      ),
    ])
  }

  private func removal(_ entry: AdversaryStudy.Removal) -> JSONValue {
    .object([
      ("move", scenario(entry.move)), ("does_not_pay", .bool(entry.isOff)),
      ("public_cost", number(entry.publicCost)), ("public_cost_of_plan", number(entry.planCost)),
      ("reason", entry.reason.map { .string($0) } ?? .null),
      (
        "decisions",
        .array(
          entry.decisions.map {
            .object([
              ("id", .string($0.id)),
              ("kind", .string($0.isStockpile ? "stockpile" : "facility")),
              ("planned", .number($0.planned)), ("base_case", .number($0.base)),
            ])
          })
      ),
    ])
  }

  /// One table a kind.
  var tables: [Table] {
    func cell(_ value: Double?) -> Table.Cell { value.map { .number($0) } ?? .empty }
    func id(_ move: Int) -> Table.Cell { .text(study.adversary.moves[move].scenario) }
    return [
      Table(
        "answers",
        [
          .init("rank"), .init("answer"), .init("value"), .init("damage"), .init("cost"),
          .init("value_less_cost"), .init("bound"),
        ],
        rows: plan.rankedAnswers.enumerated().map { rank, index in
          let outcome = plan.outcomes[index]
          let value = outcome.objectives.first?.value
          return [
            .number(Double(rank + 1)), .text(outcome.name), cell(shown(value)),
            cell(plan.damage(index)),
            .number(outcome.cost), cell(shown(value.map { $0 - outcome.cost })),
            cell(shown(outcome.bound)),
          ]
        }),
      Table(
        "answers_by_moves",
        [.init("plan"), .init("moves"), .init("answer"), .init("value"), .init("value_less_cost")],
        rows: study.growth.flatMap { growth in
          growth.worst.enumerated().map { size, worst in
            [
              .text(growth.rival.rawValue), .number(Double(size)),
              worst.map { .text(plan.outcomes[$0.answer].name) } ?? .empty,
              cell(shown(worst?.value)), cell(shown(worst?.net)),
            ]
          }
        }),
      Table(
        "moves",
        [
          .init("move"), .init("cost"), .init("alone"), .init("no_longer_pays_from"),
          .init("does_not_pay_alone"), .init("public_cost_to_remove"),
        ],
        rows: study.deterrence.map { entry in
          let removal = study.removals.first { $0.move == entry.move }
          return [
            id(entry.move), .number(entry.cost), cell(entry.alone), .number(entry.noLongerFrom),
            removal.map { .text($0.isOff ? "true" : "false") } ?? .empty, cell(removal?.publicCost),
          ]
        }),
      Table(
        "guards",
        [
          .init("id"), .init("kind"), .init("base_case"), .init("planned"), .init("answer"),
          .init("loss_without"),
        ],
        rows: study.guards.flatMap { entry in
          entry.losses.map { loss in
            [
              .text(entry.decision.id),
              .text(entry.decision.isStockpile ? "stockpile" : "facility"),
              .number(entry.decision.base), .number(entry.decision.planned),
              .text(plan.outcomes[loss.answer].name), cell(loss.value),
            ]
          }
        }),
    ]
  }
}
