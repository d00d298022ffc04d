import SupplyChain
import Support

/// Formulation section 5.2: rules.
extension ProgramBuilder {
  mutating func addShortfallColumns() {
    for (r, rule) in model.rules.enumerated() where rule.penalty != nil {
      shortfall[r] = rule.years(of: model.horizon).map { years in
        column(ColumnKey(.shortfall, r, step: firstStep(of: years.upperBound)))
      }
    }
  }

  func firstStep(of year: Int) -> Int { (year - model.horizon.start) * perYear }

  /// Closes the open row as a comparison with a bound, what lacks of it added where it may be broken. A row without terms
  /// says 0 ≤ or ≥ its bound: it is kept where that is false, so that it is found out.
  mutating func finish(
    _ key: RowKey, _ sense: WrittenRule.Sense, _ bound: Double, shortfall: Int? = nil
  ) {
    let isEmpty = program.openRowIsEmpty
    switch sense {
    case .atMost:
      if isEmpty, bound >= 0 { return }
      if let shortfall { program.addEntry(shortfall, -1) }
      finish(key, upper: bound)
    case .atLeast:
      if isEmpty, bound <= 0 { return }
      if let shortfall { program.addEntry(shortfall, 1) }
      finish(key, lower: bound)
    case .equal:
      if isEmpty, bound == 0 { return }
      finish(key, lower: bound, upper: bound)
    }
  }

  mutating func addRuleRows() {
    for (r, rule) in model.rules.enumerated() {
      for (n, years) in rule.years(of: model.horizon).enumerated() {
        addRuleRow(r, rule, years, shortfall: shortfall[r].isEmpty ? nil : shortfall[r][n])
      }
    }
  }

  private mutating func addRuleRow(
    _ r: Int, _ rule: WrittenRule, _ years: ClosedRange<Int>, shortfall: Int?
  ) {
    var given = CompensatedSum(0 - rule.bound(in: years.upperBound) / rule.rowUnit)
    for term in rule.difference.terms {
      for year in years {
        let factor =
          term.coefficient.level(year) * term.quantity.programUnit / rule.rowUnit
        guard factor != 0 else { continue }
        let first = firstStep(of: year - term.yearsBefore)
        for t in first..<(first + perYear) {
          given.add(addQuantity(term.quantity, t, factor: factor))
        }
      }
    }
    finish(
      RowKey(.rule, r, step: firstStep(of: years.upperBound)), rule.sense, 0 - given.value,
      shortfall: shortfall)
  }

  /// Adds what shortfalls cost, discounted, to a vector of money.
  func addPenalties(_ vector: inout [Double]) {
    guard !shortfall.allSatisfy(\.isEmpty) else { return }
    let discount = discountFactors(model.discountRate)
    for (r, columns) in shortfall.enumerated() {
      let rule = model.rules[r]
      for j in columns {
        vector[j] += discount[Int(self.columns[j].step)] * (rule.penalty ?? 0) * rule.rowUnit
      }
    }
  }
}
