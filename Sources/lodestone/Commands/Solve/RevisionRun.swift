import Allocation
import Analysis
import ArgumentParser
import Reporting
import SupplyChain

/// `solve --from`: the best plan within a few changes of one that exists.
struct RevisionRun {
  private let setup: SolveSetup
  private var command: Solve { setup.command }

  init(_ setup: SolveSetup) { self.setup = setup }

  func run() throws {
    try ResultFiles.check(folder: command.out, keeps: command.from + [setup.options.model])
    let awards = try AwardFiles.read(command.from, in: setup.model, keepsParts: true)
    if let spread = awards.first(where: { $0.steps.count > 1 }) {
      Terminal.writeError(
        "\(printable(spread.location.file)):\(spread.location.line): error: the award is not of one period\n  expected: "
          + "a period such as \(setup.model.horizon.periodName(0))\n")
      throw Ending.modelIsWrong
    }
    let limit = try RevisionRun.limit(command.atMost, currency: setup.model.currency)
    let study = StudyRun(command.rules)
    let found: Revision
    do throws(StudyEnd) {
      found = try study.study { settings throws(StudyEnd) in
        try Revision.find(setup.model, from: awards, within: limit, settings: settings)
      }
    } catch {
      guard case .noPlan(.infeasible, _) = error else { throw StudyRun.told(error) }
      tellNone(within: limit)
      throw Ending.noPlan
    }
    let report = RevisionReport(found, scenarios: setup.options.scenario)
    if let out = command.out {
      try ResultFiles.write(
        folder: out,
        files: [(name: "plan.json", text: report.json.text)]
          + report.tables.map { (name: $0.name + ".csv", text: $0.csv) })
    }
    if command.json {
      Terminal.write(report.json.adding(warnings: setup.idle.warnings).text)
    } else {
      setup.tellWarnings()
      Terminal.show(report.text(style: Terminal.style))
    }
    if let ending = Ending(found.solution) { throw ending }
  }

  private func tellNone(within limit: RevisionLimit) {
    let words = RevisionReport.words(limit, setup.model.currency)
    let files = command.from.map(printable)
    let options = files.map { "--awards \($0)" }.joined(separator: " ")
    Terminal.writeError(
      "lodestone: no plan lies within \(words) of the awards in \(files.joined(separator: ", ")); `lodestone evaluate \(printable(setup.options.model)) \(options)` names the rules they break\n"
    )
  }

  /// `3 changes`, `3changes`, or an amount of money that is moved.
  static func limit(_ words: [String], currency: String) throws -> RevisionLimit {
    var words = words
    if words.last == "moved" { words.removeLast() }
    let text = words.joined(separator: " ")
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    if let count = Int(digits), count <= 1_000_000, ["", "change", "changes"].contains(unit) {
      return .changes(count)
    }
    if let amount = Model.money(text, currency: currency) { return .money(amount) }
    Terminal.writeError(
      "lodestone: --at-most is a number of changes or an amount of money, like `3 changes` or `200M\(currency)`, found '\(printable(text))'\n"
    )
    throw Ending.usage
  }
}
