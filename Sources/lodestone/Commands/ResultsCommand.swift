import Analysis
import ArgumentParser
import Reporting

struct Results: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Summarises the store of a sweep: quantiles, what moves the answer, what is funded.",
    discussion: """
      Examples:
        lodestone results mc.db
        lodestone results part-1.db part-2.db part-3.db
        lodestone results mc.db --csv --table cases > cases.csv
        lodestone results mc.db --csv --table funded
        lodestone results mc.db --json

      Only cases with a verified optimum count in statistics. Tables: quantiles, years, tornado, screening, funded,
      cases, builds, awards.
      """)

  @Argument(help: "The stores of one sweep.")
  var store: [String]

  @Option(name: .long, help: "One table: \(SweepTables.names.joined(separator: ", ")).")
  var table: String?

  @Flag(name: .long, help: "Prints one table as CSV (cases, if --table names no other).")
  var csv = false

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func validate() throws {
    if store.isEmpty { throw ValidationError("name a store") }
    if csv && json { throw ValidationError("give --csv or --json, not both") }
    if let table, !SweepTables.names.contains(table) {
      throw ValidationError(
        "--table is one of \(SweepTables.names.joined(separator: ", ")), found '\(printable(table))'"
      )
    }
  }

  func run() throws {
    do throws(SweepProblem) {
      let results = try SweepResults(paths: store)
      let tables = SweepTables(results)
      if csv {
        Terminal.write(try tables.table(table ?? "cases").csv)
      } else if json {
        Terminal.write(try tables.json(only: table).text)
      } else if let table {
        Terminal.show(
          ResultsTranscript.text(try tables.table(table), style: Terminal.style))
      } else {
        Terminal.show(ResultsTranscript(results, tables, style: Terminal.style).text)
      }
    } catch {
      throw Ending.failure(error)
    }
  }
}
