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
    /// support_new[fund, facility, step]: support of what was awarded, millions.
    case support
    /// support_old[fund, facility, step]: support of existing capacity, millions.
    case existingSupport
    /// refund_new[fund, facility, step]: what what was awarded pays back of a two-way floor, millions.
    case refund
    /// refund_old[fund, facility, step]: what existing capacity pays back, millions.
    case existingRefund
    /// private[facility, –, step], millions.
    case privateMoney
    /// x_new[facility, –, step], kt of activity of the capacity that was awarded.
    case newActivity
    /// carry[fund, –, step], millions at the step's end.
    case carry
    /// bought[fund, stockpile, step], millions.
    case bought
    /// arrears[fund, facility, step]: what is put off and not caught up, with interest, millions.
    case arrears
    /// unpaid[fund, facility, step of the award]: what is never paid of each payment from the last year on, millions.
    case unpaid
    /// The largest stock to the end: [stockpile], kt.
    case largestStock
    /// 1 where the facility's awards fall in the step: [facility, –, step].
    case awardStep
    /// The largest yearly dependency.
    case peak
    /// 1 where a revision changes what a facility (0) or a stockpile (1) gets: [facility or stockpile, 0 or 1].
    case changed
    /// Money that a revision adds to what was awarded, and takes from it, millions: [column].
    case addedMoney
    case takenMoney
    /// What a rule with a penalty lacks: [rule, –, first step of its year], in the unit of its row.
    case shortfall
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

extension ColumnKey {
  /// The facility whose capacity, money or activity it is; nil for columns that are about none.
  var facility: Int? {
    switch kind {
    case .activity, .build, .added, .choice, .privateMoney, .newActivity: Int(first)
    case .award, .support, .existingSupport, .refund, .existingRefund, .arrears, .unpaid:
      Int(second)
    default: nil
    }
  }

  /// Whether it is an award or support: money of a fund (`first`) for a facility (`second`).
  public var isMoneyForFacility: Bool {
    kind == .award || kind == .support || kind == .existingSupport
  }
}

/// What a row of an allocation program demands; ids as in `ColumnKey`.
public struct RowKey: Sendable, Hashable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// Activity within capacity: [facility, –, step]; where old and new are kept apart, that of the capacity awarded.
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
    /// Least private share: [facility, –, step].
    case leastPrivateShare
    /// Largest share of all funds together: [facility, –, step].
    case combinedShare
    /// Most of a fund's loans together: [fund].
    case authority
    /// Support is earned by the output of what was awarded: [fund, facility, step].
    case supportRate
    /// Support is earned by the output of existing capacity: [fund, facility, step].
    case existingSupportRate
    /// What the output of what was awarded pays back: [fund, facility, step].
    case refundRate
    /// What the output of existing capacity pays back: [fund, facility, step].
    case existingRefundRate
    /// No plant runs at a loss: [facility, 0 for what was awarded and 1 for existing capacity, step].
    case noLoss
    /// Debt served from the business: [facility, –, first step of the year].
    case debt
    /// Private money earns its hurdle rate: [facility].
    case bankability
    /// Activity of existing capacity: [facility, –, step].
    case existingCapacity
    /// Only what is used can be imported: [commodity, class, step].
    case usedImports
    /// What arrives inside goods: [segment, –, step].
    case embedded
    /// The largest stock is at least the step's: [stockpile, –, step].
    case largestStock
    /// What must be left of the largest stock: [stockpile].
    case endStock
    /// All awards in one step: [facility].
    case once
    /// An award falls in the facility's step: [facility, –, step].
    case onceLink
    /// A fund's account: [fund, –, step].
    case account
    /// Arrears grow by interest and at most a share of the payments due: [fund, facility, step].
    case deferral
    /// The same share of the payments from the last year on: [fund, facility, step of the award].
    case unpaid
    /// Stockpile purchases paid: [stockpile, –, step].
    case purchase
    /// A limit: [limit, –, first step of its year].
    case limit
    /// A rule: [rule, –, first step of its last year].
    case rule
    /// An award that has been made: [commitment, –, first step].
    case committed
    /// What a revision may change of a facility or a stockpile: [facility or stockpile, 0 or 1].
    case changed
    /// How much a revision may change: [0: changes or money added, 1: money taken].
    case changes
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
