import SupplyChain

/// Formulation section 5: limits and targets.
extension ProgramBuilder {
  mutating func addLimitRows() {
    for (l, limit) in model.limits.enumerated() {
      switch limit.period {
      case .year:
        for first in stride(from: 0, to: endStepCount, by: perYear)
        where isInForce(limit, year: years[first]) {
          addLimitRow(l, limit, steps: [first..<(first + perYear)])
        }
      case .horizon:
        let inForce = stride(from: 0, to: endStepCount, by: perYear)
          .filter { isInForce(limit, year: years[$0]) }
          .map { $0..<($0 + perYear) }
        if !inForce.isEmpty { addLimitRow(l, limit, steps: inForce) }
      }
    }
    for (n, target) in model.targets.enumerated() { addTargetRow(n, target) }
  }

  private func isInForce(_ limit: Limit, year: Int) -> Bool {
    (limit.from.map { year >= $0 } ?? true) && (limit.until.map { year <= $0 } ?? true)
  }

  private mutating func addLimitRow(_ l: Int, _ limit: Limit, steps: [Range<Int>]) {
    for t in steps.joined() { addMeasure(limit.measure, limit.filter, t, factor: 1) }
    let value = limit.value.level(years[steps[0].lowerBound])
    var bound = 0.0
    if let whole = limit.shareOf {
      for t in steps.joined() { addMeasure(limit.measure, whole, t, factor: -value) }
    } else {
      bound = value / unit(of: limit.measure)
    }
    // A row without terms says 0 ≤ or ≥ its bound: kept where that is false, so that it is found out.
    let key = RowKey(.limit, l, step: steps[0].lowerBound)
    switch limit.sense {
    case .atMost:
      if program.openRowIsEmpty, bound >= 0 { return }
      finish(key, upper: bound)
    case .atLeast:
      if program.openRowIsEmpty, bound <= 0 { return }
      finish(key, lower: bound)
    }
  }

  /// What one unit of a measure in the program is in the limit's unit.
  private func unit(of measure: Limit.Measure) -> Double {
    switch measure {
    case .build, .activity, .import: AllocationProgram.tonnesPerUnit
    case .projects, .award, .support, .private, .capex: 1
    }
  }

  /// Adds `factor` times a measure over a filter in one step to the open row. A filter on something that
  /// the measure does not have (a fund of an import, say) admits nothing.
  private mutating func addMeasure(
    _ measure: Limit.Measure, _ filter: Filter, _ t: Int, factor: Double
  ) {
    switch measure {
    case .build, .projects, .capex:
      guard filter.funds == nil, filter.sources == nil else { return }
      for (p, facility) in model.facilities.enumerated()
      where !options[p].isEmpty && filter.admits(facility, index: p) {
        addOptionMeasure(measure, p, t, filter.options, factor)
      }
    case .award:
      guard filter.sources == nil, filter.options == nil else { return }
      for (f, entries) in awards.enumerated() where filter.funds?.contains(f) ?? true {
        for entry in entries where entry.columns[t] >= 0 && admits(filter, entry.facility) {
          program.addEntry(Int(entry.columns[t]), factor)
        }
      }
    case .support:
      guard filter.sources == nil, filter.options == nil else { return }
      for (f, entries) in supports.enumerated() where filter.funds?.contains(f) ?? true {
        for entry in entries where admits(filter, entry.facility) {
          for column in entry.supports(t) { program.addEntry(Int(column), factor) }
        }
      }
    case .private:
      guard filter.funds == nil, filter.sources == nil, filter.options == nil else { return }
      for (p, facility) in model.facilities.enumerated()
      where privateMoney[slot(p, t)] >= 0 && filter.admits(facility, index: p) {
        program.addEntry(Int(privateMoney[slot(p, t)]), factor)
      }
    case .activity:
      guard filter.funds == nil, filter.sources == nil, filter.options == nil else { return }
      for (p, facility) in model.facilities.enumerated() where filter.admits(facility, index: p) {
        addActivityEntries(p, t, factor: factor)
      }
    case .import:
      for s in model.imports.indices where imported[slot(s, t)] >= 0 {
        let share = Limit.share(of: s, in: filter, model)
        if share > 0 { program.addEntry(Int(imported[slot(s, t)]), factor * share) }
      }
    }
  }

  private mutating func addOptionMeasure(
    _ measure: Limit.Measure, _ p: Int, _ t: Int, _ kinds: [BuildOption.Kind]?, _ factor: Double
  ) {
    for (j, option) in options[p].enumerated() {
      let kind = kind(ofOption: j, facility: p)
      if let kinds, !kinds.contains(kind) { continue }
      if measure == .capex {
        addCostEntries(p, t, factor: factor, option: kind)
      } else if option.steps.contains(t) {
        let most = (model.facilities[p].expansion?.max ?? 1) / AllocationProgram.tonnesPerUnit
        let weight = measure == .projects ? buildUnit[p] / most : buildUnit[p]
        program.addEntry(option.column(t), factor * weight)
      }
    }
  }

  private func admits(_ filter: Filter, _ p: Int) -> Bool {
    filter.admits(model.facilities[p], index: p)
  }

  private mutating func addTargetRow(_ n: Int, _ target: Target) {
    let first = (target.year - model.horizon.start) * perYear
    guard first >= 0, first < endStepCount else { return }
    let steps = first..<(first + perYear)
    let whole = weightedDemand(steps)
    guard whole > 0 else { return }
    addDependencyEntries(steps, factor: 1 / whole)
    let bound = target.value - model.provenance.unmetWeight
    if program.openRowIsEmpty, bound >= 0 { return }
    finish(RowKey(.target, n), upper: bound)
  }
}
