import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// Models in units that lie far apart: the right plan, or none that is called verified. The values are those of other
/// solvers and of the same model in other units.
@Suite struct UnitTests {
  private func solution(_ name: String, scale: Double = 1) throws -> AllocationSolution {
    let document = try ModelDocument.read(
      path: Repository.path("Tests/Reference/units/\(name).yaml"))
    return solve(AllocationProgram(try document.model(budgetScale: scale)))
  }

  @Test(arguments: [
    ("chain_other_units", 1, 0.2, true), ("chain", 1, 0.2, false),
    ("recipe_1e10", 1, 0.581660, false), ("keep_1_percent", 1, 0.564329, true),
    ("max_1e9", 1, 0.4, true), ("won", 0.5, 0.755903, true),
  ])
  func `dependency does not hang on the units`(
    name: String, scale: Double, dependency: Double, mustBeVerified: Bool
  ) throws {
    let found = try solution(name, scale: scale)
    let first = try #require(found.stages.first)
    if mustBeVerified { #expect(found.status == .optimal, "\(found.reason ?? "")") }
    if found.status == .optimal || first.verification?.isVerified == true {
      #expect(abs(try #require(first.value) - dependency) <= 2e-6)
    } else {
      #expect(found.reason?.contains("not verified") == true)
    }
  }

  @Test(arguments: [1e-3, 1e3, 1e6])
  func `the same money in another currency gives the same plan`(factor: Double) throws {
    for name in Repository.corpusNames.filter({ !$0.hasPrefix("discrete") }).prefix(6) {
      let document = try ModelDocument.read(path: Repository.corpus(name))
      let program = AllocationProgram(try document.model(), relaxed: true)
      let base = try #require(solve(program).objectives.first?.value)
      let scaled = program.program.inMoney(of: factor, program.columns, program.rows)
      guard case .optimal(let found) = try solve(scaled) else {
        Issue.record("\(name) in money of \(factor) has no verified plan")
        continue
      }
      #expect(abs(found.objective - base) <= 1e-6 * abs(base))
    }
  }
}

extension LinearProgram {
  /// The program with the columns and rows of money in a unit `factor` times smaller.
  fileprivate func inMoney(
    of factor: Double, _ columns: [ColumnKey], _ rows: [RowKey]
  ) -> LinearProgram {
    let money: Set<ColumnKey.Kind> = [
      .award, .support, .existingSupport, .refund, .existingRefund, .privateMoney, .bought, .carry,
    ]
    let accounts: Set<RowKey.Kind> = [
      .cost, .awardShare, .combinedShare, .perFacility, .authority, .privateShare,
      .leastPrivateShare, .supportRate, .existingSupportRate, .refundRate, .existingRefundRate,
      .account, .purchase,
    ]
    var result = LinearProgram()
    for j in 0..<columnCount {
      let unit = money.contains(columns[j].kind) ? factor : 1
      result.addColumn(
        lower: columnLower[j] * unit, upper: columnUpper[j] * unit, cost: cost[j] / unit,
        integer: isInteger[j])
    }
    for i in 0..<rowCount {
      let unit = accounts.contains(rows[i].kind) ? factor : 1
      for k in rowStart[i]..<rowStart[i + 1] {
        let j = Int(columnIndex[k])
        result.addEntry(j, coefficient[k] * unit / (money.contains(columns[j].kind) ? factor : 1))
      }
      result.finishRow(lower: rowLower[i] * unit, upper: rowUpper[i] * unit)
    }
    result.objectiveOffset = objectiveOffset
    return result
  }
}
