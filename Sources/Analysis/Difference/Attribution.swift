import Allocation
import LinearProgramming
import SupplyChain

/// How much of the difference between the answers of two model files each of their differences explains.
public struct Attribution: Sendable {
  public enum Method: String, Sendable {
    /// The mean over all orders in which the differences can be taken over (Shapley value).
    case shapley
    /// The differences taken over one after the other.
    case ordered
  }
  public struct Share: Sendable {
    public var group: DifferenceGroup
    /// By objective, in its unit; nil where a model on the way has no plan or is wrong.
    public var changes: [Double?]
  }
  public var objectives: [Objective]
  public var method: Method
  /// By objective; nil: no plan.
  public var before: [Double?]
  public var after: [Double?]
  /// Why one of the two models has no plan; nil where it has one.
  public var whyNoneBefore: String?
  public var whyNoneAfter: String?
  public var shares: [Share]
  public var solves: Int

  /// With so many differences or fewer, every order counts.
  public static let mostForShapley = 6

  /// - Parameters:
  ///   - groups: of differences from one document to the other; not empty.
  ///   - objectives: instead of the first document's.
  public static func find(
    _ before: ModelDocument, _ after: ModelDocument, _ groups: [DifferenceGroup],
    settings: RunSettings = RunSettings()
  ) throws(StudyEnd) -> Attribution {
    var study = AttributionStudy(before, after, groups, settings)
    return try study.run()
  }
}

private struct AttributionStudy {
  private let before: ModelDocument
  private let after: ModelDocument
  private let groups: [DifferenceGroup]
  private let settings: RunSettings
  /// Values by what is taken over.
  private var known: [Set<Int>: [Double?]] = [:]
  /// Why there is no plan, by what is taken over.
  private var reasons: [Set<Int>: String] = [:]
  private var objectives: [Objective] { before.base.objectives }

  init(
    _ before: ModelDocument, _ after: ModelDocument, _ groups: [DifferenceGroup],
    _ settings: RunSettings
  ) {
    self.before = before
    self.after = after
    self.groups = groups
    self.settings = settings
  }

  mutating func run() throws(StudyEnd) -> Attribution {
    let all = Set(groups.indices)
    let first = try values([])
    let last = try values(all)
    let isFew = groups.count <= Attribution.mostForShapley
    var shares: [Attribution.Share] = []
    var taken: Set<Int> = []
    for n in groups.indices {
      let changes = try isFew ? mean(n) : step(n, &taken)
      shares.append(.init(group: groups[n], changes: changes))
    }
    return Attribution(
      objectives: objectives, method: isFew ? .shapley : .ordered, before: first, after: last,
      whyNoneBefore: reasons[[]], whyNoneAfter: reasons[all],
      shares: shares, solves: known.count)
  }

  private mutating func step(_ n: Int, _ taken: inout Set<Int>) throws(StudyEnd) -> [Double?] {
    let without = try values(taken)
    taken.insert(n)
    return differences(try values(taken), without)
  }

  private func differences(_ a: [Double?], _ b: [Double?]) -> [Double?] {
    zip(a, b).map { x, y in
      guard let x, let y else { return nil }
      return x - y
    }
  }

  /// The Shapley value of a group.
  private mutating func mean(_ n: Int) throws(StudyEnd) -> [Double?] {
    let others = groups.indices.filter { $0 != n }
    var sums = [Double?](repeating: 0, count: objectives.count)
    for mask in 0..<(1 << others.count) {
      let set = Set(others.indices.filter { mask >> $0 & 1 == 1 }.map { others[$0] })
      let change = differences(try values(set.union([n])), try values(set))
      let weight = 1 / (Double(groups.count) * binomial(others.count, set.count))
      for k in sums.indices {
        if let sum = sums[k], let difference = change[k] {
          sums[k] = sum + weight * difference
        } else {
          sums[k] = nil
        }
      }
    }
    return sums
  }

  private func binomial(_ n: Int, _ k: Int) -> Double {
    (0..<k).reduce(1) { $0 * Double(n - $1) / Double($1 + 1) }
  }

  /// By objective, with some differences taken over.
  private mutating func values(_ taken: Set<Int>) throws(StudyEnd) -> [Double?] {
    if let found = known[taken] { return found }
    settings.report("models between the two", known.count, planned)
    let none = [Double?](repeating: nil, count: objectives.count)
    var model: Model
    do throws(ModelErrors) {
      model =
        taken.isEmpty
        ? before.base
        : try before.model(taking: taken.sorted().map { groups[$0] }, from: after)
    } catch {
      known[taken] = none
      reasons[taken] = error.description
      return none
    }
    model.objectives = objectives
    var options = settings.allocation
    options.wantsPlan = false
    let solution = solve(AllocationProgram(model, relaxed: settings.isRelaxed), options)
    switch solution.status {
    case .optimal, .feasible: break
    case .infeasible, .unbounded:
      known[taken] = none
      reasons[taken] = solution.reason ?? solution.status.rawValue
      return none
    case .interrupted: throw .interrupted
    case .failed: throw .notVerified(solution.reason ?? "")
    }
    let found = objectives.map { objective in
      solution.objectives.first { $0.objective == objective }?.value
    }
    known[taken] = found
    return found
  }

  private var planned: Int {
    groups.count <= Attribution.mostForShapley ? 1 << groups.count : groups.count + 1
  }
}
