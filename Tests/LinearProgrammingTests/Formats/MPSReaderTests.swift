import Foundation
import TestSupport
import Testing

@testable import LinearProgramming

@Suite struct MPSReaderTests {
  private func read(
    _ text: String, format: MPSReader.Format = .automatic
  ) throws -> MPSFile {
    try MPSReader.read(Array(text.utf8), format: format)
  }

  static let textbook = """
    * max 3x + 5y
    NAME          TEXTBOOK
    ROWS
     N  COST
     L  LIM1
     G  LIM2
     E  MYEQN
    COLUMNS
        X1        COST               1.0   LIM1               1.0
        X1        LIM2               1.0
        X2        COST               2.0   LIM1               1.0
        X2        MYEQN             -1.0
        X3        COST              -1.0   MYEQN              1.0
    RHS
        RHS       LIM1               4.0   LIM2               1.0
        RHS       MYEQN              7.0
    RANGES
        RNG       LIM1               2.5
    BOUNDS
     UP BND       X1                 4.0
     LO BND       X2                -1.0
     UP BND       X2                 1.0
    ENDATA
    """

  @Test(arguments: MPSReader.Format.allCases)
  func `the classic example reads in every format`(format: MPSReader.Format) throws {
    let file = try read(Self.textbook, format: format)
    #expect(file.name == "TEXTBOOK")
    #expect(file.columnNames == ["X1", "X2", "X3"])
    #expect(file.rowNames == ["LIM1", "LIM2", "MYEQN"])
    let program = file.program
    #expect(program.cost == [1, 2, -1])
    #expect(program.rowLower == [1.5, 1, 7] && program.rowUpper == [4, .infinity, 7])
    #expect(program.columnLower == [0, -1, 0] && program.columnUpper == [4, 1, .infinity])
    #expect(program.coefficient == [1, 1, 1, -1, 1])
    // x1 = 1, x2 = −1 is ruled out by LIM1 ≥ 1.5: x1 + x2 ≥ 1.5 at cost x1 + 2·x2 − (7 + x2).
    let best = try #require(try solve(program).optimum)
    #expect(isClose(best.objective, 1.5 - 7))
  }

  @Test func `fixed entries may leave out the column's name, and end in comments`() throws {
    let text = """
      NAME          SHORT
      ROWS
       N  COST      $ what it costs, in all
       G  NEED
      COLUMNS
          X1        COST               2.0   NEED               1.0
          X2        COST               3.0   $ more to come
                    NEED               4.0
      RHS
          RHS       NEED               8.0
      ENDATA
      """
    let program = try read(text).program
    #expect(program.cost == [2, 3])
    #expect(program.coefficient == [1, 4])
    #expect(isClose(try #require(try solve(program).optimum).objective, 6))
    let nameless = text.replacingOccurrences(of: "    X1        COST", with: "              COST")
    #expect(throws: MPSError.self) { try read(nameless) }
  }

  @Test func `fixed columns keep names with blanks apart`() throws {
    let text = """
      NAME          BLANKS
      ROWS
       N  MY COST
       L  ROW ONE
      COLUMNS
          PLANT A   MY COST           -1.0   ROW ONE            2.0
      RHS
          RHS       ROW ONE            4.0
      ENDATA
      """
    let file = try read(text)
    #expect(file.columnNames == ["PLANT A"] && file.rowNames == ["ROW ONE"])
    #expect(isClose(try #require(try solve(file.program).optimum).objective, -2))
  }

  @Test func `maximising, offsets, markers and every kind of bound`() throws {
    let text = """
      NAME all kinds of things
      OBJSENSE
        MAX
      ROWS
       N obj
       L cap
       N note
      COLUMNS
       a obj 3 cap 1
       m1 'MARKER' 'INTORG'
       b obj 2 cap 1
       c cap 1d0
       m2 'MARKER' 'INTEND'
       d cap 1
       e note 1
       f cap 1
       g cap 1
       h cap 1
      RHS
       cap 10 obj -5
      BOUNDS
       UP bnd a 4
       LI bnd c 2
       UP bnd d -3
       FR bnd e
       MI bnd f
       FX bnd g 1.5
       BV bnd h
      ENDATA
      """
    let file = try read(text)
    let program = file.program
    #expect(file.isMaximised && file.name == "all kinds of things")
    #expect(program.cost == [-3, -2, 0, 0, 0, 0, 0, 0])
    #expect(program.objectiveOffset == -5)
    #expect(program.isInteger == [false, true, true, false, false, false, false, true])
    let infinity = Double.infinity
    #expect(program.columnLower == [0, 0, 2, -infinity, -infinity, -infinity, 1.5, 0])
    #expect(program.columnUpper == [4, 1, infinity, -3, infinity, infinity, 1.5, 1])
    #expect(program.rowLower == [-infinity, -infinity] && program.rowUpper == [10, infinity])
  }

