import Allocation
import LinearProgramming
import SupplyChain

/// The elastic program of a model (Chinneck 2008): a slack column in every row that a relaxation may violate, kept in one
/// solver session. Slacks of targets and limits are always open, so that the program is feasible; those of other rows
/// only where a question opens them.
struct ElasticProgram {
  let rules: IISProgram
  /// Elastic rows of `rules`, with their slack column and the sign of its coefficient.
  private(set) var slack: [(row: Int, column: Int, sign: Double)] = []
  private let program: LinearProgram

  /// Factor on bounds that rows imply, so that they do not bind in a relaxation.
  private static let looseness = 100.0
  /// Cost of the slacks of targets and limits against those that a question opens.
  private static let askedWeight = 1e4

  init(_ model: Model) {
    rules = IISProgram(model, relaxed: true, looseness: ElasticProgram.looseness)
    let plain = rules.program
    var result = LinearProgram()
    for j in 0..<plain.columnCount {
      result.addColumn(lower: plain.columnLower[j], upper: plain.columnUpper[j])
    }
    for i in 0..<plain.rowCount {
      for k in plain.rowStart[i]..<plain.rowStart[i + 1] {
        result.addEntry(Int(plain.columnIndex[k]), plain.coefficient[k])
      }
      if ElasticProgram.isElastic(rules.rules[i]) {
        for sign in ElasticProgram.signs(of: rules.rules[i], i, in: plain) {
          let column = result.addColumn(
            upper: ElasticProgram.isAsked(rules.rules[i]) ? .infinity : 0)
          result.addEntry(column, sign)
          slack.append((i, column, sign))
        }
      }
      result.finishRow(lower: plain.rowLower[i], upper: plain.rowUpper[i])
    }
    program = result
  }

  /// −1 raises the upper bound of a row, 1 lowers the lower one; a rule with `=` has both.
  private static func signs(of rule: Rule, _ row: Int, in program: LinearProgram) -> [Double] {
    let isUpper = program.rowUpper[row].isFinite
    if case .row(let key) = rule, key.kind == .rule, isUpper, program.rowLower[row].isFinite {
      return [-1, 1]
    }
    return [isUpper ? -1 : 1]
  }

  static func isAsked(_ rule: Rule) -> Bool {
    guard case .row(let key) = rule else { return false }
    return key.kind == .target || key.kind == .limit || key.kind == .rule
  }

  private static func isElastic(_ rule: Rule) -> Bool {
    switch rule {
    case .row(let key): return isAsked(rule) || key.kind == .account || key.kind == .maximum
    case .importLimit: return true
    case .stockRoom, .returnBase, .wholeNumbers: return false
    }
  }

  /// Cost of a unit of slack: a target counts by its points, a limit relative to its size.
  private func weight(_ row: Int) -> Double {
    guard case .row(let key) = rules.rules[row], key.kind == .limit || key.kind == .rule else {
      return 1
    }
    let program = rules.program
    let bound = program.rowUpper[row].isFinite ? program.rowUpper[row] : program.rowLower[row]
    return 1 / max(abs(bound), 1)
  }

  /// Runs `body` with a session on this thread.
  func run<Result>(
    _ settings: RunSettings, _ body: (Session) throws(StudyEnd) -> Result
  ) throws(StudyEnd) -> Result {
    let session: SolverSession
    do throws(SolverError) { session = try SolverSession(program) } catch {
      throw .notVerified("\(error)")
    }
    defer { session.end() }
    return try body(Session(session: session, elastic: self, settings: settings))
  }

  /// Minimises weighted slack; belongs to the thread that made it.
  struct Session {
    fileprivate let session: SolverSession
    fileprivate let elastic: ElasticProgram
    fileprivate let settings: RunSettings

    struct Answer {
      /// By row of the rules: its violation, in the row's unit; rows without one are left out.
      var violations: [Int: Double]
      var point: [Double]
      /// Whether the opened rows alone are violated.
      var isEnough: Bool
      /// The weighted sum of violations, and by row its absolute dual: by how much the sum falls at most for a unit
      /// of relaxation.
      var cost: Double
      var prices: [Double]

      /// The rows with a nonzero dual: where some violation is needed, they are infeasible together.
      var pricedRows: Set<Int>? {
        guard cost > 1e-9 else { return nil }
        let noise = 1e-9 * (prices.max() ?? 0)
        return Set(prices.indices.filter { prices[$0] > noise })
      }
    }

    /// The least weighted violation: of targets and limits by `weight`, of opened rows by the weights given, which are
    /// used first. With nothing opened, all targets and limits count as opened.
    /// - Returns: nil where that was not settled within so many iterations: a count and not a time, so that the same
    /// question has the same answer on every machine.
    func smallest(
      opening open: [(row: Int, weight: Double)], iterationLimit: Int? = nil
    ) throws(StudyEnd) -> Answer? {
      let weights = Dictionary(
        open.map { ($0.row, $0.weight) }, uniquingKeysWith: { first, _ in first })
      var costs = [Double](repeating: 0, count: session.program.columnCount)
      var bounds: [(column: Int, lower: Double, upper: Double)] = []
      for entry in elastic.slack {
        let isAsked = ElasticProgram.isAsked(elastic.rules.rules[entry.row])
        if let weight = weights[entry.row] {
          costs[entry.column] = weight
        } else if isAsked {
          costs[entry.column] =
            elastic.weight(entry.row) * (open.isEmpty ? 1 : ElasticProgram.askedWeight)
        }
        if !isAsked {
          bounds.append((entry.column, 0, weights[entry.row] == nil ? 0 : .infinity))
        }
      }
      var options = SolverOptions()
      options.cancellation = settings.cancellation
      options.iterationLimit = iterationLimit
      let outcome: Outcome
      do throws(SolverError) {
        try session.setColumnBounds(bounds)
        try session.setCosts(costs, offset: 0)
        outcome = try session.solve(options)
      } catch {
        throw .notVerified("\(error)")
      }
      switch outcome {
      case .optimal(let solution):
        return answer(solution, opened: Set(weights.keys), isAll: open.isEmpty)
      case .stopped(.interrupted), .feasible(_, .interrupted): throw .interrupted
      default: return nil
      }
    }

    private func answer(_ solution: Solution, opened: Set<Int>, isAll: Bool) -> Answer {
      let point = solution.columnValues
      var answer = Answer(
        violations: [:], point: point, isEnough: true, cost: solution.objective,
        prices: solution.rowDuals.map { abs($0) })
      for entry in elastic.slack where point[entry.column] > 1e-9 {
        answer.violations[entry.row] = point[entry.column]
        if !isAll, !opened.contains(entry.row),
          point[entry.column] * elastic.weight(entry.row) > 1e-7
        {
          answer.isEnough = false
        }
      }
      return answer
    }
  }
}
