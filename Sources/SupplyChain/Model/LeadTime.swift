/// Durations in steps (formulation section 2, lead time).
public enum LeadTime {
  /// Steps of a duration in years, rounded up; a quotient within 1e-9 of a whole number is that number.
  public static func steps(_ duration: Double, perYear: Int) -> Int {
    let quotient = duration * Double(perYear)
    let nearest = quotient.rounded()
    let whole = abs(quotient - nearest) <= 1e-9 ? nearest : quotient.rounded(.up)
    return whole >= Double(Int32.max) ? Int(Int32.max) : Int(whole)
  }
}

extension Expansion {
  /// The first step in which it may be awarded; may lie past the horizon.
  public func firstAwardStep(_ horizon: Horizon) -> Int {
    Swift.max(0, ((earliest ?? horizon.start) - horizon.start) * horizon.stepsPerYear)
  }

  /// The step in which its earliest award could first work; nil past the horizon.
  public func firstOnlineStep(_ horizon: Horizon) -> Int? {
    let leads = options.map {
      LeadTime.steps($0.permit + $0.construction, perYear: horizon.stepsPerYear)
    }
    guard let lead = leads.min() else { return nil }
    let step = firstAwardStep(horizon) + lead
    return step < horizon.stepCountWithBeyond ? step : nil
  }
}

extension Facility {
  /// The year in which its awards could first work; nil past the horizon, or where nothing can be added.
  public func firstYear(_ horizon: Horizon) -> Int? {
    guard let expansion, expansion.max > 0 else { return nil }
    return expansion.firstOnlineStep(horizon).map(horizon.year)
  }
}

extension Model {
  /// The model with the permits of all options of a facility shortened by `years` (lengthened where it is negative).
  public func withPermit(of facility: Int, shortenedBy years: Double) -> Model {
    var result = self
    guard var expansion = facilities[facility].expansion else { return self }
    for j in expansion.options.indices {
      expansion.options[j].permit = max(0, expansion.options[j].permit - years)
    }
    result.facilities[facility].expansion = expansion
    return result
  }
}
