import Allocation
import Analysis
import SupplyChain

/// A plan carried out in every outcome, for people and for programs.
public struct StressReport: Sendable {
  private let test: StressTest
  private let scenarios: [String]
  private var model: Model { test.model }
  /// Outcomes and facilities listed by name at most.
  private static let most = 16
  private static let mostFacilities = 8

  public init(_ test: StressTest, scenarios: [String]) {
    self.test = test
    self.scenarios = scenarios
  }

  private var first: Objective { model.objectives.first ?? .dependency }

  private func figure(_ value: Double?) -> String {
    guard let value = first.shown(value) else { return "—" }
    return first.isShare ? Figure.percent(value, decimals: 1) : Figure.number(value, decimals: 3)
  }

  private var words: SampleWords? {
    test.spread.map { SampleWords(study: $0, model: model, reveal: test.reveal, cases: "outcomes") }
  }

  // MARK: Terminal

  public func text(style: TerminalStyle) -> String {
    let count = Figure.number(Double(test.outcomes.count))
    var lines = [
      ValueWords.title("Stress test of the plan for", model, scenarios, style)
        + " · \(count) outcomes, known from \(test.reveal)",
      "",
    ]
    lines += headline.flatMap { $0.wrapped(behind: "", width: style.width) }
    lines += words?.lines(style) ?? []
    lines += obligations.lines(style) + outcomes(style) + [""]
    lines += SolveTranscript.ending(test.plan, model, style)
    return lines.joined(separator: "\n") + "\n"
  }

  var headline: [String] {
    let planned = test.plan.objectives.first?.value
    let name = ObjectiveWords.label(first)
    var lines: [String] = []
    if let spread = test.spread?.value {
      lines.append(
        "\(name): \(figure(planned)) as planned; carried out as it stands until \(test.reveal), "
          + "\(figure(spread.p10)) to \(figure(spread.p90)) in eight cases of ten, "
          + "\(figure(spread.p50)) in the middle.")
    } else {
      lines.append("\(name): \(figure(planned)) as planned; no outcome has a plan.")
    }
    if test.shareWithoutPlan > 0 {
      lines.append(
        "In \(Figure.percent(test.shareWithoutPlan)) of the cases there is no plan, whatever is cut back; "
          + "they are not among these figures.")
    }
    if test.unfinished > 0 {
      lines.append(
        "\(test.unfinished) of \(test.outcomes.count) outcomes were not looked at to the end, and are not among these figures."
      )
    }
    let cut = test.outcomes.filter { $0.isCutBack && $0.value != nil }
    if !cut.isEmpty {
      let share = Figure.percent(cut.reduce(0) { $0 + $1.probability })
      lines.append(
        "In \(share) of the cases awards had to be cut back: \(named(cut.map(\.name))).")
    }
    return lines
  }

  private func named(_ names: [String]) -> String {
    let shown = names.prefix(4).map(printable).listed
    return names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown
  }

  /// What businesses owe and cannot pay, by facility: the mean over the outcomes in which it happens.
  private var obligations: FigureTable {
    struct Entry {
      var facility: Int
      var kind: ObligationViolation.Kind
      var share = 0.0
      var weighted = 0.0
    }
    var entries: [Entry] = []
    for outcome in test.outcomes {
      var sums: [Int: [ObligationViolation.Kind: Double]] = [:]
      for violation in outcome.violations {
        sums[violation.facility, default: [:]][violation.kind, default: 0] += violation.amount
      }
      for (facility, kinds) in sums {
        for (kind, amount) in kinds {
          let place = entries.firstIndex { $0.facility == facility && $0.kind == kind }
          if place == nil { entries.append(Entry(facility: facility, kind: kind)) }
          entries[place ?? entries.count - 1].share += outcome.probability
          entries[place ?? entries.count - 1].weighted += outcome.probability * amount
        }
      }
    }
    entries.sort {
      ($1.weighted, $0.facility, $0.kind.rawValue) < ($0.weighted, $1.facility, $1.kind.rawValue)
    }
    let more = entries.count - Self.mostFacilities
    return FigureTable(
      title: "What businesses cannot pay, and others have to",
      head: ["", "in", "million \(printable(model.currency)) then", "what is missing"],
      rows: entries.prefix(Self.mostFacilities).map {
        [
          printable(model.facilities[$0.facility].name), Figure.percent($0.share, decimals: 0),
          Figure.number($0.weighted / $0.share, decimals: 1),
          $0.kind == .debt ? "debt service" : "of the hurdle rate, present value",
        ]
      } + (more > 0 ? [["and \(more) more", "", "", ""]] : []), endsInWords: true)
  }

  /// The worst first, where there are many.
  private func outcomes(_ style: TerminalStyle) -> [String] {
    let order = test.outcomes.indices.sorted {
      let (a, b) = (test.outcomes[$0].value ?? .infinity, test.outcomes[$1].value ?? .infinity)
      return test.outcomes.count > Self.most ? (b, $0) < (a, $1) : $0 < $1
    }
    var grid = TextGrid([.left, .right, .right, .left])
    grid.add(["outcome", "probability", first.name, ""])
    for index in order.prefix(Self.most) {
      let outcome = test.outcomes[index]
      grid.add([
        printable(outcome.name), Figure.percent(outcome.probability),
        figure(outcome.value), note(outcome),
      ])
    }
    let more = order.count - Self.most
    let title = more > 0 ? "The worst outcomes" : "Outcomes"
    return ["", style.bold(title)] + grid.lines(width: style.width)
      + (more > 0 ? ["  and \(Figure.number(Double(more))) better ones"] : [])
  }

