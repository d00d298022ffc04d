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
  /// Share of a loan that the fund is charged.
  public var subsidy = Schema.loan.number("subsidy")
  /// Whether the file names the share, be it the whole loan.
  public var saysSubsidy = false
  /// Most of all its loans together, millions; nil: no limit.
  public var authority: Double?
  /// Whether payments may be put off; nil: they are made when they are due.
  public var forbearance: Forbearance?
  public init(rate: Double, tenor: Double, grace: Double, isRevolving: Bool) {
    self.rate = rate
    self.tenor = tenor
    self.grace = grace
    self.isRevolving = isRevolving
  }
}

/// On what terms payments on loans may be put off (formulation section 4, payments put off).
public struct Forbearance: Sendable, Hashable {
  /// Yearly interest on what is put off.
  public var rate: Double
  /// Share of each payment that may be put off.
  public var atMost = Schema.forbearance.number("at_most")
  /// Years of the payments that may be put off; nil: from the start, to the end.
  public var from: Int?
  public var until: Int?
  public init(rate: Double) { self.rate = rate }
  /// Whether payments of a year may be put off.
  public func admits(_ year: Int) -> Bool {
    atMost > 0 && year >= from ?? .min && year <= until ?? .max
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
  /// How price support is earned.
  public var pays = SupportRule()
  /// Whether the file says so, rather than leaving it to the default.
  public var saysHowItPays = false
  /// Whether the file names appropriations.
  public var hasAppropriations = true
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
  /// Whether its support is paid without an account: entitled, and nothing is appropriated for it.
  public var paysWithoutAccount: Bool {
    instruments.contains(.priceSupport) && pays.isEntitled && !hasAppropriations
  }
}

extension Model {
  /// Whether payments on some programme's loans may be put off.
  public var putsPaymentsOff: Bool {
    funds.contains {
      $0.instruments.contains(.loan) && $0.loan?.forbearance.map { $0.atMost > 0 } ?? false
    }
  }
}

/// What a programme pays for a tonne that a facility makes (formulation section 4, support is earned by output).
public struct SupportRule: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case gap, floor
    case perTonne = "per_tonne"
    case costShare = "cost_share"
  }
  public var kind: Kind = Schema.pays.choice("rule")
  /// Of `floor` and `per_tonne`: a commodity index.
  public var commodity: Int?
  /// Of `gap`: most per tonne of the main product, currency; nil: no limit.
  public var max: Double?
  /// Of `floor`: currency per tonne.
  public var strike = Series(0)
  /// Of `per_tonne`: currency per tonne.
  public var rate = Series(0)
  /// Of `cost_share`.
  public var share = Series(0)
  /// Of `cost_share`: whether the inputs' cost counts.
  public var includesInputs = Schema.pays.flag("inputs")
  /// Of an entitled `floor`: the share of what the price is above the strike that is paid back.
  public var twoWay = Schema.pays.number("two_way")
  /// Whether it is paid for every tonne, without a choice.
  public var isEntitled = Schema.pays.flag("entitled")
  /// Years in which it is paid; nil: from the start, to the end.
  public var from: Int?
  public var until: Int?
  public init() {}
}

/// Whether a project succeeds, and by how many years it is late (formulation section 7, delivery).
public struct Delivery: Sendable, Hashable {
  /// Probability.
  public var success: Double
  /// Years and their probabilities, which add up to 1.
  public var slip: [Slip]
  public struct Slip: Sendable, Hashable {
    public var years: Double
    public var probability: Double
    public init(years: Double, probability: Double) {
      self.years = years
      self.probability = probability
    }
  }
  public init(success: Double, slip: [Slip]) {
    self.success = success
    self.slip = slip
  }
}
