import LinearProgramming

extension AllocationProgram {
  /// The program with everything decided before a step as it was decided; what an earlier program had no
  /// column for was not done.
  public func committing(_ decided: [ColumnKey: Double], before step: Int) -> AllocationProgram {
    var result = self
    var lower = program.columnLower
    var upper = program.columnUpper
    for (j, key) in columns.enumerated() where Int(key.step) < step && key.kind.isDecision {
      lower[j] = min(max(decided[key] ?? 0, lower[j]), upper[j])
      upper[j] = lower[j]
    }
    result.program.setColumnBounds(lower: lower, upper: upper)
    result.program.freeRowsOfFixedColumns()
    return result
  }
}

extension ColumnKey.Kind {
  /// Whether somebody decides it in its step, rather than it following from other columns.
  fileprivate var isDecision: Bool {
    switch self {
    case .build, .award, .support, .existingSupport, .refund, .existingRefund, .privateMoney,
      .bought, .activity, .newActivity, .imported, .release, .store, .returned, .served, .arrears:
      true
    // What is never paid is decided in the last year, whenever the loan was made.
    case .unpaid, .changed, .addedMoney, .takenMoney, .added, .choice, .exclusive,
      .awardStep, .stock,
      .largestStock, .downgrade, .carry, .peak, .shortfall:
      false
    }
  }
}
