import Allocation
import Analysis
import SupplyChain

/// What `solve --risk` prints: the outcomes, what is done before one of them is known, what it is worth to
/// know and to plan, and how sure the answer is.
public struct UncertaintyTranscript: Sendable {
  private let plan: UncertainPlan
  private let model: Model
  private let scenarios: [String]
  private let timing: Timing
  private let style: TerminalStyle
  /// Outcomes listed by name at most.
  private static let most = 16

  public init(
    _ plan: UncertainPlan, _ model: Model, scenarios: [String], timing: Timing,
    style: TerminalStyle
  ) {
    self.plan = plan
    self.model = model
    self.scenarios = scenarios
    self.timing = timing
    self.style = style
  }

  /// The line before a sampled program is solved.
  public static func size(_ size: StochasticSize) -> String {
    func count(_ value: Int) -> String { Figure.number(Double(value)) }
    let whole = size.integers > 0 ? ", \(count(size.integers)) of them whole" : ""
    let memory = Figure.number(Double(max(size.bytes, 10_000_000)) / 1e6)
    return
      "\(count(size.outcomes)) outcomes: about \(count(size.rows)) rows, \(count(size.columns)) columns\(whole), "
      + "\(count(size.nonzeros)) nonzeros; \(size.method.rawValue), up to about \(memory) MB"
  }

  /// The line that is rewritten on a terminal.
  public static func line(_ progress: RunProgress) -> String {
    var words = progress.phase
    if let done = progress.done, let total = progress.total { words += ": \(done) of \(total)" }
    if let iterations = progress.iterations {
      words += ": \(Figure.number(Double(iterations))) iterations"
    }
    if let value = progress.value { words += ", value \(Figure.number(value, decimals: 6))" }
    if let bound = progress.bound {
      words += ", bound \(Figure.number(bound, decimals: 6))"
      if let value = progress.value {
        let gap = abs(value - bound) / max(abs(value), abs(bound), 1e-9)
        words += ", gap \(Figure.percent(gap, decimals: 3))"
      }
    }
    return words
  }

  public var text: String {
    var lines = [title, ""]
    if plan.solution.status != .optimal { lines += [statusLine, ""] }
    if plan.value != nil {
      lines += outcomes + ChanceWords(plan: plan).lines(style)
      if let study = plan.adversary {
        lines += AdversaryWords(plan: plan, study: study, model: model).text(style)
      }
      if let study = plan.samples {
        lines += SampleWords(study: study, model: model, reveal: plan.reveal).lines(style)
      }
      lines += awards + stocks + hedgingDecisions + worth + objectives
    }
    lines += verification
    // Where an outcome has no plan by itself, all of them were never put together.
    if plan.solution.size.rows > 0 {
      lines.append(
        "Program: \(count(plan.solution.size.rows)) rows, \(count(plan.solution.size.columns)) columns, "
          + "\(count(plan.solution.size.nonzeros)) nonzeros, "
          + howSolved)
    }
    lines.append(
      "Time: plan \(Figure.seconds(timing.solve + timing.verify)), "
        + "with what it is held against \(Figure.seconds(timing.total)).")
    return lines.joined(separator: "\n") + "\n"
  }

  private var howSolved: String {
    switch plan.method {
    case .decomposition: "solved outcome by outcome."
    case .answerGeneration: "solved answer by answer."
    case .automatic, .extensive: "solved as a whole."
    }
  }

  private func count(_ value: Int) -> String { Figure.number(Double(value)) }

  private var first: Objective { model.objectives.first ?? .dependency }

  private func figure(_ value: Double?) -> String {
    guard let value = first.shown(value) else { return "—" }
    return first.isShare
      ? Figure.percent(value, decimals: 2) : Figure.number(value, decimals: 3)
  }

  /// A difference, in points where the objective is a share.
  private func difference(_ value: Double) -> String {
    if first.isShare { return "\(Figure.number(value * 100, decimals: 2)) points" }
    let unit = ValueWords(objective: first, currency: model.currency).unit
    return Figure.number(value, decimals: 3) + (unit.isEmpty ? "" : " " + unit)
  }

  // MARK: Head

