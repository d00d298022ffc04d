extension Model {
  /// The model as a planner knows it who sees the years up to `last` (formulation section 7.6, limited foresight):
  /// what is in force in that year stays as it is, and nothing that begins later is known. So
  ///
  /// - levels (prices, demand, limits, numbers of rules, costs, capacities) keep their value of `last`;
  /// - no money is appropriated after it;
  /// - targets, limits, rules, requirements and projects that begin after it are not known, nor awards made after it;
  /// - an absolute minimum holds in the years seen alone, and one over several years from when all of them are
  ///   seen, because the money to fulfil it may be that of years not seen.
  ///
  /// `SeenModelTests` lists every property of a model with what is done about it here.
  public func seen(until last: Int) -> Model {
    guard last < horizon.end else { return self }
    var result = self
    func freeze(_ series: inout Series) { series = series.constant(after: last) }
    func freeze(_ series: inout Series?) { series = series?.constant(after: last) }
    freeze(&result.provenance.yearWeights)
    for c in commodities.indices {
      freeze(&result.commodities[c].price)
      freeze(&result.commodities[c].premium)
    }
    for p in facilities.indices {
      freeze(&result.facilities[p].existing)
      freeze(&result.facilities[p].availability)
      freeze(&result.facilities[p].opex)
      for j in (facilities[p].expansion?.options ?? []).indices {
        result.facilities[p].expansion?.options[j].capex =
          facilities[p].expansion?.options[j].capex.constant(after: last) ?? Series(0)
      }
      if let earliest = facilities[p].expansion?.earliest, earliest > last {
        result.facilities[p].expansion?.earliest = horizon.end + 1
      }
    }
    for s in imports.indices {
      freeze(&result.imports[s].limit)
      freeze(&result.imports[s].price)
      freeze(&result.imports[s].tariff)
      freeze(&result.imports[s].freight)
    }
    for d in demand.indices {
      freeze(&result.demand[d].quantity)
      if let embedded = demand[d].embedded {
        result.demand[d].embedded?.share = embedded.share.constant(after: last)
      }
      if let from = demand[d].requiredFrom, from > last {
        result.demand[d].requiredClasses = nil
        result.demand[d].requiredFrom = nil
      }
    }
    for r in returns.indices { freeze(&result.returns[r].base) }
    for f in funds.indices {
      let money = funds[f].appropriations
      let known = money.years.indices.filter { money.years[$0] <= last }
      result.funds[f].appropriations = Series(
        years: known.map { money.years[$0] }, values: known.map { money.values[$0] })
      freeze(&result.funds[f].pays.strike)
      freeze(&result.funds[f].pays.rate)
      freeze(&result.funds[f].pays.share)
      if let from = funds[f].pays.from, from > last {
        result.funds[f].pays.from = horizon.end + horizon.beyond + 1
      }
      if let until = funds[f].pays.until, until >= last { result.funds[f].pays.until = nil }
      result.funds[f].loan?.forbearance = funds[f].loan?.forbearance?.seen(until: last)
    }
    result.limits = limits.map { $0.seen(until: last, of: horizon) }
    result.rules = rules.map { $0.seen(until: last, of: horizon) }
    for m in measures.indices {
      result.measures[m].allSeries = measures[m].allSeries.map {
        $0.constant(after: last)
      }
    }
    result.targets.removeAll { $0.year > last }
    result.commitments.removeAll { horizon.year(ofStep: $0.steps.lowerBound) > last }
    return result
  }
}

extension Limit {
  /// A limit that is not known yet stays in the list, because rows are known by its place there, and holds in no year.
  fileprivate func seen(until last: Int, of horizon: Horizon) -> Limit {
    var result = self
    let isMinimum = sense == .atLeast && shareOf == nil
    switch period {
    case .year:
      result.value = value.constant(after: last)
      if isMinimum {
        result.until = min(until ?? last, last)
      } else if let until, until >= last {
        result.until = nil
      }
    case .horizon:
      // One sum over its years, which is known as it is written.
      if isMinimum, min(until ?? horizon.end, horizon.end) > last { result.from = horizon.end + 1 }
    }
    if let from, from > last { result.from = horizon.end + 1 }
    return result
  }
}

extension Forbearance {
  /// What is granted later is not known, and what is in force stays so.
  fileprivate func seen(until last: Int) -> Forbearance? {
    if let from, from > last { return nil }
    var result = self
    if let until, until >= last { result.until = nil }
    return result
  }
}

extension WrittenRule {
  /// As of a limit: what asks for something holds in the years seen, and over several years once all of them are.
  fileprivate func seen(until last: Int, of horizon: Horizon) -> WrittenRule {
    var result = self
    result.allSeries = allSeries.map { $0.constant(after: last) }
    switch period {
    case .year, .cumulative:
      if asksForSomething {
        result.until = min(until ?? last, last)
      } else if let until, until >= last {
        result.until = nil
      }
    case .horizon:
      if asksForSomething, min(until ?? horizon.end, horizon.end) > last {
        result.from = horizon.end + 1
      }
    }
    if let from, from > last { result.from = horizon.end + 1 }
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
