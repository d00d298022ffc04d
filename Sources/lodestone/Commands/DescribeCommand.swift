import ArgumentParser
import Reporting
import SupplyChain

struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Shows what is in a model: the chain, money by year, demand, scenarios, what cannot work.",
    discussion: """
      Examples:
        lodestone describe model.yaml
        lodestone describe model.yaml --scenario export_ban
      """)

  @OptionGroup var options: ModelOptions

  func run() throws {
    let (model, warnings, _) = try options.load()
    var text = ModelDescription(model, style: Terminal.style).text
    if !warnings.isEmpty {
      text += "\nWarnings\n" + warnings.map { "  " + $0.headline }.joined(separator: "\n") + "\n"
    }
    Terminal.show(text)
  }
}
