/// Works out the new value of one key under a change.
struct ChangedValue {
  enum Outcome {
    case unchanged
    case replaced(Node)
    case removed
  }

  /// What stood there before: a value, nothing that means a lifted limit, or nothing at all.
  enum Current {
    /// `isForEveryYear`: of an amount series, that its values are those of every year there may ever be.
    case values(Series, isForEveryYear: Bool = false)
    case unlimited
    case nothing
  }

  let change: Change
  let horizon: Horizon
  let reader: ModelReader
  /// Of numbers of measures and rules: what they are.
  var dimension: Dimension?

  /// Whether the change replaces or removes all that stands there.
  var isWhole: Bool {
    switch change.action {
    case .set: !change.hasWindow
    case .remove: true
    case .scale, .shift: false
    }
  }

  /// The years that change. Those outside the horizon change with the rest: a later change may take them in.
  private var window: ClosedRange<Int> {
    let first = change.from ?? ModelReader.years.lowerBound
    return first...max(first, change.until ?? ModelReader.years.upperBound)
  }

  func outcome(
    _ kind: Kind, _ path: String, current: () -> Current, isPresent: Bool, node: Node?
  ) -> Outcome {
    switch change.action {
    case .remove:
      return isPresent ? .removed : .unchanged
    case .set(let value):
      guard change.hasWindow else {
        SchemaCheck(log: reader.log).check(value, kind, at: path)
        return .replaced(value)
      }
      if node?.text == Schema.parity, case .series = kind {
        reader.log.error(
          "\(path.escapedForDisplay(limit: 120)) is `\(Schema.parity)`: it has no value that the other years could keep",
          at: change.position, found: change.path.text,
          help: "change the prices of its imports, or set the price for all years")
        return .unchanged
      }
      return setInWindow(value, kind, path, current())
    case .scale(let factor):
      return arithmetic(kind, path, current, node) { $0.isInfinite ? $0 : $0 * factor }
    case .shift(let by):
      if case .year = kind { return shiftYear(node, current, by, path) }
      if case .expression = kind { return shiftNumber(node, current, by, path) }
      guard let measure = kind.measure else { return notAQuantity(path) }
      guard let step = signed(by, measure, path) else { return .unchanged }
      return arithmetic(kind, path, current, node) { $0 + step }
    }
  }

  private func replaced(_ series: Series, isForEveryYear: Bool = false) -> Outcome {
    let worked = Worked(series, isForEveryYear: isForEveryYear, dimension: dimension)
    return .replaced(Node(.worked(worked), at: change.valuePosition))
  }

  private func notAQuantity(_ path: String) -> Outcome {
    reader.log.error(
      "\(path.escapedForDisplay(limit: 120)) is not a quantity", at: change.position,
      found: change.path.text, expected: "a path to a quantity",
      help: "use `set`, or name a quantity in it")
    return .unchanged
  }

  // MARK: Scale and shift

  private func arithmetic(
    _ kind: Kind, _ path: String, _ current: () -> Current, _ node: Node?,
    _ change: (Double) -> Double
  ) -> Outcome {
    switch kind {
    case .quantity, .fractions:
      if self.change.hasWindow { return noWindow(path) }
      guard case .values(var series, _) = current() else { return .unchanged }
      series.values = series.values.map(change)
      return replaced(series)
    case .series, .expression:
      guard case .values(var series, let isForEveryYear) = current() else { return .unchanged }
      if self.change.hasWindow { series = yearly(series, series.level) }
      for index in series.years.indices where isChanged(series.years[index]) {
        series.values[index] = change(series.values[index])
      }
      return replaced(series, isForEveryYear: isForEveryYear || self.change.hasWindow)
    case .amounts:
      guard case .values(let series, let isForEveryYear) = current() else { return .unchanged }
      let new = changedAmounts(series, change)
      if series.years.isEmpty, new.years.isEmpty { return .unchanged }
      return replaced(new, isForEveryYear: isForEveryYear || self.change.hasWindow)
    default:
      return notAQuantity(path)
    }
  }

  private func shiftNumber(
    _ node: Node?, _ current: () -> Current, _ by: Node, _ path: String
  ) -> Outcome {
    guard let step = number(by, path), let first = step.values.first else { return .unchanged }
    return arithmetic(.expression, path, current, node) { $0 + first }
  }

  /// Numbers of the dimension of those that change.
  private func number(_ node: Node, _ path: String) -> Series? {
    guard let numbers = RuleNumbers(node, reader.units),
      numbers.dimension == dimension || numbers.series.values.allSatisfy({ $0 == 0 })
    else {
      let words = dimension?.words ?? "a number with its unit"
      reader.log.error(
        "\(path.escapedForDisplay(limit: 120)) is \(words)", at: node.position,
        found: node.words, expected: words)
      return nil
    }
    return numbers.series
  }

  private func isChanged(_ year: Int) -> Bool {
    !change.hasWindow || window.contains(year)
  }

