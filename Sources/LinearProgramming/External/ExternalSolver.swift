import Foundation
import Support

/// Another solver installed on this machine, run as a process of its own on the written program.
///
/// Its answer is verified as any other: a point that violates a row by more than the tolerance is
/// `Outcome.unverified`.
public struct ExternalSolver: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// GLPK's own command.
    case glpsol
    /// HiGHS, through its command or the Python package highspy.
    case highs
    /// CLP, for continuous programs.
    case clp
    /// CBC.
    case cbc
    /// GLOP of OR-tools, through its Python package; for continuous programs.
    case glop
  }

  /// How one run went.
  public struct Run: Sendable {
    public var outcome: Outcome
    /// The solver's own time for solving, seconds, where it tells.
    public var solveSeconds: Double?
    /// The whole process, reading and writing included, seconds.
    public var processSeconds: Double
  }

  public let kind: Kind
  /// Path of the command; of Python for solvers that are reached through it.
  let executable: String
  let isPython: Bool

  /// The solver, if it is installed.
  public init?(_ kind: Kind) {
    self.kind = kind
    if kind != .glop, let path = Self.path(of: kind.rawValue) {
      executable = path
      isPython = false
      return
    }
    guard let package = Self.packages[kind], let python = Self.path(of: "python3"),
      Self.succeeds(python, ["-c", "import \(package)"])
    else { return nil }
    executable = python
    isPython = true
  }

  private static let packages: [Kind: String] = [.highs: "highspy", .glop: "ortools.linear_solver"]

  private static func path(of name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private static func succeeds(_ path: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Which algorithm a solver that has several uses: HiGHS knows `primal`, `dual` (its simplex) and `interior`.
  public func solve(
    _ program: LinearProgram, _ options: SolverOptions = SolverOptions()
  ) throws(SolverError) -> Run {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lodestone-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let model = folder.appendingPathComponent("program.mps")
    let answer = folder.appendingPathComponent("answer.txt")
    let log = folder.appendingPathComponent("log.txt")
    let hasIntegers = program.integerCount > 0
    if hasIntegers && (kind == .clp || kind == .glop) {
      throw .invalidOption("\(kind.rawValue) solves continuous programs only; use --relax")
    }
    let seconds: Double
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(MPSWriter(program, names: .generated).bytes()).write(to: model)
      try Data().write(to: log)
      seconds = try run(arguments(model, answer, options, hasIntegers), log, options)
    } catch {
      throw .solverFailed("\(kind.rawValue) could not be run")
    }
    let words = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    let found = ExternalAnswer(
      kind, isPython: isPython, answer: (try? Data(contentsOf: answer)) ?? Data(), log: words,
      rows: program.rowCount, columns: program.columnCount)
    return Run(
      outcome: outcome(found, program, options, seconds), solveSeconds: found.solveSeconds,
      processSeconds: seconds)
  }

  /// Runs the process and returns its seconds; cancelled with the options' cancellation or time limit.
  private func run(
    _ arguments: [String], _ log: URL, _ options: SolverOptions
  ) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let handle = try FileHandle(forWritingTo: log)
    defer { try? handle.close() }
    process.standardOutput = handle
    process.standardError = handle
    let clock = ContinuousClock()
    let start = clock.now
    let limit = options.timeLimit.map { $0 + 1 } ?? .infinity
    try process.run()
    while process.isRunning {
      let elapsed = clock.now - start
      let isLate = elapsed > .seconds(min(limit, 1e9))
      if options.cancellation?.isCancelled == true || isLate {
        process.terminate()
        break
      }
      Thread.sleep(forTimeInterval: elapsed < .milliseconds(200) ? 0.002 : 0.02)
    }
    process.waitUntilExit()
    return (clock.now - start).seconds
  }

  private func arguments(
    _ model: URL, _ answer: URL, _ options: SolverOptions, _ hasIntegers: Bool
  ) -> [String] {
    let limit = options.timeLimit.map { String($0) }
    switch kind {
    case .glpsol:
      var list = ["--freemps", model.path, "--write", answer.path, "--scale"]
      if hasIntegers { list += ["--mipgap", "\(options.relativeGap)", "--cuts"] }
      if options.method == .interior { list.append("--interior") }
      if let limit = options.timeLimit {
        list += ["--tmlim", "\(Int(min(limit, 1e6).rounded(.up)))"]
      }
      return list
    case .clp:
      var list = [model.path, "-primalTolerance", "1e-9", "-dualTolerance", "1e-9"]
      if let limit { list += ["-seconds", limit] }
      switch options.method {
      case .primal: list.append("-primalSimplex")
      case .interior: list.append("-barrier")
      default: list.append("-dualSimplex")
      }
      return list + ["-saveSolution", answer.path]
    case .cbc:
      var list = [model.path, "-ratioGap", "\(options.relativeGap)"]
      if let limit { list += ["-seconds", limit] }
      if !hasIntegers { return list + ["-dualSimplex", "-saveSolution", answer.path] }
      return list + ["-printingOptions", "all", "-solve", "-solution", answer.path]
    case .highs where !isPython:
      return [
        "--solution_file", answer.path, "--solver", highsMethod(options), "--parallel", "off",
      ] + (limit.map { ["--time_limit", $0] } ?? []) + [model.path]
    case .highs:
      return [
        "-c", ExternalScripts.highs, model.path, answer.path, highsMethod(options),
        "\(options.relativeGap)", limit ?? "",
      ]
    case .glop:
      return ["-c", ExternalScripts.glop, model.path, answer.path, limit ?? ""]
    }
  }

  private func highsMethod(_ options: SolverOptions) -> String {
    options.method == .interior ? "ipm" : options.method == .automatic ? "choose" : "simplex"
  }

  private func outcome(
    _ found: ExternalAnswer, _ program: LinearProgram, _ options: SolverOptions, _ seconds: Double
  ) -> Outcome {
    switch found.status {
    case .infeasible: return .infeasible(nil)
    case .unbounded: return .unbounded(nil)
    case .none: return .stopped(options.cancellation?.isCancelled == true ? .interrupted : .failed)
    case .point: break
    }
    let isWhole = program.integerCount > 0
    let scaling = Scaling(for: program)
    let measured = program.measure(
      values: found.columns, duals: isWhole ? nil : found.duals, scaling: scaling,
      knownBound: isWhole ? found.bound : nil,
      gapTolerance: isWhole
        ? max(options.relativeGap, Verification.tolerance) : Verification.tolerance)
    let solution = Solution(
      columnValues: measured.columnValues, rowActivities: measured.rowActivities,
      rowDuals: isWhole ? Array(repeating: 0, count: program.rowCount) : found.duals,
      reducedCosts: measured.reducedCosts, objective: measured.verification.primalObjective,
      basis: nil, verification: measured.verification, iterations: 0, seconds: seconds,
      verificationSeconds: 0,
      attempts: [
        Attempt(.external, kind.rawValue, result: "answered", seconds: seconds)
      ])
    if measured.verification.isVerified { return .optimal(solution) }
    return .unverified(solution, reason: measured.verification.doubt ?? "the answer has a doubt")
  }
}
