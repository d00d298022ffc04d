import Allocation
import Analysis
import SupplyChain

/// Targets with a chance: how often the plan keeps them, where it misses them, and by which rows they were asked for.
struct ChanceWords {
  let plan: UncertainPlan
  /// Outcomes named at most.
  private static let most = 6

  // MARK: Terminal

  func lines(_ style: TerminalStyle) -> [String] {
    if plan.chances.isEmpty { return [] }
    return ["", style.bold("Targets with a chance")] + plan.chances.flatMap(lines)
  }

  private func lines(_ chance: UncertainPlan.TargetChance) -> [String] {
    guard chance.hasTarget else {
      return [
        "  There is no target for \(chance.year) in any outcome: its chance asks for nothing."
      ]
    }
    let count = plan.outcomes.count
    let kept =
      chance.misses.isEmpty
      ? "in all \(count) outcomes"
      : "in \(count - chance.misses.count) of \(count) outcomes, with a probability of "
        + RuleWords.percent(chance.kept)
    let verb = chance.isKept ? "is kept" : "is kept only"
    let missed = chance.misses.isEmpty ? "" : " It is missed in \(missed(chance))."
    return [
      "  Target \(chance.year)\(value(chance)) \(verb) \(kept); "
        + "asked for with \(RuleWords.percent(chance.asked)).\(missed)",
      "  \(how(chance)).",
    ]
  }

  /// ` (30 %)`, where it is the same in all outcomes.
  private func value(_ chance: UncertainPlan.TargetChance) -> String {
    let values = Set(plan.outcomes.indices.compactMap { target($0, chance.year) })
    return values.count == 1 ? values.first.map { " (\(RuleWords.percent($0)))" } ?? "" : ""
  }

  private func target(_ outcome: Int, _ year: Int) -> Double? {
    plan.outcomes[outcome].model.targets.first { $0.year == year }?.value
  }

  private func how(_ chance: UncertainPlan.TargetChance) -> String {
    let level = RuleWords.percent(chance.asked)
    switch chance.form {
    case .wholeNumbers: return "Outcomes are counted by whole-number rows"
    case .cvar:
      return "The CVaR of what exceeds it is bounded at \(level), which implies the chance and "
        + "asks for more"
    case .everyOutcome:
      return "No outcome's probability is within the other "
        + "\(RuleWords.percent(1 - chance.asked)), so all must keep it"
    }
  }

  private func missed(_ chance: UncertainPlan.TargetChance) -> String {
    let sorted = chance.misses.sorted { ($1.by, $0.outcome) < ($0.by, $1.outcome) }
    let named = sorted.prefix(Self.most).map {
      let by = Figure.number($0.by * 100, decimals: 2)
      return "\(printable(plan.outcomes[$0.outcome].name)) by \(by) points"
    }
    let more = sorted.count - named.count
    return more > 0 ? named.joined(separator: ", ") + " and \(more) more" : named.listed
  }

  // MARK: JSON and tables

  private static func word(_ chance: UncertainPlan.TargetChance) -> String {
    guard chance.hasTarget else { return "no_target" }
    return switch chance.form {
    case .wholeNumbers: "whole_numbers"
    case .cvar: "cvar"
    case .everyOutcome: "every_outcome"
    }
  }

  var json: JSONValue {
    .array(
      plan.chances.map { chance in
        .object([
          ("year", .integer(chance.year)), ("chance", .number(chance.asked)),
          ("kept", .number(chance.kept)), ("rows", .string(Self.word(chance))),
          (
            "missed",
            .array(
              chance.misses.map { miss in
                .object([
                  ("outcome", .string(plan.outcomes[miss.outcome].name)),
                  ("target", target(miss.outcome, chance.year).map { .number($0) } ?? .null),
                  ("by", .number(miss.by)),
                ])
              })
          ),
        ])
      })
  }

  var tables: [Table] {
    if plan.chances.isEmpty { return [] }
    return [
      Table(
        "chance_targets",
        [.init("year"), .init("chance"), .init("kept"), .init("rows"), .init("missed_in")],
        rows: plan.chances.map {
          [
            .integer($0.year), .number($0.asked), .number($0.kept), .text(Self.word($0)),
            .integer($0.misses.count),
          ]
        })
    ]
  }
}