  /// A level series read off at every year of the horizon and as far beyond it as it or the window changes.
  private func yearly(_ old: Series?, _ level: (Int) -> Double) -> Series {
    // A constant stands at the year 0.
    let own = (old?.years ?? []).filter { ModelReader.years.contains($0) }
    let edges = [
      change.from.map { $0 - 1 }, change.from, change.until, change.until.map { $0 + 1 },
    ]
    let all = own + edges.compactMap { $0 }.filter { ModelReader.years.contains($0) }
    let first = min(horizon.start, all.min() ?? horizon.start)
    let last = max(horizon.end, all.max() ?? horizon.end)
    let years = Array(first...last)
    return Series(years: years, values: years.map(level))
  }

  /// Without a window the years that are given change; with one, those of the window.
  private func changedAmounts(_ series: Series, _ apply: (Double) -> Double) -> Series {
    guard change.hasWindow else {
      return Series(years: series.years, values: series.values.map(apply))
    }
    var amounts = Dictionary(
      zip(series.years, series.values), uniquingKeysWith: { first, _ in first })
    for year in window {
      let value = apply(amounts[year] ?? 0)
      if value != 0 || amounts[year] != nil { amounts[year] = value }
    }
    return Self.amounts(amounts)
  }

  private static func amounts(_ amounts: [Int: Double]) -> Series {
    let years = amounts.keys.sorted()
    return Series(years: years, values: years.map { amounts[$0] ?? 0 })
  }

  private func shiftYear(
    _ node: Node?, _ current: () -> Current, _ by: Node, _ path: String
  ) -> Outcome {
    guard let years = signed(by, .duration, path) else { return .unchanged }
    guard let whole = Int(exactly: years), abs(whole) <= 1000 else {
      reader.log.error(
        "\(path.escapedForDisplay(limit: 120)) is a year", at: change.valuePosition,
        found: by.words, expected: "a whole number of years (e.g. `2 years`)")
      return .unchanged
    }
    let year: Int
    if let text = node?.text, node?.isMissing == false {
      guard let written = Int(text) else { return .unchanged }
      year = written
    } else {
      guard case .values(let series, _) = current(), let standard = series.values.first else {
        return .unchanged
      }
      year = Int(standard)
    }
    return .replaced(Node(.plain(String(year &+ whole)), at: change.valuePosition))
  }

  private func signed(_ node: Node, _ measure: Measure, _ path: String) -> Double? {
    let currency = reader.units.currency
    guard let text = node.text else {
      reader.log.error(
        "\(path.escapedForDisplay(limit: 120)): the step is not a quantity", at: node.position,
        found: node.words, expected: measure.words(currency: currency))
      return nil
    }
    do throws(QuantityProblem) {
      return try Quantity.value(of: text, as: measure, units: &reader.units, isSigned: true)
    } catch {
      reader.log.error(
        "\(path.escapedForDisplay(limit: 120)): \(error.message)", at: node.position, found: text,
        expected: error.expected ?? measure.words(currency: currency), help: error.suggestion)
      return nil
    }
  }

  // MARK: Set in a window

  private func noWindow(_ path: String) -> Outcome {
    reader.log.error(
      "\(path.escapedForDisplay(limit: 120)) has one value for all years", at: change.position,
      found: change.path.text, expected: "a series (price, limit, demand, opex, capex, …)",
      help: "leave `from` and `until` out")
    return .unchanged
  }

  private func setInWindow(_ value: Node, _ kind: Kind, _ path: String, _ current: Current)
    -> Outcome
  {
    switch kind {
    case .series, .expression:
      let read: Series? =
        if case .series(let measure) = kind {
          reader.series(value, measure, path)
        } else {
          number(value, path)
        }
      guard let new = read else { return .unchanged }
      let old: (Int) -> Double
      var known: Series?
      switch current {
      case .values(let series, _):
        known = series
        old = series.level
      case .unlimited: old = { _ in .infinity }
      case .nothing: old = { _ in 0 }
      }
      let both = Series(years: (known?.years ?? []) + new.years, values: [])
      return replaced(
        yearly(both) { isChanged($0) ? new.level($0) : old($0) }, isForEveryYear: true)
    case .amounts(let measure):
      var amounts: [Int: Double] = [:]
      if case .values(let series, _) = current {
        amounts = Dictionary(
          zip(series.years, series.values), uniquingKeysWith: { first, _ in first })
      }
      guard let new = reader.series(value, measure, path) else { return .unchanged }
      let isConstant = value.mapping == nil
      for year in window {
        amounts[year] = isConstant ? new.level(year) : nil
      }
      for (year, amount) in zip(new.years, new.values) where !isConstant {
        if window.contains(year) { amounts[year] = amount }
      }
      return replaced(Self.amounts(amounts), isForEveryYear: true)
    default:
      return noWindow(path)
    }
  }
}

extension Kind {
  /// The measure of a quantity or of a series' values.
  var measure: Measure? {
    switch self {
    case .quantity(let measure), .series(let measure), .amounts(let measure),
      .short(let measure, _):
      measure
    case .fractions: .fraction
    default: nil
    }
  }
}
