/// MOSEK's command line tool, which writes a file for each kind of solution: basic, interior, with whole numbers (“The
/// Solution File Format” of its manual).
enum MOSEKDialect: ExternalDialect {
  static let command = "mosek"
  private static let basic = "answer.bas"
  private static let interior = "answer.sol"
  private static let whole = "answer.int"

  static func call(_ options: SolverOptions, hasIntegers: Bool) -> ExternalCall {
    var parameters = [
      ("MSK_IPAR_NUM_THREADS", "1"), ("MSK_DPAR_BASIS_TOL_X", "1e-9"),
      ("MSK_DPAR_BASIS_TOL_S", "1e-9"), ("MSK_DPAR_MIO_TOL_ABS_RELAX_INT", "1e-9"),
      ("MSK_DPAR_MIO_TOL_FEAS", "1e-9"),
    ]
    if hasIntegers { parameters.append(("MSK_DPAR_MIO_TOL_REL_GAP", "\(options.relativeGap)")) }
    if let limit = options.timeLimit {
      parameters.append(("MSK_DPAR_OPTIMIZER_MAX_TIME", "\(limit)"))
    }
    let optimizer = "MSK_IPAR_OPTIMIZER"
    switch options.method {
    case .automatic: break
    case .primal: parameters.append((optimizer, "MSK_OPTIMIZER_PRIMAL_SIMPLEX"))
    case .dual: parameters.append((optimizer, "MSK_OPTIMIZER_DUAL_SIMPLEX"))
    case .interior: parameters.append((optimizer, "MSK_OPTIMIZER_INTPNT"))
    }
    return ExternalCall(
      arguments: parameters.flatMap { ["-d", $0.0, $0.1] }
        + ["-baso", basic, "-itro", interior, "-into", whole, ExternalFiles.program])
  }

  static func read(
    _ files: ExternalFiles, hasIntegers: Bool, into answer: inout ExternalAnswer
  ) throws(ExternalFault) {
    if files.says("max_time") { answer.limit = .timeLimit }
    answer.bound = files.number(after: "best objective bound")
    answer.solveSeconds = files.number(after: "optimizer terminated. time")
    for file in hasIntegers ? [whole] : [basic, interior] {
      guard let text = files.text(file), answer.status == .none else { continue }
      try read(text, file, hasIntegers, &answer)
    }
    if answer.status == .point { answer.hasDuals = !hasIntegers }
  }

  private enum Section { case head, rows, columns, other }

  private static func read(
    _ text: String, _ file: String, _ hasIntegers: Bool, _ answer: inout ExternalAnswer
  ) throws(ExternalFault) {
    var section = Section.head
    for (place, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let first = words.first, first != "INDEX" else { continue }
      switch line.filter({ !$0.isWhitespace }) {
      case "CONSTRAINTS": section = .rows
      case "VARIABLES": section = .columns
      case "AFFINECONICCONSTRAINTS", "SYMMETRICMATRIXVARIABLES": section = .other
      default:
        if section == .head {
          take(head: line, &answer)
        } else if section != .other, answer.status == .point {
          try take(words, section, hasIntegers, file, place + 1, &answer)
        }
      }
    }
    if section == .head {
      throw ExternalFault(in: file, found: text.prefix(40), expected: "a solution")
    }
    if answer.status == .point { try answer.checkColumns(in: file) }
  }

  private static func take(head line: Substring, _ answer: inout ExternalAnswer) {
    let parts = line.split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else { return }
    let value = parts[1].filter { !$0.isWhitespace }
    switch parts[0].filter({ !$0.isWhitespace }) {
    case "PROBLEMSTATUS":
      switch value {
      case "PRIMAL_INFEASIBLE": answer.status = .infeasible
      case "DUAL_INFEASIBLE": answer.status = .unbounded
      case "PRIMAL_INFEASIBLE_OR_UNBOUNDED", "PRIMAL_AND_DUAL_INFEASIBLE":
        answer.status = .infeasibleOrUnbounded
      default: break
      }
    case "SOLUTIONSTATUS":
      switch value {
      case "OPTIMAL", "INTEGER_OPTIMAL": answer.status = .point
      case "PRIMAL_FEASIBLE", "PRIMAL_AND_DUAL_FEASIBLE":
        if answer.limit != nil { answer.status = .point }
      default: break
      }
    default: break
    }
  }

  /// Number, name, status, activity, limits, and for continuous programs the multipliers of both limits.
  private static func take(
    _ words: [Substring], _ section: Section, _ hasIntegers: Bool, _ file: String, _ line: Int,
    _ answer: inout ExternalAnswer
  ) throws(ExternalFault) {
    guard words.count >= (hasIntegers ? 6 : 8) else {
      throw ExternalFault(
        in: file, line: line, found: words.joined(separator: " "),
        expected: hasIntegers ? "six fields" : "eight fields")
    }
    if section == .columns {
      try answer.setColumn(
        words[1], ExternalFiles.number(words[3], in: file, line: line), in: file, line: line)
    } else if !hasIntegers {
      func multiplier(_ word: Substring) throws(ExternalFault) -> Double {
        if word == "NONE" { return 0 }
        return try ExternalFiles.number(word, in: file, line: line)
      }
      try answer.setDual(
        words[1], multiplier(words[6]) - multiplier(words[7]), in: file, line: line)
    }
  }
}
