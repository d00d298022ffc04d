import Allocation
import Analysis
import LinearProgramming
import SupplyChain

/// The content of a report as the page's script reads it.
struct ReportJSON {
  let content: ReportContent
  private let model: Model
  private let years: [Int]
  private let stages: [String: Int]
  private var nodes: [MaterialFlow.Node] = []
  private var nodeIndex: [MaterialFlow.Node: Int] = [:]
  private var buildKinds = BuildKinds()
  private let hasTables: Bool

  /// - Parameter hasTables: whether the base plan's tables of data are in it.
  init(_ content: ReportContent, hasTables: Bool = true) {
    self.content = content
    self.hasTables = hasTables
    model = content.base.model
    years = Array(model.horizon.start...model.horizon.end)
    stages = Dictionary(uniqueKeysWithValues: model.stages.enumerated().map { ($1, $0) })
  }

  mutating func value() -> JSONValue {
    var plans = [plan(content.base, kind: "base")]
    for entry in content.scenarios { plans.append(plan(entry, kind: "scenario")) }
    for entry in content.budgets { plans.append(plan(entry, kind: "budget")) }
    let objective = model.objectives.first ?? .dependency
    let trade = self.trade(&plans)
    let members: [(key: String, value: JSONValue)] = [
      ("version", .string(content.version)), ("title", .string(model.name)),
      ("description", .string(model.description)),
      ("author", .string(model.author)), ("asOf", asOf), ("file", .string(content.file)),
      ("hash", .string(content.hash)),
      ("currency", .string(model.currency)), ("years", .array(years.map { .integer($0) })),
      (
        "classes",
        .array(
          model.provenance.classes.map {
            .object([("name", .string($0.name)), ("weight", .number($0.weight))])
          })
      ),
      ("unmetWeight", .number(model.provenance.unmetWeight)),
      (
        "indexScale",
        .string(
          "0 % all home-made, 100 % all foreign, "
            + "\(Figure.number(model.provenance.unmetWeight * 100)) % nothing served")
      ),
      ("objective", .object(Self.objective(objective, model))),
      ("stages", .array(model.stages.map { .string($0) })),
      ("fundCount", .integer(model.funds.count)),
      ("payers", .array((model.funds.map(\.name) + ["Private money"]).map { .string($0) })),
      (
        "targets",
        .array((model.facilities.map(\.name) + model.stockpiles.map(\.id)).map { .string($0) })
      ),
      ("facilities", .array(model.facilities.map(facility))),
      (
        "commodities",
        .array(
          model.commodities.map {
            .object([("name", .string($0.name)), ("stage", .integer(stages[$0.stage] ?? 0))])
          })
      ),
      ("appropriations", Self.short(model.appropriated)),
      ("isFrontierRelaxed", .bool(content.areCornersRelaxed)),
      ("hasRevolvingFunds", .bool(model.funds.contains { $0.loan?.isRevolving == true })),
      ("budgetDistance", .number(content.budgetDistance)),
      ("isStepFunction", .bool(content.areBudgetsSteps)),
      (
        "corners",
        .array(
          content.corners.map {
            .array([
              .number($0.scale), Self.short($0.budget), Self.short(objective.shown($0.value)),
            ])
          })
      ),
      ("rules", .string(rules)), ("notes", .array(content.notes.map { .string($0) })),
      ("plans", .array(plans)), ("buildKinds", buildKinds.json), ("prices", prices),
      ("context", context), ("answers", answers),
      ("stress", content.stress.flatMap { StressReport($0, scenarios: []).picture } ?? .null),
      ("measures", ProgrammeStepsReport(content.programmeSteps, model).json),
      ("decisions", ProjectDecisionsReport(content.decisions, model).json),
      ("nodes", .array(nodes.map(node))), ("tables", tables), ("sources", sources),
    ]
    return .object(members + trade)
  }

