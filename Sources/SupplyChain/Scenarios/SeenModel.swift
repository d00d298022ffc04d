extension Model {
  /// The model as a planner knows it who sees the years up to `last`: levels (prices, demand, limits, costs,
  /// capacities) stay as they are in that year, no money is appropriated after it, and targets of later years
  /// are not known.
  public func seen(until last: Int) -> Model {
    guard last < horizon.end else { return self }
    var result = self
    func freeze(_ series: inout Series) { series = series.constant(after: last) }
    func freeze(_ series: inout Series?) { series = series?.constant(after: last) }
    freeze(&result.provenance.yearWeights)
    for c in commodities.indices { freeze(&result.commodities[c].price) }
    for p in facilities.indices {
      freeze(&result.facilities[p].existing)
      freeze(&result.facilities[p].availability)
      freeze(&result.facilities[p].opex)
      for j in (facilities[p].expansion?.options ?? []).indices {
        result.facilities[p].expansion?.options[j].capex =
          facilities[p].expansion?.options[j].capex.constant(after: last) ?? Series(0)
      }
    }
    for s in imports.indices {
      freeze(&result.imports[s].limit)
      freeze(&result.imports[s].price)
    }
    for d in demand.indices { freeze(&result.demand[d].quantity) }
    for r in returns.indices { freeze(&result.returns[r].base) }
    for f in funds.indices {
      let money = funds[f].appropriations
      let known = money.years.indices.filter { money.years[$0] <= last }
      result.funds[f].appropriations = Series(
        years: known.map { money.years[$0] }, values: known.map { money.values[$0] })
    }
    result.targets.removeAll { $0.year > last }
    return result
  }
}

extension Series {
  /// A level series that keeps its value of a year from then on.
  fileprivate func constant(after last: Int) -> Series {
    guard let final = years.last, final > last else { return self }
    let known = years.indices.filter { years[$0] < last }
    return Series(
      years: known.map { years[$0] } + [last], values: known.map { values[$0] } + [level(last)])
  }
}
