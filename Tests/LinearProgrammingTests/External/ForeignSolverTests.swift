import Foundation
import TestSupport
import Testing

@testable import LinearProgramming

/// Solvers that are owned apart, by stand-ins that take their command lines and write their formats; see
/// Tests/StandIns. What goes wrong with a command is played by a few lines of shell.
@Suite struct ForeignSolverTests {
  static let kinds: [ExternalSolver.Kind] = [.gurobi, .cplex, .xpress, .mosek, .copt]
  private static let python = Repository.path(".build/venv/bin/python")
  private static let needsHiGHS = ConditionTrait.enabled(
    if: FileManager.default.isExecutableFile(atPath: python),
    "HiGHS is not installed: run Scripts/setup-tests")

  /// An executable script in a folder of its own.
  private final class Script {
    let path: String
    private let folder: URL

    init(_ text: String) throws {
      folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("lodestone-script-\(UUID().uuidString)")
      path = folder.appendingPathComponent("solver").path
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
  }

  private static func standIn(_ kind: ExternalSolver.Kind) throws -> Script {
    try Script(
      "exec '\(python)' '\(Repository.path("Tests/StandIns/stand_in.py"))' \(kind.rawValue) \"$@\"")
  }

  private static func solve(
    _ kind: ExternalSolver.Kind, _ script: Script, _ program: LinearProgram,
    _ options: SolverOptions = SolverOptions()
  ) throws -> Outcome {
    try ExternalSolver(kind, executable: script.path).solve(program, options).outcome
  }

  /// What `solve` throws, in words.
  private static func failure(
    _ kind: ExternalSolver.Kind, _ script: String, _ program: LinearProgram = textbookProgram()
  ) throws -> String {
    let script = try Script(script)
    do {
      let outcome = try solve(kind, script, program)
      return "no error: \(outcome)"
    } catch {
      return "\(error)"
    }
  }

  // MARK: Answers

  @Test(needsHiGHS, arguments: kinds)
  func `a stand-in gives the same verified optimum with every method`(kind: ExternalSolver.Kind)
    throws
  {
    let script = try Self.standIn(kind)
    for method in SolverOptions.Method.allCases {
      var options = SolverOptions()
      options.method = method
      options.timeLimit = 60
      let program = transportProgram(plants: 6, markets: 8, seed: 501)
      let ours = try #require(try LinearProgramming.solve(program).optimum)
      let theirs = try #require(try Self.solve(kind, script, program, options).optimum)
      #expect(isClose(ours.objective, theirs.objective))
      #expect(theirs.verification.isVerified && theirs.verification.boundIsProven)
      #expect(theirs.attempts.map(\.detail) == [kind.rawValue])
    }
  }

  @Test(needsHiGHS, arguments: kinds)
  func `a constant, free rows, ranges and bounds of every kind come through`(
    kind: ExternalSolver.Kind
  ) throws {
    var program = LinearProgram()
    let x = program.addColumn(lower: -3, upper: 5, cost: 1)
    let y = program.addColumn(lower: -.infinity, upper: .infinity, cost: 2)
    let z = program.addColumn(lower: -.infinity, upper: 4, cost: -1)
    let w = program.addColumn(lower: 2, upper: 2, cost: 7)
    program.addRow(lower: -1, upper: 6, [(x, 1), (y, 1)])
    program.addRow(lower: -.infinity, upper: .infinity, [(x, 1), (z, 1)])
    program.addRow(lower: 3, upper: 3, [(y, 1), (z, -1), (w, 1)])
    program.objectiveOffset = 10
    let ours = try #require(try LinearProgramming.solve(program).optimum)
    let theirs = try #require(try Self.solve(kind, Self.standIn(kind), program).optimum)
    #expect(isClose(ours.objective, theirs.objective))
  }

  @Test(needsHiGHS, arguments: kinds)
  func `whole numbers are found with their bound`(kind: ExternalSolver.Kind) throws {
    // A knapsack of 10: 7 + 3 are worth 14, 6 + 4 are worth 15.
    var program = LinearProgram()
    let sizes = [7.0, 3, 6, 4]
    for worth in [10.0, 4, 9, 6] { program.addColumn(upper: 1, cost: -worth, integer: true) }
    program.addRow(lower: -.infinity, upper: 10, sizes.enumerated().map { ($0.offset, $0.element) })
    let theirs = try #require(try Self.solve(kind, Self.standIn(kind), program).optimum)
    #expect(isClose(theirs.objective, -15))
    #expect(theirs.columnValues == [0, 0, 1, 1])
  }

