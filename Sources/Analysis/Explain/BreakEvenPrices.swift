import Allocation
import LinearProgramming
import SupplyChain
import Support
import Synchronization

/// The prices that keep plants running, what supporting them costs, and what that saves.
///
/// A commercial plant runs where its market margin is not negative or support makes up for it (formulation
/// section 4, margin). Its floor is the price of the main product at which it just does not lose money, all other
/// prices being what they are.
public struct BreakEvenPrices: Sendable {
  public struct PlantYear: Sendable, Hashable {
    public var facility: Int
    public var year: Int
    /// Currency per tonne of the main product.
    public var marketPrice: Double
    public var floor: Double
    /// marketPrice − floor.
    public var margin: Double
    /// Tonnes of the main product in the plan.
    public var output: Double
    /// Millions; may also serve debt or make private money bankable.
    public var support: Double
    /// marketPrice + support per tonne; nil without output.
    public var supportedPrice: Double?
    /// Tonnes with a guaranteed floor, and what the guarantee pays in millions.
    public var guaranteedOutput: Double
    public var guarantee: Double
  }
  /// One case: the model under some scenarios.
  public struct Outlook: Sendable {
    public var name: String
    public var plants: [PlantYear]
    /// The first objective as the model is, with price support taken away, and with every commercial plant
    /// guaranteed its floor; nil where there is no plan.
    public var value: Double?
    public var valueWithoutSupport: Double?
    public var valueWithGuarantee: Double?
    /// By how much targets are missed where no plan meets them all: the case is then of the plan that misses them
    /// least, and the guarantee is held to miss them by no more.
    public var misses: [NearestTargets.Miss] = []
    /// The same of `valueWithoutSupport`.
    public var missesWithoutSupport: [NearestTargets.Miss] = []
    /// Millions over the horizon, undiscounted.
    public var support: Double
    /// The least that the guarantee pays at `valueWithGuarantee`.
    public var guarantee: Double
    /// What is wrong where `value` is nil.
    public var reason: String?
  }

  public var objective: Objective
  /// Whether whole-number rules were dropped.
  public var isRelaxed: Bool
  public var outlooks: [Outlook]
  public var isInterrupted: Bool

  /// - Parameter cases: name and model of each case, of the same facilities and horizon.
  public static func find(
    _ cases: [(name: String, model: Model)], settings: RunSettings = RunSettings()
  ) throws(StudyEnd) -> BreakEvenPrices {
    guard let first = cases.first?.model else { throw .notVerified("there is no case") }
    var result = BreakEvenPrices(
      objective: first.objectives[0],
      isRelaxed: cases.contains { AllocationProgram($0.model).program.integerCount > 0 },
      outlooks: [], isInterrupted: false)
    let done = Mutex(0)
    settings.report("cases", 0, cases.count)
    let outlooks = concurrentMap(cases.count) { index -> Result<Outlook, StudyEnd> in
      let (name, model) = cases[index]
      defer {
        settings.report(
          "cases",
          done.withLock {
            $0 += 1
            return $0
          }, cases.count)
      }
      do throws(StudyEnd) {
        return .success(try BreakEvenStudy(model, settings).outlook(name))
      } catch .interrupted {
        return .failure(.interrupted)
      } catch {
        // One case that fails leaves the others.
        var failed = Outlook(name: name, plants: [], support: 0, guarantee: 0)
        failed.reason = error.description
        return .success(failed)
      }
    }
    for outlook in outlooks {
      guard case .success(let found) = outlook else {
        result.isInterrupted = true
        break
      }
      result.outlooks.append(found)
    }
    return result
  }
}

private struct BreakEvenStudy {
  private let model: Model
  private let settings: RunSettings

  init(_ model: Model, _ settings: RunSettings) {
    self.model = model
    self.settings = settings
  }

