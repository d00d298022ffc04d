import Analysis
import ArgumentParser
import Reporting
import SupplyChain

struct ReachTargets: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reach",
    abstract: "Finds the least money that reaches targets, or the nearest that can be had.",
    discussion: """
      Examples:
        lodestone reach model.yaml 2035=40% --relax
        lodestone reach model.yaml 2030=60% 2035=40% --relax
        lodestone reach model.yaml 2035=40% --at-least-budget
        lodestone reach model.yaml 2035=40% --scenario export_ban --json

      A target is a year and the largest dependency index in it; it replaces the model's own target for that year, and the model's other targets stay (--set 'targets={}' removes them). Without any, the model's own targets are asked for.

      With --at-least-public-cost, the default, the programmes are as they are and the least of their money is spent (present value); of such plans the least dependent is shown. With --at-least-budget all appropriations are multiplied by the least number that is enough.

      Where the targets cannot all be met, the plan that misses them by the fewest points in sum is shown, with the exit code 3.
      """)

  @OptionGroup var options: ModelOptions

  @Argument(
    help: ArgumentHelp(
      "Targets: a year and the largest dependency index in it.", valueName: "year=share"))
  var targets: [String] = []

  @Flag(name: .long, help: "Spends the least public money, in present value (the default).")
  var atLeastPublicCost = false

  @Flag(
    name: .long, help: "Finds the least budget scale: what all appropriations are multiplied by.")
  var atLeastBudget = false

  @OptionGroup var rules: RunOptions

  @Option(name: .long, help: "Writes reach.json and one CSV table a kind into this folder.")
  var out: String?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func validate() throws {
    if atLeastPublicCost, atLeastBudget {
      throw ValidationError("--at-least-public-cost and --at-least-budget: choose one of them")
    }
    if atLeastBudget, options.budgetScale != 1 {
      throw ValidationError(
        "--budget-scale: with --at-least-budget the scale is what is looked for")
    }
    _ = try asked()
  }

  private func asked() throws -> [(year: Int, value: Double)] {
    var found: [(year: Int, value: Double)] = []
    for text in targets {
      let parts = text.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let year = Int(parts[0]), (1900...2200).contains(year),
        let value = SolveOptionText.fraction(String(parts[1]))
      else {
        throw ValidationError(
          "a target is a year and a share, like 2035=40%, found '\(printable(text))'")
      }
      if found.contains(where: { $0.year == year }) {
        throw ValidationError("\(year) has two targets")
      }
      found.append((year, value))
    }
    return found
  }

  func run() throws {
    let (model, _, idle) = try options.load()
    let asked = try asked()
    for (year, _) in asked where !(model.horizon.start...model.horizon.end).contains(year) {
      Terminal.writeError(
        "lodestone: \(year) is outside the horizon, \(model.horizon.start) to \(model.horizon.end)\n"
      )
      throw Ending.usage
    }
    if asked.isEmpty, model.targets.isEmpty {
      Terminal.writeError(
        "lodestone: name a target, like 2035=40%; the model has none of its own\n")
      throw Ending.usage
    }
    let found = try StudyRun(rules).run { settings throws(StudyEnd) in
      try Reach.find(
        model, asked, measure: atLeastBudget ? .budgetScale : .publicCost, settings: settings)
    }
    let report = ReachReport(found, scenarios: options.scenario)
    if let out {
      try ResultFiles.write(
        folder: out,
        files: [(name: "reach.json", text: report.json.text)]
          + report.tables.map { (name: $0.name + ".csv", text: $0.csv) }
          + SheetTables(report.tables, found.model).files)
    }
    json
      ? Terminal.write(report.json.adding(warnings: idle.warnings).text)
      : Terminal.show(report.text(style: Terminal.style))
    if let ending = Ending(found.solution) { throw ending }
    if !found.misses.isEmpty { throw Ending.noPlan }
  }
}
