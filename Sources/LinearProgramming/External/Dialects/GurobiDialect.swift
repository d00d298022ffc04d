import Foundation

/// Gurobi's `gurobi_cl`, which writes its answer as JSON (“JSON solution format” of its reference manual).
enum GurobiDialect: ExternalDialect {
  static let command = "gurobi_cl"
  private static let file = "answer.json"

  static func call(_ options: SolverOptions, hasIntegers: Bool) -> ExternalCall {
    var arguments = [
      "ResultFile=\(file)", "JSONSolDetail=1", "Threads=1", "FeasibilityTol=1e-9",
      "OptimalityTol=1e-9", "IntFeasTol=1e-9",
    ]
    if hasIntegers { arguments.append("MIPGap=\(options.relativeGap)") }
    if let limit = options.timeLimit { arguments.append("TimeLimit=\(limit)") }
    switch options.method {
    case .automatic: break
    case .primal: arguments.append("Method=0")
    case .dual: arguments.append("Method=1")
    case .interior: arguments.append("Method=2")
    }
    return ExternalCall(arguments: arguments + [ExternalFiles.program])
  }

  static func read(
    _ files: ExternalFiles, hasIntegers: Bool, into answer: inout ExternalAnswer
  ) throws(ExternalFault) {
    guard let text = files.text(file) else {
      answer.status = statusOfLog(files)
      return
    }
    let parsed = try? JSONSerialization.jsonObject(with: Data(text.utf8))
    guard let object = parsed as? [String: Any], let info = object["SolutionInfo"] as? [String: Any]
    else {
      throw ExternalFault(
        in: file, found: text.prefix(40), expected: "a JSON object with SolutionInfo")
    }
    try take(info, &answer)
    guard let columns = object["Vars"] as? [[String: Any]] else { return }
    if answer.status == .none, answer.limit != nil { answer.status = .point }
    guard answer.status == .point else { return }
    for column in columns {
      try answer.setColumn(name("VarName", column), number("X", column) ?? 0, in: file)
    }
    for row in object["Constrs"] as? [[String: Any]] ?? [] {
      guard let dual = try number("Pi", row) else { continue }
      try answer.setDual(name("ConstrName", row), dual, in: file)
      answer.hasDuals = true
    }
  }

  /// The status codes of Gurobi.
  private static func take(_ info: [String: Any], _ answer: inout ExternalAnswer)
    throws(ExternalFault)
  {
    guard let status = try number("Status", info) else {
      throw ExternalFault("\(file): SolutionInfo has no Status")
    }
    // Before there is a bound it is as good as infinite.
    answer.bound = try? number("ObjBound", info)
    answer.solveSeconds = try number("Runtime", info)
    switch status {
    case 2: answer.status = .point
    case 3: answer.status = .infeasible
    case 4: answer.status = .infeasibleOrUnbounded
    case 5: answer.status = .unbounded
    case 9: answer.limit = .timeLimit
    case 7, 8: answer.limit = .iterationLimit
    case 11: answer.limit = .interrupted
    case 13: answer.limit = .stalled
    default: break
    }
  }

  private static func statusOfLog(_ files: ExternalFiles) -> ExternalAnswer.Status {
    if files.says("infeasible or unbounded") { return .infeasibleOrUnbounded }
    if files.says("infeasible model", "model is infeasible") { return .infeasible }
    return files.says("unbounded model", "model is unbounded") ? .unbounded : .none
  }

  private static func name(_ key: String, _ entry: [String: Any]) throws(ExternalFault) -> String {
    guard let name = entry[key] as? String else {
      throw ExternalFault("\(file): an entry has no \(key)")
    }
    return name
  }

  /// Nil where there is none.
  private static func number(_ key: String, _ entry: [String: Any]) throws(ExternalFault)
    -> Double?
  {
    guard let value = entry[key] else { return nil }
    let number = (value as? NSNumber)?.doubleValue ?? (value as? String).flatMap { Double($0) }
    guard let number, number.isFinite else {
      throw ExternalFault(in: file, found: "\(key): \(value)", expected: "a number")
    }
    return number
  }
}
