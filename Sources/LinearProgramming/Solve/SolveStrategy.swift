/// The steps of a solve, in order: the one place that decides which method runs. `Docs/solvers.md` shows the same
/// table, and a test holds the two together.
///
///     let shape = SolveStrategy.Shape(columns: 21_000, rows: 10_900, hasIntegers: false)
///     SolveStrategy(shape, start: .cold).steps
///     // presolve with interior point and crossover, then the revised simplex on the whole program
///
/// A pure value of what is known before the first step: the shape of the program, what the session holds, and the
/// options. Every threshold that chooses between methods stands here, with its reason; figures are in
/// `Docs/lab-notebook.md`.
public struct SolveStrategy: Sendable, Equatable {
  // MARK: What the choice depends on

  /// Of a program.
  public struct Shape: Sendable, Equatable {
    public var columns: Int
    public var rows: Int
    public var hasIntegers: Bool

    public init(columns: Int, rows: Int, hasIntegers: Bool) {
      self.columns = columns
      self.rows = rows
      self.hasIntegers = hasIntegers
    }

    public init(_ program: LinearProgram) {
      self.init(
        columns: program.columnCount, rows: program.rowCount,
        hasIntegers: program.integerCount > 0)
    }

    /// Columns and rows together, which thresholds are measured in.
    public var size: Int { columns + rows }
  }

