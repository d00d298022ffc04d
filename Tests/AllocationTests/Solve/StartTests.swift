import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// Which solver steps a model takes: starts from related programs, and GLPK alone.
@Suite struct StartTests {
  private func program(facilities: Int, scale: Double = 1, relaxed: Bool = true) throws
    -> AllocationProgram
  {
    var generator = ModelGenerator()
    generator.facilities = facilities
    let document = try ModelDocument.read(text: generator.text)
    return AllocationProgram(try document.model(budgetScale: scale), relaxed: relaxed)
  }

  private func attempts(_ solution: AllocationSolution) -> [Attempt] {
    solution.stages.flatMap(\.attempts)
  }

  /// A third of its plants can be built in no plan; without holding them at 0 the solve does not end for minutes. The value is
  /// that of another solver (HiGHS 1.16, interior point) on the exported program.
  @Test func `a large programme with plants that nobody can pay for is solved`() throws {
    var generator = ModelGenerator()
    generator.facilities = 80
    generator.seed = 2
    let model = try ModelDocument.read(text: generator.text).model()
    var settings = AllocationSettings()
    settings.mostObjectives = 1
    let found = solve(AllocationProgram(model, relaxed: true), settings)
    #expect(found.status == .optimal)
    #expect(attempts(found).contains { $0.method == .closedBlocks })
    #expect(found.verification?.isVerified == true)
    let value = try #require(found.objectives.first?.value)
    #expect(abs(value - 0.295_547_972_541_68) <= 1e-9)
  }

  @Test func `a start that the strategy uses is where the solve begins`() throws {
    let base = try program(facilities: 4)
    #expect(base.startUse(.related) == .used)
    let first = solve(base)
    let next = try program(facilities: 4, scale: 1.05)
    let warm = withAllocationSession { $0.solve(next, from: WarmStart(base, first)) }
    #expect(warm.status == .optimal)
    let step = try #require(warm.stages.first?.attempts.first)
    #expect(step.detail.contains("from the basis"), "\(step)")
    let cold = solve(next)
    let coldStep = try #require(cold.stages.first?.attempts.first)
    #expect(!coldStep.detail.contains("from the basis"), "\(coldStep)")
    for (found, value) in zip(warm.objectives, cold.objectives) {
      #expect(abs(found.value - value.value) <= 1e-6 * max(1, abs(value.value)))
    }
  }

  @Test func `a start that the strategy does not use is refused aloud`() throws {
    let base = try program(facilities: 20)
    guard case .refused = base.startUse(.related) else {
      Issue.record("a program of \(base.program.rowCount) rows is not refused a start")
      return
    }
    let first = solve(base)
    let next = try program(facilities: 20, scale: 1.2)
    let found = withAllocationSession { $0.solve(next, from: WarmStart(base, first)) }
    let step = try #require(found.stages.first?.attempts.first)
    #expect(step.method == .givenStart && step.result.hasPrefix("not used: "))
    #expect(!attempts(found).dropFirst().contains { $0.method == .givenStart })
    #expect(found.objectives.first?.value == solve(next).objectives.first?.value)
  }

  @Test func `a start a few bounds away is tried`() throws {
    let base = try program(facilities: 20)
    #expect(base.startUse(.fewBounds) == .tried)
    let first = solve(base)
    let next = try program(facilities: 20, scale: 1.002)
    let start = WarmStart(base, first, firstStageOnly: true, nearness: .fewBounds)
    let found = withAllocationSession { $0.solve(next, from: start) }
    #expect(found.status == .optimal)
    let step = try #require(found.stages.first?.attempts.first)
    #expect(step.method == .revisedSimplex && step.detail == "from the basis")
  }

  @Test(arguments: [4, 20])
  func `GLPK alone finds the same objectives by its own methods`(_ facilities: Int) throws {
    let program = try program(facilities: facilities)
    var settings = AllocationSettings()
    settings.engine = .glpk
    let found = solve(program, settings)
    #expect(found.status == .optimal)
    // A basis of whatever solver is refined where a bound is broken.
    let own: Set<Attempt.Method> = [.glpkPrimal, .glpkDual, .glpkExact, .glpkTree, .refinement]
    #expect(!attempts(found).isEmpty && attempts(found).allSatisfy { own.contains($0.method) })
    for (value, other) in zip(found.objectives, solve(program).objectives) {
      #expect(abs(value.value - other.value) <= 2e-6 * max(1, abs(other.value)))
    }
  }

  @Test func `GLPK alone solves whole numbers`() throws {
    let model = try ModelDocument.read(path: Repository.corpus("discrete-modules")).base
    let program = AllocationProgram(model)
    #expect(program.program.integerCount > 0)
    var settings = AllocationSettings()
    settings.engine = .glpk
    let found = solve(program, settings)
    let plain = solve(program)
    #expect(found.status == .optimal && plain.status == .optimal)
    for (value, other) in zip(found.objectives, plain.objectives) {
      #expect(abs(value.value - other.value) <= 2e-6 * max(1, abs(other.value)))
    }
  }

  @Test func `the interior point can be asked for by name, whatever the size`() throws {
    let program = try program(facilities: 4)
    var settings = AllocationSettings()
    settings.method = .interior
    let found = solve(program, settings)
    #expect(found.status == .optimal)
    for stage in found.stages {
      #expect(stage.attempts.contains { $0.method == .interiorPoint }, "\(stage.attempts)")
      #expect(!stage.attempts.contains { $0.method == .glpkPrimal }, "\(stage.attempts)")
    }
    for (value, other) in zip(found.objectives, solve(program).objectives) {
      #expect(abs(value.value - other.value) <= 2e-6 * max(1, abs(other.value)))
    }
  }
}
