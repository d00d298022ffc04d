import Foundation
import SupplyChain
import Support
import Synchronization

/// One thing that may turn out to be the case: a model, and how likely it is.
public struct UncertainOutcome: Sendable {
  /// The scenario, and the sample's number where there are samples: `export_ban`, `base #12`.
  public var name: String
  public var scenario: String
  /// The sample's number, from 1; nil where nothing is sampled.
  public var sample: Int?
  public var probability: Double
  /// Of an adversary's answer: what its moves must gain to be worth it, as a share of dependency.
  public var cost = 0.0
  /// The moves of an adversary's answer; nil where there is no adversary.
  public var answer: Answer?
  public var model: Model
}

/// The outcomes of a model (`uncertainty`): its scenarios, or Monte Carlo samples around each of them.
///
/// With a `sample` of n, every scenario of `outcomes` (the base where there are none) stands for n outcomes that
/// share its probability equally. Sample s takes the same factors around every scenario, so that scenarios
/// are compared on the same draws. Outcomes with a probability of 0 are left out.
public struct OutcomeList: Sendable {
  public private(set) var outcomes: [UncertainOutcome]
  public let uncertainty: Uncertainty

  /// - Parameters:
  ///   - scenarios: applied before each outcome's own.
  ///   - objectives: instead of the model's.
  ///   - run: whose cancellation ends the work, after which there are no outcomes, and where progress is told.
  /// - Throws: `ModelErrors` where a scenario or a factor does not fit.
  public init(
    _ document: ModelDocument, _ uncertainty: Uncertainty, scenarios: [String] = [],
    settings: [Case.Setting] = [], budgetScale: Double = 1, objectives: [Objective]? = nil,
    run: RunSettings? = nil
  ) throws(ModelErrors) {
    let count = uncertainty.sample?.count
    var drafts: [Draft] = []
    for (scenario, probability) in uncertainty.outcomes where probability > 0 {
      guard let count else {
        drafts.append(
          Draft(name: scenario, scenario: scenario, changes: [scenario], probability: probability))
        continue
      }
      for s in 0..<count {
        drafts.append(
          Draft(
            name: "\(scenario) #\(s + 1)", scenario: scenario, changes: [scenario], sample: s,
            probability: probability / Double(count)))
      }
    }
    try self.init(
      document, uncertainty, drafts, scenarios, settings, budgetScale, objectives, run)
  }

  struct Draft: Sendable {
    var name: String
    var scenario: String
    /// Scenarios applied after the caller's own.
    var changes: [String]
    /// From 0.
    var sample: Int?
    var probability: Double
    var cost = 0.0
    var answer: Answer?
    /// By scenario, the year in which it begins, where that is not as it says.
    var starts: [String: Int] = [:]
  }

  init(
    _ document: ModelDocument, _ uncertainty: Uncertainty, _ drafts: [Draft],
    _ scenarios: [String], _ settings: [Case.Setting], _ budgetScale: Double,
    _ objectives: [Objective]?, _ run: RunSettings?
  ) throws(ModelErrors) {
    let changes = settings.map { ($0.path, $0.value) }
    // What is awarded before the reveal costs in every outcome what it costs in the model itself.
    let base = try document.model(scenarios: scenarios, settings: changes, budgetScale: budgetScale)
    let costs = AwardCosts(base, reveal: uncertainty.reveal)
    let factors = uncertainty.sample.map { FactorSamples($0) }
    let deliveries = uncertainty.sample.map { DeliverySamples($0, base) }
    let total = drafts.reduce(0) { $0 + $1.probability }
    let done = Mutex(0)
    let found = concurrentMap(drafts.count) { index -> Result<Model, ModelErrors>? in
      if run?.cancellation?.isCancelled == true { return nil }
      let count = done.withLock { count in
        count += 1
        return count
      }
      run?.report("models of the outcomes", count, drafts.count)
      let draft = drafts[index]
      do throws(ModelErrors) {
        var drawn: [(String, Double)] = []
        if let sample = draft.sample, let factors {
          drawn = zip(factors.paths, factors[sample]).map { ($0, $1) }
        }
        var model = try document.model(
          scenarios: scenarios + draft.changes, starts: draft.starts, settings: changes,
          factors: drawn,
          budgetScale: budgetScale)
        if let objectives { try model.choose(objectives) }
        model.costsBeforeReveal = costs
        if let sample = draft.sample {
          deliveries?.apply(sample, to: &model, reveal: uncertainty.reveal)
        }
        return .success(model)
      } catch {
        return .failure(error)
      }
    }
    var outcomes: [UncertainOutcome] = []
    for (draft, model) in zip(drafts, found) {
      guard let model else {
        outcomes = []
        break
      }
      outcomes.append(
        UncertainOutcome(
          name: draft.name, scenario: draft.scenario, sample: draft.sample.map { $0 + 1 },
          probability: draft.probability / total, cost: draft.cost,
          answer: draft.answer, model: try model.get()))
    }
    self.outcomes = outcomes
    self.uncertainty = uncertainty
  }
}

extension OutcomeList {
  /// The outcomes with the same awards made in each, by the indices of a model of the same facilities, programmes and
  /// stockpiles.
  public func committing(_ awards: [Commitment], operatesOnly: Bool = false) -> OutcomeList {
    var list = self
    for n in list.outcomes.indices {
      list.outcomes[n].model = list.outcomes[n].model.committing(awards, operatesOnly: operatesOnly)
    }
    return list
  }

  /// The first outcome that has other facilities, programmes or stockpiles than a model.
  public func outcome(unlike model: Model) -> String? {
    func ids(_ model: Model) -> [[String]] {
      [model.facilities.map(\.id), model.funds.map(\.id), model.stockpiles.map(\.id)]
    }
    let own = ids(model)
    return outcomes.first { ids($0.model) != own }?.name
  }
}
