import Foundation
import SupplyChain

@testable import Allocation
@testable import Analysis

/// Models for tests of explanations.
enum Sample {
  private static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func model(_ yaml: String) throws -> Model {
    try ModelDocument.read(text: yaml, file: "test.yaml").model()
  }

  private static func file(_ path: String) throws -> Model {
    try ModelDocument.read(path: repository.appendingPathComponent(path).path).model()
  }

  static func tutorial(targets: [Int: Double] = [:]) throws -> Model {
    var model = try file("Models/tutorial.yaml")
    for (year, value) in targets.sorted(by: { $0.key < $1.key }) {
      model.targets.append(
        Target(year: year, value: value, location: model.demand[0].location))
    }
    return model
  }

  /// Small models of the pinned corpus: loans, peak dependency, half years, modules.
  static let corpus = ["year-grants", "year-peak", "half-loans", "discrete-modules"]

  static func corpus(_ name: String) throws -> Model {
    try file("Tests/Reference/corpus/\(name).yaml")
  }

  static func random(seed: UInt64) throws -> Model {
    var generator = ModelGenerator()
    generator.facilities = 6
    generator.years = 6
    generator.seed = seed
    return try model(generator.text)
  }

  /// Plants that make magnets out of nothing, against foreign magnets: 1 kt/yr of demand in two years, and
  /// money in the first.
  static func plants(
    _ plants: String, instruments: String = "grant", appropriation: String = "50 MUSD",
    more: String = ""
  ) throws -> Model {
    try model(
      """
      lodestone: 1
      name: plants
      horizon: { start: 2026, end: 2027, step: year }
      money: { currency: USD, discount: 0% }
      provenance:
        classes: { domestic: 0, foreign: 1 }
        countries: { US: domestic, CN: foreign }
      commodities:
        magnet: { stage: magnet, price: 50 USD/kg }
      facilities:
      \(plants)
      imports:
        cn: { commodity: magnet, country: CN, limit: 5 kt/yr }
      demand:
        all: { commodity: magnet, quantity: 1 kt/yr }
      funds:
        grants: { instruments: [\(instruments)], appropriations: { 2026: \(appropriation) } }
      \(more)
      """)
  }

  /// One plant, up to 2 kt/yr.
  static func plant(_ id: String, _ facility: String = "", _ expansion: String) -> String {
    """
      \(id):
        stage: magnet
        country: US
        recipe: { out: { magnet: 1 } }
        \(facility)
        expansion: { max: 2 kt/yr, \(expansion) }
    """
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
