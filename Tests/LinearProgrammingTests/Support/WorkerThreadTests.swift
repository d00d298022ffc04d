import Foundation
import Support
import Testing

@Suite struct WorkerThreadTests {
  @Test func `a thread runs its body once`() {
    let ended = DispatchSemaphore(value: 0)
    #expect(WorkerThread.start { ended.signal() })
    #expect(ended.wait(timeout: .now() + .seconds(60)) == .success)
    #expect(ended.wait(timeout: .now()) == .timedOut)
  }

  @Test func `a thread that the machine cannot give is refused, and its body never runs`() {
    // More address space than any processor has.
    #expect(!WorkerThread.start(stackSize: 1 << 56) { Issue.record("the body ran") })
  }

  @Test func `results of concurrent work are in order`() {
    #expect(concurrentMap(1000) { $0 * $0 } == (0..<1000).map { $0 * $0 })
    #expect(concurrentMap(0) { $0 }.isEmpty)
  }

  @Test func `two pieces of work at the same time give both results, and what one throws`() {
    let sum = concurrently({ (1...100).reduce(0, +) }, { "own" })
    #expect(sum.other == 5050 && sum.own == "own")
    let hasEnded = Memo<Bool>()
    #expect(throws: CancellationError.self) {
      _ = try concurrently(
        { hasEnded.value { true } }, { () throws(CancellationError) in throw CancellationError() })
    }
    #expect(hasEnded.value { false })
  }
}
