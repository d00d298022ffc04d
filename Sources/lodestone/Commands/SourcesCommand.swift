import ArgumentParser
import Reporting
import SupplyChain

struct Sources: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Lists where the numbers of a model come from: sources, assumptions, and those with neither.",
    discussion: """
      Examples:
        lodestone sources Models/us-ndfeb/model.yaml
        lodestone sources Models/us-ndfeb/model.yaml --all
        lodestone sources model.yaml --csv > numbers.csv

      A line that holds a number ends in a comment with keys of sources.csv in brackets, `# [mcs2026]`, or with
      the word assumption. Exit code 1 where a line has neither or a key is not in sources.csv.
      """)

  @Argument(help: "The model file (YAML).")
  var model: String

  @Flag(name: .long, help: "Lists every line that holds a number.")
  var all = false

  @Flag(name: .long, help: "Prints every line as CSV and nothing else.")
  var csv = false

  func run() throws {
    let sources: NumberSources
    do {
      _ = try ModelDocument.read(path: model)
      sources = try NumberSources(path: model)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
    let listing = SourceListing(sources)
    Terminal.write(csv ? listing.table.csv : listing.text(all: all, width: Terminal.style.width))
    if !sources.bare.isEmpty || !sources.unknownKeys.isEmpty { throw Ending.modelIsWrong }
  }
}
