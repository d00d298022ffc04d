import Allocation
import LinearProgramming
import SupplyChain
import Support
import Synchronization

/// The frontier of a continuous program, by tangents that meet.
///
/// The range is cut in segments, of which two are searched at the same time, all but the first from a cold start:
/// marching on takes longer than that. The cuts do not depend on the machine, so neither does the answer.
struct ExactFrontier {
  private let program: BudgetProgram
  private let settings: FrontierSettings
  private let watch: Stopwatch
  private let counter: SolveCounter
  private var frontier: Frontier

  /// Where the range is cut, as shares of it: the first money buys most, so there are more corners on the left. A large
  /// program has most of them in the first hundredths; a small one is not worth the starts.
  private static let cuts = (small: [0.42], large: [1.0 / 64, 1.0 / 8])

  init(_ program: BudgetProgram, _ settings: FrontierSettings, _ frontier: Frontier) {
    self.program = program
    self.settings = settings
    self.frontier = frontier
    watch = Stopwatch(limit: settings.run.allocation.timeLimit)
    counter = SolveCounter(settings.run.progress)
  }

  func found() throws -> Frontier {
    var result = self
    try result.find()
    return result.frontier
  }

  private mutating func find() throws {
    var start: BudgetPoint?
    var trouble: FrontierTrouble?
    try withBudgetSession(program, settings: settings.run.allocation) { session in
      var path = BudgetPath(session, settings, watch, counter)
      if let basis = settings.start { path.begin(with: basis, at: settings.from) }
      start = try leftEnd(&path)
      trouble = start == nil ? path.trouble : nil
    }
    guard let left = start else {
      frontier.status = trouble?.status ?? .failed
      frontier.reason = trouble?.reason
      return
    }
    let segments = searched(from: left)
    var pieces: [LinearPiece] = []
    var checks = [left.scale: CheckedPoint(left, program, settings)]
    for segment in segments {
      pieces += segment.pieces
      checks.merge(segment.checks) { first, _ in first }
      trouble = segment.trouble ?? trouble
      if !segment.isComplete { break }
    }
    frontier.status = .optimal
    if let trouble {
      frontier.status = trouble.status == .failed ? .failed : .feasible
      frontier.reason = trouble.reason
    }
    let tolerance = ExactFrontier.tolerance(left.value, program).at(
      pieces.last?.valueTo ?? left.value)
    let merged = TangentSearch.merged(pieces, tolerance: tolerance)
    frontier.breakpoints = breakpoints(merged, checks, left, tolerance)
    frontier.solves = counter.solves
    frontier.iterations = counter.iterations
    if frontier.status == .optimal, let right = segments.last?.end { settle(right) }
  }

  /// Corners that move the value by less are joined: answers are verified to the same share of it. Near zero,
  /// where a share says nothing, the value at the left end and what the objective is counted from give the size.
  private static func tolerance(_ start: Double, _ program: BudgetProgram) -> Tolerance {
    let offset = program.allocation.program.objectiveOffset
    return Tolerance(least: max(1e-9 * abs(start), 1e-10 * abs(offset), 1e-13))
  }

  /// The segments of the range from its smallest scale with a plan.
  private func searched(from left: BudgetPoint) -> [SegmentResult] {
    guard left.scale < settings.to else { return [SegmentResult(isComplete: true, end: left)] }
    let width = settings.to - left.scale
    let isSmall = program.allocation.startUse(.related) == .used
    let cuts = isSmall ? ExactFrontier.cuts.small : ExactFrontier.cuts.large
    let ends = cuts.map { left.scale + $0 * width } + [settings.to]
    let tolerance = ExactFrontier.tolerance(left.value, program)
    let isReversed = settings.searchesLastFirst
    let found = concurrentMap(ends.count) { place -> SegmentResult in
      let index = isReversed ? ends.count - 1 - place : place
      do {
        return try withBudgetSession(program, settings: settings.run.allocation) { session in
          var path = BudgetPath(session, settings, watch, counter)
          if index == 0 { return try path.trace(from: left, to: ends[0], tolerance) }
          guard let start = try path.solve(at: ends[index - 1], isCold: true) else {
            return SegmentResult(trouble: path.trouble)
          }
          return try path.trace(from: start, to: ends[index], tolerance)
        }
      } catch {
        return SegmentResult(trouble: FrontierTrouble(status: .failed, reason: "\(error)"))
      }
    }
    return isReversed ? found.reversed() : found
  }