  @Test(arguments: 1...60)
  func `what is written reads back as the same program`(seed: Int) throws {
    var random = Random(UInt64(seed))
    var program = randomProgram(
      &random, columns: random.whole(1...9), rows: random.whole(0...7), integer: seed % 3 == 0)
    for j in 0..<program.columnCount where random.whole(0...2) == 0 {
      let lower = [0, -Double.infinity, -2.25][random.whole(0...2)]
      program.setColumnBounds(j, lower: lower, upper: random.whole(0...1) == 0 ? .infinity : 7)
    }
    for i in 0..<program.rowCount where random.whole(0...4) == 0 {
      program.setRowBounds(i, lower: -.infinity, upper: .infinity)
    }
    if seed % 5 == 0 { program.objectiveOffset = 0.1 }
    let back = try MPSReader.read(MPSWriter(program).bytes()).program
    let extra = program.objectiveOffset == 0 ? 0 : 1
    #expect(Array(back.cost.dropLast(extra)) == program.cost)
    #expect(Array(back.columnLower.dropLast(extra)) == program.columnLower)
    #expect(Array(back.columnUpper.dropLast(extra)) == program.columnUpper)
    #expect(Array(back.isInteger.dropLast(extra)) == program.isInteger)
    #expect(back.rowLower == program.rowLower && back.rowUpper == program.rowUpper)
    #expect(back.rowStart == program.rowStart)
    #expect(entries(back) == entries(program))
  }

  /// The entries by row, columns ascending.
  private func entries(_ program: LinearProgram) -> [[Int32: Double]] {
    (0..<program.rowCount).map { i in
      var row: [Int32: Double] = [:]
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        row[program.columnIndex[k]] = program.coefficient[k]
      }
      return row
    }
  }

  static let broken: [(change: (String, String), line: Int, words: String)] = [
    (("ENDATA", ""), 20, "ENDATA"), ((" N  COST", " E  COST"), 20, "no N row"),
    ((" L  LIM1", " Q  LIM1"), 5, "‘Q’"), ((" L  LIM1", " L  LIM2"), 6, "two rows"),
    (("X1        LIM2               1.0", "X1        LIM1               1.0"), 10, "two entries"),
    (("X2        MYEQN             -1.0", "X1        MYEQN             -1.0"), 12, "goes on"),
    (("4.0   LIM2", "nan   LIM2"), 15, "finite"), (("4.0   LIM2", "1e999 LIM2"), 15, "finite"),
    (("4.0   LIM2", "0x10  LIM2"), 15, "finite"), (("4.0   LIM2", "1,5   LIM2"), 15, "finite"),
    ((" UP BND       X1", " SC BND       X1"), 20, "SC"),
    ((" UP BND       X1", " UP BND       X9"), 20, "X9"),
    (("LO BND       X2", "LO OTHER     X2"), 21, "second vector"),
    (("RANGES", "SOS1"), 17, "SOS1"), (("ROWS", "COLUMNS"), 3, "wrong place"),
    (("X1        COST", "X1        C\0ST"), 9, "zero byte"),
  ]

  @Test(arguments: broken.indices)
  func `what is wrong is told with its line`(index: Int) throws {
    let (change, line, words) = Self.broken[index]
    let text = Self.textbook.replacing(change.0, with: change.1)
    #expect(text != Self.textbook)
    let error = #expect(throws: MPSError.self) { try read(text, format: .free) }
    #expect(error?.line == line || line == 20)
    #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func `a bound on the wrong side of infinity and crossed bounds do not reach the solver`()
    throws
  {
    let text = Self.textbook.replacing("X1                 4.0", with: "X1       -Infinity")
    #expect(throws: MPSError.self) { try read(text) }
    let crossed = Self.textbook.replacing("X1                 4.0", with: "X1                -4.0")
      .replacing(" UP BND       X1", with: " LO BND       X1                  1\n UP BND       X1")
    let program = try read(crossed).program
    #expect(throws: SolverError.self) { try solve(program) }
  }
}
