import Foundation
import GRDB
import SupplyChain

/// The SQLite file of a sweep: one row a case, with tables of what is built and awarded.
///
/// Several processes may work on one store. A process claims cases in a transaction; claims of a process that
/// has died, or was not heard of for `SweepStore.lease` seconds, are open again. A result is recorded only by
/// the process that holds the case's claim, together with its builds and awards, so nothing is there twice
/// and nothing by half.
public final class SweepStore: @unchecked Sendable {
  // The queue serialises all use of the database; nothing else is mutable.
  static let applicationID = 0x4C4F_4453
  static let format = 1
  static let lease = 60.0
  private let queue: DatabaseQueue
  private let path: String
  private let process = ProcessMark.current
  private let workerID: Int64

  /// Opens the store of a sweep, or creates it where there is no file.
  ///
  /// - Throws: `SweepProblem` where the file is not a store, belongs to another model or other cases, or cannot
  ///   be written.
  public init(path: String, _ sweep: SweepRecord) throws(SweepProblem) {
    self.path = path
    do {
      queue = try SweepStore.open(path)
      let mark = ProcessMark.current
      workerID = try queue.inDatabase { db in
        var id: Int64 = 0
        try db.inTransaction(.immediate) {
          try SweepStore.prepare(db, sweep, path)
          try db.execute(
            sql: "INSERT INTO workers (host, pid, started, beat) VALUES (?, ?, ?, ?)",
            arguments: [mark.host, mark.pid, mark.started, Date().timeIntervalSince1970])
          id = db.lastInsertedRowID
          try SweepStore.releaseDead(db, keeping: id, mark)
          return .commit
        }
        return id
      }
    } catch let problem as SweepProblem {
      throw problem
    } catch {
      throw SweepStore.problem(path, error, "open")
    }
  }

  private static func open(_ path: String) throws -> DatabaseQueue {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw SweepProblem(.usage, "\(path) is a folder; name a file for the store")
    }
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(60)
    configuration.label = "sweep"
    // Two processes that make a file at the same moment: SQLite does not wait for the other where it changes
    // the journal, but gives up at once.
    let clock = ContinuousClock()
    let end = clock.now + .seconds(60)
    while true {
      do {
        return try DatabaseQueue(path: path, configuration: configuration)
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && clock.now < end {
        usleep(20_000)
      }
    }
  }

  static func problem(_ path: String, _ error: any Error, _ verb: String) -> SweepProblem {
    var words = "cannot \(verb) the store \(path): "
    if let error = error as? DatabaseError {
      switch error.resultCode {
      case .SQLITE_NOTADB:
        return SweepProblem(.usage, "\(path) is not a store of a sweep; name another file")
      case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
        words += "the file or its folder cannot be written"
      case .SQLITE_FULL: words += "the disk is full"
      case .SQLITE_BUSY: words += "another process holds it"
      default: words += error.message ?? error.resultCode.description
      }
    } else {
      words += "\(error)"
    }
    return SweepProblem(.store, words)
  }

  // MARK: Claims and results

  /// Records results, shows that this process is alive, and claims cases.
  ///
  /// - Parameters:
  ///   - wanted: the most cases to claim; 0: none.
  ///   - part: which cases this process may take.
  ///   - first: cases to take before all others.
  /// - Returns: the cases claimed, lowest first but for those; none where nothing is open any more.
  func exchange(
    _ results: [CaseResult], wanted: Int, _ part: SweepPart, first: [Int] = []
  ) throws(SweepProblem) -> [Int] {
    do {
      return try queue.inDatabase { db in
        var claimed: [Int] = []
        try db.inTransaction(.immediate) {
          try SweepStore.beat(db, workerID, process)
          for result in results { try SweepRows.record(result, by: workerID, db) }
          if wanted > 0 {
            claimed = try SweepStore.claim(db, wanted, part, first, workerID)
            if claimed.isEmpty {
              try SweepStore.releaseDead(db, keeping: workerID, process)
              claimed = try SweepStore.claim(db, wanted, part, first, workerID)
            }
          }
          return .commit
        }
        return claimed
      }
    } catch {
      throw SweepStore.problem(path, error, "write")
    }
  }

  /// Gives back what is claimed and not recorded, and leaves a single plain file where no one else is at work.
  func leave() throws(SweepProblem) {
    do {
      try queue.inDatabase { db in
        try db.inTransaction(.immediate) {
          try db.execute(
            sql: "UPDATE cases SET status = 'open', worker = NULL WHERE worker = ?",
            arguments: [workerID])
          try db.execute(sql: "DELETE FROM workers WHERE id = ?", arguments: [workerID])
          return .commit
        }
        // Refused, and harmless, while another process has the store open.
        try? db.execute(sql: "PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE")
      }
    } catch {
      throw SweepStore.problem(path, error, "write")
    }
  }

  /// How far a part of the sweep is.
  func state(_ part: SweepPart) throws(SweepProblem) -> (done: Int, open: Int, claimed: Int) {
    do {
      return try queue.inDatabase { db in
        let row = try Row.fetchOne(
          db,
          sql: """
            SELECT COUNT(*) AS total, SUM(status = 'open') AS open, SUM(status = 'claimed') AS claimed
            FROM cases WHERE id % ? = ?
            """, arguments: [part.count, part.index])
        let open: Int = row?["open"] ?? 0
        let claimed: Int = row?["claimed"] ?? 0
        let total: Int = row?["total"] ?? 0
        return (total - open - claimed, open, claimed)
      }
    } catch {
      throw SweepStore.problem(path, error, "read")
    }
  }

