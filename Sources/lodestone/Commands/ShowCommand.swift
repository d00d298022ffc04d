import ArgumentParser
import Reporting
import SupplyChain

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the model as it stands after scenarios, or what they change in it.",
    discussion: """
      Examples:
        lodestone show model.yaml --scenario export_ban > banned.yaml
        lodestone show model.yaml --scenario export_ban --diff
        lodestone show model.yaml --set 'funds.*.max_share=50%' --budget-scale 2 --diff --json

      What is printed is a model file again: quantities with units, tables merged in. A limit that a scenario
      lifts in some years is written as 1000000 kt/yr.
      """)

  @OptionGroup var options: ModelOptions

  @Flag(
    name: .long, help: "Prints only what differs from the model unchanged: path, before, after.")
  var diff = false

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func run() throws {
    do {
      let document = try ModelDocument.read(path: options.model)
      let shown = ModelShown(
        name: document.base.name, scenarios: options.scenario, settings: options.set,
        budgetScale: options.budgetScale)
      if diff {
        let differences = try document.differences(
          scenarios: options.scenario, settings: options.settings,
          budgetScale: options.budgetScale)
        let idle = options.idleChanges(in: document)
        Terminal.write(
          json
            ? shown.json(differences).adding(warnings: idle.warnings).text
            : shown.text(differences, style: Terminal.style))
      } else {
        let tree = try document.tree(
          scenarios: options.scenario, settings: options.settings,
          budgetScale: options.budgetScale)
        // The model itself has no place for warnings.
        _ = options.idleChanges(in: document)
        Terminal.write(json ? ModelShown.json(tree).text : shown.yaml(tree))
      }
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
  }
}
