import Allocation
import LinearProgramming
import SupplyChain

/// A proof as people and other programs read it.
public struct ProofReport: Sendable {
  private let proof: PlanProof

  public init(_ proof: PlanProof) { self.proof = proof }

  /// A line a finding.
  public var text: String {
    var lines = ["Proof in exact arithmetic: " + verdictWords]
    if !proof.isSameProgram {
      lines.append("  The model has changed since; this is about the model as it is now.")
    }
    if let point = proof.point {
      let rows = Figure.number(Double(proof.rowCount))
      if let worst = proof.worstRow {
        lines.append(
          "  plan: all \(rows) rows hold within \(Figure.tiny(point.rowViolation)) of their size "
            + "(worst: \(printable(worst))), every bound exactly")
      } else {
        lines.append("  plan: all \(rows) rows and every bound hold exactly")
      }
    }
    for stage in proof.stages { lines += words(stage) }
    if let margin = proof.conflictMargin {
      lines.append(
        "  no plan exists: the demands miss each other by \(Figure.tiny(margin)) of their size")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var verdictWords: String {
    switch proof.verdict {
    case .optimal: "no better plan exists."
    case .withinGap:
      "the plan is possible; that no whole-number plan is better is the search's word."
    case .feasible: "the plan is possible; that it is the best is not proven."
    case .infeasible: "no plan exists."
    case .notProven(let reason): "not proven: \(printable(reason))."
    }
  }

  private func words(_ stage: PlanProof.Stage) -> [String] {
    let name = stage.objective.name
    let value = stage.objective.shown(stage.value)
    guard let bound = stage.objective.shown(stage.bound) else {
      return ["  \(name): \(value), no bound is proven"]
    }
    let side = stage.objective.isMaximised ? "above" : "below"
    let gap = stage.relativeGap
    let limit = proof.isMixed ? "no plan, even of fractions, is \(side)" : "no plan is \(side)"
    var lines = ["  \(name): \(value), \(limit) \(bound) (gap \(Figure.tiny(gap)))"]
    switch stage.exact {
    case .optimal(let value):
      lines.append("    solved over the rationals: exactly \(shown(value.description, stage))")
    case .nearlyOptimal(let value, let primal, let dual):
      lines.append(
        "    solved over the rationals: \(shown(value.description, stage)), off by \(Figure.tiny(primal)) in rows and "
          + "\(Figure.tiny(dual)) in prices")
    case .notABasis: lines.append("    the basis does not fit the program")
    case .tooLarge: lines.append("    too large to be solved over the rationals")
    case nil: break
    }
    return lines
  }

  public var json: JSONValue {
    .object([
      ("verdict", .string(verdict)), ("proven", .bool(proof.isProven)),
      ("reason", reason.map { .string($0) } ?? .null),
      ("same_program", .bool(proof.isSameProgram)),
      ("row_violation", proof.point.map { .number($0.rowViolation) } ?? .null),
      ("bound_violation", proof.point.map { .number($0.boundViolation) } ?? .null),
      ("conflict_margin", proof.conflictMargin.map { .number($0) } ?? .null),
      (
        "stages",
        .array(
          proof.stages.map { stage in
            .object([
              ("objective", .string(stage.objective.name)),
              ("value", .number(stage.objective.shown(stage.value))),
              ("bound", stage.objective.shown(stage.bound).map { .number($0) } ?? .null),
              ("relative_gap", .number(stage.relativeGap)), ("proven", .bool(stage.isProven)),
              ("exact", exact(stage)),
            ])
          })
      ),
    ])
  }

  private func exact(_ stage: PlanProof.Stage) -> JSONValue {
    if case .optimal(let value) = stage.exact {
      return .string(shown(value.description, stage))
    }
    return .null
  }

  /// A number that is minimised, as people see it.
  private func shown(_ digits: String, _ stage: PlanProof.Stage) -> String {
    guard stage.objective.isMaximised, digits != "0" else { return digits }
    return digits.hasPrefix("-") ? String(digits.dropFirst()) : "-" + digits
  }

  private var verdict: String {
    switch proof.verdict {
    case .optimal: "optimal"
    case .withinGap: "within_gap"
    case .feasible: "feasible"
    case .infeasible: "infeasible"
    case .notProven: "not_proven"
    }
  }

  private var reason: String? {
    if case .notProven(let reason) = proof.verdict { return reason }
    return nil
  }
}

extension PlanProof {
  /// Whether the certificate proves as much as can be proven of such an answer.
  public var isProven: Bool {
    switch verdict {
    case .optimal, .infeasible, .withinGap: true
    case .feasible, .notProven: false
    }
  }
}
