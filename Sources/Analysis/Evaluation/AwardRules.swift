import Allocation
import SupplyChain

/// A rule that awards break, and by how much.
public struct BrokenRule: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// A row of the program; the amount is in the row's unit: millions, kt, or a share.
    case row(RowKey)
    /// A programme pays a facility that its filters do not admit.
    case notEligible(fund: Int, facility: Int)
    /// Capacity is awarded before the facility's first year, by so many years.
    case early(facility: Int)
    /// More capacity is awarded than the largest expansion, by so many t/yr.
    case tooMuch(facility: Int)
    /// Less is awarded than the smallest award, by so many t/yr.
    case tooLittle(facility: Int)
    /// An award is no whole number of modules: t/yr to the nearest.
    case notWhole(facility: Int)
    /// All awards of the facility should fall in one step.
    case notOnce(facility: Int)
    /// More than one facility of the group is built.
    case notExclusive(facility: Int)
  }
  public var kind: Kind
  public var amount: Double
  /// The awards that it hangs on, as indices of the model's commitments.
  public var awards: [Int]
}

extension Model {
  /// The model with those of its rules about facilities given up that its commitments break, and what these are. Rules
  /// about sums, which the program has as rows, are kept.
  ///
  /// - Parameter relaxed: whether whole numbers do not count.
  func admittingCommitments(relaxed: Bool) -> (model: Model, broken: [BrokenRule]) {
    var rules = AwardRules(self, relaxed: relaxed)
    rules.check()
    return (rules.model, rules.broken)
  }
}

private struct AwardRules {
  var model: Model
  private(set) var broken: [BrokenRule] = []

  private let relaxed: Bool

  init(_ model: Model, relaxed: Bool) {
    self.model = model
    self.relaxed = relaxed
  }

  mutating func check() {
    checkEligibility()
    var builds: [Int: [Int]] = [:]
    for (n, commitment) in model.commitments.enumerated() where commitment.amount > 0 {
      if case .build(let p, _) = commitment.subject { builds[p, default: []].append(n) }
    }
    for p in builds.keys.sorted() { checkBuilds(p, builds[p] ?? []) }
    if !relaxed { checkExclusive(builds) }
  }

  private mutating func checkEligibility() {
    for (n, commitment) in model.commitments.enumerated() where commitment.amount > 0 {
      guard case .award(let f, let p) = commitment.subject,
        !model.funds[f].eligible.admits(model.facilities[p], index: p)
      else { continue }
      let kind = BrokenRule.Kind.notEligible(fund: f, facility: p)
      if let known = broken.firstIndex(where: { $0.kind == kind }) {
        broken[known].amount += commitment.amount
        broken[known].awards.append(n)
      } else {
        broken.append(BrokenRule(kind: kind, amount: commitment.amount, awards: [n]))
      }
    }
  }

  private mutating func checkBuilds(_ p: Int, _ awards: [Int]) {
    guard let expansion = model.facilities[p].expansion else { return }
    let commitments = model.commitments
    func add(_ kind: BrokenRule.Kind, _ amount: Double, _ awards: [Int]) {
      broken.append(BrokenRule(kind: kind, amount: amount, awards: awards))
    }
    let first = expansion.firstAwardStep(model.horizon)
    let early = awards.filter { commitments[$0].steps.lowerBound < first }
    if let earliest = early.map({ commitments[$0].steps.lowerBound }).min() {
      add(.early(facility: p), Double(first - earliest) * model.horizon.stepLength, early)
    }
    let total = awards.reduce(0) { $0 + commitments[$1].amount }
    if total > expansion.max * (1 + 1e-9) {
      add(.tooMuch(facility: p), total - expansion.max, awards)
      model.facilities[p].expansion?.max = total
    }
    if !relaxed { checkWholeNumbers(p, expansion, awards, total) }
  }

  private mutating func checkWholeNumbers(
    _ p: Int, _ expansion: Expansion, _ awards: [Int], _ total: Double
  ) {
    let commitments = model.commitments
    func add(_ kind: BrokenRule.Kind, _ amount: Double, _ awards: [Int]) {
      broken.append(BrokenRule(kind: kind, amount: amount, awards: awards))
    }
    if let module = expansion.module {
      let odd = awards.filter { n in
        let count = commitments[n].amount / module
        return abs(count - count.rounded()) > 1e-6
      }
      let miss = odd.map { n in
        abs(commitments[n].amount - (commitments[n].amount / module).rounded() * module)
      }
      if !odd.isEmpty {
        add(.notWhole(facility: p), miss.reduce(0, +), odd)
        model.facilities[p].expansion?.module = nil
      }
    } else if let least = expansion.min, model.operatesOnly, total < least * (1 - 1e-9) {
      add(.tooLittle(facility: p), least - total, awards)
      model.facilities[p].expansion?.min = nil
    }
    let steps = Set(awards.map { commitments[$0].steps.lowerBound })
    if expansion.isOnce, steps.count > 1 {
      add(.notOnce(facility: p), Double(steps.count - 1), awards)
      model.facilities[p].expansion?.isOnce = false
    }
  }

  private mutating func checkExclusive(_ builds: [Int: [Int]]) {
    var groups: [String: [Int]] = [:]
    for p in builds.keys.sorted() {
      guard let group = model.facilities[p].expansion?.exclusiveGroup else { continue }
      groups[group, default: []].append(p)
    }
    for name in groups.keys.sorted() {
      guard let members = groups[name], members.count > 1 else { continue }
      broken.append(
        BrokenRule(
          kind: .notExclusive(facility: members[0]), amount: Double(members.count - 1),
          awards: members.flatMap { builds[$0] ?? [] }))
      for p in members { model.facilities[p].expansion?.exclusiveGroup = nil }
    }
  }
}
