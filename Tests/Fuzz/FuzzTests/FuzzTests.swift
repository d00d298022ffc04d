import Foundation
import Fuzzing
import TestSupport
import Testing

@Suite struct FuzzTests {
  @Test(arguments: Target.allCases)
  func `seeded inputs are read or refused, without a crash`(target: Target) throws {
    let mutator = target.mutator(repository: Repository.url)
    let runner = Runner()
    var random = Random(20_260_101)
    let count = target == .yaml || target == .program ? 150 : 800
    for number in 0..<count {
      let input = mutator.input(&random)
      let fault = runner.run(target, input)
      #expect(fault == nil, "input \(number) of \(target)")
    }
  }

  /// Inputs that once went wrong: `Cases/TARGET-what`.
  @Test func `inputs that once went wrong are fine`() throws {
    let folder = Repository.url.appendingPathComponent("Tests/Fuzz/Cases")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let runner = Runner()
    for name in names {
      let prefix = name.prefix { $0 != "-" }
      guard let target = Target(rawValue: String(prefix)) else { continue }
      let input = try Data(contentsOf: folder.appendingPathComponent(name))
      let start = ContinuousClock.now
      #expect(runner.run(target, [UInt8](input)) == nil, "\(name)")
      // Two seconds when optimised; much is unoptimised here.
      #expect(ContinuousClock.now - start < .seconds(20), "\(name)")
    }
  }
}
