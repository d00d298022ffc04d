/// What a column of an allocation program decides. `first`, `second` and `step` are the ids that the
/// kind's comment names, in that order; unused ones are 0.
public struct ColumnKey: Sendable, Hashable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// x[facility, class, step], kt of activity.
    case activity
    /// build[facility, option, step], kt/yr; whole modules where the facility has them.
    case build
    /// Capacity added so far and ramped up, before availability: [facility, –, step], kt/yr.
    case added
    /// 1 where the facility is built at all (smallest award): [facility].
    case choice
    /// 1 where the facility is its exclusive group's choice: [facility].
    case exclusive
    /// q[source, –, step], kt.
    case imported
    /// release[stockpile, class, step], kt.
    case release
    /// store[stockpile, class, step], kt.
    case store
    /// stock[stockpile, class, step], kt at the step's end.
    case stock
    /// z[returns, –, step], kt.
    case returned
    /// down[commodity, class, step], kt from the class to the next less secure one.
    case downgrade
    /// y[segment, class, step], kt.
    case served
    /// award[fund, facility, step], millions.
    case award
    /// support[fund, facility, step], millions.
    case support
    /// private[facility, –, step], millions.
    case privateMoney
    /// x_new[facility, –, step], kt of activity that counts as the awards' own.
    case fresh
    /// carry[fund, –, step], millions at the step's end.
    case carry
    /// bought[fund, stockpile, step], millions.
    case bought
    /// The largest yearly dependency.
    case peak
  }
  public var kind: Kind
  public var first: Int32
  public var second: Int32
  public var step: Int32

  init(_ kind: Kind, _ first: Int = 0, _ second: Int = 0, step: Int = 0) {
    self.kind = kind
    self.first = Int32(truncatingIfNeeded: first)
    self.second = Int32(truncatingIfNeeded: second)
    self.step = Int32(truncatingIfNeeded: step)
  }
}

/// What a row of an allocation program demands; ids as in `ColumnKey`.
public struct RowKey: Sendable, Hashable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// Activity within capacity: [facility, –, step].
    case capacity
    /// Definition of the added capacity: [facility, –, step].
    case added
    /// Largest total award: [facility].
    case maximum
    /// Smallest total award, upper and lower side: [facility, 0 or 1].
    case minimum
    /// At most one of a group: [first facility of the group].
    case exclusive
    /// A choice opens the facility: [facility].
    case exclusiveLink
    /// `requires`: [facility, –, step].
    case requires
    /// Material balance: [commodity, class, step].
    case balance
    /// Stock kept: [stockpile, class, step].
    case stock
    /// Room of a stockpile: [stockpile, –, step].
    case room
    /// Returned material: [returns, –, step].
    case returned
    /// Demand served: [segment, –, step].
    case demand
    /// Who pays the cost: [facility, –, step].
    case cost
    /// A fund's largest share: [fund, facility, step].
    case awardShare
    /// A fund's most for one facility: [fund, facility].
    case perFacility
    /// Largest private share: [facility, –, step].
    case privateShare
    /// No plant runs at a loss: [facility, –, step].
    case noLoss
    /// Debt served from the business: [facility, –, first step of the year].
    case debt
    /// Private money earns its hurdle rate: [facility].
    case bankability
    /// Activity that counts as new: [facility, –, step].
    case fresh
    /// A fund's account: [fund, –, step].
    case account
    /// Stockpile purchases paid: [stockpile, –, step].
    case purchase
    /// A limit: [limit, –, first step of its year].
    case limit
    /// A target: [target].
    case target
    /// The year's dependency is at most the peak: [–, –, first step of the year].
    case peak
    /// An earlier objective held near its best: [objective].
    case held
  }
  public var kind: Kind
  public var first: Int32
  public var second: Int32
  public var step: Int32

  init(_ kind: Kind, _ first: Int = 0, _ second: Int = 0, step: Int = 0) {
    self.kind = kind
    self.first = Int32(truncatingIfNeeded: first)
    self.second = Int32(truncatingIfNeeded: second)
    self.step = Int32(truncatingIfNeeded: step)
  }
}
