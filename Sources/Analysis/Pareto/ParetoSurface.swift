import Allocation
import LinearProgramming
import SupplyChain
import Support

/// The plans of the continuous program none of which is worse than another in all of three objectives, to a stated error
/// (formulation section 7.9, three objectives).
///
/// The surface is convex. `points` are plans on it, each the verified optimum of a weighted sum, and mixes of them are
/// plans too; `planes` say what no plan reaches. Between the two there is at most `error`, which rests on proven bounds
/// alone where `isErrorProven`.
public struct ParetoSurface: Sendable {
  public struct Point: Sendable {
    /// By objective, each minimised.
    public var values: [Double]
    public var verification: Verification?
    /// What it awards, builds and buys; the rest of the plan is left out.
    public var decisions: Plan
  }
  /// Every plan has `Σ weights · values ≥ least`.
  public struct Plane: Sendable {
    public var weights: [Double]
    public var least: Double
    /// Whether it follows from the program alone. False where a column without any bound had to be given one.
    public var isProven: Bool
  }

  public var objectives: [Objective]
  public var status: SolutionStatus
  public var reason: String?
  /// By the first objective, ascending.
  public var points: [Point]
  public var planes: [Plane]
  /// By objective: from its best value to the worst it has where another one is best.
  public var ranges: [ClosedRange<Double>]
  /// No plan is better than every mix of `points` in all objectives by more than this share of the ranges.
  public var error: Double
  /// Whether every plane is proven. Where not, the best value of an objective is not, and nothing can be measured without it;
  /// otherwise planes that are not proven are left out.
  public var isErrorProven: Bool { planes.allSatisfy(\.isProven) }
  public var solves: Int

  /// The error that is looked for where no other is asked for, a share of the ranges.
  public static let standardError = 0.01

  /// - Parameters:
  ///   - model: its first three objectives count; they differ. Whole-number rules are left out.
  ///   - error: at which the search ends, a share of the ranges.
  ///   - run: its time limit holds for all solves together; what is known when it is over, or when the run is
  ///     cancelled, is kept once the best plan by each objective is there.
  /// - Throws: `StudyEnd` where an objective has no best plan, or the limit is reached before each has one.
  public static func find(
    _ model: Model, error: Double = standardError, _ run: RunSettings = RunSettings()
  ) throws(StudyEnd) -> ParetoSurface {
    try find(model, error: error, run) { $0.boundIsProven }
  }

  /// - Parameter isProven: whether the bound of an answer is; replaced by tests.
  static func find(
    _ model: Model, error: Double, _ run: RunSettings,
    isProven: @escaping (Verification) -> Bool
  ) throws(StudyEnd) -> ParetoSurface {
    var model = model
    model.objectives = Array(model.objectives.prefix(3))
    let allocation = AllocationProgram(model, relaxed: true)
    let end: Result<ParetoSurface, StudyEnd> = withAllocationSession { session in
      var search = SurfaceSearch(allocation, error, run, session, isProven)
      do throws(StudyEnd) { return .success(try search.found()) } catch { return .failure(error) }
    }
    return try end.get()
  }
}

/// Plans from within and planes from without, until the two are near each other (Benson 1998; the distance along a
/// direction as in Ehrgott, Löhne and Shao 2012).
private struct SurfaceSearch {
  private let allocation: AllocationProgram
  private let wanted: Double
  private let run: RunSettings
  private let session: AllocationSession
  private let isProven: (Verification) -> Bool
  private let started = ContinuousClock.now
  private var points: [ParetoSurface.Point] = []
  private var planes: [ParetoSurface.Plane] = []
  /// The least of each objective: the bound of its best value.
  private var ideal: [Double] = []
  /// Of each objective, for measuring: never 0.
  private var sizes: [Double] = []
  private var ranges: [ClosedRange<Double>] = []
  private var outer = OuterBound()
  private var start: WarmStart?
  private var solves = 0

  private static let solvesAtMost = 1000
  /// Weights below this share of their sum are none: planes so flat meet the others too far away to be measured.
  private static let leastWeight = 1e-6

  init(
    _ allocation: AllocationProgram, _ wanted: Double, _ run: RunSettings,
    _ session: AllocationSession, _ isProven: @escaping (Verification) -> Bool
  ) {
    self.allocation = allocation
    self.wanted = wanted
    self.run = run
    self.session = session
    self.isProven = isProven
  }