  /// The frontier of two objectives; its plans join the others.
  private mutating func trade(_ plans: inout [JSONValue]) -> [(key: String, value: JSONValue)] {
    guard let trade = content.trade else { return [] }
    let axes = trade.frontier.objectives
    let rates = RateWords(trade.frontier, model)
    var places: [JSONValue] = []
    for (corner, entry) in trade.plans {
      var named = entry
      let found = trade.frontier.corners[corner]
      named.name = zip(axes, [found.first, found.second]).map { axis, value in
        "\(ObjectiveWords.label(axis).lowercased()) \(ObjectiveWords.figure(axis, value, model))"
      }.joined(separator: ", ")
      places.append(.array([.integer(corner), .integer(plans.count)]))
      plans.append(plan(named, kind: "corner"))
    }
    let value = JSONValue.object([
      ("axes", .array(axes.map { .object(Self.objective($0, model)) })),
      ("isExact", .bool(trade.frontier.isExact)),
      (
        "corners",
        .array(
          trade.frontier.corners.map {
            .array([
              Self.short(axes[0].shown($0.first)), Self.short(axes[1].shown($0.second)),
              .string(rates.sentence($0)),
            ])
          })
      ), ("plans", .array(places)),
    ])
    return [("trade", value)]
  }

  private var asOf: JSONValue { model.asOf.map { .string($0.description) } ?? .null }

  private var rules: String {
    let words = "the whole-number rules (modules, smallest awards, exclusive groups)"
    if content.isRelaxed { return "The plans were made without \(words)." }
    guard content.hasWholeNumbers else { return "" }
    let gap = content.relativeGap.map {
      "; each was asked to be within \(Figure.percent($0, decimals: 2)) of the best possible, and "
        + "the verification says how near it is proven to be"
    }
    return "The plans keep \(words)\(gap ?? "")."
  }

  static func objective(
    _ objective: Objective, _ model: Model
  ) -> [(key: String, value: JSONValue)] {
    [
      ("label", .string(ObjectiveWords.label(objective))),
      ("unit", .string(ObjectiveWords.unit(objective))),
      ("unitWords", .string(ObjectiveWords.unitWords(objective, model))),
    ] + (objective.isMaximised ? [("isMaximised", .bool(true))] : [])
  }

  private func facility(_ facility: Facility) -> JSONValue {
    .object([
      ("name", .string(facility.name)), ("stage", .integer(stages[facility.stage] ?? 0)),
      ("country", .string(facility.country)),
      ("class", .integer(facility.provenanceClass)),
      (
        "at",
        facility.place.map { .array([.number($0.latitude), .number($0.longitude)]) } ?? .null
      ),
    ])
  }

  /// Seven significant digits: enough for every figure that is shown.
  static func short(_ value: Double) -> JSONValue {
    guard value.isFinite, value != 0 else { return .number(value) }
    var scale = 1.0
    while abs(value) * scale < 1e6 && scale < 1e15 { scale *= 10 }
    while abs(value) * scale >= 1e7 && scale > 1 { scale /= 10 }
    return .number((value * scale).rounded() / scale)
  }

  // MARK: Plans

  private mutating func plan(_ entry: ReportContent.Entry, kind: String) -> JSONValue {
    let solution = entry.solution
    let scale = entry.model.budgetScale
    let name =
      kind == "budget"
      ? "the plan with \(Figure.percent(scale)) of the appropriations" : entry.name
    var members: [(key: String, value: JSONValue)] = [
      ("kind", .string(kind)), ("name", .string(name)),
      ("description", .string(entry.description)), ("scale", .number(scale)),
      ("budget", Self.short(scale * entry.model.appropriated)),
      ("status", .string(solution.status.rawValue)),
      ("reason", solution.reason.map { .string($0) } ?? .null),
      ("verification", Self.verification(solution.verification)),
      (
        "value", solution.objectives.first.map { Self.short($0.objective.shown($0.value)) } ?? .null
      ),
      (
        "objectives",
        .array(
          solution.objectives.map {
            .object(
              Self.objective($0.objective, entry.model) + [
                ("value", Self.short($0.objective.shown($0.value)))
              ])
          })
      ),
    ]
    if !entry.misses.isEmpty {
      members.append(("misses", .string(MissWords(entry.misses, entry.model).short)))
    }
    if let plan = solution.plan {
      members += self.members(plan, entry.model, kind)
      if kind != "budget" {
        members.append(("finding", .string(FindingWords(plan, entry.model).sentence)))
        members.append(("uses", UseJSON.uses(plan, entry.model)))
        members.append(("goals", UseJSON.goals(entry.model)))
        let words = HeadlineWords(plan, entry.model, misses: entry.misses)
        let all =
          [words.shares].compactMap(\.self) + words.sentences
          + [words.money, words.tooSmall].compactMap(\.self)
        members.append(("says", .array(all.map { .string($0) })))
      }
    }
    return .object(members)
  }

