import Allocation
import Foundation
import LinearProgramming
import SupplyChain
import Testing

@testable import Analysis

@Suite struct SweepTests {
  private func document() throws -> ModelDocument {
    try ModelDocument.read(text: SmallModel.text)
  }

  private func drawn(_ document: ModelDocument) throws -> Uncertainty.Sample {
    try #require(document.base.uncertainty?.sample)
  }

  /// A folder that is gone after the body.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sweep-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  /// All that a store holds but the timings.
  private func contents(_ paths: String...) throws -> [String] {
    let results = try SweepResults(paths: paths)
    var lines = results.cases.map { "\($0)" }
    var rows: [String] = []
    try results.builds { rows.append("\($0) \($1)") }
    try results.awards { rows.append("\($0) \($1)") }
    lines += rows.sorted()
    return lines
  }

  @Test func `every case has the answer that it has alone`() throws {
    let document = try document()
    let cases = try SweepCases.sample(try drawn(document), count: 25)
    let sweep = Sweep(document, cases, SweepSettings())
    for index in 0..<cases.count {
      let result = try #require(sweep.solve(index))
      #expect(result.status == .optimal && result.isVerified)
      let factors = zip(cases.inputs, cases.values(index)).map { (path: $0, by: $1.factor ?? 1) }
      let alone = solve(AllocationProgram(try document.model(factors: factors)))
      for (objective, value) in alone.objectives {
        let found = try #require(result.objectives[objective])
        // The second objective may use the room that the first one leaves.
        #expect(abs(found - value) <= 1e-6 * max(1, abs(value)))
      }
    }
  }

  @Test func `contents depend neither on threads nor on parts`() throws {
    let document = try document()
    let cases = try SweepCases.sample(try drawn(document))
    let sweep = Sweep(document, cases, SweepSettings())
    try withFolder { folder in
      let one = try sweep.run(into: folder + "/one.db", jobs: 1)
      #expect(one.isComplete && one.progress.solved == 40 && one.elsewhere == 0)
      let four = try sweep.run(into: folder + "/four.db", jobs: 4)
      #expect(four.isComplete)
      for number in [3, 1, 2] {
        let part = try #require(SweepPart(number: number, of: 3))
        let some = Sweep(document, cases, SweepSettings(), part: part)
        let outcome = try some.run(into: folder + "/parts.db", jobs: 2)
        #expect(outcome.isComplete && outcome.progress.total == (number == 1 ? 14 : 13))
        let own = try some.run(into: folder + "/part-\(number).db", jobs: 1)
        #expect(own.isComplete)
      }
      let whole = try contents(folder + "/one.db")
      #expect(try contents(folder + "/four.db") == whole)
      #expect(try contents(folder + "/parts.db") == whole)
      let parts = (1...3).map { folder + "/part-\($0).db" }
      #expect(try contents(parts[0], parts[1], parts[2]) == whole)
      let again = try sweep.run(into: folder + "/one.db", jobs: 1)
      #expect(again.isComplete && again.progress.solved == 0 && again.progress.before == 40)
    }
  }

  @Test func `cases that others wait for are claimed before them`() throws {
    let document = try document()
    let cases = try SweepCases.sample(try drawn(document), count: 10)
    try withFolder { folder in
      let store = try SweepStore(
        path: folder + "/a.db", SweepRecord(document, cases, SweepSettings()))
      let part = try #require(SweepPart(number: 1, of: 2))
      #expect(try store.exchange([], wanted: 3, part, first: [6, 7, 2]) == [2, 6, 0])
      #expect(try store.exchange([], wanted: 9, part, first: [6, 7, 2]) == [4, 8])
      try store.leave()
    }
  }

