import Analysis
import ArgumentParser
import Reporting
import SupplyChain

struct FindDifferences: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Finds where two models, two plans or two folders of results differ.",
    discussion: """
      Examples:
        lodestone diff old.yaml new.yaml
        lodestone diff old.yaml new.yaml --explain --relax
        lodestone diff before/plan.json after/plan.json
        lodestone diff before after --json

      Models are compared by what they say: units, comments, the order of entries, and whether a value stands in a table make no difference. --explain solves the models between the two and says how much of the difference in the answer each of them explains: with up to six the mean over all orders (Shapley value), with more one after the other.

      Results are compared number by number, rows matched by their names and years.
      """)

  @Argument(help: "A model file, plan.json, or a folder of results.")
  var before: String

  @Argument(help: "The other one.")
  var after: String

  @Flag(name: .long, help: "Of models: says what each difference does to the answer.")
  var explain = false

  @OptionGroup var rules: RunOptions

  @Option(
    name: .long,
    help: "Of results: numbers nearer than this share of the larger are the same (1e-6).")
  var tolerance: Double?

  @Flag(name: .long, help: "Ends with exit code 1 where anything differs, else with 0.")
  var exitCode = false

  @Option(name: .long, help: "Writes diff.json and CSV tables into this folder.")
  var out: String?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  private static let standardTolerance = 1e-6

  func validate() throws {
    if let tolerance, !(tolerance >= 0 && tolerance < 1) {
      throw ValidationError("--tolerance is a share from 0 to below 1, found '\(tolerance)'")
    }
    if !explain, rules.relax || rules.gap != nil || rules.timeLimit != nil {
      throw ValidationError("--relax, --gap and --time-limit belong to --explain")
    }
    if explain, tolerance != nil {
      throw ValidationError("--tolerance belongs to results, --explain to models")
    }
  }

  func run() throws {
    try ResultFiles.check(folder: out, keeps: [before, after])
    let isSame: Bool
    switch (try ResultPair.kind(before), try ResultPair.kind(after)) {
    case (.model, .model): isSame = try compareModels()
    case (.model, _), (_, .model):
      Terminal.writeError("lodestone: a model is not compared with a result\n")
      throw Ending.usage
    default: isSame = try compareResults()
    }
    if exitCode, !isSame { throw Ending.modelIsWrong }
  }

  private func compareModels() throws -> Bool {
    if tolerance != nil {
      Terminal.writeError("lodestone: --tolerance belongs to results\n")
      throw Ending.usage
    }
    let (old, new): (ModelDocument, ModelDocument)
    do throws(ModelErrors) {
      old = try ModelDocument.read(path: before)
      new = try ModelDocument.read(path: after)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
    let groups = old.differenceGroups(to: new)
    var attribution: Attribution?
    if explain, !groups.isEmpty {
      attribution = try StudyRun(rules).run { settings throws(StudyEnd) in
        try Attribution.find(old, new, groups, settings: settings)
      }
    }
    let report = ModelDifferenceReport(
      (before, after), groups, currency: old.base.currency, attribution: attribution)
    try write(report.json, report.tables) { report.text(style: $0) }
    if let attribution { try tellNoPlan(attribution) }
    return groups.isEmpty
  }

  private func tellNoPlan(_ found: Attribution) throws {
    let reasons = [(before, found.whyNoneBefore), (after, found.whyNoneAfter)]
    for case (let file, let reason?) in reasons {
      Terminal.writeError("lodestone: \(printable(file)) has no plan: \(printable(reason))\n")
    }
    if reasons.contains(where: { $0.1 != nil }) { throw Ending.noPlan }
  }

  private func compareResults() throws -> Bool {
    if explain {
      Terminal.writeError("lodestone: --explain belongs to models\n")
      throw Ending.usage
    }
    let report = ResultDifferenceReport(
      (before, after),
      try ResultPair(before, after).files(tolerance: tolerance ?? Self.standardTolerance))
    try write(report.json, report.tables) { report.text(style: $0) }
    return report.isSame
  }

  private func write(
    _ value: JSONValue, _ tables: [Table], _ text: (TerminalStyle) -> String
  ) throws {
    if let out {
      try ResultFiles.write(
        folder: out,
        files: [(name: "diff.json", text: value.text)]
          + tables.map { (name: $0.name + ".csv", text: $0.csv) })
    }
    json ? Terminal.write(value) : Terminal.show(text(Terminal.style))
  }
}
