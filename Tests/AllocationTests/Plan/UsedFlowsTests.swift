import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// What is used of what a point supplies, on points that hold more than anybody takes.
@Suite struct UsedFlowsTests {
  /// Oxide comes from a plant at home, a plant abroad and two imports; 10 kt are demanded, all of which may be foreign.
  private let text = """
    lodestone: 1
    name: Surplus
    horizon: { start: 2026, end: 2026 }
    provenance:
      classes: { home: 0, allied: 0.25, foreign: 1 }
      countries: { US: home, AU: allied, CN: foreign }
    commodities: { oxide: { stage: separation }, magnet: { stage: magnet } }
    facilities:
      here: { stage: separation, country: US, recipe: { out: { oxide: 1 } }, existing: 4 kt/yr }
      there: { stage: separation, country: CN, recipe: { out: { oxide: 1 } }, existing: 5 kt/yr }
      dosing:
        { stage: magnet, country: US, recipe: { in: { magnet: 1 }, out: { magnet: 1 } }, existing: 3 kt/yr }
    imports:
      cn: { commodity: oxide, country: CN, limit: 20 kt/yr }
      au: { commodity: oxide, country: AU, limit: 20 kt/yr }
      cn_magnet: { commodity: magnet, country: CN, limit: 20 kt/yr }
    demand:
      oxide: { commodity: oxide, quantity: 10 kt/yr }
      magnet: { commodity: magnet, quantity: 3 kt/yr }
    """

  /// A point that holds the amounts named, kt, and serves demand with foreign material.
  private func used(
    _ amounts: [String: Double], downgraded: [Double] = [0, 0], served: Double = 10
  ) throws -> (flows: UsedFlows, model: Model) {
    let model = try ModelDocument.read(text: text).model()
    let program = AllocationProgram(model, relaxed: true)
    let point = program.columns.map { key -> Double in
      let first = Int(key.first)
      switch key.kind {
      case .activity:
        let isLast = key.second == 2
        let name = model.facilities[first].id
        return name == "here"
          ? (key.second == 0 ? amounts[name] ?? 0 : 0)
          : isLast ? amounts[name] ?? 0 : 0
      case .imported: return amounts[model.imports[first].id] ?? 0
      case .downgrade: return first == 0 ? downgraded[Int(key.second)] : 0
      case .served:
        return key.second == 2 ? (first == 0 ? served : amounts["magnet served"] ?? 0) : 0
      default: return 0
      }
    }
    return (UsedFlows(program, point), model)
  }

  @Test func `surplus is taken off imports first, then off what is made abroad`() throws {
    // 5 kt made in CN and 20 kt imported for 10 kt of demand: 15 kt of imports are left over.
    let some = try used(["there": 5, "cn": 20]).flows
    #expect(isClose(some.imports.map(\.tonnes).reduce(0, +), 5000))
    #expect(isClose(some.imported[0], 10_000) && some.domestic[0] == 0)
    // With 3 kt of demand nothing is imported and 2 kt of those made abroad are left over.
    let few = try used(["there": 5, "cn": 20], served: 3).flows
    #expect(few.imports.isEmpty)
    #expect(isClose(few.imported[0], 3000))
  }

  @Test func `surplus that was downgraded is followed to the class it came from`() throws {
    // 4 kt from home and 20 kt from AU, all downgraded to foreign, serve 10 kt: 14 kt of the import are left over.
    let flows = try used(["here": 4, "au": 20], downgraded: [4, 24]).flows
    #expect(isClose(flows.imports.map(\.tonnes).reduce(0, +), 6000))
    #expect(isClose(flows.domestic[0], 4000) && isClose(flows.home[0], 4000))
  }

  @Test func `what a stage takes in of its own commodities counts once`() throws {
    let (flows, model) = try used(["cn_magnet": 3, "dosing": 3, "magnet served": 3], served: 0)
    let years = model.horizon.yearCount
    #expect(isClose(flows.imported[years], 3000) && isClose(flows.domestic[years], 3000))
    #expect(isClose(flows.domesticInStage[years], 3000))
  }

  @Test func `no more is shown as supply than is used`() throws {
    for name in Repository.corpusNames {
      let model = try ModelDocument.read(path: Repository.corpus(name)).model()
      let program = AllocationProgram(model, relaxed: true)
      let solution = solve(program)
      guard !solution.point.isEmpty else { continue }
      let plan = Plan(program, point: solution.point)
      var taken = [Double](
        repeating: 0, count: model.commodities.count * model.horizon.yearCount)
      func add(_ commodity: Int, _ step: Int, _ tonnes: Double) {
        taken[
          commodity * model.horizon.yearCount + step / model.horizon.stepsPerYear] += tonnes
      }
      for row in plan.activities {
        for input in model.facilities[row.facility].recipe.inputs {
          add(input.commodity, row.step, input.amount * row.tonnes)
        }
      }
      for row in plan.served where row.provenanceClass != nil {
        add(model.demand[row.segment].commodity, row.step, row.tonnes)
      }
      for row in plan.stocks {
        add(model.stockpiles[row.stockpile].commodity, row.step, row.stored)
      }
      for (row, taken) in zip(plan.relianceByCommodity, taken) {
        let shown = row.imported + row.domestic
        #expect(shown <= taken + 1e-3 + 1e-6 * taken, "\(name): \(row.id) in \(row.year)")
      }
    }
  }
}
