import Foundation

/// What another solver wrote: its status, and by the generated names `c1…`, `r1…` values and multipliers.
struct ExternalAnswer {
  enum Status {
    case point
    case infeasible
    case unbounded
    case infeasibleOrUnbounded
    case none
  }
  var status = Status.none
  var columns: [Double]
  var duals: [Double]
  /// Whether the solver wrote multipliers.
  var hasDuals = false
  /// From which the multipliers follow, where the solver writes a basis instead.
  var basis: Basis?
  /// Why the solver stopped before its end, where it did.
  var limit: StopReason?
  /// A bound on the optimum of a program with integers, where the solver tells one.
  var bound: Double?
  var solveSeconds: Double?

  private var isGiven: [Bool]

  /// Nothing yet.
  init(rows: Int, columns count: Int) {
    columns = Array(repeating: 0, count: count)
    duals = Array(repeating: 0, count: rows)
    isGiven = Array(repeating: false, count: count)
  }

  init(
    _ kind: ExternalSolver.Kind, isPython: Bool, answer data: Data, log: String, rows: Int,
    columns count: Int
  ) {
    self.init(rows: rows, columns: count)
    hasDuals = true
    let answer = String(decoding: data, as: UTF8.self)
    if isPython {
      readPairs(answer)
    } else {
      switch kind {
      case .glpsol: readGLPK(answer)
      case .clp, .cbc: answer.hasSuffix("\n") ? readCoin(answer) : readCoin(data, log)
      case .highs, .glop: readHiGHS(answer)
      case .gurobi, .cplex, .xpress, .mosek, .copt: break
      }
      readLog(kind, log)
    }
  }

  private mutating func set(_ name: Substring, _ value: Double?, dual: Double?) {
    guard let number = Int(name.dropFirst()), number >= 1 else { return }
    if name.hasPrefix("c"), number <= columns.count, let value { columns[number - 1] = value }
    if name.hasPrefix("r"), number <= duals.count, let dual { duals[number - 1] = dual }
  }

