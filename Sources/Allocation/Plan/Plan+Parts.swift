import SupplyChain

extension Plan {
  /// Reads what is made by old and by new capacity, and what private money gets.
  mutating func readParts(_ allocation: AllocationProgram, _ point: [Double]) {
    let parts = PartReader(allocation, point)
    partActivities = parts.activities
    privateReturns = parts.privateReturns
  }
}

private struct PartReader {
  private let model: Model
  private let rates: SupportRates
  private let stepCount: Int
  /// By facility and step, kt.
  private var whole: [Double]
  private var new: [Double]
  /// Support less refunds of what is new, by facility and step, and private money, millions.
  private var supported: [Double]
  private var given: [Double]
  /// Debt service by facility and step, millions.
  private var service: [Double]

  init(_ allocation: AllocationProgram, _ point: [Double]) {
    model = allocation.model
    rates = SupportRates(model)
    stepCount = model.horizon.stepCountWithBeyond
    let none = [Double](repeating: 0, count: model.facilities.count * stepCount)
    (whole, new, supported, given, service) = (none, none, none, none, none)
    var isTold = [Bool](repeating: false, count: none.count)
    for (j, key) in allocation.columns.enumerated() {
      let (first, second, value) = (Int(key.first), Int(key.second), point[j])
      func at(_ p: Int) -> Int { p * stepCount + Int(key.step) }
      switch key.kind {
      case .activity: whole[at(first)] += value
      case .newActivity:
        new[at(first)] = value
        isTold[at(first)] = true
      case .support: supported[at(second)] += value
      case .refund: supported[at(second)] -= value
      case .privateMoney: given[at(first)] += value
      case .award:
        guard value > 0, let loan = model.funds[first].loan,
          model.funds[first].instruments.contains(.loan)
        else { continue }
        let repaid = Repayment(
          loan, to: model.facilities[second], awardedIn: Int(key.step), horizon: model.horizon)
        for step in repaid.steps { service[second * stepCount + step] += value * repaid.payment }
      // As the hurdle row counts it: nothing is gained by paying late, and what is left at the end is owed.
      case .arrears where isDearerThanHurdle(first, second):
        let next = Int(key.step) + 1
        guard next < stepCount else { continue }
        service[at(second)] -= value
        service[second * stepCount + next] += value * growth(first)
      default: break
      }
    }
    for p in model.facilities.indices {
      for t in 0..<stepCount where !isTold[p * stepCount + t] {
        let capacity = existingCapacity(p, t)
        new[p * stepCount + t] = max(0, whole[p * stepCount + t] - capacity)
      }
    }
  }

  /// By how much arrears to a fund grow in a step.
  private func growth(_ f: Int) -> Double {
    Interest.discount(
      rate: model.funds[f].loan?.forbearance?.rate ?? 0, years: -model.horizon.stepLength)
  }

  /// Whether what is put off of a fund's loans costs a facility more than its private money asks for.
  private func isDearerThanHurdle(_ f: Int, _ p: Int) -> Bool {
    (model.funds[f].loan?.forbearance?.rate ?? 0) > model.facilities[p].expansion?.hurdle
      ?? .infinity
  }

  /// What existing capacity can make in a step, kt.
  private func existingCapacity(_ p: Int, _ t: Int) -> Double {
    let facility = model.facilities[p]
    guard facility.expansion != nil else { return .infinity }
    let year = model.horizon.dataYear(ofStep: t)
    return facility.availability.level(year) * facility.existing.level(year)
      * model.horizon.stepLength / AllocationProgram.tonnesPerUnit
  }

  var activities: [Plan.PartActivity] {
    let unit = AllocationProgram.tonnesPerUnit
    var rows: [Plan.PartActivity] = []
    for p in model.facilities.indices {
      for t in 0..<model.horizon.stepCount where whole[p * stepCount + t] * unit > Plan.negligible {
        let made = min(max(0, new[p * stepCount + t]), whole[p * stepCount + t])
        rows.append(
          .init(
            facility: p, step: t, existing: (whole[p * stepCount + t] - made) * unit,
            new: made * unit))
      }
    }
    return rows
  }

  var privateReturns: [Plan.PrivateReturn] {
    model.facilities.indices.compactMap { p in
      guard let expansion = model.facilities[p].expansion,
        given[(p * stepCount)..<((p + 1) * stepCount)].contains(where: { $0 > 0 })
      else { return nil }
      var row = Plan.PrivateReturn(facility: p, invested: 0, earned: 0)
      for t in 0..<stepCount {
        let place = p * stepCount + t
        let factor = Interest.discount(
          rate: expansion.hurdle, years: Double(t) * model.horizon.stepLength)
        row.invested += factor * given[place]
        row.earned +=
          factor
          * (rates.margin(facility: p, step: t) * new[place] + supported[place] - service[place])
      }
      return row.invested > Plan.negligible ? row : nil
    }
  }
}
