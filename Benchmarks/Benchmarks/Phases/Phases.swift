import Allocation
import Benchmark
import LinearProgramming
import SupplyChain

let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .cpuTotal, .peakMemoryResident], warmupIterations: 1,
    maxDuration: .seconds(20), maxIterations: 5)

  for subject in Subject.all {
    Benchmark("read: \(subject.name)") { benchmark in
      let text = try subject.text
      benchmark.startMeasurement()
      blackHole(try ModelDocument.read(text: text, file: subject.name).model())
    }

    Benchmark("build: \(subject.name)") { benchmark in
      let model = try subject.model()
      benchmark.startMeasurement()
      blackHole(AllocationProgram(model, relaxed: true))
    }

    Benchmark("load: \(subject.name)") { benchmark in
      let program = AllocationProgram(try subject.model(), relaxed: true).program
      benchmark.startMeasurement()
      let session = try SolverSession(program)
      benchmark.stopMeasurement()
      session.end()
    }

    guard subject.isSolved else { continue }

    Benchmark("solve, first objective: \(subject.name)") { benchmark in
      var model = try subject.model()
      model.objectives = [model.objectives[0]]
      let program = AllocationProgram(model, relaxed: true)
      benchmark.startMeasurement()
      blackHole(solve(program, withoutPlan))
    }

    Benchmark("solve, all objectives: \(subject.name)") { benchmark in
      let program = AllocationProgram(try subject.model(), relaxed: true)
      benchmark.startMeasurement()
      blackHole(solve(program, withoutPlan))
    }

    Benchmark("solve again with half the budget: \(subject.name)") { benchmark in
      let program = AllocationProgram(try subject.model(), relaxed: true)
      var poorer = try subject.model()
      poorer.budgetScale = 0.5
      let half = AllocationProgram(poorer, relaxed: true)
      withAllocationSession { session in
        let start = WarmStart(program, session.solve(program, settings: withoutPlan))
        benchmark.startMeasurement()
        blackHole(session.solve(half, from: start, settings: withoutPlan))
        benchmark.stopMeasurement()
      }
    }

    Benchmark("plan: \(subject.name)") { benchmark in
      let program = AllocationProgram(try subject.model(), relaxed: true)
      let solution = solve(program, withoutPlan)
      benchmark.startMeasurement()
      blackHole(Plan(program, point: solution.point))
    }
  }
}

private let withoutPlan: AllocationSettings = {
  var settings = AllocationSettings()
  settings.wantsPlan = false
  return settings
}()
