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

extension Plan {
  /// How one use of the final products is served: segments that differ in nothing but name and size taken together, because
  /// plans of the same value share material among them at will.
  public struct Use: Sendable {
    /// Segments, indices into the model's demand.
    public var segments: [Int]
    /// By year, the share of its demand that each class serves, and last the share unmet; nil in a year without demand.
    public var sharesByYear: [[Double]?]
    /// By year the dependency index of its demand alone; nil in a year without demand.
    public var dependencyByYear: [Double?]
  }

  /// The uses of a model in the order of their first segments, segments without demand left out.
  public func uses(_ model: Model) -> [Use] {
    let classes = model.provenance.classes
    return model.interchangeableSegments.compactMap { segments in
      let chosen = Set(segments)
      var tonnes = [[Double]](
        repeating: [Double](repeating: 0, count: classes.count + 1), count: model.horizon.yearCount)
      for row in served where chosen.contains(row.segment) {
        tonnes[row.step / model.horizon.stepsPerYear][row.provenanceClass ?? classes.count] +=
          row.tonnes
      }
      var use = Use(segments: segments, sharesByYear: [], dependencyByYear: [])
      for (y, row) in tonnes.enumerated() {
        let year = model.horizon.start + y
        let wanted = segments.reduce(0) { $0 + model.demand[$1].quantity.level(year) }
        let shares = wanted > 0 ? row.map { $0 / wanted } : nil
        use.sharesByYear.append(shares)
        use.dependencyByYear.append(
          shares.map { shares in
            zip(shares, classes).reduce(shares[classes.count] * model.provenance.unmetWeight) {
              $0 + $1.0 * $1.1.weight
            }
          })
      }
      return use.sharesByYear.contains { $0 != nil } ? use : nil
    }
  }
}
