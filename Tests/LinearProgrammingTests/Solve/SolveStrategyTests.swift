import TestSupport
import Testing

@testable import LinearProgramming

/// Which method runs when, as a table; `Docs/solvers.md` shows the same one.
@Suite struct SolveStrategyTests {
  struct Row {
    var program: String
    var start: String
    var options: String
    var strategy: SolveStrategy
    var startState: SolveStrategy.Start

    init(
      _ program: String, _ shape: SolveStrategy.Shape, _ start: SolveStrategy.Start,
      _ options: String = "", _ change: (inout SolverOptions) -> Void = { _ in }
    ) {
      var chosen = SolverOptions()
      change(&chosen)
      self.program = program
      self.options = options
      startState = start
      switch start {
      case .cold: self.start = "cold"
      case .basis(let edits):
        self.start =
          edits == .bounds ? "basis, bounds changed" : "basis, costs changed"
      }
      strategy = SolveStrategy(shape, start: start, chosen)
    }
  }

  static let rows: [Row] = {
    let small = SolveStrategy.Shape(columns: 300, rows: 200, hasIntegers: false)
    let middle = SolveStrategy.Shape(columns: 2_000, rows: 1_000, hasIntegers: false)
    let large = SolveStrategy.Shape(columns: 20_000, rows: 10_000, hasIntegers: false)
    let whole = SolveStrategy.Shape(columns: 20_000, rows: 10_000, hasIntegers: true)
    return [
      Row("below 600", small, .cold),
      Row("below 600", small, .basis(.bounds)),
      Row("below 600", small, .basis(.costs)),
      Row("600 to 3,999", middle, .cold),
      Row("600 to 3,999", middle, .basis(.bounds)),
      Row("4,000 and more", large, .cold),
      Row("4,000 and more", large, .basis(.bounds)),
      Row("4,000 and more", large, .basis(.costs)),
      Row("with whole numbers: relaxation", whole, .cold),
      Row("any", large, .cold, "restricted columns") {
        $0.excludedColumns = Array(repeating: true, count: 20_000)
      },
      Row("any", small, .cold, "`--method interior`") { $0.method = .interior },
      Row("any", large, .cold, "`--method primal`") { $0.method = .primal },
      Row("any", large, .basis(.bounds), "`--method dual`") { $0.method = .dual },
      Row("any", large, .cold, "`--solver glpk`") { $0.engine = .glpk },
      Row("any", large, .basis(.bounds), "`--solver glpk`") { $0.engine = .glpk },
    ]
  }()

  static func words(_ step: SolveStrategy.Step) -> String {
    switch step {
    case .revisedSimplex(.start, let limit):
      "revised simplex from the basis (\(count(limit)))"
    case .revisedSimplex(_, let limit):
      "revised simplex from the postsolved basis (\(count(limit)))"
    case .glpkFromBasis(let attempt, let limit):
      "where that met numerical trouble \(words(attempt)) (\(count(limit)))"
    case .presolved(let start):
      start.isRestricted
        ? "presolve on the restricted columns, pricing of the others, postsolve"
        : start.method == .interiorPoint
          ? "presolve, interior point with crossover, postsolve"
          : "presolve, presolved program, postsolve"
    }
  }

  static func words(_ attempt: SolveStrategy.GLPKAttempt) -> String {
    var text: String
    switch attempt.algorithm {
    case .primal: text = "GLPK primal"
    case .dual: text = "GLPK dual"
    case .fitting: text = "GLPK primal or dual, as the basis is feasible"
    case .other: text = "GLPK, the other of the two"
    case .exact: text = "GLPK exact"
    }
    if attempt.presolve { text += " with presolve" }
    if attempt.startsFromBasis { text += " from the basis" }
    return text
  }

  static func words(_ step: SolveStrategy.PresolvedStep) -> String {
    switch step {
    case .dualSimplex(let limit):
      "dual simplex from the slack basis, where that is dual feasible (\(count(limit)))"
    case .interiorPoint(let perturbed, let exact):
      "interior point, crossover (\(count(perturbed)) with perturbed, \(count(exact)) with true costs)"
    case .infeasibilityProof:
      "where that does not converge a proof of infeasibility by the interior point on the program of least violation"
    case .glpkPrimal: "GLPK primal"
    }
  }

  static func count(_ limit: Int) -> String {
    if limit == .max { return "no limit" }
    var digits = String(limit)
    if limit >= 1_000 { digits.insert(",", at: digits.index(digits.endIndex, offsetBy: -3)) }
    return "≤ \(digits) iterations"
  }

