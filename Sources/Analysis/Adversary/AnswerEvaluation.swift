import Allocation
import LinearProgramming
import SupplyChain
import Support

/// What the answers of an adversary cost at given decisions before the reveal, each by its own recourse solve.
///
/// Work is dealt out in rounds of a fixed number of answers, and what a solve starts from is settled before its round
/// begins. So nothing depends on the number of cores.
struct AnswerEvaluation {
  /// An answer at decisions.
  struct Value: Sendable {
    /// Of the first objective: no recourse needs more, that of `point` in the answer's program.
    var value: Double
    /// No recourse does with less; minus infinity where the answer was not solved to the end.
    var bound: Double
    /// By column of the answer's program; the decisions among them.
    var point: [Double]
    /// Row multipliers that prove `bound`; empty where there is none.
    var multipliers: [Double]
    var verification: Verification?
    /// Whether it was solved itself: the value is then its optimum. Else the plan of another answer does here too.
    var isOwn: Bool
  }

  enum End: Sendable {
    case value(Value)
    /// The decisions cannot be completed.
    case infeasible(String)
    /// There is no plan on the working columns; on all columns there may be one.
    case open
    case stopped
    case failed(String)
  }

  let programs: [AllocationProgram]
  let costs: [Double]
  let firstStage: FirstStage
  /// By answer: those that differ by one move, the larger sets first.
  let neighbours: [[Int]]
  /// Whether answers are tried on the working columns from the start, as cold solves take seconds.
  let isLarge: Bool
  /// Answers of a round.
  static let roundSize = 8
  /// Plans from which on their columns are enough to begin a solve with: before, the way from its end to the optimum
  /// takes longer than a cold solve.
  static let leastPlans = 24
  /// Plans from which on an answer is tried on their columns alone, where a plan that is good enough will do.
  static let leastPlansOfTry = 3

  /// Columns that solves have used so far, and the ordering of the last: what the next ones begin with.
  private(set) var working = WorkingColumns(keeping: [.carry, .stock, .largestStock])
  /// With the columns of the masters' plans, which are many: the block-angular method ends at no vertex.
  private var wide: WorkingColumns?
  private(set) var ordering: SharedOrdering?
  private var plans = 0
  private(set) var solves = 0
  private(set) var iterations = 0

  init(
    _ programs: [AllocationProgram], costs: [Double], firstStage: FirstStage,
    neighbours: [[Int]], isLarge: Bool = false
  ) {
    self.isLarge = isLarge
    self.programs = programs
    self.costs = costs
    self.firstStage = firstStage
    self.neighbours = neighbours
  }

  /// Size from which on a value of the block-angular method is no trace.
  private static let leastOfBlocks = 1e-5

  /// Adds the columns of a plan that the block-angular method has found.
  mutating func add(_ answer: Int, ofBlocks point: [Double]) {
    var columns = wide ?? WorkingColumns(keeping: [.carry, .stock, .largestStock])
    columns.add(programs[answer], point, least: Self.leastOfBlocks)
    wide = columns
  }

  /// From the narrowest on.
  private var columnSets: [WorkingColumns] {
    guard var all = wide else { return [working] }
    all.formUnion(working)
    return [working, all]
  }

  /// Begins with what the solve of a program of the same rows has used.
  mutating func begin(with program: AllocationProgram, _ solution: AllocationSolution) {
    working.add(program, solution)
    ordering = ordering ?? SharedOrdering(program, solution)
  }

  /// Every answer at decisions, in their order; nil for those that were not reached before the time was up.
  ///
  /// - Parameters:
  ///   - order: in which they are looked at; the worst are best first.
  ///   - discards: whether an answer whose value, at another answer's plan, is no worse than the worst so far is left at
  ///     that plan.
  ///   - allowed: what the worst answer may come to: an answer that discards goes by it too.
  ///   - settles: whether an answer is solved on all columns where those in use have no plan that is good enough; else it
  ///     ends with what these have.
  ///   - known: answers that need no solve.
  ///   - fallback: a value at these decisions that is known of an answer whose own solve finds none: rounding may keep it
  ///     from that.
  ///   - isEnough: asked after every round with the worst value less cost; infinity: no recourse.
  mutating func evaluate(
    _ decisions: [Double], order: [Int], discards: Bool, allowed: Double = -.infinity,
    settles: Bool = true, known: [Int: Value] = [:], settings: AllocationSettings,
    deadline: ContinuousClock.Instant?,
    fallback: (Int) -> Value? = { _ in nil },
    isEnough: (_ worst: Double) -> Bool = { _ in false }, report: (_ done: Int) -> Void
  ) -> [End?] {
    var ends = [End?](repeating: nil, count: programs.count)
    var worst = -Double.infinity
    func take(_ answer: Int, _ found: End) {
      var end = found
      switch found {
      case .infeasible, .failed: if let value = fallback(answer) { end = .value(value) }
      case .value, .stopped, .open: break
      }
      ends[answer] = end
      if case .value(let value) = end { worst = max(worst, value.value - costs[answer]) }
      if case .infeasible = end { worst = .infinity }
    }
    for (answer, value) in known { take(answer, .value(value)) }
    var next = 0
    let rest = order.filter { known[$0] == nil }
    while next < rest.count {
      if settings.cancellation?.isCancelled == true { break }
      var settings = settings
      if let deadline {
        let left = (deadline - ContinuousClock.now).seconds
        if left <= 0 { break }
        settings.timeLimit = left
      }
      // The first is alone: all others begin with what it used.
      let size = ordering == nil && next == 0 ? 1 : Self.roundSize
      let members = Array(rest[next..<min(rest.count, next + size)])
      next += members.count
      settings.workingColumns = isLarge || plans >= Self.leastPlans ? working : nil
      settings.sharedOrdering = ordering
      let found = solved(
        members, decisions, ends, worst: discards ? max(worst, allowed) : -.infinity,
        among: isLarge && !settles
          ? columnSets : discards && plans >= Self.leastPlansOfTry ? [working] : [],
        settles: settles, settings)
      for (answer, own) in zip(members, found) {
        take(answer, own.end)
        if own.isOfWide, case .value(let value) = own.end {
          working.add(programs[answer], value.point)
        }
        guard let solution = own.solution else { continue }
        solves += 1
        iterations += solution.stages.first?.iterations ?? 0
        if solution.point.isEmpty { continue }
        working.add(programs[answer], solution)
        plans += 1
        ordering = ordering ?? SharedOrdering(programs[answer], solution)
      }
      report(known.count + next)
      if isEnough(worst) { break }
    }
    return ends
  }

