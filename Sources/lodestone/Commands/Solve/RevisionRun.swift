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
    let awards = try AwardFiles.read(command.from, in: setup.model)
    if let spread = awards.first(where: { $0.steps.count > 1 }) {
      Terminal.writeError(
        "\(printable(spread.location.file)):\(spread.location.line): error: the award is not of one period\n  expected: "
          + "a period such as \(setup.model.horizon.periodName(0))\n")
      throw Ending.modelIsWrong
    }
    let limit = try RevisionRun.limit(command.atMost, currency: setup.model.currency)
    let study = StudyRun(command.rules)
    let found = try study.run { settings throws(StudyEnd) in
      try Revision.find(setup.model, from: awards, within: limit, settings: settings)
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

  /// `3 changes`, or an amount of money that is moved.
  static func limit(_ words: [String], currency: String) throws -> RevisionLimit {
    var words = words
    if words.last == "moved" { words.removeLast() }
    let text = words.joined(separator: " ")
    let parts = text.split(separator: " ")
    if let count = parts.first.flatMap({ Int($0) }), count >= 0, count <= 1_000_000,
      parts.count == 1 || (parts.count == 2 && ["change", "changes"].contains(parts[1]))
    {
      return .changes(count)
    }
    if let amount = Model.money(text, currency: currency) { return .money(amount) }
    Terminal.writeError(
      "lodestone: --at-most is a number of changes or an amount of money, like `3 changes` or `200M\(currency)`, found '\(printable(text))'\n"
    )
    throw Ending.usage
  }
}
