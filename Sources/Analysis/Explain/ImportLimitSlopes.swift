import Allocation
import SupplyChain
import Support

/// The slopes of the level by every import limit at one answer, in one pass over its columns: a limit is nothing but the
/// upper bound of its source's columns, so no program has to be built for it.
struct ImportLimitSlopes {
  /// By source, for one more t/yr in every year.
  private var sums: [CompensatedSum]
  /// Sources that get a column where their limit rises from 0 in some step.
  private var isClosedSomewhere: [Bool]
  private let weight: Double

  init(_ answer: BaselineSolver.Answer) {
    let model = answer.model
    let horizon = model.horizon
    let program = answer.allocation.program
    let reducedCosts = answer.reducedCosts
    weight = SensitivityRanging.weight(of: model)
    sums = Array(repeating: CompensatedSum(), count: model.imports.count)
    let years = (0..<horizon.stepCountWithBeyond).map(horizon.dataYear(ofStep:))
    isClosedSomewhere = model.imports.map { source in
      source.limit.map { limit in years.contains { limit.level($0) <= 0 } } ?? false
    }
    let perTonne = horizon.stepLength / AllocationProgram.tonnesPerUnit
    for (j, key) in answer.allocation.columns.enumerated()
    where key.kind == .imported && reducedCosts[j] < 0 {
      let source = Int(key.first)
      guard let limit = model.imports[source].limit else { continue }
      let own = limit.level(years[Int(key.step)]) * perTonne
      // Where the bound is what can be used at most, more of the limit changes nothing.
      if program.columnUpper[j] >= own { sums[source].add(reducedCosts[j] * perTonne) }
    }
  }

  /// As `SensitivityRanging.slope`: nil where more of the limit changes the program's shape.
  subscript(source: Int) -> Double? {
    isClosedSomewhere[source] ? nil : sums[source].value * weight
  }
}