  private static func claim(
    _ db: Database, _ wanted: Int, _ part: SweepPart, _ first: [Int], _ worker: Int64
  ) throws -> [Int] {
    let update = try db.cachedStatement(
      sql: "UPDATE cases SET status = 'claimed', worker = ? WHERE id = ?")
    var claimed: [Int] = []
    let list = first.map(String.init).joined(separator: ", ")
    for filter in first.isEmpty ? [""] : ["AND id IN (\(list))", ""] {
      let ids = try Int.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT id FROM cases WHERE status = 'open' AND id % ? = ? \(filter)
            ORDER BY id LIMIT ?
            """),
        arguments: [part.count, part.index, wanted - claimed.count])
      for id in ids { try update.execute(arguments: [worker, id]) }
      claimed += ids
    }
    return claimed
  }

  /// A row that another process has removed in the belief that this one was dead is put back.
  private static func beat(_ db: Database, _ id: Int64, _ mark: ProcessMark) throws {
    let now = Date().timeIntervalSince1970
    try db.cachedStatement(
      sql: """
        INSERT INTO workers (id, host, pid, started, beat) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET beat = excluded.beat
        """
    ).execute(arguments: [id, mark.host, mark.pid, mark.started, now])
  }

  /// Opens the cases of processes that are no more.
  private static func releaseDead(_ db: Database, keeping own: Int64, _ mark: ProcessMark) throws {
    let now = Date().timeIntervalSince1970
    for row in try Row.fetchAll(
      db, sql: "SELECT id, host, pid, started, beat FROM workers WHERE id <> ?", arguments: [own])
    {
      let other = ProcessMark(host: row["host"], pid: row["pid"], started: row["started"])
      let beat: Double = row["beat"]
      let isAlive =
        other.host == mark.host ? other.isAlive : abs(now - beat) < SweepStore.lease
      if isAlive { continue }
      let id: Int64 = row["id"]
      try db.execute(
        sql: "UPDATE cases SET status = 'open', worker = NULL WHERE worker = ?", arguments: [id])
      try db.execute(sql: "DELETE FROM workers WHERE id = ?", arguments: [id])
    }
    // Claims without a process cannot be kept by anyone.
    try db.execute(
      sql: """
        UPDATE cases SET status = 'open', worker = NULL
        WHERE status = 'claimed' AND worker NOT IN (SELECT id FROM workers)
        """)
  }
}

/// Which cases of a sweep a process takes: those whose number leaves `index` when divided by `count`.
public struct SweepPart: Sendable, Hashable {
  public let index: Int
  public let count: Int

  /// The whole.
  public init() {
    index = 0
    count = 1
  }

  /// Part `number` of `count`, counted from 1; nil where there is no such part.
  public init?(number: Int, of count: Int) {
    guard count >= 1, count <= SweepCases.largestCount, (1...count).contains(number) else {
      return nil
    }
    index = number - 1
    self.count = count
  }

  /// The part that a task of a Slurm array takes (`SLURM_ARRAY_TASK_ID`, `_MIN`, `_COUNT`, `_STEP`); nil
  /// outside of one.
  public init?(slurm environment: [String: String]) {
    func number(_ name: String) -> Int? {
      environment["SLURM_ARRAY_TASK_" + name].flatMap { Int($0) }
    }
    guard let id = number("ID"), let count = number("COUNT"), count >= 1 else { return nil }
    let step = max(1, number("STEP") ?? 1)
    let (offset, isFar) = id.subtractingReportingOverflow(number("MIN") ?? 0)
    guard !isFar, offset >= 0 else { return nil }
    self.init(number: offset / step + 1, of: count)
  }
}

/// A process, told apart from later ones with the same number.
struct ProcessMark: Sendable {
  var host: String
  var pid: Int
  var started: String

  static let current: ProcessMark = {
    let pid = Int(getpid())
    let boot = contents("/proc/sys/kernel/random/boot_id")
    let space = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid"))
    let host = [Foundation.ProcessInfo.processInfo.hostName, boot, space ?? ""]
    return ProcessMark(
      host: host.joined(separator: " "), pid: pid, started: ProcessMark.start(of: pid))
  }()

  /// Whether the process still runs; asked only of processes of this host.
  var isAlive: Bool {
    guard let number = Int32(exactly: pid), number > 0 else { return false }
    if kill(number, 0) != 0 && errno == ESRCH { return false }
    return started == ProcessMark.start(of: pid)
  }

  /// The clock tick since boot at which a process began; empty where the system does not say.
  private static func start(of pid: Int) -> String {
    // The name in brackets may hold spaces; the state is first behind it and the start the 20th.
    let text = contents("/proc/\(pid)/stat")
    guard let end = text.lastIndex(of: ")") else { return "" }
    let fields = text[text.index(after: end)...].split(separator: " ")
    // A process that is dead and not yet fetched by its parent is dead.
    if fields.first == "Z" { return "ended" }
    return fields.count > 19 ? String(fields[19]) : ""
  }

  private static func contents(_ path: String) -> String {
    guard let data = FileManager.default.contents(atPath: path) else { return "" }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
