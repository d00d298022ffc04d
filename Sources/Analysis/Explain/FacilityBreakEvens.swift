import Allocation
import SupplyChain
import Support

/// The values at which a facility begins, or ceases, to be needed, each by bisection with solves of the changed model; all
/// at the same time.
struct FacilityBreakEvens: Sendable {
  typealias BreakEven = FacilityCase.BreakEven

  let change: FacilityChange
  /// The best value, and that without the facility; nil where there is no plan then.
  let value: Double
  let without: Double?
  /// Where that ended: near the models in which it is not needed.
  let startWithout: WarmStart?
  let isIn: Bool
  /// Differences of values below this are noise.
  let noise: Double
  /// Relative, of the values.
  let precision: Double
  /// Those that are looked for.
  let quantities: [BreakEven.Quantity]
  let known: BaselineSolver.Known?
  let settings: RunSettings

  private var model: Model { change.model }

  func found() -> (values: [BreakEven], isInterrupted: Bool) {
    guard model.facilities[change.p].expansion != nil else { return ([], false) }
    settings.report("break-even values", 0, quantities.count)
    let results = concurrentMap(quantities.count) { index in
      let quantity = quantities[index]
      do throws(StudyEnd) {
        let value = try withBaselineSolver(model, settings, from: known) {
          baseline throws(StudyEnd) in
          try Search(breakEvens: self, baseline: baseline).value(quantity)
        }
        return (value: value, isInterrupted: false)
      } catch {
        // One that fails leaves the others.
        return (value: nil as BreakEven?, isInterrupted: error == .interrupted)
      }
    }
    return (results.compactMap(\.value), results.contains(where: \.isInterrupted))
  }

  /// On its own thread.
  private struct Search {
    let breakEvens: FacilityBreakEvens
    let baseline: BaselineSolver

    private var change: FacilityChange { breakEvens.change }
    private var model: Model { breakEvens.model }
    private var isIn: Bool { breakEvens.isIn }

    /// nil where there is nothing to change.
    func value(_ quantity: BreakEven.Quantity) throws(StudyEnd) -> BreakEven? {
      switch quantity {
      case .capex:
        let range = FacilityCase.capexRange
        return try search(
          quantity, from: 1, to: isIn ? range.upperBound : range.lowerBound, change.withCapex)
      case .premium:
        guard let price = change.marketPrice, model.facilities[change.p].isCommercial else {
          return nil
        }
        let far = FacilityCase.priceRange * price
        return try search(quantity, from: 0, to: isIn ? -far : far, change.withPremium)
      case .permit: return try permit()
      case .privateShare:
        return try search(
          quantity, from: change.privateShare, to: isIn ? 0 : 1, change.withPrivateShare)
      case .fundShare:
        guard let share = change.funds.map({ model.funds[$0].maxShare }).max() else { return nil }
        return try search(quantity, from: share, to: isIn ? 0 : 1, alone: false) {
          change.withFundShare($0, present: share)
        }
      }
    }

    /// Whether the best value of a changed model is worse without the facility. What changes the facility alone leaves
    /// the value without it as it is.
    private func isNeeded(_ changed: Model, alone: Bool) throws(StudyEnd) -> Bool {
      guard let with = try baseline.solve(changed, orFrom: breakEvens.startWithout) else {
        return false
      }
      let bare =
        alone
        ? breakEvens.without
        : try baseline.solve(FacilityChange(model: changed, p: change.p).removed)?.value
      return bare.map { $0 > with.value + breakEvens.noise } ?? true
    }

    private func search(
      _ quantity: BreakEven.Quantity, from present: Double, to far: Double, alone: Bool = true,
      _ changed: (Double) -> Model
    ) throws(StudyEnd) -> BreakEven? {
      guard present != far else { return nil }
      let value = try bisect(from: present, to: far) { amount throws(StudyEnd) in
        try isNeeded(changed(amount), alone: alone) != isIn
      }
      return BreakEven(quantity: quantity, present: present, value: value, searched: far)
    }

    /// The nearest value at which a predicate holds, which holds from there to `far`.
    private func bisect(
      from present: Double, to far: Double, _ holds: (Double) throws(StudyEnd) -> Bool
    ) throws(StudyEnd) -> Double? {
      guard try holds(far) else { return nil }
      var (near, beyond) = (present, far)
      for _ in 0..<60
      where abs(beyond - near) > breakEvens.precision * max(abs(near), abs(beyond)) {
        // Geometric where the two ends are of one sign and far apart.
        let isWide = near > 0 && beyond / near > 4
        let middle = isWide ? (near * beyond).squareRoot() : (near + beyond) / 2
        if try holds(middle) { beyond = middle } else { near = middle }
      }
      return beyond
    }

    /// The nearest permit, in whole steps, that changes the standing.
    private func permit() throws(StudyEnd) -> BreakEven? {
      let permit = model.facilities[change.p].expansion?.options.map(\.permit).max() ?? 0
      let step = model.horizon.stepLength
      let farthest = isIn ? Double(model.horizon.yearCount) : permit
      let count = Int((farthest / step - 1e-9).rounded(.up))
      guard count > 0 else { return nil }
      func years(_ n: Int) -> Double {
        isIn ? permit + Double(n) * step : max(0, permit - Double(n) * step)
      }
      func holds(_ n: Int) throws(StudyEnd) -> Bool {
        let changed = model.withPermit(of: change.p, shortenedBy: permit - years(n))
        return try isNeeded(changed, alone: true) != isIn
      }
      var result = BreakEven(
        quantity: .permit, present: permit, value: nil, searched: years(count))
      guard try holds(count) else { return result }
      var (near, beyond) = (0, count)
      while beyond - near > 1 {
        let middle = (near + beyond) / 2
        if try holds(middle) { beyond = middle } else { near = middle }
      }
      result.value = years(beyond)
      return result
    }
  }
}
