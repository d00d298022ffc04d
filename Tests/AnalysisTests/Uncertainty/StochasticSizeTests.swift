import Allocation
import SupplyChain
import Synchronization
import TestSupport
import Testing

@testable import Analysis

@Suite struct StochasticSizeTests {
  private func sampled(_ count: Int) throws -> (OutcomeList, Model) {
    let document = try ModelDocument.read(
      text: SmallModel.text.replacing("count: 40", with: "count: \(count)"), file: "test.yaml")
    return (try OutcomeList(document, try #require(document.base.uncertainty)), document.base)
  }

  @Test func `the size is told before the program is built, and is about what it becomes`() throws {
    let (list, base) = try sampled(6)
    let told = Mutex<StochasticSize?>(nil)
    var settings = UncertaintySettings()
    settings.compares = false
    settings.begins = { size in told.withLock { $0 = size } }
    let plan = try planUnderUncertainty(list, base: base, settings)
    let size = try #require(told.withLock { $0 })
    #expect(size.outcomes == 6 && size.method == .extensiveForm && size.integers == 0)
    let solved = plan.solution.size
    #expect(abs(size.rows - solved.rows) * 10 <= solved.rows)
    #expect(abs(size.nonzeros - solved.nonzeros) * 10 <= solved.nonzeros)
    #expect(size.bytes > 0)
  }

  @Test func `what the memory does not suffice for is refused, with what to do`() throws {
    let (list, base) = try sampled(40)
    var settings = UncertaintySettings()
    settings.memory = 1 << 20
    do throws(UncertaintyProblem) {
      _ = try planUnderUncertainty(list, base: base, settings)
      Issue.record("planned in a megabyte")
    } catch {
      guard case .tooLarge(let words) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(words.hasPrefix("40 outcomes are "))
      #expect(words.contains("fewer samples") && words.contains("--method decomposition"))
    }
  }

  /// However little there is, what is said to fit is let through.
  @Test func `as many outcomes as are said to fit do fit`() throws {
    let (list, _) = try sampled(2)
    let one = AllocationProgram(list.outcomes[0].model)
    for method in [StochasticStrategy.Method.extensiveForm, .blockAngular] {
      let size = StochasticSize(one, outcomes: 100, method: method)
      for memory in [1 << 18, 1 << 22, 1 << 24] where size.bytes > memory {
        let fitting = size.outcomes(in: memory)
        #expect(fitting < 100)
        #expect(StochasticSize(one, outcomes: fitting, method: method).bytes <= memory)
      }
    }
  }
}
