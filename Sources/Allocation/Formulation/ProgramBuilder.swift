import LinearProgramming
import SupplyChain

/// Builds the columns first, section by section, then the rows. `-1` marks a column that does not exist.
struct ProgramBuilder {
  let model: Model
  let relaxed: Bool
  let keepsUnpayable: Bool
  /// Steps with those of the years beyond, those to the end, Δ in years, steps a year.
  let stepCount: Int
  let endStepCount: Int
  let stepLength: Double
  let perYear: Int
  /// By step: the year whose data hold, and its own, in which rules begin and end.
  let years: [Int]
  let calendar: [Int]
  let classCount: Int
  let provenance: ProvenanceReach
  let rates: SupportRates
  /// By commodity: whether a limit counts its imports.
  let countedImports: [Bool]
  let committed: CommittedAmounts
  /// Commitments that fixed columns keep.
  var fixedCommitments: Set<Int> = []

  var program = LinearProgram()
  var columns: [ColumnKey] = []
  var rows: [RowKey] = []
  var objectiveVectors: [ObjectiveVector] = []
  var tieBreakingCosts: [Double]?
  /// By row of a fund's account: its carry column.
  var carryColumn: [Int: Int] = [:]

  /// kt/yr per unit of a build column.
  var buildUnit: [Double]
  /// By facility: the award options with their lead times and columns.
  var options: [[OptionColumns]]
  /// By facility and step (`facility * stepCount + step`): column of the first class.
  var activity: [Int32]
  var added: [Int32]
  var newActivity: [Int32]
  var privateMoney: [Int32]
  /// Largest activity of a facility in a step, kt.
  var largestActivity: [Double]
  /// The same of existing capacity alone, and of what can be awarded alone.
  var largestExisting: [Double]
  var largestNew: [Double]
  /// Market margin in millions a kt of activity.
  var margin: [Double]
  /// By facility: the steps in which awards can cost money.
  var costSteps: [Range<Int>]
  var choice: [Int32]
  var exclusive: [Int32]
  /// By facility and step, of facilities that are awarded once.
  var awardStep: [Int32]
  /// By source and step.
  var imported: [Int32]
  /// By returns and step.
  var returned: [Int32]
  /// By segment and step: column of the first class; the classes by segment and step.
  var served: [Int32]
  var servedClasses: [[Int]]
  /// By commodity and step: column of the first downgrade (from `provenance.lowest`).
  var downgrade: [Int32]
  /// By stockpile and step: column of the first class (of the commodity's native classes).
  var store: [Int32]
  var release: [Int32]
  var stock: [Int32]
  /// By stockpile: the column of its largest stock.
  var largestStock: [Int32]
  /// By fund: eligible facilities with a column per step.
  /// By facility and step, for each part: what support can do about its loss.
  var lossCover: [[LossCover]]
  var awards: [[FacilityColumns]]
  var supports: [[SupportColumns]]
  /// By fund and step.
  var carry: [Int32]
  /// Payments on loans that may be put off.
  var forbearances: [ForbearanceColumns] = []
  /// Most money (millions) that a fund can have in a step; 0: none.
  var fundMoney: [Double]
  /// By fund: column by stockpile and step (empty where the fund buys nothing).
  var bought: [[Int32]]
  var peak = -1
  /// By rule: the column of what lacks, for each of its rows; empty where it may not be broken.
  var shortfall: [[Int]]

  struct OptionColumns {
    /// Steps from the award to the first capacity.
    var leadSteps: Int
    /// Award steps that exist.
    var steps: Range<Int>
    /// Column of `steps.lowerBound`; the others follow.
    var first: Int
    /// Millions per unit of the build column, by award step (from `steps.lowerBound`).
    var cost: [Double]
    func column(_ step: Int) -> Int { first + step - steps.lowerBound }
  }

  /// Columns of one fund for one facility, by step; -1 where there is none.
  struct FacilityColumns {
    var facility: Int
    var columns: [Int32]
  }

  typealias Part = CapacityPart

  /// What all support together can pay for a part that runs at a loss.
  enum LossCover {
    /// More than the loss, or there is none.
    case free
    /// Exactly the loss: what is paid is the rate.
    case exact
    /// Less than the loss: the part does not run.
    case short
  }

  /// Support of one fund for one facility by part and step; -1 where there is no column.
  struct SupportColumns {
    var facility: Int
    /// By part.
    var support: [[Int32]]
    var refund: [[Int32]]
    /// Millions a kt of activity, by part and step.
    var rate: [[Double]]
    /// Millions a kt of activity, by step, of either part.
    var refundRate: [Double]
    /// The columns of a kind, of one part or of both.
    func supports(_ t: Int, _ part: Part? = nil) -> [Int32] { columns(support, t, part) }
    func refunds(_ t: Int, _ part: Part? = nil) -> [Int32] { columns(refund, t, part) }
    private func columns(_ all: [[Int32]], _ t: Int, _ part: Part?) -> [Int32] {
      (part.map { [all[$0.rawValue][t]] } ?? all.map { $0[t] }).filter { $0 >= 0 }
    }
  }

