import Foundation
import GRDB
import SupplyChain

/// A case as its store keeps it.
public struct StoredCase: Sendable {
  public var id: Int
  public var status: String
  /// One an input; texts of settings, `x0.5` for factors, empty where the model's own value was used.
  public var inputs: [InputValue]
  /// By name, of a measure that is maximised the amount itself; those that are minimised and have a value.
  public var objectives: [(name: String, value: Double)]
  public var dependencyByYear: [Double?]
  public var publicMoney: Double?
  public var privateMoney: Double?
  public var isVerified: Bool
  public var relativeGap: Double?
  public var violation: Double?
  public var iterations: Int
  public var reason: String?
  public func value(of objective: Objective) -> Double? {
    objectives.first { $0.name == objective.name }?.value
  }

  /// Solved to a verified optimum: the cases that statistics are made of.
  public var counts: Bool {
    (status == CaseResult.Status.optimal.rawValue || isMissed) && isVerified
  }
  /// Whether its plan misses targets, as little as can be.
  public var isMissed: Bool { status == CaseResult.Status.missed.rawValue }
}

/// How often and how strongly a facility is funded.
public struct FundedFacility: Sendable {
  public var facility: String
  /// Cases in which it gets public money, and in which capacity is built.
  public var funded: Int
  public var built: Int
  /// Mean over the cases in which it is funded or built; millions and t/yr.
  public var meanAmount: Double
  public var meanCapacity: Double
  /// First year of building, mean over the cases in which it is built.
  public var meanFirstYear: Double?
}

/// The stores of one sweep, read together: several where a cluster's tasks each wrote their own.
public struct SweepResults: Sendable {
  public let record: SweepRecord
  /// Cases with an answer, by number.
  public let cases: [StoredCase]
  public let funded: [FundedFacility]
  private let paths: [String]

  /// - Throws: `SweepProblem` where a file is not a store or they belong to different sweeps.
  public init(paths: [String]) throws(SweepProblem) {
    guard let first = paths.first else { throw SweepProblem(.usage, "no store is named") }
    var record: SweepRecord?
    var cases: [Int: StoredCase] = [:]
    var owner: [Int: Int] = [:]
    for (number, path) in paths.enumerated() {
      let (found, list) = try SweepResults.read(path) { db in
        (try SweepRows.sweep(db, path), try SweepResults.cases(db))
      }
      if let record, record != found {
        throw SweepProblem(.usage, "\(path) belongs to another sweep than \(first)")
      }
      record = found
      for one in list where cases[one.id] == nil {
        cases[one.id] = one
        owner[one.id] = number
      }
    }
    guard let record else { throw SweepProblem(.usage, "no store is named") }
    self.record = record
    self.paths = paths
    self.cases = cases.values.sorted { $0.id < $1.id }
    var tally: [String: FacilityTally] = [:]
    for (number, path) in paths.enumerated() {
      // A case that two stores have counts once.
      let counted = Set(cases.values.lazy.filter { $0.counts && owner[$0.id] == number }.map(\.id))
      try SweepResults.read(path) { db in try SweepResults.tally(db, counted, &tally) }
    }
    funded = tally.map { $1.facility($0) }.sorted {
      ($0.funded, $0.meanAmount, $1.facility) > ($1.funded, $1.meanAmount, $0.facility)
    }
  }

  /// Calls `body` with every build of the cases with an answer, by case.
  public func builds(_ body: (Int, CaseResult.Build) -> Void) throws(SweepProblem) {
    for path in paths {
      try SweepResults.read(path) { db in
        let rows = try Row.fetchCursor(
          db, sql: "SELECT * FROM builds ORDER BY case_id, facility, option, step")
        while let row = try rows.next() {
          body(
            row["case_id"],
            CaseResult.Build(
              facility: row["facility"], option: row["option"], step: row["step"],
              year: row["year"], capacity: row["capacity"], onlineYear: row["online_year"],
              modules: row["modules"]))
        }
      }
    }
  }

