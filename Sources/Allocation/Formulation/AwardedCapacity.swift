import SupplyChain

extension Facility {
  /// The fraction of an award that works `age` steps of a length in years after coming on line (formulation section 2,
  /// ramp).
  func ramp(age: Int, stepLength: Double) -> Double {
    guard let expansion, age >= 0 else { return 0 }
    let years = Double(age) * stepLength
    if let life, years >= life - 1e-9 { return 0 }
    return expansion.ramp[min(Int(years + 1e-9), expansion.ramp.count - 1)]
  }
}

extension Model {
  /// Currency per (t/yr) of an award: before the reveal of an uncertain model, that of the model itself.
  func awardCost(_ p: Int, _ option: BuildOption, year: Int) -> Double {
    guard let base = costsBeforeReveal, year < base.reveal,
      let capex = base.facilities[facilities[p].id]?.capex[option.kind]
    else { return option.capex.level(year) }
    return capex.level(year)
  }

  /// The yearly fractions in which the cost of what is awarded in a year falls.
  func spending(_ p: Int, awardedIn year: Int) -> [Double] {
    if let base = costsBeforeReveal, year < base.reveal,
      let costs = base.facilities[facilities[p].id]
    {
      return costs.spending
    }
    return facilities[p].expansion?.spending ?? [1]
  }
}
