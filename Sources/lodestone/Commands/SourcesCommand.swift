import Analysis
import ArgumentParser
import Reporting
import SupplyChain

struct Sources: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Lists where the numbers of a model come from and how good the evidence is: filings, releases, press, analogies, assumptions.",
    discussion: """
      Examples:
        lodestone sources Models/us-ndfeb/model.yaml
        lodestone sources Models/us-ndfeb/model.yaml --all
        lodestone sources model.yaml --csv > numbers.csv

      A line that holds a number ends in a comment: keys of sources.csv in brackets, `# [mcs2026]`, whose grade
      stands there (A filing or law, B release of the company or agency, C press); or `analogy: …` (D); or
      `assumption: …` (E). It has the weakest of these grades. `derived: 50 * 1.25 = 62.5` is worked out again.
      Exit code 1 where a number has no grade, a derivation is wrong or a key is not in sources.csv.
      """)

  @Argument(help: "The model file (YAML).")
  var model: String

  @Flag(name: .long, help: "Lists every line that holds a number.")
  var all = false

  @Flag(name: .long, help: "Prints every line as CSV and nothing else.")
  var csv = false

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  @Flag(
    name: .long,
    help:
      "Also shows what the first objective rests on: its change for 1 % of each number, by grade, and the ten lines that matter most. Solves the model without its whole-number rules."
  )
  var sensitivity = false

  func validate() throws {
    if csv, sensitivity {
      throw ValidationError("--csv lists the numbers alone; leave out --sensitivity")
    }
    if csv, json { throw ValidationError("--csv and --json: choose one of them") }
  }

  func run() throws {
    let sources: NumberSources
    let document: ModelDocument
    do {
      document = try ModelDocument.read(path: model)
      sources = try NumberSources(document)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
    let shares = try sensitivity ? shares(document, sources) : nil
    let listing = SourceListing(sources)
    let width = Terminal.style.width
    if json {
      Terminal.write(SourceListing.json(sources, model: document.base, shares: shares).text)
    } else if csv {
      Terminal.write(listing.table.csv)
    } else {
      Terminal.write(listing.text(all: all, width: width) + (shares?.text(width: width) ?? ""))
    }
    if !sources.problems.isEmpty {
      if !json {
        Terminal.writeError(ModelErrors(diagnostics: sources.problems).description + "\n")
      }
      throw Ending.modelIsWrong
    }
    if shares?.isInterrupted == true { throw Ending.stopped }
  }

  private func shares(_ document: ModelDocument, _ sources: NumberSources) throws -> GradeShares {
    let numbers: ModelNumbers
    do {
      numbers = try ModelNumbers(document)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
    let found = try StudyRun().run { settings throws(StudyEnd) in
      try NumberSensitivity.find(numbers, settings: settings)
    }
    return GradeShares(found, sources, numbers.model)
  }
}