  /// What was changed since the optimum whose basis the session holds.
  public struct Edits: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let costs = Edits(rawValue: 1)
    public static let bounds = Edits(rawValue: 2)
  }

  /// What the session holds when a solve begins.
  public enum Start: Sendable, Equatable {
    case cold
    case basis(Edits)
  }

  // MARK: Steps

  /// Where the session's basis comes from at some step.
  public enum BasisOrigin: Sendable, Equatable {
    case none
    /// The basis that the solve began with.
    case start
    /// The same, after it proved too far from the optimum.
    case givenUp
    /// The postsolved optimum of the presolved program.
    case presolve
  }

  /// A step ends the solve with a verified outcome, or the next one runs.
  public enum Step: Sendable, Equatable {
    /// Our revised simplex on the whole program; only where the basis has this origin.
    case revisedSimplex(from: BasisOrigin, iterationLimit: Int)
    /// GLPK's simplex from the given basis, where our simplex met numerical trouble there.
    case glpkFromBasis(GLPKAttempt, iterationLimit: Int)
    /// Presolve, an optimal basis of the presolved program, postsolve; leaves a basis of the whole program.
    case presolved(PresolvedStart)
  }

  public struct PresolvedStart: Sendable, Equatable {
    /// Whether the columns of `SolverOptions.excludedColumns` stay at their lower bounds, and are priced afterwards.
    public var isRestricted: Bool
    public var method: PresolvedMethod
  }

  public enum PresolvedMethod: Sendable, Equatable {
    /// By the size of the presolved program: `presolvedSteps`.
    case bySize
    /// The interior point with crossover, whatever the size.
    case interiorPoint
  }

  /// A step on the presolved program; the first that finds an optimum ends them.
  public enum PresolvedStep: Sendable, Equatable {
    /// The dual simplex from the slack basis, where that basis is dual feasible.
    case dualSimplex(iterationLimit: Int)
    /// The interior point on the perturbed program, crossover, then the revised simplex with perturbed and with true
    /// costs.
    case interiorPoint(perturbedLimit: Int, trueLimit: Int)
    /// A proof of infeasibility from the interior point on the program of least violation, where the interior point
    /// did not converge.
    case infeasibilityProof
    /// GLPK's primal simplex from the crossover's basis, or from an advanced basis.
    case glpkPrimal(iterationLimit: Int)

    var isInteriorPoint: Bool { if case .interiorPoint = self { true } else { false } }
  }

  /// One run of a simplex of GLPK on the whole program.
  public struct GLPKAttempt: Sendable, Equatable {
    public enum Algorithm: Sendable, Equatable {
      case primal
      case dual
      /// Dual where the basis is dual but not primal feasible, else primal; found out when the attempt runs.
      case fitting
      /// The other one than `fitting`.
      case other
      /// GLPK's simplex in rational arithmetic.
      case exact
    }
    public enum Rescaling: Sendable, Equatable {
      /// The scaling takes the costs into account as well.
      case withCosts
      case none
    }

    public var algorithm: Algorithm
    public var presolve = false
    public var startsFromBasis = false
    /// Whether updated factors of the basis are good enough to start with.
    public var reusesFactors = false
    public var primalTolerance = 1e-9
    public var dualTolerance = 1e-9
    /// Another scaling than the session's, in a problem object of its own.
    public var rescaling: Rescaling?
  }

  // MARK: Thresholds

  /// Columns and rows from which on our simplex and our presolve take part. Below, GLPK needs less than a
  /// millisecond and nothing is gained.
  public static let leastOwnMethods = 600
  /// Columns and rows of a presolved program from which on the interior point with crossover is faster than GLPK's
  /// primal simplex; and those of a whole program from which on a cold solve is faster than one from the basis of
  /// a program that differs by more than a few bounds, which is thousands of iterations away.
  public static let leastInteriorPoint = 4_000
  /// Whether our simplex takes part. With whole numbers from the size on where the time counts: GLPK's tree search goes
  /// on from its own basis, and of several plans as good another simplex may find another.
  static func hasOwnSimplex(_ shape: Shape) -> Bool {
    shape.size >= (shape.hasIntegers ? leastInteriorPoint : leastOwnMethods)
  }
  /// Columns and rows up to which the rational simplex takes seconds at most.
  static let mostExact = 400

  /// Iterations of our simplex from the session's basis that take about as long as a cold solve.
  static func iterationsFromBasis(rows: Int) -> Int { 500 + rows }
  /// The same where a related program's basis is tried first although a cold solve is fast: a few bounds away it
  /// takes far fewer, and else little time is lost.
  public static func iterationsFromNearBasis(rows: Int) -> Int { rows / 20 }
  /// The same where there are several such bases, of which one is likely to be nearer still.
  public static func iterationsFromEachBasis(rows: Int) -> Int { rows / 120 }
  /// The same from a feasible vertex of the program itself.
  public static func iterationsFromVertex(rows: Int) -> Int { rows / 6 }
  /// Degenerate exchanges at one breakpoint before the parametric simplex steps past it and leaves the rest to the dual
  /// simplex, which takes hundreds of iterations where as many more exchanges would do.
  static func degenerateExchanges(rows: Int) -> Int { max(50, rows / 4) }
  /// Iterations of the crossover after which closed blocks are looked for: where there are none, it takes a few hundred as a
  /// rule, and with them it may not end.
  static func iterationsBeforeClosing(rows: Int) -> Int { 1_000 + rows / 20 }
  /// Iterations of GLPK from a basis that our simplex could not work with.
  static func glpkIterationsFromBasis(rows: Int) -> Int { rows / 2 }
  /// Iterations of GLPK that no solve needs that makes progress.
  static func generousIterations(size: Int) -> Int { min(200_000, 5_000 + 100 * size) + 50 * size }

  // MARK: The decision

  public let steps: [Step]
  private let shape: Shape
  private let options: SolverOptionsKey

  /// - Parameter isScaled: whether the session scales the program; presolve works on scaled numbers.
  public init(
    _ shape: Shape, start: Start, _ options: SolverOptions = SolverOptions(), isScaled: Bool = true
  ) {
    self.shape = shape
    self.options = SolverOptionsKey(options)
    // An iteration limit counts iterations of one attempt, which only GLPK's simplex can be held to.
    let isOwn = options.engine == .automatic && options.iterationLimit == nil && isScaled
    if !isOwn || shape.rows == 0 {
      steps = []
      return
    }
    let isLarge = shape.size >= SolveStrategy.leastOwnMethods
    switch options.method {
    case .primal, .dual: steps = []
    case .interior: steps = SolveStrategy.interiorSteps(shape)
    case .automatic:
      steps =
        isLarge && options.presolve != .on
        ? SolveStrategy.automaticSteps(shape, start, options) : []
    }
  }

  private static func interiorSteps(_ shape: Shape) -> [Step] {
    [.presolved(PresolvedStart(isRestricted: false, method: .interiorPoint))]
      + (shape.hasIntegers && !hasOwnSimplex(shape)
        ? [] : [.revisedSimplex(from: .presolve, iterationLimit: .max)])
  }

  /// Iterations of our simplex with other bounds of whole numbers, from the basis of the relaxation; nil where GLPK's takes
  /// that.
  static func boundedLimit(
    _ shape: Shape, _ options: SolverOptions, isScaled: Bool
  ) -> Int? {
    let strategy = SolveStrategy(shape, start: .basis(.bounds), options, isScaled: isScaled)
    guard case .revisedSimplex(.start, let limit)? = strategy.steps.first else { return nil }
    return limit
  }

  private static func automaticSteps(
    _ shape: Shape, _ start: Start, _ options: SolverOptions
  ) -> [Step] {
    let usual = options.iterationsFromBasis ?? iterationsFromBasis(rows: shape.rows)
    var steps: [Step] = []
    if case .basis(let edits) = start {
      steps += revisedSimplex(shape, from: .start, iterationLimit: usual)
      // Smaller programs go on with the fallback attempts, which start from the basis too.
      if shape.size < leastInteriorPoint || options.presolve == .off { return steps }
      var attempt = GLPKAttempt(algorithm: fittingAlgorithm(edits), startsFromBasis: true)
      attempt.reusesFactors = true
      attempt.primalTolerance = options.primalTolerance
      attempt.dualTolerance = options.dualTolerance
      steps.append(
        .glpkFromBasis(attempt, iterationLimit: glpkIterationsFromBasis(rows: shape.rows)))
    }
    if options.presolve == .off { return steps }
    if options.excludedColumns?.count == shape.columns {
      steps.append(.presolved(PresolvedStart(isRestricted: true, method: .bySize)))
    }
    steps.append(.presolved(PresolvedStart(isRestricted: false, method: .bySize)))
    return steps + revisedSimplex(shape, from: .presolve, iterationLimit: usual)
  }

  private static func revisedSimplex(
    _ shape: Shape, from origin: BasisOrigin, iterationLimit: Int
  ) -> [Step] {
    hasOwnSimplex(shape) ? [.revisedSimplex(from: origin, iterationLimit: iterationLimit)] : []
  }

  private static func fittingAlgorithm(_ edits: Edits) -> GLPKAttempt.Algorithm {
    if !edits.contains(.bounds) { return .primal }
    return edits.contains(.costs) ? .fitting : .dual
  }

  /// The steps on a presolved program of a shape.
  public static func presolvedSteps(_ shape: Shape, method: PresolvedMethod) -> [PresolvedStep] {
    let glpk = PresolvedStep.glpkPrimal(iterationLimit: generousIterations(size: shape.size))
    // The limits are about the iterations that the interior point would take the time of.
    let interior = PresolvedStep.interiorPoint(
      perturbedLimit: 2_000 + shape.size / 4, trueLimit: 1_000 + shape.size)
    if method == .interiorPoint { return [interior] }
    if shape.size < leastInteriorPoint { return [glpk] }
    return [
      .dualSimplex(iterationLimit: max(1_000, shape.rows / 3)), interior, .infeasibilityProof, glpk,
    ]
  }

  /// What is tried in order where the steps gave no verified answer: attempts of GLPK with ever finer tolerances,
  /// other scalings and, for small programs, rational arithmetic. For small programs this is the whole strategy.
  ///
  /// - Parameter start: what the session holds by then.
  public func fallbacks(_ start: Start) -> [GLPKAttempt] {
    var isWarm = false
    var main = GLPKAttempt.Algorithm.primal
    if case .basis(let edits) = start, options.presolve != .on {
      isWarm = true
      main = SolveStrategy.fittingAlgorithm(edits)
    }
    switch options.method {
    case .automatic: break
    case .primal, .interior: main = .primal
    case .dual: main = .dual
    }
    let other: GLPKAttempt.Algorithm =
      switch main {
      case .primal: .dual
      case .dual: .primal
      default: .other
      }
    var first = GLPKAttempt(algorithm: main, presolve: !isWarm && options.presolve != .off)
    first.startsFromBasis = isWarm
    first.reusesFactors = true
    first.primalTolerance = options.primalTolerance
    first.dualTolerance = options.dualTolerance
    var fine = GLPKAttempt(algorithm: main, startsFromBasis: true)
    var list = [first, fine]
    // Rows of small numbers: a violation within the tolerance can still be large on their own scale.
    fine.primalTolerance = 1e-11
    list.append(fine)
    list.append(GLPKAttempt(algorithm: other, presolve: !isWarm, startsFromBasis: isWarm))
    list.append(GLPKAttempt(algorithm: .primal, presolve: true))
    list.append(GLPKAttempt(algorithm: .primal, presolve: true, rescaling: .withCosts))
    list.append(GLPKAttempt(algorithm: .primal, rescaling: GLPKAttempt.Rescaling.none))
    if shape.size <= SolveStrategy.mostExact {
      list.append(GLPKAttempt(algorithm: .dual, primalTolerance: 1e-12, dualTolerance: 1e-12))
      list.append(GLPKAttempt(algorithm: .exact))
    }
    return list
  }
}

