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

  @Test func `what cannot be benchmarked is said`() throws {
    let folder = try TemporaryFolder()
    #expect(try Program.run(["bench"], in: folder).code == 2)
    #expect(try Program.run(["bench", "nowhere.yaml"], in: folder).code == 1)
    #expect(try Program.run(["bench", "--generate", "size=4"], in: folder).code == 2)
  }
}
