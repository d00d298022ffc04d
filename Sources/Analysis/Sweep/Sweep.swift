import Foundation
import LinearProgramming
import SupplyChain
import Support

/// How far a sweep is.
public struct SweepProgress: Sendable {
  /// Cases of this part, and those that had an answer when the run began.
  public var total: Int
  public var before: Int
  /// Cases that this run has solved, and those of them without a verified optimum.
  public var solved: Int
  public var doubtful: Int
  /// Since the run began.
  public var seconds: Double

  /// Cases a second; nil before the first.
  public var rate: Double? { solved > 0 && seconds > 0 ? Double(solved) / seconds : nil }
  /// Seconds to the end at this rate, if no other process takes part.
  public var secondsLeft: Double? { rate.map { Double(max(0, total - before - solved)) / $0 } }
}

/// How a run ended.
public struct SweepOutcome: Sendable {
  public var progress: SweepProgress
  /// Cases of this part that have an answer, whoever found it.
  public var done: Int
  /// Cases of this part in the hands of other processes.
  public var elsewhere: Int
  public var isInterrupted: Bool
  public var isComplete: Bool { done == progress.total }
}

/// Thousands of cases of a model, solved in parallel into a store.
///
/// Where a case starts from is determined by the case list and the part of it alone, so that its answer depends neither
/// on the order nor on the thread. Results reach the store in batches, about twice a second; a run that is killed loses
/// at most what was not yet there, and the next run on the store goes on.
public struct Sweep: Sendable {
  public let cases: SweepCases
  private let document: ModelDocument
  private let solver: SweepSolver
  private let settings: SweepSettings
  private let part: SweepPart

  /// - Parameter part: the share of the cases that is solved here.
  public init(
    _ document: ModelDocument, _ cases: SweepCases, _ settings: SweepSettings,
    part: SweepPart = SweepPart()
  ) {
    self.document = document
    self.cases = cases
    self.settings = settings
    self.part = part
    solver = SweepSolver(document, cases, settings, part)
  }

  /// Builds the model of every different value once.
  /// - Throws: the first mistake found.
  public func check() throws(ModelErrors) {
    for index in cases.representatives() {
      do throws(ModelErrors) {
        _ = try solver.model(index)
      } catch {
        throw cases.located(error, case: index)
      }
    }
  }

  /// The answer of one case, as the sweep finds it; nil where it was interrupted.
  public func solve(_ index: Int, cancellation: Cancellation? = nil) -> CaseResult? {
    solver.solve(index, cancellation)
  }

  /// Solves what is open in the store.
  ///
  /// - Parameters:
  ///   - path: the store; it is made where there is none.
  ///   - jobs: threads.
  ///   - progress: called on this thread a few times a second.
  public func run(
    into path: String, jobs: Int, cancellation: Cancellation? = nil,
    progress: (SweepProgress) -> Void = { _ in }
  ) throws(SweepProblem) -> SweepOutcome {
    let store = try SweepStore(path: path, SweepRecord(document, cases, settings))
    let state = try store.state(part)
    let ledger = SweepLedger(
      store, part, first: solver.first, jobs: jobs, cancellation)
    let clock = ContinuousClock()
    let started = clock.now
    func current() -> SweepProgress {
      let (solved, doubtful) = ledger.counts
      return SweepProgress(
        total: state.done + state.open + state.claimed, before: state.done, solved: solved,
        doubtful: doubtful, seconds: (clock.now - started).seconds)
    }
    if state.open + state.claimed > 0 { work(ledger, jobs, cancellation) { progress(current()) } }
    let summary = current()
    ledger.flush()
    if let problem = ledger.problem {
      try? store.leave()
      throw problem
    }
    let end = try store.state(part)
    try store.leave()
    return SweepOutcome(
      progress: summary, done: end.done, elsewhere: end.claimed - ledger.unfinished,
      isInterrupted: cancellation?.isCancelled ?? false)
  }

