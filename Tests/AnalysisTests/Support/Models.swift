import SupplyChain
import TestSupport

/// Two home magnet plants against foreign magnets, 1 kt/yr of demand in two years: 200 t/yr at 50 and
/// 500 t/yr at 100 kUSD per t/yr, 50 MUSD in the first year.
func twoPlants(
  funds: String = MagnetModel.grants(), cheap: String = "", dear: String = "", more: String = ""
) -> String {
  MagnetModel(
    name: "two plants",
    plants: [
      .init("cheap", expansion: "max: 200 t/yr, capex: 50 kUSD/(t/yr)" + cheap),
      .init("dear", stage: "special", expansion: "max: 500 t/yr, capex: 100 kUSD/(t/yr)" + dear),
    ], funds: [funds], more: more
  ).text
}

func model(_ yaml: String, scenarios: [String] = []) throws -> Model {
  try ModelDocument.read(text: yaml, file: "test.yaml").model(scenarios: scenarios)
}
