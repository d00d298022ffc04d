import Analysis
import ArgumentParser
import LinearProgramming
import Reporting
import SupplyChain

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Times the phases of models or programs, the methods, and other installed solvers.",
    discussion: """
      Examples:
        lodestone bench model.yaml
        lodestone bench model.yaml --method auto,primal,dual,interior,glpk --repeat 5
        lodestone bench --generate facilities=160,step=quarter,seed=3 --against highs,clp,glpsol
        lodestone bench model.yaml --against highs --json
        lodestone bench netlib/*.mps --against highs,clp
        lodestone bench diet.mod plan.lp

      A file that ends in .mps, .lp (CPLEX) or .mod (GNU MathProg with its data) is a program; others are models.

      Figures are medians; solvers take turns in one run. Peers solve the exported first objective on one thread.
      """)

  @Argument(help: "Model files, or programs in .mps, .lp or .mod files.")
  var models: [String] = []

  @Option(
    name: .long,
    help: "A generated programme: facilities=160,step=quarter,seed=3,years=15,modules=yes.")
  var generate: [String] = []

  @Option(
    name: .long,
    help: "Methods, separated by commas: auto, primal, dual, interior, or glpk for GLPK alone.")
  var method = "auto"

  @Option(name: .long, help: "Other solvers, separated by commas: glpsol, highs, clp, cbc, glop.")
  var against: String?

  @Option(name: .customLong("repeat"), help: "Runs of each phase.")
  var repeats = 3

  @Flag(name: .long, help: "Keeps the whole-number rules.")
  var discrete = false

  @Option(name: .long, help: "Seconds for one solve.")
  var timeLimit: Double?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  private func methods() throws -> [Timings.Method] {
    try method.split(separator: ",").map { name in
      let known = Timings.Method.allCases
      let word = name == "auto" ? "automatic" : String(name)
      guard let method = known.first(where: { $0.rawValue == word }) else {
        throw ValidationError(
          "--method: '\(printable(String(name)))' is not auto, primal, dual, interior or glpk")
      }
      return method
    }
  }

  private func peers() throws -> [ExternalSolver] {
    try (against ?? "").split(separator: ",").map { name in
      guard let kind = ExternalSolver.Kind(rawValue: String(name)) else {
        throw ValidationError(
          "--against: '\(printable(String(name)))' is not one of "
            + ExternalSolver.Kind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      guard let solver = ExternalSolver(kind) else {
        throw ValidationError("--against: \(name) is not installed")
      }
      return solver
    }
  }

  func validate() throws {
    _ = try methods()
    guard repeats >= 1, repeats <= 1000 else {
      throw ValidationError("--repeat is from 1 to 1000, found \(repeats)")
    }
    guard !models.isEmpty || !generate.isEmpty else {
      throw ValidationError("name a model, or --generate facilities=160")
    }
    for text in generate {
      if case .failure(let problem) = ModelGenerator.parse(text) {
        throw ValidationError("--generate: \(printable(problem.words))")
      }
    }
  }

  func run() throws {
    let interruption = Interruption()
    var settings = Timings.Settings()
    settings.methods = try methods()
    settings.peers = try peers()
    settings.repeats = repeats
    settings.run = RunSettings(relax: !discrete, timeLimit: timeLimit, interruption)
    let cancellation = interruption.cancellation
    var subjects = models.map { path -> Timings.Subject in
      guard let format = ProgramFile.Format(path: path) else { return .model(path: path) }
      return .program(name: path) {
        try ProgramFile(path: path, format: format, cancellation: cancellation)
      }
    }
    for text in generate {
      if case .success(let generator) = ModelGenerator.parse(text) {
        subjects.append(.text(name: generator.name, generator.text))
      }
    }
    var reports: [Timings.Report] = []
    for subject in subjects where !interruption.cancellation.isCancelled {
      let report = Timings(settings).run(subject)
      reports.append(report)
      if !json { Terminal.show(TimingsReport([report]).text(style: Terminal.style)) }
    }
    if json { Terminal.write(TimingsReport(reports).json.text) }
    if interruption.cancellation.isCancelled { throw Ending.stopped }
    if reports.contains(where: { $0.problem != nil || $0.columns == 0 }) {
      throw Ending.modelIsWrong
    }
    let isInDoubt = reports.contains { report in
      report.contenders.contains { $0.hasFailed || $0.objective != nil && !report.agrees($0) }
    }
    if isInDoubt { throw Ending.notVerified }
  }
}
