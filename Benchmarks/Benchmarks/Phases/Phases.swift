import Allocation
import Analysis
import Benchmark
import LinearProgramming
import Reporting
import SupplyChain

let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .cpuTotal, .peakMemoryResident, .allocations],
    warmupIterations: 1, maxDuration: .seconds(20), maxIterations: 5)

  for subject in Subject.all {
    Benchmark("read: \(subject.name)") { benchmark in
      let text = try subject.text
      try benchmark.measure { try ModelDocument.read(text: text, file: subject.name).model() }
    }

    Benchmark("build: \(subject.name)") { benchmark in
      let model = try subject.model()
      benchmark.measure { AllocationProgram(model, relaxed: true) }
    }

    Benchmark("load: \(subject.name)") { benchmark in
      let program = AllocationProgram(try subject.model(), relaxed: true).program
      let session = try benchmark.measure { try SolverSession(program) }
      session.end()
    }

    guard subject.depth >= .solved else { continue }

    Benchmark("solve, first objective: \(subject.name)") { benchmark in
      let program = AllocationProgram(try subject.firstModel(), relaxed: true)
      benchmark.measure { solve(program, withoutPlan) }
    }

    Benchmark("solve, second objective: \(subject.name)") { benchmark in
      let first = AllocationProgram(try subject.firstModel(), relaxed: true)
      let program = AllocationProgram(try subject.model(), relaxed: true)
      withAllocationSession { session in
        let start = WarmStart(first, session.solve(first, settings: withoutPlan))
        benchmark.measure { session.solve(program, from: start, settings: withoutPlan) }
      }
    }

    Benchmark("solve, all objectives: \(subject.name)") { benchmark in
      let program = AllocationProgram(try subject.model(), relaxed: true)
      benchmark.measure { solve(program, withoutPlan) }
    }

    Benchmark("solve again with half the budget: \(subject.name)") { benchmark in
      let program = AllocationProgram(try subject.model(), relaxed: true)
      var poorer = try subject.model()
      poorer.budgetScale = 0.5
      let half = AllocationProgram(poorer, relaxed: true)
      withAllocationSession { session in
        let start = WarmStart(program, session.solve(program, settings: withoutPlan))
        benchmark.measure { session.solve(half, from: start, settings: withoutPlan) }
      }
    }

    Benchmark("verify: \(subject.name)") { benchmark in
      let program = AllocationProgram(try subject.firstModel(), relaxed: true)
      let solution = solve(program, withoutPlan)
      let duals = solution.stages.first?.rowDuals
      benchmark.measure { program.program.verification(of: solution.point, duals: duals) }
    }

    Benchmark("plan: \(subject.name)") { benchmark in
      let program = AllocationProgram(try subject.model(), relaxed: true)
      let solution = solve(program, withoutPlan)
      benchmark.measure { Plan(program, point: solution.point) }
    }

    Benchmark("report: \(subject.name)") { benchmark in
      let model = try subject.model()
      let solution = solve(AllocationProgram(model, relaxed: true))
      let content = ReportContent(
        file: subject.name,
        base: .init(name: "Base plan", description: "", model: model, solution: solution))
      // Without the charts' library, which is only copied.
      let library = ChartLibrary(script: "", licence: "")
      benchmark.measure { HTMLReport(content).bytes(library) }
    }

    guard subject.depth >= .studied else { continue }

    Benchmark("frontier: \(subject.name)") { benchmark in
      let model = try subject.model()
      var settings = FrontierSettings()
      settings.run.isRelaxed = true
      benchmark.measure { frontier(model, settings) }
    }

    Benchmark("sweep, 16 cases: \(subject.name)") { benchmark in
      let scales = (1...16).map { "\(Double($0) / 8)" }
      let cases = try SweepCases.grid([(path: SweepCases.budgetInput, values: scales)])
      var settings = SweepSettings()
      settings.isRelaxed = true
      let sweep = Sweep(try subject.document(), cases, settings)
      benchmark.measure { (0..<cases.count).map { sweep.solve($0) } }
    }
  }

  for subject in UncertainSubject.all {
    var once = Benchmark.defaultConfiguration
    once.warmupIterations = 0
    once.maxIterations = 1
    Benchmark("uncertainty: \(subject.name)", configuration: once) { benchmark in
      let list = try subject.list()
      var settings = UncertaintySettings()
      settings.run.isRelaxed = true
      settings.compares = false
      try benchmark.measure {
        try planUnderUncertainty(list, base: list.outcomes[0].model, settings)
      }
    }
  }
}

private let withoutPlan: AllocationSettings = {
  var settings = AllocationSettings()
  settings.wantsPlan = false
  return settings
}()
