import Analysis
import ArgumentParser
import Reporting

struct FindAlternatives: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alternatives",
    abstract: "Shows which plans do nearly as well: no-regret projects, ranges, plans that differ.",
    discussion: """
      Examples:
        lodestone alternatives model.yaml --relax
        lodestone alternatives model.yaml --within 5% --count 5 --scenario export_ban
        lodestone alternatives model.yaml --within 2% --all-objectives --json

      A facility is no regret where every plan within --within of the best builds it (`compare` asks the same of every case). Without --relax plans are measured against the best plan with whole numbers, and may have fractions of modules.
      """)

  @OptionGroup var options: ModelOptions

  @Option(
    name: .long, help: "How much worse than the best the first objective may be: 0.02 or 2%.")
  var within = "2%"

  @Option(
    name: .long,
    help:
      "How many plans beside the best that differ as much as can be. Without it 3; in a large model none."
  )
  var count: Int?

  @Flag(
    name: .long, help: "Keeps every later objective, too, within the same share of its best value.")
  var allObjectives = false

  @Flag(
    name: .long,
    help:
      "Looks for the ranges of all facilities, stages and programmes in a large model too, where it takes minutes."
  )
  var ranges = false

  @OptionGroup var rules: RunOptions

  @Option(name: .long, help: "Writes alternatives.json into this folder.")
  var out: String?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func validate() throws {
    guard SolveOptionText.fraction(within) != nil else {
      throw ValidationError(
        "--within is a fraction from 0 to 1, like 0.02 or 2%, found '\(printable(within))'")
    }
    if let count, !(0...100).contains(count) {
      throw ValidationError("--count is a whole number from 0 to 100, found '\(count)'")
    }
  }

  func run() throws {
    let (model, _, idle) = try options.load()
    let found = try StudyRun(rules).run { settings throws(StudyEnd) in
      try Alternatives.find(
        model, within: SolveOptionText.fraction(within) ?? 0, holdsAll: allObjectives,
        count: count, ranges: ranges ? true : nil, settings: settings)
    }
    let report = AlternativesReport(found, model, scenarios: options.scenario)
    try ResultFiles.write(folder: out, json: "alternatives.json", report.json)
    json
      ? Terminal.write(report.json.adding(warnings: idle.warnings).text)
      : Terminal.show(report.text(style: Terminal.style))
    if found.isInterrupted { throw Ending.stopped }
  }
}