  func outlook(_ name: String) throws(StudyEnd) -> BreakEvenPrices.Outlook {
    var result = BreakEvenPrices.Outlook(name: name, plants: [], support: 0, guarantee: 0)
    let answer: Answer
    switch try solveNearest(model) {
    case .success(let found): answer = found
    case .failure(let none):
      result.reason = none.reason
      return result
    }
    guard let plan = answer.solution.plan else { return result }
    result.value = answer.solution.stages.first?.value
    result.misses = answer.misses
    result.support = plan.supports.reduce(0) { $0 + $1.amount }
    let ordering = SharedOrdering(answer.allocation, answer.solution)
    var bare = withoutSupport
    bare.objectives = Array(model.objectives.prefix(1))
    if case .success(let without) = try solveNearest(bare, ordering) {
      result.valueWithoutSupport = without.solution.stages.first?.value
      result.missesWithoutSupport = without.misses
    }
    var guaranteed: [Double] = []
    let held = BreakEvenStudy(answer.allocation.model, settings)
    if let (value, activity) = try held.guaranteeIfVerified(ordering) {
      result.valueWithGuarantee = value
      guaranteed = activity
      result.guarantee = activity.indices.reduce(0) { $0 + activity[$1] * loss(at: $1) }
    }
    result.plants = plants(plan, guaranteed)
    return result
  }

  private struct Answer {
    var allocation: AllocationProgram
    var solution: AllocationSolution
    var misses: [NearestTargets.Miss] = []
  }
  private struct NoAnswer: Error { var reason: String }

  private func solve(
    _ model: Model, _ ordering: SharedOrdering? = nil
  ) throws(StudyEnd) -> Result<Answer, NoAnswer> {
    let allocation = AllocationProgram(model, relaxed: true)
    var options = AllocationSettings()
    options.sharedOrdering = ordering
    options.cancellation = settings.cancellation
    let solution = Allocation.solve(allocation, options)
    switch solution.status {
    case .optimal: return .success(Answer(allocation: allocation, solution: solution))
    case .interrupted, .feasible: throw .interrupted
    case .infeasible, .unbounded, .failed:
      return .failure(NoAnswer(reason: solution.reason ?? solution.status.rawValue))
    }
  }

  /// The plan, or where the targets leave none the plan that misses them least.
  private func solveNearest(
    _ model: Model, _ ordering: SharedOrdering? = nil
  ) throws(StudyEnd) -> Result<Answer, NoAnswer> {
    let found = try solve(model, ordering)
    guard case .failure = found else { return found }
    var relaxed = settings
    relaxed.isRelaxed = true
    guard let nearest = try NearestTargets.find(model, settings: relaxed), !nearest.misses.isEmpty
    else { return found }
    guard case .success(var answer) = try solve(nearest.model, ordering) else { return found }
    answer.misses = nearest.misses
    return .success(answer)
  }

  private var withoutSupport: Model {
    var result = model
    for f in result.funds.indices { result.funds[f].instruments.remove(.priceSupport) }
    return result
  }

  // MARK: Margins

  private var steps: Int { model.horizon.stepCount }

  /// Currency per tonne of activity that a plant loses at market prices in a year; 0 where it does not.
  private func loss(_ p: Int, _ year: Int) -> Double {
    model.facilities[p].isCommercial ? max(0, -margin(p, year)) : 0
  }

  /// Millions per tonne of activity, at a place of facility and step.
  private func loss(at place: Int) -> Double {
    loss(place / steps, model.horizon.year(ofStep: place % steps)) / 1e6
  }

  /// Currency per tonne of activity.
  private func margin(_ p: Int, _ year: Int) -> Double {
    let facility = model.facilities[p]
    var sum = CompensatedSum()
    func price(_ c: Int) -> Double { model.commodities[c].price?.level(year) ?? 0 }
    for output in facility.recipe.outputs { sum.add(output.amount * price(output.commodity)) }
    for input in facility.recipe.inputs { sum.add(-input.amount * price(input.commodity)) }
    sum.add(-facility.opex.level(year))
    return sum.value
  }

  // MARK: The guarantee

