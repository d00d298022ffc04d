import Allocation
import Foundation
import LinearProgramming
import SupplyChain
import Support

/// Times the phases of a model or of a program, each method, and other installed solvers on the same program.
public struct Timings: Sendable {
  /// What is measured.
  public enum Subject: Sendable {
    /// A model file by its path.
    case model(path: String)
    /// A model by its text, such as a generated one.
    case text(name: String, String)
    /// A program without a model, in the sense of its file.
    case program(name: String, @Sendable () throws -> ProgramFile)

    public var name: String {
      switch self {
      case .model(let path): path
      case .text(let name, _), .program(let name, _): name
      }
    }
  }

  /// A way of ours to solve a program.
  public enum Method: String, Sendable, CaseIterable {
    /// By size: `SolveStrategy`.
    case automatic
    case primal
    case dual
    case interior
    /// GLPK alone.
    case glpk

    func apply(to options: inout SolverOptions) {
      switch self {
      case .automatic: options.method = .automatic
      case .primal: options.method = .primal
      case .dual: options.method = .dual
      case .interior: options.method = .interior
      case .glpk: options.engine = .glpk
      }
    }
  }

  public struct Settings: Sendable {
    public var methods: [Method] = [.automatic]
    public var peers: [ExternalSolver] = []
    /// Runs of each phase; figures are medians.
    public var repeats = 3
    /// The time limit holds for one solve.
    public var run = RunSettings(isRelaxed: true)
    public init() {}
  }

  /// One phase: the seconds of every run.
  public struct Phase: Sendable {
    public var name: String
    public var seconds: [Double]
    public var median: Double { Timings.median(seconds) }
  }

  /// One way to solve the first objective cold.
  public struct Contender: Sendable {
    public var name: String
    public var isPeer: Bool
    /// Seconds for solving alone, without reading or writing.
    public var seconds: [Double]
    /// The whole process of a peer.
    public var processSeconds: [Double]
    public var iterations: Int?
    /// The solver steps of the last repeat; empty before the first.
    public var attempts: [Attempt] = []
    /// In the sense of the file: of a program that is maximised, what is maximised.
    public var objective: Double?
    public var isVerified: Bool
    /// Such as `optimal`.
    public var status: String
    public var median: Double { Timings.median(seconds) }
    /// Whether it is ours and ended without an answer that could be verified.
    public var hasFailed: Bool { !isPeer && (status == "failed" || status == "not verified") }
  }

  public struct Report: Sendable {
    public var name: String
    public var rows = 0
    public var columns = 0
    public var nonzeros = 0
    public var integers = 0
    /// Whether the program's file maximises.
    public var isMaximised = false
    public var rangeBefore: ClosedRange<Double>?
    public var rangeAfter: ClosedRange<Double>?
    public var phases: [Phase] = []
    public var contenders: [Contender] = []
    /// Most memory that the process has held, bytes.
    public var peakMemory: Int?
    /// Why there is nothing more; nil where all was measured.
    public var problem: String?

    /// The fastest of our verified methods.
    public var ours: Contender? {
      contenders.filter { !$0.isPeer && $0.isVerified }.min { $0.median < $1.median }
    }
    /// Whether a contender's objective is that of our verified answer, to 1e-6.
    public func agrees(_ contender: Contender) -> Bool {
      guard let mine = ours?.objective, let theirs = contender.objective else { return false }
      return abs(mine - theirs) <= 1e-6 * max(abs(mine), abs(theirs)) + 1e-9
    }
  }

  private let settings: Settings

  public init(_ settings: Settings) { self.settings = settings }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// Measures one subject; what goes wrong is in the report.
  public func run(_ subject: Subject) -> Report {
    var report = Report(name: subject.name)
    do {
      switch subject {
      case .model, .text: try measureModel(subject, &report)
      case .program(_, let read):
        var file: ProgramFile?
        try phase("read", &report) { file = try read() }
        guard var program = file?.program else { break }
        report.isMaximised = file?.isMaximised == true
        if settings.run.isRelaxed {
          for j in 0..<program.columnCount { program.setInteger(j, false) }
        }
        measure(program, &report)
      }
    } catch {
      report.problem = "\(error)"
    }
    report.peakMemory = Self.peakMemory
    return report
  }

  private func measureModel(_ subject: Subject, _ report: inout Report) throws {
    var model = Model()
    try phase("read", &report) {
      switch subject {
      case .model(let path): model = try ModelDocument.read(path: path).model()
      case .text(let name, let text): model = try ModelDocument.read(text: text, file: name).model()
      case .program: break
      }
    }
    var allocation = AllocationProgram(model, relaxed: settings.run.isRelaxed)
    try phase("build", &report) {
      allocation = AllocationProgram(model, relaxed: settings.run.isRelaxed)
    }
    measure(allocation.program, &report)
    measureObjectives(allocation, &report)
  }

  private var isCancelled: Bool { settings.run.cancellation?.isCancelled == true }

  private func phase(_ name: String, _ report: inout Report, _ body: () throws -> Void) throws {
    var seconds: [Double] = []
    for _ in 0..<max(1, settings.repeats) where !isCancelled {
      seconds.append(try Self.time(body))
    }
    report.phases.append(Phase(name: name, seconds: seconds))
  }

