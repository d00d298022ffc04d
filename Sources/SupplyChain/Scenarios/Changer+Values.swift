/// What stood at a place before a change, and the numbers of measures and rules, which have dimensions of their own.
extension Changer {
  // MARK: Numbers of measures and rules

  /// A measure that is a number, or the number of a rule; what is written out of quantities is replaced as a whole.
  func number(
    _ old: Node?, _ field: Field?, isExact: Bool, _ value: ChangedValue? = nil
  ) -> ChangedValue.Outcome {
    var value = value ?? self.value
    var numbers: RuleNumbers?
    if let old, !old.isMissing {
      numbers = RuleNumbers(old, reader.units)
    } else if field != nil, let rule = ancestors.last?["rule"]?.text {
      numbers = RuleNumbers(ofRule: rule, reader.units)
    }
    value.dimension = numbers?.dimension
    if numbers == nil, !value.isWhole {
      // Of several measures those that are numbers change.
      if isExact {
        fail(
          "`\(path)` is no number that could be changed",
          help: field == nil
            ? "give its number a name: `measures: { floor: 3 kt/yr }`"
            : "the rule has not one number alone: give the number a name, `measures: { floor: 3 kt/yr }`"
        )
      }
      return .unchanged
    }
    let outcome = value.outcome(
      .expression, path,
      current: {
        numbers.map { .values($0.series, isForEveryYear: $0.isForEveryYear) } ?? .nothing
      }, isPresent: old != nil, node: old)
    if case .unchanged = outcome { lacking = lacking ?? trail.last }
    return outcome
  }

  // MARK: Values before the change

  func current(_ old: Node?, _ kind: Kind, _ field: Field?, _ schema: ObjectSchema?)
    -> ChangedValue.Current
  {
    if let old, !old.isMissing {
      if case .amounts(let measure) = kind, measure.takesOneAmountForAllYears, old.text != nil {
        let years = Array(ModelReader.years)
        return quiet.quantity(old, measure, "").map { amount in
          .values(
            Series(years: years, values: Array(repeating: amount, count: years.count)),
            isForEveryYear: true)
        } ?? .nothing
      }
      if case .worked(let worked) = old.content {
        return .values(worked.all, isForEveryYear: worked.isForEveryYear)
      }
      let values = values(old, kind, isSurchargeAllowed: schema === Schema.fastTrack)
      return values.map { .values($0) } ?? .nothing
    }
    switch field?.presence {
    case .standard: return (field?.standardValues).map { .values($0) } ?? .nothing
    case .unlimited:
      isUnlimited = true
      return .unlimited
    case .commodityPrice:
      guard let id = ancestors.last?["commodity"]?.text,
        let price = root["commodities"]?.mapping?[id]?.mapping?["price"]
      else { return .nothing }
      return quiet.values(price, .series(.price)).map { .values($0) } ?? .nothing
    case .standardOption:
      guard ancestors.count >= 2, let key = field?.key else { return .nothing }
      let option = ancestors[ancestors.count - 2]
      return current(option[key], kind, Schema.expansion.field(key), Schema.expansion)
    case .firstYear: return .values(Series(Double(value.horizon.start)))
    case .lastYear: return .values(Series(Double(value.horizon.end)))
    case .wholeHorizon: return .values(Series(Double(value.horizon.yearCount)))
    case .required, .absent, .allDemand, .firstOutput, nil:
      if case .amounts = kind { return .values(Series(years: [], values: [])) }
      return .nothing
    }
  }

  private func values(_ node: Node, _ kind: Kind, isSurchargeAllowed: Bool = false) -> Series? {
    guard isSurchargeAllowed, let text = node.text, text.hasSuffix("%"), ancestors.count >= 2 else {
      return quiet.values(node, kind)
    }
    // A surcharge on the standard option's cost.
    let share = try? Quantity.value(of: text, as: .number, units: &quiet.units, isSigned: true)
    guard let share, let standard = ancestors[ancestors.count - 2]["capex"],
      var series = quiet.values(standard, kind)
    else { return nil }
    series.values = series.values.map { $0 * (1 + share) }
    return series
  }
}
