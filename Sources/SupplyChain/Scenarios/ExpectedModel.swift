extension Model {
  /// The model of the expected-value problem: every price, demand, limit, capacity, cost, duration and appropriation at
  /// its mean over models of one kind, such as the outcomes of an uncertain one.
  ///
  /// Choices that have no mean (which entries exist, who is eligible, whole-number rules) are those of the most
  /// likely model; so are the data of entries that another model lacks. An import that is unlimited in one
  /// model is unlimited.
  ///
  /// - Parameter probabilities: one a model; they add up to 1.
  public static func expected(_ models: [Model], probabilities: [Double]) -> Model {
    guard
      let likeliest = models.indices.max(by: {
        (probabilities[$0], -$0) < (probabilities[$1], -$1)
      })
    else { return Model() }
    let mean = Mean(models, probabilities)
    var result = models[likeliest]
    result.budgetScale = mean.number { $0.budgetScale } ?? result.budgetScale
    for c in result.commodities.indices where mean.agrees({ $0.commodities.map(\.id) }) {
      result.commodities[c].price = mean.level { $0.commodities[c].price }
    }
    if mean.agrees({ $0.facilities.map(\.id) }) {
      for p in result.facilities.indices { mean.setFacility(&result.facilities[p], p) }
    }
    for s in result.imports.indices where mean.agrees({ $0.imports.map(\.id) }) {
      result.imports[s].limit = mean.level { $0.imports[s].limit }
      result.imports[s].price = mean.level { $0.imports[s].price }
      result.imports[s].tariff = mean.level { $0.imports[s].tariff } ?? result.imports[s].tariff
      result.imports[s].freight = mean.level { $0.imports[s].freight } ?? result.imports[s].freight
    }
    for d in result.demand.indices where mean.agrees({ $0.demand.map(\.id) }) {
      result.demand[d].quantity =
        mean.level { $0.demand[d].quantity } ?? result.demand[d].quantity
      if let share = mean.level({ $0.demand[d].embedded?.share }) {
        result.demand[d].embedded?.share = share
      }
    }
    for r in result.returns.indices where mean.agrees({ $0.returns.map(\.id) }) {
      result.returns[r].base = mean.level { $0.returns[r].base } ?? result.returns[r].base
      result.returns[r].fraction = mean.number { $0.returns[r].fraction } ?? 0
    }
    for f in result.funds.indices where mean.agrees({ $0.funds.map(\.id) }) {
      result.funds[f].appropriations = mean.amount { $0.funds[f].appropriations }
      let pays = result.funds[f].pays
      guard mean.agrees({ $0.funds[f].pays.kind }) else { continue }
      result.funds[f].pays.strike = mean.level { $0.funds[f].pays.strike } ?? pays.strike
      result.funds[f].pays.rate = mean.level { $0.funds[f].pays.rate } ?? pays.rate
      result.funds[f].pays.share = mean.level { $0.funds[f].pays.share } ?? pays.share
    }
    return result
  }
}

/// Means over models.
private struct Mean {
  let models: [Model]
  let probabilities: [Double]
  private let years: ClosedRange<Int>

  init(_ models: [Model], _ probabilities: [Double]) {
    self.models = models
    self.probabilities = probabilities
    let horizon = models[0].horizon
    years = horizon.start...max(horizon.start, horizon.end)
  }

  func agrees<Value: Equatable>(_ value: (Model) -> Value) -> Bool {
    let first = value(models[0])
    return models.allSatisfy { value($0) == first }
  }

  /// nil where one of the models has no value.
  func number(_ value: (Model) -> Double?) -> Double? {
    var sum = 0.0
    for (model, probability) in zip(models, probabilities) {
      guard let value = value(model) else { return nil }
      sum += probability * value
    }
    return sum
  }

  /// The same series where all agree; else its mean in every year of the horizon.
  func level(_ series: (Model) -> Series?) -> Series? {
    let all = models.map(series)
    guard all.allSatisfy({ $0 != nil }) else { return nil }
    if all.allSatisfy({ $0 == all[0] }) { return all[0] }
    return Series(
      years: Array(years),
      values: years.map { year in
        zip(all, probabilities).reduce(0) { $0 + $1.1 * ($1.0?.level(year) ?? 0) }
      })
  }

  func amount(_ series: (Model) -> Series) -> Series {
    let all = models.map(series)
    if all.allSatisfy({ $0 == all[0] }) { return all[0] }
    return Series(
      years: Array(years),
      values: years.map { year in
        zip(all, probabilities).reduce(0) { $0 + $1.1 * $1.0.amount(year) }
      })
  }

  func setFacility(_ facility: inout Facility, _ p: Int) {
    facility.existing = level { $0.facilities[p].existing } ?? facility.existing
    facility.availability = level { $0.facilities[p].availability } ?? facility.availability
    facility.opex = level { $0.facilities[p].opex } ?? facility.opex
    guard let expansion = facility.expansion else { return }
    facility.expansion?.max = number { $0.facilities[p].expansion?.max } ?? expansion.max
    facility.expansion?.privateMaxShare =
      number { $0.facilities[p].expansion?.privateMaxShare } ?? expansion.privateMaxShare
    guard agrees({ $0.facilities[p].expansion?.options.map(\.kind) }) else { return }
    for j in expansion.options.indices {
      let option = expansion.options[j]
      facility.expansion?.options[j].permit =
        number { $0.facilities[p].expansion?.options[j].permit } ?? option.permit
      facility.expansion?.options[j].construction =
        number { $0.facilities[p].expansion?.options[j].construction } ?? option.construction
      facility.expansion?.options[j].capex =
        level { $0.facilities[p].expansion?.options[j].capex } ?? option.capex
    }
  }
}
