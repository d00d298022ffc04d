/// Random small models of money: a chain of oxide and magnets with plants old and new, grants, loans and one price
/// support of each rule, as text. The same seed gives the same model.
public struct RandomModel: Sendable {
  public let text: String

  /// - Parameter loan: further keys of its loans, with a comma before them.
  public init(_ seed: UInt64, loan: String = "") {
    var random = Random(seed)
    func some(_ random: inout Random, _ range: ClosedRange<Int>) -> Int { random.whole(range) }
    let end = 2028 + random.below(3)
    let beyond = random.below(2) == 0 ? "" : ", beyond: \(1 + random.below(3)) years"
    let step = random.element(["year", "half"])
    let rules = [
      "rule: gap", "rule: gap, max: \(some(&random, 2...15)) USD/kg",
      "rule: floor, commodity: magnet, strike: \(some(&random, 40...70)) USD/kg",
      "rule: floor, commodity: magnet, strike: \(some(&random, 40...70)) USD/kg, two_way: 50%, entitled: true",
      "rule: per_tonne, commodity: magnet, rate: \(some(&random, 2...12)) USD/kg",
      "rule: cost_share, share: \(some(&random, 5...40))%, inputs: true",
      "rule: per_tonne, commodity: oxide, rate: \(some(&random, 1...6)) USD/kg, entitled: true",
    ]
    var lines = [
      "lodestone: 1", "name: random \(seed)",
      "horizon: { start: 2026, end: \(end), step: \(step)\(beyond) }",
      "money: { currency: USD, discount: \(random.below(10))% }",
      "provenance:", "  classes: { domestic: 0, allied: 0.3, foreign: 1 }",
      "  countries: { US: domestic, NO: allied, CN: foreign }",
      "objective: [dependency, public_cost]",
      "commodities:",
      "  oxide: { stage: separation, price: \(some(&random, 8...20)) USD/kg }",
      "  magnet: { stage: magnet, price: { 2026: \(some(&random, 35...65)) USD/kg, \(end): \(some(&random, 35...65)) USD/kg } }",
      "facilities:",
    ]
    for n in 0..<(2 + random.below(3)) {
      let isMagnet = n % 2 == 0
      lines += [
        "  plant\(n):", "    stage: \(isMagnet ? "magnet" : "separation")",
        "    country: \(random.element(["US", "US", "NO"]))",
        "    recipe: { \(isMagnet ? "in: { oxide: 1.2 }, out: { magnet: 1 }" : "out: { oxide: 1 }") }",
        "    opex: \(isMagnet ? some(&random, 20...60) : some(&random, 5...25)) USD/kg",
        "    availability: \(some(&random, 70...100))%",
      ]
      if random.below(2) == 0 { lines.append("    existing: \(some(&random, 50...400)) t/yr") }
      let least = random.below(20)
      var expansion =
        "max: \(some(&random, 200...1500)) t/yr, capex: \(some(&random, 40...200)) kUSD/(t/yr), "
        + "construction: \(random.below(2)) years, "
        + "private: { min_share: \(least)%, max_share: \(least + random.below(80))%, hurdle: \(some(&random, 4...15))% }"
      if random.below(2) == 0 { expansion += ", combined_max_share: \(some(&random, 40...95))%" }
      lines.append("    expansion: { \(expansion) }")
    }
    lines += [
      "imports:", "  cn_oxide: { commodity: oxide, country: CN }",
      "  cn_magnet: { commodity: magnet, country: CN }",
      "demand:", "  all: { commodity: magnet, quantity: \(some(&random, 500...2000)) t/yr }",
      "funds:",
      "  grants: { instruments: [grant], appropriations: { 2026: \(some(&random, 5...80)) MUSD, 2027: \(some(&random, 0...40)) MUSD }, max_share: \(some(&random, 30...100))% }",
      "  loans: { instruments: [loan], appropriations: { 2026: \(some(&random, 5...60)) MUSD }, loan: { rate: \(random.below(8))%, tenor: \(2 + random.below(8)) years, grace: \(random.below(2)) years\(loan) } }",
    ]
    for (n, rule) in [random.element(rules), random.element(rules)].enumerated() {
      lines.append(
        "  support\(n): { instruments: [price_support], appropriations: { 2026: \(some(&random, 2...30)) MUSD, 2027: \(some(&random, 2...30)) MUSD }, pays: { \(rule) } }"
      )
    }
    text = lines.joined(separator: "\n") + "\n"
  }
}
