import Allocation
import Analysis
import SupplyChain

/// The least money that reaches targets, and its plan, for people and for programs.
public struct ReachReport: Sendable {
  private let found: Reach
  private let scenarios: [String]
  private var model: Model { found.model }

  public init(_ found: Reach, scenarios: [String]) {
    self.found = found
    self.scenarios = scenarios
  }

  // MARK: Terminal

  public func text(style: TerminalStyle) -> String {
    var lines = [ValueWords.title("To reach \(asked) ·", model, scenarios, style), ""]
    lines += misses(style) + answer(style).flatMap { $0.wrapped(behind: "", width: style.width) }
    lines += prices(style) + binding(style) + [""]
    if let plan = found.solution.plan {
      lines += PlanSummary(plan, model, misses: found.misses, style: style).lines + [""]
    }
    lines += SolveTranscript.ending(found.solution, model, style)
    return lines.joined(separator: "\n") + "\n"
  }

  /// `60 % in 2030 and 40 % in 2035`.
  private var asked: String {
    found.targets.map { "\(RuleWords.percent($0.value)) in \($0.year)" }.listed
  }

  private func misses(_ style: TerminalStyle) -> [String] {
    guard !found.misses.isEmpty else { return [] }
    let isProven = found.misses.allSatisfy(\.isProven)
    var lines = [
      isProven
        ? style.red("It cannot be reached") + ":"
        : style.red("No plan that reaches it was found in time") + ":"
    ]
    let words = MissWords(found.misses, model, found.targets)
    lines += words.sentences.map { "  " + $0 }
    if isProven, found.targets.count > 1, found.misses.count > 0 {
      lines.append("The plan below misses the targets by the fewest points in sum.")
    }
    return lines
  }

  private var spent: Double { found.solution.plan?.publicMoneySpent ?? 0 }

  private func answer(_ style: TerminalStyle) -> [String] {
    let goal =
      found.misses.isEmpty
      ? "It can be reached"
      : found.misses.allSatisfy(\.isProven) ? "The nearest takes" : "The nearest found takes"
    let join = found.misses.isEmpty ? " with " : " "
    var words: String
    switch found.measure {
    case .publicCost:
      let cost = found.solution.objectives.first { $0.objective == .publicCost }?.value ?? 0
      words =
        goal + join
        + "\(Money.words(max(0, cost), model.currency)) of public money in present value "
        + "(\(Money.words(spent, model.currency)) as spent) of the "
        + "\(Money.words(model.budget, model.currency)) that programmes have."
    case .budgetScale:
      let scale = found.budgetScale ?? 0
      words =
        goal + join + "a budget of \(Money.words(model.budget, model.currency)), "
        + "\(ValueWords.significant(scale * 100)) % of what is appropriated "
        + "(--budget-scale \(ReachReport.plain(scale))); the plan spends \(Money.words(spent, model.currency))."
    }
    if !found.ownYears.isEmpty {
      let years = found.ownYears.map { "\($0)" }.listed
      words +=
        found.ownYears.count == found.targets.count
        ? " The targets are the model's own."
        : " The model's own target\(found.ownYears.count == 1 ? "" : "s") for \(years) hold\(found.ownYears.count == 1 ? "s" : "") too."
    }
    return [words]
  }

  /// A number as a command line takes it.
  private static func plain(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
  }

  private func prices(_ style: TerminalStyle) -> [String] {
    found.prices.map { price in
      "A point less in \(price.year) would take about \(Money.words(price.perPoint, model.currency)) more"
        + (found.isRelaxed && found.solution.size.integers > 0
          ? " (without the whole-number rules)." : ".")
    }
  }

  /// What the least money hangs on, or what keeps the targets from being met.
  private func binding(_ style: TerminalStyle) -> [String] {
    let isMissed = !found.misses.isEmpty
    guard !found.binding.isEmpty else {
      return isMissed
        ? ["What keeps it from being reached is time: lead times, and what demand wants at once."]
        : []
    }
    var grid = TextGrid([.left, .right])
    grid.add([
      isMissed ? "what keeps it from being reached" : "what the money hangs on",
      isMissed ? "points for 1 % more" : "for 1 % more",
    ])
    for binding in found.binding.prefix(6) {
      let change = binding.perPercent
      grid.add([
        BindingWords(model).text(binding.cause),
        isMissed
          ? ValueWords.signed(change * 100)
          : (change < 0 ? "−" : "+") + Money.words(abs(change), model.currency),
      ])
    }
    let more = found.binding.count - 6
    return [""] + grid.lines(width: style.width) + (more > 0 ? ["  and \(more) more"] : [])
  }

  // MARK: JSON

  public var json: JSONValue {
    var report = SolveReport(found.solution, model, scenarios: scenarios).json(timing: nil)
    report = report.with(first: [
      ("asked", .object(found.targets.map { ("\($0.year)", .number($0.value)) })),
      ("reached", .bool(found.misses.isEmpty)),
      ("misses", MissWords(found.misses, model, found.targets).json),
      ("measure", .string(found.measure.rawValue)),
      ("least_budget_scale", found.budgetScale.map { .number($0) } ?? .null),
      ("public_money", .number(spent)),
      (
        "price_of_a_point",
        .object(found.prices.map { ("\($0.year)", .number($0.perPoint)) })
      ),
      (
        "binding",
        .array(
          found.binding.map {
            .object([
              ("what", .string(BindingWords(model).text($0.cause))),
              ("per_percent", .number($0.perPercent)),
            ])
          })
      ),
    ])
    return report
  }

  public var tables: [Table] {
    found.solution.plan.map { PlanTables($0, model).tables } ?? []
  }
}

/// Targets that are missed, in sentences.
struct MissWords {
  private let misses: [NearestTargets.Miss]

  /// - Parameter targets: as they were asked for; those that are not missed are met.
  init(_ misses: [NearestTargets.Miss], _ model: Model, _ targets: [Target] = []) {
    self.misses = misses
    met = targets.filter { target in !misses.contains { $0.year == target.year } }
  }

  private let met: [Target]

  static func points(_ share: Double) -> String {
    let words = Figure.number(share * 100, decimals: share < 0.0995 ? 2 : 1)
    return words + " points"
  }

  /// `7.50 points`, or at most that where a nearer plan was not ruled out in time.
  private static func most(_ miss: NearestTargets.Miss) -> String {
    (miss.isProven ? "" : "at most ") + points(miss.by)
  }

  /// `target 2035: 40 % is missed by 7.50 points; the nearest is 47.50 %`.
  var sentences: [String] {
    misses.map { miss in
      "target \(miss.year): \(RuleWords.percent(miss.asked)) is missed by \(MissWords.most(miss)); "
        + "the nearest\(miss.isProven ? "" : " found") is \(Figure.percent(miss.reached, decimals: 2))"
    } + met.map { "target \($0.year): \(RuleWords.percent($0.value)) is met" }
  }

  /// `2035 by 7.50 points, 2032 by 0.41`.
  var short: String {
    misses.map { "\($0.year) by \(MissWords.most($0))" }.joined(separator: ", ")
  }

  var json: JSONValue {
    .array(
      misses.map { miss in
        .object([
          ("year", .integer(miss.year)), ("target", .number(miss.asked)),
          ("nearest", .number(miss.reached)), ("by", .number(miss.by)),
          ("proven", .bool(miss.isProven)),
        ])
      })
  }
}

extension [String] {
  /// `a, b and c`.
  var listed: String {
    guard count > 1, let last else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " and " + last
  }
}
