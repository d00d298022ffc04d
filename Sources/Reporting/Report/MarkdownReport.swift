import Allocation
import Analysis
import SupplyChain

/// A report as Markdown, for a pull request or a memo.
public struct MarkdownReport: Sendable {
  private let content: ReportContent
  private let model: Model

  public init(_ content: ReportContent) {
    self.content = content
    model = content.base.model
  }

  public var text: String {
    var lines = ["# \(Self.plain(model.name))", ""]
    if !model.description.isEmpty { lines += [Self.plain(model.description), ""] }
    lines += [origin, ""]
    if let plan = content.base.solution.plan {
      lines += headline(plan) + context(plan) + moves(plan) + awards(plan)
      lines += programmes(plan) + builds(plan)
      lines += MeasureSummary(plan, model).tables.flatMap { section("##", $0) }
    } else {
      let reason = content.base.solution.reason ?? "no reason is known"
      lines += [
        "**There is no plan** (\(content.base.solution.status.rawValue)): \(Self.plain(reason)).",
        "",
      ]
    }
    lines +=
      content.notes.flatMap { ["*\(Self.plain($0))*", ""] } + frontier + scenarios + answers
      + stress
    lines += prices
    if let plan = content.base.solution.plan { lines += reliance(plan) + accounts(plan) }
    lines += verification
    return lines.joined(separator: "\n") + "\n"
  }

  /// Whose model it is, which version, and as of when its data stand.
  private var origin: String {
    let version =
      content.hash.isEmpty ? "" : ", version \(Self.plain(String(content.hash.prefix(10))))"
    let sentences = [
      model.author.isEmpty ? nil : "By \(Self.plain(model.author)).",
      model.asOf.map { "Data as of \($0)." },
      "Model: \(Self.plain(content.file))\(version).",
    ]
    return sentences.compactMap { $0 }.joined(separator: " ")
  }

