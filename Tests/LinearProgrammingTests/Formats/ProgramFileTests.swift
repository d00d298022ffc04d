import Foundation
import TestSupport
import Testing

@testable import LinearProgramming

@Suite struct ProgramFileTests {
  private func read(_ text: String, as name: String) throws -> ProgramFile {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lodestone-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: path)
    return try ProgramFile(path: path.path)
  }

  private func fault(_ text: String, as name: String) -> ProgramFileError? {
    do {
      _ = try read(text, as: name)
      return nil
    } catch {
      return error as? ProgramFileError
    }
  }

  static let maximised = """
    set I := 1..2;
    param gain{I};
    var x{i in I}, >= 0, <= 4;
    var n, integer, >= -3, <= 9;
    maximize worth: sum{i in I} gain[i] * x[i] + 10;
    s.t. both: 1 <= x[1] + 3 * x[2] <= 6;
    s.t. tied: n = x[1] - 1;
    data;
    param gain := 1 1 2 2;
    end;
    """

  @Test func `a MathProg model with its data is a program to be minimised`() throws {
    let file = try read(Self.maximised, as: "small.mod")
    let program = file.program
    #expect(file.isMaximised)
    #expect(program.columnCount == 3 && program.rowCount == 2)
    #expect(program.cost == [-1, -2, 0] && program.objectiveOffset == -10)
    #expect(program.rowLower == [1, -1] && program.rowUpper == [6, -1])
    #expect(program.columnLower == [0, 0, -3] && program.columnUpper == [4, 4, 9])
    #expect(program.isInteger == [false, false, true])
    #expect(program.name(ofColumn: 1) == "x[2]" && program.name(ofRow: 0) == "both")
    // x1 = 4, x2 = 2/3: worth 4 + 4/3 + 10.
    let best = try #require(try solve(program).optimum)
    #expect(isClose(best.objective, -(4 + 4.0 / 3 + 10)))
  }

  @Test func `what the MathProg writer writes has the same optimum`() throws {
    let counted = try (1...20).count { try isWrittenAlike($0) }
    #expect(counted >= 18)
  }

  /// Whether the program of a seed has an optimum; then the written one has the same.
  private func isWrittenAlike(_ seed: UInt64) throws -> Bool {
    var random = Random(seed)
    var program = randomProgram(&random, columns: 8, rows: 6, integer: seed % 2 == 0)
    let free = program.addColumn(lower: -.infinity, upper: .infinity, cost: 0.25)
    let fixed = program.addColumn(lower: 1.5, upper: 1.5, cost: 1)
    program.addRow(lower: -7, upper: 1e-5, [(free, 1), (0, -0.1)])
    program.addRow(lower: 2, upper: 2, [(free, 1), (fixed, 1), (1, 3), (2, 3), (3, 3)])
    program.objectiveOffset = -12.5
    let text = String(decoding: MathProgWriter(program).bytes(), as: UTF8.self)
    let file = try read(text, as: "written.mod")
    #expect(file.program.integerCount == program.integerCount)
    let expected = try solve(program).optimum?.objective
    let found = try solve(file.program).optimum?.objective
    #expect((expected == nil) == (found == nil), "seed \(seed)")
    guard let expected, let found else { return false }
    #expect(isClose(expected, found), "seed \(seed)")
    return true
  }

  @Test func `what the LP writer writes reads back the same`() throws {
    // The reader numbers columns as it meets them.
    var program = LinearProgram()
    let x = program.addColumn(lower: 0, upper: 4, cost: -1)
    let y = program.addColumn(lower: -.infinity, upper: .infinity, cost: -2)
    let n = program.addColumn(lower: 1, upper: 7, cost: 0.5, integer: true)
    program.addRow(lower: -.infinity, upper: 6, [(x, 1), (y, 3)])
    program.addRow(lower: 2, upper: 2, [(y, -1), (n, 1)])
    program.addRow(lower: -8, upper: .infinity, [(x, 1.0 / 3), (n, -1)])
    let text = String(decoding: LPWriter(program).bytes(), as: UTF8.self)
    let again = try read(text, as: "again.LP").program
    #expect(again.cost == program.cost && again.isInteger == program.isInteger)
    #expect(again.rowLower == program.rowLower && again.rowUpper == program.rowUpper)
    #expect(again.columnLower == program.columnLower && again.columnUpper == program.columnUpper)
    #expect(again.columnIndex == program.columnIndex && again.coefficient == program.coefficient)
  }

  @Test func `an MPS file is read by our own reader`() throws {
    let file = try read(MPSReaderTests.textbook, as: "textbook.mps")
    #expect(file.program.rowCount == 3 && !file.isMaximised)
    #expect(fault("NAME\nROWS\n Q COST\nENDATA\n", as: "bad.mps")?.line == 3)
  }

  @Test func `complaints of GLPK's readers name the line`() {
    #expect(fault("Minimize\n obj: x\nSubject To\n c: x >= 1 1\nEnd\n", as: "a.lp")?.line == 4)
    #expect(fault("", as: "empty.lp") != nil)
    let unknown = fault("var x >= 0;\nminimize z: y;\nend;\n", as: "b.mod")
    #expect(unknown?.line == 2)
    #expect(unknown?.message.contains("y not defined") == true)
    let missing = fault("param a{1..3};\nvar x;\ns.t. c: x >= a[2];\nend;\n", as: "c.mod")
    #expect(missing?.line == 3)
    #expect(missing?.message.contains("no value for a[2]") == true)
  }

  @Test func `a model may not touch other files`() {
    let marker = FileManager.default.temporaryDirectory
      .appendingPathComponent("lodestone-\(UUID().uuidString)").path
    let printed = fault(
      "var x >= 0;\nfor {i in 1..2} { printf \"%d\", i >> \"\(marker)\"; }\nend;\n", as: "a.mod")
    #expect(printed?.line == 2 && printed?.message.contains("printf") == true)
    let table = fault(
      "set I;\n/* ; */ table t IN 'CSV' '/etc/hostname': I <- [a];\nend;\n", as: "b.mod")
    #expect(table?.line == 2 && table?.message.contains("table") == true)
    #expect(!FileManager.default.fileExists(atPath: marker))
    // Printing to the terminal is only dropped.
    #expect(
      fault(
        "var x >= 0;\nminimize z: x;\nprintf {i in 1..2: i > 1} \"> %d\", i;\nend;\n", as: "c.mod")
        == nil)
  }

  @Test func `hostile models end with words instead of a crash`() {
    let nested = "param a := " + String(repeating: "(", count: 190_000) + ";\nend;\n"
    #expect(fault(nested, as: "nested.mod") != nil)
    let deeper = "param a := " + String(repeating: "(", count: 2_000_000) + ";\nend;\n"
    #expect(fault(deeper, as: "deeper.mod")?.message.contains("nest too deeply") == true)
    #expect(fault("param a := \u{1}2;\nend;\n", as: "control.mod") != nil)
    #expect(fault("var x", as: "cut.mod") != nil)
    #expect(fault("param a := 1e400;\nend;\n", as: "huge.mod") != nil)
    let endless = """
      param f{i in 0..5000000} := if i = 0 then 0 else f[i-1] + 1;
      var x >= f[5000000];
      minimize z: x;
      end;
      """
    #expect(fault(endless, as: "endless.mod")?.message.contains("nest too deeply") == true)
    // The process goes on to read the next file.
    #expect(fault(Self.maximised, as: "small.mod") == nil)
  }

  @Test func `paths that are no files are refused`() {
    #expect(throws: ProgramFileError.self) { try ProgramFile(path: "/nowhere/a.mps") }
    #expect(throws: ProgramFileError.self) { try ProgramFile(path: "/dev/zero", format: .lp) }
    #expect(throws: ProgramFileError.self) { try ProgramFile(path: "/tmp", format: .mod) }
    #expect(throws: ProgramFileError.self) { try ProgramFile(path: "/etc/hostname") }
  }
}
