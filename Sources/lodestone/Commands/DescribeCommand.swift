import ArgumentParser
import Reporting
import SupplyChain

struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Shows what is in a model: the chain, money by year, demand, targets, limits, facilities, scenarios, what cannot work.",
    discussion: """
      Examples:
        lodestone describe model.yaml
        lodestone describe model.yaml --scenario export_ban
        lodestone describe model.yaml --json
      """)

  @OptionGroup var options: ModelOptions

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func run() throws {
    let (model, warnings, idle) = try options.load()
    if json {
      let description = ModelDescription(model, style: Terminal.style)
      return Terminal.write(description.json.adding(warnings: idle.warnings + warnings).text)
    }
    var text = ModelDescription(model, style: Terminal.style).text
    if !warnings.isEmpty {
      text += "\nWarnings\n" + warnings.map { "  " + $0.headline }.joined(separator: "\n") + "\n"
    }
    Terminal.show(text)
  }
}
