import Allocation
import Analysis
import SupplyChain

/// What an adversary's answers mean, in words, tables and a picture of text: shared by terminal and reports.
struct AdversaryWords {
  let plan: UncertainPlan
  let study: AdversaryStudy
  let model: Model
  let style: TerminalStyle

  private var first: Objective { model.objectives.first ?? .dependency }
  private var isShare: Bool { first == .dependency || first == .peakDependency }

  func figure(_ value: Double?) -> String {
    guard let value else { return "—" }
    return isShare ? Figure.percent(value, decimals: 2) : Figure.number(value, decimals: 3)
  }

  func points(_ value: Double) -> String {
    isShare
      ? "\(Figure.number(value * 100, decimals: 2)) points" : Figure.number(value, decimals: 3)
  }

  func name(ofMove move: Int) -> String {
    let id = study.adversary.moves[move].scenario
    let known = model.scenarios.first { $0.id == id }?.name ?? ""
    return printable(known.isEmpty ? id : known)
  }

  func name(_ rival: AdversaryStudy.Rival) -> String {
    switch rival {
    case .plan: "this plan"
    case .baseCase: "the plan as if nobody answered"
    case .nothing: "nothing awarded before \(plan.reveal)"
    }
  }

  var text: [String] { growth + moves + guards + removals }

  // MARK: Growth with the number of moves

  /// A bar for each number of moves and each plan.
  private var growth: [String] {
    let most = study.growth.flatMap(\.worst).compactMap { $0?.net }.max() ?? 0
    guard most > 0, let counts = study.growth.first?.worst.count, counts > 1 else { return [] }
    var lines = [
      "", style.bold("If they answer: \(first.rawValue) less what it costs them, by how many moves they make"),
    ]
    var grid = TextGrid([.right, .left, .right, .left])
    for size in 0..<counts {
      for (place, growth) in study.growth.enumerated() {
        let label = place == 0 ? (size == 0 ? "none" : "up to \(size)") : ""
        guard size < growth.worst.count, let worst = growth.worst[size] else {
          grid.add([label, name(growth.rival), "—", "cannot be carried out"])
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

  // MARK: What a move is worth to them

  private var moves: [String] {
    guard !study.deterrence.isEmpty else { return [] }
    var grid = TextGrid([.left, .right, .right, .right])
    grid.add(["their move", "alone it costs us", "must gain", "no longer pays from"])
    let order = study.deterrence.indices.sorted {
      (study.deterrence[$1].noLongerFrom, $0) < (study.deterrence[$0].noLongerFrom, $1)
    }
    for index in order {
      let entry = study.deterrence[index]
      grid.add([
        name(ofMove: entry.move), entry.alone.map { points(max(0, $0)) } ?? "—",
        points(entry.cost), entry.noLongerFrom > 1e-9 ? points(entry.noLongerFrom) : "never pays",
      ])
    }
    return ["", style.bold("What a move is worth to them under this plan")]
      + grid.lines(width: style.width)
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

  private var guards: [String] {
    guard !study.guards.isEmpty else { return [] }
    var grid = TextGrid([.left, .right, .right, .right, .left])
    grid.add([
      "awarded by \(plan.reveal - 1), t/yr or t", "nobody answers", "this plan", "without it",
      "guards most against",
    ])
    for entry in study.guards {
      let none = entry.losses.first { $0.answer == 0 }?.value
      var words = "no single move"
      var loss = none.map { "+" + points($0) } ?? "—"
      if let against = against(entry) {
        words = printable(plan.outcomes[against.answer].name)
        loss = against.value.map { "+" + points($0) } ?? "no way on"
      }
      grid.add([
        entry.decision.name, Figure.number(entry.decision.base),
        Figure.number(entry.decision.planned), loss, words,
      ])
    }
    return ["", style.bold("Which awards guard against which move, and what their loss would cost")]
      + grid.lines(width: style.width)
  }

  // MARK: Moves off the table

  private var removals: [String] {
    let shown = study.removals
    guard !shown.isEmpty else { return [] }
    var lines = ["", style.bold("What it costs to take a move off the table")]
    let off = shown.filter(\.isOff).map { name(ofMove: $0.move) }
    if !off.isEmpty { lines.append("  Alone, these do not pay under this plan: \(off.joined(separator: ", ")).") }
    for entry in shown where !entry.isOff { lines.append("  " + words(entry)) }
    return lines
  }

  func words(_ entry: AdversaryStudy.Removal) -> String {
    let move = name(ofMove: entry.move)
    guard let cost = entry.publicCost else {
      return "\(move): \(entry.reason ?? "no plan was found")."
    }
    func millions(_ value: Double) -> String { "\(Figure.number(value)) M\(model.currency)" }
    var words = "\(move): \(millions(cost)) of public cost at least"
    if let own = entry.planCost { words += " (this plan: \(millions(own)))" }
    let named = entry.decisions.filter { $0.planned > $0.base }.prefix(3).map {
      "\(printable($0.name)) \(Figure.number($0.planned)) instead of \(Figure.number($0.base)) t"
    }
    if !named.isEmpty { words += "; " + named.joined(separator: ", ") }
    return words + "."
  }
}
