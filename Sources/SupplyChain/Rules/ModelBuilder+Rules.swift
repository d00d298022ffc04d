/// Factors, measures and rules.
extension ModelBuilder {
  func readRules() {
    guard root["factors"] != nil || root["measures"] != nil || root["rules"] != nil else { return }
    readFactors()
    var scope = RuleScope(model: model, names: names, units: reader.units)
    for (index, factor) in model.factors.enumerated() { scope.factors[factor.id] = index }
    readMeasures(&scope)
    guard let node = root["rules"], case .list(let items) = node.content else { return }
    for (index, item) in items.enumerated() {
      guard let mapping = item.mapping else { continue }
      let entry = Entry(
        reader, Schema.rule, mapping, at: item.position, section: "rules[\(index + 1)]")
      RuleReader(entry: entry, number: index + 1, scope: scope, builder: self).read()
    }
  }

  // MARK: Measures

  private func readMeasures(_ scope: inout RuleScope) {
    guard let pairs = root["measures"]?.mapping?.pairs else { return }
    for pair in pairs {
      let path = "measures.\(pair.key)"
      guard isFree(pair.key, pair.position, path, scope) else { continue }
      do throws(RuleProblem) {
        scope.measures[pair.key] = try syntax(pair.value, path)
      } catch {
        report(error, path, pair.value)
      }
    }
    for pair in pairs where scope.measures[pair.key] != nil {
      let text = pair.value.text ?? ""
      let form = RuleLinearForm(scope: scope, span: .year, text: text, inside: [pair.key])
      do throws(RuleProblem) {
        guard let syntax = scope.measures[pair.key] else { continue }
        model.measures.append(
          NamedMeasure(
            id: pair.key, text: text, yearly: try form.linear(syntax),
            total: total(of: syntax, pair.key, text, scope), location: log.place(pair.position)))
      } catch {
        report(error, "measures.\(pair.key)", pair.value)
      }
    }
  }

  /// What the years of a measure come to together.
  private func total(
    of syntax: RuleSyntax, _ id: String, _ text: String, _ scope: RuleScope
  ) -> NamedMeasure.Total {
    let form = RuleLinearForm(scope: scope, span: .years, text: text, inside: [id])
    do throws(RuleProblem) {
      return .sum(try form.linear(syntax))
    } catch {
      let reason =
        syntax.looksBack
        ? "`\(RuleParser.previous)` looks from year to year" : error.message
      return .none(
        reason: reason,
        help: "an objective is a sum over the years, such as `served` or `spending`; "
          + "a rule can ask for this measure year by year")
    }
  }

  /// The expression of a measure, or its numbers by year.
  func syntax(_ node: Node, _ path: String) throws(RuleProblem) -> RuleSyntax {
    if case .worked(let worked) = node.content {
      return .series(worked.series(in: model.horizon), worked.dimension ?? .pure, 0..<0)
    }
    guard let mapping = node.mapping else {
      guard let text = reader.text(node, path, expected: "an expression") else {
        throw RuleProblem("", at: -1)
      }
      return try RuleParser.expression(text, units: reader.units)
    }
    var values: [Int: Double] = [:]
    var dimension: Dimension?
    for pair in mapping.pairs {
      if case .worked = pair.value.content, let year = Int(pair.key),
        let one = RuleNumbers(pair.value, reader.units)
      {
        dimension = one.dimension
        values[year] = one.series.level(year)
        continue
      }
      guard let year = reader.year(pair.key, pair.position, path),
        let text = reader.text(pair.value, "\(path), \(pair.key)")
      else { throw RuleProblem("", at: -1) }
      var problem = RuleProblem(
        "\(pair.key) is not a number", at: 0, found: text,
        expected: "a number with its unit (e.g. `40%`)")
      do throws(RuleProblem) {
        let number = try RuleParser.expression(text, units: reader.units)
        if case .number(let value, let own, _) = number {
          if dimension ?? own == own {
            dimension = own
            values[year] = value
            continue
          }
          problem = RuleProblem(
            "\(own.words) stands among \((dimension ?? own).words)", at: 0, found: text)
        }
      } catch {
        problem = error
      }
      report(problem, path, pair.value)
      throw RuleProblem("", at: -1)
    }
    let years = values.keys.sorted()
    guard !years.isEmpty else {
      throw RuleProblem(
        "a measure has no years", at: 0, expected: "e.g. `{ 2028: 40%, 2035: 60% }`")
    }
    return .series(
      Series(years: years, values: years.map { values[$0] ?? 0 }), dimension ?? .pure, 0..<0)
  }

  /// Whether a name may be that of a measure or a factor.
  private func isFree(
    _ id: String, _ position: Position, _ path: String, _ scope: RuleScope?
  ) -> Bool {
    var problem: String?
    if SchemaCheck.problem(withID: id) != nil {
      SchemaCheck(log: log).checkID(id, position)
      return false
    }
    if id.utf8.first.map(Number.isDigit) ?? false || id.hasPrefix("-") {
      problem = "begins with a digit or a sign, so that no expression can name it"
    } else if PlanQuantity.Kind(rawValue: id) != nil {
      problem = "is the name of a quantity"
    } else if UnitSystem(currency: reader.units.currency).isUnit(id) {
      problem = "is the name of a unit"
    } else if id == RuleParser.previous || id == RuleScope.eachWord {
      problem = "is a word of expressions"
    } else if scope?.factors[id] != nil {
      problem = "is the name of a factor"
    }
    guard let problem else { return true }
    log.error("\(path) \(problem)", at: position, found: id, help: "choose another name")
    return false
  }

  // MARK: Factors