  @Test func `an interrupted run goes on where it was`() throws {
    let document = try document()
    let sweep = Sweep(document, try .sample(try drawn(document), count: 300), SweepSettings())
    try withFolder { folder in
      let cancellation = Cancellation()
      let first = try sweep.run(into: folder + "/a.db", jobs: 2, cancellation: cancellation) { _ in
        cancellation.cancel()
      }
      #expect(first.isInterrupted && first.progress.solved < 300 && first.elsewhere == 0)
      let second = try sweep.run(into: folder + "/a.db", jobs: 2)
      #expect(second.isComplete)
      #expect(second.progress.before == first.progress.solved)
      #expect(second.progress.before + second.progress.solved == 300)
    }
  }

  @Test func `a store of another model or sweep is refused and left alone`() throws {
    let document = try document()
    let sweep = Sweep(document, try .sample(try drawn(document), count: 3), SweepSettings())
    try withFolder { folder in
      let path = folder + "/a.db"
      _ = try sweep.run(into: path, jobs: 1)
      let before = try contents(path)
      let edited = try ModelDocument.read(text: SmallModel.text + "\n")
      let other = Sweep(edited, try .sample(try drawn(edited), count: 3), SweepSettings())
      func refusal(_ run: () throws -> SweepOutcome) -> String {
        do {
          _ = try run()
          return ""
        } catch { return "\(error)" }
      }
      #expect(refusal { try other.run(into: path, jobs: 1) }.contains("another model"))
      let reseeded = Sweep(
        document, try .sample(try drawn(document), count: 3, seed: 8), SweepSettings())
      #expect(refusal { try reseeded.run(into: path, jobs: 1) }.contains("another sweep"))
      var relaxed = SweepSettings()
      relaxed.isRelaxed = true
      let other2 = Sweep(document, try .sample(try drawn(document), count: 3), relaxed)
      #expect(refusal { try other2.run(into: path, jobs: 1) }.contains("another sweep"))
      #expect(try contents(path) == before)

      try "not a database, but long enough to have a header of one".write(
        toFile: folder + "/text.db", atomically: true, encoding: .utf8)
      #expect(refusal { try sweep.run(into: folder + "/text.db", jobs: 1) }.contains("not a store"))
      #expect(refusal { try sweep.run(into: folder, jobs: 1) }.contains("is a folder"))
      let missing = refusal { try sweep.run(into: folder + "/none/a.db", jobs: 1) }
      #expect(missing.contains("cannot be written"))
    }
  }

