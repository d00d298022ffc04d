import CGLPK
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import LinearProgramming
@testable import Support

@Suite struct ContainmentTests {
  @Test func `an error inside the solver ends the session and nothing else`() throws {
    let finished = Mutex(false)
    let thread = Thread {
      for _ in 0..<20 {
        do {
          try withSolverSession(textbookProgram()) { session throws in
            #expect(try session.solve().optimum != nil)
            #expect(throws: SolverError.self) { try session.glpkProblem().provokeError() }
            #expect(throws: SolverError.sessionEnded) { try session.solve() }
          }
          #expect(try solve(textbookProgram()).optimum != nil)
        } catch {
          Issue.record(error)
        }
      }
      finished.withLock { $0 = true }
    }
    thread.start()
    while !finished.withLock({ $0 }) { usleep(1000) }
  }

  @Test func `sessions on several threads do not disturb each other`() {
    let failures = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 8) { index in
      for round in 0..<10 {
        var random = Random(UInt64(100 * index + round))
        let program = randomProgram(&random, columns: 3, rows: 3)
        let expected = program.optimumByVertices()
        let found = (try? solve(program))?.optimum?.objective
        let agrees =
          if let expected, let found { isClose(found, expected) } else {
            expected == nil && found == nil
          }
        if !agrees { failures.withLock { $0 += 1 } }
      }
    }
    #expect(failures.withLock { $0 } == 0)
  }

  @Test func `the solver asks our clock for the time`() throws {
    let before = lpk_clock_calls()
    _ = try solve(transportProgram(plants: 5, markets: 8, seed: 1))
    #expect(lpk_clock_calls() > before)
  }

  @Test(arguments: SolverOptions.Presolve.allCases)
  func `a cancelled solve ends soon`(presolve: SolverOptions.Presolve) throws {
    var program = transportProgram(plants: 150, markets: 220, seed: 2)
    // Costs that do not suit the dual simplex from the rows, which would end too soon.
    program.setCosts(program.cost.map { $0 - 1.5 })
    let cancellation = Cancellation()
    let cancelled = Mutex<ContinuousClock.Instant?>(nil)
    var options = SolverOptions()
    options.cancellation = cancellation
    options.presolve = presolve
    options.progress = { progress in
      let least = progress.stage == .interiorPoint ? 3 : 100
      if progress.iterations < least || cancellation.isCancelled { return }
      cancellation.cancel()
      cancelled.withLock { $0 = .now }
    }
    let outcome = try solve(program, options)
    let since = try #require(cancelled.withLock { $0 }).duration(to: .now)
    #expect(since < .seconds(1))
    switch outcome {
    case .stopped(.interrupted), .feasible(_, .interrupted): break
    default: Issue.record("ended otherwise")
    }
    cancellation.reset()
    #expect(!cancellation.isCancelled)
  }

  @Test func `a cancelled solve without presolve keeps its basis`() throws {
    let program = transportProgram(plants: 60, markets: 90, seed: 2)
    let cancellation = Cancellation()
    var options = SolverOptions()
    options.cancellation = cancellation
    options.presolve = .off
    options.progress = { if $0.iterations > 0 { cancellation.cancel() } }
    try withSolverSession(program) { session throws in
      let first = try session.solve(options)
      guard case .optimal = first else {
        #expect(try session.basis() != nil)
        #expect(try session.solve().optimum != nil)
        return
      }
    }
  }

  @Test func `progress is reported on the way`() throws {
    let seen = Mutex<[SolverProgress]>([])
    var options = SolverOptions()
    options.progress = { progress in seen.withLock { $0.append(progress) } }
    _ = try solve(transportProgram(plants: 30, markets: 40, seed: 4), options)
    let reports = seen.withLock { $0 }
    #expect(!reports.isEmpty)
    #expect(reports.allSatisfy { $0.stage == .simplex })
  }
}
