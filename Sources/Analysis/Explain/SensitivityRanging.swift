import Allocation
import LinearProgramming
import SupplyChain
import Support

/// The effect on the first objective of changing a parameter in one direction.
public struct PriceSide: Sendable, Hashable {
  /// Change of the objective a unit of the parameter, moved this way.
  public var slope: Double
  /// Up to which move of the parameter the slope holds, in its unit.
  public var reach: Double
  /// Whether `reach` is the end of the search; otherwise the slope changes there.
  public var isLookedTo: Bool
  /// Whether the model is infeasible beyond `reach`.
  public var endsInfeasible: Bool
  /// A smaller move at which the model was solved again, and by how much the prediction missed the objective.
  public var checkedAt: Double
  public var miss: Double
  /// Whether the prediction holds to 1e-6 of the objective and to a thousandth of its change.
  public var isConfirmed: Bool
}

/// The optimal value along a parameter, one way from where it stands.
///
/// The value times the weighted demand (for `dependency`; for other objectives the value itself) is convex and
/// piecewise linear in a right-hand side. The piece at 0 is found from tangents (Eisner and Severance 1976): where
/// the line through 0 and the tangent farther out meet is either the end of the piece or lies under the value,
/// and then brings a nearer tangent. Every tangent is the Lagrangian's change at a verified optimum.
struct SensitivityRanging {
  private let baseline: BaselineSolver
  private let base: BaselineSolver.Answer
  private let parameter: ModelParameter
  /// 1: more of it; −1: less.
  private let direction: Double
  private let weight: Double

  private struct Tangent {
    var amount: Double
    /// The value times the weight; infinity where there is no plan.
    var level: Double
    /// By amount; nil where the program's shape changes.
    var slope: Double?
    var isPlan: Bool { level.isFinite }
  }

  init(
    _ baseline: BaselineSolver, _ base: BaselineSolver.Answer, _ parameter: ModelParameter,
    direction: Double
  ) {
    self.baseline = baseline
    self.base = base
    self.parameter = parameter
    self.direction = direction
    weight = SensitivityRanging.weight(of: base.model)
  }

  /// Weighted demand for `dependency`, which divides by it; 1 for other objectives.
  static func weight(of model: Model) -> Double {
    guard model.objectives.first == .dependency else { return 1 }
    var sum = CompensatedSum()
    let horizon = model.horizon
    for step in 0..<horizon.stepCountWithBeyond {
      let year = horizon.dataYear(ofStep: step)
      let weight =
        model.provenance.yearWeights.level(year)
        * (step < horizon.stepCount ? 1 : horizon.beyondWeight)
      for segment in model.demand {
        sum.add(weight * segment.weight * segment.quantity.level(year) * horizon.stepLength)
      }
    }
    return sum.value > 0 ? sum.value : 1
  }

  /// The slope of the level at an answer, by the parameter's own sign, from the multipliers; nil where moving it
  /// changes the program's shape.
  static func slope(
    at answer: BaselineSolver.Answer, moved amount: Double, by parameter: ModelParameter,
    of model: Model,
    step: Double
  ) -> Double? {
    let next = parameter.moved(amount + step, in: model)
    let new = AllocationProgram(next, relaxed: true)
    let (before, after) = (weight(of: answer.model), weight(of: next))
    guard answer.allocation.rows == new.rows, answer.allocation.columns == new.columns,
      let change = Lagrangian.change(
        from: answer.allocation.program.weighted(by: before),
        to: new.program.weighted(by: after), point: answer.solution.point,
        duals: answer.duals.map { $0 * before },
        reducedCosts: answer.reducedCosts.map { $0 * before })
    else { return nil }
    return change / step
  }

  /// - Parameter far: the largest move that is looked at.
  /// - Returns: nil where not even the smallest move has a plan.
  func side(far: Double) throws(StudyEnd) -> PriceSide? {
    guard far > 0 else { return nil }
    var low = slopeAtBase
    var outer: Tangent?
    var current = try tangent(at: far)
    var reach: Tangent?
    for _ in 0..<60 {
      if let known = low, isOnLine(current, known) {
        reach = current
        break
      }
      if let slope = current.slope, isOnLine(current, slope) {
        // The tangent passes through 0: its piece begins there.
        low = slope
        guard let beyond = outer, let next = meeting(slope, beyond),
          next > current.amount * (1 + 1e-9)
        else {
          reach = current
          break
        }
        let end = try tangent(at: next)
        guard !isOnLine(end, slope) else {
          reach = end
          break
        }
        outer = end
        current = end
      } else if current.isPlan || outer == nil {
        outer = current
      }
      var next = current.amount * (current.isPlan ? 0.1 : 0.5)
      if let known = low, let meets = meeting(known, current), meets < current.amount * (1 - 1e-9) {
        next = meets
      }
      guard next > far * 1e-7 else { break }
      current = try tangent(at: next)
    }
    guard let reach, reach.isPlan else { return nil }
    let slope = low ?? (reach.level - baseLevel) / reach.amount
    return try checked(
      slope, reach: reach.amount, isLookedTo: reach.amount >= far * (1 - 1e-12),
      endsInfeasible: outer.map { !$0.isPlan } ?? false)
  }

