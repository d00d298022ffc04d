import Allocation
import LinearProgramming
import SupplyChain

/// One rule of an infeasible program.
public enum Rule: Sendable, Hashable {
  case row(RowKey)
  /// An import within its limit in a step.
  case importLimit(source: Int, step: Int)
  /// A stockpile within its room in a step.
  case stockRoom(stockpile: Int, step: Int)
  /// Returned material within what comes back without a lag.
  case returnBase(stream: Int, step: Int)
  /// Whole numbers of modules and whole choices: all of them together.
  case wholeNumbers

  /// The order in which the deletion filter tries rules. Balances come last, since nobody can change them; among
  /// decisions, those that take few words to state come last.
  var standing: Int {
    guard case .row(let key) = self else { return 3 }
    switch key.kind {
    case .privateShare, .leastPrivateShare, .awardShare, .combinedShare, .supportRate,
      .existingSupportRate, .refundRate, .existingRefundRate, .bankability, .noLoss, .debt,
      .requires, .usedImports, .deferral, .unpaid:
      return 0
    case .perFacility, .authority, .exclusive, .exclusiveLink, .once, .onceLink, .minimum, .room,
      .endStock, .returned, .embedded:
      return 1
    case .account: return 2
    case .maximum: return 3
    case .capacity, .existingCapacity, .purchase: return 4
    case .limit, .rule, .committed, .changed, .changes: return 5
    case .target: return 6
    case .balance, .added, .stock, .largestStock, .demand, .cost, .peak, .held:
      return 7
    }
  }

  /// Whether it is a balance or a physical bound and not a decision: material, money, capacity.
  public var isBookkeeping: Bool { standing == 7 }
}

/// The program of a model in which every bound that is a rule of the model is a row, and bounds that only help
/// the solver are gone: what makes it infeasible is then a set of rows.
struct IISProgram {
  let allocation: AllocationProgram
  /// Without costs.
  private(set) var program: LinearProgram
  private(set) var rules: [Rule]
  /// Streams and steps whose returns a row bounds.
  private let lagged: Set<[Int]>

  /// - Parameter looseness: by how much bounds that follow from rows are multiplied; infinite where they are to
  /// be gone, finite where the solver is to keep some.
  init(_ model: Model, relaxed: Bool, looseness: Double = .infinity) {
    allocation = AllocationProgram(
      BaselineSolver.reduced(model), relaxed: relaxed, keepsUnpayable: true)
    let original = allocation.program
    program = original
    program.setCosts([Double](repeating: 0, count: original.columnCount))
    program.objectiveOffset = 0
    rules = allocation.rows.map { .row($0) }
    lagged = Set(
      allocation.rows.filter { $0.kind == .returned }.map { [Int($0.first), Int($0.step)] })
    let committed = allocation.fixedColumns
    for (j, n) in committed.sorted(by: { $0.key < $1.key }) {
      let value = original.columnUpper[j]
      // Branch and bound needs bounds on integer columns.
      program.setColumnBounds(j, lower: 0, upper: original.isInteger[j] ? value : .infinity)
      program.addRow(lower: value, upper: value, [(j, 1)])
      rules.append(.row(.committed(n, step: Int(allocation.columns[j].step))))
    }
    for (j, key) in allocation.columns.enumerated() where committed[j] == nil {
      let upper = original.columnUpper[j]
      guard upper.isFinite else { continue }
      switch meaning(key) {
      case .bound: continue
      case .implied:
        let loose = upper > 0 ? upper * looseness : upper
        program.setColumnBounds(j, lower: original.columnLower[j], upper: loose)
      case .rule(let rule):
        program.setColumnBounds(j, lower: original.columnLower[j], upper: .infinity)
        program.addRow(lower: -.infinity, upper: upper, [(j, 1)])
        rules.append(rule)
      }
    }
  }

  /// What the upper bound of a column is.
  private enum Meaning {
    /// Needed as it is.
    case bound
    /// Follows from rows.
    case implied
    case rule(Rule)
  }

  private func meaning(_ key: ColumnKey) -> Meaning {
    let (first, step) = (Int(key.first), Int(key.step))
    switch key.kind {
    case .imported:
      return allocation.model.imports[first].limit == nil
        ? .implied : .rule(.importLimit(source: first, step: step))
    case .stock:
      return allocation.model.stockpiles[first].max == nil
        ? .implied : .rule(.stockRoom(stockpile: first, step: step))
    case .returned:
      return lagged.contains([first, step])
        ? .implied : .rule(.returnBase(stream: first, step: step))
    case .build:
      // Branch and bound needs bounds on integer columns.
      return allocation.program.integerCount > 0 ? .bound : .implied
    case .choice, .exclusive, .awardStep, .peak, .changed, .addedMoney, .takenMoney, .shortfall:
      return .bound
    case .activity, .newActivity, .added, .release, .store, .largestStock, .downgrade, .served,
      .award, .support, .existingSupport, .refund, .existingRefund, .privateMoney, .carry, .bought,
      .arrears, .unpaid:
      return .implied
    }
  }
}
