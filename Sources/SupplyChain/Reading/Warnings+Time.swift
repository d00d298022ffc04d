/// Times that are no whole number of steps or years, which the plan rounds up (formulation sections 2 to 4).
extension Warnings {
  mutating func checkDurations() {
    checkLeadTimes()
    for facility in model.facilities {
      guard facility.expansion != nil, let life = facility.life, let whole = roundedUp(life) else {
        continue
      }
      warn(
        "the life of \(facility.id), \(words(life)), is rounded up to \(words(whole))",
        facility.location, help: stepHelp)
    }
    for stream in model.returns {
      guard let whole = roundedUp(stream.lag) else { continue }
      warn(
        "`after` of returns \(stream.id), \(words(stream.lag)), is rounded up to \(words(whole))",
        stream.location, help: stepHelp)
    }
    for fund in model.funds {
      guard let loan = fund.loan else { continue }
      let payments = max(1, (loan.tenor - 1e-9).rounded(.up))
      if abs(loan.tenor - payments) > 1e-9 {
        let count = payments == 1 ? "one payment" : "\(payments.plain) yearly payments"
        warn(
          "the tenor of fund \(fund.id)'s loans, \(words(loan.tenor)), is repaid in \(count)",
          fund.location, help: "loans are repaid once a year, whatever the step")
      }
      if let whole = roundedUp(loan.grace) {
        warn(
          "the grace of fund \(fund.id)'s loans, \(words(loan.grace)), is rounded up to "
            + words(whole), fund.location, help: stepHelp)
      }
    }
  }

  /// Values for years that the horizon does not reach, nor a line between two years that are given. One note for all:
  /// tables of prices often go on for longer.
  mutating func checkYears() {
    var unused: [(text: String, location: SourceLocation)] = []
    func look(_ series: Series?, _ name: String, _ location: SourceLocation) {
      guard let series else { return }
      let years = model.horizon.yearsWithoutEffect(series)
      guard !years.isEmpty else { return }
      let shown = years.prefix(3).map(String.init).joined(separator: ", ")
      unused.append(("\(name) \(shown)\(years.count > 3 ? ", …" : "")", location))
    }
    for entry in model.commodities { look(entry.price, "\(entry.id).price", entry.location) }
    for entry in model.facilities { look(entry.opex, "\(entry.id).opex", entry.location) }
    for entry in model.imports {
      look(entry.limit, "\(entry.id).limit", entry.location)
      look(entry.price, "\(entry.id).price", entry.location)
    }
    for entry in model.demand { look(entry.quantity, "\(entry.id).quantity", entry.location) }
    guard let first = unused.first else { return }
    let shown = unused.prefix(4).map(\.text).joined(separator: "; ")
    let more = unused.count > 4 ? "; and \(unused.count - 4) more" : ""
    let horizon = model.horizon
    warn(
      "values outside the horizon have no effect: \(shown)\(more)", first.location,
      help: "the horizon is \(horizon.start) to \(horizon.end)", severity: .note)
  }

  /// One warning for all lead times: there are many where the step is a year.
  private mutating func checkLeadTimes() {
    var rounded: [(text: String, facility: Facility)] = []
    for facility in model.facilities {
      for option in facility.expansion?.options ?? [] {
        let lead = option.permit + option.construction
        guard let whole = roundedUp(lead) else { continue }
        let name = option.kind == .standard ? facility.id : facility.id + " (fast track)"
        rounded.append(("\(name) \(words(lead)) to \(words(whole))", facility))
      }
    }
    guard let first = rounded.first else { return }
    let shown = rounded.prefix(4).map(\.text).joined(separator: ", ")
    let more = rounded.count > 4 ? " and \(rounded.count - 4) more" : ""
    warn(
      "permit and construction together are rounded up to whole steps: \(shown)\(more)",
      first.facility.location, help: stepHelp)
  }

  private var stepHelp: String {
    let step = model.horizon.step
    return step == .month
      ? "the step is a month"
      : "the step is a \(step.rawValue) (horizon.step); a shorter one is nearer"
  }

  /// The whole number of steps that a time takes, in years; nil where it is one.
  private func roundedUp(_ years: Double) -> Double? {
    let perYear = model.horizon.stepsPerYear
    let whole = Double(LeadTime.steps(years, perYear: perYear)) / Double(perYear)
    return abs(whole - years) <= 1e-9 ? nil : whole
  }

  private func words(_ years: Double) -> String {
    let months = (years * 12).rounded()
    if years == years.rounded() { return years == 1 ? "1 year" : "\(years.plain) years" }
    if abs(years * 12 - months) < 1e-6 { return months == 1 ? "1 month" : "\(months.plain) months" }
    return "\(rounded(years)) years"
  }
}

extension Horizon {
  /// Years of a level series that change no year of the horizon.
  fileprivate func yearsWithoutEffect(_ series: Series) -> [Int] {
    // A constant is one year that stands for all.
    guard series.years.count > 1 else { return [] }
    return series.years.filter { year in
      year > end && series.years.contains { $0 >= end && $0 < year }
        || year < start && series.years.contains { $0 <= start && $0 > year }
    }
  }
}
