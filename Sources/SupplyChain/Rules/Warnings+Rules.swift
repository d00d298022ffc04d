/// Rules that bind nothing: quantities that count nothing, years outside the horizon.
extension Warnings {
  mutating func checkRules() {
    for rule in model.rules {
      if rule.years(of: model.horizon).isEmpty {
        let looksBack = rule.difference.yearsBefore > 0 && model.horizon.yearCount == 1
        warn(
          "rule \(rule.name) is not in force within the horizon", rule.location,
          help: looksBack
            ? "it looks at the year before, and there is one year alone"
            : "the horizon is \(model.horizon.start) to \(model.horizon.end)")
      }
      for term in rule.difference.terms where !model.counts(term.quantity) {
        warn(
          "rule \(rule.name): a quantity counts nothing of the model: "
            + "`\(name(term.quantity))` with its filters", rule.location,
          help: "`lodestone describe` lists what there is")
        break
      }
    }
    for rule in model.rulesWithoutEffect(under: model.objectives) {
      warn(
        "rule \(rule.name) has no effect: its penalty is money, and no objective counts money",
        rule.location, help: "add `public_cost` or `system_cost` to the objectives")
    }
    for measure in model.measures {
      for term in measure.yearly.terms where !model.counts(term.quantity) {
        warn(
          "measure \(measure.id) counts nothing of the model by `\(name(term.quantity))` with its filters",
          measure.location)
        break
      }
    }
  }

  private func name(_ quantity: PlanQuantity) -> String {
    quantity.factor.map { model.factors[$0].id } ?? quantity.kind.rawValue
  }
}
