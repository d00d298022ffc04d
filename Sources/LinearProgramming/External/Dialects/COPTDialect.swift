import Foundation

/// The command line of the Cardinal Optimizer, `copt_cmd`: values as a list of names and numbers, and a basis in the
/// insert format of MPS, from which the multipliers follow.
enum COPTDialect: ExternalDialect {
  static let command = "copt_cmd"
  private static let file = "answer.sol"
  private static let basisFile = "answer.bas"

  static func call(_ options: SolverOptions, hasIntegers: Bool) -> ExternalCall {
    var commands = [
      "read \(ExternalFiles.program)", "set Threads 1", "set FeasTol 1e-9", "set DualTol 1e-9",
      "set IntTol 1e-9",
    ]
    if hasIntegers { commands.append("set RelGap \(options.relativeGap)") }
    if let limit = options.timeLimit { commands.append("set TimeLimit \(limit)") }
    switch options.method {
    case .automatic, .primal: break
    case .dual: commands.append("set LpMethod 1")
    case .interior: commands.append("set LpMethod 2")
    }
    commands += ["optimize", "write \(file)"]
    if !hasIntegers { commands.append("write \(basisFile)") }
    return ExternalCall(arguments: ["-c", (commands + ["exit"]).joined(separator: ";")])
  }

  static func read(
    _ files: ExternalFiles, hasIntegers: Bool, into answer: inout ExternalAnswer
  ) throws(ExternalFault) {
    answer.bound = files.number(after: "best bound")
    answer.solveSeconds = files.number(after: hasIntegers ? "solve time" : " time")
    takeStatus(files, &answer)
    guard answer.status == .point || answer.limit != nil, let text = files.text(file) else {
      if answer.status == .point {
        throw ExternalFault("\(file): there is none, though the solver told an optimum")
      }
      return
    }
    for (place, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      if line.hasPrefix("#") { continue }
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.isEmpty { continue }
      guard words.count == 2 else {
        throw ExternalFault(in: file, line: place + 1, found: line, expected: "a name and a number")
      }
      try answer.setColumn(
        words[0], ExternalFiles.number(words[1], in: file, line: place + 1), in: file,
        line: place + 1)
    }
    try answer.checkColumns(in: file)
    answer.status = .point
    if !hasIntegers, let text = files.text(basisFile) {
      answer.basis = try basis(text, answer)
    }
  }

  /// The status stands in what the command says: `Status: Optimal …`, `MIP status : solved`, `Solution status : …`.
  private static func takeStatus(_ files: ExternalFiles, _ answer: inout ExternalAnswer) {
    for line in files.said {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let head = parts[0].trimmingCharacters(in: .whitespaces)
      guard ["status", "mip status", "solution status"].contains(head) else { continue }
      let value = parts[1].trimmingCharacters(in: .whitespaces)
      if value.hasPrefix("infeasible or unbounded") || value.hasPrefix("inf_or_unb") {
        answer.status = .infeasibleOrUnbounded
      } else if value.hasPrefix("infeasible") {
        answer.status = .infeasible
      } else if value.hasPrefix("unbounded") {
        answer.status = .unbounded
      } else if value.contains("timeout") || value.contains("time limit") {
        answer.limit = .timeLimit
      } else if value.hasPrefix("optimal") || value.hasPrefix("integer optimal") {
        answer.status = .point
      }
    }
  }

  /// Words of a line of a basis, by its code.
  private static let lengths = ["XU": 3, "XL": 3, "UL": 2, "LL": 2, "BS": 2, "FR": 2]

  /// Columns at their lower bound and rows basic, but for those that are named.
  private static func basis(_ text: String, _ answer: ExternalAnswer) throws(ExternalFault) -> Basis
  {
    var columns = [Basis.Status](repeating: .atLower, count: answer.columns.count)
    var rows = [Basis.Status](repeating: .basic, count: answer.duals.count)
    for (place, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let code = words.first, code != "NAME", code != "ENDATA", !code.hasPrefix("*") else {
        continue
      }
      // The column of the constant is fixed, and no column of the program.
      if words.count == 2, words[1] == ExternalAnswer.constant { continue }
      guard words.count == Self.lengths[String(code)],
        let column = answer.number(of: words[1], "c", columns.count)
      else {
        throw ExternalFault(
          in: basisFile, line: place + 1, found: line, expected: "a line of a basis")
      }
      switch code {
      case "UL": columns[column] = .atUpper
      case "LL": columns[column] = .atLower
      case "FR": columns[column] = .free
      default: columns[column] = .basic
      }
      guard words.count == 3 else { continue }
      guard let row = answer.number(of: words[2], "r", rows.count) else {
        throw ExternalFault(in: basisFile, line: place + 1, found: words[2], expected: "a row")
      }
      rows[row] = code == "XU" ? .atUpper : .atLower
    }
    return Basis(columns: columns, rows: rows)
  }
}
