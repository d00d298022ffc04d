import Allocation
import LinearProgramming
import SupplyChain

/// The feasibility relaxation of a program whose commitments leave no plan: the rules of money, shares, limits and
/// targets are violated by the least sum, each measured by its own size (formulation section 8.3, awards that break rules).
struct AwardRelaxation {
  /// The program with the rules loosened by what is violated.
  private(set) var allocation: AllocationProgram
  private(set) var broken: [BrokenRule] = []

  /// - Returns: nil where there is no plan even so.
  static func find(
    _ allocation: AllocationProgram, _ settings: RunSettings
  ) throws(StudyEnd) -> AwardRelaxation? {
    settings.report("which rules the awards break", 0, 1)
    var relaxation = AwardRelaxation(allocation: allocation)
    let elastic = relaxation.elasticProgram()
    let outcome: Outcome
    do throws(SolverError) {
      outcome = try LinearProgramming.solve(elastic.program, settings.solver)
    } catch {
      throw .notVerified("\(error)")
    }
    switch outcome {
    case .optimal(let found), .feasible(let found, .timeLimit):
      relaxation.loosen(elastic.slacks, found.columnValues)
      return relaxation
    case .feasible(_, .interrupted), .stopped(.interrupted): throw .interrupted
    case .infeasible: return nil
    case .unverified(_, let reason): throw .notVerified(reason)
    default: throw .notVerified("which rules the awards break was not found")
    }
  }

  private struct Slack {
    var row: Int
    var column: Int
    /// Of the slack in the row: −1 raises the upper bound, +1 lowers the lower one.
    var sign: Double
  }

  private func elasticProgram() -> (program: LinearProgram, slacks: [Slack]) {
    let plain = allocation.program
    var result = LinearProgram()
    for j in 0..<plain.columnCount {
      result.addColumn(
        lower: plain.columnLower[j], upper: plain.columnUpper[j], integer: plain.isInteger[j])
    }
    var slacks: [Slack] = []
    for (i, key) in allocation.rows.enumerated() {
      for k in plain.rowStart[i]..<plain.rowStart[i + 1] {
        result.addEntry(Int(plain.columnIndex[k]), plain.coefficient[k])
      }
      for sign in signs(i, key) {
        let column = result.addColumn(cost: weight(i, key))
        result.addEntry(column, sign)
        slacks.append(Slack(row: i, column: column, sign: sign))
      }
      result.finishRow(lower: plain.rowLower[i], upper: plain.rowUpper[i])
    }
    return (result, slacks)
  }

  /// The sides of a row that may be violated.
  private func signs(_ i: Int, _ key: RowKey) -> [Double] {
    switch key.kind {
    case .account: return [-1]
    // Paid for more than it costs, or for less.
    case .cost, .purchase: return [-1, 1]
    case .target, .limit, .awardShare, .perFacility, .authority, .combinedShare, .privateShare,
      .leastPrivateShare, .requires, .debt, .bankability, .maximum, .room, .endStock:
      return allocation.program.rowUpper[i].isFinite ? [-1] : [1]
    case .rule:
      let (lower, upper) = (allocation.program.rowLower[i], allocation.program.rowUpper[i])
      return (upper.isFinite ? [-1] : []) + (lower.isFinite ? [1] : [])
    default: return []
    }
  }

  /// A violation costs its share of the rule's size; that what is paid for is what is built is given up last.
  private func weight(_ i: Int, _ key: RowKey) -> Double {
    if key.kind == .target { return 1 }
    if key.kind == .account { return accountWeight(key) }
    let program = allocation.program
    let bound = program.rowUpper[i].isFinite ? program.rowUpper[i] : program.rowLower[i]
    let size = max(abs(bound), committedSize(i), 1e-3)
    return (key.kind == .cost || key.kind == .purchase ? 1000 : 1) / size
  }

