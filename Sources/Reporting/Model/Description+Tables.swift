import SupplyChain

/// Targets, limits, stockpiles and facilities of a model as tables, for the terminal and for programs.
struct DescriptionTables {
  let model: Model

  init(_ model: Model) { self.model = model }

  /// In the order in which they are shown.
  var all: [Table] {
    [facilities, funds, demand, targets, limits, commitments, stockpiles, scenarios]
      + RuleMathematics(model).tables
  }

  private func number(_ value: Double?) -> Table.Cell { value.map { .number($0) } ?? .empty }

  var facilities: Table {
    let start = model.horizon.start
    return Table(
      "facilities",
      [
        .init("id"), .init("name"), .init("stage"), .init("country"), .init("makes"),
        .init("existing", unit: "t/yr"), .init("could_add", unit: "t/yr"),
        .init("capex", unit: "\(model.currency)/(t/yr)"), .init("first_year"),
      ],
      rows: model.facilities.map { facility in
        let option = facility.expansion?.options.first
        return [
          .text(facility.id), .text(facility.name), .text(facility.stage), .text(facility.country),
          facility.recipe.main.map { .text(model.commodities[$0].id) } ?? .empty,
          .number(facility.existing.level(start)), number(facility.expansion?.max),
          number(option?.capex.level(start)),
          facility.firstYear(model.horizon).map { .integer($0) } ?? .empty,
        ]
      })
  }

  var funds: Table {
    Table(
      "funds",
      [
        .init("id"), .init("name"), .init("gives"),
        .init("appropriated", unit: "million \(model.currency)"),
      ],
      rows: model.funds.map { fund in
        [
          .text(fund.id), .text(fund.name),
          .text(
            Instrument.allCases.filter(fund.instruments.contains).map(\.rawValue)
              .joined(separator: " ")),
          .number(fund.appropriated(model.horizon) * model.budgetScale),
        ]
      })
  }

  var demand: Table {
    let (start, end) = (model.horizon.start, model.horizon.end)
    return Table(
      "demand",
      [
        .init("id"), .init("commodity"), .init("first", unit: "t/yr"), .init("last", unit: "t/yr"),
        .init("weight"),
      ],
      rows: model.demand.map { segment in
        [
          .text(segment.id), .text(model.commodities[segment.commodity].id),
          .number(segment.quantity.level(start)), .number(segment.quantity.level(end)),
          .number(segment.weight),
        ]
      })
  }

  var targets: Table {
    Table(
      "targets", [.init("year"), .init("index_at_most")],
      rows: model.targets.map { [.integer($0.year), .number($0.value)] })
  }

  var limits: Table {
    Table(
      "limits", [.init("name"), .init("rule")],
      rows: model.limits.map { [.text($0.name), .text(words($0))] })
  }

  var commitments: Table {
    Table(
      "committed",
      [
        .init("facility"), .init("stockpile"), .init("fund"), .init("option"), .init("from"),
        .init("to"), .init("value"), .init("unit"), .init("source"),
      ],
      rows: model.commitments.map { entry in
        let horizon = model.horizon
        let fund = entry.fund.map { Table.Cell.text(model.funds[$0].id) } ?? .empty
        let facility = entry.facility.map { Table.Cell.text(model.facilities[$0].id) } ?? .empty
        var pile = Table.Cell.empty
        var option = Table.Cell.empty
        if case .purchase(_, let i) = entry.subject { pile = .text(model.stockpiles[i].id) }
        if case .build(_, let kind) = entry.subject { option = .text(kind.rawValue) }
        return [
          facility, pile, fund, option, .text(horizon.periodName(entry.steps.lowerBound)),
          .text(horizon.periodName(entry.steps.upperBound - 1)), .number(entry.amount),
          .text(entry.fund == nil ? "t/yr" : "million \(model.currency)"),
          .text(entry.source ?? ""),
        ]
      })
  }

  var stockpiles: Table {
    Table(
      "stockpiles",
      [
        .init("id"), .init("commodity"), .init("opening", unit: "t"), .init("room", unit: "t"),
        .init("loss_a_year"), .init("left_at_end"),
      ],
      rows: model.stockpiles.map { pile in
        [
          .text(pile.id), .text(model.commodities[pile.commodity].id),
          .number(pile.opening.reduce(0, +)), number(pile.max), .number(pile.loss),
          .number(pile.endShare),
        ]
      })
  }

  var scenarios: Table {
    Table(
      "scenarios", [.init("id"), .init("name"), .init("description")],
      rows: model.scenarios.map { [.text($0.id), .text($0.name), .text($0.description)] })
  }

  /// `award of stage mine at most 33 % of all, over the horizon`.
  private func words(_ limit: Limit) -> String {
    let rules = RuleWords(model)
    var values: [String] = []
    for year in model.horizon.start...model.horizon.end {
      let value = rules.value(limit, limit.value.level(year))
      if values.last != value { values.append(value) }
    }
    var text = limit.measure.rawValue + filter(limit.filter, all: "")
    text += limit.sense == .atMost ? " at most " : " at least "
    text +=
      values.count > 2
      ? "\(values[0]) to \(values[values.count - 1])" : values.joined(separator: ", then ")
    if let whole = limit.shareOf { text += " of that" + filter(whole, all: " of all") }
    text += limit.period == .horizon ? ", over the horizon" : ", every year"
    if let from = limit.from { text += " from \(from)" }
    if let until = limit.until { text += " until \(until)" }
    return text
  }