  private var baseLevel: Double { base.value * weight }

  private var slopeAtBase: Double? {
    SensitivityRanging.slope(
      at: base, moved: 0, by: parameter, of: baseline.model, step: direction * derivativeStep
    ).map { $0 * direction }
  }

  private var derivativeStep: Double { 1e-4 * max(parameter.size, 1e-3) }

  private func tangent(at amount: Double) throws(StudyEnd) -> Tangent {
    let changed = parameter.moved(direction * amount, in: baseline.model)
    guard let answer = try baseline.solve(changed) else {
      return Tangent(amount: amount, level: .infinity, slope: nil)
    }
    let slope = SensitivityRanging.slope(
      at: answer, moved: direction * amount, by: parameter, of: baseline.model,
      step: -direction * min(derivativeStep, amount / 2))
    return Tangent(
      amount: amount, level: answer.value * SensitivityRanging.weight(of: changed),
      slope: slope.map { $0 * direction })
  }

  private func isOnLine(_ tangent: Tangent, _ slope: Double) -> Bool {
    guard tangent.isPlan else { return false }
    let predicted = baseLevel + slope * tangent.amount
    let size = max(abs(baseLevel), abs(slope * tangent.amount), 1e-12)
    return abs(tangent.level - predicted) <= 2e-8 * size
  }

  /// Where a line from the base with a slope meets a tangent.
  private func meeting(_ slope: Double, _ tangent: Tangent) -> Double? {
    guard let other = tangent.slope, tangent.isPlan, other - slope > 1e-12 * abs(slope) else {
      return nil
    }
    let amount = (baseLevel - tangent.level + other * tangent.amount) / (other - slope)
    return amount > 0 && amount < tangent.amount ? amount : nil
  }

  /// The price of the value itself, checked by solving the model again inside the reach. What changes
  /// coefficients (a share, say) bends the value; then the reach is cut until the prediction holds.
  private func checked(
    _ slope: Double, reach: Double, isLookedTo: Bool, endsInfeasible: Bool
  ) throws(StudyEnd) -> PriceSide? {
    var slope = slope
    var amount = min(1, reach / 2)
    var side = try check(slope, at: amount)
    guard side?.isConfirmed == false else {
      side?.reach = reach
      side?.isLookedTo = isLookedTo
      side?.endsInfeasible = endsInfeasible
      return side
    }
    if let near = try tangent(at: 1e-4 * reach).slope { slope = near }
    for _ in 0..<20 {
      side = try check(slope, at: amount)
      side?.reach = amount
      if side?.isConfirmed ?? true { break }
      amount /= 2
    }
    return side
  }

  private func check(_ slope: Double, at amount: Double) throws(StudyEnd) -> PriceSide? {
    let changed = parameter.moved(direction * amount, in: baseline.model)
    guard let answer = try baseline.solve(changed) else { return nil }
    let moved = SensitivityRanging.weight(of: changed)
    let change = answer.value - base.value
    let miss = abs(answer.value - (baseLevel + slope * amount) / moved)
    // Of the quotient: (N' − V·W') / W.
    let price = (slope - base.value * (moved - weight) / amount) / weight
    let size = max(abs(base.value), abs(change), 1e-6)
    let isConfirmed = miss <= 1e-6 * size && miss <= 1e-3 * abs(change) + 1e-8 * size
    return PriceSide(
      slope: price, reach: amount, isLookedTo: false, endsInfeasible: false, checkedAt: amount,
      miss: miss, isConfirmed: isConfirmed)
  }
}

extension LinearProgram {
  /// The program with its costs and offset multiplied.
  fileprivate func weighted(by factor: Double) -> LinearProgram {
    if factor == 1 { return self }
    var result = self
    result.setCosts(cost.map { $0 * factor })
    result.objectiveOffset = objectiveOffset * factor
    return result
  }
}
