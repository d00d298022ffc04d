import SupplyChain

extension Fund {
  /// Appropriations inside the horizon at a budget scale of 1, millions.
  public func appropriated(_ horizon: Horizon) -> Double {
    (horizon.start...horizon.end).reduce(0) { $0 + appropriations.amount($1) }
  }
}

extension Model {
  /// Appropriations of all funds inside the horizon at a budget scale of 1, millions.
  public var appropriated: Double { funds.reduce(0) { $0 + $1.appropriated(horizon) } }

  /// Appropriations of all funds inside the horizon at the model's budget scale, millions.
  public var budget: Double { appropriated * budgetScale }
}

extension Plan {
  /// Awards, price support and purchases less refunds, millions, undiscounted.
  public var publicMoneySpent: Double {
    awards.reduce(0) { $0 + $1.amount } + supports.reduce(0) { $0 + $1.amount }
      + purchases.reduce(0) { $0 + $1.amount } - refunds.reduce(0) { $0 + $1.amount }
  }

  /// Price support by fund, facility and step, that of new and of existing capacity taken together, in order of the
  /// first of each.
  public var supportByFacility: [Support] {
    var merged: [Support] = []
    var places: [[Int]: Int] = [:]
    for row in supports {
      let key = [row.fund, row.facility, row.step]
      if let place = places[key] {
        merged[place].amount += row.amount
      } else {
        places[key] = merged.count
        merged.append(row)
      }
    }
    return merged
  }

  /// Private money drawn in, millions, undiscounted.
  public var privateMoneySpent: Double { privateMoney.reduce(0) { $0 + $1.amount } }

  /// One facility's awards, support and builds taken together.
  public struct Project: Sendable {
    public var facility: Int
    /// Awards and price support, millions.
    public var publicMoney = 0.0
    /// Millions.
    public var privateMoney = 0.0
    /// t/yr.
    public var capacity = 0.0
    /// Year, and fraction of it, in which the first of it works; nil where nothing is built.
    public var online: Double?
  }

  /// The projects of a plan for a model, those with the most public money first, then by facility.
  public func projects(_ model: Model) -> [Project] {
    var all = model.facilities.indices.map { Project(facility: $0) }
    for award in awards { all[award.facility].publicMoney += award.amount }
    for support in supports { all[support.facility].publicMoney += support.amount }
    for money in privateMoney { all[money.facility].privateMoney += money.amount }
    for build in builds {
      let online =
        Double(model.horizon.start) + Double(build.onlineStep) * model.horizon.stepLength
      all[build.facility].capacity += build.capacity
      all[build.facility].online = min(all[build.facility].online ?? online, online)
    }
    return all.sorted { ($1.publicMoney, $0.facility) < ($0.publicMoney, $1.facility) }
  }
}

extension Plan {
  /// Capacity awarded in all, t/yr, by facility index.
  public var capacityByFacility: [Int: Double] {
    builds.reduce(into: [:]) { $0[$1.facility, default: 0] += $1.capacity }
  }
}
