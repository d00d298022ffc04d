import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// How far a plan's dependency spreads over samples, and which failures hurt.
@Suite struct SampleStudyTests {
  @Test func `quantiles are the least values that a share of the weight is at most`() throws {
    let spread = try #require(
      SampleStudy.Spread((1...10).map { (value: Double($0), weight: 0.1) }))
    #expect(abs(spread.mean - 5.5) < 1e-12)
    #expect(spread.p10 == 1 && spread.p50 == 5 && spread.p90 == 9)
    let skewed = try #require(SampleStudy.Spread([(value: 1, weight: 3), (value: 5, weight: 1)]))
    #expect(skewed.mean == 2 && skewed.p10 == 1 && skewed.p50 == 1 && skewed.p90 == 5)
    #expect(SampleStudy.Spread([]) == nil)
  }

  @Test func `a project that fails in some samples is told with the means of both`() throws {
    let text = try Repository.text("\(Repository.corpus)/hand-adversary.yaml")
      .replacing(
        "expansion: { max: 1 kt/yr, capex: 1 MUSD/(t/yr), construction: 1 year }",
        with:
          "expansion: { max: 1 kt/yr, capex: 1 MUSD/(t/yr), construction: 1 year, delivery: { success: 50% } }"
      )
    let tail = """
      uncertainty:
        reveal: 2027
        sample: { count: 12, seed: 3, vary: [{ delivery: facilities.* }] }

      """
    let document = try ModelDocument.read(text: text + tail)
    let uncertainty = try #require(document.base.uncertainty)
    let list = try OutcomeList(document, uncertainty)
    let plan = try planUnderUncertainty(list, base: document.base, UncertaintySettings())
    let study = try #require(plan.samples)
    let values = plan.outcomes.compactMap { $0.objectives.first?.value }
    #expect(abs(study.value.mean - values.reduce(0, +) / 12) < 1e-9)
    #expect(study.byYear.count == 3)
    let failure = try #require(study.failures.first)
    #expect(failure.id == "p" && failure.share > 0 && failure.share < 1)
    // A failure never helps, and the two means make up the whole.
    #expect(failure.hurt >= -1e-9)
    let whole = failure.share * failure.meanIfFailed + (1 - failure.share) * failure.meanIfNot
    #expect(abs(whole - study.value.mean) < 1e-9)
    let believing = try #require(study.believing)
    #expect(believing.mean >= study.value.mean - 1e-6)
  }
}
