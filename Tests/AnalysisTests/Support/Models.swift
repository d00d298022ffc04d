import Foundation
import SupplyChain

/// Two home magnet plants against foreign magnets, 1 kt/yr of demand in two years: 200 t/yr at 50 and
/// 500 t/yr at 100 kUSD per t/yr, 50 MUSD in the first year.
func twoPlants(
  funds: String = "grants: { instruments: [grant], appropriations: { 2026: 50 MUSD } }",
  cheap: String = "", dear: String = "", more: String = ""
) -> String {
  """
  lodestone: 1
  name: two plants
  horizon: { start: 2026, end: 2027, step: year }
  money: { currency: USD, discount: 10% }
  provenance:
    classes: { domestic: 0, foreign: 1 }
    countries: { US: domestic, CN: foreign }
  commodities:
    magnet: { stage: magnet, price: 50 USD/kg }
  facilities:
    cheap:
      stage: magnet
      country: US
      recipe: { out: { magnet: 1 } }
      expansion: { max: 200 t/yr, capex: 50 kUSD/(t/yr) \(cheap) }
    dear:
      stage: special
      country: US
      recipe: { out: { magnet: 1 } }
      expansion: { max: 500 t/yr, capex: 100 kUSD/(t/yr) \(dear) }
  imports:
    cn: { commodity: magnet, country: CN, limit: 5 kt/yr }
  demand:
    all: { commodity: magnet, quantity: 1 kt/yr }
  funds: { \(funds) }
  \(more)
  """
}

func model(_ yaml: String, scenarios: [String] = []) throws -> Model {
  try ModelDocument.read(text: yaml, file: "test.yaml").model(scenarios: scenarios)
}

/// The path of a model of the corpus.
func corpus(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../Reference/corpus/\(name).yaml").standardized.path
}

func isClose(_ a: Double, _ b: Double, relative: Double = 1e-6) -> Bool {
  abs(a - b) <= relative * max(abs(a), abs(b)) + 1e-9
}
