import SupplyChain

/// Formulation section 3: material balance.
extension ProgramBuilder {
  mutating func addBalanceColumns() {
    let usable = largestUse()
    addImportColumns(usable)
    addStockpileColumns(usable)
    addReturnColumns()
    addServedColumns()
    for (c, classes) in provenance.balance.enumerated() where classes.count > 1 {
      for t in 0..<stepCount {
        downgrade[slot(c, t)] = Int32(program.columnCount)
        for k in classes.dropLast() {
          column(
            ColumnKey(.downgrade, c, k, step: t),
            upper: countedImports[c] ? .infinity : 2 * usable[c])
        }
      }
    }
  }

  /// The most of each commodity (kt) that can be put to use within the horizon.
  private func largestUse() -> [Double] {
    let unit = AllocationProgram.tonnesPerUnit
    var usable = [Double](repeating: 0, count: model.commodities.count)
    for (p, facility) in model.facilities.enumerated() {
      let total = (0..<stepCount).reduce(0) { $0 + largestActivity[slot(p, $1)] }
      for input in facility.recipe.inputs { usable[input.commodity] += input.amount * total }
      for output in facility.recipe.outputs { usable[output.commodity] += output.amount * total }
    }
    for segment in model.demand {
      for year in years {
        usable[segment.commodity] += segment.quantity.level(year) * stepLength / unit
      }
    }
    for stockpile in model.stockpiles {
      usable[stockpile.commodity] +=
        stockpile.opening.reduce(0, +) / unit + (stockpile.max ?? 0) / unit
    }
    for stream in model.returns {
      for year in years { usable[stream.commodity] += stream.base.level(year) * stepLength / unit }
      for d in stream.from {
        let total = years.reduce(0) { $0 + model.demand[d].quantity.level($1) }
        usable[stream.commodity] += stream.fraction * total * stepLength / unit
      }
    }
    return usable
  }

  private mutating func addImportColumns(_ usable: [Double]) {
    for (s, source) in model.imports.enumerated() {
      for t in 0..<stepCount {
        var upper = Double.infinity
        if let limit = source.limit {
          upper = limit.level(years[t]) * stepLength / AllocationProgram.tonnesPerUnit
        }
        if !countedImports[source.commodity] { upper = min(upper, 2 * usable[source.commodity]) }
        guard upper > 0 else { continue }
        imported[slot(s, t)] = Int32(column(ColumnKey(.imported, s, step: t), upper: upper))
      }
    }
  }

  private mutating func addStockpileColumns(_ usable: [Double]) {
    let unit = AllocationProgram.tonnesPerUnit
    let someFundBuys = model.funds.contains { $0.instruments.contains(.stockpile) }
    for (i, stockpile) in model.stockpiles.enumerated() {
      let classes = provenance.native[stockpile.commodity]
      let opening = stockpile.opening.reduce(0, +) / unit
      let room = stockpile.max.map { $0 / unit } ?? 0
      let most = stockpile.max == nil ? opening + 2 * usable[stockpile.commodity] : room
      for t in 0..<stepCount {
        // Nothing is put aside in the years beyond.
        if t < endStepCount, someFundBuys || purchasePrice(stockpile, t) <= 0 {
          store[slot(i, t)] = Int32(program.columnCount)
          for k in classes {
            column(
              ColumnKey(.store, i, k, step: t),
              upper: 2 * usable[stockpile.commodity] + room + opening)
          }
        }
        release[slot(i, t)] = Int32(program.columnCount)
        for k in classes {
          column(
            ColumnKey(.release, i, k, step: t),
            upper: 2 * usable[stockpile.commodity] + most + opening)
        }
        stock[slot(i, t)] = Int32(program.columnCount)
        for k in classes { column(ColumnKey(.stock, i, k, step: t), upper: most) }
      }
      if stockpile.endShare > 0 {
        largestStock[i] = Int32(column(ColumnKey(.largestStock, i), upper: most))
      }
    }
  }

  private mutating func addReturnColumns() {
    let unit = AllocationProgram.tonnesPerUnit
    for (r, stream) in model.returns.enumerated() {
      let lag = steps(stream.lag)
      for t in 0..<stepCount {
        var most = stream.base.level(years[t]) * stepLength / unit
        if stream.fraction > 0, t - lag >= 0 {
          for d in stream.from {
            most +=
              stream.fraction * model.demand[d].quantity.level(years[t - lag]) * stepLength / unit
          }
        }
        guard most > 0 else { continue }
        returned[slot(r, t)] = Int32(column(ColumnKey(.returned, r, step: t), upper: most))
      }
    }
  }

  private mutating func addServedColumns() {
    for (d, segment) in model.demand.enumerated() {
      for t in 0..<stepCount {
        let quantity = demanded(d, t)
        guard quantity > 0 else { continue }
        var isRequired = segment.requiredClasses != nil
        if let from = segment.requiredFrom, calendar[t] < from { isRequired = false }
        let classes = isRequired ? provenance.served[d].after : provenance.served[d].before
        guard !classes.isEmpty else { continue }
        servedClasses[slot(d, t)] = classes
        served[slot(d, t)] = Int32(program.columnCount)
        for k in classes { column(ColumnKey(.served, d, k, step: t), upper: quantity) }
      }
    }
  }