  private func filter(_ filter: Filter, all: String) -> String {
    var parts: [String] = []
    func add(_ key: String, _ values: [String]?) {
      if let values { parts.append("\(key) \(values.joined(separator: ", "))") }
    }
    add("stage", filter.stages)
    add("country", filter.countries)
    add("tag", filter.tags)
    add("facility", filter.facilities?.map { model.facilities[$0].id })
    add("fund", filter.funds?.map { model.funds[$0].id })
    add("source", filter.sources?.map { model.imports[$0].id })
    add("option", filter.options?.map(\.rawValue))
    return parts.isEmpty ? all : " of " + parts.joined(separator: "; ")
  }
}

extension ModelDescription {
  /// What was asked of the model beside its objectives, what is kept, and its facilities.
  func parts(_ style: TerminalStyle) -> [String] {
    targets(style) + limits(style) + rules(style) + commitments(style) + stockpiles(style)
  }

  private func targets(_ style: TerminalStyle) -> [String] {
    guard !model.targets.isEmpty else { return [] }
    let all = model.targets.map { target in
      let chance = model.uncertainty?.chances[target.year]
      return "\(target.year): \(RuleWords.percent(target.value))"
        + (chance.map { " (in outcomes with a probability of \(RuleWords.percent($0)))" } ?? "")
    }
    return [
      "", style.bold("Targets") + ", largest dependency index of the year",
      "  " + all.joined(separator: ", "),
    ]
  }

  private func limits(_ style: TerminalStyle) -> [String] {
    guard !model.limits.isEmpty else { return [] }
    return ["", style.bold("Limits")]
      + DescriptionTables(model).limits.rows.flatMap { row -> [String] in
        guard case .text(let name) = row[0], case .text(let rule) = row[1] else { return [] }
        return printable("\(name): \(rule)").wrapped(behind: "  • ", width: style.width)
      }
  }

  private func rules(_ style: TerminalStyle) -> [String] {
    RuleMathematics(model).lines(style)
  }

  private func commitments(_ style: TerminalStyle) -> [String] {
    guard !model.commitments.isEmpty else { return [] }
    let rules = RuleWords(model)
    return ["", style.bold("Awards that have been made")]
      + model.commitments.indices.flatMap { n -> [String] in
        let step = model.commitments[n].steps.lowerBound
        let words = rules.statement(.committed(n, step: step))
        let source = model.commitments[n].source.map { " (\($0))" } ?? ""
        return printable(words.words + words.when + source)
          .wrapped(behind: "  • ", width: style.width)
      }
  }

  private func stockpiles(_ style: TerminalStyle) -> [String] {
    guard !model.stockpiles.isEmpty else { return [] }
    var grid = TextGrid([.left, .left, .right, .right, .right, .right])
    grid.add(["stockpile", "of", "opening, t", "room, t", "loss a year", "left at the end"])
    for pile in model.stockpiles {
      grid.add([
        pile.id, model.commodities[pile.commodity].id,
        Figure.number(pile.opening.reduce(0, +)), pile.max.map { Figure.number($0) } ?? "unlimited",
        Figure.percent(pile.loss), Figure.percent(pile.endShare, decimals: 0),
      ])
    }
    return ["", style.bold("Stockpiles")] + grid.lines(width: style.width)
  }

  /// Every facility with its id, which `--facility` and `--set` take.
  func facilities(_ style: TerminalStyle) -> [String] {
    guard !model.facilities.isEmpty else { return [] }
    var grid = TextGrid([.left, .left, .left, .left, .right, .right, .right])
    grid.add(["stage", "id", "name", "in", "has, t/yr", "could add", "from"])
    for stage in model.stages {
      for facility in model.facilities where facility.stage == stage {
        let existing = facility.existing.level(model.horizon.start)
        grid.add([
          stage, facility.id, facility.name == facility.id ? "" : facility.name, facility.country,
          existing == 0 ? "·" : Figure.number(existing),
          facility.expansion.map { Figure.number($0.max) } ?? "·",
          facility.firstYear(model.horizon).map { "\($0)" } ?? "·",
        ])
      }
    }
    return ["", style.bold("Facilities") + "; from: the year in which an award could first work"]
      + grid.lines(width: style.width)
  }

  /// The same for programs.
  public var json: JSONValue {
    let horizon = model.horizon
    return .object(
      [
        ("schema_version", .integer(1)), ("model", .string(model.name)),
        ("start", .integer(horizon.start)), ("end", .integer(horizon.end)),
        ("step", .string(horizon.step.rawValue)), ("currency", .string(model.currency)),
        ("objectives", .array(model.objectives.map { .string($0.written) })),
      ] + DescriptionTables(model).all.map { ($0.name, $0.json) })
  }
}
