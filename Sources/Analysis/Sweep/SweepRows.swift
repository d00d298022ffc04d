import Foundation
import GRDB
import SupplyChain

/// What a store says of its sweep as a whole.
public struct SweepRecord: Sendable, Equatable {
  public var modelName: String
  /// SHA-256 of the model's files, and of the settings and the case list.
  public var modelFingerprint: String
  public var caseFingerprint: String
  public var design: SweepCases.Design
  public var inputs: [String]
  public var caseCount: Int
  public var scenarios: [String]
  public var budgetScale: Double
  public var isRelaxed: Bool
  public var startYear: Int
  public var endYear: Int
  public var currency: String
  public var objectives: [Objective]

  /// The record of a sweep that is to be done.
  public init(_ document: ModelDocument, _ cases: SweepCases, _ settings: SweepSettings) {
    var model = SHA256()
    for bytes in document.fileContents { model.feed(bytes) }
    var list = SHA256()
    for scenario in settings.scenarios { list.feed(scenario) }
    list.feed("\(settings.budgetScale) \(settings.isRelaxed)")
    list.feed(settings.relativeGap.map { "\($0)" } ?? "")
    for setting in settings.settings { list.feed("set \(setting.path)=\(setting.value)") }
    if let limit = settings.timeLimit { list.feed("time limit \(limit)") }
    cases.feed(&list)
    let base = document.base
    self.init(
      modelName: base.name, modelFingerprint: model.digest, caseFingerprint: list.digest,
      design: cases.design, inputs: cases.inputs, caseCount: cases.count,
      scenarios: settings.scenarios, budgetScale: settings.budgetScale,
      isRelaxed: settings.isRelaxed, startYear: base.horizon.start, endYear: base.horizon.end,
      currency: base.currency, objectives: base.objectives)
  }

  init(
    modelName: String, modelFingerprint: String, caseFingerprint: String,
    design: SweepCases.Design, inputs: [String], caseCount: Int, scenarios: [String],
    budgetScale: Double, isRelaxed: Bool, startYear: Int, endYear: Int, currency: String,
    objectives: [Objective]
  ) {
    self.modelName = modelName
    self.modelFingerprint = modelFingerprint
    self.caseFingerprint = caseFingerprint
    self.design = design
    self.inputs = inputs
    self.caseCount = caseCount
    self.scenarios = scenarios
    self.budgetScale = budgetScale
    self.isRelaxed = isRelaxed
    self.startYear = startYear
    self.endYear = endYear
    self.currency = currency
    self.objectives = objectives
  }
}

extension SweepStore {
  /// Makes the tables of a new store, or checks that an old one belongs to the sweep.
  static func prepare(_ db: Database, _ sweep: SweepRecord, _ path: String) throws {
    let isEmpty = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_schema") == 0
    if isEmpty {
      try SweepRows.create(db, sweep)
      return
    }
    let known = try SweepRows.sweep(db, path)
    if known.modelFingerprint != sweep.modelFingerprint {
      throw SweepProblem(
        .usage,
        "\(path) belongs to another model or an earlier text of this one (\(known.modelName)); "
          + "nothing was changed. Name another store, or remove the file to begin anew")
    }
    if known.caseFingerprint != sweep.caseFingerprint {
      throw SweepProblem(
        .usage,
        "\(path) belongs to another sweep of this model (\(known.description)), this one is "
          + "\(sweep.description); nothing was changed. Use the same options, or name another store"
      )
    }
  }
}

extension SweepRecord {
  /// For people: `sample of 1000 cases, relaxed`.
  public var description: String {
    var words = "\(design.rawValue) of \(caseCount) cases"
    if !scenarios.isEmpty { words += " under \(scenarios.joined(separator: " + "))" }
    if budgetScale != 1 { words += ", budget × \(budgetScale)" }
    if isRelaxed { words += ", relaxed" }
    return words
  }
}