  private var title: String {
    var words = style.bold(printable(model.name))
    if !scenarios.isEmpty {
      words += " · scenario " + scenarios.map(printable).joined(separator: " + ")
    }
    if model.budgetScale != 1 { words += " · budget × \(model.budgetScale)" }
    let what = plan.risk.kind == .adversary ? "answers of the other side" : "outcomes"
    return words + " · \(count(plan.outcomes.count)) \(what), known from \(plan.reveal)"
  }

  private var statusLine: String {
    let reason = printable(plan.solution.reason ?? "no reason is known")
    switch plan.solution.status {
    case .optimal: return ""
    case .feasible: return style.yellow("Not proven to be the best") + ": \(reason)."
    case .infeasible: return style.red("Infeasible") + ": \(reason)."
    case .unbounded: return style.red("Unbounded") + ": \(reason)."
    case .interrupted: return style.yellow("Interrupted") + ": \(reason)."
    case .failed: return style.red("Not verified") + ": \(reason)."
    }
  }

  private var measureWords: String {
    let name = first.name
    switch plan.risk.kind {
    case .expected: return "Expected \(name)"
    case .worst: return "Worst \(name)"
    case .regret: return "Largest regret in \(name)"
    case .adversary:
      return
        "\(name.prefix(1).uppercased() + name.dropFirst()) under the worst answer, less what it costs them"
    case .cvar:
      return "Mean \(name) of the worst \(Figure.percent(1 - plan.risk.level, decimals: 0))"
    }
  }

  // MARK: Outcomes

  private var outcomes: [String] {
    if plan.risk.kind == .adversary { return answers }
    var lines = [style.bold("\(measureWords): \(figure(plan.value))")]
    var grid = TextGrid([.left, .right, .right, .right, .right, .left])
    grid.add(["outcome", "probability", "this plan", "had it been known", "regret", "by year"])
    let order = plan.outcomes.indices.sorted {
      let (a, b) = (
        plan.outcomes[$0].objectives.first?.value ?? 0,
        plan.outcomes[$1].objectives.first?.value ?? 0
      )
      return plan.outcomes.count > Self.most ? (b, $0) < (a, $1) : $0 < $1
    }
    let half = Self.most / 2
    for (place, index) in order.enumerated() {
      if order.count > Self.most, place >= half, place < order.count - half {
        if place == half { grid.add(["… \(count(order.count - 2 * half)) more"]) }
        continue
      }
      let outcome = plan.outcomes[index]
      let years = outcome.plan?.dependencyByYear ?? []
      grid.add([
        outcome.name, Figure.percent(outcome.probability),
        figure(outcome.objectives.first?.value), figure(outcome.waitAndSee),
        outcome.regret.map { difference(max(0, $0)) } ?? "—",
        Figure.sparkline(years, top: max(1, years.compactMap(\.self).max() ?? 1)),
      ])
    }
    lines += grid.lines(width: style.width)
    return lines
  }

  /// The answers of the other side, the worst for us first.
  private var answers: [String] {
    var grid = TextGrid([.left, .right, .right, .right, .right, .left])
    grid.add(["their answer", "this plan", "costs us", "must gain", "less its cost", "by year"])
    let order = plan.rankedAnswers
    for index in order.prefix(Self.most) {
      let outcome = plan.outcomes[index]
      let years = outcome.plan?.dependencyByYear ?? []
      grid.add([
        outcome.name, figure(outcome.objectives.first?.value),
        plan.damage(index).map { difference(max(0, $0)) } ?? "—", difference(outcome.cost),
        figure(outcome.objectives.first.map { $0.value - outcome.cost }),
        Figure.sparkline(years, top: max(1, years.compactMap(\.self).max() ?? 1)),
      ])
    }
    var lines = [style.bold("\(measureWords): \(figure(plan.value))")]
    lines += grid.lines(width: style.width)
    if order.count > Self.most {
      lines.append("  … \(count(order.count - Self.most)) milder answers")
    }
    return lines
  }

  // MARK: Before the reveal

  private var revealStep: Int {
    (plan.reveal - model.horizon.start) * model.horizon.stepsPerYear
  }

