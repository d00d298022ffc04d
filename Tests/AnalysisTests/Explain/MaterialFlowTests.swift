import Allocation
import Analysis
import Foundation
import LinearProgramming
import SupplyChain
import TestSupport
import Testing

/// The tutorial's chain: 2,250 t of concentrate → 450 t of oxide → 900 t of magnets at home, 100 t imported.
@Suite struct MaterialFlowTests {
  let model: Model
  let allocation: AllocationProgram
  let solution: AllocationSolution

  init() throws {
    model = try ModelDocument.read(path: Repository.path("Models/tutorial.yaml")).model()
    allocation = AllocationProgram(model)
    solution = solve(allocation)
  }

  @Test func `tonnes pass from stage to stage as the recipes say`() throws {
    let links = MaterialFlow(try #require(solution.plan), model).linksByYear[3]
    func tonnes(_ from: MaterialFlow.Node, _ to: MaterialFlow.Node) -> Double {
      links.filter { $0.from == from && $0.to == to }.reduce(0) { $0 + $1.tonnes }
    }
    func stage(_ place: Int, _ k: Int) -> MaterialFlow.Node {
      .init(kind: .stage, place: place, provenanceClass: k)
    }
    let demand = MaterialFlow.Node(kind: .demand, place: 0, provenanceClass: nil)
    let imported = MaterialFlow.Node(kind: .imported, place: 2, provenanceClass: 1)
    #expect(model.stages == ["mine", "separation", "magnet"])
    #expect(abs(tonnes(stage(0, 0), stage(1, 0)) - 2250) < 0.1)
    #expect(abs(tonnes(stage(1, 0), stage(2, 0)) - 450) < 0.1)
    #expect(abs(tonnes(stage(2, 0), demand) - 900) < 0.1)
    #expect(abs(tonnes(imported, stage(2, 1)) - 100) < 0.1)
    #expect(abs(tonnes(stage(2, 1), demand) - 100) < 0.1)
  }

  @Test func `links form no circle`() throws {
    for links in MaterialFlow(try #require(solution.plan), model).linksByYear {
      for link in links where link.from.kind == .stage && link.to.kind == .stage {
        #expect(link.from.place < link.to.place)
      }
    }
  }

  @Test func `a million more is worth 10 t a year of magnets for the years that are left`() throws {
    let prices = try #require(ShadowPrices(allocation, solution))
    let values = try #require(prices.funds.first).perMillionByYear
    #expect(abs((values[0] ?? 0) + 30.0 / 4000) < 1e-9)
    #expect(abs((values[1] ?? 0) + 20.0 / 4000) < 1e-9)
    #expect(values[2] == nil)
  }

  @Test func `related plans do not depend on what was solved before them`() throws {
    var doubled = model
    doubled.budgetScale = 2
    let together = relatedPlans(of: [model, doubled, model])
    #expect(together.count == 3)
    #expect(abs((together[0].objectives[0].value) - (together[2].objectives[0].value)) < 1e-9)
    #expect(abs((together[0].objectives[0].value) - 0.4) < 1e-9)
  }

  @Test func `related plans that are stopped keep those that were found`() throws {
    var settings = AllocationSettings()
    let cancellation = Cancellation()
    settings.cancellation = cancellation
    let found = relatedPlans(of: [model, model, model, model], settings: settings) { index in
      if index == 2 { cancellation.cancel() }
    }
    #expect(found.count == 2 || found.count == 3)
    #expect(found.prefix(2).allSatisfy { $0.status == .optimal && $0.plan != nil })
  }
}