  init(_ model: Model, relaxed: Bool, keepsUnpayable: Bool = false) {
    self.model = model
    self.relaxed = relaxed
    // What has been awarded need not be what anyone would pay for.
    self.keepsUnpayable = keepsUnpayable || !model.commitments.isEmpty
    stepCount = model.horizon.stepCountWithBeyond
    endStepCount = model.horizon.stepCount
    stepLength = model.horizon.stepLength
    perYear = model.horizon.stepsPerYear
    years = (0..<stepCount).map(model.horizon.dataYear(ofStep:))
    calendar = (0..<stepCount).map(model.horizon.year(ofStep:))
    classCount = model.provenance.classes.count
    provenance = ProvenanceReach(model)
    rates = SupportRates(model)
    countedImports = model.commoditiesWithCountedImports
    committed = CommittedAmounts(model)
    let facilities = model.facilities.count
    func absent(_ count: Int) -> [Int32] { [Int32](repeating: -1, count: count) }
    buildUnit = [Double](repeating: 1, count: facilities)
    options = [[OptionColumns]](repeating: [], count: facilities)
    activity = absent(facilities * stepCount)
    added = absent(facilities * stepCount)
    newActivity = absent(facilities * stepCount)
    privateMoney = absent(facilities * stepCount)
    largestActivity = [Double](repeating: 0, count: facilities * stepCount)
    largestExisting = largestActivity
    largestNew = largestActivity
    margin = [Double](repeating: 0, count: facilities * stepCount)
    costSteps = [Range<Int>](repeating: 0..<0, count: facilities)
    choice = absent(facilities)
    exclusive = absent(facilities)
    awardStep = absent(facilities * stepCount)
    imported = absent(model.imports.count * stepCount)
    returned = absent(model.returns.count * stepCount)
    served = absent(model.demand.count * stepCount)
    servedClasses = [[Int]](repeating: [], count: model.demand.count * stepCount)
    downgrade = absent(model.commodities.count * stepCount)
    store = absent(model.stockpiles.count * stepCount)
    release = absent(model.stockpiles.count * stepCount)
    stock = absent(model.stockpiles.count * stepCount)
    largestStock = absent(model.stockpiles.count)
    lossCover = Part.allCases.map { _ in
      [LossCover](repeating: .free, count: facilities * model.horizon.stepCountWithBeyond)
    }
    awards = [[FacilityColumns]](repeating: [], count: model.funds.count)
    supports = [[SupportColumns]](repeating: [], count: model.funds.count)
    carry = absent(model.funds.count * stepCount)
    fundMoney = [Double](repeating: 0, count: model.funds.count * stepCount)
    bought = [[Int32]](repeating: [], count: model.funds.count)
    shortfall = [[Int]](repeating: [], count: model.rules.count)
  }

  mutating func build() {
    addCapacityColumns()
    addBalanceColumns()
    addMoneyColumns()
    addShortfallColumns()
    addObjectiveColumns()
    closeFurtherAwards()
    fixCommitments()
    addCapacityRows()
    addBalanceRows()
    addMoneyRows()
    addLimitRows()
    addRuleRows()
    addCommitmentRows()
    loosenRowsOfCommitments()
    addObjectiveRows()
    addObjectiveVectors()
  }

  // MARK: Columns and rows with their keys

  @discardableResult
  mutating func column(
    _ key: ColumnKey, lower: Double = 0, upper: Double = .infinity, integer: Bool = false
  ) -> Int {
    columns.append(key)
    return program.addColumn(lower: lower, upper: upper, integer: integer && !relaxed)
  }

  @discardableResult
  mutating func finish(_ key: RowKey, lower: Double = -.infinity, upper: Double = .infinity) -> Int
  {
    rows.append(key)
    return program.finishRow(lower: lower, upper: upper)
  }

  func slot(_ first: Int, _ step: Int) -> Int { first * stepCount + step }

  /// Steps of a duration in years.
  func steps(_ duration: Double) -> Int { LeadTime.steps(duration, perYear: perYear) }

  /// Years from the horizon's start to the step's start.
  func elapsed(_ step: Int) -> Double { Double(step) * stepLength }

  /// Discount factors by step at a yearly rate, at each step's start.
  func discountFactors(_ rate: Double) -> [Double] {
    (0..<stepCount).map { Interest.discount(rate: rate, years: elapsed($0)) }
  }
}