  /// Text of a model in which nothing is markup.
  static func plain(_ text: String) -> String {
    var out = ""
    // By scalars: a bar with an accent is a bar all the same.
    for scalar in printable(text).unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "#", "|", "~", "$", "@":
        out += "\\"
        out.unicodeScalars.append(scalar)
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "&": out += "&amp;"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  private func money(_ amount: Double) -> String {
    Money.words(amount, model.currency)
  }

  /// Columns from the first number on are lined up to the right.
  private func table(_ head: [String], words: Int, _ rows: [[String]]) -> [String] {
    let rule = head.indices.map { $0 < words ? "---" : "---:" }
    return ([head, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" } + [""]
  }

  private func span(_ plan: Plan) -> (first: Double, last: Double)? {
    let known = plan.dependencyByYear.compactMap(\.self)
    guard let first = known.first, let last = known.last else { return nil }
    return (first, last)
  }

  /// What stands beside the plan.
  private func context(_ plan: Plan) -> [String] {
    guard let context = content.context else { return [] }
    let words = ContextWords(context, plan, model)
    var lines = [words.baseline, words.endEffect].compactMap(\.self)
      .flatMap { [Self.plain($0), ""] }
    if let sensitivity = words.sensitivity {
      lines += ["## \(Self.plain(sensitivity.title))", ""]
      lines += table(
        sensitivity.head, words: 1,
        sensitivity.rows.map { [Self.plain($0[0])] + $0.dropFirst() })
    }
    return lines
  }

  /// How far the base plan's index spreads over the outcomes.
  private var stress: [String] {
    guard let test = content.stress else { return [] }
    let report = StressReport(test, scenarios: [])
    return ["## How far it may spread", ""] + report.headline.flatMap { [Self.plain($0), ""] }
      + table(
        ["dependency index, %", "1 in 10 better", "middle", "1 in 10 worse"], words: 1,
        report.years)
  }

  private func headline(_ plan: Plan) -> [String] {
    let words = HeadlineWords(plan, model)
    var lines: [String] = []
    if let span = words.span {
      lines.append("**Dependency index: \(span.words)** (\(words.scale)).")
      let all = [words.shares].compactMap(\.self) + words.sentences
      if !all.isEmpty { lines += [""] + all.map { "- " + Self.plain($0) } }
    }
    let money = [words.money, words.tooSmall].compactMap(\.self).map(Self.plain)
    let values = content.base.solution.objectives.map {
      "\(ObjectiveWords.label($0.objective).lowercased()) \(ObjectiveWords.figure($0.objective, $0.value, model))"
    }
    return lines + money.flatMap { ["", $0] } + shares(plan) + [
      "", "Objectives, in order: " + values.joined(separator: ", ") + ".", "",
    ]
  }

  /// Shares of demand by year, with what is not served and the index.
  private func shares(_ plan: Plan) -> [String] {
    let years = plan.dependencyByYear.indices
    guard years.count > 1, plan.dependencyByYear.contains(where: { $0 != nil }) else { return [] }
    let step = max(1, (years.count + 9) / 10)
    let shown = years.filter { (years.count - 1 - $0) % step == 0 }
    func percent(_ share: Double) -> String { Figure.number(share * 100, decimals: 1) }
    var rows = model.provenance.classes.enumerated().map { k, entry in
      [Self.plain(entry.name)] + shown.map { percent(plan.classShareByYear[$0][k]) }
    }
    if HeadlineWords(plan, model).hasUnserved {
      rows.append(["not served"] + shown.map { percent(plan.classShareByYear[$0].last ?? 0) })
    }
    rows.append(
      ["dependency index"] + shown.map { plan.dependencyByYear[$0].map(percent) ?? "—" })
    return [""]
      + table(
        ["share of demand, %"] + shown.map { "\(model.horizon.start + $0)" }, words: 1, rows
      ).dropLast()
  }

  private func moves(_ plan: Plan) -> [String] {
    let moves = plan.largestProjects(model)
    guard !moves.isEmpty else { return ["Nothing is funded.", ""] }
    return ["The largest moves:", ""]
      + moves.enumerated().map { index, move in
        let facility = model.facilities[move.facility]
        var words =
          "\(index + 1). **\(Self.plain(facility.name))** (\(Self.plain(facility.stage)), "
        words += "\(Self.plain(facility.country))): "
        if let online = move.online, move.capacity >= 0.5 {
          words += "\(Figure.number(move.capacity)) t/yr, on line \(DateWords.month(online)), "
        }
        words += "\(money(move.publicMoney)) of public money"
        if move.privateMoney >= 0.05 {
          words += " and \(money(move.privateMoney)) of private money"
        }
        return words + "."
      } + [""]
  }

  private func awards(_ plan: Plan) -> [String] {
    let horizon = model.horizon
    var sums = [[Double]](
      repeating: Array(repeating: 0, count: horizon.yearCount), count: model.funds.count + 1)
    func add(_ payer: Int, _ step: Int, _ amount: Double) {
      sums[payer][step / horizon.stepsPerYear] += amount
    }
    for row in plan.awards { add(row.fund, row.step, row.amount) }
    for row in plan.supports { add(row.fund, row.step, row.amount) }
    for row in plan.purchases { add(row.fund, row.step, row.amount) }
    for row in plan.privateMoney { add(model.funds.count, row.step, row.amount) }
    let scale = MoneyScale(largest: sums.map { $0.reduce(0, +) }.max() ?? 0, model.currency)
    let years = (0..<horizon.yearCount).filter { y in sums.contains { scale.cell($0[y]) != "·" } }
    guard !years.isEmpty else { return [] }
    let names = model.funds.map { Self.plain($0.name) } + ["private money"]
    let shown = zip(names, sums).filter { scale.cell($0.1.reduce(0, +)) != "·" }
    let rows: [[String]] = shown.map { name, row in
      [name] + years.map { scale.cell(row[$0]) } + [scale.cell(row.reduce(0, +))]
    }
    let head = [""] + years.map { "\(horizon.start + $0)" } + ["total"]
    let title = "## Awards by programme and year, \(Self.plain(scale.unit))"
    return [title, ""] + table(head, words: 1, rows)
  }

  private func programmes(_ plan: Plan) -> [String] {
    guard plan.publicMoneySpent >= 0.05 else { return [] }
    return ProgrammeTables(plan, model).tables.flatMap { section("##", $0) }
  }

  private func section(_ mark: String, _ figures: FigureTable) -> [String] {
    guard !figures.rows.isEmpty else { return [] }
    let rule = figures.head.indices.map { figures.isWords($0) ? "---" : "---:" }
    let rows = [figures.head.map(Self.plain), rule] + figures.rows.map { $0.map(Self.plain) }
    return ["\(mark) \(Self.plain(figures.title))", ""]
      + rows.map { "| " + $0.joined(separator: " | ") + " |" } + [""]
  }

  /// A section a facility with awards or support.
  private func accounts(_ plan: Plan) -> [String] {
    let (facilities, isAll) = FacilityAccountText.shown(plan, model)
    guard !facilities.isEmpty else { return [] }
    let rest =
      isAll
      ? [] : ["The \(facilities.count) with the most public money; the rest is in the tables.", ""]
    return ["## Facilities with awards or support", ""] + rest
      + facilities.flatMap { p -> [String] in
        let text = FacilityAccountText(plan.account(of: p, model), model)
        return ["### \(Self.plain(text.name))", ""]
          + text.facts.flatMap { [Self.plain($0)] } + [""] + section("####", text.table())
          + section("####", text.replacements(5))
      }
  }

  private func builds(_ plan: Plan) -> [String] {
    let figures = model.facilities.indices.map { p in
      plan.builds.filter { $0.facility == p }
    }
    var rows: [[String]] = []
    for stage in model.stages {
      for (p, facility) in model.facilities.enumerated() where facility.stage == stage {
        let capacity = figures[p].reduce(0) { $0 + $1.capacity }
        guard capacity >= 0.5, let first = figures[p].map(\.step).min(),
          let online = figures[p].map(\.onlineStep).min()
        else { continue }
        rows.append([
          Self.plain(stage), Self.plain(facility.name), Self.plain(facility.country),
          Figure.number(capacity), model.horizon.periodName(first),
          model.horizon.periodName(online),
        ])
      }
    }
    guard !rows.isEmpty else { return [] }
    return ["## What is built", ""]
      + table(["stage", "facility", "in", "t/yr", "first award", "on line"], words: 3, rows)
      + plan.ties(model).flatMap { [Self.plain($0), ""] }
  }

  private var frontier: [String] {
    guard !content.budgets.isEmpty, let objective = model.objectives.first else { return [] }
    // A page of them at most; the smallest and the largest budget are among them.
    let step = max(1, (content.budgets.count + 18) / 20)
    let last = content.budgets.count - 1
    let shown = content.budgets.indices.filter { $0 % step == 0 || $0 == last }
    let rows = shown.map { content.budgets[$0] }.compactMap { entry -> [String]? in
      guard let value = entry.solution.objectives.first?.value, let plan = entry.solution.plan
      else { return nil }
      return [
        Figure.percent(entry.model.budgetScale, decimals: 1), Self.plain(money(entry.model.budget)),
        ObjectiveWords.figure(objective, value, model), Self.plain(money(plan.publicMoneySpent)),
      ]
    }
    return [
      "## What more or less money buys"
        + (content.areCornersRelaxed && !content.areBudgetsSteps
          ? " (without the whole-number rules)" : ""),
      "",
    ]
      + table(
        [
          "budget", "money", ObjectiveWords.label(objective), "spent",
        ], words: 0, rows)
  }

  /// The plan against an adversary.
  private var answers: [String] {
    guard let plan = content.answers, let study = plan.adversary else { return [] }
    let words = AdversaryWords(plan: plan, study: study, model: model)
    var lines = ["## If they answer", "", Self.plain(words.headline), ""]
    let counts = study.growth.first?.worst.count ?? 0
    let head =
      ["\(ObjectiveWords.label(model.objectives.first ?? .dependency)) less what it costs them"]
      + (0..<counts).map { $0 == 0 ? "no answer" : "up to \($0)" }
    lines += table(
      head, words: 1,
      study.growth.map { growth in
        [words.name(growth.rival)] + growth.worst.map { words.figure($0?.net) }
      })
    return lines + words.tables.flatMap { section("###", $0) }
      + words.sentences.flatMap { [Self.plain($0), ""] }
  }

  private var scenarios: [String] {
    guard !content.scenarios.isEmpty else { return [] }
    let rows = ([content.base] + content.scenarios).map { entry -> [String] in
      guard let plan = entry.solution.plan, let (first, last) = span(plan) else {
        return [
          Self.plain(entry.name), "—", "—", "—", "—", "—", "—", entry.solution.status.rawValue,
        ]
      }
      let value = entry.solution.objectives.first.map {
        ObjectiveWords.figure($0.objective, $0.value, model)
      }
      return [
        Self.plain(entry.name), Figure.percent(first), Figure.percent(last),
        Figure.percent(plan.classShareByYear.map { $0.last ?? 0 }.max() ?? 0), value ?? "—",
        Self.plain(money(plan.publicMoneySpent)), Self.plain(money(plan.privateMoneySpent)),
        entry.misses.isEmpty
          ? entry.solution.status.rawValue
          : "misses " + MissWords(entry.misses, model).short,
      ]
    }
    let objective = model.objectives.first.map(ObjectiveWords.label) ?? ""
    return ["## Cases", ""]
      + table(
        [
          "case", "index \(model.horizon.start)", "\(model.horizon.end)",
          "most not served in a year", objective, "public money", "private money", "status",
        ], words: 1, rows)
  }

  private var prices: [String] {
    guard let prices = content.prices, let objective = model.objectives.first else { return [] }
    let isShare = ObjectiveWords.unit(objective) == "share"
    let unit = isShare ? "percentage points" : ObjectiveWords.unitWords(objective, model)
    let years = (0..<model.horizon.yearCount).filter { y in
      prices.funds.contains { $0.perMillionByYear[y] != nil }
    }
    guard !years.isEmpty else { return [] }
    let scale = isShare ? 1e4 : 100.0
    let rows: [[String]] = prices.funds.map { row in
      let cells: [String] = years.map { y in
        guard let price = row.perMillionByYear[y] else { return "·" }
        return Figure.number(max(0, -price * scale), decimals: 3)
      }
      return [Self.plain(model.funds[row.fund].name)] + cells
    }
    return [
      "## Shadow prices", "",
      "How far \(ObjectiveWords.label(objective).lowercased()) \(objective.isMaximised ? "rises" : "falls"), in \(unit), for 100 million "
        + "\(Self.plain(model.currency)) more in a programme and year.", "",
    ] + table([""] + years.map { "\(model.horizon.start + $0)" }, words: 1, rows)
  }

  private func reliance(_ plan: Plan) -> [String] {
    let (first, last) = (model.horizon.start, model.horizon.end)
    let rows = model.commodities.compactMap { commodity -> [String]? in
      let found = plan.relianceByCommodity.filter { $0.id == commodity.id }
      guard let end = found.first(where: { $0.year == last }), end.share != nil else { return nil }
      let start = found.first { $0.year == first }?.share
      return [
        Self.plain(commodity.stage), Self.plain(commodity.name),
        start.map { Figure.percent($0, decimals: 0) } ?? "—",
        end.share.map { Figure.percent($0, decimals: 0) } ?? "—", Figure.number(end.imported),
      ]
    }
    return ["## Net import reliance", ""]
      + table(
        ["stage", "commodity", "\(first)", "\(last)", "from abroad \(last), t"], words: 2, rows)
  }

  private var verification: [String] {
    guard let check = content.base.solution.verification else { return [] }
    let reason = content.base.solution.reason.map { " (\(Self.plain($0)))" } ?? ""
    return [
      "## Verification", "",
      (check.isVerified ? "Verified" : "**NOT verified**")
        + " by recomputation\(reason): gap \(Figure.gap(check.relativeGap)), largest rule violation "
        + "\(Figure.tiny(check.primalInfeasibility)) of its size, dual violation "
        + "\(Figure.tiny(check.dualInfeasibility)), whole numbers off by "
        + "\(Figure.tiny(check.integralityViolation)).",
    ]
  }
}
