/// One step that a solve took: with which method, and what came of it. The last attempt of a verified solution gave
/// the answer.
public struct Attempt: Sendable, Equatable {
  /// The raw value is what people read.
  public enum Method: String, Sendable, CaseIterable {
    case presolve
    /// The search for columns that no row by itself, but several together hold at 0.
    case closedBlocks = "closed blocks"
    /// The dual simplex on the presolved program, from its slack basis.
    case dualFromSlackBasis = "dual simplex from the slack basis"
    case interiorPoint = "interior point"
    /// Push phase and revised simplex on the presolved program with perturbed costs.
    case crossover
    /// The revised simplex; on the presolved program where the detail says so.
    case revisedSimplex = "revised simplex"
    /// The revised simplex with the columns that were left out of a restricted program.
    case columnPricing = "pricing of restricted columns"
    /// The revised simplex on the program moved to a basic solution and blown up.
    case refinement = "iterative refinement"
    case glpkPrimal = "GLPK primal simplex"
    case glpkDual = "GLPK dual simplex"
    case glpkExact = "GLPK exact simplex"
    case glpkTree = "GLPK branch and cut"
    /// Our own, after GLPK's.
    case branchAndBound = "branch and bound"
    /// The program of least violation, which proves infeasibility.
    case leastViolation = "least violation"
    case blockInteriorPoint = "block-angular interior point"
    case scenarioGroups = "scenario-group dual decomposition"
    /// A round of column-and-constraint generation: a master program and every answer by itself.
    case answers = "column-and-constraint generation"
    /// Another program on this machine.
    case external = "external solver"
    /// A basis that was given as the start and not used.
    case givenStart = "given start"
  }

  public var method: Method
  /// What sets it apart from other attempts with the method, such as “from the basis”; may be empty.
  public var detail: String
  /// What came of it, such as “optimal”.
  public var result: String
  /// Of the simplex or the interior point.
  public var iterations: Int
  public var seconds: Double

  public init(
    _ method: Method, _ detail: String = "", result: String, iterations: Int = 0,
    seconds: Double = 0
  ) {
    self.method = method
    self.detail = detail
    self.result = result
    self.iterations = iterations
    self.seconds = seconds
  }

  /// Method and detail in one line.
  public var name: String { detail.isEmpty ? method.rawValue : "\(method.rawValue), \(detail)" }
}
