import Allocation
import SupplyChain

/// The awards of capacity that occur in any plan of a report, each told once: plans at neighbouring budgets build
/// mostly the same.
struct BuildKinds {
  private struct Kind: Hashable {
    var facility: Int
    var option: BuildOption.Kind
    /// Years with fractions: award, permit granted, on line, at full capacity, end of life.
    var times: [Double]
  }
  private var kinds: [Kind] = []
  private var places: [Kind: Int] = [:]

  /// [place in `json`, capacity in t/yr].
  mutating func row(_ build: Plan.Build, _ model: Model) -> JSONValue {
    let kind = Self.kind(build, model)
    let place = places[kind] ?? kinds.count
    if place == kinds.count {
      places[kind] = place
      kinds.append(kind)
    }
    return .array([.integer(place), ReportJSON.short(build.capacity)])
  }

  var json: JSONValue {
    .array(
      kinds.map { kind in
        let names = ["start", "permitted", "online", "full", "end"]
        return .object(
          [("facility", .integer(kind.facility)), ("option", .string(kind.option.rawValue))]
            + zip(names, kind.times).map { ($0, .number($1)) })
      })
  }

  private static func kind(_ build: Plan.Build, _ model: Model) -> Kind {
    let horizon = model.horizon
    func time(_ step: Int) -> Double { Double(horizon.start) + Double(step) * horizon.stepLength }
    let facility = model.facilities[build.facility]
    let option = facility.expansion?.options.first { $0.kind == build.option }
    let (start, online) = (time(build.step), time(build.onlineStep))
    let full = online + Double((facility.expansion?.ramp.count ?? 1) - 1)
    let end = min(Double(horizon.end + 1), facility.life.map { online + $0 } ?? .infinity)
    let permitted = min(online, start + (option?.permit ?? 0))
    return Kind(
      facility: build.facility, option: build.option, times: [start, permitted, online, full, end])
  }
}