  private static func time(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let elapsed = try clock.measure(body)
    return elapsed.seconds
  }

  // MARK: One program

  private func measure(_ program: LinearProgram, _ report: inout Report) {
    report.rows = program.rowCount
    report.columns = program.columnCount
    report.nonzeros = program.nonzeroCount
    report.integers = program.integerCount
    guard program.columnCount > 0 else {
      report.problem = "the program has no columns"
      return
    }
    let scaling = Scaling(for: program)
    report.rangeBefore = scaling.rangeBefore
    report.rangeAfter = scaling.rangeAfter
    do {
      try phase("load", &report) {
        let session = try SolverSession(program)
        session.end()
      }
    } catch {
      report.problem = "\(error)"
      return
    }
    // Contenders take turns, so that a machine that slows down slows all of them.
    var contenders = settings.methods.map { contender($0.rawValue, isPeer: false) }
    contenders += settings.peers.map { contender($0.kind.rawValue, isPeer: true) }
    for _ in 0..<max(1, settings.repeats) where !isCancelled {
      for (index, method) in settings.methods.enumerated() {
        var options = options(method)
        options.relativeGap = 1e-6
        solveOurs(program, options, &contenders[index])
      }
      for (index, peer) in settings.peers.enumerated() {
        solve(program, with: peer, &contenders[settings.methods.count + index])
      }
    }
    if report.isMaximised {
      for index in contenders.indices {
        // Without a negative zero.
        contenders[index].objective = contenders[index].objective.map { 0 - $0 }
      }
    }
    report.contenders = contenders
  }

  private func contender(_ name: String, isPeer: Bool) -> Contender {
    Contender(
      name: name, isPeer: isPeer, seconds: [], processSeconds: [], iterations: nil, objective: nil,
      isVerified: false, status: "not run")
  }

  private func options(_ method: Method) -> SolverOptions {
    var options = SolverOptions()
    method.apply(to: &options)
    options.timeLimit = settings.run.allocation.timeLimit
    options.cancellation = settings.run.cancellation
    return options
  }

  private func solveOurs(
    _ program: LinearProgram, _ options: SolverOptions, _ contender: inout Contender
  ) {
    var outcome: Outcome?
    let seconds = Self.time { outcome = try? LinearProgramming.solve(program, options) }
    contender.seconds.append(seconds)
    note(outcome, &contender)
  }

  private func solve(
    _ program: LinearProgram, with peer: ExternalSolver, _ contender: inout Contender
  ) {
    guard let run = try? peer.solve(program, options(.automatic)) else {
      contender.status = "cannot solve it"
      return
    }
    contender.seconds.append(run.solveSeconds ?? run.processSeconds)
    contender.processSeconds.append(run.processSeconds)
    note(run.outcome, &contender)
  }

  private func note(_ outcome: Outcome?, _ contender: inout Contender) {
    switch outcome {
    case .optimal(let solution): note(solution, "optimal", &contender)
    case .feasible(let solution, let reason): note(solution, reason.rawValue, &contender)
    case .unverified(let solution, _): note(solution, "not verified", &contender)
    case .infeasible: contender.status = "infeasible"
    case .unbounded: contender.status = "unbounded"
    case .infeasibleOrUnbounded: contender.status = "infeasible or unbounded"
    case .stopped(let reason): contender.status = reason.rawValue
    case nil: contender.status = "failed"
    }
  }

  private func note(_ solution: Solution, _ status: String, _ contender: inout Contender) {
    contender.status = status
    contender.objective = solution.objective
    contender.iterations = contender.isPeer ? nil : solution.iterations
    contender.attempts = solution.attempts
    contender.isVerified = solution.verification.isVerified
  }

  // MARK: All objectives of a model

  private func measureObjectives(_ allocation: AllocationProgram, _ report: inout Report) {
    var stages = allocation.objectives.map { Phase(name: $0.objective.name, seconds: []) }
    var verify = Phase(name: "verify", seconds: [])
    var plan = Phase(name: "plan", seconds: [])
    var again = Phase(name: "solve again, warm", seconds: [])
    var settings = self.settings.run.allocation
    settings.wantsPlan = false
    for _ in 0..<max(1, self.settings.repeats) where !isCancelled {
      withAllocationSession { session in
        let solution = session.solve(allocation, settings: settings)
        for (index, stage) in solution.stages.enumerated() where stage.value != nil {
          stages[index].seconds.append(stage.solveTime)
        }
        verify.seconds.append(solution.verifyTime)
        guard !solution.point.isEmpty else { return }
        plan.seconds.append(Self.time { _ = Plan(allocation, point: solution.point) })
        // Where the strategy refuses such a start there is nothing to measure.
        guard allocation.startUse(.related) == .used else { return }
        let start = WarmStart(allocation, solution)
        again.seconds.append(
          Self.time { _ = session.solve(allocation, from: start, settings: settings) })
      }
    }
    report.phases += stages + [verify, plan] + (again.seconds.isEmpty ? [] : [again])
  }

  /// The most memory this process has held, bytes; nil where the system does not tell.
  static var peakMemory: Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return nil }
    return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 }
  }
}
