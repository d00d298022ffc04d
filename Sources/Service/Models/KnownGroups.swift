import Analysis
import SupplyChain
import Synchronization

/// The groups of outcomes that a session was asked about last: the next question is mostly about others of them.
final class KnownGroups: Sendable {
  private let state = Mutex<(key: Key, groups: ScenarioGroups)?>(nil)

  /// What the groups depend on.
  private struct Key: Equatable, Sendable {
    var model: String
    var hash: String
    var changes: ModelChanges
    var risk: Uncertainty.Risk?
    var level: Double?
    var method: PlanRequest.Method
    var objectives: String?
    var isRelaxed: Bool
    var gap: Double?
  }

  /// The groups that are known, else made and kept instead of them. Who asks meanwhile waits.
  func groups(
    of question: Question, _ plan: PlanRequest, _ make: () throws -> ScenarioGroups
  ) throws -> ScenarioGroups {
    let key = Key(
      model: question.open.handle, hash: question.document.hash, changes: question.changes,
      risk: plan.risk, level: plan.level, method: plan.method, objectives: plan.objectives?.text,
      isRelaxed: plan.run.relax, gap: plan.run.gap)
    return try state.withLock { known in
      if let known, known.key == key { return known.groups }
      known = nil
      let made = try make()
      known = (key, made)
      return made
    }
  }
}
