import Allocation
import LinearProgramming
import SupplyChain

/// The price of one lever: what a unit more brings, and what a unit less costs.
public struct ShadowPrice: Sendable, Hashable {
  public var lever: Lever
  /// nil where the lever cannot be moved that way.
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
  /// By group the levers that matter most, the dearest first.
  public var prices: [ShadowPrice]
  /// Levers of each group that may have a price at all.
  public var pricedCounts: [Lever.Group: Int]
  /// Those that change something, the best first.
  public var permits: [PermitGain]
  /// Whether it ended before all was explained.
  public var isInterrupted: Bool

  /// Explains a model.
  ///
  /// - Parameter count: how many levers of each group are worked out.
  /// - Throws: `StudyEnd` where there is no plan to explain.
  /// - Complexity: one program built for each lever, and about ten solves for each that is worked out.
  public static func explain(
    _ model: Model, count: Int = 5, settings: StudySettings = StudySettings()
  ) throws(StudyEnd) -> Limiting {
    try withValuation(model, settings) { valuation throws(StudyEnd) in
      try LimitingStudy(valuation).run(count: count)
    }
  }
}

private struct LimitingStudy {
  private let valuation: Valuation
  private let base: Valuation.Answer

  init(_ valuation: Valuation) throws(StudyEnd) {
    self.valuation = valuation
    valuation.settings.progress?("solving", 0, 1)
    base = try valuation.solveBase()
  }

  func run(count: Int) throws(StudyEnd) -> Limiting {
    guard let stage = base.solution.stages.first, let verification = stage.verification else {
      throw .notVerified("the solver gave no verification")
    }
    var result = Limiting(
      objective: stage.objective, value: base.value,
      isRelaxed: AllocationProgram(valuation.model).program.integerCount > 0,
      verification: verification, prices: [], pricedCounts: [:], permits: [], isInterrupted: false)
    do throws(StudyEnd) {
      let candidates = try screened()
      for group in Lever.Group.allCases {
        let members = candidates.filter { $0.lever.group == group }
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
    var lever: Lever
    /// What its rank is expected to be.
    var rank: Double
  }

  /// The levers that can have a price, the largest bound of it first.
  ///
  /// The multipliers' slope is one of the slopes between less and more, so more of a lever brings at most that.
  /// Where it is 0, less may still cost something: that is told by the multipliers of the model with a little
  /// less of all levers of the group.
  private func screened() throws(StudyEnd) -> [Candidate] {
    let levers = Lever.all(in: valuation.model)
    let weight = LeverLine.weight(of: base.model)
    let noise = 1e-9 * max(abs(base.value), 1e-3) * weight
    var found: [Candidate] = []
    for group in Lever.Group.allCases {
      let members = levers.filter { $0.group == group }
      let less = try members.isEmpty ? nil : valuation.solve(withLess(of: members))
      for lever in members {
        if valuation.settings.cancellation?.isCancelled == true { throw .interrupted }
        valuation.settings.progress?("looking for prices", found.count, levers.count)
        func slope(_ answer: Valuation.Answer) -> Double? {
          LeverLine.slope(
            at: answer, moved: 0, by: lever, of: answer.model, step: 1e-4 * max(lever.size, 1e-3))
        }
        let size = max(lever.size, 1)
        guard let more = slope(base) else {
          let gain = try gainFromNothing(lever)
          if gain * size * weight > noise { found.append(Candidate(lever: lever, rank: gain)) }
          continue
        }
        if abs(more) * size > noise {
          found.append(Candidate(lever: lever, rank: abs(more) / weight))
        } else if lever.room > 0, let less, let cost = slope(less), abs(cost) * size > noise {
          found.append(Candidate(lever: lever, rank: ShadowPrice.lessRank * abs(cost) / weight))
        }
      }
    }
    return found.enumerated().sorted {
      ($1.element.rank, $0.offset) < ($0.element.rank, $1.offset)
    }.map(\.element)
  }

  /// What a unit more brings of something of which there is none yet, so that no multiplier tells: the model
  /// solved with a little of it.
  private func gainFromNothing(_ lever: Lever) throws(StudyEnd) -> Double {
    let amount = 1e-2 * farthest(lever)
    guard let answer = try valuation.solve(lever.moved(amount, in: valuation.model)) else {
      return 0
    }
    return max(0, base.value - answer.value) / amount
  }

  /// The model with a hundred-thousandth less of each lever.
  private func withLess(of levers: [Lever]) -> Model {
    levers.reduce(valuation.model) { model, lever in
      lever.room > 0 ? lever.moved(-1e-5 * lever.room, in: model) : model
    }
  }

  /// The dearest of one group, worked out until no other can be dearer; where prices fall off at once on the
  /// side of more, three times as many as asked for are looked at and not all.
  private func best(_ count: Int, of members: [Candidate]) throws(StudyEnd) -> [ShadowPrice] {
    var found: [ShadowPrice] = []
    for (n, candidate) in members.prefix(3 * count).enumerated() {
      let known = found.map(\.rank).sorted(by: >)
      if known.count >= count, candidate.rank <= known[count - 1] { break }
      valuation.settings.progress?("working out \(candidate.lever.group.rawValue)", n, count)
      let price = try price(candidate.lever)
      if (price.more?.slope ?? 0) != 0 || (price.less?.slope ?? 0) != 0 { found.append(price) }
    }
    return Array(
      found.enumerated().sorted { ($1.element.rank, $0.offset) < ($0.element.rank, $1.offset) }
        .map(\.element).prefix(count))
  }

  private func price(_ lever: Lever) throws(StudyEnd) -> ShadowPrice {
    let more = try LeverLine(valuation, base, lever, direction: 1).side(far: farthest(lever))
    let less = try LeverLine(valuation, base, lever, direction: -1)
      .side(far: lever.room * (1 - 1e-6))
    return ShadowPrice(lever: lever, more: cleaned(more, lever), less: cleaned(less, lever))
  }

  /// A slope that moves the objective by less than the solver's noise is 0.
  private func cleaned(_ side: PriceSide?, _ lever: Lever) -> PriceSide? {
    guard var side else { return nil }
    if abs(side.slope) * max(lever.size, 1) <= 1e-9 * max(abs(base.value), 1e-3) { side.slope = 0 }
    return side
  }

  /// Up to twice its size, or as much money as the largest appropriation.
  private func farthest(_ lever: Lever) -> Double {
    switch lever.kind {
    case .appropriation(let fund, _):
      let largest = valuation.model.funds[fund].appropriations.values.max() ?? 0
      return max(lever.size, largest, 1e-6)
    case .target: return max(lever.size, 0.05)
    case .limit(let l) where valuation.model.limits[l].shareOf != nil:
      return max(lever.size, 0.05)
    default: return max(lever.size, 1e-6)
    }
  }

  private func permits() throws(StudyEnd) -> [PermitGain] {
    var gains: [PermitGain] = []
    let model = valuation.model
    let facilities = model.facilities.indices.filter { p in
      model.facilities[p].expansion?.options.contains { $0.permit > 0 } ?? false
    }
    for (n, p) in facilities.enumerated() {
      valuation.settings.progress?("shortening permits", n, facilities.count)
      guard let expansion = model.facilities[p].expansion else { continue }
      let years = min(1, expansion.options.map(\.permit).max() ?? 0)
      guard let answer = try valuation.solve(model.withPermit(of: p, shortenedBy: years)) else {
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
