import LinearProgramming
import SupplyChain
import Testing

@testable import Allocation

/// Whole-number plans whose tree search starts from a known plan: the presolved tree has other columns than the plan.
@Suite struct KnownPlanTests {
  @Test(arguments: [(one, 0.785714, 9.761865), (eight, 0.928571, 9.761865)])
  func `a known plan never stands for another point of the presolved tree`(
    _ text: String, _ dependency: Double, _ cost: Double
  ) throws {
    let model = try ModelDocument.read(text: text).base
    let found = solve(AllocationProgram(model))
    #expect(found.status == .optimal, "\(found.reason ?? "")")
    let values = found.objectives.map(\.value)
    try #require(values.count == 2)
    #expect(abs(values[0] - dependency) < 1e-6)
    #expect(abs(values[1] - cost) < 1e-3)
  }

  /// One whole-number column.
  private static let one = """
    lodestone: 1
    name: Chain
    horizon:
      start: 2026
      end: 2032
    money:
      currency: USD
      discount: 5%
    provenance:
      classes:
        home: 0
        foreign: 1
      countries:
        US: home
        CN: foreign
    commodities:
      ore:
        stage: mine
    facilities:
      p1:
        stage: mine
        country: US
        recipe:
          out:
            ore: 1
        expansion:
          max: 500 t/yr
          capex: 26 kUSD/(t/yr)
          construction: 6 months
          min: 485 t/yr
      p2:
        stage: mine
        country: US
        recipe:
          out:
            ore: 1
        expansion:
          max: 400 t/yr
          capex: 30 kUSD/(t/yr)
          construction: 18 months
    imports:
      cn:
        commodity: ore
        country: CN
    demand:
      need:
        commodity: ore
        quantity: 1 kt/yr
    funds:
      g:
        instruments:
        - grant
        appropriations:
          2026: 5 MUSD
          2027: 5 MUSD

    """

  /// Eight of them.
  private static let eight = """
    lodestone: 1
    name: Chain
    horizon:
      start: 2026
      end: 2032
      step: year
    money:
      currency: USD
      discount: 5%
    provenance:
      classes:
        home: 0
        foreign: 1
      countries:
        US: home
        CN: foreign
    commodities:
      ore:
        stage: mine
        price: 10 USD/kg
    facilities:
      p0:
        stage: mine
        country: US
        recipe:
          out:
            ore: 1
        opex: 11 USD/kg
        expansion:
          max: 600 t/yr
          capex: 20 kUSD/(t/yr)
          construction: 12 months
          module: 300 t/yr
          exclusive: g1
      p1:
        stage: mine
        country: US
        recipe:
          out:
            ore: 1
        opex: 9 USD/kg
        expansion:
          max: 500 t/yr
          capex: 26 kUSD/(t/yr)
          construction: 6 months
          min: 485 t/yr
          fast_track:
            permit: 0 months
            capex: +10%
      p2:
        stage: mine
        country: US
        recipe:
          out:
            ore: 1
        opex: 3 USD/kg
        expansion:
          max: 400 t/yr
          capex: 30 kUSD/(t/yr)
          construction: 18 months
    imports:
      cn:
        commodity: ore
        country: CN
        limit: 100 kt/yr
    demand:
      need:
        commodity: ore
        quantity: 3 kt/yr
    funds:
      g:
        instruments:
        - grant
        appropriations:
          2026: 5 MUSD
          2027: 5 MUSD
        keep: 100%
    objective:
    - dependency
    - public_cost

    """
}
