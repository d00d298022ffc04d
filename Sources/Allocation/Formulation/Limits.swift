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
    finish(
      RowKey(.limit, l, step: steps[0].lowerBound), limit.sense == .atMost ? .atMost : .atLeast,
      bound)
  }

  /// What one unit of a measure in the program is in the limit's unit.
  private func unit(of measure: Limit.Measure) -> Double {
    switch measure {
    case .build, .activity, .import: AllocationProgram.tonnesPerUnit
    case .projects, .award, .support, .private, .capex: 1
    }
  }

  private mutating func addMeasure(
    _ measure: Limit.Measure, _ filter: Filter, _ t: Int, factor: Double
  ) {
    guard measure.admits(filter) else { return }
    addQuantity(PlanQuantity(measure.quantity, filter), t, factor: factor)
  }

  /// A target is the rule `dependency <= value` of its year.
  private mutating func addTargetRow(_ n: Int, _ target: Target) {
    let first = firstStep(of: target.year)
    guard first >= 0, first < endStepCount else { return }
    let given = addQuantity(PlanQuantity(.dependency), first, factor: 1)
    finish(RowKey(.target, n), .atMost, target.value - given)
  }
}

extension Limit.Measure {
  /// What a limit counts is one of the quantities of rules.
  fileprivate var quantity: PlanQuantity.Kind {
    switch self {
    case .build: .build
    case .projects: .projects
    case .award: .awards
    case .support: .support
    case .private: .private
    case .capex: .capex
    case .activity: .activity
    case .import: .imports
    }
  }

  /// A filter on something that the measure does not have (a fund of an import, say) admits nothing.
  fileprivate func admits(_ filter: Filter) -> Bool {
    switch self {
    case .build, .projects, .capex: filter.funds == nil && filter.sources == nil
    case .award, .support: filter.sources == nil && filter.options == nil
    case .private, .activity:
      filter.funds == nil && filter.sources == nil && filter.options == nil
    case .import: true
    }
  }
}
