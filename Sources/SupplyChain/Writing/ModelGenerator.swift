/// Writes national programmes of standard sizes: made up, but shaped like real ones, so that the time to read,
/// build and solve them says something.
///
/// The same size and seed always give the same text. A chain of mines, separation, metal works, magnet plants
/// and recycling in six countries is paid by eight funds with their own rules; money, permits and ore are scarce.
public struct ModelGenerator: Sendable {
  public var facilities = 40
  public var step = Horizon.Step.year
  public var years = 15
  public var seed: UInt64 = 1
  /// Whether magnet plants and refineries are built in whole modules.
  public var hasModules = false
  /// Monte Carlo outcomes in the uncertainty section; 0 for none.
  public var outcomes = 0

  public init() {}

  /// Reads `facilities=160,step=quarter,seed=3,years=15,modules=yes,outcomes=200`.
  /// - Returns: what is wrong in words, or the generator.
  public static func parse(_ text: String) -> Result<ModelGenerator, GeneratorProblem> {
    var result = ModelGenerator()
    for part in text.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else { return .failure(.init(words: "`\(part)` is not key=value")) }
      func number(_ range: ClosedRange<Int>) -> Int? {
        Int(pair[1]).flatMap { range.contains($0) ? $0 : nil }
      }
      var isFine = true
      switch pair[0] {
      case "facilities":
        if let value = number(4...5000) { result.facilities = value } else { isFine = false }
      case "years":
        if let value = number(2...60) { result.years = value } else { isFine = false }
      case "seed":
        if let value = number(0...Int.max) { result.seed = UInt64(value) } else { isFine = false }
      case "outcomes":
        if let value = number(0...100_000) { result.outcomes = value } else { isFine = false }
      case "step":
        if let value = Horizon.Step(rawValue: pair[1]) {
          result.step = value
        } else {
          isFine = false
        }
      case "modules":
        guard pair[1] == "yes" || pair[1] == "no" else { return .failure(.value(pair)) }
        result.hasModules = pair[1] == "yes"
      default:
        return .failure(
          .init(
            words: "`\(pair[0])` is not one of facilities, step, years, seed, modules, outcomes"))
      }
      if !isFine { return .failure(.value(pair)) }
    }
    return .success(result)
  }

  /// Such as `160 facilities, quarter, seed 3`.
  public var name: String {
    "\(facilities) facilities, \(step.rawValue), seed \(seed)" + (hasModules ? ", modules" : "")
      + (outcomes > 0 ? ", \(outcomes) outcomes" : "")
  }

  /// The model file.
  public var text: String {
    var random = SplitMix64(seed: seed)
    var out = head
    out += "facilities:\n"
    let scale = Double(facilities) / 40
    for index in 0..<facilities { out += facility(index, &random) }
    out += tail(scale)
    return out
  }

  private var head: String {
    """
    lodestone: 1
    name: Generated programme, \(name)
    horizon: { start: 2026, end: \(2025 + years), step: \(step.rawValue) }
    money: { currency: USD, discount: 5% }
    provenance:
      classes: { domestic: 0, allied: 0.25, foreign: 1 }
      countries: { US: domestic, AU: allied, CA: allied, EE: allied, JP: allied, CN: foreign }
    commodities:
      light_concentrate: { stage: mine, price: { 2026: 8 USD/kg, 2035: 10 USD/kg } }
      heavy_concentrate: { stage: mine, price: { 2026: 18 USD/kg, 2035: 24 USD/kg } }
      ndpr_oxide: { stage: separation, price: { 2026: 75 USD/kg, 2030: 95 USD/kg } }
      dy_oxide: { stage: separation, price: { 2026: 280 USD/kg, 2030: 360 USD/kg } }
      ndpr_metal: { stage: metal, price: { 2026: 95 USD/kg, 2030: 120 USD/kg } }
      dy_metal: { stage: metal, price: 420 USD/kg }
      magnet: { stage: magnet, price: { 2026: 70 USD/kg, 2030: 85 USD/kg } }
      hot_magnet: { stage: magnet, price: { 2026: 95 USD/kg, 2030: 120 USD/kg } }
      scrap: { stage: recycling, price: 15 USD/kg }

    """
  }

  private func facility(_ index: Int, _ random: inout SplitMix64) -> String {
    let kind = PlantKind.cycle[index % PlantKind.cycle.count]
    let country = ["US", "US", "US", "AU", "CA", "EE", "JP"][random.whole(0...6)]
    let size = random.real(0.4, 2.2)
    let max = (kind.typicalSize * size / 10).rounded() * 10
    let isThere = random.real(0, 1) < 0.2
    var lines = [
      "  \(kind.rawValue)_\(index):", "    stage: \(kind.stage)", "    country: \(country)",
    ]
    if random.real(0, 1) < 0.3 { lines.append("    tags: [federal_land]") }
    lines.append("    recipe: { \(kind.recipe(&random)) }")
    if isThere { lines.append("    existing: \(Int(max * random.real(0.2, 0.8))) t/yr") }
    lines.append("    availability: \(random.whole(82...96))%")
    lines.append("    opex: \(decimal(kind.opex * random.real(0.75, 1.2))) USD/kg")
    let capex = kind.capex * random.real(0.7, 1.4)
    lines.append("    expansion:")
    lines.append("      max: \(Int(max)) t/yr")
    if hasModules, kind.hasModules, index % 3 == 0 {
      let module = Swift.max(10, (max / 40).rounded() * 10)
      lines.append("      module: \(Int(module)) t/yr")
    }
    let (now, later) = (decimal(capex), decimal(capex * 0.9))
    lines.append("      capex: { 2026: \(now) kUSD/(t/yr), 2036: \(later) kUSD/(t/yr) }")
    let permit = random.whole(kind.permit)
    lines.append("      permit: \(permit * 6) months")
    lines.append("      construction: \(random.whole(kind.construction) * 6) months")
    if permit > 2, random.real(0, 1) < 0.4 {
      lines.append(
        "      fast_track: { permit: \(permit * 3) months, capex: +\(random.whole(4...12))% }")
    }
    lines.append("      ramp: [\(random.whole(30...50))%, \(random.whole(60...85))%, 100%]")
    if random.real(0, 1) < 0.6 { lines.append("      spending: [60%, 40%]") }
    if random.real(0, 1) < 0.5 {
      lines.append(
        "      private: { max_share: \(random.whole(30...60))%, hurdle: \(random.whole(9...15))% }")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func tail(_ scale: Double) -> String {
    func amount(_ value: Double) -> String { "\(Int((value * scale).rounded()))" }
    let last = 2025 + years
    func yearly(_ value: Double, from: Int, until: Int) -> String {
      (from...Swift.max(from, Swift.min(until, last)))
        .map { "\($0): \(amount(value)) MUSD" }.joined(separator: ", ")
    }
    return """
      imports:
        cn_concentrate: { commodity: light_concentrate, country: CN, limit: \(amount(2000)) t/yr }
        au_concentrate: { commodity: light_concentrate, country: AU, limit: \(amount(3000)) t/yr }
        cn_ndpr: { commodity: ndpr_oxide, country: CN, limit: { 2026: \(amount(6000)) t/yr, 2035: \(amount(4000)) t/yr } }
        cn_dy: { commodity: dy_oxide, country: CN, limit: \(amount(200)) t/yr }
        cn_metal: { commodity: ndpr_metal, country: CN, limit: \(amount(5000)) t/yr }
        cn_dy_metal: { commodity: dy_metal, country: CN, limit: \(amount(180)) t/yr }
        cn_magnets: { commodity: magnet, country: CN, price: 60 USD/kg }
        cn_hot_magnets: { commodity: hot_magnet, country: CN }
        jp_magnets: { commodity: hot_magnet, country: JP, limit: \(amount(500)) t/yr }
      demand:
        defence: { commodity: hot_magnet, quantity: { 2026: \(amount(300)) t/yr, \(last): \(amount(600)) t/yr }, weight: 3, require: { classes: [domestic, allied], from: 2029 } }
        vehicles: { commodity: hot_magnet, quantity: { 2026: \(amount(3000)) t/yr, \(last): \(amount(9000)) t/yr } }
        wind: { commodity: magnet, quantity: { 2026: \(amount(1500)) t/yr, \(last): \(amount(3500)) t/yr } }
        other: { commodity: magnet, quantity: { 2026: \(amount(4000)) t/yr, \(last): \(amount(6000)) t/yr } }
      stockpiles:
        ndpr_reserve: { commodity: ndpr_oxide, opening: { foreign: \(amount(50)) t }, max: \(amount(900)) t }
        dy_reserve: { commodity: dy_oxide, opening: { foreign: \(amount(5)) t }, max: \(amount(120)) t, loss: 1% }
      returns:
        end_of_life: { commodity: scrap, country: US, from: [wind, other], after: 8 years, fraction: 8%, base: \(amount(150)) t/yr }
      funds:
        defence_grants: { instruments: [grant], appropriations: { \(yearly(40, from: 2026, until: 2034)) }, eligible: { country: [US, CA] }, max_share: 75%, max_per_facility: \(amount(120)) MUSD }
        industrial_base: { instruments: [grant, price_support], appropriations: { \(yearly(60, from: 2026, until: 2029)) }, keep: 50%, eligible: { country: [US] } }
        strategic_loans: { instruments: [loan], appropriations: { \(yearly(70, from: 2026, until: 2031)) }, eligible: { country: [US] }, max_share: 60%, loan: { rate: 5%, tenor: 8 years, grace: 2 years, revolving: true } }
        allied_loans: { instruments: [loan], appropriations: { \(yearly(50, from: 2026, until: 2032)) }, eligible: { country: [AU, CA, EE, JP] }, max_share: 50%, loan: { rate: 4%, tenor: 10 years, grace: 1 year } }
        refining: { instruments: [grant], appropriations: { \(yearly(30, from: 2027, until: 2033)) }, eligible: { stage: [separation, metal] }, max_share: 50% }
        price_floor: { instruments: [price_support], appropriations: { \(yearly(35, from: 2027, until: last)) }, keep: 0% }
        stockpile_money: { instruments: [stockpile], appropriations: { \(yearly(25, from: 2026, until: 2030)) } }
        recycling_grants: { instruments: [grant], appropriations: { \(yearly(10, from: 2026, until: 2030)) }, eligible: { stage: [recycling] } }
      limits:
        - { name: at least a quarter of all awards to refining, measure: award, where: { stage: [separation, metal] }, per: horizon, at_least: 25%, of: {} }
        - { name: mines on federal land, measure: award, where: { tags: [federal_land], stage: [mine] }, per: year, at_most: \(amount(60)) MUSD }
      scenarios:
        export_ban: { changes: [{ set: imports.cn_*.limit, to: 0 t/yr, from: 2029 }] }
        price_dumping: { changes: [{ scale: commodities.*.price, by: 0.5, from: 2028, until: 2031 }] }
        fast_permits: { changes: [{ scale: facilities.*.expansion.permit, by: 0.5 }] }

      """ + uncertainty
  }

  private var uncertainty: String {
    guard outcomes > 0 else { return "" }
    return """
      uncertainty:
        reveal: 2029
        outcomes: { base: 50%, price_dumping: 30%, export_ban: 20% }
        sample:
          count: \(outcomes)
          seed: \(seed)
          vary:
            - { path: demand.*.quantity, normal: { mean: 1, sd: 0.1 } }
            - { path: commodities.*.price, lognormal: { median: 1, gsd: 1.2 } }
            - { path: facilities.*.expansion.capex, triangular: { low: 0.8, mode: 1, high: 1.4 } }

      """
  }
}

/// What is wrong with a generator's description.
public struct GeneratorProblem: Error, Sendable {
  public var words: String
  static func value(_ pair: [String]) -> GeneratorProblem {
    let expected =
      switch pair[0] {
      case "facilities": "a whole number from 4 to 5000"
      case "years": "a whole number from 2 to 60"
      case "seed": "a whole number from 0"
      case "outcomes": "a whole number from 0 to 100000"
      case "step": "year, half, quarter or month"
      default: "yes or no"
      }
    return GeneratorProblem(words: "\(pair[0]) is `\(pair[1])`, expected \(expected)")
  }
}

private enum PlantKind: String {
  case mine, clay, separation
  case heavySeparation = "heavy"
  case metal
  case dyMetal = "dy_metal"
  case magnets
  case
    hotMagnets = "hot_magnets"
  case recycling

  static let cycle: [PlantKind] = [
    .mine, .separation, .hotMagnets, .metal, .clay, .heavySeparation, .magnets, .mine, .separation,
    .hotMagnets, .metal, .recycling, .mine, .separation, .dyMetal, .magnets,
  ]

  var stage: String {
    switch self {
    case .mine, .clay: "mine"
    case .separation, .heavySeparation: "separation"
    case .metal, .dyMetal: "metal"
    case .magnets, .hotMagnets: "magnet"
    case .recycling: "recycling"
    }
  }

  func recipe(_ random: inout SplitMix64) -> String {
    func about(_ value: Double) -> String {
      "\((value * random.real(0.85, 1.15) * 1e4).rounded() / 1e4)"
    }
    return switch self {
    case .mine: "out: { light_concentrate: 1 }"
    case .clay: "out: { heavy_concentrate: 1 }"
    case .separation:
      "in: { light_concentrate: 1 }, out: { ndpr_oxide: \(about(0.18)), dy_oxide: \(about(0.002)) }"
    case .heavySeparation:
      "in: { heavy_concentrate: 1 }, out: { ndpr_oxide: \(about(0.22)), dy_oxide: \(about(0.025)) }"
    case .metal: "in: { ndpr_oxide: \(about(1.2)) }, out: { ndpr_metal: 1 }"
    case .dyMetal: "in: { dy_oxide: \(about(1.18)) }, out: { dy_metal: 1 }"
    case .magnets: "in: { ndpr_metal: \(about(0.33)) }, out: { magnet: 1, scrap: 0.08 }"
    case .hotMagnets:
      "in: { ndpr_metal: \(about(0.3)), dy_metal: \(about(0.03)) }, out: { hot_magnet: 1, scrap: 0.08 }"
    case .recycling:
      "in: { scrap: 1 }, out: { ndpr_oxide: \(about(0.27)), dy_oxide: \(about(0.012)) }"
    }
  }

  var hasModules: Bool { self == .magnets || self == .hotMagnets || self == .separation }

  /// t/yr of activity.
  var typicalSize: Double {
    switch self {
    case .mine: 9000
    case .clay: 2500
    case .separation: 7000
    case .heavySeparation: 2500
    case .metal: 1500
    case .dyMetal: 120
    case .magnets, .hotMagnets: 3000
    case .recycling: 400
    }
  }

  /// kUSD per t/yr.
  var capex: Double {
    switch self {
    case .mine: 18
    case .clay: 30
    case .separation: 22
    case .heavySeparation: 38
    case .metal: 35
    case .dyMetal: 120
    case .magnets: 75
    case .hotMagnets: 95
    case .recycling: 60
    }
  }

  /// USD/kg.
  var opex: Double {
    switch self {
    case .mine: 5
    case .clay: 12
    case .separation: 6
    case .heavySeparation: 9
    case .metal: 9
    case .dyMetal: 40
    case .magnets: 28
    case .hotMagnets: 38
    case .recycling: 14
    }
  }

  /// In half years.
  var permit: ClosedRange<Int> {
    switch self {
    case .mine, .clay: 4...12
    case .separation, .heavySeparation: 1...5
    default: 0...2
    }
  }

  var construction: ClosedRange<Int> {
    switch self {
    case .mine, .clay: 3...6
    case .separation, .heavySeparation: 2...5
    default: 2...4
    }
  }
}

/// Sebastiano Vigna's splitmix64: the same numbers on every machine.
struct SplitMix64 {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func real(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * Double(next() >> 11) * 0x1p-53
  }

  mutating func whole(_ range: ClosedRange<Int>) -> Int {
    let span = UInt64(range.upperBound - range.lowerBound + 1)
    return range.lowerBound + Int(next() % span)
  }
}

/// One decimal.
private func decimal(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
