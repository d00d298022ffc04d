/// The console of FICO Xpress, `optimizer`: commands on standard input, the answer as lines of ten fields with commas
/// (`WRITESOL`), status and bound as attributes of the problem.
enum XpressDialect: ExternalDialect {
  static let command = "optimizer"
  private static let file = "answer.asc"
  private static let attributes = "answer.attr"

  static func call(_ options: SolverOptions, hasIntegers: Bool) -> ExternalCall {
    var lines = [
      "readprob \(ExternalFiles.program)", "THREADS=1", "FEASTOL=1e-9", "OPTIMALITYTOL=1e-9",
      "MIPTOL=1e-9",
    ]
    if hasIntegers { lines.append("MIPRELSTOP=\(options.relativeGap)") }
    // A limit above zero would wait for the first point with whole numbers.
    if let limit = options.timeLimit {
      lines.append("MAXTIME=-\(max(1, Int(min(limit, 1e6).rounded(.up))))")
    }
    let flag =
      switch options.method {
      case .automatic: ""
      case .primal: " -p"
      case .dual: " -d"
      case .interior: " -b"
      }
    lines += [
      (hasIntegers ? "mipoptimize" : "lpoptimize") + flag, "writesol answer -sntbacludrp",
      "set fh [open \"\(attributes)\" w]; list",
    ]
    for attribute in hasIntegers ? ["mipstatus", "bestbound"] : ["lpstatus"] {
      lines.append("puts $fh \"\(attribute)=$\(attribute)\"")
    }
    lines += ["close $fh", "quit"]
    return ExternalCall(arguments: [], input: lines.joined(separator: "\n") + "\n")
  }

  static func read(
    _ files: ExternalFiles, hasIntegers: Bool, into answer: inout ExternalAnswer
  ) throws(ExternalFault) {
    guard let text = files.text(attributes) else { return }
    for (place, line) in text.split(whereSeparator: \.isNewline).enumerated() {
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let value = try ExternalFiles.number(
        parts[1].filter { !$0.isWhitespace }, in: attributes, line: place + 1)
      switch parts[0] {
      case "lpstatus": take(lpStatus: value, &answer)
      case "mipstatus": take(mipStatus: value, &answer)
      case "bestbound": answer.bound = value
      default: break
      }
    }
    guard answer.status == .point else { return }
    try readPoint(files, &answer)
  }

  private static func take(lpStatus: Double, _ answer: inout ExternalAnswer) {
    switch lpStatus {
    case 1: answer.status = .point
    case 2: answer.status = .infeasible
    case 4: answer.limit = .timeLimit
    case 5: answer.status = .unbounded
    default: break
    }
  }

  private static func take(mipStatus: Double, _ answer: inout ExternalAnswer) {
    switch mipStatus {
    case 1, 2, 3: answer.limit = .timeLimit
    case 4:
      answer.status = .point
      answer.limit = .timeLimit
    case 5: answer.status = .infeasible
    case 6: answer.status = .point
    case 7: answer.status = .unbounded
    default: break
    }
  }

  /// Number, name, type, basis status, activity, cost or slack, lower, upper, reduced cost or multiplier, right-hand side.
  private static func readPoint(_ files: ExternalFiles, _ answer: inout ExternalAnswer)
    throws(ExternalFault)
  {
    guard let text = files.text(file) else {
      throw ExternalFault("\(file): there is none, though the solver told an optimum")
    }
    for (place, line) in text.split(whereSeparator: \.isNewline).enumerated() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map { field in
        field.filter { $0 != "\"" && !$0.isWhitespace }
      }
      guard fields.count >= 9 else {
        throw ExternalFault(
          in: file, line: place + 1, found: line, expected: "ten fields with commas")
      }
      if fields[2] == "L" || fields[2] == "G" || fields[2] == "E" || fields[2] == "R" {
        let dual = try ExternalFiles.number(fields[8], in: file, line: place + 1)
        try answer.setDual(fields[1], dual, in: file, line: place + 1)
        answer.hasDuals = true
      } else if fields[2] != "N" {
        let value = try ExternalFiles.number(fields[4], in: file, line: place + 1)
        try answer.setColumn(fields[1], value, in: file, line: place + 1)
      }
    }
    try answer.checkColumns(in: file)
  }
}
