import Analysis
import SupplyChain

/// What a plan against an adversary looks like on a page: the worst answer in a sentence, the damage by the number of moves,
/// and the tables of the study.
public struct AnswersPicture: Sendable {
  private let plan: UncertainPlan
  private let model: Model

  public init(_ plan: UncertainPlan, _ model: Model) {
    self.plan = plan
    self.model = model
  }

  /// `null` where the plan was not made against an adversary.
  public var json: JSONValue {
    guard let study = plan.adversary else { return .null }
    let words = AdversaryWords(plan: plan, study: study, model: model)
    return .object([
      ("headline", .string(words.headline)), ("chart", words.chart),
      ("tables", .array(words.tables.map(\.json))),
      ("sentences", .array(words.sentences.map { .string($0) })),
    ])
  }
}
