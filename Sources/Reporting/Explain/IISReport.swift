import Analysis
import SupplyChain

/// Why there is no plan, and what would help, for people and for programs.
public struct IISReport: Sendable {
  private let iis: IIS
  private let relaxations: FeasibilityRelaxation
  private let model: Model
  private let scenarios: [String]

  public init(_ iis: IIS, _ relaxations: FeasibilityRelaxation, _ model: Model, scenarios: [String])
  {
    self.iis = iis
    self.relaxations = relaxations
    self.model = model
    self.scenarios = scenarios
  }

  // MARK: Terminal

  /// The answer first: which rules conflict, and the smallest changes that make them feasible; then why.
  ///
  /// - Parameter isWhole: whether all points of every group are shown, and not the first few.
  public func text(style: TerminalStyle, isWhole: Bool = false) -> String {
    var lines = [
      style.red("Infeasible") + ": " + ValueWords.title("no plan for", model, scenarios, style)
    ]
    let asked = relaxations.single.filter(\.isDemand)
    if !asked.isEmpty {
      lines.append("")
      for relaxation in asked {
        lines += words(relaxation).words.wrapped(behind: "  ", width: style.width)
      }
    }
    return (lines + relaxations(style) + clash(style, isWhole)).joined(separator: "\n") + "\n"
  }

  private func clash(_ style: TerminalStyle, _ isWhole: Bool) -> [String] {
    let (decided, books) = RuleWords(model).statements(iis.rules)
    var lines = [
      "",
      style.bold("Why: these cannot all hold")
        + (iis.isIrreducible ? "; without any one of them the others can" : ""),
    ]
    let shown = ConflictGroups(decided).lines(most: isWhole ? .max : 4, style)
    lines += shown.lines
    if !books.isEmpty {
      let most = isWhole ? books.count : min(6, books.count)
      let names = books.prefix(most).map(printable).joined(separator: ", ")
      let more = books.count > most ? ", and \(books.count - most) more" : ""
      lines += "with the books: \(names)\(more)".wrapped(behind: "  ", width: style.width)
        .map(style.dim)
    }
    for late in iis.lateStages(in: model) {
      lines.append("  \(printable(IISReport.words(late)))")
    }
    if iis.needsWholeNumbers {
      lines.append("  Fractions of modules would do: the conflict is one of whole numbers.")
    }
    if !iis.isIrreducible {
      lines.append("  Not every one of them was shown to be needed for the conflict.")
    }
    if shown.isCut { lines.append(style.dim("  --all shows every one of them.")) }
    return lines
  }

  /// `the earliest separation comes on line in 2031`.
  private static func words(_ late: IIS.LateStage) -> String {
    late.firstYear.map { "the earliest \(late.stage) comes on line in \($0)" }
      ?? "no \(late.stage) comes on line within the horizon"
  }

  /// A relaxation; of the earliest target with the stage that is latest.
  private func words(_ relaxation: ConstraintRelaxation) -> RelaxationWords {
    let late = iis.lateStages(in: model)
    guard case .target(let n) = relaxation.kind,
      !model.targets.contains(where: { $0.year < model.targets[n].year }),
      let latest = late.max(by: { ($0.firstYear ?? .max) < ($1.firstYear ?? .max) })
    else { return RelaxationWords(relaxation, model) }
    return RelaxationWords(relaxation, model, reason: IISReport.words(latest))
  }

  private func relaxations(_ style: TerminalStyle) -> [String] {
    var lines: [String] = []
    func list(_ heading: String, _ relaxations: [ConstraintRelaxation]) {
      guard !relaxations.isEmpty else { return }
      lines += ["", style.bold(heading) + "; solved again with it"]
      for relaxation in relaxations {
        lines += words(relaxation).words.wrapped(behind: "  • ", width: style.width)
      }
    }
    let others = relaxations.single.filter { !$0.isDemand }
    list(
      others.count < relaxations.single.count
        ? "What would be enough instead, each on its own" : "What would be enough, each on its own",
      others)
    list("What would be enough together: the smallest change", relaxations.combined)
    if relaxations.isInterrupted {
      lines += ["", style.yellow("Interrupted") + ": there may be more relaxations."]
    } else if relaxations.single.isEmpty && relaxations.combined.isEmpty {
      lines = [
        "", "No change of targets, limits, money, imports, sizes or permits was found that helps.",
      ]
    }
    return lines
  }

  // MARK: JSON

