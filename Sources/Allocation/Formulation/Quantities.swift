import SupplyChain

/// Formulation section 5.2: rules. The quantities that rules and limits count.
extension ProgramBuilder {
  /// Adds `factor` times a quantity in one step to the open row: kilotonnes, kt/yr, projects or millions, times the
  /// factor that stands on it.
  ///
  /// - Returns: what of it is given, whatever is decided; it is no part of the row.
  @discardableResult
  mutating func addQuantity(_ quantity: PlanQuantity, _ t: Int, factor: Double) -> Double {
    switch quantity.kind {
    case .activity, .output, .input: addActivity(quantity, t, factor)
    case .capacity: return addCapacity(quantity, t, factor)
    case .build, .projects, .capex: addBuilds(quantity, t, factor)
    case .awards: addAwards(quantity, t, factor)
    case .support: addSupport(quantity, t, factor)
    case .private: addPrivateMoney(quantity, t, factor)
    case .purchases: addPurchases(quantity.filter, t, factor)
    case .spending: addSpending(quantity.filter, t, factor)
    case .imports:
      for s in model.imports.indices where imported[slot(s, t)] >= 0 {
        let share = Limit.share(of: s, in: quantity.filter, model)
        if share > 0 { program.addEntry(Int(imported[slot(s, t)]), factor * share) }
      }
    case .returns:
      for (r, stream) in model.returns.enumerated()
      where returned[slot(r, t)] >= 0 && quantity.filter.admits(stream) {
        program.addEntry(Int(returned[slot(r, t)]), factor)
      }
    case .demand, .served, .shortage: return addDemand(quantity, t, factor)
    case .stock: addStock(quantity.filter, t, factor)
    case .dependency: return addDependency(t, factor)
    }
    return 0
  }

  /// By how much the quantity of a facility counts; nil where its filter does not admit it.
  private func weight(_ quantity: PlanQuantity, _ p: Int) -> Double? {
    guard quantity.filter.admits(model.facilities[p], index: p) else { return nil }
    guard let factor = quantity.factor else { return 1 }
    let weight = model.factors[factor].amounts[p]
    return weight == 0 ? nil : weight
  }

  // MARK: Facilities

  private mutating func addActivity(_ quantity: PlanQuantity, _ t: Int, _ factor: Double) {
    for (p, facility) in model.facilities.enumerated() {
      guard var weight = weight(quantity, p) else { continue }
      if quantity.kind != .activity {
        let list = quantity.kind == .output ? facility.recipe.outputs : facility.recipe.inputs
        weight *= list.reduce(0) { sum, entry in
          quantity.filter.commodities?.contains(entry.commodity) ?? true ? sum + entry.amount : sum
        }
      }
      if weight != 0 { addActivityEntries(p, t, factor: factor * weight) }
    }
  }

  /// Δ · cap (formulation section 2, time and capacity).
  private mutating func addCapacity(_ quantity: PlanQuantity, _ t: Int, _ factor: Double) -> Double
  {
    var given = 0.0
    for (p, facility) in model.facilities.enumerated() {
      guard let weight = weight(quantity, p) else { continue }
      given += weight * largestExisting[slot(p, t)]
      guard facility.expansion?.failsFrom == nil else { continue }
      let share = factor * weight * facility.availability.level(years[t]) * stepLength
      for option in options[p] {
        for award in option.steps where award + option.leadSteps <= t {
          let ramp = facility.ramp(age: t - award - option.leadSteps, stepLength: stepLength)
          program.addEntry(option.column(award), share * ramp * buildUnit[p])
        }
      }
    }
    return factor * given
  }

  private mutating func addBuilds(_ quantity: PlanQuantity, _ t: Int, _ factor: Double) {
    for p in model.facilities.indices where !options[p].isEmpty {
      guard let weight = weight(quantity, p) else { continue }
      for (j, option) in options[p].enumerated() {
        let kind = kind(ofOption: j, facility: p)
        if let kinds = quantity.filter.options, !kinds.contains(kind) { continue }
        if quantity.kind == .capex {
          addCostEntries(p, t, factor: factor * weight, option: kind)
        } else if option.steps.contains(t) {
          let most = (model.facilities[p].expansion?.max ?? 1) / AllocationProgram.tonnesPerUnit
          let unit = quantity.kind == .projects ? buildUnit[p] / most : buildUnit[p]
          program.addEntry(option.column(t), factor * weight * unit)
        }
      }
    }
  }

  // MARK: Money

