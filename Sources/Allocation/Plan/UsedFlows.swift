import SupplyChain

/// What is used of what a point of the program supplies (formulation section 6.0, what is used).
///
/// Imports cost nothing in the default objectives, so a point may hold more than anybody takes. What is left over of a
/// commodity in a class and a step is taken off imports first, then off what is made abroad, then off what is made at
/// home; what was downgraded into the class is followed back to the class that it came from.
struct UsedFlows {
  /// Imports that are used, in order of sources and steps.
  private(set) var imports: [Plan.Import] = []
  /// Tonnes used from abroad and from home, by commodity and year (`commodity * yearCount + year`).
  private(set) var imported: [Double]
  private(set) var domestic: [Double]
  /// Those of the most secure class.
  private(set) var home: [Double]
  /// What facilities of a commodity's own stage take in to make it, abroad and at home.
  private(set) var importedInStage: [Double]
  private(set) var domesticInStage: [Double]
  private(set) var homeInStage: [Double]

  private let model: Model
  private let stepCount: Int
  private let classCount: Int

  /// Where supply comes from, in the order in which what is left over is taken off.
  private enum Origin: Int, CaseIterable {
    case imports, abroad, home
  }

  /// The flows of one commodity in one step, by class, kt.
  private struct Balance {
    var supply: [[Double]]
    var other: [Double]
    var used: [Double]
    var downgraded: [Double]

    init(_ classCount: Int) {
      let none = [Double](repeating: 0, count: classCount)
      supply = Origin.allCases.map { _ in none }
      (other, used, downgraded) = (none, none, none)
    }
  }

  init(_ allocation: AllocationProgram, _ point: [Double]) {
    model = allocation.model
    stepCount = model.horizon.stepCount
    classCount = model.provenance.classes.count
    let count = model.commodities.count
    let none = [Double](repeating: 0, count: count * model.horizon.yearCount)
    (imported, domestic, home) = (none, none, none)
    (importedInStage, domesticInStage, homeInStage) = (none, none, none)
    var balances = [Balance](repeating: Balance(classCount), count: count * stepCount)
    var importColumns: [[Int]] = Array(repeating: [], count: count * stepCount)
    let columns = allocation.columns
    for (j, key) in columns.enumerated() where Int(key.step) < stepCount && point[j] > 0 {
      let value = point[j]
      let (first, k, t) = (Int(key.first), Int(key.second), Int(key.step))
      func at(_ commodity: Int) -> Int { commodity * stepCount + t }
      switch key.kind {
      case .activity:
        let facility = model.facilities[first]
        let origin: Origin = facility.provenanceClass == 0 ? .home : .abroad
        for output in facility.recipe.outputs {
          balances[at(output.commodity)].supply[origin.rawValue][k] += output.amount * value
        }
        for input in facility.recipe.inputs {
          balances[at(input.commodity)].used[k] += input.amount * value
        }
        addInStage(
          facility, value * AllocationProgram.tonnesPerUnit, year: model.horizon.year(ofStep: t),
          isHome: k == 0)
      case .imported:
        let commodity = model.imports[first].commodity
        importColumns[at(commodity)].append(j)
        for part in model.imports[first].content {
          balances[at(commodity)].supply[Origin.imports.rawValue][part.provenanceClass] +=
            part.share * value
        }
      case .release: balances[at(model.stockpiles[first].commodity)].other[k] += value
      case .store: balances[at(model.stockpiles[first].commodity)].used[k] += value
      case .returned:
        balances[at(model.returns[first].commodity)].other[model.returns[first].provenanceClass] +=
          value
      case .served: balances[at(model.demand[first].commodity)].used[k] += value
      case .downgrade: balances[at(first)].downgraded[k] += value
      default: break
      }
    }
    for c in 0..<count {
      for t in 0..<stepCount {
        let index = c * stepCount + t
        let before = balances[index].supply
        trim(&balances[index])
        let after = balances[index].supply
        addImports(allocation, point, importColumns[index], before: before[0], after: after[0])
        let slot = c * model.horizon.yearCount + t / model.horizon.stepsPerYear
        let unit = AllocationProgram.tonnesPerUnit
        imported[slot] += (after[0].reduce(0, +) + after[1].reduce(0, +)) * unit
        domestic[slot] += after[2].reduce(0, +) * unit
        home[slot] += after.reduce(0) { $0 + $1[0] } * unit
      }
    }
    imports.sort {
      ($0.source, $0.step, $0.provenanceClass) < ($1.source, $1.step, $1.provenanceClass)
    }
  }

  /// A facility that takes in a commodity of the stage that it makes one of.
  private mutating func addInStage(
    _ facility: Facility, _ tonnes: Double, year: Int, isHome: Bool
  ) {
    for input in facility.recipe.inputs {
      let stage = model.commodities[input.commodity].stage
      let made = facility.recipe.outputs.reduce(0) {
        $0 + (model.commodities[$1.commodity].stage == stage ? $1.amount : 0)
      }
      guard made > 0 else { continue }
      let slot = input.commodity * model.horizon.yearCount + year - model.horizon.start
      let counted = min(input.amount, made) * tonnes
      if isHome { homeInStage[slot] += counted }
      if facility.provenanceClass == 0 {
        domesticInStage[slot] += counted
      } else {
        importedInStage[slot] += counted
      }
    }
  }

  /// Takes what is left over off the supply of a commodity in a step.
  private func trim(_ balance: inout Balance) {
    for origin in Origin.allCases {
      for k in stride(from: classCount - 1, through: 0, by: -1) {
        var left = surplus(balance, k)
        // From the class itself, then from those whose material was downgraded into it.
        var from = k
        var path = left
        while left > 0, from >= 0 {
          let taken = min(left, path, balance.supply[origin.rawValue][from])
          if taken > 0 {
            balance.supply[origin.rawValue][from] -= taken
            for between in from..<k { balance.downgraded[between] -= taken }
            left -= taken
            path -= taken
          }
          from -= 1
          if from >= 0 { path = min(path, balance.downgraded[from]) }
        }
      }
    }
  }

  /// What is left over in a class.
  private func surplus(_ balance: Balance, _ k: Int) -> Double {
    let supply = Origin.allCases.reduce(balance.other[k]) { $0 + balance.supply[$1.rawValue][k] }
    let received = k > 0 ? balance.downgraded[k - 1] : 0
    return max(0, supply + received - balance.used[k] - balance.downgraded[k])
  }

  /// The imports of one commodity in one step, cut back to what is used, those of one class in proportion. Of an import
  /// with content in several classes the tonnes of each class count that are used.
  private mutating func addImports(
    _ allocation: AllocationProgram, _ point: [Double], _ columns: [Int], before: [Double],
    after: [Double]
  ) {
    let kept = zip(before, after).map { $0 > 0 ? $1 / $0 : 1 }
    for j in columns {
      let key = allocation.columns[j]
      let source = model.imports[Int(key.first)]
      for k in kept.indices {
        let tonnes =
          point[j] * source.share(inClass: k) * kept[k] * AllocationProgram.tonnesPerUnit
        guard tonnes > Plan.negligible else { continue }
        imports.append(
          .init(
            source: Int(key.first), provenanceClass: k, step: Int(key.step), tonnes: tonnes))
      }
    }
  }
}
