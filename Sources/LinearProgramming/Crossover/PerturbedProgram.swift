/// A program as the interior point sees it: costs and bounds are moved a little, each by another amount, so that
/// the optimum is a single vertex, whose basis can be read off. The bounds are in units in which what is typical
/// is near 8, so that the amounts are small and still stand out everywhere.
struct PerturbedProgram {
  let program: LinearProgram
  let matrix: ColumnMatrix
  private(set) var cost: [Double]
  /// Of the columns, then of the rows; `boundScale` times those of the program, a power of 2.
  private(set) var lower: [Double]
  private(set) var upper: [Double]
  let boundScale: Double

  /// - Parameter noise: what costs are moved by, about.
  init(_ program: LinearProgram, noise: Double) {
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
    perturb(noise)
  }

  /// Moves costs up and bounds outwards by amounts that look random but are always the same.
  private mutating func perturb(_ noise: Double) {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next(_ size: Double) -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return size * (0.5 + Double(state >> 33) * 0x1p-32)
    }
    for j in cost.indices { cost[j] += next(noise) }
    for j in lower.indices where lower[j] < upper[j] {
      lower[j] -= next(3e-6)
      upper[j] += next(3e-6)
    }
  }
}