  /// The plan at the smallest scale asked for or, where there is none, at the smallest that has one.
  private mutating func leftEnd(_ path: inout BudgetPath) throws -> BudgetPoint? {
    if let point = try path.solve(at: settings.from) { return point }
    guard let reason = path.trouble, reason.status == .infeasible else { return nil }
    var limits = settings.run.allocation
    limits.timeLimit = watch.left
    let range = settings.from...settings.to
    let least: Double
    switch try leastBudgetScale(program, in: range, settings: limits) {
    case .found(let scale): least = scale
    case .noneInRange: return nil
    case .notSettled(let why):
      path.trouble = FrontierTrouble(status: .interrupted, reason: why)
      return nil
    }
    // At the very edge a plan may be missed for a rounding error.
    for nudge in [0, 1e-9, 1e-8, 1e-7, 1e-6] {
      let scale = min(settings.to, least + nudge * max(1, least))
      path.trouble = nil
      if let point = try path.solve(at: scale, isCold: true) {
        frontier.smallestFeasible = scale
        return point
      }
      if path.trouble?.status != .infeasible { return nil }
    }
    path.trouble = reason
    return nil
  }

  /// The corners of the pieces; where the range is a single point, that.
  private func breakpoints(
    _ pieces: [LinearPiece], _ checks: [Double: CheckedPoint], _ left: BudgetPoint,
    _ tolerance: Double
  ) -> [Frontier.Breakpoint] {
    let slopes = pieces.map { abs($0.slope) * ($0.to - $0.from) <= tolerance ? 0 : $0.slope }
    func corner(_ scale: Double, _ value: Double, _ index: Int) -> Frontier.Breakpoint? {
      guard let check = checks[scale] else { return nil }
      return Frontier.Breakpoint(
        scale: scale, budget: scale * frontier.appropriations, value: value,
        slopeLeft: index > 0 ? slopes[index - 1] : nil,
        slopeRight: index < slopes.count ? slopes[index] : nil,
        verification: check.verification, decisions: check.decisions)
    }
    var corners = [corner(left.scale, left.value, 0)]
    for (index, piece) in pieces.enumerated() {
      corners.append(corner(piece.to, piece.valueTo, index + 1))
    }
    return corners.compactMap { $0 }
  }

  /// Where money stops helping, and what the value hangs on then.
  private mutating func settle(_ right: BudgetPoint) {
    if frontier.breakpoints.count == 1 || frontier.breakpoints.last?.slopeLeft == 0 {
      let corner = frontier.breakpoints.dropLast().last ?? frontier.breakpoints.last
      frontier.saturation = corner?.scale
    }
    frontier.binding = Binding.list(program.allocation, right)
  }
}

/// What is kept of a solve.
private struct CheckedPoint: Sendable {
  var verification: Verification
  var decisions: Plan?

  init(_ point: BudgetPoint, _ program: BudgetProgram, _ settings: FrontierSettings) {
    verification = point.verification
    if settings.keepsDecisions {
      decisions = Plan(decisionsOf: program.allocation, point: point.point)
    }
  }
}

/// How near two values are the same.
struct Tolerance: Sendable {
  var least: Double
  func at(_ value: Double) -> Double { max(1e-7 * abs(value), least) }
}

/// Why a budget has no value.
struct FrontierTrouble: Sendable {
  var status: SolutionStatus
  var reason: String
}

