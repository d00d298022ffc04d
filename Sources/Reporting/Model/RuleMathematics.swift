import SupplyChain

/// Factors, measures and rules as mathematics: what is summed over what, with measures written out.
struct RuleMathematics {
  private let model: Model

  init(_ model: Model) { self.model = model }

  func lines(_ style: TerminalStyle) -> [String] {
    var lines: [String] = []
    func section(_ title: String, _ entries: [String]) {
      guard !entries.isEmpty else { return }
      lines += ["", style.bold(title)]
      for entry in entries {
        lines += printable(entry).wrapped(behind: "  • ", width: style.width)
      }
    }
    section("Factors", model.factors.map(words))
    section("Measures", model.measures.map { "\($0.id) = \(measure($0))" })
    section(
      "Rules, in t, yr and M\(model.currency)", model.rules.map { "\($0.name): \(rule($0))" })
    return lines
  }

  var tables: [Table] {
    var tables: [Table] = []
    if !model.factors.isEmpty {
      tables.append(
        Table(
          "factors", [.init("id"), .init("unit"), .init("per"), .init("facility"), .init("value")],
          rows: model.factors.flatMap { factor in
            model.facilities.indices.filter { factor.amounts[$0] != 0 }.map { p in
              [
                .text(factor.id), .text(factor.dimension.unit(currency: model.currency)),
                .text(factor.per.rawValue), .text(model.facilities[p].id),
                .number(factor.amounts[p]),
              ]
            }
          }))
    }
    if !model.measures.isEmpty {
      tables.append(
        Table(
          "measures", [.init("id"), .init("unit"), .init("expression")],
          rows: model.measures.map {
            [
              .text($0.id), .text($0.yearly.dimension.unit(currency: model.currency)),
              .text(measure($0)),
            ]
          }))
    }
    if !model.rules.isEmpty {
      tables.append(
        Table(
          "rules", [.init("name"), .init("rule"), .init("mathematics")],
          rows: model.rules.map { [.text($0.name), .text($0.text), .text(rule($0))] }))
    }
    return tables
  }

  private func words(_ factor: Factor) -> String {
    let count = factor.amounts.count { $0 != 0 }
    return "\(factor.id): \(factor.dimension.unit(currency: model.currency)) of "
      + "\(factor.per.rawValue), at \(count == 1 ? "1 facility" : "\(count) facilities")"
  }

  private func measure(_ measure: NamedMeasure) -> String {
    let unit = measure.yearly.dimension.unit(currency: model.currency)
    return sum(measure.yearly, over: nil) + (unit.isEmpty ? "" : ", in \(unit)")
  }

  /// `Σ activity[stage=metal] ≥ 3,000 t/yr, every year 2028–2035`.
  func rule(_ rule: WrittenRule) -> String {
    let sign = [
      WrittenRule.Sense.atMost: "≤", .atLeast: "≥", .equal: "=",
    ]
    let years = rule.years(of: model.horizon)
    guard let first = years.first, let last = years.last else { return "in no year" }
    let span = YearSpans.words(Array(first.lowerBound...last.upperBound))
    let index: String?
    let when: String
    switch rule.period {
    case .year: (index, when) = (nil, "every year t of \(span)")
    case .horizon: (index, when) = ("t=\(span)", "once")
    case .cumulative: (index, when) = ("τ=\(first.lowerBound)…t", "every year t of \(span)")
    }
    var words =
      "\(sum(rule.left, over: index)) \(sign[rule.sense] ?? "") \(sum(rule.right, over: index)), \(when)"
    if let penalty = rule.penalty {
      let unit = rule.dimension.unit(currency: model.currency)
      words +=
        "; or a penalty of \(short(penalty)) M\(model.currency) for each "
        + (unit.isEmpty ? "unit" : unit) + " that lacks"
    }
    return words
  }

  private func sum(_ expression: LinearExpression, over index: String?) -> String {
    var text = ""
    func add(_ coefficient: Series, _ name: String) {
      let isNegative =
        coefficient.values.allSatisfy { $0 <= 0 } && coefficient.values.contains { $0 < 0 }
      let size = isNegative ? coefficient.values.map(abs) : coefficient.values
      text += text.isEmpty ? (isNegative ? "−" : "") : isNegative ? " − " : " + "
      let number = numbers(Series(years: coefficient.years, values: size))
      text += name.isEmpty ? number : number == "1" ? name : "\(number)·\(name)"
    }
    for term in expression.terms where term.coefficient.values.contains(where: { $0 != 0 }) {
      let summed = index.map { "Σ_{\($0)} " } ?? ""
      add(term.coefficient, summed + name(term))
    }
    if text.isEmpty || expression.constant.values.contains(where: { $0 != 0 }) {
      add(expression.constant, "")
    }
    return text
  }

  /// One number, or the numbers of the first and last year given.
  private func numbers(_ series: Series) -> String {
    guard let first = series.values.first, let last = series.values.last else { return "0" }
    if Set(series.values).count == 1 { return short(first) }
    let (from, to) = (series.years.first ?? 0, series.years.last ?? 0)
    return "(\(short(first)) in \(from) … \(short(last)) in \(to))"
  }

  /// Without zeros behind the point.
  private func short(_ value: Double) -> String {
    let text = ValueWords.significant(value)
    guard text.contains(".") else { return text }
    let digits = Array(text.reversed().drop { $0 == "0" }.reversed())
    return String(digits.last == "." ? digits.dropLast() : digits[...])
  }

  private func name(_ term: LinearExpression.Term) -> String {
    let quantity = term.quantity
    let filters = DescriptionTables(model).filters(quantity.filter)
    let base = quantity.factor.map { model.factors[$0].id } ?? quantity.kind.rawValue
    let when = term.yearsBefore == 0 ? "" : "_{t−\(term.yearsBefore)}"
    return base + when
      + (filters.isEmpty
        ? "" : "[" + filters.map { "\($0.key)=\($0.values)" }.joined(separator: ", ") + "]")
  }
}

extension DescriptionTables {
  /// The keys of a filter that are given, with the names that it admits.
  func filters(_ filter: Filter) -> [(key: String, values: String)] {
    let given: [(String, [String]?)] = [
      ("stage", filter.stages), ("country", filter.countries), ("tag", filter.tags),
      ("facility", filter.facilities?.map { model.facilities[$0].id }),
      ("commodity", filter.commodities?.map { model.commodities[$0].id }),
      ("fund", filter.funds?.map { model.funds[$0].id }),
      ("source", filter.sources?.map { model.imports[$0].id }),
      ("segment", filter.segments?.map { model.demand[$0].id }),
      ("stockpile", filter.stockpiles?.map { model.stockpiles[$0].id }),
      ("class", filter.classes?.map { model.provenance.classes[$0].name }),
      ("option", filter.options?.map(\.rawValue)),
    ]
    return given.compactMap { key, values in values.map { (key, $0.joined(separator: "|")) } }
  }
}