  /// Calls `body` with every award, by case.
  public func awards(_ body: (Int, CaseResult.Award) -> Void) throws(SweepProblem) {
    for path in paths {
      try SweepResults.read(path) { db in
        let rows = try Row.fetchCursor(
          db, sql: "SELECT * FROM awards ORDER BY case_id, fund, facility, instrument, step")
        while let row = try rows.next() {
          body(
            row["case_id"],
            CaseResult.Award(
              fund: row["fund"], facility: row["facility"], instrument: row["instrument"],
              step: row["step"], year: row["year"], amount: row["amount"]))
        }
      }
    }
  }

  // MARK: Reading

  private static func read<Result>(_ path: String, _ body: (Database) throws -> Result)
    throws(SweepProblem) -> Result
  {
    guard FileManager.default.fileExists(atPath: path) else {
      throw SweepProblem(.usage, "there is no store \(path)")
    }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(60)
    do {
      return try DatabaseQueue(path: path, configuration: configuration).read(body)
    } catch let problem as SweepProblem {
      throw problem
    } catch {
      throw SweepStore.problem(path, error, "read")
    }
  }

  private static func cases(_ db: Database) throws -> [StoredCase] {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT * FROM cases WHERE status NOT IN ('open', 'claimed') ORDER BY id")
    let measures = try SweepRows.measures(db)
    var cases: [StoredCase] = []
    while let row = try rows.next() {
      let inputs: String = row["inputs"] ?? "[]"
      let years: String = row["dependency_by_year"] ?? "[]"
      cases.append(
        StoredCase(
          id: row["id"], status: row["status"],
          inputs: JSONList.items(inputs).map { item in
            switch item {
            case .number(let factor): .factor(factor)
            case .text(let text): .setting(text)
            case .null: .unchanged
            }
          },
          objectives: objectives(row, measures[row["id"]] ?? [:]),
          dependencyByYear: JSONList.items(years).map { item in
            if case .number(let value) = item { value } else { nil }
          },
          publicMoney: row["public_money"], privateMoney: row["private_money"],
          isVerified: row["verified"] ?? false, relativeGap: row["relative_gap"],
          violation: row["violation"], iterations: row["iterations"] ?? 0, reason: row["reason"]))
    }
    return cases
  }

  private static func objectives(
    _ row: Row, _ measures: [String: Double]
  ) -> [(name: String, value: Double)] {
    let builtIn = Objective.builtIn.compactMap { objective in
      (row[objective.name] as Double?).map { (name: objective.name, value: $0) }
    }
    return builtIn + measures.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
  }

  private struct FacilityTally {
    var funded = 0
    var built = 0
    var amount = 0.0
    var capacity = 0.0
    var firstYears = 0.0

    func facility(_ id: String) -> FundedFacility {
      FundedFacility(
        facility: id, funded: funded, built: built,
        meanAmount: amount / Double(max(1, funded)),
        meanCapacity: capacity / Double(max(1, built)),
        meanFirstYear: built > 0 ? firstYears / Double(built) : nil)
    }
  }

  private static func tally(
    _ db: Database, _ counted: Set<Int>, _ tally: inout [String: FacilityTally]
  ) throws {
    let awards = try Row.fetchCursor(
      db,
      sql: """
        SELECT case_id, facility, SUM(amount) AS amount FROM awards WHERE instrument <> 'stockpile'
        GROUP BY case_id, facility
        """)
    while let row = try awards.next() {
      guard counted.contains(row["case_id"]) else { continue }
      tally[row["facility"], default: FacilityTally()].funded += 1
      tally[row["facility"], default: FacilityTally()].amount += row["amount"] as Double
    }
    let builds = try Row.fetchCursor(
      db,
      sql: """
        SELECT case_id, facility, SUM(capacity) AS capacity, MIN(year) AS year FROM builds
        GROUP BY case_id, facility
        """)
    while let row = try builds.next() {
      guard counted.contains(row["case_id"]) else { continue }
      tally[row["facility"], default: FacilityTally()].built += 1
      tally[row["facility"], default: FacilityTally()].capacity += row["capacity"] as Double
      tally[row["facility"], default: FacilityTally()].firstYears += row["year"] as Double
    }
  }
}