  /// Money that is not spent is carried over, and so is what an account lacks. With one size a fund, and a little more for
  /// early steps, an excess falls in the latest step in which it is needed.
  private func accountWeight(_ key: RowKey) -> Double {
    let steps = allocation.model.horizon.stepCount - 1 - Int(key.step)
    return (1 + 1e-3 * Double(max(0, steps))) / max(funded[Int(key.first)] ?? 0, 1e-3)
  }

  /// The largest term of what is committed in a row.
  private func committedSize(_ i: Int) -> Double {
    AwardRelaxation.committedSize(i, allocation, amounts)
  }

  private static func committedSize(
    _ i: Int, _ allocation: AllocationProgram, _ amounts: [ColumnKey: Double]
  ) -> Double {
    let program = allocation.program
    var size = 0.0
    for k in program.rowStart[i]..<program.rowStart[i + 1] {
      let n = amounts[allocation.columns[Int(program.columnIndex[k])]] ?? 0
      size = max(size, abs(program.coefficient[k]) * n)
    }
    return size
  }

  /// Commitments in the program's unit, by the columns of their steps.
  private let amounts: [ColumnKey: Double]
  private let commitments: [ColumnKey: Int]
  /// Millions that each fund is appropriated in all, or where that is more the largest amount committed of it.
  private let funded: [Int: Double]

  private init(allocation: AllocationProgram) {
    self.allocation = allocation
    var amounts: [ColumnKey: Double] = [:]
    var commitments: [ColumnKey: Int] = [:]
    let program = allocation.program
    for (j, n) in allocation.fixedColumns {
      amounts[allocation.columns[j]] = program.columnUpper[j]
      commitments[allocation.columns[j]] = n
    }
    for (i, key) in allocation.rows.enumerated() where key.kind == .committed {
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let column = allocation.columns[Int(program.columnIndex[k])]
        amounts[column] = program.rowUpper[i] / program.coefficient[k]
        commitments[column] = Int(key.first)
      }
    }
    self.amounts = amounts
    self.commitments = commitments
    var (appropriated, largest): ([Int: Double], [Int: Double]) = ([:], [:])
    for (i, key) in allocation.rows.enumerated() where key.kind == .account {
      let fund = Int(key.first)
      appropriated[fund, default: 0] += max(0, program.rowUpper[i])
      largest[fund] = max(
        largest[fund] ?? 0, AwardRelaxation.committedSize(i, allocation, amounts))
    }
    funded = appropriated.merging(largest, uniquingKeysWith: max)
  }

  private mutating func loosen(_ slacks: [Slack], _ point: [Double]) {
    for slack in slacks {
      let key = allocation.rows[slack.row]
      let violation = point[slack.column]
      guard violation * weight(slack.row, key) > 1e-9, violation > 1e-9 else { continue }
      // Not a tight fit: the rest of the plan is found with tolerances.
      let room = violation * (1 + 1e-6) + 1e-8
      let (lower, upper) = (
        allocation.program.rowLower[slack.row], allocation.program.rowUpper[slack.row]
      )
      allocation.program.setRowBounds(
        slack.row, lower: slack.sign > 0 ? lower - room : lower,
        upper: slack.sign < 0 ? upper + room : upper)
      guard violation > AwardRelaxation.negligible(key) else { continue }
      broken.append(
        BrokenRule(
          kind: .row(key), amount: -slack.sign * violation, awards: awards(inRow: slack.row)))
    }
  }

  /// Smaller violations are rounding: of what tables leave out, and of amounts with few digits.
  private static func negligible(_ key: RowKey) -> Double {
    switch key.kind {
    case .target, .limit, .rule, .requires: 1e-7
    case .maximum, .room, .endStock: Plan.negligible / AllocationProgram.tonnesPerUnit
    default: 10 * Plan.negligible
    }
  }

  /// The commitments that have a term in a row.
  private func awards(inRow i: Int) -> [Int] {
    let program = allocation.program
    var found: Set<Int> = []
    for k in program.rowStart[i]..<program.rowStart[i + 1] {
      if let n = commitments[allocation.columns[Int(program.columnIndex[k])]] { found.insert(n) }
    }
    return found.sorted()
  }
}