  /// Demand of a segment in a step, kt.
  func demanded(_ d: Int, _ t: Int) -> Double {
    model.demand[d].quantity.level(years[t]) * stepLength / AllocationProgram.tonnesPerUnit
  }

  mutating func addBalanceRows() {
    addMaterialRows()
    addStockRows()
    addReturnRows()
    for d in model.demand.indices {
      for t in 0..<stepCount where served[slot(d, t)] >= 0 {
        let first = Int(served[slot(d, t)])
        for k in servedClasses[slot(d, t)].indices { program.addEntry(first + k, 1) }
        finish(RowKey(.demand, d, step: t), upper: demanded(d, t))
      }
      addEmbeddedRows(d)
    }
    addUsedImportRows()
  }

  /// No plant can serve what arrives inside goods (formulation section 3, demand).
  private mutating func addEmbeddedRows(_ d: Int) {
    guard let embedded = model.demand[d].embedded else { return }
    for t in 0..<stepCount where served[slot(d, t)] >= 0 {
      let share = embedded.share.level(years[t])
      guard share > 0 else { continue }
      let first = Int(served[slot(d, t)])
      for (position, k) in servedClasses[slot(d, t)].enumerated() where k < embedded.provenanceClass
      {
        program.addEntry(first + position, 1)
      }
      if program.openRowIsEmpty { continue }
      finish(RowKey(.embedded, d, step: t), upper: max(0, 1 - share) * demanded(d, t))
    }
  }

  /// Where a limit counts imports of a commodity, only what is used can be imported (formulation section 5, used).
  private mutating func addUsedImportRows() {
    for (c, classes) in provenance.balance.enumerated() where countedImports[c] {
      let piles = model.stockpiles.indices.filter { model.stockpiles[$0].commodity == c }
      for k in classes {
        let nativeSlot = provenance.native[c].firstIndex(of: k)
        for t in 0..<stepCount {
          var isImported = false
          for (s, source) in model.imports.enumerated()
          where source.commodity == c && imported[slot(s, t)] >= 0 && source.share(inClass: k) > 0 {
            program.addEntry(Int(imported[slot(s, t)]), source.share(inClass: k))
            isImported = true
          }
          // What comes down has to be used as well: else imports could be passed down and left over.
          if downgrade[slot(c, t)] >= 0, k > classes.lowerBound {
            program.addEntry(Int(downgrade[slot(c, t)]) + k - 1 - classes.lowerBound, 1)
            isImported = true
          }
          guard isImported else { continue }
          for (p, facility) in model.facilities.enumerated() where activity[slot(p, t)] >= 0 {
            guard let position = provenance.batches[p].firstIndex(of: k) else { continue }
            for input in facility.recipe.inputs where input.commodity == c {
              program.addEntry(Int(activity[slot(p, t)]) + position, -input.amount)
            }
          }
          for (d, segment) in model.demand.enumerated()
          where segment.commodity == c && served[slot(d, t)] >= 0 {
            if let position = servedClasses[slot(d, t)].firstIndex(of: k) {
              program.addEntry(Int(served[slot(d, t)]) + position, -1)
            }
          }
          if let nativeSlot {
            for i in piles where store[slot(i, t)] >= 0 {
              program.addEntry(Int(store[slot(i, t)]) + nativeSlot, -1)
            }
          }
          if downgrade[slot(c, t)] >= 0, k < classes.upperBound - 1 {
            program.addEntry(Int(downgrade[slot(c, t)]) + k - classes.lowerBound, -1)
          }
          finish(RowKey(.usedImports, c, k, step: t), upper: 0)
        }
      }
    }
  }

