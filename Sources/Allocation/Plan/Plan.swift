import SupplyChain

/// What to do: read back from a solution of an allocation program, in the model's units.
///
/// Facilities, funds, … are indices into the model. Tonnes are tonnes in the step, money is millions, capacity
/// tonnes a year. Amounts below `Plan.negligible` of their kind are left out.
public struct Plan: Sendable {
  public struct Build: Sendable {
    public var facility: Int
    public var option: BuildOption.Kind
    /// The award's step.
    public var step: Int
    /// t/yr.
    public var capacity: Double
    /// The step in which the first of it works; `stepCount` or more never occurs.
    public var onlineStep: Int
    /// Whole modules, where the facility has them.
    public var modules: Double?
  }
  public struct Award: Sendable {
    public var fund: Int
    public var facility: Int
    public var instrument: Instrument
    public var step: Int
    /// Millions.
    public var amount: Double
  }
  public struct Support: Sendable {
    public var fund: Int
    public var facility: Int
    /// Whether existing capacity earned it.
    public var isForExisting: Bool
    public var step: Int
    /// Millions.
    public var amount: Double
  }
  public struct PrivateMoney: Sendable {
    public var facility: Int
    public var step: Int
    /// Millions.
    public var amount: Double
  }
  public struct Purchase: Sendable {
    public var fund: Int
    public var stockpile: Int
    public var step: Int
    /// Millions.
    public var amount: Double
  }
  /// The price that a supported plant is paid: market price + support less refunds per tonne of main product that it
  /// makes.
  public struct PriceFloor: Sendable {
    public var facility: Int
    public var year: Int
    /// Currency per tonne of the main product.
    public var marketPrice: Double
    public var floor: Double
  }
  public struct Activity: Sendable {
    public var facility: Int
    public var provenanceClass: Int
    public var step: Int
    /// Tonnes of activity.
    public var tonnes: Double
  }
  /// What a facility makes in a step, by the part that makes it (formulation section 4, old and new). Where the program
  /// does not tell them apart existing capacity is taken to run first.
  public struct PartActivity: Sendable {
    public var facility: Int
    public var step: Int
    /// Tonnes of activity.
    public var existing: Double
    public var new: Double
  }
  /// What private money gets for what it gives, both at the facility's hurdle rate over the whole horizon, the years
  /// beyond included (formulation section 4, hurdle rate).
  public struct PrivateReturn: Sendable {
    public var facility: Int
    /// Present value in millions of the private money.
    public var invested: Double
    /// Present value in millions of margin and support less refunds of what is new, less debt service.
    public var earned: Double
    /// 1: it just earns its hurdle rate.
    public var ratio: Double { earned / invested }
  }
  /// What is imported and used: what is left over of a commodity is taken off imports first.
  public struct Import: Sendable {
    public var source: Int
    /// The class in which it enters; an import with content has a row a class.
    public var provenanceClass: Int
    public var step: Int
    public var tonnes: Double
  }
  public struct Stock: Sendable {
    public var stockpile: Int
    public var provenanceClass: Int
    public var step: Int
    /// Tonnes stored and released in the step, and in stock at its end.
    public var stored: Double
    public var released: Double
    public var held: Double
  }
  public struct Returned: Sendable {
    public var stream: Int
    public var step: Int
    public var tonnes: Double
  }
  public struct Served: Sendable {
    public var segment: Int
    /// nil: unmet.
    public var provenanceClass: Int?
    public var step: Int
    public var tonnes: Double
  }
  public struct Account: Sendable {
    public var fund: Int
    public var year: Int
    /// Millions in the year; `carried` at its end.
    public var appropriated: Double
    public var repaid: Double
    public var awarded: Double
    public var supported: Double
    /// What plants paid back under two-way floors.
    public var refunded: Double
    public var purchased: Double
    public var carried: Double
  }
  public struct Reliance: Sendable {
    /// A commodity id, or a stage.
    public var id: String
    public var year: Int
    /// Tonnes from abroad that are used: imports and the output of facilities abroad.
    public var imported: Double
    /// Tonnes that are made by facilities of the most secure class and used.
    public var domestic: Double
    /// Tonnes of the most secure class that are used.
    public var home: Double
    /// imported ÷ (imported + domestic); nil where both are 0.
    public var share: Double? {
      imported + domestic > 0 ? imported / (imported + domestic) : nil
    }
  }

  /// Decisions and flows to the horizon's `end`; the years beyond count in the objectives only.
  public var builds: [Build] = []
  public var awards: [Award] = []
  public var supports: [Support] = []
  /// What plants paid back under two-way floors.
  public var refunds: [Support] = []
  public var privateMoney: [PrivateMoney] = []
  public var purchases: [Purchase] = []
  public var priceFloors: [PriceFloor] = []
  public var activities: [Activity] = []
  public var partActivities: [PartActivity] = []
  public var privateReturns: [PrivateReturn] = []
  public var imports: [Import] = []
  public var stocks: [Stock] = []
  public var returned: [Returned] = []
  public var served: [Served] = []
  /// Payments on loans that are put off or caught up, and arrears; by fund, facility and step.
  public var putOff: [PutOff] = []
  public var neverPaid: [NeverPaid] = []
  public var accounts: [Account] = []
  public var relianceByCommodity: [Reliance] = []
  public var relianceByStage: [Reliance] = []
  /// Of the model's measures that depend on what is decided, and of its rules.
  public var measures: [MeasureAmount] = []
  public var rules: [RuleAmount] = []
  /// Dependency of each year of the horizon; nil in a year without demand.
  public var dependencyByYear: [Double?] = []
  /// By year, the weighted share of demand served by each class, and last the share unmet.
  public var classShareByYear: [[Double]] = []

  public init() {}

  /// Below this many tonnes, tonnes a year, or millions an amount is noise of the solver.
  public static let negligible = 1e-6
}