  /// The guarantee; nil too where no plan with it is verified, which leaves the rest of the case.
  private func guaranteeIfVerified(
    _ ordering: SharedOrdering?
  ) throws(StudyEnd) -> (value: Double, activity: [Double])? {
    do throws(StudyEnd) {
      return try guarantee(ordering)
    } catch .notVerified {
      return nil
    }
  }

  /// Every commercial plant gets what it loses, no more: its margin is 0 where it was negative. Among the
  /// plans with the best value, one that pays least; activity in tonnes by facility and step.
  private func guarantee(
    _ ordering: SharedOrdering?
  ) throws(StudyEnd) -> (value: Double, activity: [Double])? {
    var changed = model
    changed.objectives = Array(model.objectives.prefix(1))
    let years = Array(model.horizon.start...model.horizon.end)
    for p in model.facilities.indices where years.contains(where: { loss(p, $0) > 0 }) {
      if model.objectives[0] == .systemCost {
        // Opex counts in this objective, so it stays; the plant only need not earn it.
        changed.facilities[p].isCommercial = false
      } else {
        let opex = model.facilities[p].opex
        changed.facilities[p].opex = Series(
          years: years, values: years.map { opex.level($0) - loss(p, $0) })
      }
    }
    guard case .success(let answer) = try solve(changed, ordering),
      let stage = answer.solution.stages.first, let value = stage.value
    else { return nil }
    let allocation = answer.allocation
    let weights = allocation.columns.map { key in
      key.kind == .activity && Int(key.step) < steps
        ? loss(at: Int(key.first) * steps + Int(key.step)) * AllocationProgram.tonnesPerUnit : 0
    }
    let near = try NearOptimal(
      allocation, held: [(allocation.objectives[0], value)], within: 0, basis: stage.basis,
      settings)
    let point = try near.search { search throws(StudyEnd) in try search.least(weights).point }
    var activity = [Double](repeating: 0, count: model.facilities.count * steps)
    for (key, x) in zip(allocation.columns, point)
    where key.kind == .activity && Int(key.step) < steps {
      activity[Int(key.first) * steps + Int(key.step)] += x * AllocationProgram.tonnesPerUnit
    }
    return (value, activity)
  }

  // MARK: By plant and year

  private func plants(_ plan: Plan, _ guaranteedActivity: [Double]) -> [BreakEvenPrices.PlantYear] {
    let horizon = model.horizon
    var activity = [Double](repeating: 0, count: model.facilities.count * horizon.yearCount)
    var (support, guaranteed, paid) = (activity, activity, activity)
    func place(_ p: Int, _ step: Int) -> Int {
      p * horizon.yearCount + horizon.year(ofStep: step) - horizon.start
    }
    for row in plan.activities { activity[place(row.facility, row.step)] += row.tonnes }
    for row in plan.supports { support[place(row.facility, row.step)] += row.amount }
    for (n, tonnes) in guaranteedActivity.enumerated() {
      guaranteed[place(n / steps, n % steps)] += tonnes
      paid[place(n / steps, n % steps)] += tonnes * loss(at: n)
    }
    var rows: [BreakEvenPrices.PlantYear] = []
    for (p, facility) in model.facilities.enumerated() where facility.isCommercial {
      let recipe = facility.recipe
      let amount = recipe.outputs.first { $0.commodity == recipe.main }?.amount ?? 0
      guard let main = recipe.main, amount > 0 else { continue }
      for year in horizon.start...horizon.end {
        let at = p * horizon.yearCount + year - horizon.start
        let runs = max(activity[at], guaranteed[at]) > 1e-3
        guard runs || support[at] > Plan.negligible else { continue }
        let market = model.commodities[main].price?.level(year) ?? 0
        let margin = margin(p, year) / amount
        let output = activity[at] * amount
        rows.append(
          .init(
            facility: p, year: year, marketPrice: market, floor: market - margin, margin: margin,
            output: output, support: support[at],
            supportedPrice: output > 1e-3 ? market + support[at] * 1e6 / output : nil,
            guaranteedOutput: guaranteed[at] * amount, guarantee: paid[at]))
      }
    }
    return rows
  }
}
