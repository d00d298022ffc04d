/// The small model of the tests, as text: home plants that make magnets out of nothing, against foreign magnets.
///
///     let text = MagnetModel(plants: [.init("works", expansion: "max: 1 kt/yr, capex: 50 kUSD/(t/yr)")]).text
///
/// As it stands there is one plant, of up to 2 kt/yr at 100 kUSD per t/yr, for a demand of 1 kt/yr in two years. The
/// 50 MUSD of the first year buy 500 t/yr, which work at once: half of the demand stays foreign.
public struct MagnetModel: Sendable {
  /// One facility; its texts are those of the file's keys.
  public struct Plant: Sendable {
    public var id: String
    public var stage: String
    /// Further keys, a line each.
    public var keys: [String]
    public var expansion: String

    public init(
      _ id: String = "plant", stage: String = "magnet", keys: [String] = [],
      expansion: String = "max: 2 kt/yr, capex: 100 kUSD/(t/yr)"
    ) {
      self.id = id
      self.stage = stage
      self.keys = keys
      self.expansion = expansion
    }
  }

  public var name: String
  public var horizon: ClosedRange<Int>
  public var step: String
  public var discount: String
  /// Classes between the domestic and the foreign one, and their countries.
  public var allied: (classes: String, countries: String)?
  public var price: String
  public var plants: [Plant]
  /// What foreign magnets are limited to; nil is no limit.
  public var importLimit: String?
  public var funds: [String]
  /// Further sections.
  public var more: String

  public init(
    name: String = "one plant", horizon: ClosedRange<Int> = 2026...2027, step: String = "year",
    discount: String = "10%", allied: (classes: String, countries: String)? = nil,
    price: String = "50 USD/kg", plants: [Plant] = [Plant()], importLimit: String? = "5 kt/yr",
    funds: [String] = [MagnetModel.grants()], more: String = ""
  ) {
    self.name = name
    self.horizon = horizon
    self.step = step
    self.discount = discount
    self.allied = allied
    self.price = price
    self.plants = plants
    self.importLimit = importLimit
    self.funds = funds
    self.more = more
  }

  /// A fund with money in the first year.
  public static func grants(_ amount: String = "50 MUSD", instruments: String = "grant") -> String {
    "grants: { instruments: [\(instruments)], appropriations: { 2026: \(amount) } }"
  }

  public var text: String {
    var lines = [
      "lodestone: 1", "name: \(name)",
      "horizon: { start: \(horizon.lowerBound), end: \(horizon.upperBound), step: \(step) }",
      "money: { currency: USD, discount: \(discount) }",
      "provenance:",
      "  classes: { domestic: 0, \(allied.map { $0.classes + ", " } ?? "")foreign: 1 }",
      "  countries: { US: domestic, \(allied.map { $0.countries + ", " } ?? "")CN: foreign }",
      "commodities:", "  magnet: { stage: magnet, price: \(price) }",
      "facilities:",
    ]
    for plant in plants {
      lines += [
        "  \(plant.id):", "    stage: \(plant.stage)", "    country: US",
        "    recipe: { out: { magnet: 1 } }",
      ]
      lines += plant.keys.map { "    " + $0 }
      lines.append("    expansion: { \(plant.expansion) }")
    }
    let limit = importLimit.map { ", limit: \($0)" } ?? ""
    lines += ["imports:", "  cn: { commodity: magnet, country: CN\(limit) }"]
    lines += ["demand:", "  all: { commodity: magnet, quantity: 1 kt/yr }"]
    if !funds.isEmpty { lines += ["funds:"] + funds.map { "  " + $0 } }
    if !more.isEmpty { lines.append(more) }
    return lines.joined(separator: "\n")
  }
}