  @Test(needsHiGHS, arguments: kinds)
  func `programs without an optimum are told`(kind: ExternalSolver.Kind) throws {
    let script = try Self.standIn(kind)
    var none = LinearProgram()
    let x = none.addColumn(upper: 1, cost: 1)
    let y = none.addColumn(upper: 1, cost: 1)
    none.addRow(lower: 3, upper: .infinity, [(x, 1), (y, 1)])
    let infeasible = try Self.solve(kind, script, none)
    #expect(infeasible.isInfeasible, "\(infeasible)")
    var endless = LinearProgram()
    let z = endless.addColumn(cost: -1)
    endless.addRow(lower: 1, upper: .infinity, [(z, 1)])
    let outcome = try Self.solve(kind, script, endless)
    var isTold = false
    if case .unbounded = outcome { isTold = true }
    if case .infeasibleOrUnbounded = outcome { isTold = true }
    #expect(isTold, "\(outcome)")
  }

  // MARK: What goes wrong

  @Test(
    arguments: zip(
      kinds,
      [
        "No Gurobi license found (user a, host b)", "CPLEX Error 32201: ILM Error 16: license file",
        "?17 Error: License error: no valid license",
        "Return code - 1008 [MSK_RES_ERR_LICENSE_MISSING]",
        "ERROR: Invalid license file",
      ]))
  func `a licence that is missing is told in the solver's words`(
    kind: ExternalSolver.Kind, words: String
  ) throws {
    let told = try Self.failure(
      kind, "echo 'Academic license - for non-commercial use only'\necho '\(words)'\nexit 1")
    #expect(told.contains("\(kind.rawValue) has no licence that it can use"), "\(told)")
    #expect(told.contains(words), "\(told)")
  }

  @Test(arguments: kinds)
  func `a command that is killed, fails or says nothing is told`(kind: ExternalSolver.Kind) throws {
    let killed = try Self.failure(kind, "echo working\nkill -9 $$")
    #expect(killed.contains("killed by signal 9") && killed.contains("'working'"), "\(killed)")
    let failed = try Self.failure(kind, "echo 'out of memory'\nexit 7")
    #expect(failed.contains("ended with code 7") && failed.contains("out of memory"), "\(failed)")
    #expect(try Self.failure(kind, "exit 0").contains("gave no answer"))
  }

  @Test(arguments: kinds)
  func `a command that is not there is told`(kind: ExternalSolver.Kind) throws {
    do {
      let run = try ExternalSolver(kind, executable: "/no/such").solve(textbookProgram())
      Issue.record("\(run)")
    } catch {
      #expect("\(error)".contains("\(kind.rawValue) could not be run"))
    }
  }

  @Test(arguments: kinds)
  func `a command that does not end is ended with the time limit`(kind: ExternalSolver.Kind) throws
  {
    var options = SolverOptions()
    options.timeLimit = 0.1
    let outcome = try Self.solve(kind, Script("exec sleep 600"), textbookProgram(), options)
    var isStopped = false
    if case .stopped(.timeLimit) = outcome { isStopped = true }
    #expect(isStopped, "\(outcome)")
  }

