import Analysis
import ArgumentParser
import Reporting

struct Plot: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draws a plan as text: dependency by year, awards, or the budget frontier.",
    discussion: """
      Examples:
        lodestone plot model.yaml dependency
        lodestone plot model.yaml awards --scenario export_ban
        lodestone plot model.yaml frontier --to 2

      Fits the terminal's width; without colour where NO_COLOR is set or the output is not a terminal.
      """)

  @OptionGroup var options: ModelOptions

  @Argument(help: "dependency, awards or frontier.")
  var kind: Kind

  @OptionGroup var rules: RunOptions

  @Option(name: .long, help: "Of the frontier: the largest budget, as a multiple of the model's.")
  var to = 3.0

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case dependency, awards, frontier
  }

  func validate() throws {
    guard to.isFinite, to > 0, to <= 1e6 else {
      throw ValidationError("--to is a budget scale above 0 and up to 1e6, found '\(to)'")
    }
  }

  func run() throws {
    let interruption = Interruption()
    var settings = rules.settings(interruption, standardGap: "1%")
    if kind == .frontier { settings.isRelaxed = true }
    let base = Case(
      scenarios: options.scenario,
      settings: options.settings.map { Case.Setting(path: $0.path, value: $0.value) },
      budgetScale: options.budgetScale)
    let content = try ReportRun.content(path: options.model, base: base, settings) { study in
      study.wantsPrices = false
      study.wantsContext = false
      study.wantsBudgetPlans = false
      if kind == .frontier { study.largestScale = to }
    }
    let plots = Plots(content, style: Terminal.style)
    switch kind {
    case .dependency: Terminal.show(plots.dependency)
    case .awards: Terminal.show(plots.awards)
    case .frontier: Terminal.show(plots.frontier)
    }
    for note in content.notes { Terminal.writeError("lodestone: \(printable(note))\n") }
    if let ending = Ending(content.base.solution) {
      let reason = content.base.solution.reason ?? "no reason is known"
      Terminal.writeError("lodestone: \(printable(reason))\n")
      throw ending
    }
    if interruption.cancellation.isCancelled { throw Ending.stopped }
  }
}
