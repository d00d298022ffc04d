import Allocation
import Foundation
import LinearProgramming
import SupplyChain

/// What is needed to check a plan against an adversary again from the model alone, without a solver: for every allowed
/// answer a plan that shares the decisions before the reveal, and the multipliers that prove how good any plan can be.
/// `AnswerCertificateCheck` does the checking.
///
/// Nothing in it has to be believed: a plan that breaks a rule is found out, and wrong multipliers prove less, never
/// something false.
public struct AnswerCertificate: Codable, Sendable, Equatable {
  /// One allowed answer.
  public struct Answer: Codable, Sendable, Equatable {
    public var name: String
    /// The first objective under it, and what the answer costs them.
    public var value: Double
    public var cost: Double
    /// One value a column of the answer's program; nil where the plan of another answer serves.
    public var point: [Double]?
    /// Place of that answer in the list.
    public var like: Int?
  }

  public var certificate: Int
  /// Always `adversary`.
  public var kind: String
  public var model: String
  public var question: PlanCertificate.Question
  /// Of all answers' programs together: tells whether the model has been changed since.
  public var fingerprint: String
  public var status: String
  /// What the plan is said to come to: the worst answer's value less its cost.
  public var worst: Double
  /// Every allowed answer, the empty one first.
  public var answers: [Answer]
  /// Answers of the master program, and the multipliers of its rows.
  public var members: [Int]
  public var multipliers: [Double]

  static let kind = "adversary"
  static let formatVersion = 1

  /// - Returns: nil where the plan was not made answer by answer, or there is none.
  public init?(_ plan: UncertainPlan, question: PlanCertificate.Question) {
    guard let proof = plan.proof, plan.outcomes.allSatisfy({ $0.answer != nil }),
      let worst = plan.rankedAnswers.first
    else { return nil }
    certificate = Self.formatVersion
    kind = Self.kind
    model = plan.outcomes[0].model.name
    self.question = question
    fingerprint = Self.fingerprint(plan.outcomes.compactMap { $0.answer?.program })
    status = plan.solution.status.rawValue
    self.worst =
      (plan.outcomes[worst].objectives.first?.value ?? 0) - plan.outcomes[worst].cost
    var places: [[Double]: Int] = [:]
    answers = plan.outcomes.enumerated().map { index, outcome in
      let point = outcome.answer?.point ?? []
      let known = places[point]
      if known == nil { places[point] = index }
      return Answer(
        name: outcome.name, value: outcome.objectives.first?.value ?? 0, cost: outcome.cost,
        point: known == nil ? point : nil, like: known)
    }
    members = proof.members
    multipliers = proof.multipliers.map { $0.isFinite ? $0 : 0 }
  }

  static func fingerprint(_ programs: [AllocationProgram]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for program in programs {
      for byte in program.program.fingerprint.utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      }
    }
    return String(hash, radix: 16)
  }

  // MARK: As a file

  /// Whether bytes are such a certificate, rather than one of a plan for one future.
  public static func isOne(_ bytes: [UInt8]) -> Bool {
    struct Kind: Decodable { var kind: String? }
    return (try? JSONDecoder().decode(Kind.self, from: Data(bytes)))?.kind == kind
  }

  /// - Throws: what is wrong, in words.
  public init(bytes: [UInt8]) throws(CertificateError) {
    do {
      self = try JSONDecoder().decode(AnswerCertificate.self, from: Data(bytes))
    } catch {
      throw CertificateError(description: "the certificate is damaged")
    }
    guard certificate == Self.formatVersion else {
      throw CertificateError(
        description:
          "the certificate has format \(certificate), this program reads \(Self.formatVersion)")
    }
  }

  /// The file, the same bytes on every run.
  public var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return ((try? encoder.encode(self)).map { [UInt8]($0) } ?? []) + [UInt8(ascii: "\n")]
  }
}
