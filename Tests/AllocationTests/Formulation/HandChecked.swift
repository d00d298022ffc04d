import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// Solves a model given as YAML.
func solved(
  _ yaml: String, scenarios: [String] = [], relaxed: Bool = false
) throws -> AllocationSolution {
  let document = try ModelDocument.read(text: yaml, file: "test.yaml")
  let model = try document.model(scenarios: scenarios)
  return solve(AllocationProgram(model, relaxed: relaxed))
}

func value(_ objective: Objective, _ solution: AllocationSolution) -> Double {
  solution.objectives.first { $0.objective == objective }?.value ?? .nan
}

/// A home magnet plant that needs nothing, against foreign magnets: 1 kt/yr of demand in two years.
private func magnetPlant(
  appropriation: String = "50 MUSD", expansion: String = "", facility: String? = nil,
  more: String = ""
) -> String {
  let plant = MagnetModel.Plant(
    keys: facility.map { [$0] } ?? [],
    expansion: "max: 2 kt/yr, capex: 100 kUSD/(t/yr)" + expansion)
  return MagnetModel(
    allied: ("allied: 0.25", "AU: allied"), plants: [plant],
    funds: [MagnetModel.grants(appropriation)], more: more
  ).text
}

/// Hand-checked programs.
@Suite struct HandChecked {
  @Test func `money that buys half the capacity at once halves dependency`() throws {
    // 50 MUSD at 100 kUSD per t/yr buy 500 t/yr, at work in both years.
    let solution = try solved(magnetPlant())
    #expect(solution.status == .optimal)
    #expect(isClose(value(.dependency, solution), 0.5))
    #expect(isClose(value(.publicCost, solution), 50, relative: 1e-4))
    let build = try #require(solution.plan?.builds.first)
    #expect(isClose(build.capacity, 500, relative: 1e-4))
    #expect(build.step == 0)
  }

  @Test func `a lead time of one year leaves the first year foreign`() throws {
    let solution = try solved(magnetPlant(expansion: ", construction: 1 year"))
    #expect(isClose(value(.dependency, solution), 0.75))
    let years = solution.plan?.dependencyByYear.compactMap { $0 } ?? []
    #expect(years.count == 2)
    #expect(isClose(years[0], 1) && isClose(years[1], 0.5, relative: 1e-5))
  }

  @Test func `a duration a hair under a whole year is rounded up, within 1e-9 it is that year`() {
    #expect(LeadTime.steps(1, perYear: 1) == 1)
    #expect(LeadTime.steps(1.0000000001, perYear: 1) == 1)
    #expect(LeadTime.steps(1.01, perYear: 1) == 2)
    #expect(LeadTime.steps(1.25, perYear: 4) == 5)
    #expect(LeadTime.steps(0.1, perYear: 12) == 2)
  }

  @Test func `whole modules round the plan down, and relaxing them restores it`() throws {
    // 75 MUSD pay for 750 t/yr; modules of 400 t/yr allow one.
    let text = magnetPlant(appropriation: "75 MUSD", expansion: ", module: 400 t/yr")
    let whole = try solved(text)
    #expect(whole.status == .optimal)
    #expect(isClose(value(.dependency, whole), 0.6))
    #expect(isClose(value(.dependency, try solved(text, relaxed: true)), 0.25))
  }

  @Test func `a smallest award above the money means nothing is built`() throws {
    let solution = try solved(magnetPlant(expansion: ", min: 600 t/yr"))
    #expect(isClose(value(.dependency, solution), 1))
    #expect(solution.plan?.builds.isEmpty == true)
  }

