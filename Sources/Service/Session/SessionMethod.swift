/// The methods of the protocol.
enum SessionMethod: String, CaseIterable, Sendable {
  case initialize, open, close, change, undo, redo, state, read, validate, describe, solve, tables
  case compare, explain, frontier, alternatives, reach, sensitivity, floors, adversary, picture
  case pareto, stress
  case measures, decisions, solveGroup, answerGroup
  case save, shutdown

  /// The question of a method that asks one about a model.
  func request(_ parameters: inout Parameters) throws -> any ModelRequest {
    switch self {
    case .read: try ReadRequest(&parameters)
    case .validate: try ValidateRequest(&parameters)
    case .describe: try DescribeRequest(&parameters)
    case .solve: try SolveRequest(&parameters)
    case .tables: try TablesRequest(&parameters)
    case .compare: try CompareRequest(&parameters)
    case .explain: try ExplainRequest(&parameters)
    case .frontier: try FrontierRequest(&parameters)
    case .pareto: try ParetoRequest(&parameters)
    case .alternatives: try AlternativesRequest(&parameters)
    case .reach: try ReachRequest(&parameters)
    case .sensitivity: try SensitivityRequest(&parameters)
    case .stress: try StressRequest(&parameters)
    case .floors: try FloorsRequest(&parameters)
    case .adversary: try AdversaryRequest(&parameters)
    case .picture: try PictureRequest(&parameters)
    case .measures: try MeasuresRequest(&parameters)
    case .decisions: try DecisionsRequest(&parameters)
    case .solveGroup: try SolveGroupRequest(&parameters)
    case .initialize, .open, .close, .change, .undo, .redo, .state, .save, .answerGroup, .shutdown:
      throw SessionError(.noMethod, "`\(rawValue)` asks no question")
    }
  }
}