/// Solves one budget after another in one session, from the nearest basis that is known.
private struct BudgetPath {
  private let session: BudgetSession
  private let settings: FrontierSettings
  private let watch: Stopwatch
  private let counter: SolveCounter
  private var checks: [Double: CheckedPoint] = [:]
  /// Bases of the stride at hand.
  private var bases: [(scale: Double, basis: Basis)] = []
  /// The scale whose basis the session holds.
  private var current: Double?
  /// Corners that a chord passes within this share of the tolerance are joined before they are verified.
  private static let finest = 0.1
  /// Set by a solve that finds no value.
  var trouble: FrontierTrouble?

  init(
    _ session: BudgetSession, _ settings: FrontierSettings, _ watch: Stopwatch,
    _ counter: SolveCounter
  ) {
    self.session = session
    self.settings = settings
    self.watch = watch
    self.counter = counter
  }

  /// The pieces of a range from left to right: from basis to basis as far as that goes, then by tangents.
  mutating func trace(
    from left: BudgetPoint, to end: Double, _ tolerance: Tolerance
  ) throws -> SegmentResult {
    var result = SegmentResult()
    result.end = left
    guard left.scale < end else {
      result.isComplete = true
      return result
    }
    guard let first = current == left.scale ? left : try resume(left) else {
      result.trouble = trouble
      return result
    }
    var path = try traceParametric(from: first, to: end, tolerance, &result)
    if path == .flat { path = try levelOut(to: end, tolerance, &result) }
    if path == .left, var start = result.end {
      start.basis = session.basis ?? start.basis
      var rest = try tangents(from: start, to: end, tolerance)
      rest.pieces = result.pieces + rest.pieces
      rest.checks.merge(result.checks) { first, _ in first }
      return rest
    }
    result.trouble = trouble
    result.isComplete = trouble == nil
    result.checks.merge(checks) { first, _ in first }
    return result
  }

  /// Makes this session's basis that of a point from elsewhere.
  private mutating func resume(_ left: BudgetPoint) throws -> BudgetPoint? {
    keep(left)
    return try solve(at: left.scale)
  }

  private mutating func traceParametric(
    from left: BudgetPoint, to end: Double, _ tolerance: Tolerance, _ result: inout SegmentResult
  ) throws -> ParametricEnd {
    var last = left
    var found = SegmentResult()
    let path = try session.solveParametric(
      from: left.scale, to: end, resolution: BudgetPath.finest * tolerance.at(left.value),
      timeLeft: watch.left
    ) { point, slope in
      counter.add(.optimal(point))
      found.pieces.append(
        LinearPiece(
          from: last.scale, to: point.scale, valueFrom: last.value, valueTo: point.value,
          slope: min(0, slope)))
      found.checks[point.scale] = CheckedPoint(point, session.program, settings)
      last = point
      return true
    }
    if case .stopped = path {
      let isStopped = settings.run.allocation.cancellation?.isCancelled == true
      trouble = FrontierTrouble(
        status: isStopped ? .interrupted : .feasible,
        reason: isStopped ? "interrupted" : "the time limit was reached")
    }
    found.end = last
    result = found
    return path
  }

  /// The last piece of a path whose rest is flat: a solve at its end instead of thousands of exchanges that change
  /// nothing.
  private mutating func levelOut(
    to end: Double, _ tolerance: Tolerance, _ result: inout SegmentResult
  ) throws -> ParametricEnd {
    guard let last = result.end, let point = try solve(at: end, isCold: true) else {
      return .reached
    }
    if last.value - point.value > tolerance.at(last.value) {
      // The path was wrong about its slope.
      _ = try solve(at: last.scale, isCold: true)
      return .left
    }
    result.pieces.append(
      LinearPiece(
        from: last.scale, to: end, valueFrom: last.value, valueTo: point.value,
        slope: min(0, (point.value - last.value) / (end - last.scale))))
    result.checks[end] = CheckedPoint(point, session.program, settings)
    result.end = point
    return .reached
  }

