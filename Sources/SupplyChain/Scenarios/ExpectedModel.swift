extension Model {
  /// The model of the expected data: every price, demand, limit, capacity, cost, duration, share, rate and
  /// appropriation at its mean over models of one kind, such as the outcomes of an uncertain one.
  ///
  /// Choices that have no mean (which entries exist, who is eligible, from when on, whole-number rules) are those of
  /// the most likely model; so are the data of entries that another model lacks. An import that is unlimited in one
  /// model is unlimited. `ExpectedModelTests` lists every property.
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
    result.discountRate = mean.number { $0.discountRate } ?? result.discountRate
    mean.setProvenance(&result.provenance)
    for c in result.commodities.indices where mean.agrees({ $0.commodities.map(\.id) }) {
      result.commodities[c].price = mean.level { $0.commodities[c].price }
      result.commodities[c].premium =
        mean.level { $0.commodities[c].premium } ?? result.commodities[c].premium
    }
    if mean.agrees({ $0.facilities.map(\.id) }) {
      for p in result.facilities.indices { mean.setFacility(&result.facilities[p], p) }
    }
    for s in result.imports.indices where mean.agrees({ $0.imports.map(\.id) }) {
      result.imports[s].limit = mean.level { $0.imports[s].limit }
      result.imports[s].price = mean.level { $0.imports[s].price }
      result.imports[s].tariff = mean.level { $0.imports[s].tariff } ?? result.imports[s].tariff
      result.imports[s].freight =
        mean.level { $0.imports[s].freight } ?? result.imports[s].freight
    }
    for d in result.demand.indices where mean.agrees({ $0.demand.map(\.id) }) {
      result.demand[d].quantity =
        mean.level { $0.demand[d].quantity } ?? result.demand[d].quantity
      if let share = mean.level({ $0.demand[d].embedded?.share }) {
        result.demand[d].embedded?.share = share
      }
      result.demand[d].weight = mean.number { $0.demand[d].weight } ?? result.demand[d].weight
    }
    for i in result.stockpiles.indices where mean.agrees({ $0.stockpiles.map(\.id) }) {
      mean.setStockpile(&result.stockpiles[i], i)
    }
    for r in result.returns.indices where mean.agrees({ $0.returns.map(\.id) }) {
      result.returns[r].base = mean.level { $0.returns[r].base } ?? result.returns[r].base
      result.returns[r].fraction = mean.number { $0.returns[r].fraction } ?? 0
      result.returns[r].lag = mean.number { $0.returns[r].lag } ?? 0
    }
    for f in result.funds.indices where mean.agrees({ $0.funds.map(\.id) }) {
      mean.setFund(&result.funds[f], f)
    }
    for l in result.limits.indices where mean.agrees({ $0.limits.map(\.name) }) {
      guard mean.agrees({ $0.limits[l].shareOf }), mean.agrees({ $0.limits[l].sense }) else {
        continue
      }
      result.limits[l].value = mean.level { $0.limits[l].value } ?? result.limits[l].value
    }
    mean.setRules(&result)
    for n in result.targets.indices where mean.agrees({ $0.targets.map(\.year) }) {
      result.targets[n].value = mean.number { $0.targets[n].value } ?? result.targets[n].value
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

  func setRules(_ result: inout Model) {
    if agrees({ $0.factors.map(\.id) }), agrees({ $0.facilities.map(\.id) }) {
      for f in result.factors.indices {
        for p in result.facilities.indices {
          result.factors[f].amounts[p] =
            number { $0.factors[f].amounts[p] } ?? result.factors[f].amounts[p]
        }
      }
    }
    if agrees({ $0.measures.map { [$0.id, "\($0.yearly.terms.map(\.quantity))"] } }) {
      for m in result.measures.indices {
        let own = result.measures[m].allSeries
        guard agrees({ $0.measures[m].allSeries.count }) else { continue }
        result.measures[m].allSeries = own.indices.map { i in
          level { $0.measures[m].allSeries[i] } ?? own[i]
        }
      }
    }
    guard agrees({ $0.rules.count }) else { return }
    for r in result.rules.indices {
      let first = models[0].rules[r]
      guard models.allSatisfy({ $0.rules[r].isLike(first) }) else { continue }
      for i in result.rules[r].allSeries.indices {
        result.rules[r].allSeries[i] =
          level { $0.rules[r].allSeries[i] } ?? result.rules[r].allSeries[i]
      }
      if result.rules[r].penalty != nil {
        result.rules[r].penalty = number { $0.rules[r].penalty } ?? result.rules[r].penalty
      }
    }
  }

  func setProvenance(_ provenance: inout Provenance) {
    provenance.unmetWeight = number { $0.provenance.unmetWeight } ?? provenance.unmetWeight
    provenance.yearWeights = level { $0.provenance.yearWeights } ?? provenance.yearWeights
    guard agrees({ $0.provenance.classes.map(\.name) }) else { return }
    for k in provenance.classes.indices {
      provenance.classes[k].weight =
        number { $0.provenance.classes[k].weight } ?? provenance.classes[k].weight
    }
  }

  func setStockpile(_ stockpile: inout Stockpile, _ i: Int) {
    stockpile.max = number { $0.stockpiles[i].max }
    stockpile.loss = number { $0.stockpiles[i].loss } ?? stockpile.loss
    stockpile.endShare = number { $0.stockpiles[i].endShare } ?? stockpile.endShare
    guard agrees({ $0.stockpiles[i].opening.count }) else { return }
    for k in stockpile.opening.indices {
      stockpile.opening[k] = number { $0.stockpiles[i].opening[k] } ?? stockpile.opening[k]
    }
  }

  func setFund(_ fund: inout Fund, _ f: Int) {
    fund.appropriations = amount { $0.funds[f].appropriations }
    fund.keep = number { $0.funds[f].keep } ?? fund.keep
    fund.maxShare = number { $0.funds[f].maxShare } ?? fund.maxShare
    fund.maxPerFacility = number { $0.funds[f].maxPerFacility }
    setSupport(&fund.pays, f)
    guard let loan = fund.loan else { return }
    fund.loan?.subsidy = number { $0.funds[f].loan?.subsidy } ?? loan.subsidy
    fund.loan?.authority = number { $0.funds[f].loan?.authority }
    fund.loan?.rate = number { $0.funds[f].loan?.rate } ?? loan.rate
    fund.loan?.tenor = number { $0.funds[f].loan?.tenor } ?? loan.tenor
    fund.loan?.grace = number { $0.funds[f].loan?.grace } ?? loan.grace
    fund.loan?.forbearance = forbearance(f)
  }

  /// The mean share of payments that may be put off, nothing of them in a model without forbearance, at the mean interest
  /// of the others; the years are those of the first that has it.
  func forbearance(_ f: Int) -> Forbearance? {
    let all = models.map { $0.funds[f].loan?.forbearance }
    guard var result = all.compactMap({ $0 }).first else { return nil }
    var share = 0.0
    var interest = 0.0
    var weight = 0.0
    for (terms, probability) in zip(all, probabilities) {
      guard let terms else { continue }
      share += probability * terms.atMost
      interest += probability * terms.rate
      weight += probability
    }
    result.atMost = share
    if weight > 0 { result.rate = interest / weight }
    return result
  }

  func setSupport(_ rule: inout SupportRule, _ f: Int) {
    guard agrees({ $0.funds[f].pays.kind }) else { return }
    rule.max = number { $0.funds[f].pays.max }
    rule.strike = level { $0.funds[f].pays.strike } ?? rule.strike
    rule.rate = level { $0.funds[f].pays.rate } ?? rule.rate
    rule.share = level { $0.funds[f].pays.share } ?? rule.share
    rule.twoWay = number { $0.funds[f].pays.twoWay } ?? rule.twoWay
  }

  func setFacility(_ facility: inout Facility, _ p: Int) {
    facility.existing = level { $0.facilities[p].existing } ?? facility.existing
    facility.availability = level { $0.facilities[p].availability } ?? facility.availability
    facility.opex = level { $0.facilities[p].opex } ?? facility.opex
    facility.life = number { $0.facilities[p].life }
    guard let expansion = facility.expansion else { return }
    facility.expansion?.hurdle =
      number { $0.facilities[p].expansion?.hurdle } ?? expansion.hurdle
    facility.expansion?.max = number { $0.facilities[p].expansion?.max } ?? expansion.max
    facility.expansion?.privateMinShare =
      number { $0.facilities[p].expansion?.privateMinShare } ?? expansion.privateMinShare
    facility.expansion?.combinedMaxShare =
      number { $0.facilities[p].expansion?.combinedMaxShare } ?? expansion.combinedMaxShare
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