  /// Runs the threads to their end, calling `tick` and writing finished cases meanwhile. Where no thread
  /// can be started, the calling one solves the cases.
  private func work(
    _ ledger: SweepLedger, _ jobs: Int, _ cancellation: Cancellation?, _ tick: () -> Void
  ) {
    let ended = DispatchSemaphore(value: 0)
    let solveNext: @Sendable () -> Bool = { [solver] in
      guard let id = ledger.next(), let result = solver.solve(id, cancellation) else {
        return false
      }
      ledger.add(result)
      return true
    }
    let threads = (0..<jobs).count { _ in
      WorkerThread.start {
        while solveNext() {}
        ended.signal()
      }
    }
    if threads == 0 {
      while solveNext() {
        ledger.flushIfDue()
        tick()
      }
    }
    for _ in 0..<threads {
      while ended.wait(timeout: .now() + .milliseconds(200)) == .timedOut {
        ledger.flushIfDue()
        tick()
      }
    }
  }
}

/// Hands out cases to the threads of a process and takes their results to the store.
final class SweepLedger: @unchecked Sendable {
  // All that is mutable is touched with the lock held only.
  private let lock = NSLock()
  private let store: SweepStore
  private let part: SweepPart
  /// Cases to begin with.
  private var first: [Int]
  private let jobs: Int
  private let cancellation: Cancellation?
  private var claimed: ArraySlice<Int> = []
  private var handedOut = 0
  private var finished: [CaseResult] = []
  private var solved = 0
  private var doubtful = 0
  private var failure: SweepProblem?
  private var isEmpty = false
  private let started = ContinuousClock.now
  private var lastExchange = ContinuousClock.now

  init(
    _ store: SweepStore, _ part: SweepPart, first: [Int], jobs: Int, _ cancellation: Cancellation?
  ) {
    self.store = store
    self.part = part
    self.first = first
    self.jobs = jobs
    self.cancellation = cancellation
  }

  var counts: (solved: Int, doubtful: Int) { lock.withLock { (solved, doubtful) } }
  var problem: SweepProblem? { lock.withLock { failure } }
  /// Cases that were claimed and came to nothing.
  var unfinished: Int { lock.withLock { handedOut - solved + claimed.count } }

  /// The next case; nil where none is open, or the work is to stop.
  func next() -> Int? {
    lock.withLock {
      if failure != nil || cancellation?.isCancelled == true { return nil }
      if claimed.isEmpty && !isEmpty {
        exchange(wanted: blockSize)
        isEmpty = claimed.isEmpty
      }
      guard failure == nil, let id = claimed.popFirst() else { return nil }
      handedOut += 1
      return id
    }
  }

  func add(_ result: CaseResult) {
    lock.withLock {
      solved += 1
      if !((result.status == .optimal || result.status == .missed) && result.isVerified) {
        doubtful += 1
      }
      finished.append(result)
      if finished.count >= 50 { exchange(wanted: 0) }
    }
  }

  /// Writes what is finished if that is half a second old, and now and then shows that the process is alive.
  func flushIfDue() {
    lock.withLock {
      let age = (ContinuousClock.now - lastExchange).seconds
      if failure == nil, age > (finished.isEmpty ? SweepStore.lease / 6 : 0.5) {
        exchange(wanted: 0)
      }
    }
  }

  func flush() { lock.withLock { if failure == nil { exchange(wanted: 0) } } }

  /// About half a second of work, so that several processes end at about the same time.
  private var blockSize: Int {
    let rate = Double(solved) / max((ContinuousClock.now - started).seconds, 0.1)
    return max(jobs, min(64, Int(rate / 2)))
  }

  private func exchange(wanted: Int) {
    do throws(SweepProblem) {
      let more = try store.exchange(finished, wanted: wanted, part, first: first)
      if wanted > 0, let last = more.last, !first.contains(last) { first = [] }
      claimed = ArraySlice(Array(claimed) + more)
      finished = []
    } catch {
      failure = error
    }
    lastExchange = .now
  }
}
