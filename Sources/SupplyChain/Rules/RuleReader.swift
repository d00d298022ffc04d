/// Reads one entry of `rules`, or with `each` one for each name.
struct RuleReader {
  let entry: Entry
  let number: Int
  let scope: RuleScope
  let builder: ModelBuilder
  private var log: DiagnosticLog { builder.log }

  func read() {
    let name =
      entry["name"].flatMap { entry.reader.name($0, entry.path + ".name") } ?? "rule \(number)"
    guard let node = entry.node("rule"),
      let text = entry.reader.text(node, entry.path + ".rule", expected: "a comparison")
    else { return }
    do throws(RuleProblem) {
      let written = try RuleParser.comparison(text, units: scope.units)
      guard let (comparison, shown) = bounded(written, text) else { return }
      for each in try instances() {
        var own = scope
        own.each = each
        try add(each.map { "\(name) (\($0.value))" } ?? name, shown, comparison, own)
      }
    } catch {
      builder.report(error, entry.path + ".rule", node)
    }
  }

  /// The comparison with `bound` in place of its number, and its text; nil where that is wrong, which is reported.
  private func bounded(
    _ comparison: RuleComparison, _ text: String
  ) -> (comparison: RuleComparison, text: String)? {
    guard let node = entry["bound"], !node.isMissing else { return (comparison, text) }
    do throws(RuleProblem) {
      guard let own = comparison.onlyNumber else {
        throw RuleProblem(
          "it stands for the one number of a rule, and this rule has \(comparison.numberCount)",
          at: 0, found: text, help: "give the number a name: `measures: { floor: 3 kt/yr }`")
      }
      let numbers = try numbers(node)
      let isNothing = own.value == 0 || numbers.series.values.allSatisfy { $0 == 0 }
      guard numbers.dimension == own.dimension || isNothing else {
        throw RuleProblem(
          "\(numbers.dimension.words) stands for \(own.dimension.words)", at: 0,
          found: node.words, expected: "\(own.dimension.words), as in `\(text)`")
      }
      let word =
        numbers.series.values.count == 1
        ? numbers.series.values[0].plain + " "
          + numbers.dimension.unit(currency: builder.reader.units.currency) : "bound"
      let bytes = Array(text.utf8)
      let shown =
        String(decoding: bytes[..<own.range.lowerBound], as: UTF8.self)
        + word.trimmingSpaces + String(decoding: bytes[own.range.upperBound...], as: UTF8.self)
      return (comparison.replacingNumber(by: numbers), shown)
    } catch {
      builder.report(error, entry.path + ".bound", node)
      return nil
    }
  }

  private func numbers(_ node: Node) throws(RuleProblem) -> RuleNumbers {
    switch try builder.syntax(node, entry.path + ".bound") {
    case .series(let series, let dimension, _): return RuleNumbers(series, dimension)
    default:
      guard let numbers = RuleNumbers(node, scope.units) else {
        throw RuleProblem(
          "it is a number, or numbers by year", at: 0, found: node.words,
          expected: "e.g. `3 kt/yr`, or `{ 2028: 2 kt/yr, 2035: 4 kt/yr }`")
      }
      return numbers
    }
  }

  /// What `each` stands for, one after the other; a single nil without it.
  private func instances() throws(RuleProblem) -> [(key: PlanQuantity.Key, value: String)?] {
    guard entry["each"] != nil else {
      if let node = entry["among"] {
        log.error(
          "\(entry.path).among needs `each`", at: node.position, help: "add `each: country`")
      }
      return [nil]
    }
    let key: PlanQuantity.Key = entry.choice("each")
    let known = scope.known(key)
    var names = known
    if let among = entry.texts("among") {
      names = []
      for (text, position) in among {
        let found = known.filter(Pattern(text).matches)
        if found.isEmpty {
          log.error(
            "\(entry.path).among: there is no \(key.rawValue) `\(text.escapedForDisplay(limit: 80))`",
            at: position, found: text, expected: "a \(key.rawValue) that the model has",
            help: Spelling.nearest(to: text, in: known).map { "did you mean `\($0)`?" })
        }
        names += found.filter { !names.contains($0) }
      }
    }
    return names.map { (key, $0) }
  }

  private func add(
    _ name: String, _ text: String, _ comparison: RuleComparison, _ scope: RuleScope
  ) throws(RuleProblem) {
    let period: WrittenRule.Period = entry.choice("per")
    let form = RuleLinearForm(scope: scope, span: period == .year ? .year : .years, text: text)
    let (left, right) = try form.sides(comparison)
    var rule = WrittenRule(
      name: name, text: text, left: left, sense: comparison.sense, right: right, period: period,
      horizon: scope.model.horizon, location: log.place(entry.position))
    if scope.each != nil {
      guard comparison.usesEach else {
        throw RuleProblem(
          "the rule does not say where `each` stands", at: 0, found: text,
          expected: "a filter such as `country=each`")
      }
      // Of a name for which nothing is counted there is nothing to say.
      if !comparison.countsSomething(scope) { return }
    }
    guard !rule.difference.terms.isEmpty else {
      throw RuleProblem(
        "the rule compares numbers and binds nothing that is decided", at: 0, found: text)
    }
    rule.from = entry.year("from")
    rule.until = entry.year("until")
    check(rule)
    rule.penalty = penalty(rule)
    builder.model.rules.append(rule)
  }

