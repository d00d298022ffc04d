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
    /// Gurobi, by `gurobi_cl`.
    case gurobi
    /// IBM CPLEX, by its interactive optimizer `cplex`.
    case cplex
    /// FICO Xpress, by its console `optimizer`.
    case xpress
    /// MOSEK, by its command of that name.
    case mosek
    /// The Cardinal Optimizer, by `copt_cmd`.
    case copt

    /// The command that is looked for; nil for a solver that is reached through Python alone.
    public var command: String? { dialect?.command ?? (self == .glop ? nil : rawValue) }
    /// Whether it is looked for as a Python package too.
    public var isInPython: Bool { ExternalSolver.packages[self] != nil }
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
    if let command = kind.command, let path = Self.path(of: command) {
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

  /// A solver whose command lies elsewhere than on the search path.
  init(_ kind: Kind, executable: String) {
    self.kind = kind
    self.executable = executable
    isPython = false
  }

  fileprivate static let packages: [Kind: String] = [
    .highs: "highspy", .glop: "ortools.linear_solver",
  ]

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

  /// Solves a program. HiGHS and the solvers with a command of their own know `primal`, `dual` and `interior`.
  ///
  /// - Throws: `SolverError.solverFailed` where there is no answer, with what the solver said: no licence, killed, or
  ///   a file that is not of its format.
  public func solve(
    _ program: LinearProgram, _ options: SolverOptions = SolverOptions()
  ) throws(SolverError) -> Run {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lodestone-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let hasIntegers = program.integerCount > 0
    if hasIntegers && (kind == .clp || kind == .glop) {
      throw .invalidOption("\(kind.rawValue) solves continuous programs only; use --relax")
    }
    if let limit = options.timeLimit, limit <= 0 {
      return Run(outcome: .stopped(.timeLimit), solveSeconds: nil, processSeconds: 0)
    }
    let model = folder.appendingPathComponent(ExternalFiles.program)
    let answer = folder.appendingPathComponent("answer.txt")
    let log = folder.appendingPathComponent("log.txt")
    let call =
      kind.dialect?.call(options, hasIntegers: hasIntegers)
      ?? ExternalCall(arguments: arguments(model, answer, options, hasIntegers))
    let run: (end: ExternalProcess.End, seconds: Double)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(MPSWriter(program, names: .generated).bytes()).write(to: model)
      run = try ExternalProcess(
        executable: executable, call: call, folder: folder, log: log
      ).run(options)
    } catch {
      throw .solverFailed("\(kind.rawValue) could not be run: \(error.localizedDescription)")
    }
    let words = (try? Data(contentsOf: log)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let files = ExternalFiles(folder: folder, log: words)
    if case .killed = run.end { throw .solverFailed(run.end.words(kind.rawValue, log: words)) }
    let found = try read(files, answer, program)
    return Run(
      outcome: try outcome(found, program, options, run.end, run.seconds, words),
      solveSeconds: found.solveSeconds, processSeconds: run.seconds)
  }

  private func read(
    _ files: ExternalFiles, _ file: URL, _ program: LinearProgram
  ) throws(SolverError) -> ExternalAnswer {
    guard let dialect = kind.dialect else {
      return ExternalAnswer(
        kind, isPython: isPython, answer: (try? Data(contentsOf: file)) ?? Data(), log: files.log,
        rows: program.rowCount, columns: program.columnCount)
    }
    var found = ExternalAnswer(rows: program.rowCount, columns: program.columnCount)
    do throws(ExternalFault) {
      try dialect.read(files, hasIntegers: program.integerCount > 0, into: &found)
      if found.status == .point, let basis = found.basis, program.integerCount == 0 {
        found.duals = try multipliers(of: basis, program)
        found.hasDuals = true
      }
    } catch {
      throw .solverFailed("the answer of \(kind.rawValue) cannot be read: \(error.words)")
    }
    return found
  }

  /// Those of a basis that the solver calls optimal.
  private func multipliers(of basis: Basis, _ program: LinearProgram) throws(ExternalFault)
    -> [Double]
  {
    do throws(SolverError) {
      let session = try SolverSession(program)
      defer { session.end() }
      try session.setBasis(basis)
      if case .optimal(let solution) = try session.solve(SolverOptions()) {
        return solution.rowDuals
      }
    } catch {
      throw ExternalFault("its basis cannot be used: \(error)")
    }
    throw ExternalFault("its basis leads to no optimum")
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
    case .gurobi, .cplex, .xpress, .mosek, .copt: return []
    }
  }

  private func highsMethod(_ options: SolverOptions) -> String {
    options.method == .interior ? "ipm" : options.method == .automatic ? "choose" : "simplex"
  }

  private func outcome(
    _ found: ExternalAnswer, _ program: LinearProgram, _ options: SolverOptions,
    _ end: ExternalProcess.End, _ seconds: Double, _ log: String
  ) throws(SolverError) -> Outcome {
    switch found.status {
    case .infeasible: return .infeasible(nil)
    case .unbounded: return .unbounded(nil)
    case .infeasibleOrUnbounded: return .infeasibleOrUnbounded
    case .none:
      if case .stopped(let reason) = end { return .stopped(reason) }
      if let limit = found.limit { return .stopped(limit) }
      if let limit = options.timeLimit, seconds >= limit { return .stopped(.timeLimit) }
      throw .solverFailed(end.words(kind.rawValue, log: log))
    case .point: break
    }
    let isWhole = program.integerCount > 0
    if !isWhole, !found.hasDuals, found.limit == nil {
      throw .solverFailed(
        "\(kind.rawValue) wrote no multipliers and no basis, without which its answer cannot be verified"
      )
    }
    let solution = measured(found, program, options, seconds)
    if solution.verification.isVerified { return .optimal(solution) }
    if let limit = found.limit, solution.verification.isFeasible {
      return .feasible(solution, limit)
    }
    return .unverified(
      solution, reason: solution.verification.doubt ?? "the answer has a doubt")
  }

  private func measured(
    _ found: ExternalAnswer, _ program: LinearProgram, _ options: SolverOptions, _ seconds: Double
  ) -> Solution {
    let isWhole = program.integerCount > 0
    let measured = program.measure(
      values: found.columns, duals: isWhole || !found.hasDuals ? nil : found.duals,
      scaling: Scaling(for: program), knownBound: isWhole ? found.bound : nil,
      gapTolerance: isWhole
        ? max(options.relativeGap, Verification.tolerance) : Verification.tolerance)
    return Solution(
      columnValues: measured.columnValues, rowActivities: measured.rowActivities,
      rowDuals: isWhole ? Array(repeating: 0, count: program.rowCount) : found.duals,
      reducedCosts: measured.reducedCosts, objective: measured.verification.primalObjective,
      basis: nil, verification: measured.verification, iterations: 0, seconds: seconds,
      verificationSeconds: 0,
      attempts: [Attempt(.external, kind.rawValue, result: "answered", seconds: seconds)])
  }
}
