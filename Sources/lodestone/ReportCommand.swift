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
        lodestone report model.yaml --scenario export_ban --scenario half_budget --frontier
        lodestone report model.yaml --format md --out plan.md
        lodestone report model.yaml --charts pictures --chart-format png

      The page holds all it shows and loads nothing from a network. Each --scenario is a plan of its own beside
      the base plan. The frontier is solved without the whole-number rules: its value is exact at every budget, and
      it has the plans of --budgets of them.
      """)

  @Argument(help: "The model file (YAML).")
  var model: String

  @Option(name: .long, help: "A scenario to compare with the base plan; may be repeated.")
  var scenario: [String] = []

  @Flag(name: .long, help: "Adds plans at other budgets, with a slider.")
  var frontier = false

  @Option(name: .long, help: "With --frontier: the largest budget, as a multiple of the model's.")
  var to = 3.0

  @Option(name: .long, help: "With --frontier: how many budgets are solved.")
  var budgets = 25

  @Flag(
    name: .long, help: "Drops the whole-number rules (modules, smallest awards, exclusive groups).")
  var relax = false

  @Option(name: .long, help: "Relative gap at which a whole-number plan is good enough.")
  var gap = "1%"

  @Option(name: .long, help: "Seconds for each plan, after which the best so far is taken.")
  var timeLimit: Double?

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
    if let timeLimit, !(timeLimit.isFinite && timeLimit >= 0) {
      throw ValidationError("--time-limit is a number of seconds, 0 or more, found '\(timeLimit)'")
    }
    guard SolveOptionText.fraction(gap) != nil else {
      throw ValidationError(
        "--gap is a fraction from 0 to 1, like 0.01 or 1%, found '\(printable(gap))'")
    }
  }

  func run() throws {
    // What is missing is said before the work, not after it.
    let library = try format == .html || charts != nil ? chartLibrary() : nil
    let interruption = Interruption()
    var solves = ReportSolves(
      model: model, scenarios: scenario, isRelaxed: relax,
      scales: frontier ? (0..<budgets).map { to * Double($0) / Double(budgets - 1) } : [])
    solves.settings.timeLimit = timeLimit
    solves.settings.relativeGap = SolveOptionText.fraction(gap)
    solves.settings.cancellation = interruption.cancellation
    let content = try solves.content(version: Lodestone.configuration.version)

    let page = library.map { HTMLReport(content).bytes($0) }
    try write { () throws(OutputError) in
      let path = out ?? (format == .html ? "report.html" : "report.md")
      let text = format == .md ? Array(MarkdownReport(content).text.utf8) : page ?? []
      try Output.write(file: path, bytes: text)
      Terminal.writeError(
        "\(printable(path)) is written (\(Figure.number(Double(text.count) / 1000)) kB).\n")
    }
    if let charts, let page { try drawCharts(page, charts) }
    if let ending = Ending(content.base.solution) { throw ending }
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

/// The solves that a report or a plot is made of.
struct ReportSolves {
  var model: String
  var scenarios: [String] = []
  var isRelaxed = false
  /// Budget scales of the frontier.
  var scales: [Double] = []
  var settings = AllocationSettings()
  var wantsPrices = true
  /// Applied to every model.
  private var applied: [String] = []

  init(model: String, scenarios: [String], isRelaxed: Bool, scales: [Double]) {
    self.model = model
    self.scenarios = scenarios
    self.isRelaxed = isRelaxed
    self.scales = scales
  }

  /// One plan alone, of the model under a scenario.
  init(model: String, scenario: String?, isRelaxed: Bool) {
    self.model = model
    self.isRelaxed = isRelaxed
    applied = scenario.map { [$0] } ?? []
    wantsPrices = false
  }

  func content(version: String) throws -> ReportContent {
    let (document, models) = try read()
    let line = CountLine()
    let count = models.count + scales.count + (wantsPrices ? 1 : 0)
    var solutions = relatedPlans(of: models, relaxed: isRelaxed, settings: settings) {
      line.show("plan \($0 + 1) of \(count)")
    }
    guard !solutions.isEmpty else {
      line.clear()
      Terminal.writeError("lodestone: interrupted before the base plan was found\n")
      throw Ending.stopped
    }
    let base = solutions.removeFirst()
    var content = ReportContent(
      file: (model as NSString).lastPathComponent,
      base: .init(name: "Base plan", description: "", model: models[0], solution: base))
    content.version = version
    content.isRelaxed = isRelaxed
    for (index, solution) in solutions.enumerated() {
      let id = scenarios[index]
      let known = document.base.scenarios.first { $0.id == id }
      content.scenarios.append(
        .init(
          name: known.map { $0.name.isEmpty ? id : $0.name } ?? id,
          description: known?.description ?? "", model: models[index + 1], solution: solution))
    }
    if base.plan != nil { addContinuous(&content, line, done: models.count, of: count) }
    line.clear()
    content.sources = (try? NumberSources(path: model))?.bibliography ?? []
    return content
  }

  /// All breakpoints of the frontier, where they were found before a limit.
  private func addCorners(_ content: inout ReportContent, _ line: CountLine) {
    guard let from = scales.first, let to = scales.last, from < to else { return }
    var range = FrontierSettings()
    (range.from, range.to, range.isRelaxed, range.allocation) = (from, to, true, settings)
    range.progress = { line.show("frontier: \($0) budgets solved") }
    let found = frontier(content.base.model, range)
    if found.status == .optimal { content.corners = found.breakpoints }
  }

  /// The base model, then one a scenario.
  private func read() throws -> (ModelDocument, [Model]) {
    do {
      let document = try ModelDocument.read(path: model)
      var models = [try document.model(scenarios: applied)]
      for id in scenarios { models.append(try document.model(scenarios: [id])) }
      return (document, models)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
  }

  /// The plans at other budgets, and the shadow prices: both of the continuous program.
  private func addContinuous(
    _ content: inout ReportContent, _ line: CountLine, done: Int, of count: Int
  ) {
    let base = content.base.model
    content.areBudgetsRelaxed = AllocationProgram(base).program.integerCount > 0
    if wantsPrices {
      line.show("plan \(done + 1) of \(count)")
      let allocation = AllocationProgram(base, relaxed: true)
      var first = base
      first.objectives = Array(base.objectives.prefix(1))
      let program = AllocationProgram(first, relaxed: true)
      let isKnown = isRelaxed || !content.hasWholeNumbers
      let solution = isKnown ? content.base.solution : solve(program, settings)
      content.prices = ShadowPrices(isKnown ? allocation : program, solution)
    }
    addCorners(&content, line)
    let models = scales.map { scale in
      var model = base
      model.budgetScale = scale
      return model
    }
    let solutions = relatedPlans(of: models, relaxed: true, settings: settings) {
      line.show("budget \($0 + 1) of \(models.count)")
    }
    let isBaseContinuous = isRelaxed || !content.areBudgetsRelaxed
    for (model, found) in zip(models, solutions) where found.plan != nil {
      // Of several best plans at the model's own budget the one that the report shows.
      let isBase = isBaseContinuous && abs(model.budgetScale - base.budgetScale) < 1e-12
      let solution = isBase ? content.base.solution : found
      let name = "the plan with \(Figure.percent(model.budgetScale)) of the appropriations"
      content.budgets.append(
        .init(name: name, description: "", model: model, solution: solution))
    }
  }
}
