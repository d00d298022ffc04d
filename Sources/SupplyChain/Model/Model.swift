/// An allocation model as people write it, with units resolved and references turned into indices.
///
/// Units everywhere in these types: quantities in tonnes, capacities and limits in tonnes a year,
/// money in millions of the model's currency, prices and opex in currency a tonne, capex in
/// currency per tonne-a-year, durations in years, shares as fractions of 1.
/// Entries keep the order of the file; a reference to a commodity, facility, … is its index here.
public struct Model: Sendable {
  public var name = ""
  public var description = ""
  /// Who answers for its data, as one line; empty where nobody is named.
  public var author = ""
  /// The day as of which its data stand; nothing is worked out from it.
  public var asOf: CalendarDate?
  public var horizon = Horizon(start: 2026, end: 2026, step: .year)
  public var currency = Schema.money.text("currency")
  /// Yearly rate of the present values.
  public var discountRate = Schema.money.number("discount")
  /// In lexicographic order, never empty.
  public var objectives: [Objective] = Schema.model.texts("objective").compactMap(
    Objective.init(builtIn:))
  public var provenance = Provenance()
  public var commodities: [Commodity] = []
  public var facilities: [Facility] = []
  public var imports: [ImportSource] = []
  public var demand: [DemandSegment] = []
  public var stockpiles: [Stockpile] = []
  public var returns: [ReturnStream] = []
  public var funds: [Fund] = []
  public var limits: [Limit] = []
  public var targets: [Target] = []
  public var factors: [Factor] = []
  public var measures: [NamedMeasure] = []
  public var rules: [WrittenRule] = []
  /// Awards that have been made; every plan has them.
  public var commitments: [Commitment] = []
  /// Whether nothing is awarded, built or bought beside the commitments.
  public var operatesOnly = false
  public var uncertainty: Uncertainty?
  public var adversary: Adversary?
  /// Of an outcome of an uncertain model: what awards before the reveal cost.
  public var costsBeforeReveal: AwardCosts?
  /// Multiplies every appropriation.
  public var budgetScale = 1.0
  /// The model file's scenarios by id, in file order (already applied changes are not in the list's effect).
  public var scenarios: [ScenarioSummary] = []

  public init() {}
}

/// Where something stands in a file; line and column count from 1.
public struct SourceLocation: Sendable, Hashable {
  public var file: String
  public var line: Int
  public var column: Int
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// Whole years from `start` to `end`, both included, in equal steps, and years beyond in which nothing new is decided
/// (formulation section 2, years beyond).
public struct Horizon: Sendable, Hashable {
  public enum Step: String, Sendable, CaseIterable {
    case year, half, quarter, month
    public var perYear: Int {
      switch self {
      case .year: 1
      case .half: 2
      case .quarter: 4
      case .month: 12
      }
    }
  }
  public var start: Int
  public var end: Int
  public var step: Step
  /// Years after `end` in which all data stay as in the year `end`.
  public var beyond = 0
  /// What a year beyond weighs in the dependency against the year `end`.
  public var beyondWeight = Schema.horizon.number("beyond_weight")
  public init(start: Int, end: Int, step: Step) {
    self.start = start
    self.end = end
    self.step = step
  }
  /// Years from `start` to `end`.
  public var yearCount: Int { end - start + 1 }
  public var stepsPerYear: Int { step.perYear }
  /// Steps from `start` to `end`: those in which something can be awarded, and those that tables show.
  public var stepCount: Int { yearCount * stepsPerYear }
  /// Steps with those of the years beyond.
  public var stepCountWithBeyond: Int { (yearCount + beyond) * stepsPerYear }
  /// Δ, the length of a step in years.
  public var stepLength: Double { 1 / Double(stepsPerYear) }
  public func year(ofStep step: Int) -> Int { start + step / stepsPerYear }
  /// The year whose data hold in a step: its own, or `end` in the years beyond.
  public func dataYear(ofStep step: Int) -> Int { min(end, year(ofStep: step)) }
}

/// Values by year. A level series is linear between the years given and constant outside them;
/// an amount series (appropriations) is zero in the years not given. Years ascend strictly.
public struct Series: Sendable, Hashable {
  public var years: [Int]
  public var values: [Double]
  public init(years: [Int], values: [Double]) {
    self.years = years
    self.values = values
  }
  /// The same level in every year.
  public init(_ constant: Double) {
    years = [0]
    values = [constant]
  }
  /// The value of a level series in a year. A value may be `+infinity` where a limit is lifted;
  /// then every year around it is given, so that nothing is interpolated from infinity.
  public func level(_ year: Int) -> Double {
    guard let last = years.last else { return 0 }
    if year <= years[0] { return values[0] }
    if year >= last { return values[values.count - 1] }
    var low = 0
    var high = years.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if years[middle] <= year { low = middle } else { high = middle }
    }
    if years[low] == year { return values[low] }
    let share = Double(year - years[low]) / Double(years[high] - years[low])
    return values[low] + (values[high] - values[low]) * share
  }
  /// The value of an amount series in a year: zero where the year is not given.
  public func amount(_ year: Int) -> Double {
    guard let index = years.firstIndex(of: year) else { return 0 }
    return values[index]
  }
  /// Whether any value is above zero.
  public var isPositiveSomewhere: Bool { values.contains { $0 > 0 } }
}