  private func check(_ rule: WrittenRule) {
    if let from = rule.from, let until = rule.until, until < from {
      log.error(
        "\(entry.path) ends before it begins", at: entry["until"]?.position ?? entry.position,
        found: "\(from) to \(until)", expected: "`until` of \(from) or later")
    }
    if rule.period == .horizon,
      let constant = Optional(rule.difference.constant), Set(constant.values).count > 1
    {
      log.error(
        "\(entry.path).rule gives numbers by year, but the rule is over all its years",
        at: entry["rule"]?.position ?? entry.position, expected: "one number",
        help: "remove `per: horizon`, or write `per: cumulative`")
    }
  }

  /// Millions for a unit of the rule.
  private func penalty(_ rule: WrittenRule) -> Double? {
    guard let node = entry["penalty"],
      let text = entry.reader.text(node, entry.path + ".penalty")
    else { return nil }
    do throws(RuleProblem) {
      guard
        case .number(let value, let dimension, _) = try RuleParser.expression(
          text, units: scope.units)
      else { throw RuleProblem("a penalty is a number with its unit", at: 0, found: text) }
      let money = Dimension(money: 1)
      var allowed = [money.divided(by: rule.dimension)]
      // The amount of a year.
      if rule.period == .year {
        allowed.insert(money.divided(by: rule.dimension.times(Dimension(time: 1))), at: 0)
      }
      guard allowed.contains(dimension) else {
        throw RuleProblem(
          "the penalty is \(dimension.words)", at: 0, found: text,
          expected: allowed.map(\.words).joined(separator: " or ") + " of what the rule compares")
      }
      guard value > 0 else {
        throw RuleProblem("a penalty of 0 asks for nothing", at: 0, found: text)
      }
      guard rule.sense != .equal else {
        throw RuleProblem(
          "a rule with `=` takes no penalty", at: 0, help: "write two rules, `<=` and `>=`")
      }
      return value
    } catch {
      builder.report(error, entry.path + ".penalty", node)
      return nil
    }
  }
}

extension RuleComparison {
  /// The quantities whose filters hold `each`, with them.
  private var eachNames: [(name: String, filters: [RuleFilter])] {
    func walk(_ syntax: RuleSyntax) -> [(name: String, filters: [RuleFilter])] {
      switch syntax {
      case .number, .series: []
      case .name(let name, let filters, _):
        filters.contains { $0.values.contains { $0.text == RuleScope.eachWord } }
          ? [(name, filters)] : []
      case .lastYear(let inner, _), .negative(let inner, _): walk(inner)
      case .binary(_, let left, let right, _): walk(left) + walk(right)
      }
    }
    return walk(left) + walk(right)
  }

  fileprivate var usesEach: Bool { !eachNames.isEmpty }

  /// Whether any quantity with `each` counts something of the model.
  fileprivate func countsSomething(_ scope: RuleScope) -> Bool {
    eachNames.contains { name, filters in
      let factor = scope.factors[name]
      let kind = PlanQuantity.Kind(rawValue: name) ?? factor.map { scope.model.factors[$0].per }
      guard let kind,
        let filter = try? scope.filter(filters, of: name, keys: kind.keys)
      else { return true }
      var quantity = PlanQuantity(kind, filter)
      quantity.factor = factor
      return scope.model.counts(quantity)
    }
  }
}

extension Model {
  /// Whether a quantity counts anything that the model has.
  func counts(_ quantity: PlanQuantity) -> Bool {
    let filter = quantity.filter
    func admits(_ list: [Int]?, _ index: Int) -> Bool { list?.contains(index) ?? true }
    func facility(_ holds: (Int) -> Bool = { _ in true }) -> Bool {
      facilities.indices.contains { p in
        filter.admits(facilities[p], index: p) && holds(p)
          && (quantity.factor.map { factors[$0].amounts[p] != 0 } ?? true)
      }
    }
    func grows(_ p: Int) -> Bool { (facilities[p].expansion?.max ?? 0) > 0 }
    switch quantity.kind {
    case .activity, .capacity: return facility()
    case .output:
      return facility { p in
        facilities[p].recipe.outputs.contains { admits(filter.commodities, $0.commodity) }
      }
    case .input:
      return facility { p in
        facilities[p].recipe.inputs.contains { admits(filter.commodities, $0.commodity) }
      }
    case .build, .projects, .capex:
      return facility { p in
        grows(p)
          && (facilities[p].expansion?.options.contains { option in
            filter.options?.contains(option.kind) ?? true
          } ?? false)
      }
    case .private: return facility { (facilities[$0].expansion?.privateMaxShare ?? 0) > 0 }
    case .awards, .support:
      return facility { p in
        funds.indices.contains { f in
          let gives =
            quantity.kind == .awards
            ? funds[f].givesCapital && grows(p) : funds[f].instruments.contains(.priceSupport)
          return admits(filter.funds, f) && gives
            && funds[f].eligible.admits(facilities[p], index: p)
        }
      }
    case .purchases:
      return funds.indices.contains { f in
        admits(filter.funds, f) && funds[f].instruments.contains(.stockpile)
          && stockpiles.indices.contains { i in
            admits(filter.stockpiles, i) && admits(filter.commodities, stockpiles[i].commodity)
          }
      }
    case .spending: return funds.indices.contains { admits(filter.funds, $0) }
    case .imports: return imports.indices.contains { Limit.share(of: $0, in: filter, self) > 0 }
    case .returns:
      return returns.contains { stream in
        admits(filter.commodities, stream.commodity)
          && filter.countries?.contains(stream.country) ?? true
      }
    case .demand, .served, .shortage:
      return demand.indices.contains { d in
        admits(filter.segments, d) && admits(filter.commodities, demand[d].commodity)
      }
    case .stock:
      return stockpiles.indices.contains { i in
        admits(filter.stockpiles, i) && admits(filter.commodities, stockpiles[i].commodity)
      }
    case .dependency: return true
    }
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
