/// How a programme pays.
public enum Instrument: String, Sendable, CaseIterable {
  case grant, loan
  case priceSupport = "price_support"
  case stockpile
}

/// The terms of a programme's loans (formulation section 4, loans).
public struct LoanTerms: Sendable, Hashable {
  /// Yearly interest.
  public var rate: Double
  /// Years of repayment after the grace.
  public var tenor: Double
  /// Years before repayment starts.
  public var grace: Double
  public var isRevolving: Bool
  public init(rate: Double, tenor: Double, grace: Double, isRevolving: Bool) {
    self.rate = rate
    self.tenor = tenor
    self.grace = grace
    self.isRevolving = isRevolving
  }
}

public struct Fund: Sendable {
  public var id: String
  public var name: String
  public var instruments: Set<Instrument>
  /// An amount series in millions.
  public var appropriations: Series
  /// Share of what is unspent at a year's end that stays available.
  public var keep = Schema.fund.number("keep")
  public var eligible = Filter()
  /// Of a facility's cost in the step.
  public var maxShare = Schema.fund.number("max_share")
  /// Millions; nil: no limit.
  public var maxPerFacility: Double?
  public var loan: LoanTerms?
  public var location: SourceLocation
  public init(
    id: String, name: String, instruments: Set<Instrument>, appropriations: Series,
    location: SourceLocation
  ) {
    self.id = id
    self.name = name
    self.instruments = instruments
    self.appropriations = appropriations
    self.location = location
  }
  /// Whether the fund's awards are capital (grants or loans).
  public var givesCapital: Bool { instruments.contains(.grant) || instruments.contains(.loan) }
}
