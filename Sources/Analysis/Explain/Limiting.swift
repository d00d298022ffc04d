import Allocation
import LinearProgramming
import SupplyChain

/// The price of one parameter: what a unit more brings, and what a unit less costs.
public struct ShadowPrice: Sendable, Hashable {
  public var parameter: ModelParameter
  /// nil where the parameter cannot be moved that way.
  public var more: PriceSide?
  public var less: PriceSide?
  /// Whether each side that is given was confirmed by solving the model again.
  public var isConfirmed: Bool { (more?.isConfirmed ?? true) && (less?.isConfirmed ?? true) }

  /// What ranks a price: what a unit more brings, or where that is nothing, what a unit less costs.
  fileprivate var rank: Double {
    let gain = abs(more?.slope ?? 0)
    return gain > 0 ? gain : ShadowPrice.lessRank * abs(less?.slope ?? 0)
  }

  /// What less costs ranks behind what more brings.
  fileprivate static let lessRank = 1e-6
}

/// What an earlier permit brings: the model solved with the permits of all options of a facility shortened.
public struct PermitGain: Sendable, Hashable {
  public var facility: Int
  /// Years taken off, one or what the permit takes.
  public var years: Double
  /// Change of the objective.
  public var change: Double
}

/// What limits the first objective of a model (formulation section 6.1, shadow prices).
public struct Limiting: Sendable {
  public var objective: Objective
  /// The best value of the program that is explained.
  public var value: Double
  /// Whether whole-number rules were dropped to have prices at all.
  public var isRelaxed: Bool
  public var verification: Verification
  /// By group the parameters with the largest prices, the largest first.
  public var prices: [ShadowPrice]
  /// Parameters of each group that may have a price at all.
  public var pricedCounts: [ModelParameter.Group: Int]
  /// Those that change something, the best first.
  public var permits: [PermitGain]
  /// Whether the study ended early.
  public var isInterrupted: Bool
  /// Every input on one yardstick; nil where the study ended before it.
  public var ranking: InputRanking?
  /// Whether prices with their ranges were worked out.
  public var hasPrices = true

  /// Programs up to this size have their prices worked out unasked: in larger ones it takes minutes.
  private static let mostPriced = (rows: 4_000, columns: 40_000)

  static func isSmall(_ program: LinearProgram) -> Bool {
    program.rowCount <= mostPriced.rows && program.columnCount <= mostPriced.columns
  }

  /// Explains a model.
  ///
  /// - Parameters:
  ///   - count: how many parameters of each group are worked out.
  ///   - prices: whether prices with their ranges are worked out beside the ranking; nil: in small
  ///     programs.
  /// - Throws: `StudyEnd` where there is no plan to explain.
  /// - Complexity: one program built for each parameter, and about ten solves for each that is worked out.
  public static func explain(
    _ model: Model, count: Int = 5, prices: Bool? = nil, settings: RunSettings = RunSettings()
  ) throws(StudyEnd) -> Limiting {
    try withBaselineSolver(model, settings) { baseline throws(StudyEnd) in
      try LimitingStudy(baseline).run(count: count, prices: prices)
    }
  }
}

extension Limiting {
  /// Whether all was looked at, and nothing changes the outcome.
  public var isNothingFound: Bool {
    !isInterrupted && prices.isEmpty && permits.isEmpty && ranking?.rows.isEmpty != false
      && ranking?.money.isEmpty != false
  }
}

private struct LimitingStudy {
  private let baseline: BaselineSolver
  private let base: BaselineSolver.Answer

  init(_ baseline: BaselineSolver) throws(StudyEnd) {
    self.baseline = baseline
    baseline.settings.report("solving", 0, 1)
    base = try baseline.solveBase()
  }