/// The options that a strategy depends on.
struct SolverOptionsKey: Sendable, Equatable {
  let method: SolverOptions.Method
  let presolve: SolverOptions.Presolve
  let primalTolerance: Double
  let dualTolerance: Double

  init(_ options: SolverOptions) {
    method = options.method
    presolve = options.presolve
    primalTolerance = options.primalTolerance
    dualTolerance = options.dualTolerance
  }
}

extension SolveStrategy {
  /// Nodes that our branch and bound solves at most, after GLPK's has failed.
  static let mostNodes = 2_000
  /// Iterations of our simplex in a tree, which take less than half the time of a tree search of GLPK on programs that have
  /// one.
  static let mostTreeIterations = 50_000

  /// Which violations of the basic solution, in twice the precision, refinement removes.
  enum RefinementTarget: Sendable, Equatable {
    /// All that are more than rounding errors of the coefficients make.
    case rounding
    /// All; where that fails, those of `rounding` are enough.
    case strictAtBest
    /// All: coefficients are so far apart that rounding errors may be worth anything.
    case strict
  }

  /// Columns and rows up to which a strict refinement takes next to no time.
  static let mostStrict = 4_000
  /// The ratio of the largest to the smallest coefficient after scaling from which on rounding errors count.
  static let leastStrictSpread = 1e7

