import SupplyChain
import TestSupport

@testable import Allocation
@testable import Analysis

/// Models for tests of explanations.
enum Sample {
  static func model(_ yaml: String) throws -> Model {
    try ModelDocument.read(text: yaml, file: "test.yaml").model()
  }

  /// - Parameter more: further sections of the file.
  static func tutorial(targets: [Int: Double] = [:], more: String = "") throws -> Model {
    var model = try Sample.model(Repository.text("Models/tutorial.yaml") + more)
    for (year, value) in targets.sorted(by: { $0.key < $1.key }) {
      model.targets.append(
        Target(year: year, value: value, location: model.demand[0].location))
    }
    return model
  }

  /// Small models of the pinned corpus: loans, peak dependency, half years, modules.
  static let corpus = ["year-grants", "year-peak", "half-loans", "discrete-modules"]

  static func corpus(_ name: String) throws -> Model {
    try ModelDocument.read(path: Repository.corpus(name)).model()
  }

  static func random(seed: UInt64) throws -> Model {
    var generator = ModelGenerator()
    generator.facilities = 6
    generator.years = 6
    generator.seed = seed
    return try model(generator.text)
  }

  /// The small model with other plants and money, without a discount.
  static func plants(
    _ plants: MagnetModel.Plant..., instruments: String = "grant",
    appropriation: String = "50 MUSD", more: String = ""
  ) throws -> Model {
    try model(
      MagnetModel(
        name: "plants", discount: "0%", plants: plants,
        funds: [MagnetModel.grants(appropriation, instruments: instruments)], more: more
      ).text)
  }

  /// One plant, up to 2 kt/yr.
  static func plant(
    _ id: String, _ keys: String..., expansion: String
  ) -> MagnetModel.Plant {
    MagnetModel.Plant(id, keys: keys, expansion: "max: 2 kt/yr, " + expansion)
  }

  /// The best first objective of a relaxed model, solved cold; nil where there is no plan.
  static func best(_ model: Model) -> Double? {
    var first = model
    first.objectives = Array(model.objectives.prefix(1))
    let solution = solve(AllocationProgram(first, relaxed: true))
    return solution.status == .optimal ? solution.stages.first?.value : nil
  }
}

func isNear(_ a: Double, _ b: Double, _ tolerance: Double = 1e-6) -> Bool {
  abs(a - b) <= tolerance * max(abs(a), abs(b), 1e-3)
}
