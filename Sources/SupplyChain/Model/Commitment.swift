/// What has been awarded already, or is held to be: the same in every plan (formulation section 5.1, commitments).
public struct Commitment: Sendable, Hashable {
  public enum Subject: Sendable, Hashable {
    /// Capacity under an option, t/yr.
    case build(facility: Int, option: BuildOption.Kind)
    /// Money of a fund for a facility, millions.
    case award(fund: Int, facility: Int)
    /// What a fund buys for a stockpile, millions.
    case purchase(fund: Int, stockpile: Int)
  }
  public var subject: Subject
  /// The steps that the amount falls in: one, or all of a year.
  public var steps: Range<Int>
  /// In the subject's unit, 0 or more.
  public var amount: Double
  /// Where it is said, for people.
  public var source: String?
  public var location: SourceLocation

  public init(
    subject: Subject, steps: Range<Int>, amount: Double, source: String? = nil,
    location: SourceLocation
  ) {
    self.subject = subject
    self.steps = steps
    self.amount = amount
    self.source = source
    self.location = location
  }

  /// The facility that it is for; nil for a stockpile.
  public var facility: Int? {
    switch subject {
    case .build(let p, _), .award(_, let p): p
    case .purchase: nil
    }
  }

  /// What result tables may leave out of the amount, in its unit.
  fileprivate var rounding: Double {
    if case .build = subject { return max(0.01, 1e-6 * amount) }
    return max(1e-3, 1e-6 * amount)
  }

  /// The fund that pays; nil for capacity.
  public var fund: Int? {
    switch subject {
    case .award(let f, _), .purchase(let f, _): f
    case .build: nil
    }
  }
}

extension Model {
  /// The model with awards made beside those that it is committed to.
  ///
  /// - Parameter operatesOnly: whether nothing further may be awarded, built or bought.
  public func committing(_ awards: [Commitment], operatesOnly: Bool = false) -> Model {
    var result = self
    result.commitments += awards
    result.operatesOnly = operatesOnly
    return result
  }
}

extension Model {
  /// Which awards of a list say what the model is committed to already, and which contradict it.
  public struct KnownAwards: Sendable {
    /// Indices of awards that a commitment says as well, in one or as parts that add up to it.
    public var same: Set<Int> = []
    /// Indices of awards of another amount or time than the commitment to the same.
    public var other: [(award: Int, commitment: Int)] = []
  }

  /// Compares a list of awards with what the model is committed to, to the rounding of result tables.
  public func known(_ awards: [Commitment]) -> KnownAwards {
    var result = KnownAwards()
    for (n, commitment) in commitments.enumerated() {
      let listed = awards.indices.filter {
        awards[$0].subject == commitment.subject && awards[$0].steps.overlaps(commitment.steps)
      }
      let isWithin = listed.allSatisfy {
        commitment.steps.lowerBound <= awards[$0].steps.lowerBound
          && awards[$0].steps.upperBound <= commitment.steps.upperBound
      }
      let sum = listed.reduce(0) { $0 + awards[$1].amount }
      if isWithin, abs(sum - commitment.amount) <= commitment.rounding {
        result.same.formUnion(listed)
      } else {
        result.other += listed.map { ($0, n) }
      }
    }
    return result
  }

  /// Millions that a text such as `120 MUSD` says; nil where it says none.
  public static func money(_ text: String, currency: String) -> Double? {
    var units = UnitSystem(currency: currency)
    return try? Quantity.value(of: text, as: .money, units: &units)
  }
}

extension Horizon {
  /// The name of a step: `2026` with yearly steps, `2026-Q2`, `2026-H1`, `2026-04` within the year.
  public func periodName(_ step: Int) -> String {
    let year = year(ofStep: step)
    let within = step % stepsPerYear + 1
    switch self.step {
    case .year: return "\(year)"
    case .half: return "\(year)-H\(within)"
    case .quarter: return "\(year)-Q\(within)"
    case .month: return "\(year)-\(within < 10 ? "0" : "")\(within)"
    }
  }

  /// The steps of a year, or the one step that a period names; nil where the horizon has none such.
  func steps(of time: String) -> Range<Int>? {
    if let year = Int(time), time.utf8.count == 4 {
      guard year >= start, year <= end else { return nil }
      let first = (year - start) * stepsPerYear
      return first..<(first + stepsPerYear)
    }
    guard let year = Int(time.prefix(4)), year >= start, year <= end else { return nil }
    let first = (year - start) * stepsPerYear
    return (first..<(first + stepsPerYear)).first { periodName($0) == time.uppercased() }.map {
      $0..<($0 + 1)
    }
  }
}
