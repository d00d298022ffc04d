import LinearAlgebra
import Support

/// The program that the interior point solves: costs and bounds are perturbed, each by another amount, so that the
/// optimum is a unique vertex, whose basis can be read off. Bounds are scaled such that their median is near 8: the
/// perturbation is then small and still larger than rounding everywhere.
struct PerturbedProgram {
  let program: LinearProgram
  let matrix: ColumnMatrix
  private(set) var cost: [Double]
  /// Of the columns, then of the rows: those of the program times `boundScale`, a power of 2.
  private(set) var lower: [Double]
  private(set) var upper: [Double]
  let boundScale: Double

  /// - Parameter perturbation: the mean of what costs are perturbed by, in scaled units.
  init(_ program: LinearProgram, perturbation: Double) {
    self.program = program
    matrix = ColumnMatrix(program, Scaling(identityFor: program))
    cost = program.cost
    let bounds = (
      lower: program.columnLower + program.rowLower, upper: program.columnUpper + program.rowUpper
    )
    let sizes = (bounds.lower + bounds.upper).lazy.map(abs).filter { $0.isFinite && $0 > 0 }
      .sorted()
    let typical = sizes.isEmpty ? 8 : sizes[sizes.count / 2]
    let scale = Double(
      sign: .plus, exponent: (8 * 2.0.squareRoot() / typical).exponent, significand: 1)
    boundScale = scale
    lower = bounds.lower.map { $0 * scale }
    upper = bounds.upper.map { $0 * scale }
    perturb(perturbation)
  }

  /// Moves costs up and bounds outwards by random amounts that are the same in every run.
  private mutating func perturb(_ size: Double) {
    var generator = LinearCongruentialGenerator(state: 0x9E37_79B9_7F4A_7C15)
    func amount(_ size: Double) -> Double { size * (0.5 + 0.5 * generator.fraction()) }
    for j in cost.indices { cost[j] += amount(size) }
    for j in lower.indices where lower[j] < upper[j] {
      lower[j] -= amount(3e-6)
      upper[j] += amount(3e-6)
    }
  }
}
