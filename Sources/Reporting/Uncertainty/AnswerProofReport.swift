import Analysis
import SupplyChain

/// The proof of a plan against an adversary as people and other programs read it.
public struct AnswerProofReport: Sendable {
  private let proof: AnswerCertificateCheck
  /// Answers that the text lists.
  private static let most = 10

  public init(_ proof: AnswerCertificateCheck) { self.proof = proof }

  public var text: String {
    var lines = ["Proof in exact arithmetic: " + words]
    if !proof.isSameProgram {
      lines.append("  The model has changed since; this is about the model as it is now.")
    }
    let proven = proof.answers.filter { $0.fault == nil }
    let largest = proven.map(\.violation).max() ?? 0
    lines.append(
      "  \(proven.count) of \(proof.answers.count) answers each have a plan that keeps every rule within "
        + "\(Figure.tiny(largest)) of its size")
    let order = proven.indices.sorted {
      (proven[$1].value - proven[$1].cost, $0) < (proven[$0].value - proven[$0].cost, $1)
    }
    for index in order.prefix(Self.most) {
      let answer = proven[index]
      lines.append(
        "    \(printable(answer.name)): at most \(answer.value), less its cost \(answer.value - answer.cost)"
      )
    }
    if order.count > Self.most { lines.append("    … \(order.count - Self.most) milder ones") }
    if let bound = proof.bound {
      lines.append("  worst: \(proof.worst), no plan is below \(bound)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var words: String {
    switch proof.verdict {
    case .optimal: "no answer does worse than is stated, and no plan does better."
    case .withinGap:
      "no answer does worse than is stated; a better plan may exist, down to the bound."
    case .notProven(let reason): "not proven: \(printable(reason))."
    }
  }

  public var json: JSONValue {
    .object([
      ("verdict", .string(verdict)), ("proven", .bool(proof.isProven)),
      ("reason", reason.map { .string($0) } ?? .null),
      ("same_program", .bool(proof.isSameProgram)),
      ("worst", .number(proof.worst)),
      ("bound", proof.bound.map { .number($0) } ?? .null),
      (
        "answers",
        .array(
          proof.answers.map { answer in
            .object([
              ("name", .string(answer.name)), ("cost", .number(answer.cost)),
              ("value", .number(answer.value)), ("row_violation", .number(answer.violation)),
              ("fault", answer.fault.map { .string($0) } ?? .null),
            ])
          })
      ),
    ])
  }

  private var verdict: String {
    switch proof.verdict {
    case .optimal: "optimal"
    case .withinGap: "within_gap"
    case .notProven: "not_proven"
    }
  }

  private var reason: String? {
    if case .notProven(let reason) = proof.verdict { return reason }
    return nil
  }
}
