import SupplyChain

/// Formulation section 4: money. Support, losses, and what is old and new. Everything in millions.
extension ProgramBuilder {
  /// Support that is chosen has a use where it covers a loss, serves debt or makes private money bankable; or where a
  /// limit or a rule counts it. Support to which a plant is entitled is paid whatever its use.
  mutating func addSupportColumns(_ f: Int, _ fund: Fund) {
    let isLimited =
      model.limits.contains { $0.measure == .support }
      || model.rules.contains { rule in
        rule.difference.terms.contains { [.support, .spending].contains($0.quantity.kind) }
      }
    for (p, facility) in model.facilities.enumerated()
    where fund.eligible.admits(facility, index: p) {
      let isBankable = costSteps[p].contains { privateMoney[slot(p, $0)] >= 0 }
      let owes = facility.isCommercial && hasLoans(p)
      let none = [Int32](repeating: -1, count: stepCount)
      var entry = SupportColumns(
        facility: p, support: [none, none], refund: [none, none],
        rate: Part.allCases.map { part in
          (0..<stepCount).map { rates.support(fund.pays, facility: p, step: $0, part) }
        }, refundRate: (0..<stepCount).map { rates.refund(fund.pays, facility: p, step: $0) })
      for t in 0..<stepCount {
        let loses = facility.isCommercial && margin[slot(p, t)] < 0
        for part in parts(p, t) {
          let index = part.rawValue
          let tonnes =
            part == .new ? largestNew[slot(p, t)] : largestExisting[slot(p, t)]
          let isUseful =
            fund.pays.isEntitled || isLimited || owes || loses || (isBankable && part == .new)
          if isUseful, entry.rate[index][t] > 0 {
            var most = min(entry.rate[index][t] * tonnes, fund.maxPerFacility ?? .infinity)
            if !fund.paysWithoutAccount { most = min(most, fundMoney[slot(f, t)]) }
            if most > 0 || fund.pays.isEntitled {
              entry.support[index][t] = Int32(
                column(
                  ColumnKey(part == .new ? .support : .existingSupport, f, p, step: t),
                  upper: most))
            }
          }
          if entry.refundRate[t] > 0 {
            entry.refund[index][t] = Int32(
              column(
                ColumnKey(part == .new ? .refund : .existingRefund, f, p, step: t),
                upper: entry.refundRate[t] * tonnes))
          }
        }
      }
      if (entry.support + entry.refund).joined().contains(where: { $0 >= 0 }) {
        supports[f].append(entry)
      }
    }
  }

  private func hasLoans(_ p: Int) -> Bool {
    model.funds.indices.contains { f in
      model.funds[f].instruments.contains(.loan) && awards[f].contains { $0.facility == p }
    }
  }

  /// Rules that together say "exactly" or "not at all" are written so: as pairs of inequalities they leave the interior
  /// point no interior.
  mutating func findLossCover() {
    var paid = Part.allCases.map { _ in
      [Double](repeating: 0, count: model.facilities.count * stepCount)
    }
    for entry in supports.joined() {
      for part in Part.allCases {
        for t in 0..<stepCount where entry.support[part.rawValue][t] >= 0 {
          paid[part.rawValue][slot(entry.facility, t)] += entry.rate[part.rawValue][t]
        }
      }
    }
    for (p, facility) in model.facilities.enumerated() where facility.isCommercial {
      for t in 0..<stepCount where margin[slot(p, t)] < 0 {
        let loss = -margin[slot(p, t)]
        for part in Part.allCases {
          let rate = paid[part.rawValue][slot(p, t)]
          guard rate <= loss * (1 + 1e-9) else { continue }
          lossCover[part.rawValue][slot(p, t)] = rate < loss * (1 - 1e-9) ? .short : .exact
        }
      }
    }
    closeUncoveredActivity()
  }

  /// What runs at a loss that no support can cover does not run.
  private mutating func closeUncoveredActivity() {
    for p in model.facilities.indices {
      for t in 0..<stepCount {
        let parts = parts(p, t)
        guard !parts.isEmpty, parts.allSatisfy({ lossCover[$0.rawValue][slot(p, t)] == .short })
        else { continue }
        for k in provenance.batches[p].indices {
          program.setColumnBounds(Int(activity[slot(p, t)]) + k, lower: 0, upper: 0)
        }
      }
    }
  }

