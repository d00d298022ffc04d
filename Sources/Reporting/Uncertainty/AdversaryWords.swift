import Allocation
import Analysis
import SupplyChain

/// What an adversary's answers mean, in words, tables and a picture of text: shared by terminal and reports.
struct AdversaryWords {
  let plan: UncertainPlan
  let study: AdversaryStudy
  let model: Model

  private var first: Objective { model.objectives.first ?? .dependency }
  /// Answers that a report lists.
  private static let mostAnswers = 12
  var isShare: Bool { first.isShare }

  func figure(_ value: Double?) -> String {
    guard let value = first.shown(value) else { return "—" }
    return isShare ? Figure.percent(value, decimals: 2) : Figure.number(value, decimals: 3)
  }

  func points(_ value: Double) -> String {
    isShare
      ? "\(Figure.number(value * 100, decimals: 2)) points" : Figure.number(value, decimals: 3)
  }

  func name(ofMove move: Int) -> String {
    let id = study.adversary.moves[move].scenario
    let known = model.scenarios.first { $0.id == id }?.name ?? ""
    return known.isEmpty ? id : known
  }

  func name(_ rival: AdversaryStudy.Rival) -> String {
    switch rival {
    case .plan: "this plan"
    case .baseCase: "the plan as if nobody answered"
    case .nothing: "nothing awarded before \(plan.reveal)"
    }
  }

  /// The worst case in a sentence.
  var headline: String {
    let worst = plan.rankedAnswers.first.map { plan.outcomes[$0] }
    let objective = first.name.replacing("_", with: " ")
    return
      "Planned against \(Figure.number(Double(plan.outcomes.count))) possible answers, known from "
      + "\(plan.reveal). The worst is \(worst?.name ?? "none"): \(objective) "
      + "\(figure(worst?.objectives.first?.value)), instead of "
      + "\(figure(plan.outcomes.first?.objectives.first?.value)) without an answer."
  }

  /// For the terminal.
  func text(_ style: TerminalStyle) -> [String] {
    growth(style) + [moves, guards].flatMap { $0.lines(style) } + removals(style)
  }

  /// For reports, the worst answers first.
  var tables: [FigureTable] { [answers, moves, guards].filter { !$0.rows.isEmpty } }

  // MARK: Growth with the number of moves

  /// A bar for each number of moves and each plan.
  private func growth(_ style: TerminalStyle) -> [String] {
    let most = study.growth.flatMap(\.worst).compactMap { $0?.net }.max() ?? 0
    guard most > 0, let counts = study.growth.first?.worst.count, counts > 1 else { return [] }
    var lines = [
      "",
      style.bold(
        "If they answer: \(first.name) less what it costs them, by how many moves they make"),
    ]
    var grid = TextGrid([.right, .left, .right, .left])
    for size in 0..<counts {
      for (place, growth) in study.growth.enumerated() {
        let label = place == 0 ? (size == 0 ? "none" : "up to \(size)") : ""
        guard size < growth.worst.count, let worst = growth.worst[size] else {
          let isImpossible =
            growth.impossible.map {
              (plan.outcomes[$0].moves?.size ?? 0) <= size
            } ?? false
          grid.add([
            label, name(growth.rival), "—",
            isImpossible ? "cannot be carried out" : "not all looked at",
          ])
          continue
        }
        let width = Int((24 * worst.net / most).rounded())
        let bar = String(repeating: "█", count: max(0, min(24, width)))
        grid.add([label, name(growth.rival), figure(worst.net), bar])
      }
    }
    lines += grid.lines(width: style.width)
    for growth in study.growth {
      guard let impossible = growth.impossible else { continue }
      lines.append(
        "  With \(name(growth.rival)) there is no way on under \(printable(plan.outcomes[impossible].name))."
      )
    }
    return lines
  }

  /// The same for a chart: for each plan the value by the most moves at a time.
  var chart: JSONValue {
    let counts = study.growth.first?.worst.count ?? 0
    return .object([
      ("unit", .string(isShare ? "share" : "other")),
      (
        "moves",
        .array((0..<counts).map { .string($0 == 0 ? "no answer" : "up to \($0)") })
      ),
      (
        "plans",
        .array(
          study.growth.map { growth in
            .object([
              ("name", .string(name(growth.rival))),
              (
                "values",
                .array(growth.worst.map { $0.map { .number($0.net) } ?? .null })
              ),
              (
                "answers",
                .array(
                  growth.worst.map { worst in
                    worst.map { .string(plan.outcomes[$0.answer].name) } ?? .null
                  })
              ),
            ])
          })
      ),
    ])
  }