  private func readFactors() {
    for pair in root["factors"]?.mapping?.pairs ?? [] {
      guard let mapping = pair.value.mapping,
        isFree(pair.key, pair.position, "factors.\(pair.key)", nil)
      else { continue }
      let entry = Entry(
        reader, Schema.factor, mapping, at: pair.position, section: "factors", id: pair.key)
      if let factor = factor(entry) { model.factors.append(factor) }
    }
  }

  private func factor(_ entry: Entry) -> Factor? {
    let unit = entry.text("unit")
    let per: PlanQuantity.Kind = entry.choice("per")
    guard !unit.isEmpty, let values = entry.node("values")?.mapping else { return nil }
    let ownUnit = Dimension(own: [unit: 1])
    guard Factor.isUnitName(unit), !UnitSystem(currency: reader.units.currency).isUnit(unit)
    else {
      log.error(
        "\(entry.path).unit is not a unit's name", at: entry["unit"]?.position ?? entry.position,
        found: unit, expected: "letters and digits that no other unit has (e.g. `jobs`, `tCO2`)")
      return nil
    }
    guard per.isOfFacilities else {
      log.error(
        "\(entry.path).per: \(per.rawValue) is no sum over facilities",
        at: entry["per"]?.position ?? entry.position, found: per.rawValue)
      return nil
    }
    let allowed = PlanQuantity.Span.both.compactMap { per.dimension(in: $0) }
      .map(ownUnit.divided(by:))
    var amounts = [Double](repeating: 0, count: model.facilities.count)
    var setBy = [Int](repeating: -1, count: model.facilities.count)
    var dimension: Dimension?
    for (index, pair) in values.pairs.enumerated() {
      let path = "\(entry.path).values.\(pair.key)"
      guard let admitted = facilities(pair, path),
        let (value, own) = factorValue(pair.value, path, allowed, unit, per)
      else { continue }
      if value != 0, dimension ?? own != own {
        log.error(
          "\(path) is \(own.words), but others are \((dimension ?? own).words)",
          at: pair.value.position, found: pair.value.words)
      }
      if value != 0 { dimension = own }
      for p in admitted {
        amounts[p] = value
        setBy[p] = index
      }
    }
    for (index, pair) in values.pairs.enumerated() where !setBy.contains(index) && !log.hasErrors {
      log.warning(
        "\(entry.path).values.\(pair.key) has no effect: later ones take all that it names",
        at: pair.position, help: "write the general one first")
    }
    return Factor(
      id: entry.id, name: entry.name(), unit: unit, per: per, amounts: amounts,
      dimension: dimension ?? allowed.last ?? ownUnit, location: log.place(entry.position))
  }

  /// The facilities that a name with `*` and filters admits.
  private func facilities(_ pair: Mapping.Pair, _ path: String) -> [Int]? {
    do throws(ChangePath.Problem) {
      let name = try ChangePath(pair.key)
      let found = model.facilities.indices.filter {
        name.segments.count == 1 && name.segments[0].admits(model.facilities[$0])
      }
      if !found.isEmpty { return found }
      log.error(
        "\(path): no facility is so named", at: pair.position, found: pair.key,
        expected: "a facility, or a name with `*` and filters (e.g. `\"*[stage=metal]\"`)",
        help: suggestion(pair.key, in: names.facilities, "facility"))
    } catch {
      log.error("\(path): \(error.message)", at: pair.position, found: pair.key, help: error.help)
    }
    return nil
  }

  private func factorValue(
    _ node: Node, _ path: String, _ allowed: [Dimension], _ unit: String, _ per: PlanQuantity.Kind
  ) -> (Double, Dimension)? {
    guard let text = reader.text(node, path) else { return nil }
    do throws(RuleProblem) {
      let syntax = try RuleParser.expression(text, units: reader.units)
      guard case .number(let value, let dimension, _) = syntax else {
        throw RuleProblem("a factor is a number with its unit", at: 0, found: text)
      }
      if value == 0 || allowed.contains(dimension) { return (value, dimension) }
      throw RuleProblem(
        "the number is \(dimension.words)", at: 0, found: text,
        expected: allowed.map(\.words).uniqued.joined(separator: " or ")
          + ", because it multiplies `\(per.rawValue)`")
    } catch {
      report(error, path, node)
      return nil
    }
  }

  // MARK: Problems

  func report(_ problem: RuleProblem, _ path: String, _ node: Node) {
    // What has been told elsewhere has no place here.
    guard problem.at >= 0 else { return }
    log.error(
      "\(path): \(problem.message)", at: position(of: problem.at, in: node), found: problem.found,
      expected: problem.expected, help: problem.help)
  }

  /// Where a byte of a text stands in its file; of text over several lines or with escapes, where the text begins.
  private func position(of offset: Int, in node: Node) -> Position {
    guard let text = node.text, offset > 0, Int(node.position.file) < log.files.count,
      log.files[Int(node.position.file)].hasLines,
      let line = log.files[Int(node.position.file)].line(Int(node.position.line))
    else { return node.position }
    let start = Int(node.position.column) - 1
    let tail = String(String.UnicodeScalarView(line.unicodeScalars.dropFirst(start)))
    let quote = tail.hasPrefix("\"") || tail.hasPrefix("'") ? 1 : 0
    guard String(tail.dropFirst(quote)).hasPrefix(text) else { return node.position }
    let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self).unicodeScalars.count
    return Position(
      line: Int(node.position.line), column: start + 1 + quote + before,
      file: Int(node.position.file))
  }
}

extension PlanQuantity.Span {
  fileprivate static let both: [PlanQuantity.Span] = [.year, .years]
}

extension [String] {
  fileprivate var uniqued: [String] {
    enumerated().filter { firstIndex(of: $0.element) == $0.offset }.map(\.element)
  }
}
