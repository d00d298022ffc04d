import Allocation
import Foundation
import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// SMPS files, read back by a small reader of their own and put together outcome by outcome.
@Suite struct TwoStageProgramTests {
  /// Reads the three files and makes the deterministic equivalent: the first stage once, the second once an outcome.
  private struct SMPSReader {
    struct Row {
      var sense: Character
      var entries: [String: Double] = [:]
      var side = 0.0
    }
    struct Column {
      var cost = 0.0
      var lower = 0.0
      var upper = Double.infinity
      var isInteger = false
      var isFirst = true
    }
    private(set) var rows: [String: Row] = [:]
    private(set) var rowOrder: [String] = []
    private(set) var columns: [String: Column] = [:]
    private(set) var columnOrder: [String] = []
    private(set) var outcomes: [(probability: Double, lines: [[String]])] = []
    private var firstOfSecond = (column: "", row: "")

    init(core: [UInt8], time: [UInt8], stochastic: [UInt8]) {
      readCore(Self.lines(core))
      for words in Self.lines(time) where words.last == "SECOND" {
        firstOfSecond = (words[0], words[1])
      }
      readOutcomes(Self.lines(stochastic))
    }

    private static func lines(_ bytes: [UInt8]) -> [[String]] {
      String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        .filter { !$0.hasPrefix("*") }.map { $0.split(separator: " ").map(String.init) }
    }

    private mutating func readCore(_ lines: [[String]]) {
      var section = ""
      var isInteger = false
      for words in lines {
        if ["NAME", "ROWS", "COLUMNS", "RHS", "BOUNDS", "ENDATA"].contains(words[0]),
          words.count < 3
        {
          section = words[0]
          continue
        }
        switch section {
        case "ROWS" where words[0] != "N":
          rows[words[1]] = Row(sense: Character(words[0]))
          rowOrder.append(words[1])
        case "COLUMNS" where words[1] == "'MARKER'": isInteger = words[2] == "'INTORG'"
        case "COLUMNS":
          if columns[words[0]] == nil {
            columns[words[0]] = Column(isInteger: isInteger)
            columnOrder.append(words[0])
          }
          set(words[0], words[1], Double(words[2]) ?? .nan)
        case "RHS": rows[words[1]]?.side = Double(words[2]) ?? .nan
        case "BOUNDS": bound(words)
        default: break
        }
      }
    }

    private mutating func set(_ column: String, _ row: String, _ value: Double) {
      if row == "obj" {
        columns[column]?.cost = value
      } else {
        rows[row]?.entries[column] = value
      }
    }

    private mutating func bound(_ words: [String]) {
      let value = words.count > 3 ? Double(words[3]) ?? .nan : .nan
      switch words[0] {
      case "UP": columns[words[2]]?.upper = value
      case "LO": columns[words[2]]?.lower = value
      case "FX":
        columns[words[2]]?.lower = value
        columns[words[2]]?.upper = value
      case "MI": columns[words[2]]?.lower = -.infinity
      case "PL": columns[words[2]]?.upper = .infinity
      default:
        columns[words[2]]?.lower = -.infinity
        columns[words[2]]?.upper = .infinity
      }
    }

    private mutating func readOutcomes(_ lines: [[String]]) {
      for words in lines.dropFirst(2) where words != ["ENDATA"] {
        if words[0] == "SC" {
          outcomes.append((Double(words[3]) ?? .nan, []))
        } else {
          outcomes[outcomes.count - 1].lines.append(words)
        }
      }
    }

    /// The core as an outcome changes it.
    private func changed(_ outcome: Int) -> SMPSReader {
      var result = self
      for words in outcomes[outcome].lines {
        if ["UP", "LO", "FX", "MI", "PL"].contains(words[0]), words[1] == "BND" {
          result.bound(words)
        } else if words[0] == "RHS" {
          result.rows[words[1]]?.side = Double(words[2]) ?? .nan
        } else {
          result.set(words[0], words[1], Double(words[2]) ?? .nan)
        }
      }
      return result
    }