/// The tables of a store. SQL texts are constants; everything from a model goes in as a parameter.
enum SweepRows {
  static func create(_ db: Database, _ sweep: SweepRecord) throws {
    try db.execute(sql: schema)
    try db.execute(
      sql: "INSERT INTO sweep VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        sweep.modelName, sweep.modelFingerprint, sweep.caseFingerprint, sweep.design.rawValue,
        sweep.caseCount, sweep.scenarios.joined(separator: "\n"), sweep.budgetScale,
        sweep.isRelaxed, sweep.startYear, sweep.endYear, sweep.currency,
        sweep.objectives.map(\.stored).joined(separator: " "),
      ])
    for (index, path) in sweep.inputs.enumerated() {
      try db.execute(sql: "INSERT INTO inputs VALUES (?, ?)", arguments: [index, path])
    }
    let insert = try db.makeStatement(sql: "INSERT INTO cases (id) VALUES (?)")
    for id in 0..<sweep.caseCount { try insert.execute(arguments: [id]) }
    try db.execute(
      sql: "PRAGMA application_id = \(SweepStore.applicationID);"
        + "PRAGMA user_version = \(SweepStore.format)")
  }

  private static let schema = """
    CREATE TABLE sweep (
      id INTEGER PRIMARY KEY CHECK (id = 1), model TEXT NOT NULL, model_fingerprint TEXT NOT NULL,
      case_fingerprint TEXT NOT NULL, design TEXT NOT NULL, case_count INTEGER NOT NULL,
      scenarios TEXT NOT NULL, budget_scale REAL NOT NULL, relaxed INTEGER NOT NULL,
      start_year INTEGER NOT NULL, end_year INTEGER NOT NULL, currency TEXT NOT NULL,
      objectives TEXT NOT NULL);
    CREATE TABLE inputs (position INTEGER PRIMARY KEY, path TEXT NOT NULL);
    CREATE TABLE workers (
      id INTEGER PRIMARY KEY AUTOINCREMENT, host TEXT NOT NULL, pid INTEGER NOT NULL,
      started TEXT NOT NULL, beat REAL NOT NULL);
    CREATE TABLE cases (
      id INTEGER PRIMARY KEY, status TEXT NOT NULL DEFAULT 'open', inputs TEXT,
      dependency REAL, peak_dependency REAL, public_cost REAL, system_cost REAL, unmet REAL,
      dependency_by_year TEXT, public_money REAL, private_money REAL, verified INTEGER,
      relative_gap REAL, violation REAL, iterations INTEGER, reason TEXT, model_seconds REAL,
      solve_seconds REAL, verify_seconds REAL, total_seconds REAL, worker INTEGER);
    CREATE INDEX cases_open ON cases (id) WHERE status = 'open';
    CREATE INDEX cases_claimed ON cases (worker) WHERE worker IS NOT NULL;
    CREATE TABLE builds (
      case_id INTEGER NOT NULL REFERENCES cases, facility TEXT NOT NULL, option TEXT NOT NULL,
      step INTEGER NOT NULL, year INTEGER NOT NULL, capacity REAL NOT NULL,
      online_year INTEGER NOT NULL, modules REAL,
      PRIMARY KEY (case_id, facility, option, step)) WITHOUT ROWID;
    CREATE TABLE measures (
      case_id INTEGER NOT NULL REFERENCES cases, measure TEXT NOT NULL, value REAL NOT NULL,
      PRIMARY KEY (case_id, measure)) WITHOUT ROWID;
    CREATE TABLE awards (
      case_id INTEGER NOT NULL REFERENCES cases, fund TEXT NOT NULL, facility TEXT NOT NULL,
      instrument TEXT NOT NULL, step INTEGER NOT NULL, year INTEGER NOT NULL,
      amount REAL NOT NULL,
      PRIMARY KEY (case_id, fund, facility, instrument, step)) WITHOUT ROWID;
    """

  /// - Throws: `SweepProblem` where the file is not a store of this format.
  static func sweep(_ db: Database, _ path: String) throws -> SweepRecord {
    let isStore = try Int.fetchOne(db, sql: "PRAGMA application_id") == SweepStore.applicationID
    let format = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard isStore, format == SweepStore.format else {
      throw SweepProblem(
        .usage,
        isStore
          ? "\(path) has store format \(format); this version reads format \(SweepStore.format)"
          : "\(path) is not a store of a sweep; name another file")
    }
    guard let row = try Row.fetchOne(db, sql: "SELECT * FROM sweep") else {
      throw SweepProblem(.usage, "\(path) is not a whole store of a sweep")
    }
    let scenarios: String = row["scenarios"]
    let objectives: String = row["objectives"]
    return SweepRecord(
      modelName: row["model"], modelFingerprint: row["model_fingerprint"],
      caseFingerprint: row["case_fingerprint"],
      design: SweepCases.Design(rawValue: row["design"]) ?? .table,
      inputs: try String.fetchAll(db, sql: "SELECT path FROM inputs ORDER BY position"),
      caseCount: row["case_count"], scenarios: scenarios.split(separator: "\n").map(String.init),
      budgetScale: row["budget_scale"], isRelaxed: row["relaxed"], startYear: row["start_year"],
      endYear: row["end_year"], currency: row["currency"],
      objectives: objectives.split(separator: " ").compactMap { Objective(stored: String($0)) })
  }

  /// By case and name: the values of measures that are objectives. Stores made before there were any have no such table.
  static func measures(_ db: Database) throws -> [Int: [String: Double]] {
    guard try db.tableExists("measures") else { return [:] }
    var values: [Int: [String: Double]] = [:]
    let rows = try Row.fetchCursor(db, sql: "SELECT case_id, measure, value FROM measures")
    while let row = try rows.next() {
      let (id, name): (Int, String) = (row["case_id"], row["measure"])
      values[id, default: [:]][name] = row["value"]
    }
    return values
  }

  /// Records a result, unless the claim was lost in the meantime: then another process has or will.
  static func record(_ result: CaseResult, by worker: Int64, _ db: Database) throws {
    let objectives: [(any DatabaseValueConvertible)?] = Objective.builtIn.map {
      result.objectives[$0]
    }
    try db.cachedStatement(
      sql: """
        UPDATE cases SET worker = NULL, status = ?, inputs = ?, dependency = ?,
          peak_dependency = ?, public_cost = ?, system_cost = ?, unmet = ?, dependency_by_year = ?,
          public_money = ?, private_money = ?, verified = ?, relative_gap = ?, violation = ?,
          iterations = ?, reason = ?, model_seconds = ?, solve_seconds = ?, verify_seconds = ?,
          total_seconds = ?
        WHERE id = ? AND worker = ?
        """
    ).execute(
      arguments: StatementArguments(
        [result.status.rawValue, JSONList.text(result.inputs)] + objectives + [
          JSONList.text(result.dependencyByYear.map { $0.map { .number($0) } ?? .null }),
          result.publicMoney, result.privateMoney, result.isVerified, result.relativeGap,
          result.violation, result.iterations, result.reason, result.timing.model,
          result.timing.solve, result.timing.verify, result.timing.total, result.id, worker,
        ]))
    guard db.changesCount == 1 else { return }
    for (objective, value) in result.objectives.sorted(by: { $0.key.name < $1.key.name }) {
      guard case .measure = objective else { continue }
      try db.cachedStatement(sql: "INSERT INTO measures VALUES (?, ?, ?)")
        .execute(arguments: [result.id, objective.name, objective.shown(value)])
    }
    let build = try db.cachedStatement(sql: "INSERT INTO builds VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
    for row in result.builds {
      try build.execute(arguments: [
        result.id, row.facility, row.option, row.step, row.year, row.capacity, row.onlineYear,
        row.modules,
      ])
    }
    let award = try db.cachedStatement(sql: "INSERT INTO awards VALUES (?, ?, ?, ?, ?, ?, ?)")
    for row in result.awards {
      try award.execute(arguments: [
        result.id, row.fund, row.facility, row.instrument, row.step, row.year, row.amount,
      ])
    }
  }
}