  public var json: JSONValue {
    let (decided, books) = RuleWords(model).statements(iis.rules)
    return .object([
      ("schema_version", .integer(1)),
      ("model", .string(model.name)),
      ("scenarios", .array(scenarios.map { .string($0) })),
      ("budget_scale", .number(model.budgetScale)),
      ("status", .string("infeasible")),
      ("is_complete", .bool(!relaxations.isInterrupted)),
      ("is_irreducible", .bool(iis.isIrreducible)),
      ("needs_whole_numbers", .bool(iis.needsWholeNumbers)),
      ("rule_count", .integer(iis.rules.count)),
      ("conflict", .array(decided.map(json))),
      ("bookkeeping", .array(books.map { .string($0) })),
      (
        "late_stages",
        .array(
          iis.lateStages(in: model).map { late in
            .object([
              ("stage", .string(late.stage)),
              ("first_year", late.firstYear.map { .integer($0) } ?? .null),
            ])
          })
      ),
      ("relaxations", .array(relaxations.single.map(json))),
      ("combined_relaxation", .array(relaxations.combined.map(json))),
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

  private func json(_ relaxation: ConstraintRelaxation) -> JSONValue {
    let words = self.words(relaxation)
    var members: [(key: String, value: JSONValue)] = [
      ("kind", .string(words.kind)), ("subject", .string(words.subject)),
      ("year", words.year.map { .integer($0) } ?? .null), ("present", .number(relaxation.present)),
      ("value", .number(relaxation.value)),
    ]
    if case .money(_, let byYear) = relaxation.kind {
      members.append(("by_year", .object(byYear.map { ("\($0.year)", .number($0.amount)) })))
    }
    members.append(("words", .string(words.words)))
    return .object(members)
  }
}

/// The rules of a conflict by what they are about: what is said of one facility together, and what is said of
/// many as one rule with their names.
private struct ConflictGroups {
  private struct Group {
    var title: String
    var points: [String] = []
  }
  private var groups: [Group] = []

  /// - Parameter statements: what was asked for first.
  init(_ statements: [RuleStatement]) {
    var seen: Set<String> = []
    for statement in statements {
      guard seen.insert(ConflictGroups.key(statement)).inserted else { continue }
      let alike = statements.filter { ConflictGroups.key($0) == ConflictGroups.key(statement) }
      let title = ConflictGroups.title(statement.kind)
      if groups.last?.title != title { groups.append(Group(title: title)) }
      groups[groups.count - 1].points.append(ConflictGroups.point(alike))
    }
  }

  /// Groups of up to `most` points each.
  func lines(most: Int, _ style: TerminalStyle) -> (lines: [String], isCut: Bool) {
    var lines: [String] = []
    var isCut = false
    for group in groups {
      let count = group.points.count
      lines.append("  " + group.title + (count > 1 ? style.dim(" (\(count))") : ""))
      // One more takes no more room than to say that there is one more.
      let shown = count <= most || count - most == 1 ? count : most
      for point in group.points.prefix(shown) {
        lines += printable(point).wrapped(behind: "    • ", width: style.width)
      }
      if shown < count {
        lines.append("    • " + style.dim("and \(count - shown) more"))
        isCut = true
      }
    }
    return (lines, isCut)
  }

  private static func point(_ alike: [RuleStatement]) -> String {
    guard let first = alike.first else { return "" }
    if let heading = heading(first.kind), alike.count > 1 {
      return "\(heading): " + alike.map { $0.name + $0.when }.joined(separator: "; ")
    }
    let rules = alike.map { $0.rule + $0.when }.joined(separator: "; ")
    let name = first.name.isEmpty ? "" : first.name + ": "
    return name + rules + (first.location?.words ?? "")
  }

  /// Statements with the same key are told together.
  private static func key(_ statement: RuleStatement) -> String {
    if heading(statement.kind) != nil { return statement.kind }
    let kind = statement.kind == "maximum" ? "capacity" : statement.kind
    return kind + "\u{1F}" + statement.subject
  }

  /// In the order of `RuleWords.statements`.
  private static func title(_ kind: String) -> String {
    switch kind {
    case "target", "limit": "Asked for"
    case "capacity", "maximum": "Plants"
    case "account": "Money"
    case "import_limit": "Imports"
    default: "Terms and other rules"
    }
  }

  /// What a kind of rule says of all that it is about.
  private static func heading(_ kind: String) -> String? {
    switch kind {
    case "private_share": "private money pays its largest share of a cost at most"
    case "bankability": "private money comes only where it earns its hurdle rate"
    case "no_loss": "nobody runs a plant at a loss without support"
    case "debt": "debt is served from the business"
    case "fresh": "private money counts only what its awards add"
    case "award_share": "a programme pays its largest share of a cost at most"
    case "per_facility": "a programme gives one facility a certain sum at most"
    case "account": "a programme spends no more than is appropriated"
    default: nil
    }
  }
}