  mutating func found() throws(StudyEnd) -> ParetoSurface {
    try measure()
    while let vertex = try farthest() {
      if solves >= Self.solvesAtMost { return surface(.feasible, "\(solves) plans were made") }
      let distance = outer.rays[vertex].distance ?? .infinity
      run.report("plans of the surface, error \(Self.words(distance))", points.count, nil)
      let (_, weights) = try gap(at: outer.rays[vertex].at)
      let end: PlanEnd
      do throws(StudyEnd) {
        end = try plan(by: weights.indices.map { weights[$0] / sizes[$0] })
      } catch {
        guard case .notVerified(let reason) = error else { throw error }
        end = .notVerified(reason)
      }
      switch end {
      case .found(let point, let plane):
        // Either the plane cuts the vertex off, or the plan is below all mixes that were known.
        points.append(point)
        let isCut = isTrusted(plane) && cut(plane)
        if isTrusted(plane) { planes.append(plane) }
        if !isCut, try gap(at: outer.rays[vertex].at).distance > distance - 1e-9 {
          outer.settle(vertex)
        }
      case .stopped(let reason):
        return surface(reason == Self.interrupted ? .interrupted : .feasible, reason)
      case .notVerified: outer.settle(vertex)
      }
    }
    let error = largestDistance
    return error <= wanted
      ? surface(.optimal, nil)
      : surface(.feasible, "the bounds of some plans are not proven any nearer")
  }

  /// Whether the error may rest on a plane: on a proven one, and on any where not even the best values are proven.
  private func isTrusted(_ plane: ParetoSurface.Plane) -> Bool {
    plane.isProven || planes.contains { !$0.isProven }
  }

  private static let interrupted = "interrupted"
  private static let late = "the time limit was reached"

  private static func words(_ share: Double) -> String {
    share.isFinite ? "\((share * 1e4).rounded() / 100) %" : "not known yet"
  }

  private var largestDistance: Double {
    outer.vertices.map { outer.rays[$0].distance ?? .infinity }.max() ?? 0
  }

  /// The vertex that is farthest from the mixes of plans, if that is farther than wanted. Distances that were measured when
  /// fewer plans were known are measured again.
  private mutating func farthest() throws(StudyEnd) -> Int? {
    var fresh: Set<Int> = []
    while true {
      let open = outer.vertices.filter { !outer.rays[$0].isSettled }
      func distance(_ n: Int) -> Double { outer.rays[n].distance ?? .infinity }
      guard let n = open.max(by: { (distance($0), $1) < (distance($1), $0) }), distance(n) > wanted
      else { return nil }
      if !fresh.insert(n).inserted { return n }
      outer.know(n, distance: try gap(at: outer.rays[n].at).distance)
    }
  }

  // MARK: Ends

  /// The best plan by each objective, of such plans one that is good in the others, and the ranges between them.
  private mutating func measure() throws(StudyEnd) {
    var ends: [[Double]] = []
    for k in 0..<3 {
      run.report("the ends of the surface", k, 6)
      let (point, plane) = try needed(by: Self.only(k))
      ends.append(point.values)
      ideal.append(plane.least)
      planes.append(plane)
    }
    sizes = (0..<3).map { i in size(ideal[i]...max(ideal[i], ends.map { $0[i] }.max() ?? 0)) }
    for k in 0..<3 {
      run.report("the ends of the surface", 3 + k, 6)
      points.append(try end(of: k, best: ends[k][k]))
    }
    ranges = (0..<3).map { i in
      let values = points.map { $0.values[i] }
      return (values.min() ?? 0)...(values.max() ?? 0)
    }
    sizes = ranges.map(size)
  }

  /// The plan that is best in one objective and, of such plans, good in the others: small weights on these find it, small
  /// enough where the best value is kept.
  private mutating func end(of k: Int, best: Double) throws(StudyEnd) -> ParetoSurface.Point {
    var share = 1e-4
    while true {
      var weights = sizes.map { share / $0 }
      weights[k] = 1 / sizes[k]
      let (point, _) = try needed(by: weights)
      if share < 1e-7 || point.values[k] <= best + 1e-7 * sizes[k] { return point }
      share /= 100
    }
  }

  private static func only(_ k: Int) -> [Double] { (0..<3).map { $0 == k ? 1 : 0 } }

  private func size(_ range: ClosedRange<Double>) -> Double {
    let spread = range.upperBound - range.lowerBound
    let value = max(abs(range.lowerBound), abs(range.upperBound))
    return spread > 1e-7 * max(value, 1e-3) ? spread : max(value, 1)
  }

  // MARK: Plans

  private enum PlanEnd {
    case found(ParetoSurface.Point, ParetoSurface.Plane)
    case stopped(String)
    case notVerified(String)
  }

  /// A plan without which there is no surface.
  private mutating func needed(
    by weights: [Double]
  ) throws(StudyEnd) -> (point: ParetoSurface.Point, plane: ParetoSurface.Plane) {
    switch try plan(by: weights) {
    case .found(let point, let plane): return (point, plane)
    case .stopped: throw .interrupted
    case .notVerified(let reason): throw .notVerified(reason)
    }
  }

