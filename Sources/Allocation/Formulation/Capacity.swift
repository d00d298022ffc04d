import SupplyChain

/// Formulation section 2: time and capacity.
extension ProgramBuilder {
  /// Above this many steps the capacity is carried from step to step instead of summed over past awards.
  private static let longestSummedHorizon = 24

  /// Whether a facility's added capacity has columns of its own.
  var carriesCapacity: Bool { stepCount > ProgramBuilder.longestSummedHorizon }

  mutating func addCapacityColumns() {
    let unit = AllocationProgram.tonnesPerUnit
    for (p, facility) in model.facilities.enumerated() {
      let existing = years.map { facility.existing.level($0) / unit }
      let availability = years.map { facility.availability.level($0) }
      var firstOnline = stepCount
      var addable = 0.0
      if let expansion = facility.expansion, expansion.max > 0 {
        firstOnline = addBuildColumns(p, expansion)
        addable = expansion.max / unit * (expansion.ramp.max() ?? 1)
      }
      let classes = provenance.batches[p]
      for t in 0..<stepCount {
        let added = t >= firstOnline ? addable : 0
        let capacity = availability[t] * (existing[t] + added) * stepLength
        largestActivity[slot(p, t)] = capacity
        largestExisting[slot(p, t)] = availability[t] * existing[t] * stepLength
        largestNew[slot(p, t)] = availability[t] * added * stepLength
        margin[slot(p, t)] = rates.margin(facility: p, step: t)
        guard capacity > 0, let first = classes.first else { continue }
        activity[slot(p, t)] = Int32(program.columnCount)
        column(ColumnKey(.activity, p, first, step: t), upper: capacity)
        for k in classes.dropFirst() {
          column(ColumnKey(.activity, p, k, step: t), upper: capacity)
        }
      }
      if carriesCapacity, firstOnline < stepCount {
        for t in firstOnline..<stepCount {
          added[slot(p, t)] = Int32(column(ColumnKey(.added, p, step: t), upper: addable))
        }
      }
    }
  }

  /// Adds the award columns of a facility; returns the first step in which any of them can be on line.
  private mutating func addBuildColumns(_ p: Int, _ expansion: Expansion) -> Int {
    let unit = AllocationProgram.tonnesPerUnit
    let isWhole = expansion.module != nil
    buildUnit[p] = (expansion.module ?? unit) / unit
    let most =
      isWhole ? (expansion.max / buildUnit[p] / unit + 1e-9).rounded(.down) : expansion.max / unit
    let ownFirst = expansion.firstAwardStep(model.horizon)
    // What has been awarded earlier than the model admits was awarded all the same.
    let firstStep = min(ownFirst, committed.firstBuild[p] ?? ownFirst)
    var firstOnline = stepCount
    var lastAward = 0
    var firstAward = stepCount
    for (j, option) in expansion.options.enumerated() {
      let lead = steps(option.permit + option.construction)
      let lastStep = min(stepCount - lead, endStepCount)
      // Of a project that fails nothing is awarded from the reveal on.
      let until = expansion.failsFrom.map {
        min(lastStep, ($0 - model.horizon.start) * perYear)
      }
      guard firstStep < until ?? lastStep else { continue }
      let awardSteps = firstStep..<(until ?? lastStep)
      let first = program.columnCount
      var cost: [Double] = []
      cost.reserveCapacity(awardSteps.count)
      for t in awardSteps {
        let isOpen =
          t >= ownFirst
          || committed.builds.contains(.init(facility: p, option: option.kind, step: t))
        let upper = relaxed ? expansion.max / unit / buildUnit[p] : most
        column(ColumnKey(.build, p, j, step: t), upper: isOpen ? upper : 0, integer: isWhole)
        cost.append(model.awardCost(p, option, year: years[t]) * unit / 1e6 * buildUnit[p])
      }
      options[p].append(
        OptionColumns(leadSteps: lead, steps: awardSteps, first: first, cost: cost))
      if expansion.failsFrom == nil { firstOnline = min(firstOnline, awardSteps.lowerBound + lead) }
      lastAward = max(lastAward, awardSteps.upperBound)
      firstAward = min(firstAward, awardSteps.lowerBound)
    }
    guard firstAward < lastAward else { return stepCount }
    let longest = (firstAward..<lastAward).reduce(1) { max($0, spending(p, awardedIn: $1).count) }
    let last = min(endStepCount, lastAward + (longest - 1) * perYear)
    costSteps[p] = firstAward..<last
    if !isWhole, let least = expansion.min, least > 0 {
      choice[p] = Int32(column(ColumnKey(.choice, p), upper: 1, integer: true))
    }
    if expansion.exclusiveGroup != nil {
      exclusive[p] = Int32(column(ColumnKey(.exclusive, p), upper: 1, integer: true))
    }
    if expansion.isOnce, !relaxed, lastAward - firstAward > 1 {
      for t in firstAward..<lastAward {
        awardStep[slot(p, t)] = Int32(
          column(ColumnKey(.awardStep, p, step: t), upper: 1, integer: true))
      }
    }
    return firstOnline
  }