  private mutating func addAwards(_ quantity: PlanQuantity, _ t: Int, _ factor: Double) {
    for (f, entries) in awards.enumerated() where quantity.filter.funds?.contains(f) ?? true {
      for entry in entries where entry.columns[t] >= 0 {
        guard let weight = weight(quantity, entry.facility) else { continue }
        program.addEntry(Int(entry.columns[t]), factor * weight)
      }
    }
  }

  private mutating func addSupport(_ quantity: PlanQuantity, _ t: Int, _ factor: Double) {
    for (f, entries) in supports.enumerated() where quantity.filter.funds?.contains(f) ?? true {
      for entry in entries {
        guard let weight = weight(quantity, entry.facility) else { continue }
        for column in entry.supports(t) { program.addEntry(Int(column), factor * weight) }
      }
    }
  }

  private mutating func addPrivateMoney(_ quantity: PlanQuantity, _ t: Int, _ factor: Double) {
    for p in model.facilities.indices where privateMoney[slot(p, t)] >= 0 {
      guard let weight = weight(quantity, p) else { continue }
      program.addEntry(Int(privateMoney[slot(p, t)]), factor * weight)
    }
  }

  private mutating func addPurchases(_ filter: Filter, _ t: Int, _ factor: Double) {
    for (f, columns) in bought.enumerated() where filter.funds?.contains(f) ?? true {
      for (i, pile) in model.stockpiles.enumerated()
      where !columns.isEmpty && filter.admits(pile, index: i) {
        let column = columns[slot(i, t)]
        if column >= 0 { program.addEntry(Int(column), factor) }
      }
    }
  }

  /// Awards, support and purchases less refunds.
  private mutating func addSpending(_ filter: Filter, _ t: Int, _ factor: Double) {
    addAwards(PlanQuantity(.awards, filter), t, factor)
    addSupport(PlanQuantity(.support, filter), t, factor)
    for (f, entries) in supports.enumerated() where filter.funds?.contains(f) ?? true {
      for entry in entries {
        for column in entry.refunds(t) { program.addEntry(Int(column), -factor) }
      }
    }
    addPurchases(filter, t, factor)
  }

  // MARK: Material

  private mutating func addDemand(_ quantity: PlanQuantity, _ t: Int, _ factor: Double) -> Double {
    var given = 0.0
    let sign = quantity.kind == .shortage ? -factor : factor
    for (d, segment) in model.demand.enumerated()
    where quantity.filter.admits(segment, index: d) {
      if quantity.kind != .served { given += factor * demanded(d, t) }
      guard quantity.kind != .demand, served[slot(d, t)] >= 0 else { continue }
      for (position, k) in servedClasses[slot(d, t)].enumerated()
      where quantity.filter.classes?.contains(k) ?? true {
        program.addEntry(Int(served[slot(d, t)]) + position, sign)
      }
    }
    return given
  }

  /// What is in stock at the end of the year, so that of its last step alone.
  private mutating func addStock(_ filter: Filter, _ t: Int, _ factor: Double) {
    guard (t + 1) % perYear == 0 else { return }
    for (i, pile) in model.stockpiles.enumerated() where filter.admits(pile, index: i) {
      for position in provenance.native[pile.commodity].indices {
        program.addEntry(Int(stock[slot(i, t)]) + position, factor)
      }
    }
  }

  /// The year's dependency, taken whole in its first step.
  private mutating func addDependency(_ t: Int, _ factor: Double) -> Double {
    guard t % perYear == 0 else { return 0 }
    let steps = t..<(t + perYear)
    let whole = weightedDemand(steps)
    guard whole > 0 else { return 0 }
    addDependencyEntries(steps, factor: factor / whole)
    return factor * model.provenance.unmetWeight
  }
}

extension Filter {
  func admits(_ pile: Stockpile, index: Int) -> Bool {
    stockpiles?.contains(index) ?? true && commodities?.contains(pile.commodity) ?? true
  }

  func admits(_ segment: DemandSegment, index: Int) -> Bool {
    segments?.contains(index) ?? true && commodities?.contains(segment.commodity) ?? true
  }

  func admits(_ stream: ReturnStream) -> Bool {
    countries?.contains(stream.country) ?? true && commodities?.contains(stream.commodity) ?? true
  }
}

extension PlanQuantity {
  /// Units of the quantity (tonnes, millions, projects, times its factor's unit) in a unit of the program.
  var programUnit: Double {
    switch kind {
    case .activity, .output, .input, .capacity, .build, .imports, .returns, .demand, .served,
      .shortage, .stock:
      AllocationProgram.tonnesPerUnit
    case .projects, .capex, .awards, .support, .private, .purchases, .spending, .dependency: 1
    }
  }
}