  /// Files that each solver might write for the textbook program, damaged: not its format, cut short, a number that is
  /// none, a name of another program.
  static let damaged: [(kind: ExternalSolver.Kind, script: String, words: String)] = [
    (.gurobi, "echo junk > answer.json", "answer.json: found 'junk'"),
    (.gurobi, #"echo '{"SolutionInfo": {"Sta' > answer.json"#, "SolutionInfo"),
    (.gurobi, #"echo '{"SolutionInfo": {"Runtime": 1}}' > answer.json"#, "no Status"),
    (
      .gurobi,
      #"echo '{"SolutionInfo":{"Status":2},"Vars":[{"VarName":"c9","X":1}]}' > answer.json"#,
      "found 'c9', expected a column from c1 to c2"
    ),
    (
      .gurobi,
      #"echo '{"SolutionInfo":{"Status":2},"Vars":[{"VarName":"c1","X":"many"}]}' > answer.json"#,
      "expected a number"
    ),
    (.gurobi, #"echo '{"SolutionInfo":{"Status":2},"Vars":[]}' > answer.json"#, "no multipliers"),
    (.cplex, "echo junk > answer.sol", "whole element CPLEXSolution"),
    (
      .cplex,
      #"printf '<CPLEXSolution><header solutionStatusValue="1"/>\n<variable name="c1" value="x"/></CPLEXSolution>' > answer.sol"#,
      "answer.sol, line 2: found 'x', expected a number"
    ),
    (
      .cplex,
      #"printf '<CPLEXSolution><header solutionStatusValue="1"/><variable name="c1" value="1"/></CPLEXSolution>' > answer.sol"#,
      "has 1 of 2 columns; the first that is missing is c2"
    ),
    (
      .cplex, #"printf '<CPLEXSolution><header x="1"/></CPLEXSolution>' > answer.sol"#,
      "solutionStatusValue"
    ),
    (.xpress, "echo lpstatus=1 > answer.attr", "answer.asc: there is none"),
    (.xpress, "echo lpstatus=one > answer.attr", "answer.attr, line 1: found 'one'"),
    (
      .xpress, "echo lpstatus=1 > answer.attr; echo '1,\"c1\",\"C\"' > answer.asc",
      "answer.asc, line 1"
    ),
    (
      .xpress,
      "echo lpstatus=1 > answer.attr; echo '1,\"c1\",\"C\",\"BS\",nan,0,0,0,0,0' > answer.asc",
      "found 'nan', expected a number"
    ),
    (.mosek, "echo junk > answer.bas", "answer.bas: found 'junk'"),
    (
      .mosek,
      #"printf 'SOLUTION STATUS : OPTIMAL\nCONSTRAINTS\nINDEX\nVARIABLES\nINDEX\n0 c1 BS 1 2\n' > answer.bas"#,
      "answer.bas, line 6: found '0 c1 BS 1 2', expected eight fields"
    ),
    (.copt, "echo 'Status: Optimal'", "answer.sol: there is none"),
    (.copt, "echo 'Status: Optimal'; printf 'c1 2\\nc2\\n' > answer.sol", "answer.sol, line 2"),
    (
      .copt, "echo 'Status: Optimal'; printf 'c1 2\\nc2 6\\n' > answer.sol",
      "no multipliers and no basis"
    ),
    (
      .copt,
      "echo 'Status: Optimal'; printf 'c1 2\\nc2 6\\n' > answer.sol; printf ' XX c1 r1\\n' > answer.bas",
      "answer.bas, line 1: found 'XX c1 r1'"
    ),
    (
      .copt,
      "echo 'Status: Optimal'; printf 'c1 2\\nc2 6\\n' > answer.sol; printf ' BS c1\\n' > answer.bas",
      "its basis cannot be used"
    ),
  ]

  @Test(arguments: damaged.indices)
  func `a damaged answer is told with its file and place`(index: Int) throws {
    let (kind, script, words) = Self.damaged[index]
    let told = try Self.failure(kind, script)
    #expect(told.contains(words), "\(kind): \(told)")
  }

  @Test func `a point that is not optimal is not taken for one`() throws {
    // (0, 0) satisfies all rows; its multipliers of 0 prove nothing.
    let outcome = try Self.solve(
      .cplex,
      Script(
        """
        cat > answer.sol <<'END'
        <CPLEXSolution><header solutionStatusValue="1"/>
        <constraint name="r1" dual="0"/><constraint name="r2" dual="0"/><constraint name="r3" dual="0"/>
        <variable name="c1" value="0"/><variable name="c2" value="0"/></CPLEXSolution>
        END
        """), textbookProgram())
    var isDoubted = false
    if case .unverified = outcome { isDoubted = true }
    #expect(isDoubted, "\(outcome)")
  }

  @Test func `a point at the time limit is the best plan so far`() throws {
    // Of whole numbers a point that holds, and a bound that leaves a gap.
    var program = textbookProgram()
    program.setInteger(0, true)
    let outcome = try Self.solve(
      .mosek,
      Script(
        """
        echo 'Best objective bound : -40'
        echo 'MSK_RES_TRM_MAX_TIME'
        printf 'PROBLEM STATUS : PRIMAL_FEASIBLE\\nSOLUTION STATUS : PRIMAL_FEASIBLE\\n' > answer.int
        printf 'CONSTRAINTS\\nVARIABLES\\n0 c1 SB 2 0 0\\n1 c2 SB 3 0 0\\n' >> answer.int
        """), program)
    guard case .feasible(let solution, .timeLimit) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(isClose(solution.objective, -21))
  }
}