  @Test func `a folder that cannot be written is said to be so`() throws {
    let document = try document()
    let sweep = Sweep(document, try .sample(try drawn(document), count: 3), SweepSettings())
    // Nobody, root included, makes files there.
    #expect(throws: SweepProblem.self) { _ = try sweep.run(into: "/proc/sweep.db", jobs: 1) }
    try withFolder { folder in
      guard getuid() != 0 else { return }
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder)
      #expect(throws: SweepProblem.self) { _ = try sweep.run(into: folder + "/a.db", jobs: 1) }
    }
  }

  @Test func `a grid holds every combination and a table its rows`() throws {
    let grid = try SweepCases.grid([
      ("scenario", ["base", "short"]), ("budget_scale", ["0.5", "x1", "2"]),
      ("facilities.smelter.availability", ["80%", "x0.5"]),
    ])
    #expect(grid.count == 12)
    #expect(grid.values(0) == [.setting("base"), .factor(0.5), .setting("80%")])
    #expect(grid.values(11) == [.setting("short"), .factor(2), .factor(0.5)])
    #expect(Set((0..<12).map(grid.values)).count == 12)
    #expect(throws: SweepProblem.self) { try SweepCases.grid([("a", ["1"]), ("a", ["2"])]) }
    #expect(throws: SweepProblem.self) {
      try SweepCases.grid((0..<8).map { ("p\($0)", (0..<10).map(String.init)) })
    }
    let table = try SweepCases.table(
      try CaseTable(
        text: "scenario,budget_scale,facilities.smelter.availability\nshort,,200%\n,2,\n"))
    #expect(table.values(1) == [.unchanged, .factor(2), .unchanged])
    let sweep = Sweep(try document(), table, SweepSettings())
    #expect(sweep.solve(0)?.status == .invalid)
    #expect(sweep.solve(1)?.status == .optimal)
    #expect(throws: ModelErrors.self) { try sweep.check() }
    #expect(throws: ModelErrors.self) { try CaseTable(text: "a,a\n1,2\n") }
    #expect(throws: ModelErrors.self) { try CaseTable(text: "a,b\n1\n") }
    #expect(throws: ModelErrors.self) { try CaseTable(text: "a\n") }
  }

  @Test func `a screening of a sum finds its weights and no interaction`() throws {
    let paths = ["a", "b", "c"]
    let sample = Uncertainty.Sample(
      count: 1, seed: 3, vary: paths.map { ($0, .uniform(low: 0, high: 2)) })
    let cases = try SweepCases.morris(sample, trajectories: 10)
    #expect(cases.count == 40)
    let factors = (0..<cases.count).map { cases.values($0).compactMap(\.factor) }
    for index in factors.indices where index % 4 > 0 {
      #expect(zip(factors[index - 1], factors[index]).count { $0 != $1 } == 1)
    }
    let answers = factors.map { 5 + 3 * $0[0] - 2 * $0[1] }
    let effects = morrisEffects(inputs: paths, factors: factors, answers: answers)
    // From the 1/8 to the 7/8 quantile each factor goes 1.5.
    for (effect, weight) in zip(effects, [3.0, -2, 0]) {
      #expect(effect.count == 10)
      #expect(abs(effect.mean - 1.5 * weight) < 1e-12)
      #expect(abs(effect.meanSize - 1.5 * abs(weight)) < 1e-12)
      #expect(effect.deviation < 1e-12)
    }
    let product = morrisEffects(
      inputs: paths, factors: factors, answers: factors.map { $0[0] * $0[1] })
    #expect(product[0].deviation > 0.1)
  }

  @Test func `ranks, quantiles and regression are those of small examples`() throws {
    #expect(standardRanks([1, 1]) == nil)
    let ranks = try #require(standardRanks([5, 1, 9]))
    #expect(ranks[0] == 0 && ranks[1] == -ranks[2])
    #expect(Distribution([3, 1, 2, 4, 5])?.quantiles == [1, 1.2, 2, 3, 4, 4.8, 5])
    let solution = try #require(solvePositive([[4, 2], [2, 3]], [10, 8]))
    #expect(abs(solution[0] - 1.75) < 1e-12 && abs(solution[1] - 1.5) < 1e-12)
    #expect(solvePositive([[1, 1], [1, 1]], [1, 1]) == nil)
  }

  @Test func `a tornado ranks what moves the answer`() throws {
    let document = try document()
    let levels = [
      (path: "funds.*.appropriations", values: ["x0.5", "x1", "x2"]),
      (path: "imports.cn_oxide.price", values: ["70 USD/kg", "80 USD/kg"]),
    ]
    try withFolder { folder in
      _ = try Sweep(document, try .grid(levels), SweepSettings()).run(
        into: folder + "/a.db", jobs: 1)
      let results = try SweepResults(paths: [folder + "/a.db"])
      let tornado = results.tornado(.dependency)
      #expect(tornado.map(\.input) == levels.map(\.path))
      #expect(tornado[0].lowName == "x0.5" && tornado[0].low > tornado[0].high)
      #expect(tornado[1].swing < 1e-9)
      #expect(results.funded.contains { $0.facility == "separator" && $0.funded > 0 })
    }
  }

  @Test func `a task of a Slurm array takes its part`() {
    let second = [
      "SLURM_ARRAY_TASK_ID": "12", "SLURM_ARRAY_TASK_MIN": "10", "SLURM_ARRAY_TASK_COUNT": "4",
      "SLURM_ARRAY_TASK_STEP": "2",
    ]
    #expect(SweepPart(slurm: second) == SweepPart(number: 2, of: 4))
    #expect(SweepPart(slurm: [:]) == nil)
    #expect(SweepPart(number: 0, of: 2) == nil && SweepPart(number: 3, of: 2) == nil)
  }
}
