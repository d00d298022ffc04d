import SupplyChain
import TestSupport
import Testing

@testable import Allocation

@Suite struct CountedObjectiveTests {
  /// A program that optimises one objective counts another as the program that optimises it does.
  @Test func `an objective that is counted only has the vector that it has where it is optimised`()
    throws
  {
    var count = 0
    for seed in UInt64(1)...12 {
      let text =
        RandomModel(seed).text + "\nmeasures: { foreign: imports, lacking: shortage }\n"
      var model = try ModelDocument.read(text: text, file: "t.yaml").model()
      #expect(model.tradable.map(\.name).suffix(2) == ["foreign", "lacking"])
      model.objectives = [.dependency]
      let program = AllocationProgram(model, counting: model.tradable)
      // A peak has a column where it is an objective, and only there.
      #expect(program.counted.map(\.objective) == model.tradable.filter { $0 != .peakDependency })
      for vector in program.counted {
        model.objectives = [vector.objective]
        let own = AllocationProgram(model)
        #expect(own.columns == program.columns, "seed \(seed), \(vector.objective.name)")
        #expect(own.objectives[0].coefficients == vector.coefficients)
        #expect(own.objectives[0].offset == vector.offset)
        count += 1
      }
    }
    #expect(count == 72)
  }
}
