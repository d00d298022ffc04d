import Allocation
import LinearProgramming
import SupplyChain
import Support

/// What the certificate of a plan against an adversary proves, found without a solver and without rounding.
public struct AnswerCertificateCheck: Sendable {
  /// One answer.
  public struct Answer: Sendable {
    public var name: String
    public var cost: Double
    /// The first objective at the plan given for it, rounded up: no less need be lost under this answer.
    public var value: Double
    /// The plan's largest violation of a rule, relative to its size.
    public var violation: Double
    /// Why its plan proves nothing; nil where it does.
    public var fault: String?
  }

  public enum Verdict: Sendable, Equatable {
    /// Every answer does no worse than is stated, and no plan does better.
    case optimal
    /// Every answer does no worse than is stated; how much better a plan could be is known.
    case withinGap
    case notProven(String)
  }

  public private(set) var verdict: Verdict
  /// Every allowed answer, in their order.
  public private(set) var answers: [Answer] = []
  /// The largest value less cost, rounded up.
  public private(set) var worst = -Double.infinity
  /// No plan comes below this; nil where the multipliers prove nothing.
  public private(set) var bound: Double?
  /// Whether the programs have the numbers that the certificate was made for.
  public private(set) var isSameProgram = false

  /// A gap in the first objective up to which no better plan counts as none.
  public static let gap = 1e-6

  public var isProven: Bool { if case .notProven = verdict { false } else { true } }

  /// - Parameter list: the answers that the model allows, under the certificate's question.
  public init(_ certificate: AnswerCertificate, _ list: OutcomeList) {
    verdict = .notProven("the certificate is for another model or another question")
    let isRelaxed = certificate.question.isRelaxed
    let outcomes = list.outcomes
    guard outcomes.map(\.name) == certificate.answers.map(\.name),
      outcomes.map(\.cost) == certificate.answers.map(\.cost)
    else { return }
    let programs = concurrentMap(outcomes.count) {
      AllocationProgram(outcomes[$0].model, relaxed: isRelaxed)
    }
    isSameProgram = AnswerCertificate.fingerprint(programs) == certificate.fingerprint
    guard let firstStage = try? FirstStage(programs, reveal: list.uncertainty.reveal) else {
      return
    }
    let points = certificate.answers.map { answer in
      answer.point ?? answer.like.flatMap { place in
        certificate.answers.indices.contains(place) ? certificate.answers[place].point : nil
      } ?? []
    }
    guard let first = points.first, first.count == programs[0].columns.count else { return }
    let decisions = firstStage.values(programs[0], point: first)
    answers = concurrentMap(outcomes.count) { index in
      Self.check(
        outcomes[index], programs[index], points[index], firstStage, decisions, isRelaxed: isRelaxed
      )
    }
    worst = answers.map { ($0.value - $0.cost).nextUp }.max() ?? .infinity
    bound = Self.bound(certificate, programs, outcomes.map(\.cost), firstStage)
    judge(certificate)
  }

  private static func check(
    _ outcome: UncertainOutcome, _ allocation: AllocationProgram, _ point: [Double],
    _ firstStage: FirstStage, _ decisions: [Double], isRelaxed: Bool
  ) -> Answer {
    var result = Answer(
      name: outcome.name, cost: outcome.cost, value: .infinity, violation: .infinity, fault: nil)
    var program = allocation.program
    let vector = allocation.objectives[0]
    program.setCosts(vector.coefficients)
    program.objectiveOffset = vector.offset
    guard let measured = program.exactPoint(point) else {
      result.fault = "its plan does not fit the program"
      return result
    }
    result.value = measured.objectiveAbove
    result.violation = max(measured.rowViolation, measured.boundViolation)
    let own = firstStage.values(allocation, point: point)
    if measured.boundViolation > 0 || measured.rowViolation > PlanProof.tolerance {
      result.fault =
        "its plan breaks \(measured.worstRow.map(program.name(ofRow:)) ?? "a bound") by "
        + "\(result.violation) of its size"
    } else if measured.fractionalCount > 0 {
      result.fault = "\(measured.fractionalCount) whole-number choices are not whole"
    } else if zip(own, decisions).contains(where: { abs($0 - $1) > 1e-9 * max(1, abs($1)) }) {
      result.fault = "its plan has other decisions before the reveal"
    }
    return result
  }

  /// What the multipliers of the master program prove; those of one answer alone, less what it costs.
  private static func bound(
    _ certificate: AnswerCertificate, _ programs: [AllocationProgram], _ costs: [Double],
    _ firstStage: FirstStage
  ) -> Double? {
    let members = certificate.members
    guard let only = members.first, members.allSatisfy(programs.indices.contains),
      members.count == 1 || only == 0, Set(members).count == members.count
    else { return nil }
    let master = AnswerMaster(programs, costs: costs, firstStage: firstStage, members: members)
    let program = master.program
    guard certificate.multipliers.count == program.rowCount else { return nil }
    let bound = program.exactDualBound(duals: certificate.multipliers)
    return members.count > 1 || only == 0 ? bound : bound.map { ($0 - costs[only]).nextDown }
  }

  private mutating func judge(_ certificate: AnswerCertificate) {
    if let faulty = answers.first(where: { $0.fault != nil }) {
      verdict = .notProven("\(faulty.name): \(faulty.fault ?? "")")
      return
    }
    guard worst <= certificate.worst + 1e-9 else {
      verdict = .notProven("an answer does worse than is stated")
      return
    }
    guard let bound else {
      verdict = .notProven("the multipliers do not fit the program of the worst answers")
      return
    }
    let tolerance = max(3e-6 * max(abs(worst), abs(bound)), Self.gap)
    verdict = worst - bound <= tolerance ? .optimal : .withinGap
  }
}