  private mutating func addMaterialRows() {
    let facilityTerms = netRecipes()
    var sources = [[Int]](repeating: [], count: model.commodities.count)
    for (s, source) in model.imports.enumerated() { sources[source.commodity].append(s) }
    var streams = sources.map { _ in [Int]() }
    for (r, stream) in model.returns.enumerated() { streams[stream.commodity].append(r) }
    var piles = sources.map { _ in [Int]() }
    for (i, pile) in model.stockpiles.enumerated() { piles[pile.commodity].append(i) }
    var segments = sources.map { _ in [Int]() }
    for (d, segment) in model.demand.enumerated() { segments[segment.commodity].append(d) }
    for (c, classes) in provenance.balance.enumerated() {
      for k in classes {
        let nativeSlot = provenance.native[c].firstIndex(of: k)
        for t in 0..<stepCount {
          for term in facilityTerms[c] {
            guard activity[slot(term.facility, t)] >= 0,
              let position = provenance.batches[term.facility].firstIndex(of: k)
            else { continue }
            program.addEntry(Int(activity[slot(term.facility, t)]) + position, term.amount)
          }
          for s in sources[c]
          where imported[slot(s, t)] >= 0 {
            program.addEntry(Int(imported[slot(s, t)]), model.imports[s].share(inClass: k))
          }
          for r in streams[c]
          where model.returns[r].provenanceClass == k && returned[slot(r, t)] >= 0 {
            program.addEntry(Int(returned[slot(r, t)]), 1)
          }
          if let nativeSlot {
            for i in piles[c] {
              program.addEntry(Int(release[slot(i, t)]) + nativeSlot, 1)
              if store[slot(i, t)] >= 0 {
                program.addEntry(Int(store[slot(i, t)]) + nativeSlot, -1)
              }
            }
          }
          if downgrade[slot(c, t)] >= 0 {
            let first = Int(downgrade[slot(c, t)]) - classes.lowerBound
            if k > classes.lowerBound { program.addEntry(first + k - 1, 1) }
            if k < classes.upperBound - 1 { program.addEntry(first + k, -1) }
          }
          for d in segments[c] where served[slot(d, t)] >= 0 {
            if let position = servedClasses[slot(d, t)].firstIndex(of: k) {
              program.addEntry(Int(served[slot(d, t)]) + position, -1)
            }
          }
          if program.openRowIsEmpty { continue }
          finish(RowKey(.balance, c, k, step: t), lower: 0)
        }
      }
    }
  }

  /// By commodity: tonnes yielded less tonnes taken per tonne of activity, by facility.
  private func netRecipes() -> [[(facility: Int, amount: Double)]] {
    var terms = [[(facility: Int, amount: Double)]](repeating: [], count: model.commodities.count)
    func add(_ c: Int, _ p: Int, _ amount: Double) {
      if let last = terms[c].indices.last, terms[c][last].facility == p {
        terms[c][last].amount += amount
      } else {
        terms[c].append((facility: p, amount: amount))
      }
    }
    for (p, facility) in model.facilities.enumerated() {
      for output in facility.recipe.outputs { add(output.commodity, p, output.amount) }
      for input in facility.recipe.inputs { add(input.commodity, p, -input.amount) }
    }
    return terms
  }

  private mutating func addStockRows() {
    let unit = AllocationProgram.tonnesPerUnit
    for (i, pile) in model.stockpiles.enumerated() {
      let kept = pile.loss == 0 ? 1 : Interest.kept(loss: pile.loss, years: stepLength)
      let classes = provenance.native[pile.commodity]
      for t in 0..<stepCount {
        for (position, k) in classes.enumerated() {
          let now = Int(stock[slot(i, t)]) + position
          program.addEntry(now, 1)
          if t > 0 { program.addEntry(Int(stock[slot(i, t - 1)]) + position, -kept) }
          if store[slot(i, t)] >= 0 { program.addEntry(Int(store[slot(i, t)]) + position, -1) }
          program.addEntry(Int(release[slot(i, t)]) + position, 1)
          let opening = t == 0 ? kept * pile.opening[k] / unit : 0
          finish(RowKey(.stock, i, k, step: t), lower: opening, upper: opening)
        }
        if let most = pile.max, classes.count > 1 {
          for position in classes.indices { program.addEntry(Int(stock[slot(i, t)]) + position, 1) }
          finish(RowKey(.room, i, step: t), upper: most / unit)
        }
      }
      addEndStockRows(i, pile)
    }
  }

  /// What must be left of the largest stock at the end (formulation section 3, stockpile).
  private mutating func addEndStockRows(_ i: Int, _ pile: Stockpile) {
    guard largestStock[i] >= 0, !provenance.native[pile.commodity].isEmpty else { return }
    let classes = provenance.native[pile.commodity].indices
    for t in 0..<endStepCount {
      for position in classes { program.addEntry(Int(stock[slot(i, t)]) + position, 1) }
      program.addEntry(Int(largestStock[i]), -1)
      finish(RowKey(.largestStock, i, step: t), upper: 0)
    }
    for position in classes {
      program.addEntry(Int(stock[slot(i, endStepCount - 1)]) + position, 1)
    }
    program.addEntry(Int(largestStock[i]), -pile.endShare)
    finish(RowKey(.endStock, i), lower: 0)
  }

  private mutating func addReturnRows() {
    for (r, stream) in model.returns.enumerated() where stream.fraction > 0 {
      let lag = steps(stream.lag)
      for t in 0..<stepCount where t - lag >= 0 && returned[slot(r, t)] >= 0 {
        program.addEntry(Int(returned[slot(r, t)]), 1)
        for d in stream.from where served[slot(d, t - lag)] >= 0 {
          for k in servedClasses[slot(d, t - lag)].indices {
            program.addEntry(Int(served[slot(d, t - lag)]) + k, -stream.fraction)
          }
        }
        let base = stream.base.level(years[t]) * stepLength / AllocationProgram.tonnesPerUnit
        finish(RowKey(.returned, r, step: t), upper: base)
      }
    }
  }
}
