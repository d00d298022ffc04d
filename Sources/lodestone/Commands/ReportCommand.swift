import Allocation
import Analysis
import ArgumentParser
import Foundation
import LinearProgramming
import Reporting
import SupplyChain

struct MakeReport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract:
      "Writes one self-contained page that shows a plan, what it costs, and what changes it.",
    discussion: """
      Examples:
        lodestone report model.yaml
        lodestone report model.yaml --case export_ban --case half_budget --frontier
        lodestone report model.yaml --case "ban, half: export_ban, budget 50%"
        lodestone report model.yaml --pareto dependency,public_cost
        lodestone report model.yaml --format md --out plan.md
        lodestone report model.yaml --charts pictures --chart-format png

      The page holds all it shows and loads nothing from a network. Each --case is a plan of its own beside the base plan. The frontier is exact, without the whole-number rules, and the page shows a plan at any budget: with --relax, or in a model without such rules, a mix of two solved plans that is itself a plan and is told to lie at most --frontier-gap above the best; otherwise the last of --budgets whole-number plans that the budget pays for.

      Whole-number plans are good enough at --gap, and each takes at most --time-limit: after that the best so far is shown with its gap. Ctrl-C ends the solving and writes a page of what is done.
      """)

  @Argument(help: "The model file (YAML).")
  var model: String

  @OptionGroup var chosen: CaseOptions

  @Option(
    name: .customLong("budget-scale"),
    help: ArgumentHelp(
      "Multiplies every appropriation in every plan: 0.5 or 50%.", valueName: "budget-scale"))
  var scale = BudgetScale(1)

  @Flag(name: .long, help: "Adds plans at other budgets, with a slider.")
  var frontier = false

  @Option(name: .long, help: "With --frontier: the largest budget, as a multiple of the model's.")
  var to = 3.0

  @Option(
    name: .long,
    help:
      "With --frontier: how far above the best value a plan between two solved budgets may lie, as a share of demand (or of the value's range)."
  )
  var frontierGap = "0.01%"

  @Option(name: .long, help: "With --frontier and whole numbers: how many budgets are solved.")
  var budgets = 7

  @Flag(
    name: .long,
    help:
      "Adds the plan against the model's adversary: its worst answers, which awards guard against them, and what a move is worth; on large models this takes minutes."
  )
  var answers = false

  @Flag(
    name: .long,
    help:
      "Carries the base plan out in every outcome of `uncertainty`, and shows how far the index then spreads in each year; one solve an outcome."
  )
  var stress = false

  @Option(
    name: .long,
    help:
      "Two objectives, like dependency,public_cost: adds what one costs in the other, with a plan at some corners that a click shows."
  )
  var pareto: String?

  @OptionGroup var rules: RunOptions

  @Flag(
    name: .long,
    help:
      "Leaves out what is shown beside the base plan: what private money alone would build, the effect of the horizon's end, and the inputs that move the answer most."
  )
  var onlyPlan = false

  @Option(name: .long, help: "html or md.")
  var format: Format = .html

  @Option(name: .long, help: "The file to write; report.html or report.md by default.")
  var out: String?

  @Option(name: .long, help: "Writes a picture of every chart into this folder (needs Chromium).")
  var charts: String?

  @Option(name: .long, help: "svg or png.")
  var chartFormat: ChartFormat = .svg

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case html, md
  }
  enum ChartFormat: String, ExpressibleByArgument, CaseIterable {
    case svg, png
  }

  func validate() throws {
    guard to.isFinite, to > 0, to <= 1e6 else {
      throw ValidationError("--to is a budget scale above 0 and up to 1e6, found '\(to)'")
    }
    guard (2...200).contains(budgets) else {
      throw ValidationError("--budgets is a whole number from 2 to 200, found '\(budgets)'")
    }
    guard let distance = SolveOptionText.fraction(frontierGap), distance >= 1e-6 else {
      throw ValidationError(
        "--frontier-gap is a fraction from 0.0001% to 1, like 0.01%, found '\(printable(frontierGap))'"
      )
    }
  }

  func run() throws {
    // What is missing is said before the work, not after it.
    let library = try charts != nil ? chartLibrary() : format == .html ? foundLibrary() : nil
    if charts != nil { try checkBrowser() }
    let interruption = Interruption()
    let content = try ReportRun.content(
      path: model, base: scaled(chosen.base), cases: try chosen.cases(nil).map(scaled),
      rules.settings(interruption, standardGap: "1%")
    ) { study in
      study.largestScale = frontier ? to : nil
      study.distance = SolveOptionText.fraction(frontierGap) ?? study.distance
      study.budgetCount = budgets
      study.wantsContext = !onlyPlan
      study.wantsAnswers = answers
      study.wantsStress = stress
      if let traded = try SolveOptionText.objectives(pareto, in: study.baseModel) {
        guard traded.count == 2 else {
          throw ValidationError(
            "--pareto: two objectives, like dependency,public_cost, found '\(printable(pareto ?? ""))'"
          )
        }
        study.traded = traded
      }
    }

    let page = format == .html || charts != nil ? HTMLReport(content).bytes(library) : nil
    try write { () throws(OutputError) in
      let path = out ?? (format == .html ? "report.html" : "report.md")
      let text = format == .md ? Array(MarkdownReport(content).text.utf8) : page ?? []
      try Output.write(file: path, bytes: text)
      Terminal.writeError(
        "\(printable(path)) is written (\(Figure.number(Double(text.count) / 1000)) kB).\n")
    }
    if let charts, let page { try drawCharts(page, charts) }
    if let ending = Ending(content.base.solution) { throw ending }
    if interruption.cancellation.isCancelled { throw Ending.stopped }
  }

  private func scaled(_ one: Case) -> Case {
    var result = one
    result.budgetScale *= scale.value
    return result
  }

  private func drawCharts(_ page: [UInt8], _ folder: String) throws {
    let pictures: [(name: String, bytes: [UInt8])]
    do {
      pictures = try ChartExport.pictures(of: page, format: chartFormat == .svg ? .svg : .png)
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw Ending.outputFailed
    }
    try write { () throws(OutputError) in
      try Output.write(folder: folder, files: pictures)
      Terminal.writeError("\(pictures.count) charts are in \(printable(folder)).\n")
    }
  }

  private func checkBrowser() throws {
    do {
      try ChartExport.browser()
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw Ending.usage
    }
  }

  /// nil where there is none: then the page shows tables, which is said.
  private func foundLibrary() -> ChartLibrary? {
    let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
    do {
      return try ChartLibrary.find(program: program)
    } catch {
      Terminal.writeError(
        "lodestone: warning: \(printable(error.description)); the page will show tables instead of charts\n"
      )
      return nil
    }
  }

  private func chartLibrary() throws -> ChartLibrary {
    let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
    do {
      return try ChartLibrary.find(program: program)
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw Ending.usage
    }
  }

  private func write(_ body: () throws(OutputError) -> Void) throws {
    do {
      try body()
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw error.isUsage ? Ending.usage : Ending.outputFailed
    }
  }
}