  // MARK: What a move is worth to them

  private var moves: FigureTable {
    let order = study.deterrence.indices.sorted {
      (study.deterrence[$1].noLongerFrom, $0) < (study.deterrence[$0].noLongerFrom, $1)
    }
    return FigureTable(
      title: "What a move is worth to them under this plan",
      head: ["their move", "alone it costs us", "must gain", "no longer pays from"],
      rows: order.map { index in
        let entry = study.deterrence[index]
        return [
          name(ofMove: entry.move), entry.alone.map { points(max(0, $0)) } ?? "—",
          points(entry.cost),
          entry.noLongerFrom > 1e-9 ? points(entry.noLongerFrom) : "never pays",
        ]
      })
  }

  /// The worst answers, each with what it costs us and them.
  private var answers: FigureTable {
    FigureTable(
      title: "Their worst answers to this plan",
      head: ["their answer", "under this plan", "costs us", "must gain", "less its cost"],
      rows: plan.rankedAnswers.prefix(Self.mostAnswers).map { index in
        let outcome = plan.outcomes[index]
        let value = outcome.objectives.first?.value
        return [
          outcome.name, figure(value), plan.damage(index).map { points(max(0, $0)) } ?? "—",
          points(outcome.cost), figure(value.map { $0 - outcome.cost }),
        ]
      })
  }

  // MARK: Which awards guard against which move

  /// The answer against which a decision guards most, beyond what it is worth without an answer.
  func against(_ guarding: AdversaryStudy.Guard) -> AdversaryStudy.Guard.Loss? {
    let none = guarding.losses.first { $0.answer == 0 }?.value ?? 0
    if let blocked = guarding.losses.first(where: { $0.value == nil && $0.answer != 0 }) {
      return blocked
    }
    let best = guarding.losses.filter { $0.answer != 0 }.max {
      ($0.value ?? 0, $1.answer) < ($1.value ?? 0, $0.answer)
    }
    guard let best, let value = best.value, value > none + 5e-5 else { return nil }
    return best
  }

  private var guards: FigureTable {
    FigureTable(
      title: "Which awards guard against which move, and what their loss would cost",
      head: [
        "t/yr or t by \(plan.reveal - 1)", "if nobody answered", "this plan", "without it",
        "guards most against",
      ],
      rows: study.guards.map { entry in
        let none = entry.losses.first { $0.answer == 0 }?.value
        var words = "no single move"
        var loss = none.map { "+" + points($0) } ?? "—"
        if let against = against(entry) {
          words = plan.outcomes[against.answer].name
          loss = against.value.map { "+" + points($0) } ?? "no way on"
        }
        return [
          entry.decision.name, Figure.number(entry.decision.base),
          Figure.number(entry.decision.planned), loss, words,
        ]
      }, endsInWords: true)
  }

  // MARK: Moves off the table

  private func removals(_ style: TerminalStyle) -> [String] {
    let sentences = sentences
    if sentences.isEmpty { return [] }
    return ["", style.bold("What it costs to take a move off the table")]
      + sentences.map { "  " + printable($0) }
  }

  /// What it costs to take moves off the table.
  var sentences: [String] {
    let off = study.removals.filter(\.isOff).map { name(ofMove: $0.move) }
    let first =
      off.isEmpty
      ? [] : ["Alone, these do not pay under this plan: \(off.joined(separator: ", "))."]
    return first + study.removals.filter { !$0.isOff }.map(words)
  }

  private func words(_ entry: AdversaryStudy.Removal) -> String {
    let move = name(ofMove: entry.move)
    guard let cost = entry.publicCost else {
      return "\(move): \(entry.reason ?? "no plan was found")."
    }
    func millions(_ value: Double) -> String { "\(Figure.number(value)) M\(model.currency)" }
    var words = "\(move): \(millions(cost)) of public cost at least"
    if let own = entry.planCost { words += " (this plan: \(millions(own)))" }
    let named = entry.decisions.filter { $0.planned > $0.base }.prefix(3).map {
      "\($0.name) \(Figure.number($0.planned)) instead of \(Figure.number($0.base)) t"
    }
    if !named.isEmpty { words += "; " + named.joined(separator: ", ") }
    return words + "."
  }
}