  private static func verification(_ check: Verification?) -> JSONValue {
    guard let check else { return .null }
    return .object([
      ("verified", .bool(check.isVerified)), ("gap", .string(Figure.gap(check.relativeGap))),
      ("primal", .string(Figure.tiny(check.primalInfeasibility))),
      ("dual", .string(Figure.tiny(check.dualInfeasibility))),
      ("integrality", .string(Figure.tiny(check.integralityViolation))),
      (
        "size",
        .number(
          max(check.primalInfeasibility, check.dualInfeasibility, abs(check.relativeGap)))
      ),
    ])
  }

  private mutating func members(
    _ plan: Plan, _ model: Model, _ kind: String
  ) -> [(key: String, value: JSONValue)] {
    var members: [(key: String, value: JSONValue)] = [
      ("dep", .array(plan.dependencyByYear.map { $0.map(Self.short) ?? .null })),
      ("shares", .array(plan.classShareByYear.map { .array($0.map(Self.short)) })),
      (
        "money",
        .object([
          ("public", Self.short(plan.publicMoneySpent)),
          ("private", Self.short(plan.privateMoneySpent)),
          ("available", Self.short(model.budget)),
        ])
      ),
      ("moves", .array(plan.largestProjects(model).map(move))),
      ("awards", .array(awards(plan, model))),
      ("builds", .array(plan.builds.map { buildKinds.row($0, model) })),
    ]
    guard kind != "budget" else { return members }
    members.append(
      (
        "programmes",
        .array(
          (ProgrammeTables(plan, model).tables + MeasureSummary(plan, model).tables).map(\.json))
      ))
    members.append(("accounts", accounts(plan, model)))
    members.append(("reliance", reliance(plan, model)))
    members.append(("output", PlacesJSON.output(plan, model)))
    members.append(("flows", flows(MaterialFlow(plan, model))))
    return members
  }

  private func move(_ move: Plan.Project) -> JSONValue {
    .object([
      ("facility", .integer(move.facility)), ("public", Self.short(move.publicMoney)),
      ("private", Self.short(move.privateMoney)), ("capacity", Self.short(move.capacity)),
      ("online", move.online.map { .number($0) } ?? .null),
    ])
  }

  private func accounts(_ plan: Plan, _ model: Model) -> JSONValue {
    let money = Dictionary(
      uniqueKeysWithValues: plan.projects(model).map { ($0.facility, $0.publicMoney) })
    return .array(
      FacilityAccountText.shown(plan, model).facilities.map { p in
        let text = FacilityAccountText(plan.account(of: p, model), model)
        return .object([
          ("name", .string(text.name)), ("public", Self.short(money[p] ?? 0)),
          ("facts", .array(text.facts.map { .string($0) })),
          (
            "tables",
            .array([text.table(), text.replacements(5)].filter { !$0.rows.isEmpty }.map(\.json))
          ),
        ])
      })
  }

  /// [payer, target, year index, millions], a row a payer, target and year.
  private func awards(_ plan: Plan, _ model: Model) -> [JSONValue] {
    struct Key: Hashable, Comparable {
      var payer: Int
      var target: Int
      var year: Int
      static func < (a: Key, b: Key) -> Bool {
        (a.payer, a.target, a.year) < (b.payer, b.target, b.year)
      }
    }
    var sums: [Key: Double] = [:]
    func add(_ payer: Int, _ target: Int, _ step: Int, _ amount: Double) {
      let year = step / model.horizon.stepsPerYear
      sums[Key(payer: payer, target: target, year: year), default: 0] += amount
    }
    for row in plan.awards { add(row.fund, row.facility, row.step, row.amount) }
    for row in plan.supports { add(row.fund, row.facility, row.step, row.amount) }
    for row in plan.purchases {
      add(row.fund, model.facilities.count + row.stockpile, row.step, row.amount)
    }
    for row in plan.privateMoney { add(model.funds.count, row.facility, row.step, row.amount) }
    return sums.keys.sorted().map { key in
      .array([
        .integer(key.payer), .integer(key.target), .integer(key.year), Self.short(sums[key] ?? 0),
      ])
    }
  }

