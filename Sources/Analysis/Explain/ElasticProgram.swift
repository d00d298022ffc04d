import Allocation
import LinearProgramming
import SupplyChain

/// The program of a model with a column of slack in each rule that a repair may bend, in the solver's memory
/// (elastic filter, Chinneck 2008). What was asked for (targets and limits) may always bend, so that there is
/// always an answer; everything else only where a question opens it.
struct ElasticProgram {
  let rules: IISProgram
  /// Rows of `rules` that can bend, with their slack column, and by which sign slack counts in the row.
  private(set) var slack: [(row: Int, column: Int, sign: Double)] = []
  private let program: LinearProgram

  /// Bounds that follow from rows are loose enough for any repair that is worth a word.
  private static let looseness = 100.0
  /// Weight of what was asked for against what a question opens.
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
      if ElasticProgram.bends(rules.rules[i]) {
        let sign = plain.rowUpper[i].isFinite ? -1.0 : 1
        let column = result.addColumn(upper: ElasticProgram.isAsked(rules.rules[i]) ? .infinity : 0)
        result.addEntry(column, sign)
        slack.append((i, column, sign))
      }
      result.finishRow(lower: plain.rowLower[i], upper: plain.rowUpper[i])
    }
    program = result
  }

  static func isAsked(_ rule: Rule) -> Bool {
    guard case .row(let key) = rule else { return false }
    return key.kind == .target || key.kind == .limit
  }

  private static func bends(_ rule: Rule) -> Bool {
    switch rule {
    case .row(let key): return isAsked(rule) || key.kind == .account || key.kind == .maximum
    case .importLimit: return true
    case .stockRoom, .returnBase, .wholeNumbers: return false
    }
  }

  /// A target counts by its points, a limit by its size.
  private func weight(_ row: Int) -> Double {
    guard case .row(let key) = rules.rules[row], key.kind == .limit else { return 1 }
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

  /// Asks which slack is enough; belongs to its thread.
  struct Session {
    fileprivate let session: SolverSession
    fileprivate let elastic: ElasticProgram
    fileprivate let settings: RunSettings

    struct Answer {
      /// By row of the rules: how far it bends, in the row's unit; those that do not are left out.
      var bent: [Int: Double]
      var point: [Double]
      /// Whether what was not opened stays as it was asked for.
      var isEnough: Bool
      /// The weighted sum of what bends, and by how much it falls at most for a unit more of each row.
      var cost: Double
      var prices: [Double]

      /// The rows on which the cost hangs: where something must bend, those that clash.
      var pricedRows: Set<Int>? {
        guard cost > 1e-9 else { return nil }
        let noise = 1e-9 * (prices.max() ?? 0)
        return Set(prices.indices.filter { prices[$0] > noise })
      }
    }

    /// The smallest change: of what was asked for by its own size, and of what is opened by the weights given;
    /// what is opened is bent first. With nothing opened, all that was asked for counts as opened.
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
        bent: [:], point: point, isEnough: true, cost: solution.objective,
        prices: solution.rowDuals.map { abs($0) })
      for entry in elastic.slack where point[entry.column] > 1e-9 {
        answer.bent[entry.row] = point[entry.column]
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