extension Objective {
  private static let money = "money"

  /// As a store keeps it: `dependency`, `maximize:jobs:yr·jobs`.
  fileprivate var stored: String {
    guard case .measure(let measure) = self else { return name }
    let aim = measure.isMaximised ? "maximize" : "minimize"
    return "\(aim):\(measure.id):\(measure.isMoney ? Self.money : measure.unit)"
  }

  fileprivate init?(stored: String) {
    let parts = stored.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else {
      guard let found = Self.builtIn.first(where: { $0.name == stored }) else { return nil }
      self = found
      return
    }
    self = .measure(
      MeasureObjective(
        id: parts[1], isMaximised: parts[0] == "maximize", unit: parts[2],
        isMoney: parts[2] == Self.money))
  }
}

/// Lists in cells of a store: JSON arrays of numbers, texts and nulls.
enum JSONList {
  enum Item: Sendable, Hashable {
    case number(Double)
    case text(String)
    case null
  }

  static func text(_ items: [Item]) -> String {
    "["
      + items.map { item in
        switch item {
        case .null: "null"
        case .number(let value): value.isFinite ? "\(value)" : "null"
        case .text(let text): quoted(text)
        }
      }.joined(separator: ",") + "]"
  }

  private static func quoted(_ text: String) -> String {
    let bytes = (try? JSONEncoder().encode([text])) ?? Data("[\"\"]".utf8)
    return String(String(decoding: bytes, as: UTF8.self).dropFirst().dropLast())
  }

  static func items(_ text: String) -> [Item] {
    guard let list = try? JSONDecoder().decode([Cell].self, from: Data(text.utf8)) else {
      return []
    }
    return list.map(\.item)
  }

  private struct Cell: Decodable {
    var item: Item
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        item = .null
      } else if let number = try? container.decode(Double.self) {
        item = .number(number)
      } else {
        item = .text(try container.decode(String.self))
      }
    }
  }
}
