import Allocation
import LinearProgramming
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

  /// Whatever is being done when the wish to stop comes, the run ends with a plan or says that there is none.
  @Test func `an interruption in any phase ends with a plan or with words`() throws {
    let (list, base) = try sampled(6)
    func planned(stoppingIn phase: String?) throws -> (UncertainPlan, phases: [String]) {
      let phases = Mutex<[String]>([])
      let cancellation = Cancellation()
      var settings = UncertaintySettings()
      settings.run.cancellation = cancellation
      settings.run.progress = { progress in
        phases.withLock { if !$0.contains(progress.phase) { $0.append(progress.phase) } }
        if progress.phase == phase { cancellation.cancel() }
      }
      let plan = try planUnderUncertainty(list, base: base, settings)
      return (plan, phases.withLock { $0 })
    }
    let (_, phases) = try planned(stoppingIn: nil)
    #expect(phases.first == "programs of the outcomes" && phases.count >= 4)
    for phase in phases {
      let plan = try planned(stoppingIn: phase).0
      if plan.value == nil {
        #expect(plan.solution.status == .interrupted, "\(phase)")
        #expect(plan.solution.reason?.contains("no plan") == true, "\(phase)")
      } else {
        #expect(plan.outcomes.allSatisfy { !$0.objectives.isEmpty }, "\(phase)")
      }
    }
  }
}