public struct Provenance: Sendable {
  /// Most secure first. Never empty.
  public var classes: [(name: String, weight: Double)] = []
  /// ρ_u, the weight of going without.
  public var unmetWeight = Schema.provenance.number("unmet")
  /// Country code to class index.
  public var countries: [String: Int] = [:]
  /// ω, a level series.
  public var yearWeights = Schema.provenance.series("year_weights")
  public init() {}
}

public struct Commodity: Sendable {
  public var id: String
  public var name: String
  public var stage: String
  /// Currency per tonne; nil where the model gives none (then it counts 0). Of a commodity at import parity, the
  /// parity price of every year.
  public var price: Series?
  /// Whether the price is the least landed price among its imports that have a price, plus the premium
  /// (formulation section 3, parity).
  public var isAtParity = false
  /// Currency per tonne, over a parity price.
  public var premium = Schema.commodity.series("premium")
  /// Element symbol (as written) and mass share.
  public var contains: [(element: String, share: Double)]
  public var location: SourceLocation
  public init(
    id: String, name: String, stage: String, price: Series?,
    contains: [(element: String, share: Double)], location: SourceLocation
  ) {
    self.id = id
    self.name = name
    self.stage = stage
    self.price = price
    self.contains = contains
    self.location = location
  }
}

/// Tonnes of commodities taken and yielded per tonne of activity.
public struct Recipe: Sendable {
  public var inputs: [(commodity: Int, amount: Double)]
  public var outputs: [(commodity: Int, amount: Double)]
  /// The main product (a commodity index); nil where nothing comes out.
  public var main: Int?
  public init(
    inputs: [(commodity: Int, amount: Double)], outputs: [(commodity: Int, amount: Double)],
    main: Int?
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.main = main
  }
}

public struct Facility: Sendable {
  public var id: String
  public var name: String
  public var stage: String
  public var country: String
  /// Country of the owner, where it is given.
  public var owner: String?
  /// κ: index of the less secure of the classes of the facility's country and its owner's.
  public var provenanceClass: Int
  /// Where it stands, for maps.
  public var place: Place?
  public var tags: [String] = []
  public var recipe: Recipe
  /// Tonnes of activity a year.
  public var existing = Schema.facility.series("existing")
  public var availability = Schema.facility.series("availability")
  /// Currency per tonne of activity.
  public var opex = Schema.facility.series("opex")
  /// Years that added capacity lasts; nil: the whole horizon.
  public var life: Double?
  public var isCommercial = Schema.facility.flag("commercial")
  public var expansion: Expansion?
  public var location: SourceLocation
  public init(
    id: String, name: String, stage: String, country: String, provenanceClass: Int, recipe: Recipe,
    location: SourceLocation
  ) {
    self.id = id
    self.name = name
    self.stage = stage
    self.country = country
    self.provenanceClass = provenanceClass
    self.recipe = recipe
    self.location = location
  }
}

public struct BuildOption: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case standard
    case fastTrack = "fast_track"
  }
  public var kind: Kind
  /// Years.
  public var permit: Double
  /// Years.
  public var construction: Double
  /// Currency per (t/yr), a level series over the award's year.
  public var capex: Series
  public init(kind: Kind, permit: Double, construction: Double, capex: Series) {
    self.kind = kind
    self.permit = permit
    self.construction = construction
    self.capex = capex
  }
}

public struct Expansion: Sendable {
  /// Largest total award, t/yr.
  public var max: Double
  /// Smallest total award if anything is built, t/yr.
  public var min: Double?
  /// Whole modules of this size only, t/yr.
  public var module: Double?
  /// The standard option first.
  public var options: [BuildOption]
  /// Fraction available by year of operation; never empty.
  public var ramp = Schema.expansion.fractions("ramp")
  /// Fraction of the cost by year from the award; never empty.
  public var spending = Schema.expansion.fractions("spending")
  /// First award year.
  public var earliest: Int?
  /// Least and largest share of private money in the cost of a step.
  public var privateMinShare = 0.0
  public var privateMaxShare = 0.0
  /// Hurdle rate h of private money.
  public var hurdle = Schema.privateMoney.number("hurdle")
  /// Largest share of all programmes together in the cost of a step.
  public var combinedMaxShare = Schema.expansion.number("combined_max_share")
  /// Whether all awards fall in one step.
  public var isOnce = Schema.expansion.flag("once")
  /// Probability of failure and of delay, which samples draw (formulation section 7, delivery).
  public var delivery: Delivery?
  /// The year of the reveal from which the project is known to have failed; nil: it delivers.
  public var failsFrom: Int?
  /// A facility index.
  public var requires: Int?
  public var exclusiveGroup: String?
  public init(max: Double, options: [BuildOption]) {
    self.max = max
    self.options = options
  }
}