    func equivalent() throws -> LinearProgram {
      let split = try #require(columnOrder.firstIndex(of: firstOfSecond.column))
      let rowSplit = try #require(rowOrder.firstIndex(of: firstOfSecond.row))
      var program = LinearProgram()
      var places: [String: Int] = [:]
      func add(_ name: String, _ column: Column, _ weight: Double) {
        places[name] = program.addColumn(
          lower: column.lower, upper: column.upper, cost: weight * column.cost,
          integer: column.isInteger)
      }
      func add(_ row: Row) {
        let isLower = row.sense != "L"
        let isUpper = row.sense != "G"
        program.addRow(
          lower: isLower ? row.side : -.infinity, upper: isUpper ? row.side : .infinity,
          row.entries.sorted { $0.key < $1.key }.compactMap { name, value in
            places[name].map { ($0, value) }
          })
      }
      for name in columnOrder[..<split] { add(name, try #require(columns[name]), 1) }
      for name in rowOrder[..<rowSplit] { add(try #require(rows[name])) }
      for outcome in outcomes.indices {
        let own = changed(outcome)
        for name in columnOrder[split...] {
          add(name, try #require(own.columns[name]), outcomes[outcome].probability)
        }
        for name in rowOrder[rowSplit...] { add(try #require(own.rows[name])) }
      }
      return program
    }
  }

  private static func outcomes(_ document: ModelDocument) throws -> OutcomeList? {
    guard let uncertainty = document.base.uncertainty else { return nil }
    return try OutcomeList(document, uncertainty)
  }

  /// Nil where there is no optimum.
  private static func value(_ program: LinearProgram) throws -> Double? {
    let outcome = try solve(program)
    if case .optimal(let solution) = outcome { return solution.objective }
    return nil
  }

  private static let names = Repository.corpusNames.filter { name in
    (try? ModelDocument.read(path: Repository.corpus(name)).base.uncertainty) != nil
  }

  @Test func `the corpus has models with outcomes`() { #expect(Self.names.count >= 4) }

  @Test(arguments: names)
  func `what is read back has the value of the extensive form`(name: String) throws {
    let document = try ModelDocument.read(path: Repository.corpus(name))
    let list = try #require(try Self.outcomes(document))
    let isRelaxed = AllocationProgram(document.base).program.columnCount > 2000
    // Where nothing is decided before the reveal there is no first stage.
    guard let program = try? twoStageProgram(list, isRelaxed: isRelaxed) else { return }
    let writer = SMPSWriter(program)
    let reader = SMPSReader(
      core: writer.core(), time: writer.time(), stochastic: writer.stochastic())
    #expect(reader.outcomes.count == list.outcomes.count)
    #expect(isClose(reader.outcomes.reduce(0) { $0 + $1.probability }, 1))
    let equivalent = try reader.equivalent()
    let form = try extensiveForm(list, risk: RiskMeasure(.expected), isRelaxed: isRelaxed)
    let back = try Self.value(equivalent)
    let whole = try Self.value(form.program)
    #expect((back == nil) == (whole == nil), "\(name)")
    if let back, let whole {
      #expect(isClose(back, whole, relative: 1e-6), "\(name)")
    }
    #expect(writer.stochastic() == SMPSWriter(program).stochastic())
  }

  @Test func `two outcomes by hand change what differs and nothing else`() throws {
    let text =
      MagnetModel(
        horizon: 2026...2028,
        plants: [.init(expansion: "max: 2 kt/yr, capex: 100 kUSD/(t/yr)")],
        funds: [MagnetModel.grants("50 MUSD")]
      ).text + """

        scenarios:
          more: { changes: [{ scale: funds.grants.appropriations, by: 2 }] }
        uncertainty: { reveal: 2027, outcomes: { base: 50%, more: 50% } }
        """
    let document = try ModelDocument.read(text: text, file: "test.yaml")
    let list = try #require(try Self.outcomes(document))
    let program = try twoStageProgram(list, isRelaxed: true)
    #expect(program.outcomes[0].coefficients.isEmpty && program.outcomes[0].bounds.isEmpty)
    #expect(!program.outcomes[1].rightHandSides.isEmpty)
    #expect(program.outcomes[1].coefficients.isEmpty && program.outcomes[1].costs.isEmpty)
  }
}