  static var table: String {
    var lines = [
      "| Columns and rows | Start | Options | Steps, then fallback attempts |",
      "| --- | --- | --- | --- |",
    ]
    for row in rows {
      let steps =
        row.strategy.steps.map(words)
        + ["*\(words(row.strategy.fallbacks(row.startState)[0]))* …"]
      lines.append(
        "| \(row.program) | \(row.start) | \(row.options) | \(steps.joined(separator: " → ")) |")
    }
    lines.append("")
    lines.append("| Presolved program | Steps |")
    lines.append("| --- | --- |")
    for (name, shape) in [
      ("below 4,000", SolveStrategy.Shape(columns: 2_000, rows: 1_000, hasIntegers: false)),
      ("4,000 and more", SolveStrategy.Shape(columns: 18_000, rows: 9_000, hasIntegers: false)),
    ] {
      let steps = SolveStrategy.presolvedSteps(shape, method: .bySize).map(words)
      lines.append("| \(name) | \(steps.joined(separator: " → ")) |")
    }
    return lines.joined(separator: "\n")
  }

  @Test func `the page on solvers shows the table of the strategy`() throws {
    let text = try Repository.text("Docs/solvers.md")
    #expect(text.contains(Self.table), "the table is now:\n\(Self.table)")
  }

  @Test func `only programs large enough take our own steps`() {
    for (size, isOwn) in [(599, false), (600, true)] {
      let shape = SolveStrategy.Shape(columns: size - 100, rows: 100, hasIntegers: false)
      #expect(SolveStrategy(shape, start: .cold).steps.isEmpty != isOwn)
      #expect(SolveStrategy(shape, start: .basis(.bounds)).steps.isEmpty != isOwn)
    }
    let shape = SolveStrategy.Shape(columns: 900, rows: 0, hasIntegers: false)
    #expect(SolveStrategy(shape, start: .cold).steps.isEmpty)
  }

  @Test func `the interior point starts at its threshold`() {
    for (size, isInterior) in [(3_999, false), (4_000, true)] {
      let shape = SolveStrategy.Shape(columns: size - 1_000, rows: 1_000, hasIntegers: false)
      let steps = SolveStrategy.presolvedSteps(shape, method: .bySize)
      let hasInterior = steps.contains { if case .interiorPoint = $0 { true } else { false } }
      #expect(hasInterior == isInterior)
      #expect((SolveStrategy.startUse(shape, .related) == .used) == !isInterior)
    }
  }

  @Test func `our simplex ends a large relaxation of whole numbers, and a solve with them fixed`() {
    let shape = SolveStrategy.Shape(columns: 9_000, rows: 5_000, hasIntegers: true)
    for start in [SolveStrategy.Start.cold, .basis(.bounds)] {
      let steps = SolveStrategy(shape, start: start).steps
      #expect(steps.contains { if case .revisedSimplex = $0 { true } else { false } })
    }
    let limit = SolveStrategy.boundedLimit(shape, SolverOptions(), isScaled: true)
    #expect(limit == SolveStrategy.iterationsFromBasis(rows: 5_000))
    var glpk = SolverOptions()
    glpk.engine = .glpk
    #expect(SolveStrategy.boundedLimit(shape, glpk, isScaled: true) == nil)
    let small = SolveStrategy.Shape(columns: 2_000, rows: 1_000, hasIntegers: true)
    let steps = SolveStrategy(small, start: .cold).steps
    #expect(!steps.contains { if case .revisedSimplex = $0 { true } else { false } })
    #expect(SolveStrategy.boundedLimit(small, SolverOptions(), isScaled: true) == nil)
  }

  @Test func `an iteration limit and GLPK alone leave only attempts of GLPK`() {
    let shape = SolveStrategy.Shape(columns: 9_000, rows: 5_000, hasIntegers: false)
    var options = SolverOptions()
    options.iterationLimit = 10
    #expect(SolveStrategy(shape, start: .cold, options).steps.isEmpty)
    options = SolverOptions()
    options.engine = .glpk
    #expect(SolveStrategy(shape, start: .basis(.bounds), options).steps.isEmpty)
    #expect(SolveStrategy(shape, start: .cold, isScaled: false).steps.isEmpty)
  }

  @Test func `a start is refused aloud where a cold solve is faster`() {
    let large = SolveStrategy.Shape(columns: 9_000, rows: 5_000, hasIntegers: false)
    let whole = SolveStrategy.Shape(columns: 9_000, rows: 5_000, hasIntegers: true)
    #expect(SolveStrategy.startUse(large, .related) == .refused(.largeProgram))
    #expect(SolveStrategy.startUse(large, .fewBounds) == .tried)
    #expect(SolveStrategy.startUse(whole, .related) == .used)
  }

  @Test func `fallback attempts get finer, and exact for small programs alone`() {
    for (columns, isExact) in [(300, true), (301, false)] {
      let shape = SolveStrategy.Shape(columns: columns, rows: 100, hasIntegers: false)
      let list = SolveStrategy(shape, start: .cold).fallbacks(.cold)
      #expect(list.contains { $0.algorithm == .exact } == isExact)
      #expect(list[0].presolve && list[0].primalTolerance == 1e-7)
      #expect(list[1].startsFromBasis && list[1].primalTolerance == 1e-9)
      #expect(list[2].primalTolerance == 1e-11)
    }
  }
}