  private var awards: [String] {
    guard let outcome = plan.outcomes.first, let own = outcome.plan else { return [] }
    let builds = own.builds.filter {
      $0.step < revealStep && $0.capacity >= UncertainPlan.EarlyAward.least
    }
    guard plan.reveal > model.horizon.start else {
      return ["", "Nothing is decided before the outcome is known."]
    }
    guard !builds.isEmpty else { return ["", "Nothing is awarded before \(plan.reveal)."] }
    let agreeing = Dictionary(
      uniqueKeysWithValues: plan.earlyAwards.compactMap { row in
        row.ownPlans.map { (row.facility, $0) }
      })
    var grid = TextGrid([.left, .left, .right, .right, .right, .right])
    let ownHead = agreeing.isEmpty ? [] : ["own plans"]
    grid.add(["stage", "facility", "t/yr", "awarded", "on line"] + ownHead)
    let stages = outcome.model.stages
    let places = Set(builds.map(\.facility)).sorted {
      let (a, b) = (outcome.model.facilities[$0].stage, outcome.model.facilities[$1].stage)
      return (stages.firstIndex(of: a) ?? 0, $0) < (stages.firstIndex(of: b) ?? 0, $1)
    }
    for p in places {
      let own = builds.filter { $0.facility == p }
      let years = own.map { model.horizon.year(ofStep: $0.step) }
      let facility = outcome.model.facilities[p]
      let (low, high) = (years.min() ?? 0, years.max() ?? 0)
      grid.add(
        [
          facility.stage, facility.name, Figure.number(own.reduce(0) { $0 + $1.capacity }),
          low == high ? "\(low)" : "\(low)–\(high)",
          "\(model.horizon.year(ofStep: own.map(\.onlineStep).min() ?? 0))",
        ] + (agreeing.isEmpty ? [] : [agreeing[p].map { "\($0) of \(plan.outcomes.count)" } ?? ""]))
    }
    var lines = ["", style.bold("What is awarded before \(plan.reveal), whatever comes")]
    lines += grid.lines(width: style.width)
    if !agreeing.isEmpty {
      lines.append(
        style.dim(
          "  own plans: outcomes whose plan, had it been known, awards it by then, too; `alternatives` finds what is no regret"
        ))
    }
    return lines
  }

  private var stocks: [String] {
    guard let outcome = plan.outcomes.first, let own = outcome.plan else { return [] }
    var bought = [Double](repeating: 0, count: outcome.model.stockpiles.count)
    for stock in own.stocks where stock.step < revealStep {
      bought[stock.stockpile] += stock.stored
    }
    let parts = bought.enumerated().filter { $0.element >= 0.5 }.map {
      "\(printable(outcome.model.stockpiles[$0.offset].id)) \(Figure.number($0.element)) t"
    }
    return parts.isEmpty
      ? [] : ["Put in store before \(plan.reveal): " + parts.joined(separator: "; ") + "."]
  }

  // MARK: Hedging decisions

  private var hedgingDecisions: [String] {
    guard plan.baseCase != nil else { return [] }
    guard !plan.hedgingDecisions.isEmpty else {
      return ["", "Before \(plan.reveal) the plan does what the base case alone would do."]
    }
    var grid = TextGrid([.left, .right, .right, .left])
    grid.add(["by \(plan.reveal - 1), t/yr or t", "base case", "this plan", "as would"])
    for decision in plan.hedgingDecisions.prefix(12) {
      grid.add([
        decision.name, Figure.number(decision.base), Figure.number(decision.planned),
        allies(of: decision),
      ])
    }
    var lines =
      ["", style.bold("Hedging decisions: differences from the plan for the base case alone")]
      + grid.lines(width: style.width)
    if plan.hedgingDecisions.count > 12 {
      lines.append("  and \(plan.hedgingDecisions.count - 12) smaller differences")
    }
    return lines + against
  }

  /// The outcomes whose own plan goes the same way by at least half.
  private func allies(of decision: UncertainPlan.HedgingDecision) -> String {
    guard !decision.own.isEmpty else { return "" }
    let turn = decision.planned - decision.base
    let names = zip(plan.outcomes, decision.own).filter { (_, own) in
      (own - decision.base) / turn >= 0.5
    }.map { printable($0.0.name) }
    if names.isEmpty { return "no outcome's own plan" }
    return names.count <= 4
      ? names.joined(separator: ", ") : "\(names.count) of \(plan.outcomes.count) outcomes"
  }

