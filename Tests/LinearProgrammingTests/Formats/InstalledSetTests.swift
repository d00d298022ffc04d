import Foundation
import Testing

@testable import LinearProgramming

/// Programs from textbooks that Debian's glpk-utils installs as fixed MPS files, against the optima that their
/// own comments state.
@Suite struct InstalledSetTests {
  private static let folder = "/usr/share/doc/glpk-utils/examples/"

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: folder + "plan.mps"),
      "glpk-utils and its examples are not installed"),
    arguments: [
      ("alloy", 2149.247891, false), ("furnace", 2141.923551, false),
      ("icecream", 962.8214691, false), ("murtagh", 126.057, true), ("plan", 296.216606, false),
      ("samp1", 73.0 / 3, false),
    ])
  func `textbook programs have the optimum that their file states`(
    name: String, optimum: Double, isMaximised: Bool
  ) throws {
    let file = InstalledSetTests.folder + name + ".mps"
    let data = try #require(FileManager.default.contents(atPath: file))
    var program = try MPSReader.read(Array(data)).program
    if isMaximised { program.setCosts(program.cost.map { -$0 }) }
    for method in [SolverOptions.Method.automatic, .primal, .dual] {
      var options = SolverOptions()
      options.method = method
      let best = try #require(try solve(program, options).optimum)
      #expect(best.verification.isVerified)
      let value = isMaximised ? -best.objective : best.objective
      #expect(abs(value - optimum) <= 5e-6 * abs(optimum), "\(name): \(value)")
    }
  }
}
