import Foundation
import SupplyChain
import Testing

@testable import Analysis

@Suite struct SamplingTests {
  private func moments(_ distribution: Uncertainty.Distribution) -> (mean: Double, sd: Double) {
    let sample = Uncertainty.Sample(count: 40_000, seed: 7, vary: [("a", distribution)])
    let draws = samples(of: sample).map { $0[0] }
    let mean = draws.reduce(0, +) / Double(draws.count)
    let square = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws.count - 1)
    return (mean, square.squareRoot())
  }

  private func expect(
    _ distribution: Uncertainty.Distribution, mean: Double, sd: Double,
    at location: Testing.SourceLocation = #_sourceLocation
  ) {
    let found = moments(distribution)
    // Five standard errors of 40,000 draws.
    #expect(abs(found.mean - mean) < 5 * sd / 200, sourceLocation: location)
    #expect(abs(found.sd - sd) < 0.04 * sd, sourceLocation: location)
  }

  @Test func `the generator gives the published numbers of SplitMix64`() {
    let numbers = RandomNumbers(seed: 0)
    #expect(numbers[0] == 0xe220_a839_7b1d_cdaf)
    #expect(numbers[1] == 0x6e78_9e6a_a1b9_65f4)
    #expect(numbers[2] == 0x06c4_5d18_8009_454f)
    #expect((0..<1000).allSatisfy { RandomNumbers(seed: 3).whole($0, below: 6) < 6 })
  }

  @Test func `the normal quantile agrees with published values`() {
    #expect(standardNormalQuantile(0.5) == 0)
    #expect(abs(standardNormalQuantile(0.975) - 1.959963984540054) < 1e-14)
    #expect(abs(standardNormalQuantile(0.001) + 3.090232306167813) < 1e-13)
    #expect(abs(standardNormalQuantile(1e-20) + 9.262340089798408) < 1e-12)
  }

  @Test func `draws have the moments of their distribution`() {
    expect(.normal(mean: 1, sd: 0.1), mean: 1, sd: 0.1)
    expect(.uniform(low: 0.5, high: 2), mean: 1.25, sd: 1.5 / 12.0.squareRoot())
    let s = log(1.3)
    let mean = 2 * exp(s * s / 2)
    expect(.lognormal(median: 2, gsd: 1.3), mean: mean, sd: mean * (exp(s * s) - 1).squareRoot())
    // (a² + b² + c² − ab − ac − bc) / 18
    let variance = 0.13 / 18
    expect(.triangular(low: 0.8, mode: 1, high: 1.2), mean: 1, sd: (0.12 / 18).squareRoot())
    expect(.triangular(low: 0.8, mode: 1.1, high: 1.2), mean: 3.1 / 3, sd: variance.squareRoot())
  }

  @Test func `distributions without width give their only value`() {
    #expect(Uncertainty.Distribution.triangular(low: 2, mode: 2, high: 2).quantile(0.3) == 2)
    #expect(Uncertainty.Distribution.uniform(low: 2, high: 2).quantile(0.3) == 2)
    #expect(Uncertainty.Distribution.normal(mean: 0.1, sd: 1).quantile(0.01) == 0)
  }

  @Test func `a longer run begins with the same samples and another seed gives others`() {
    let sample = Uncertainty.Sample(
      count: 5, seed: 7,
      vary: [("a", .uniform(low: 0, high: 1)), ("b", .normal(mean: 1, sd: 0.1))])
    let short = samples(of: sample)
    #expect(short == Array(samples(of: sample, count: 50).prefix(5)))
    #expect(FactorSamples(sample)[3] == short[3])
    #expect(samples(of: sample, seed: 8) != short)
  }

  @Test func `the digest is that of the standard`() {
    var digest = SHA256()
    digest.feed(raw: Array("abc".utf8))
    #expect(
      digest.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    var long = SHA256()
    long.feed(raw: Array(repeating: UInt8(ascii: "a"), count: 1_000))
    #expect(
      long.digest == "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3")
  }
}