  /// In which outcomes the plan is better than the base plan, and where that is paid for.
  private var against: [String] {
    guard let base = plan.baseCase else { return [] }
    var better: [(words: String, size: Double)] = []
    var worse = better
    for (outcome, value) in zip(plan.outcomes, base.values) {
      guard let own = outcome.objectives.first?.value else { continue }
      let name = printable(outcome.name)
      guard let value else {
        better.append(("\(name) (where the base plan cannot be carried out)", .infinity))
        continue
      }
      let change = own - value
      let shown = first.shown(change)
      let words = "\(name) (\(shown < 0 ? "" : "+")\(difference(shown)))"
      if change < -5e-5 { better.append((words, -change)) }
      if change > 5e-5 { worse.append((words, change)) }
    }
    func list(_ entries: [(words: String, size: Double)]) -> String {
      let sorted = entries.enumerated().sorted {
        ($1.element.size, $0.offset) < ($0.element.size, $1.offset)
      }.map(\.element)
      let named = sorted.prefix(4).map(\.words).joined(separator: ", ")
      return sorted.count > 4 ? "\(named) and \(sorted.count - 4) more" : named
    }
    var lines: [String] = []
    if !better.isEmpty { lines.append("It hedges against " + list(better) + ".") }
    if !worse.isEmpty { lines.append("That is paid for in " + list(worse) + ".") }
    return lines
  }

  // MARK: What knowing and planning are worth

  private var worth: [String] {
    var grid = TextGrid([.left, .right, .left])
    grid.add(["this plan", figure(plan.value), ""])
    if let known = plan.waitAndSee, let price = plan.valueOfPerfectInformation {
      let shown = plan.risk.kind == .regret ? "0, by definition" : figure(known)
      // Known beforehand, each outcome is free to miss a target with a chance.
      let isBound = plan.chances.contains { $0.hasTarget && $0.form != .everyOutcome }
      let most = isBound ? "at most " : ""
      grid.add([
        "had the outcome been known", shown,
        "not knowing costs \(most)\(difference(max(0, price)))",
      ])
    }
    row(&grid, "expected-value solution", plan.expectedValuePlan)
    row(&grid, "plan for the base case", plan.baseCase)
    return ["", style.bold("What knowing, and planning for not knowing, is worth")]
      + grid.lines(width: style.width)
  }

  private func row(_ grid: inout TextGrid, _ name: String, _ fixed: UncertainPlan.FixedPlan?) {
    guard let fixed, let own = plan.value else { return }
    if let value = fixed.value {
      grid.add([
        name, figure(value), "planning for the outcomes saves \(difference(max(0, value - own)))",
      ])
      return
    }
    if fixed.missesChanceTargets {
      grid.add([
        name, fixed.atLeast.map { "≥ " + figure($0) } ?? "—",
        "keeps the targets with a chance too rarely",
      ])
      return
    }
    let blocked = zip(plan.outcomes, fixed.values).filter { $0.1 == nil }.map { $0.0.name }
    let places =
      blocked.count <= 3
      ? blocked.map(printable).joined(separator: ", ")
      : "\(blocked.count) of \(plan.outcomes.count) outcomes"
    let least = fixed.atLeast.flatMap { $0 > own ? "≥ " + figure($0) : nil }
    grid.add([name, least ?? "—", "cannot be carried out in \(places)"])
  }

  // MARK: Foot

  private var objectives: [String] {
    var grid = TextGrid([.left, .right, .left])
    for (index, entry) in plan.solution.objectives.enumerated() {
      let isShare = entry.objective.isShare
      let unit =
        isShare
        ? "share of weighted demand" : ObjectiveWords.unitWords(entry.objective, model)
      grid.add([
        plan.name(of: entry.objective, isFirst: index == 0),
        Figure.number(entry.objective.shown(entry.value), decimals: isShare ? 6 : 3), unit,
      ])
    }
    return ["", style.bold("Objectives, in order")] + grid.lines(width: style.width)
  }

  private var verification: [String] {
    guard let check = plan.solution.verification else { return [] }
    let verdict = check.isVerified ? style.green("Verified") : style.red("NOT verified")
    var words =
      "\(verdict) by recomputation over all outcomes: gap \(Figure.tiny(check.relativeGap)), "
      + "largest rule violation \(Figure.tiny(check.primalInfeasibility)) of its size, "
      + "dual violation \(Figure.tiny(check.dualInfeasibility))"
    if plan.solution.size.integers > 0 {
      words += ", whole numbers off by \(Figure.tiny(check.integralityViolation))"
    }
    return [words + "."]
  }
}