  /// Tangents from left to right in strides of a few pieces, because the simplex goes from basis to basis:
  /// a budget far from any that was solved costs the whole way.
  private mutating func tangents(
    from left: BudgetPoint, to end: Double, _ tolerance: Tolerance
  ) throws -> SegmentResult {
    func line(_ point: BudgetPoint) -> SupportingLine {
      SupportingLine(position: point.scale, value: point.value, slope: min(0, point.slope))
    }
    var result = SegmentResult()
    var stride = (end - left.scale) / 512
    var start = left
    keep(left)
    while start.scale < end {
      let isNear = start.scale + 1.25 * stride >= end
      guard let next = try solve(at: isNear ? end : start.scale + stride) else { break }
      var path = self
      let search = TangentSearch(tolerance: tolerance.at(next.value)) { scale in
        try path.solve(at: scale).map(line)
      }
      let found = try search.pieces(from: line(start), to: line(next))
      self = path
      result.pieces += found.pieces
      if !found.isComplete { break }
      if found.pieces.count <= 2 { stride *= 2 }
      if found.pieces.count > 4 { stride /= 2 }
      start = next
      bases.removeAll()
      keep(next)
    }
    result.end = start
    result.trouble = trouble
    result.isComplete = trouble == nil
    result.checks = checks
    return result
  }

  /// Makes a basis from elsewhere the nearest to a scale.
  mutating func begin(with basis: Basis, at scale: Double) { bases = [(scale, basis)] }

  private mutating func keep(_ point: BudgetPoint) {
    if let basis = point.basis { bases.append((point.scale, basis)) }
  }

  /// nil: `trouble` says why.
  mutating func solve(at scale: Double, isCold: Bool = false) throws -> BudgetPoint? {
    if settings.run.allocation.cancellation?.isCancelled == true {
      trouble = FrontierTrouble(status: .interrupted, reason: "interrupted")
      return nil
    }
    if watch.isOver {
      trouble = FrontierTrouble(status: .feasible, reason: "the time limit was reached")
      return nil
    }
    let nearest = bases.min { abs($0.scale - scale) < abs($1.scale - scale) }
    let start = isCold || nearest?.scale == current ? nil : nearest?.basis
    let outcome = try session.solve(
      at: scale, timeLeft: watch.left, from: start, isCold: isCold)
    counter.add(outcome)
    current = nil
    switch outcome {
    case .optimal(let point):
      checks[scale] = CheckedPoint(point, session.program, settings)
      keep(point)
      current = scale
      return point
    case .infeasible(let reason):
      trouble = FrontierTrouble(status: .infeasible, reason: reason)
    case .unbounded:
      trouble = FrontierTrouble(status: .unbounded, reason: "the objective falls without end")
    case .unverified(let reason):
      trouble = FrontierTrouble(
        status: .failed, reason: "the plan at budget scale \(scale) is not verified: \(reason)")
    case .feasible(_, let reason), .stopped(let reason):
      let isStopped = settings.run.allocation.cancellation?.isCancelled == true
      trouble = FrontierTrouble(
        status: isStopped ? .interrupted : .feasible,
        reason: isStopped ? "interrupted" : "stopped by \(reason)")
    }
    return nil
  }
}

/// What came of one segment: its pieces from left to right as far as they are known.
private struct SegmentResult: Sendable {
  var pieces: [LinearPiece] = []
  var checks: [Double: CheckedPoint] = [:]
  var isComplete = false
  var trouble: FrontierTrouble?
  /// The last point of the march.
  var end: BudgetPoint?
}

/// Counts the solves of all threads.
final class SolveCounter: Sendable {
  private let report: (@Sendable (RunProgress) -> Void)?
  private let counts = Mutex((solves: 0, iterations: 0))

  init(_ report: (@Sendable (RunProgress) -> Void)?) { self.report = report }

  var solves: Int { counts.withLock { $0.solves } }
  var iterations: Int { counts.withLock { $0.iterations } }

  func add(_ outcome: BudgetOutcome) {
    let now = counts.withLock { counts in
      counts.solves += 1
      if case .optimal(let point) = outcome { counts.iterations += point.iterations }
      return counts.solves
    }
    report?(RunProgress(phase: "frontier", done: now))
  }
}