  /// The plan that is best by a weighted sum, and what no plan's sum is below.
  private mutating func plan(by weights: [Double]) throws(StudyEnd) -> PlanEnd {
    if run.cancellation?.isCancelled == true { return .stopped(Self.interrupted) }
    var options = run.allocation
    options.wantsPlan = false
    if let limit = options.timeLimit {
      options.timeLimit = limit - (ContinuousClock.now - started).seconds
      if options.timeLimit ?? 0 <= 0 { return .stopped(Self.late) }
    }
    let weighed = allocation.weighing(weights)
    let solution = session.solve(weighed, from: start, settings: options)
    solves += 1
    switch solution.status {
    case .optimal: break
    case .feasible, .interrupted:
      return .stopped(
        run.cancellation?.isCancelled == true ? Self.interrupted : Self.late)
    case .infeasible, .unbounded: throw .noPlan(solution.status, solution.reason ?? "")
    case .failed: return .notVerified(solution.reason ?? "")
    }
    guard let check = solution.verification, check.dualBound.isFinite else {
      return .notVerified("a weighted sum has no bound")
    }
    start = WarmStart(weighed, solution)
    let values = allocation.objectives.map { $0.value(at: solution.point) }
    let sum = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
    return .found(
      ParetoSurface.Point(
        values: values, verification: check,
        decisions: Plan(decisionsOf: allocation, point: solution.point)),
      ParetoSurface.Plane(
        weights: weights, least: min(sum, check.dualBound), isProven: isProven(check)))
  }

  // MARK: Between plans and planes

  /// In ranges above the ideal; what rounding leaves between a value and the ideal is nothing.
  private func scaled(_ values: [Double]) -> [Double] {
    values.indices.map {
      let value = (values[$0] - ideal[$0]) / sizes[$0]
      return abs(value) < 1e-13 ? 0 : value
    }
  }

  /// Takes what lies below a plane off what may be reached; whether anything did.
  private mutating func cut(_ plane: ParetoSurface.Plane) -> Bool {
    let normal = zip(plane.weights, sizes).map { $0 * $1 }
    let offset = plane.least - zip(plane.weights, ideal).reduce(0) { $0 + $1.0 * $1.1 }
    return outer.cut(normal, atLeast: offset)
  }

  /// How far along (1, 1, 1) a point is from mixes of plans and what they dominate, in ranges, and the weights of the plane
  /// that tells so: min t with Σ λ z ≤ v + t, Σ λ = 1, λ ≥ 0.
  private func gap(at vertex: [Double]) throws(StudyEnd) -> (distance: Double, weights: [Double]) {
    var program = LinearProgram()
    let values = points.map { scaled($0.values) }
    for _ in points { program.addColumn() }
    let t = program.addColumn(lower: -.infinity, upper: .infinity, cost: 1)
    for i in 0..<3 {
      program.addRow(
        lower: -.infinity, upper: vertex[i],
        values.enumerated().map { ($0.offset, $0.element[i]) } + [(t, -1)])
    }
    program.addRow(lower: 1, upper: 1, points.indices.map { ($0, 1) })
    do {
      guard case .optimal(let solution) = try LinearProgramming.solve(program) else {
        throw StudyEnd.notVerified("the distance between plans and bounds was not found")
      }
      let weights = (0..<3).map { max(0, -solution.rowDuals[$0]) }
      let sum = weights.reduce(0, +)
      guard sum > 0 else { return (max(0, solution.objective), [1.0 / 3, 1.0 / 3, 1.0 / 3]) }
      let kept = weights.map { $0 < Self.leastWeight * sum ? 0 : $0 / sum }
      return (max(0, solution.objective), kept)
    } catch let end as StudyEnd {
      throw end
    } catch {
      throw .notVerified("\(error)")
    }
  }

  // MARK: Result

  private func surface(_ status: SolutionStatus, _ reason: String?) -> ParetoSurface {
    let far = largestDistance
    return ParetoSurface(
      objectives: allocation.model.objectives, status: status, reason: reason,
      points: undominated(), planes: planes, ranges: ranges, error: far, solves: solves)
  }

  /// Plans of which no other is as good in all objectives; of equal ones the first.
  private func undominated() -> [ParetoSurface.Point] {
    let values = points.map { scaled($0.values) }
    let kept = points.indices.filter { n in
      !points.indices.contains { m in
        guard m != n, (0..<3).allSatisfy({ values[m][$0] <= values[n][$0] + 1e-7 }) else {
          return false
        }
        return m < n || (0..<3).contains { values[m][$0] < values[n][$0] - 1e-7 }
      }
    }
    return kept.map { points[$0] }.sorted { $0.values.lexicographicallyPrecedes($1.values) }
  }
}