  /// Currency per tonne of what is put into a stockpile: before the reveal of an uncertain model, that of the model
  /// itself.
  func purchasePrice(_ pile: Stockpile, _ t: Int) -> Double {
    let commodity = model.commodities[pile.commodity]
    if let base = model.costsBeforeReveal, years[t] < base.reveal,
      let price = base.prices[commodity.id]
    {
      return price.level(years[t])
    }
    return commodity.price?.level(years[t]) ?? 0
  }

  /// The yearly fractions in which an award's cost falls.
  func spending(_ p: Int, awardedIn t: Int) -> [Double] {
    model.spending(p, awardedIn: years[t])
  }

  mutating func addCapacityRows() {
    for (p, facility) in model.facilities.enumerated() {
      let ramps = (0..<stepCount).map { facility.ramp(age: $0, stepLength: stepLength) }
      let hasAdded = carriesCapacity && !options[p].isEmpty
      if hasAdded { addAddedCapacityRows(p, ramps) }
      for t in 0..<stepCount where activity[slot(p, t)] >= 0 {
        let factor = facility.availability.level(years[t]) * stepLength
        let isSplit = newActivity[slot(p, t)] >= 0
        if isSplit {
          program.addEntry(Int(newActivity[slot(p, t)]), 1)
        } else {
          addActivityEntries(p, t, factor: 1)
        }
        if hasAdded {
          if added[slot(p, t)] >= 0 { program.addEntry(Int(added[slot(p, t)]), -factor) }
        } else if facility.expansion?.failsFrom == nil {
          for option in options[p] {
            for award in option.steps where award + option.leadSteps <= t {
              let share = ramps[t - award - option.leadSteps]
              program.addEntry(option.column(award), -factor * share * buildUnit[p])
            }
          }
        }
        finish(
          RowKey(.capacity, p, step: t), upper: isSplit ? 0 : largestExisting[slot(p, t)])
        if isSplit {
          addActivityEntries(p, t, factor: 1)
          program.addEntry(Int(newActivity[slot(p, t)]), -1)
          finish(
            RowKey(.existingCapacity, p, step: t), lower: 0,
            upper: lossCover[Part.existing.rawValue][slot(p, t)] == .short
              ? 0 : largestExisting[slot(p, t)])
        }
      }
      addAwardRuleRows(p, facility)
    }
    addExclusiveRows()
  }

  /// Adds `factor · Σ_k x[p,k,t]`, or that of a part of it, to the open row.
  mutating func addActivityEntries(_ p: Int, _ t: Int, _ part: Part? = nil, factor: Double) {
    guard activity[slot(p, t)] >= 0 else { return }
    let new = Int(newActivity[slot(p, t)])
    switch part {
    case .new where new >= 0:
      program.addEntry(new, factor)
      return
    case .existing where new >= 0: program.addEntry(new, -factor)
    case .new where !parts(p, t).contains(.new), .existing where !parts(p, t).contains(.existing):
      return
    default: break
    }
    for k in provenance.batches[p].indices {
      program.addEntry(Int(activity[slot(p, t)]) + k, factor)
    }
  }

  /// Which parts a facility's activity can have in a step: without existing capacity all is new, without an expansion
  /// all is old (formulation section 4, old and new).
  func parts(_ p: Int, _ t: Int) -> [Part] {
    guard activity[slot(p, t)] >= 0 else { return [] }
    if largestNew[slot(p, t)] <= 0 { return [.existing] }
    return largestExisting[slot(p, t)] > 0 ? [.new, .existing] : [.new]
  }

