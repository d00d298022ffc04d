/// CPLEX's interactive optimizer, which writes its answer as XML (“SOL file format” of its manual of file formats).
enum CPLEXDialect: ExternalDialect {
  static let command = "cplex"
  private static let file = "answer.sol"

  static func call(_ options: SolverOptions, hasIntegers: Bool) -> ExternalCall {
    var commands = [
      "set logfile *", "set threads 1", "set simplex tolerances feasibility 1e-9",
      "set simplex tolerances optimality 1e-9", "set mip tolerances integrality 1e-9",
      "set output writelevel 1",
    ]
    if hasIntegers { commands.append("set mip tolerances mipgap \(options.relativeGap)") }
    if let limit = options.timeLimit { commands.append("set timelimit \(limit)") }
    switch options.method {
    case .automatic: break
    case .primal: commands.append("set lpmethod 1")
    case .dual: commands.append("set lpmethod 2")
    case .interior: commands.append("set lpmethod 4")
    }
    commands += ["read \(ExternalFiles.program) mps", "optimize", "write \(file)", "quit"]
    return ExternalCall(arguments: ["-c"] + commands)
  }

  static func read(
    _ files: ExternalFiles, hasIntegers: Bool, into answer: inout ExternalAnswer
  ) throws(ExternalFault) {
    answer.solveSeconds = files.number(after: "solution time")
    answer.bound =
      files.number(after: "current mip best bound") ?? files.number(after: "objective")
    guard let text = files.text(file) else {
      answer.status = statusOfLog(files)
      if files.says("time limit exceeded") { answer.limit = .timeLimit }
      return
    }
    let tags = XMLTags(text, file)
    guard tags.isWhole(root: "CPLEXSolution") else {
      throw ExternalFault("\(file): expected a whole element CPLEXSolution; the file ends early")
    }
    for tag in tags.list {
      switch tag.name {
      case "header": try take(tag, &answer)
      case "variable":
        try answer.setColumn(
          tag.text("name"), tag.number("value"), in: file, line: tag.line)
      case "constraint":
        guard tag.has("dual") else { continue }
        try answer.setDual(tag.text("name"), tag.number("dual"), in: file, line: tag.line)
        answer.hasDuals = true
      default: break
      }
    }
    if answer.status == .point { try answer.checkColumns(in: file) }
  }

  /// The status codes of CPLEX.
  private static func take(_ header: XMLTags.Tag, _ answer: inout ExternalAnswer)
    throws(ExternalFault)
  {
    switch try header.number("solutionStatusValue") {
    case 1, 101, 102: answer.status = .point
    case 2, 118: answer.status = .unbounded
    case 3, 103: answer.status = .infeasible
    case 4, 119: answer.status = .infeasibleOrUnbounded
    case 5, 6: answer.status = .point
    case 11, 107: stop(.timeLimit, header, &answer)
    case 108: answer.limit = .timeLimit
    case 10, 105: stop(.iterationLimit, header, &answer)
    case 13, 113: stop(.interrupted, header, &answer)
    default: break
    }
  }

  private static func stop(
    _ reason: StopReason, _ header: XMLTags.Tag, _ answer: inout ExternalAnswer
  ) {
    answer.limit = reason
    if (try? header.text("primalFeasible")) != "0" { answer.status = .point }
  }

  private static func statusOfLog(_ files: ExternalFiles) -> ExternalAnswer.Status {
    if files.says("unbounded or infeasible", "infeasible or unbounded") {
      return .infeasibleOrUnbounded
    }
    if files.says("- infeasible", "- integer infeasible") { return .infeasible }
    return files.says("- unbounded", "- integer unbounded") ? .unbounded : .none
  }
}

/// The start tags of an XML file with their attributes; text and entities are passed over.
struct XMLTags {
  struct Tag {
    var name: Substring
    var attributes: [Substring: Substring]
    var line: Int
    var file: String

    func has(_ key: Substring) -> Bool { attributes[key] != nil }

    func text(_ key: Substring) throws(ExternalFault) -> String {
      guard let value = attributes[key] else {
        throw ExternalFault(in: file, line: line, found: name, expected: "an attribute \(key)")
      }
      return String(value)
    }

    func number(_ key: Substring) throws(ExternalFault) -> Double {
      try ExternalFiles.number(text(key), in: file, line: line)
    }
  }

  private(set) var list: [Tag] = []
  private var ends: Set<Substring> = []

  init(_ text: String, _ file: String) {
    var line = 1
    for piece in text.split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
      let tag = piece.prefix { $0 != ">" }
      if tag.endIndex < piece.endIndex {
        let name = tag.prefix { !$0.isWhitespace && $0 != "/" }
        if tag.hasPrefix("/") {
          ends.insert(tag.dropFirst())
        } else if !name.hasPrefix("?"), !name.hasPrefix("!") {
          list.append(
            Tag(
              name: name, attributes: Self.attributes(tag.dropFirst(name.count)), line: line,
              file: file))
        }
      }
      line += piece.reduce(0) { $0 + ($1.isNewline ? 1 : 0) }
    }
  }

  func isWhole(root: Substring) -> Bool {
    ends.contains(root) && list.first?.name == root
  }

  private static func attributes(_ text: Substring) -> [Substring: Substring] {
    var result: [Substring: Substring] = [:]
    var rest = text
    while let equals = rest.firstIndex(of: "=") {
      let key = rest[..<equals].drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
      let after = rest[rest.index(after: equals)...].drop { $0.isWhitespace }
      guard let quote = after.first, quote == "\"" || quote == "'" else { break }
      let value = after.dropFirst().prefix { $0 != quote }
      guard value.endIndex < after.endIndex else { break }
      result[key] = value
      rest = after[after.index(after: value.endIndex)...]
    }
    return result
  }
}