  func run(count: Int, prices: Bool?) throws(StudyEnd) -> Limiting {
    guard let stage = base.solution.stages.first, let verification = stage.verification else {
      throw .notVerified("the solver gave no verification")
    }
    var result = Limiting(
      objective: stage.objective, value: base.value,
      isRelaxed: AllocationProgram(baseline.model).program.integerCount > 0,
      verification: verification, prices: [], pricedCounts: [:], permits: [], isInterrupted: false)
    result.hasPrices =
      prices ?? Limiting.isSmall(base.allocation.program)
    do throws(StudyEnd) {
      result.ranking = try InputRanking.find(baseline, base)
      guard result.hasPrices else { return result }
      let candidates = try screened()
      for group in ModelParameter.Group.allCases {
        let members = candidates.filter { $0.parameter.group == group }
        result.pricedCounts[group] = members.count
        result.prices += try best(count, of: members)
      }
      result.permits = try permits()
    } catch .interrupted {
      result.isInterrupted = true
    }
    return result
  }

  private struct Candidate {
    var parameter: ModelParameter
    /// What its rank is expected to be.
    var rank: Double
  }

  /// The parameters that can have a price, the largest bound of it first.
  ///
  /// The multipliers' slope is one of the slopes between less and more, so more of a parameter brings at most that.
  /// Where it is 0, less may still cost something: that is told by the multipliers of the model with a little
  /// less of all parameters of the group.
  private func screened() throws(StudyEnd) -> [Candidate] {
    let parameters = ModelParameter.all(in: baseline.model)
    let weight = SensitivityRanging.weight(of: base.model)
    let noise = 1e-9 * max(abs(base.value), 1e-3) * weight
    var found: [Candidate] = []
    for group in ModelParameter.Group.allCases {
      let members = parameters.filter { $0.group == group }
      let less = try members.isEmpty ? nil : baseline.solve(try withLess(of: members))
      let importSlopes = group == .imports ? ImportLimitSlopes(base) : nil
      let lessImportSlopes = group == .imports ? less.map { ImportLimitSlopes($0) } : nil
      let opened = try group == .imports ? gainFromOpening(members, importSlopes) : nil
      for (n, parameter) in members.enumerated() {
        if baseline.settings.cancellation?.isCancelled == true { throw .interrupted }
        baseline.settings.report("looking for prices of \(group.rawValue)", n, members.count)
        func slope(_ answer: BaselineSolver.Answer, _ known: ImportLimitSlopes?) -> Double? {
          if let known, case .importLimit(let source) = parameter.kind { return known[source] }
          return SensitivityRanging.slope(
            at: answer, moved: 0, by: parameter, of: answer.model,
            step: 1e-4 * max(parameter.size, 1e-3))
        }
        let size = max(parameter.size, 1)
        guard let more = slope(base, importSlopes) else {
          if opened == 0 { continue }
          let gain = try gainFromNothing(parameter)
          if gain * size * weight > noise {
            found.append(Candidate(parameter: parameter, rank: gain))
          }
          continue
        }
        if abs(more) * size > noise {
          found.append(Candidate(parameter: parameter, rank: abs(more) / weight))
        } else if parameter.room > 0, let less, let cost = slope(less, lessImportSlopes),
          abs(cost) * size > noise
        {
          found.append(
            Candidate(parameter: parameter, rank: ShadowPrice.lessRank * abs(cost) / weight))
        }
      }
    }
    return found.enumerated().sorted {
      ($1.element.rank, $0.offset) < ($0.element.rank, $1.offset)
    }.map(\.element)
  }

  /// What a unit more brings of something of which there is none yet, so that no multiplier tells: the model
  /// solved with a little of it.
  private func gainFromNothing(_ parameter: ModelParameter) throws(StudyEnd) -> Double {
    let amount = 1e-2 * farthest(parameter)
    guard let answer = try baseline.solve(parameter.moved(amount, in: baseline.model)) else {
      return 0
    }
    return max(0, base.value - answer.value) / amount
  }

  /// What the import limits of which there is nothing in some year bring together; where that is 0, none brings
  /// anything alone, as more imports take nothing away.
  private func gainFromOpening(_ members: [ModelParameter], _ slopes: ImportLimitSlopes?)
    throws(StudyEnd) -> Double?
  {
    var model = baseline.model
    var count = 0
    for parameter in members {
      guard case .importLimit(let source) = parameter.kind, slopes?[source] == nil else { continue }
      parameter.move(1e-2 * farthest(parameter), in: &model)
      count += 1
    }
    guard count > 1, let answer = try baseline.solve(model) else { return nil }
    return base.value - answer.value > 1e-9 * max(abs(base.value), 1e-3)
      ? base.value - answer.value : 0
  }