  /// added[t] = added[t − 1] + what comes on line or ramps up in t − what wears out in t.
  private mutating func addAddedCapacityRows(_ p: Int, _ ramps: [Double]) {
    for t in 0..<stepCount where added[slot(p, t)] >= 0 {
      program.addEntry(Int(added[slot(p, t)]), 1)
      if t > 0, added[slot(p, t - 1)] >= 0 { program.addEntry(Int(added[slot(p, t - 1)]), -1) }
      for option in options[p] {
        for award in option.steps where award + option.leadSteps <= t {
          let age = t - award - option.leadSteps
          let change = ramps[age] - (age > 0 ? ramps[age - 1] : 0)
          if change != 0 { program.addEntry(option.column(award), -change * buildUnit[p]) }
        }
      }
      finish(RowKey(.added, p, step: t), lower: 0, upper: 0)
    }
  }

  /// Largest and smallest total award, and what the facility requires.
  private mutating func addAwardRuleRows(_ p: Int, _ facility: Facility) {
    guard let expansion = facility.expansion, !options[p].isEmpty else { return }
    let most = expansion.max / AllocationProgram.tonnesPerUnit
    addBuildEntries(p, through: stepCount - 1, factor: 1)
    finish(RowKey(.maximum, p), upper: most)
    if choice[p] >= 0, let least = expansion.min {
      addBuildEntries(p, through: stepCount - 1, factor: 1)
      program.addEntry(Int(choice[p]), -most)
      finish(RowKey(.minimum, p, 0), upper: 0)
      addBuildEntries(p, through: stepCount - 1, factor: 1)
      program.addEntry(Int(choice[p]), -least / AllocationProgram.tonnesPerUnit)
      finish(RowKey(.minimum, p, 1), lower: 0)
    }
    addOnceRows(p, most)
    if exclusive[p] >= 0 {
      addBuildEntries(p, through: stepCount - 1, factor: 1 / most)
      program.addEntry(Int(exclusive[p]), -1)
      finish(RowKey(.exclusiveLink, p), upper: 0)
    }
    guard let q = expansion.requires,
      model.facilities[q].existing.level(years[0]) <= 0
    else { return }
    let other = model.facilities[q].expansion?.max ?? 0
    for t in costStepsOfAwards(p) {
      addBuildEntries(p, through: t, factor: 1 / most)
      if other > 0 {
        addBuildEntries(q, through: t, factor: -AllocationProgram.tonnesPerUnit / other)
      }
      finish(RowKey(.requires, p, step: t), upper: 0)
    }
  }

  /// All awards, of all options, in one step.
  private mutating func addOnceRows(_ p: Int, _ most: Double) {
    let steps = costStepsOfAwards(p).filter { awardStep[slot(p, $0)] >= 0 }
    guard !steps.isEmpty else { return }
    for t in steps {
      for option in options[p] where option.steps.contains(t) {
        program.addEntry(option.column(t), buildUnit[p])
      }
      if program.openRowIsEmpty { continue }
      program.addEntry(Int(awardStep[slot(p, t)]), -most)
      finish(RowKey(.onceLink, p, step: t), upper: 0)
    }
    for t in steps { program.addEntry(Int(awardStep[slot(p, t)]), 1) }
    finish(RowKey(.once, p), upper: 1)
  }

  /// The steps in which the facility can be awarded capacity.
  private func costStepsOfAwards(_ p: Int) -> Range<Int> {
    let first = options[p].map(\.steps.lowerBound).min() ?? 0
    let end = options[p].map(\.steps.upperBound).max() ?? 0
    return first..<max(first, end)
  }

  /// Adds `factor` times the capacity (kt/yr) awarded up to a step to the open row.
  mutating func addBuildEntries(_ p: Int, through last: Int, factor: Double) {
    for option in options[p] {
      for t in option.steps where t <= last {
        program.addEntry(option.column(t), factor * buildUnit[p])
      }
    }
  }

  private mutating func addExclusiveRows() {
    var groups: [(name: String, members: [Int])] = []
    for (p, facility) in model.facilities.enumerated() where exclusive[p] >= 0 {
      guard let name = facility.expansion?.exclusiveGroup else { continue }
      if let index = groups.firstIndex(where: { $0.name == name }) {
        groups[index].members.append(p)
      } else {
        groups.append((name: name, members: [p]))
      }
    }
    for group in groups {
      for p in group.members { program.addEntry(Int(exclusive[p]), 1) }
      finish(RowKey(.exclusive, group.members[0]), upper: 1)
    }
  }
}
