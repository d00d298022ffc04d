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
  public var model: Model
}

/// The outcomes of a model (`uncertainty`): its scenarios, or Monte Carlo samples around each of them.
///
/// With a `sample` of n, every scenario of `outcomes` (the base where there are none) stands for n outcomes that
/// share its probability equally. Sample s takes the same factors around every scenario, so that scenarios
/// are compared on the same draws. Outcomes with a probability of 0 are left out.
public struct OutcomeList: Sendable {
  public let outcomes: [UncertainOutcome]
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
    let draws = uncertainty.sample.map { samples(of: $0) }
    var names: [(scenario: String, sample: Int?, probability: Double)] = []
    for (scenario, probability) in uncertainty.outcomes where probability > 0 {
      guard let draws else {
        names.append((scenario, nil, probability))
        continue
      }
      for s in draws.indices {
        names.append((scenario, s, probability / Double(draws.count)))
      }
    }
    // What is awarded before the reveal costs in every outcome what it costs in the model itself.
    let base = try document.model(
      scenarios: scenarios, settings: settings.map { ($0.path, $0.value) },
      budgetScale: budgetScale)
    let costs = AwardCosts(base, reveal: uncertainty.reveal)
    let deliveries = uncertainty.sample.map { DeliverySamples($0, base) }
    let total = names.reduce(0) { $0 + $1.probability }
    let list = names
    let paths = uncertainty.sample?.vary.map(\.path) ?? []
    let done = Mutex(0)
    let found = concurrentMap(list.count) { index -> Result<Model, ModelErrors>? in
      if run?.cancellation?.isCancelled == true { return nil }
      let count = done.withLock { count in
        count += 1
        return count
      }
      run?.report("models of the outcomes", count, list.count)
      let entry = list[index]
      do throws(ModelErrors) {
        var model = try document.model(
          scenarios: scenarios + [entry.scenario], settings: settings.map { ($0.path, $0.value) },
          factors: entry.sample.map { s in zip(paths, draws?[s] ?? []).map { ($0, $1) } } ?? [],
          budgetScale: budgetScale)
        if let objectives { model.objectives = objectives }
        model.costsBeforeReveal = costs
        if let sample = entry.sample {
          deliveries?.apply(sample, to: &model, reveal: uncertainty.reveal)
        }
        return .success(model)
      } catch {
        return .failure(error)
      }
    }
    var outcomes: [UncertainOutcome] = []
    for (entry, model) in zip(names, found) {
      guard let model else {
        outcomes = []
        break
      }
      outcomes.append(
        UncertainOutcome(
          name: entry.sample.map { "\(entry.scenario) #\($0 + 1)" } ?? entry.scenario,
          scenario: entry.scenario, sample: entry.sample.map { $0 + 1 },
          probability: entry.probability / total, model: try model.get()))
    }
    self.outcomes = outcomes
    self.uncertainty = uncertainty
  }
}