  /// The model with a hundred-thousandth less of each parameter.
  private func withLess(of parameters: [ModelParameter]) throws(StudyEnd) -> Model {
    var model = baseline.model
    for (n, parameter) in parameters.enumerated() where parameter.room > 0 {
      if n % 256 == 0, baseline.settings.cancellation?.isCancelled == true { throw .interrupted }
      parameter.move(-1e-5 * parameter.room, in: &model)
    }
    return model
  }

  /// The largest prices of one group, computed until no other can be larger. Where the prices of more are 0
  /// beyond the first step, three times as many as asked for are computed and not all.
  private func best(_ count: Int, of members: [Candidate]) throws(StudyEnd) -> [ShadowPrice] {
    var found: [ShadowPrice] = []
    for (n, candidate) in members.prefix(3 * count).enumerated() {
      let known = found.map(\.rank).sorted(by: >)
      if known.count >= count, candidate.rank <= known[count - 1] { break }
      baseline.settings.report("working out \(candidate.parameter.group.rawValue)", n, count)
      let price = try price(candidate.parameter)
      if (price.more?.slope ?? 0) != 0 || (price.less?.slope ?? 0) != 0 { found.append(price) }
    }
    return Array(
      found.enumerated().sorted { ($1.element.rank, $0.offset) < ($0.element.rank, $1.offset) }
        .map(\.element).prefix(count))
  }

  private func price(_ parameter: ModelParameter) throws(StudyEnd) -> ShadowPrice {
    let more = try SensitivityRanging(baseline, base, parameter, direction: 1).side(
      far: farthest(parameter))
    let less = try SensitivityRanging(baseline, base, parameter, direction: -1)
      .side(far: parameter.room * (1 - 1e-6))
    return ShadowPrice(
      parameter: parameter, more: cleaned(more, parameter), less: cleaned(less, parameter))
  }

  /// A slope that changes the objective by less than the solver's tolerance is 0.
  private func cleaned(_ side: PriceSide?, _ parameter: ModelParameter) -> PriceSide? {
    guard var side else { return nil }
    if abs(side.slope) * max(parameter.size, 1) <= 1e-9 * max(abs(base.value), 1e-3) {
      side.slope = 0
    }
    return side
  }

  /// Up to twice its size, or as much money as the largest appropriation.
  private func farthest(_ parameter: ModelParameter) -> Double {
    switch parameter.kind {
    case .appropriation(let fund, _):
      let largest = baseline.model.funds[fund].appropriations.values.max() ?? 0
      return max(parameter.size, largest, 1e-6)
    case .target: return max(parameter.size, 0.05)
    case .limit(let l) where baseline.model.limits[l].shareOf != nil:
      return max(parameter.size, 0.05)
    case .rule(let r): return max(parameter.size, baseline.model.rules[r].rowUnit)
    default: return max(parameter.size, 1e-6)
    }
  }

  private func permits() throws(StudyEnd) -> [PermitGain] {
    var gains: [PermitGain] = []
    let model = baseline.model
    let facilities = model.facilities.indices.filter { p in
      model.facilities[p].expansion?.options.contains { $0.permit > 0 } ?? false
    }
    for (n, p) in facilities.enumerated() {
      baseline.settings.report("shortening permits", n, facilities.count)
      guard let expansion = model.facilities[p].expansion else { continue }
      let years = min(1, expansion.options.map(\.permit).max() ?? 0)
      guard let answer = try baseline.solve(model.withPermit(of: p, shortenedBy: years)) else {
        continue
      }
      let change = answer.value - base.value
      if abs(change) > 1e-8 * max(abs(base.value), 1e-3) {
        gains.append(PermitGain(facility: p, years: years, change: change))
      }
    }
    return gains.enumerated().sorted {
      ($0.element.change, $0.offset) < ($1.element.change, $1.offset)
    }.map(\.element)
  }
}