  private func note(_ outcome: StressTest.Outcome) -> String {
    switch outcome.status {
    case .infeasible: return "no plan"
    case .interrupted, .failed, .unbounded: return outcome.value == nil ? "not solved" : ""
    case .optimal, .feasible: break
    }
    var words: [String] = []
    if outcome.violations.contains(where: { $0.kind == .debt }) { words.append("unpaid debt") }
    if outcome.violations.contains(where: { $0.kind == .hurdle }) {
      words.append("hurdle rate missed")
    }
    if outcome.isCutBack { words.append("cut back") }
    return words.joined(separator: ", ")
  }

  // MARK: A report's page

  /// What a page says and draws of it; nil where no outcome has a plan.
  public var picture: JSONValue? {
    guard let spread = test.spread else { return nil }
    let tables = [words?.failures, obligations].compactMap(\.self).filter { !$0.rows.isEmpty }
    let span = "\(figure(spread.value.p10)) to \(figure(spread.value.p90))"
    let count = Figure.number(Double(test.outcomes.count))
    return .object([
      ("name", .string("eight outcomes of ten (of \(count))")),
      ("finding", .string("In eight outcomes of ten \(first.name) is \(span)")),
      ("says", .array(headline.map { .string($0) })),
      ("tables", .array(tables.map(\.json))),
      (
        "years",
        .array(
          spread.byYear.map { year in
            year.map { .array([.number($0.p10), .number($0.p50), .number($0.p90)]) } ?? .null
          })
      ),
    ])
  }

  /// A row a year: the year, one case in ten better, the middle, one in ten worse, in per cent.
  var years: [[String]] {
    (test.spread?.byYear ?? []).enumerated().compactMap { place, spread in
      spread.map {
        ["\(model.horizon.start + place)"]
          + [$0.p10, $0.p50, $0.p90].map { Figure.number($0 * 100, decimals: 1) }
      }
    }
  }

  // MARK: JSON and tables

  /// `stress.json` and one table a kind.
  public var files: [(name: String, text: String)] {
    [(name: "stress.json", text: json(timing: nil).text)]
      + tables.map { (name: $0.name + ".csv", text: $0.csv) }
      + SheetTables(tables, model).files
  }

  public func json(timing: Timing?) -> JSONValue {
    var members = SolveReport.head(test.plan, model, scenarios)
    members += [
      ("reveal", .integer(test.reveal)),
      ("objectives", .object(test.plan.objectives.map { $0.objective.member($0.value) })),
      ("outcomes", .array(test.outcomes.map(outcome))),
      ("samples", words?.json ?? .null),
      ("without_plan", .number(test.shareWithoutPlan)),
      ("unfinished", .integer(test.unfinished)),
      ("verification", test.plan.verification.map(SolveReport.json) ?? .null),
      ("size", SolveReport.json(test.plan.size)),
    ]
    if let timing { members.append(("timing", SolveReport.json(timing))) }
    members.append(("units", Table.units(of: tables)))
    return .object(members)
  }

  private func outcome(_ outcome: StressTest.Outcome) -> JSONValue {
    .object([
      ("name", .string(outcome.name)), ("probability", .number(outcome.probability)),
      ("status", .string(outcome.status.rawValue)),
      ("reason", outcome.reason.map { .string($0) } ?? .null),
      (
        "dependency",
        outcome.objectives.first { $0.objective == .dependency }.map { .number($0.value) } ?? .null
      ),
      ("objectives", .object(outcome.objectives.map { $0.objective.member($0.value) })),
      ("cut_back", .bool(outcome.isCutBack)),
      (
        "dependency_by_year",
        .object(
          outcome.dependencyByYear.enumerated().map { y, value in
            ("\(model.horizon.start + y)", value.map { .number($0) } ?? .null)
          })
      ),
      (
        "obligation_violations",
        .array(
          outcome.violations.map {
            .object([
              ("facility", .string(model.facilities[$0.facility].id)),
              ("kind", .string($0.kind.rawValue)),
              ("year", $0.year.map { .integer($0) } ?? .null), ("amount", .number($0.amount)),
            ])
          })
      ),
    ])
  }

  private var tables: [Table] {
    let names = model.objectives
    let outcomes = Table(
      "outcomes",
      [.init("outcome"), .init("probability"), .init("status")] + names.map { .init($0.name) }
        + [.init("cut_back")],
      rows: test.outcomes.map { outcome in
        let values = names.map { objective -> Table.Cell in
          outcome.objectives.first { $0.objective == objective }
            .map { .number(objective.shown($0.value)) } ?? .empty
        }
        return [
          .text(outcome.name), .number(outcome.probability), .text(outcome.status.rawValue),
        ] + values + [.text(outcome.isCutBack ? "yes" : "no")]
      })
    let obligations = Table(
      "obligations",
      [
        .init("outcome"), .init("facility"), .init("kind"), .init("year"),
        .init("amount", unit: "million \(model.currency)"),
      ],
      rows: test.outcomes.flatMap { outcome in
        outcome.violations.map {
          [
            .text(outcome.name), .text(model.facilities[$0.facility].id), .text($0.kind.rawValue),
            $0.year.map { .number(Double($0)) } ?? .empty, .number($0.amount),
          ]
        }
      })
    return [outcomes] + (words?.tables ?? []) + [obligations]
  }
}
