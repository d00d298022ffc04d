import SupplyChain
import Testing

@testable import Analysis

@Suite struct ShadowPriceTests {
  private func price(_ kind: ModelParameter.Kind, in limiting: Limiting) -> ShadowPrice? {
    limiting.prices.first { $0.parameter.kind == kind }
  }

  @Test func `a million in the first year of the tutorial buys ten tonnes a year for three years`()
    throws
  {
    let limiting = try Limiting.explain(try Sample.tutorial())
    #expect(isNear(limiting.value, 0.4))
    // 10 t/yr in 3 of the 4 years of 1,000 t: 30 / 4,000. At 70 MUSD the foreign magnets of 2028 are gone.
    let first = try #require(price(.appropriation(fund: 0, year: 2026), in: limiting))
    #expect(isNear(first.more?.slope ?? 0, -0.0075))
    #expect(isNear(first.more?.reach ?? 0, 10))
    #expect(first.more?.isLookedTo == false)
    #expect(isNear(first.less?.slope ?? 0, 0.0075))
    let second = try #require(price(.appropriation(fund: 0, year: 2027), in: limiting))
    #expect(isNear(second.more?.slope ?? 0, -0.005))
    let third = try #require(price(.appropriation(fund: 0, year: 2028), in: limiting))
    #expect(isNear(third.more?.slope ?? 0, -0.0025))
    #expect(third.less == nil)
    // N = D − 2,400 in tonnes, D = 4·demand: 4 of 4,000 less the dependency's 4 of 4,000 for each t/yr.
    let demand = try #require(price(.demand(segment: 0), in: limiting))
    #expect(isNear(demand.more?.slope ?? 0, (4 - 0.4 * 4) / 4000))
  }

  @Test func `where the objective has a corner, more brings less than less costs`() throws {
    // 100 MUSD build exactly the 1 kt/yr that is demanded.
    let model = try Sample.plants(
      Sample.plant("plant", expansion: "capex: 100 kUSD/(t/yr)"), appropriation: "100 MUSD")
    let limiting = try Limiting.explain(model)
    #expect(abs(limiting.value) < 1e-9)
    let money = try #require(price(.appropriation(fund: 0, year: 2026), in: limiting))
    #expect(money.more?.slope == 0)
    #expect(isNear(money.less?.slope ?? 0, 0.01))
    #expect(money.isConfirmed)
  }

  @Test func `an earlier permit is worth the year that it brings`() throws {
    let model = try Sample.plants(
      Sample.plant("plant", expansion: "capex: 100 kUSD/(t/yr), permit: 1 year"))
    let gain = try #require(try Limiting.explain(model).permits.first)
    #expect(gain.years == 1)
    #expect(isNear(gain.change, -0.25))
  }

  /// Demand divides the objective, and shares and largest expansions are coefficients of other rows, too.
  private func isRightHandSide(_ parameter: ModelParameter) -> Bool {
    [.money, .imports, .stock, .targets].contains(parameter.group)
  }

  private func check(_ model: Model, _ name: String) throws {
    let limiting = try Limiting.explain(model, count: 2)
    let base = try #require(Sample.best(model))
    #expect(isNear(limiting.value, base), "\(name)")
    #expect(limiting.verification.isVerified)
    let reduced = BaselineSolver.reduced(model)
    for price in limiting.prices {
      for (side, sign) in [(price.more, 1.0), (price.less, -1.0)] {
        guard let side else { continue }
        #expect(side.isConfirmed, "\(name) \(price)")
        // A small move, far from where the check of the study itself was made.
        let amount = min(side.reach, 1e-3 * max(price.parameter.size, 1e-3))
        let moved = try #require(Sample.best(price.parameter.moved(sign * amount, in: reduced)))
        let predicted = base + side.slope * amount
        let size = max(abs(base), 1e-3)
        #expect(abs(moved - predicted) <= 1e-6 * size, "\(name) \(price.parameter.kind) \(sign)")
      }
      if let more = price.more, let less = price.less, isRightHandSide(price.parameter) {
        // Convex in a right-hand side: a unit less costs at least what a unit more brings.
        #expect(
          less.slope >= -more.slope - 1e-7 * abs(more.slope), "\(name) \(price.parameter.kind)")
      }
    }
  }

  @Test(arguments: Sample.corpus)
  func `a price predicts the objective after a small change to one millionth`(name: String) throws {
    try check(try Sample.corpus(name), name)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `so it does for random national programmes`(seed: UInt64) throws {
    try check(try Sample.random(seed: seed), "seed \(seed)")
  }

  @Test func `slopes of import limits in one pass are those of a program built for each`() throws {
    var models = try Sample.corpus.map { (name: $0, model: try Sample.corpus($0)) }
    for seed in 1...6 as ClosedRange<UInt64> {
      models.append(("seed \(seed)", try Sample.random(seed: seed)))
    }
    var (compared, nonzero) = (0, 0)
    for (name, model) in models {
      try withBaselineSolver(model, RunSettings()) { baseline throws(StudyEnd) in
        let base = try baseline.solveBase()
        let slopes = ImportLimitSlopes(base)
        for parameter in ModelParameter.all(in: base.model) {
          guard case .importLimit(let source) = parameter.kind else { continue }
          let built = SensitivityRanging.slope(
            at: base, moved: 0, by: parameter, of: base.model,
            step: 1e-4 * max(parameter.size, 1e-3))
          let one = slopes[source]
          // A limit of 0 in some year may stay without a column where nothing of the commodity can be used.
          guard let built, let one else {
            #expect(one == nil, "\(name) \(source)")
            continue
          }
          compared += 1
          if built != 0 { nonzero += 1 }
          #expect(abs(built - one) <= 1e-6 * max(abs(built), 1e-9), "\(name) \(source)")
        }
      }
    }
    #expect(compared > 20 && nonzero > 2, "\(compared), \(nonzero)")
  }

  @Test func `past the reach the price no longer holds`() throws {
    let model = try Sample.corpus("year-grants")
    let reduced = BaselineSolver.reduced(model)
    let limiting = try Limiting.explain(model, count: 3)
    var seen = 0
    for price in limiting.prices where price.parameter.group == .money {
      guard let more = price.more, !more.isLookedTo, more.slope != 0 else { continue }
      let amount = more.reach * 2
      let moved = try #require(Sample.best(price.parameter.moved(amount, in: reduced)))
      #expect(moved > limiting.value + more.slope * amount + 1e-9)
      seen += 1
    }
    #expect(seen > 0)
  }

  @Test func `the answer does not change from run to run`() throws {
    let model = try Sample.corpus("half-loans")
    let first = try Limiting.explain(model, count: 2)
    let second = try Limiting.explain(model, count: 2)
    #expect(first.prices == second.prices)
    #expect(first.permits == second.permits)
  }
}
