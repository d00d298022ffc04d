import Allocation
import LinearProgramming
import SupplyChain
import Support

/// No-regret facilities: those that every plan builds whose first objective is within a fraction of the best, in every case
/// that is looked at. Plans may have fractions of modules, so what holds for them holds for whole numbers too.
public struct NoRegret: Sendable, Hashable {
  public var facility: String
  public var stage: String
  /// The least that any such plan of any case awards, t/yr.
  public var least: Double
  /// Smallest and largest capacity over the best plans of the cases, t/yr.
  public var smallest: Double
  public var largest: Double

  /// How near the best a plan has to be to count, unless something else is asked for.
  public static let within = 0.02
  /// A facility counts as built from this share of its largest expansion on.
  static let negligible = 1e-6
}

extension AllocationProgram {
  /// Weights of the columns that sum to a facility's awards in t/yr.
  func buildWeights(_ p: Int) -> [Double] {
    columns.map { key in
      key.kind == .build && Int(key.first) == p ? buildUnit[p] * AllocationProgram.tonnesPerUnit : 0
    }
  }
}

extension AllocationProgram {
  /// t/yr, 1 or more: what awards of a facility are measured by.
  fileprivate func largestExpansion(_ p: Int) -> Double {
    max(1, model.facilities[p].expansion?.max ?? 1)
  }
}

extension NearOptimal.Search {
  /// Which of some facilities every near-optimal plan builds, with the least that one awards, t/yr.
  ///
  /// First the plan that builds least of all of them together rules out those that it leaves out, as often as that helps;
  /// each of the others is then minimised by itself.
  ///
  /// - Parameter points: gets every plan that is found.
  func indispensable(
    _ facilities: [Int], _ allocation: AllocationProgram, _ points: inout [[Double]]
  ) throws(StudyEnd) -> [(facility: Int, least: Double)] {
    let left = try kept(facilities, allocation, &points)
    return try leasts(left, allocation, &points).filter {
      $0.least > NoRegret.negligible * allocation.largestExpansion($0.facility)
    }
  }

  /// Those of some facilities that no near-optimal plan was found to leave out, by plans that build least of all that are
  /// left together.
  func kept(
    _ facilities: [Int], _ allocation: AllocationProgram, _ points: inout [[Double]]
  ) throws(StudyEnd) -> [Int] {
    func built(_ p: Int, _ point: [Double]) -> Double {
      var sum = CompensatedSum()
      for (key, x) in zip(allocation.columns, point)
      where key.kind == .build && Int(key.first) == p {
        sum.add(allocation.buildUnit[p] * AllocationProgram.tonnesPerUnit * x)
      }
      return sum.value
    }
    func keep(_ p: Int, _ point: [Double]) -> Bool {
      built(p, point) > NoRegret.negligible * allocation.largestExpansion(p)
    }
    var left = facilities.filter { p in points.allSatisfy { keep(p, $0) } }
    while !left.isEmpty {
      let chosen = Set(left)
      let weights = allocation.columns.map { key -> Double in
        let p = Int(key.first)
        guard key.kind == .build, chosen.contains(p) else { return 0 }
        return allocation.buildUnit[p] * AllocationProgram.tonnesPerUnit
          / allocation.largestExpansion(p)
      }
      let point = try least(weights).point
      points.append(point)
      let rest = left.filter { keep($0, point) }
      if rest.count == left.count { break }
      left = rest
    }
    return left
  }

  /// The least of each facility's awards by itself, t/yr; in two searches at the same time, each from where this one
  /// stands.
  private func leasts(
    _ facilities: [Int], _ allocation: AllocationProgram, _ points: inout [[Double]]
  ) throws(StudyEnd) -> [(facility: Int, least: Double)] {
    if facilities.count < 4 {
      var found: [(facility: Int, least: Double)] = []
      for p in facilities {
        let answer = try least(allocation.buildWeights(p))
        points.append(answer.point)
        found.append((p, answer.value))
      }
      return found
    }
    typealias Part = Swift.Result<[(facility: Int, least: Double, point: [Double])], StudyEnd>
    let near = standing
    let half = (facilities.count + 1) / 2
    let parts = concurrentMap(2) { index -> Part in
      let mine = index == 0 ? facilities.prefix(half) : facilities.dropFirst(half)
      do throws(StudyEnd) {
        return .success(
          try near.search { search throws(StudyEnd) in
            var found: [(facility: Int, least: Double, point: [Double])] = []
            for p in mine {
              let answer = try search.least(allocation.buildWeights(p))
              found.append((p, answer.value, answer.point))
            }
            return found
          })
      } catch {
        return .failure(error)
      }
    }
    var found: [(facility: Int, least: Double)] = []
    for part in parts {
      for row in try part.get() {
        points.append(row.point)
        found.append((row.facility, row.least))
      }
    }
    return found
  }
}

/// One case that no-regret facilities are looked for in.
struct NoRegretCase: Sendable {
  var model: Model
  /// The best value of the first objective, and facilities that its best plan builds, t/yr by id.
  var value: Double
  var built: [String: Double]
  /// Where its first objective ended.
  var basis: Basis?
}

extension NoRegret {
  /// The facilities that are no regret in all cases, in the model's order; nil where it was interrupted or not verified.
  static func find(_ cases: [NoRegretCase], _ settings: RunSettings) -> [NoRegret]? {
    guard let first = cases.first else { return [] }
    let candidates = first.model.facilities.filter { facility in
      facility.expansion != nil && cases.allSatisfy { ($0.built[facility.id] ?? 0) > 0 }
    }
    if candidates.isEmpty { return [] }
    let ids = candidates.map(\.id)
    let least = concurrentMap(cases.count) { cases[$0].indispensable(ids, settings) }
    if least.contains(where: { $0 == nil }) { return nil }
    return candidates.compactMap { facility in
      let amounts = least.compactMap { $0?[facility.id] }
      guard amounts.count == cases.count, let lowest = amounts.min() else { return nil }
      let planned = cases.compactMap { $0.built[facility.id] }
      return NoRegret(
        facility: facility.id, stage: facility.stage, least: lowest,
        smallest: planned.min() ?? 0, largest: planned.max() ?? 0)
    }
  }
}

extension NoRegretCase {
  /// By id the least that a near-best plan awards, of those that all of them build; nil where that was not settled.
  fileprivate func indispensable(_ ids: [String], _ settings: RunSettings) -> [String: Double]? {
    var first = model
    first.objectives = Array(model.objectives.prefix(1))
    let allocation = AllocationProgram(first, relaxed: true)
    do throws(StudyEnd) {
      var quiet = settings
      quiet.progress = nil
      let near = try NearOptimal(
        allocation, held: [(allocation.objectives[0], value)], within: NoRegret.within,
        basis: basis, quiet)
      let places = first.facilities.indices.filter { ids.contains(first.facilities[$0].id) }
      let found = try near.search { search throws(StudyEnd) in
        var points: [[Double]] = []
        return try search.indispensable(places, allocation, &points)
      }
      return Dictionary(
        found.map { (first.facilities[$0.facility].id, $0.least) },
        uniquingKeysWith: { first, _ in first })
    } catch {
      return nil
    }
  }
}