  private mutating func readPairs(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 2 else { continue }
      switch words[0] {
      case "status":
        switch words[1] {
        case "point": status = .point
        case "infeasible": status = .infeasible
        default: status = .unbounded
        }
      case "seconds": solveSeconds = Double(words[1])
      case "bound": bound = Double(words[1])
      default: set(words[0], Double(words[1]), dual: Double(words[1]))
      }
    }
  }

  /// The format of `glpsol --write`: rows and columns by number, `s` with the statuses.
  private mutating func readGLPK(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let first = words.first else { continue }
      if first == "s", words.count >= 6 {
        switch words[1] {
        case "mip":
          status =
            words[4] == "o" || words[4] == "f" ? .point : words[4] == "n" ? .infeasible : .none
        case "bas":
          let (primal, dual) = (words[4], words[5])
          status =
            primal == "f" && dual == "f"
            ? .point : primal == "n" ? .infeasible : dual == "n" ? .unbounded : .none
        default: status = words[4] == "o" ? .point : .none
        }
      } else if first == "i", words.count >= 4, let last = words.last {
        set("r" + words[1], nil, dual: Double(last))
      } else if first == "j", words.count >= 3, let number = Int(words[1]), number <= columns.count
      {
        // Basic solutions have a status before the value.
        columns[number - 1] = words.compactMap { Double($0) }.dropFirst().first ?? 0
      }
    }
  }

  /// The format of CLP and CBC: a headline, then number, name, value and multiplier.
  private mutating func readCoin(_ text: String) {
    let lines = text.split(separator: "\n")
    guard let head = lines.first?.lowercased() else { return }
    if head.contains("unbounded") || head.contains("dual infeasible") {
      status = .unbounded
    } else if head.contains("infeasible") {
      status = .infeasible
    } else if head.contains("optimal") || head.contains("stopped") {
      status = .point
    }
    for line in lines.dropFirst() {
      let words = line.split(separator: " ").filter { $0 != "**" }
      guard words.count >= 4 else { continue }
      set(words[1], Double(words[2]), dual: Double(words[3]))
    }
  }

  /// The binary format of CLP, which has all digits: two counts, the objective, then of the rows activities and
  /// multipliers, of the columns values and reduced costs. Rows without bounds may be missing at the end.
  private mutating func readCoin(_ data: Data, _ log: String) {
    let words = log.lowercased()
    if words.contains("primal infeasible") {
      status = .infeasible
    } else if words.contains("dual infeasible") || words.contains("unbounded") {
      status = .unbounded
    }
    guard status == .none, words.contains("optimal objective"), data.count >= 16 else { return }
    let bytes = [UInt8](data)
    func integer(at offset: Int) -> Int {
      Int(bytes[offset..<offset + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }
    func number(_ index: Int) -> Double {
      let offset = 8 + 8 * index
      return Double(
        bitPattern: bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
    let (rows, count) = (integer(at: 0), integer(at: 4))
    // The last column of a written program is the objective's constant, where there is one.
    guard rows <= duals.count, count == columns.count || count == columns.count + 1,
      bytes.count == 16 + 16 * (rows + count)
    else { return }
    for i in 0..<rows { duals[i] = number(1 + rows + i) }
    for j in 0..<columns.count { columns[j] = number(1 + 2 * rows + j) }
    status = .point
  }

  /// The raw format of the HiGHS command.
  private mutating func readHiGHS(_ text: String) {
    var isDual = false
    var previous: Substring = ""
    for line in text.split(separator: "\n") {
      if previous == "Model status" {
        let words = line.lowercased()
        if words.contains("infeasible") { status = .infeasible }
        if words.contains("unbounded") { status = .unbounded }
      }
      if line == "Feasible" && !isDual && status == .none { status = .point }
      if line == "# Dual solution values" { isDual = true }
      if line == "# Basis" { break }
      let words = line.split(separator: " ")
      if words.count == 2, let value = Double(words[1]) {
        set(words[0], isDual ? nil : value, dual: isDual ? value : nil)
      }
      previous = line.hasPrefix("# ") ? line : line == "Model status" ? line : previous
    }
  }

  private mutating func readLog(_ kind: ExternalSolver.Kind, _ log: String) {
    func number(after words: String) -> Double? {
      guard let range = log.range(of: words, options: .backwards) else { return nil }
      let rest = log[range.upperBound...].drop { $0 == " " || $0 == ":" }
      return Double(rest.prefix { $0.isNumber || ".e-+".contains($0) })
    }
    switch kind {
    case .glpsol:
      solveSeconds = number(after: "Time used")
      if status == .none, log.contains("NO PRIMAL FEASIBLE SOLUTION") { status = .infeasible }
      if status == .none, log.contains("NO DUAL FEASIBLE SOLUTION") { status = .unbounded }
      // `mip = 6.5e-01 >= 6.4e-01 …`, or the words that the tree is empty.
      bound = number(after: ">=") ?? number(after: "mip =")
    case .clp: solveSeconds = number(after: "iterations time")
    case .cbc:
      solveSeconds = number(after: "Wallclock seconds)")
      bound = number(after: "Lower bound") ?? number(after: "Objective value")
    case .highs: solveSeconds = number(after: "HiGHS run time")
    case .glop, .gurobi, .cplex, .xpress, .mosek, .copt: break
    }
  }
}

extension ExternalAnswer {
  /// The column that a written program has for its objective's constant.
  static let constant = "objective_constant"

  /// The place of a generated name, from 0; nil if it is none.
  func number(of name: some StringProtocol, _ prefix: String, _ count: Int) -> Int? {
    guard name.hasPrefix(prefix), let number = Int(name.dropFirst()), number >= 1, number <= count
    else { return nil }
    return number - 1
  }

  /// - Throws: where the program has no such column. The column of the objective's constant is passed over.
  mutating func setColumn(
    _ name: some StringProtocol, _ value: Double, in file: String, line: Int? = nil
  ) throws(ExternalFault) {
    if name == Self.constant { return }
    guard let column = number(of: name, "c", columns.count) else {
      throw ExternalFault(
        in: file, line: line, found: name, expected: "a column from c1 to c\(columns.count)")
    }
    columns[column] = value
    isGiven[column] = true
  }

  /// - Throws: where the program has no such row.
  mutating func setDual(
    _ name: some StringProtocol, _ value: Double, in file: String, line: Int? = nil
  ) throws(ExternalFault) {
    guard let row = number(of: name, "r", duals.count) else {
      throw ExternalFault(
        in: file, line: line, found: name, expected: "a row from r1 to r\(duals.count)")
    }
    duals[row] = value
  }

  /// - Throws: where a column has no value: such a file was not written to its end.
  func checkColumns(in file: String) throws(ExternalFault) {
    guard let missing = isGiven.firstIndex(of: false) else { return }
    let given = isGiven.reduce(0) { $0 + ($1 ? 1 : 0) }
    throw ExternalFault(
      "\(file): has \(given) of \(columns.count) columns; the first that is missing is c\(missing + 1)"
    )
  }
}
