import Analysis
import SupplyChain

/// Why there is no plan, and what would help, for people and for programs.
public struct ConflictReport: Sendable {
  private let conflict: Conflict
  private let repair: Repair
  private let model: Model
  private let scenarios: [String]

  public init(_ conflict: Conflict, _ repair: Repair, _ model: Model, scenarios: [String]) {
    self.conflict = conflict
    self.repair = repair
    self.model = model
    self.scenarios = scenarios
  }

  // MARK: Terminal

  public func text(style: TerminalStyle) -> String {
    let (decided, books) = RuleWords(model).statements(conflict.rules)
    var lines = [
      style.red("Infeasible") + ": " + ValueWords.title("no plan for", model, scenarios, style),
      "",
      style.bold("These cannot all hold")
        + (conflict.isIrreducible ? "; without any one of them the others can" : ""),
    ]
    for statement in decided {
      let when = statement.years.isEmpty ? "" : " [\(YearSpans.words(statement.years))]"
      lines.append(
        "  • " + printable(statement.words + when + (statement.location?.words ?? "")))
    }
    if !books.isEmpty {
      let shown = books.prefix(6).map(printable).joined(separator: ", ")
      let more = books.count > 6 ? ", and \(books.count - 6) more" : ""
      lines.append(style.dim("  with the books: \(shown)\(more)"))
    }
    for late in conflict.lateStages(in: model) {
      let when =
        late.firstYear.map { "the earliest works from \($0)" } ?? "none works in the horizon"
      lines.append("  \(printable(late.stage)): \(when)")
    }
    if conflict.needsWholeNumbers {
      lines.append("  Fractions of modules would do: the conflict is one of whole numbers.")
    }
    return (lines + remedies(style)).joined(separator: "\n") + "\n"
  }

  private func remedies(_ style: TerminalStyle) -> [String] {
    var lines: [String] = []
    func list(_ heading: String, _ remedies: [Remedy]) {
      guard !remedies.isEmpty else { return }
      lines += ["", style.bold(heading) + " (solved again with it)"]
      lines += remedies.map { "  • " + RemedyWords($0, model).words }
    }
    list("What would be enough, each on its own", repair.single)
    list("What would be enough together: the smallest change", repair.combined)
    if repair.isInterrupted {
      lines += ["", style.yellow("Interrupted") + ": there may be more repairs."]
    } else if lines.isEmpty {
      lines = [
        "", "No change of targets, limits, money, imports, sizes or permits was found that helps.",
      ]
    }
    return lines
  }

  // MARK: JSON

  public var json: JSONValue {
    let (decided, books) = RuleWords(model).statements(conflict.rules)
    return .object([
      ("schema_version", .integer(1)),
      ("model", .string(model.name)),
      ("scenarios", .array(scenarios.map { .string($0) })),
      ("budget_scale", .number(model.budgetScale)),
      ("status", .string("infeasible")),
      ("is_complete", .bool(!repair.isInterrupted)),
      ("is_irreducible", .bool(conflict.isIrreducible)),
      ("needs_whole_numbers", .bool(conflict.needsWholeNumbers)),
      ("rule_count", .integer(conflict.rules.count)),
      ("conflict", .array(decided.map(json))),
      ("bookkeeping", .array(books.map { .string($0) })),
      (
        "late_stages",
        .array(
          conflict.lateStages(in: model).map { late in
            .object([
              ("stage", .string(late.stage)),
              ("first_year", late.firstYear.map { .integer($0) } ?? .null),
            ])
          })
      ),
      ("repairs", .array(repair.single.map(json))),
      ("combined_repair", .array(repair.combined.map(json))),
    ])
  }

  private func json(_ statement: RuleStatement) -> JSONValue {
    .object([
      ("kind", .string(statement.kind)), ("subject", .string(statement.subject)),
      ("years", .array(Set(statement.years).sorted().map { .integer($0) })),
      ("words", .string(statement.words)),
      ("file", statement.location.map { .string($0.file) } ?? .null),
      ("line", statement.location.map { .integer($0.line) } ?? .null),
    ])
  }

  private func json(_ remedy: Remedy) -> JSONValue {
    let words = RemedyWords(remedy, model)
    var members: [(key: String, value: JSONValue)] = [
      ("kind", .string(words.kind)), ("subject", .string(words.subject)),
      ("year", words.year.map { .integer($0) } ?? .null), ("present", .number(remedy.present)),
      ("value", .number(remedy.value)),
    ]
    if case .money(_, let byYear) = remedy.kind {
      members.append(("by_year", .object(byYear.map { ("\($0.year)", .number($0.amount)) })))
    }
    members.append(("words", .string(words.words)))
    return .object(members)
  }
}
