import Allocation
import SupplyChain

/// Which demand is still served in the least secure class at the end, without naming a segment where another plan of the
/// same value would name another.
struct StillDependent {
  private let plan: Plan
  private let model: Model

  init(_ plan: Plan, _ model: Model) {
    self.plan = plan
    self.model = model
  }

  private struct Group {
    var segments: [Int]
    /// Shares of what the group needs.
    var foreign: Double
    var unmet: Double
    var isNamed: Bool { foreign >= 0.0005 || unmet >= 0.0005 }
  }

  private var year: Int { model.horizon.end }
  private var last: Int { model.provenance.classes.count - 1 }

  private var groups: [Group] {
    model.interchangeableSegments.compactMap { segments in
      let wanted = segments.reduce(0) { $0 + model.demand[$1].quantity.level(year) }
      guard wanted > 0 else { return nil }
      let rows = plan.served.filter {
        segments.contains($0.segment) && model.horizon.year(ofStep: $0.step) == year
      }
      let foreign = rows.filter { $0.provenanceClass == last }.reduce(0) { $0 + $1.tonnes }
      let unmet = rows.filter { $0.provenanceClass == nil }.reduce(0) { $0 + $1.tonnes }
      return Group(segments: segments, foreign: foreign / wanted, unmet: unmet / wanted)
    }
  }

  var lines: [String] {
    let groups = groups
    let named = groups.filter(\.isNamed)
    guard !named.isEmpty else {
      return ["In \(year) no demand depends on \(className) material."]
    }
    var lines = ["Still dependent in \(year): " + named.map(words).joined(separator: "; ") + "."]
    if named.contains(where: { isTied($0, groups) }) {
      lines.append(
        "Segments of equal weight count alike: plans as good as this one may leave others of them dependent."
      )
    }
    return lines
  }

  private var className: String { printable(model.provenance.classes[last].name) }

  private func words(_ group: Group) -> String {
    let names = group.segments.map { printable(model.demand[$0].id) }
    let shown = names.prefix(3).joined(separator: ", ")
    let more = names.count > 3 ? " and \(names.count - 3) more" : ""
    var shares: [String] = []
    if group.foreign >= 0.0005 {
      shares.append("\(Figure.percent(group.foreign, decimals: 0)) \(className)")
    }
    if group.unmet >= 0.0005 {
      shares.append("\(Figure.percent(group.unmet, decimals: 0)) not served")
    }
    return "\(shown)\(more)\(names.count > 1 ? " together" : "") "
      + shares.joined(separator: " and ")
  }

  /// Whether another group of the same weight is less dependent.
  private func isTied(_ group: Group, _ groups: [Group]) -> Bool {
    groups.contains { other in
      model.demand[other.segments[0]].weight == model.demand[group.segments[0]].weight
        && (group.foreign - other.foreign >= 0.0005 || group.unmet - other.unmet >= 0.0005)
    }
  }
}

extension Plan {
  /// Sentences on facilities that differ in nothing but their names, where the plan builds one more than another.
  func ties(_ model: Model) -> [String] {
    let built: [Int: Double] = builds.reduce(into: [:]) {
      $0[$1.facility, default: 0] += $1.capacity
    }
    return model.interchangeableFacilities.compactMap { group in
      let amounts = group.map { built[$0] ?? 0 }
      guard let most = amounts.max(), let least = amounts.min(), most - least >= 0.5 else {
        return nil
      }
      let names = group.prefix(4).map { printable(model.facilities[$0].name) }
      let more = group.count > 4 ? " and \(group.count - 4) more" : ""
      return
        "\(names.joined(separator: ", "))\(more) are alike: with any two of them exchanged the plan is as good."
    }
  }
}
