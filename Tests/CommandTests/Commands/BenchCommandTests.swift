import Foundation
import Testing

@Suite struct BenchCommandTests {
  @Test func `a benchmark measures every phase and method and agrees with itself`() throws {
    let folder = try TemporaryFolder()
    let model = try folder.write("model.yaml", smallModel)
    let result = try Program.run(
      [
        "bench", model, "--generate", "facilities=6,years=4", "--method", "auto,dual",
        "--repeat", "1", "--json",
      ], in: folder)
    #expect(result.code == 0)
    let reports = try #require(result.json["benchmarks"] as? [[String: Any]])
    #expect(reports.count == 2)
    for report in reports {
      let phases = try #require(report["phases"] as? [String: [Double]])
      for phase in ["read", "build", "load", "dependency", "public_cost", "verify", "plan"] {
        #expect(phases[phase]?.count == 1, "\(phase)")
      }
      let contenders = try #require(report["contenders"] as? [[String: Any]])
      #expect(contenders.count == 2)
      #expect(contenders.allSatisfy { $0["agrees"] as? Bool == true })
    }
  }

  @Test func `programs in files are measured like models`() throws {
    let folder = try TemporaryFolder()
    let small = try folder.write(
      "small.mod", "var x >= 1, <= 4, integer;\nmaximize z: 2 * x;\ns.t. c: 2 * x <= 5;\nend;\n")
    let plain = try folder.write(
      "plain.lp", "Minimize\n obj: x + y\nSubject To\n c: x + 2 y >= 3\nEnd\n")
    let bad = try folder.write("bad.lp", "Minimize\n obj: x\nSubject To\n c: x >= 1 1\nEnd\n")
    let result = try Program.run(
      ["bench", small, plain, "--repeat", "1", "--json"], in: folder)
    #expect(result.code == 0)
    let reports = try #require(result.json["benchmarks"] as? [[String: Any]])
    let objectives = reports.compactMap { report in
      (report["contenders"] as? [[String: Any]])?.first?["objective"] as? Double
    }
    // Whole-number rules are dropped unless `--discrete` keeps them.
    #expect(objectives == [-5, 1.5])
    let refused = try Program.run(["bench", bad, "--repeat", "1"], in: folder)
    #expect(refused.code == 1 && refused.output.contains("line 4"))
  }

  @Test func `what cannot be benchmarked is said`() throws {
    let folder = try TemporaryFolder()
    #expect(try Program.run(["bench"], in: folder).code == 2)
    #expect(try Program.run(["bench", "nowhere.yaml"], in: folder).code == 1)
    #expect(try Program.run(["bench", "--generate", "size=4"], in: folder).code == 2)
  }
}