  private struct Solved: Sendable {
    var end: End
    /// nil where another answer's plan does, or the working columns.
    var solution: AllocationSolution?
    /// Whether the wide set of working columns was needed.
    var isOfWide = false
  }

  private func solved(
    _ members: [Int], _ decisions: [Double], _ ends: [End?], worst: Double,
    among columnSets: [WorkingColumns], settles: Bool, _ settings: AllocationSettings
  ) -> [Solved] {
    let (programs, firstStage, costs, isLarge) = (programs, firstStage, costs, isLarge)
    let candidates = members.map { answer in
      neighbours[answer].compactMap { other -> [Double]? in
        guard case .value(let value)? = ends[other], value.value - costs[answer] <= worst,
          programs[other].columns == programs[answer].columns
        else { return nil }
        return value.point
      }
    }
    return concurrentMap(members.count) { index in
      let answer = members[index]
      let program = programs[answer].firstObjectiveOnly().holding(
        firstStage.held(decisions, in: answer))
      let vector = program.objectives[0]
      for point in candidates[index] where program.program.admits(point) {
        let check = program.program.verification(of: point)
        let value = vector.value(at: point)
        guard check.isFeasible, value - costs[answer] <= worst else { continue }
        let known = Value(
          value: value, bound: -.infinity, point: point, multipliers: [], verification: check,
          isOwn: false)
        return Solved(end: .value(known), solution: nil)
      }
      var least: Value?
      for (place, columns) in columnSets.enumerated() where worst.isFinite || !settles {
        guard
          let known = Self.value(of: columns.restricting(program), settings, isTrial: isLarge)
        else { continue }
        if known.value - costs[answer] <= worst {
          return Solved(end: .value(known), isOfWide: place > 0)
        }
        if known.value < least?.value ?? .infinity { least = known }
      }
      if !settles {
        let isStopped = settings.cancellation?.isCancelled == true
        return Solved(end: least.map { .value($0) } ?? (isStopped ? .stopped : .open))
      }
      let solution = withAllocationSession { $0.solve(program, settings: settings) }
      return Solved(end: Self.end(solution), solution: solution)
    }
  }

  /// The best plan of a program that is restricted; nil where none is found soon.
  private static func value(
    of program: AllocationProgram, _ settings: AllocationSettings, isTrial: Bool
  ) -> Value? {
    var settings = settings
    settings.workingColumns = nil
    settings.isTrial = isTrial
    let solution = withAllocationSession { $0.solve(program, settings: settings) }
    guard solution.status == .optimal, let stage = solution.stages.first, let value = stage.value,
      let check = stage.verification, check.isFeasible
    else { return nil }
    return Value(
      value: value, bound: -.infinity, point: solution.point, multipliers: [], verification: check,
      isOwn: false)
  }

  /// An answer at a plan of its own that is known from elsewhere.
  func value(of answer: Int, at point: [Double]) -> Value {
    let program = programs[answer].firstObjectiveOnly()
    return Value(
      value: program.objectives[0].value(at: point), bound: -.infinity, point: point,
      multipliers: [], verification: program.program.verification(of: point), isOwn: false)
  }

  private static func end(_ solution: AllocationSolution) -> End {
    switch solution.status {
    case .optimal, .failed:
      // A plan whose optimality is in doubt is a plan all the same: its value bounds the damage.
      guard let stage = solution.stages.first, let value = stage.value,
        let check = stage.verification, check.isFeasible
      else { return .failed(solution.reason ?? "no plan was found") }
      return .value(
        Value(
          value: value, bound: check.dualBound, point: solution.point, multipliers: stage.rowDuals,
          verification: check, isOwn: true))
    case .infeasible: return .infeasible(solution.reason ?? "no plan")
    case .interrupted, .feasible: return .stopped
    case .unbounded: return .failed(solution.reason ?? "unbounded")
    }
  }
}

extension LinearProgram {
  /// Whether a point is about within bounds and rows; a quick look before it is measured.
  fileprivate func admits(_ point: [Double]) -> Bool {
    guard point.count == columnCount else { return false }
    for j in 0..<columnCount {
      let slack = 1e-7 * max(1e-3, abs(point[j]))
      if point[j] < columnLower[j] - slack || point[j] > columnUpper[j] + slack { return false }
    }
    return point.withUnsafeBufferPointer { x in
      columnIndex.withUnsafeBufferPointer { index in
        coefficient.withUnsafeBufferPointer { value in
          for i in 0..<rowCount {
            var (sum, size) = (0.0, 0.0)
            for k in rowStart[i]..<rowStart[i + 1] {
              let term = value[k] * x[Int(index[k])]
              sum += term
              size += abs(term)
            }
            let slack = 1e-7 * max(1e-3, size)
            if sum < rowLower[i] - slack || sum > rowUpper[i] + slack { return false }
          }
          return true
        }
      }
    }
  }
}
