import LinearProgramming
import SupplyChain
import Support

/// Formulation section 6: objectives. Unmet demand has no column: `u = Δ·quantity − Σ_k y`, so serving a
/// tonne in class k changes the numerator of dependency by `w_d (ρ_k − ρ_u)` against leaving it unserved.
extension ProgramBuilder {
  mutating func addObjectiveColumns() {
    guard model.objectives.contains(.peakDependency) else { return }
    peak = column(
      ColumnKey(.peak), upper: 2 * max(largestClassWeight, model.provenance.unmetWeight))
  }

  private var largestClassWeight: Double { model.provenance.classes.map(\.weight).max() ?? 0 }

  mutating func addObjectiveRows() {
    guard peak >= 0 else { return }
    for first in stride(from: 0, to: stepCount, by: perYear) {
      let steps = first..<(first + perYear)
      let whole = weightedDemand(steps)
      guard whole > 0 else { continue }
      addDependencyEntries(steps, factor: 1 / whole)
      program.addEntry(peak, -1)
      finish(RowKey(.peak, step: first), upper: -model.provenance.unmetWeight)
    }
  }

  /// Σ_t Σ_d w_d Δ·quantity over steps, kt.
  func weightedDemand(_ steps: Range<Int>) -> Double {
    var sum = CompensatedSum()
    for t in steps {
      for (d, segment) in model.demand.enumerated() { sum.add(segment.weight * demanded(d, t)) }
    }
    return sum.value
  }

  /// Adds the variable part of the dependency's numerator over steps to the open row.
  mutating func addDependencyEntries(_ steps: Range<Int>, factor: Double) {
    for t in steps {
      for (d, segment) in model.demand.enumerated() where served[slot(d, t)] >= 0 {
        for (position, k) in servedClasses[slot(d, t)].enumerated() {
          program.addEntry(
            Int(served[slot(d, t)]) + position, factor * segment.weight * relativeWeight(ofClass: k)
          )
        }
      }
    }
  }

  private func relativeWeight(ofClass k: Int) -> Double {
    model.provenance.classes[k].weight - model.provenance.unmetWeight
  }

  mutating func addObjectiveVectors() {
    objectiveVectors = model.objectives.map(vector)
    // Steps within a year resemble each other, so that many plans are equally good.
    if perYear > 1, model.objectives.count == 1, let objective = model.objectives.first {
      let isMoney = objective == .publicCost || objective == .systemCost
      tieBreakingCosts = vector(isMoney ? .dependency : .publicCost).coefficients
    }
    if let first = objectiveVectors.first {
      program.setCosts(first.coefficients)
      program.objectiveOffset = first.offset
    }
  }

  private func vector(_ objective: Objective) -> ObjectiveVector {
    var vector = [Double](repeating: 0, count: program.columnCount)
    var offset = 0.0
    switch objective {
    case .dependency: addDependency(&vector, &offset)
    case .peakDependency: vector[peak] = 1
    case .publicCost: addPublicCost(&vector)
    case .systemCost: addSystemCost(&vector)
    case .unmet: addUnmet(&vector, &offset)
    }
    return ObjectiveVector(objective: objective, coefficients: vector, offset: offset)
  }

  private func addDependency(_ vector: inout [Double], _ offset: inout Double) {
    var whole = CompensatedSum()
    for t in 0..<stepCount {
      let weight = model.provenance.yearWeights.level(years[t])
      whole.add(weight * weightedDemand(t..<(t + 1)))
    }
    guard whole.value > 0 else { return }
    offset = model.provenance.unmetWeight
    for t in 0..<stepCount {
      let weight = model.provenance.yearWeights.level(years[t]) / whole.value
      for (d, segment) in model.demand.enumerated() where served[slot(d, t)] >= 0 {
        for (position, k) in servedClasses[slot(d, t)].enumerated() {
          vector[Int(served[slot(d, t)]) + position] +=
            weight * segment.weight * relativeWeight(ofClass: k)
        }
      }
    }
  }

  private func addPublicCost(_ vector: inout [Double]) {
    let discount = discountFactors(model.discountRate)
    for (j, key) in columns.enumerated() {
      switch key.kind {
      case .award, .support, .bought: vector[j] += discount[Int(key.step)]
      default: break
      }
    }
    for payment in FinanceIndex(self).service.joined() {
      vector[payment.column] -= discount[payment.step] * payment.payment
    }
  }

  private func addSystemCost(_ vector: inout [Double]) {
    let discount = discountFactors(model.discountRate)
    let unit = AllocationProgram.tonnesPerUnit / 1e6
    for (p, facility) in model.facilities.enumerated() {
      guard let expansion = facility.expansion else { continue }
      for option in options[p] {
        for award in option.steps {
          for (year, fraction) in expansion.spending.enumerated() {
            let spent = min(award + year * perYear, stepCount - 1)
            vector[option.column(award)] +=
              discount[spent] * fraction * option.cost[award - option.steps.lowerBound]
          }
        }
      }
    }
    for (j, key) in columns.enumerated() {
      let t = Int(key.step)
      if key.kind == .activity {
        vector[j] += discount[t] * unit * model.facilities[Int(key.first)].opex.level(years[t])
      } else if key.kind == .imported {
        let source = model.imports[Int(key.first)]
        let price = source.price ?? model.commodities[source.commodity].price
        vector[j] += discount[t] * unit * (price?.level(years[t]) ?? 0)
      }
    }
  }

  private func addUnmet(_ vector: inout [Double], _ offset: inout Double) {
    let unit = AllocationProgram.tonnesPerUnit
    offset = weightedDemand(0..<stepCount) * unit
    for t in 0..<stepCount {
      for (d, segment) in model.demand.enumerated() where served[slot(d, t)] >= 0 {
        for position in servedClasses[slot(d, t)].indices {
          vector[Int(served[slot(d, t)]) + position] -= segment.weight * unit
        }
      }
    }
  }
}