  /// Old and new are kept apart where support or private money tells them apart (formulation section 4, old and new).
  mutating func addNewActivityColumns() {
    var isTold = [Bool](repeating: false, count: model.facilities.count)
    for p in model.facilities.indices {
      isTold[p] = costSteps[p].contains { privateMoney[slot(p, $0)] >= 0 }
    }
    for entry in supports.joined() { isTold[entry.facility] = true }
    for p in model.facilities.indices where isTold[p] {
      for t in 0..<stepCount where parts(p, t).count > 1 {
        newActivity[slot(p, t)] = Int32(
          column(
            ColumnKey(.newActivity, p, step: t),
            upper: lossCover[Part.new.rawValue][slot(p, t)] == .short
              ? 0 : largestNew[slot(p, t)]))
      }
    }
  }

  /// Support is earned by output: at most its rate times the part's activity, and that much where it is entitled.
  mutating func addSupportRateRows(_ f: Int, _ fund: Fund, _ entry: SupportColumns) {
    let p = entry.facility
    for part in Part.allCases {
      for t in 0..<stepCount {
        let support = entry.support[part.rawValue][t]
        if support >= 0 {
          program.addEntry(Int(support), 1)
          addActivityEntries(p, t, part, factor: -entry.rate[part.rawValue][t])
          let isExact =
            fund.pays.isEntitled || lossCover[part.rawValue][slot(p, t)] == .exact
          finish(
            RowKey(part == .new ? .supportRate : .existingSupportRate, f, p, step: t),
            lower: isExact ? 0 : -.infinity, upper: 0)
        }
        let refund = entry.refund[part.rawValue][t]
        if refund >= 0 {
          program.addEntry(Int(refund), 1)
          addActivityEntries(p, t, part, factor: -entry.refundRate[t])
          finish(
            RowKey(part == .new ? .refundRate : .existingRefundRate, f, p, step: t), lower: 0,
            upper: 0)
        }
      }
    }
  }

  mutating func addLossRows(_ p: Int, _ facility: Facility, _ finance: FinanceIndex) {
    guard facility.isCommercial else { return }
    for t in 0..<stepCount where margin[slot(p, t)] < 0 && activity[slot(p, t)] >= 0 {
      // Without support columns old and new need not be told apart.
      let isTold = newActivity[slot(p, t)] >= 0
      for part in isTold ? Part.allCases : Array(parts(p, t).prefix(1))
      where lossCover[part.rawValue][slot(p, t)] == .free {
        addActivityEntries(p, t, isTold ? part : nil, factor: margin[slot(p, t)])
        for support in finance.supports[p] {
          for column in support.columns.supports(t, isTold ? part : nil) {
            program.addEntry(Int(column), 1)
          }
        }
        finish(RowKey(.noLoss, p, part.rawValue, step: t), lower: 0)
      }
    }
  }

  /// Adds what a facility earns in a step, of one part or of both: margin and support less refunds.
  ///
  /// A part whose loss is covered exactly, or that does not run, earns nothing: without its terms presolve sees it.
  mutating func addEarnings(
    _ p: Int, _ t: Int, _ part: Part?, factor: Double, _ finance: FinanceIndex
  ) {
    for one in parts(p, t) where part == nil || part == one {
      for support in finance.supports[p] {
        for column in support.columns.refunds(t, one) { program.addEntry(Int(column), -factor) }
      }
      guard lossCover[one.rawValue][slot(p, t)] == .free else { continue }
      // Where old and new are not told apart the activity is that of both, once.
      let isTold = newActivity[slot(p, t)] >= 0
      if isTold || one == parts(p, t).first {
        addActivityEntries(p, t, isTold ? one : nil, factor: factor * margin[slot(p, t)])
      }
      for support in finance.supports[p] {
        for column in support.columns.supports(t, one) { program.addEntry(Int(column), factor) }
      }
    }
  }
}