  static func refinement(_ shape: Shape, _ range: ClosedRange<Double>?) -> RefinementTarget {
    let spread = range.map { $0.upperBound / $0.lowerBound } ?? 1
    if spread >= leastStrictSpread { return .strict }
    return shape.size <= mostStrict ? .strictAtBest : .rounding
  }

  /// Iterations of the simplex on one refined program, which as a rule needs a few.
  static func refinementIterations(rows: Int) -> Int { 500 + rows }

  /// Whether the basis of a related program is where a solve of this one should begin.
  public enum StartUse: Sendable, Equatable {
    /// It is the start; the methods above have a limit from there after which the program is solved cold.
    case used
    /// It is tried for a few iterations, then the program is solved cold.
    case tried
    case refused(Refusal)
  }

  public enum Refusal: String, Sendable {
    case largeProgram =
      "a cold solve by the interior point is faster than the way from the basis of a program that differs by more than a few bounds"
  }

  /// How near a related program is.
  public enum Nearness: Sendable, Equatable {
    case related
    /// The programs differ in few bounds, by little, or in what one input means.
    case fewBounds
    /// The basis is a feasible one of the program itself, chosen for another objective with a little of this one.
    case vertex
  }

  /// The one answer to whether a start is worth finding, giving or keeping for a program of a shape.
  public static func startUse(_ shape: Shape, _ nearness: Nearness) -> StartUse {
    if shape.hasIntegers || shape.size < leastInteriorPoint { return .used }
    return nearness == .related ? .refused(.largeProgram) : .tried
  }
}