  @Test func `a plant at a loss runs only as far as support pays for it`() throws {
    // 60 USD/kg of opex against a price of 50: 10 MUSD a kt. 100 MUSD build and support:
    // capacity c kt/yr costs 100c + 10·(activity of two years = 2c) = 120c, so c = 5/6.
    let solution = try solved(
      magnetPlant(
        appropriation: "100 MUSD", facility: "opex: 60 USD/kg",
        more: ""
      ).replacing("instruments: [grant]", with: "instruments: [grant, price_support]"))
    #expect(isClose(value(.dependency, solution), 1.0 / 6))
    let floor = try #require(solution.plan?.priceFloors.first)
    #expect(isClose(floor.floor, 60_000, relative: 1e-5))
  }

  @Test func `private money comes only as far as the plant earns its hurdle rate`() throws {
    // Margin 50 − 20 = 30 USD/kg: a kt/yr earns 30 + 30/1.2 = 55 MUSD in present value at 20 %, so 55 % of
    // its cost of 100 MUSD can be private although 80 % would be allowed. 45 MUSD of grants build 1 kt/yr.
    let solution = try solved(
      magnetPlant(
        appropriation: "45 MUSD", expansion: ", private: { max_share: 80%, hurdle: 20% }",
        facility: "opex: 20 USD/kg"))
    #expect(isClose(value(.dependency, solution), 0, relative: 1e-6))
    #expect(isClose(value(.publicCost, solution), 45, relative: 1e-4))
  }

  @Test(arguments: [(2, 1.0), (3, 0.5)])
  func `a loan is given only where the business bears it to the last payment`(
    tenor: Int, dependency: Double
  ) throws {
    // A kt/yr costs a loan of 100 MUSD and earns 50 MUSD a year. At 10 % the annuity is 57.6 MUSD over 2 years and
    // 40.2 MUSD over 3, of which all but the first fall due after the horizon, in whose last year the business bears
    // one all the same. With 50 MUSD lent in 2026 half of the demand is served.
    let solution = try solved(
      magnetPlant().replacing(
        "{ instruments: [grant], appropriations: { 2026: 50 MUSD } }",
        with: "{ instruments: [loan], appropriations: { 2026: 50 MUSD }, "
          + "loan: { rate: 10%, tenor: \(tenor) years } }"
      ))
    #expect(isClose(value(.dependency, solution), dependency))
  }

  @Test func `a fully foreign chain behind a home plant stays foreign`() throws {
    let solution = try solved(
      """
      lodestone: 1
      name: provenance
      horizon: { start: 2026, end: 2026, step: year }
      money: { currency: USD, discount: 0% }
      provenance:
        classes: { domestic: 0, allied: 0.25, foreign: 1 }
        countries: { US: domestic, AU: allied, CN: foreign }
      commodities:
        oxide: { stage: separation }
        magnet: { stage: magnet }
      facilities:
        press:
          stage: magnet
          country: US
          existing: 1 kt/yr
          recipe: { in: { oxide: 2 }, out: { magnet: 1 } }
      imports:
        cn: { commodity: oxide, country: CN, limit: 10 kt/yr }
        au: { commodity: oxide, country: AU, limit: 600 t/yr }
      demand:
        all: { commodity: magnet, quantity: 1 kt/yr }
      """)
    // 600 t of allied oxide make 300 t of allied magnets; 700 t stay foreign.
    #expect(isClose(value(.dependency, solution), 0.3 * 0.25 + 0.7))
  }

  @Test func `quarterly steps give the same capacity and demand as a year`() throws {
    let text = magnetPlant().replacing("step: year", with: "step: quarter")
    #expect(isClose(value(.dependency, try solved(text)), 0.5))
    let delayed = magnetPlant(expansion: ", construction: 3 months")
      .replacing("step: year", with: "step: quarter")
    #expect(isClose(value(.dependency, try solved(delayed)), 0.5 + 0.5 / 8))
  }

  @Test func `an impossible target is told as infeasible with the target's place`() throws {
    let solution = try solved(magnetPlant(more: "targets: { 2026: 10% }"))
    #expect(solution.status == .infeasible)
    #expect(solution.plan == nil)
    #expect(solution.reason?.contains("target 2026") == true)
  }
}
