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
    for first in stride(from: 0, to: endStepCount, by: perYear) {
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
    objectiveVectors = model.objectives.map { vector($0) }
    // Steps within a year resemble each other, so that many plans are equally good.
    if perYear > 1, model.objectives.count == 1, let objective = model.objectives.first {
      tieBreakingCosts =
        vector(objective.amount == .money ? .dependency : .publicCost).coefficients
    }
    if let first = objectiveVectors.first {
      program.setCosts(first.coefficients)
      program.objectiveOffset = first.offset
    }
  }

  /// The vectors of objectives that are counted only, without that of a peak that has no column.
  mutating func counted(_ others: [Objective]) -> [ObjectiveVector] {
    others.filter { $0 != .peakDependency || peak >= 0 }.map { vector($0) }
  }

  private mutating func vector(_ objective: Objective) -> ObjectiveVector {
    var vector = [Double](repeating: 0, count: program.columnCount)
    var offset = 0.0
    switch objective {
    case .dependency: addDependency(&vector, &offset)
    case .peakDependency: vector[peak] = 1
    case .publicCost: addPublicCost(&vector)
    case .systemCost: addSystemCost(&vector)
    case .unmet: addUnmet(&vector, &offset)
    case .measure(let measure): addMeasure(measure, &vector, &offset)
    }
    return ObjectiveVector(objective: objective, coefficients: vector, offset: offset)
  }

  /// The sum of a measure over the years to `end`, of money discounted; with the other sign where it is maximised.
  private mutating func addMeasure(
    _ measure: MeasureObjective, _ vector: inout [Double], _ offset: inout Double
  ) {
    guard let written = model.measures.first(where: { $0.id == measure.id }),
      case .sum(let total) = written.total
    else { return }
    let sign = measure.isMaximised ? -1.0 : 1.0
    let discount = measure.isMoney ? discountFactors(model.discountRate) : nil
    var given = CompensatedSum(sign * total.constant.level(model.horizon.end))
    for term in total.terms {
      for t in 0..<endStepCount {
        let factor = sign * term.coefficient.level(years[t]) * term.quantity.programUnit
        given.add(addQuantity(term.quantity, t, factor: factor * (discount?[t] ?? 1)))
      }
    }
    offset = given.value
    for (column, value) in program.takeOpenRow() { vector[column] = value }
  }

  private func addDependency(_ vector: inout [Double], _ offset: inout Double) {
    var whole = CompensatedSum()
    for t in 0..<stepCount {
      let weight = yearWeight(t)
      whole.add(weight * weightedDemand(t..<(t + 1)))
    }
    guard whole.value > 0 else { return }
    offset = model.provenance.unmetWeight
    for t in 0..<stepCount {
      let weight = yearWeight(t) / whole.value
      for (d, segment) in model.demand.enumerated() where served[slot(d, t)] >= 0 {
        for (position, k) in servedClasses[slot(d, t)].enumerated() {
          vector[Int(served[slot(d, t)]) + position] +=
            weight * segment.weight * relativeWeight(ofClass: k)
        }
      }
    }
  }

  /// ω of a step: in the years beyond, that of the year `end` times their weight.
  private func yearWeight(_ t: Int) -> Double {
    model.provenance.yearWeights.level(years[t])
      * (t < endStepCount ? 1 : model.horizon.beyondWeight)
  }

  private func addPublicCost(_ vector: inout [Double]) {
    let discount = discountFactors(model.discountRate)
    for (j, key) in columns.enumerated() {
      switch key.kind {
      case .award, .support, .existingSupport, .bought: vector[j] += discount[Int(key.step)]
      case .refund, .existingRefund: vector[j] -= discount[Int(key.step)]
      default: break
      }
    }
    addPenalties(&vector)
    // What is due after the horizon is owed all the same.
    let finance = FinanceIndex(self)
    for payment in finance.service.joined() {
      vector[payment.column] -= discount[payment.step] * payment.payment
    }
    for loan in finance.loans.joined() {
      vector[loan.column] -= loan.repaid.lateValue(
        rate: model.discountRate, stepLength: stepLength)
    }
    addPutOffCosts(&vector, finance, discount)
  }

  private func addSystemCost(_ vector: inout [Double]) {
    addPenalties(&vector)
    let discount = discountFactors(model.discountRate)
    let unit = AllocationProgram.tonnesPerUnit / 1e6
    for (p, facility) in model.facilities.enumerated() {
      guard facility.expansion != nil else { continue }
      for option in options[p] {
        for award in option.steps {
          for (year, fraction) in spending(p, awardedIn: award).enumerated() {
            let spent = min(award + year * perYear, endStepCount - 1)
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
        let price =
          source.landedPrice(years[t])
          ?? model.commodities[source.commodity].price?.level(years[t]) ?? 0
        vector[j] += discount[t] * unit * price
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
