import ArgumentParser
import Reporting
import SupplyChain

struct Units: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows how quantities are written in a model file.",
    discussion: """
      Examples:
        lodestone units
      """)

  func run() throws {
    var grid = TextGrid([.left, .left, .left, .left])
    grid.add(["measure", "units", "for example", "stands at"])
    for line in UnitGuide.lines {
      grid.add([
        line.measure, line.units, line.examples.joined(separator: ", "),
        line.uses.joined(separator: ", "),
      ])
    }
    let text = grid.lines(indent: 0, width: Terminal.style.width).joined(separator: "\n")
    Terminal.write(
      text
        + "\n\nUSD stands for the model's own currency code. A series is one quantity or a map from year to quantity: "
        + "{ 2026: 75 USD/kg, 2030: 90 USD/kg }.\nLevels are linear between the years given and "
        + "constant outside them; appropriations are 0 in a year not given.\n")
  }
}