  private func reliance(_ plan: Plan, _ model: Model) -> JSONValue {
    let count = model.horizon.yearCount
    return .array(
      model.commodities.indices.map { c in
        .array(
          plan.relianceByCommodity[(c * count)..<((c + 1) * count)].map {
            .array([Self.short($0.imported), Self.short($0.domestic)])
          })
      })
  }

  private mutating func flows(_ flow: MaterialFlow) -> JSONValue {
    var years: [JSONValue] = []
    for links in flow.linksByYear {
      var rows: [JSONValue] = []
      for link in links {
        rows.append(
          .array([.integer(index(link.from)), .integer(index(link.to)), Self.short(link.tonnes)]))
      }
      years.append(.array(rows))
    }
    return .array(years)
  }

  private mutating func index(_ node: MaterialFlow.Node) -> Int {
    if let known = nodeIndex[node] { return known }
    nodeIndex[node] = nodes.count
    nodes.append(node)
    return nodes.count - 1
  }

  private func node(_ node: MaterialFlow.Node) -> JSONValue {
    let count = model.stages.count
    let stage = node.place < count ? model.stages[node.place] : ""
    let (name, depth): (String, Int) =
      switch node.kind {
      case .stage: (stage, node.place + 1)
      case .imported: (stage, node.place)
      case .returned: ("returned " + stage, 0)
      case .fromStock: ("stockpiled " + stage, node.place)
      case .toStock: ("to stockpile", node.place + 2)
      case .demand: (model.demand[node.place].id, count + 1)
      }
    return .object([
      ("kind", .string(node.kind.rawValue)), ("name", .string(name)),
      ("class", .integer(node.provenanceClass ?? -1)), ("depth", .integer(depth)),
    ])
  }

  // MARK: Beside the plan

  /// The plan against an adversary.
  private var answers: JSONValue {
    content.answers.map { AnswersPicture($0, model).json } ?? .null
  }

  private var context: JSONValue {
    guard let context = content.context else { return .null }
    let words = ContextWords(context, content.base.solution.plan, model)
    let sentences = [words.baseline, words.endEffect].compactMap(\.self)
    func texts(_ list: [String]) -> JSONValue { .array(list.map { .string($0) }) }
    return .object([
      ("sentences", texts(sentences)),
      (
        "sensitivity",
        words.sensitivity.map { found in
          .object([
            ("title", .string(found.title)), ("head", texts(found.head)),
            ("rows", .array(found.rows.map(texts))),
          ])
        } ?? .null
      ),
    ])
  }

  // MARK: Prices, tables, sources

  private var prices: JSONValue {
    guard let prices = content.prices else { return .null }
    return .object([
      (
        "funds",
        .array(
          prices.funds.map { row in
            .object([
              ("fund", .integer(row.fund)),
              ("values", .array(row.perMillionByYear.map { $0.map(Self.short) ?? .null })),
            ])
          })
      ),
      (
        "capacity",
        .array(
          prices.capacity.prefix(12).map { row in
            let name =
              row.kind == .existing ? model.facilities[row.index].name : model.imports[row.index].id
            return .object([
              ("name", .string(name)), ("kind", .string(row.kind.rawValue)),
              ("value", Self.short(row.perTonne)),
            ])
          })
      ),
    ])
  }

  private var tables: JSONValue {
    guard hasTables, let plan = content.base.solution.plan else { return .array([]) }
    return .array(
      PlanTables(plan, model).tables.filter { !$0.rows.isEmpty }.map { table in
        .object([
          ("name", .string(table.name)),
          (
            "columns",
            .array(
              table.columns.map {
                .object([("id", .string($0.id)), ("unit", $0.unit.map { .string($0) } ?? .null)])
              })
          ),
          ("rows", .array(table.rows.map { .array($0.map(Self.cell)) })),
        ])
      })
  }

  private static func cell(_ cell: Table.Cell) -> JSONValue {
    if case .number(let value) = cell { return short(value) }
    return cell.json
  }

  private var sources: JSONValue {
    .array(
      content.sources.map { entry in
        .object([
          ("key", .string(entry.key)), ("title", .string(entry.title)),
          ("publisher", .string(entry.publisher)), ("date", .string(entry.date)),
          ("url", .string(entry.url)), ("grade", .string(entry.grade?.rawValue ?? "")),
        ])
      })
  }
}
