import Foundation
import TestSupport
import Testing

@testable import LinearProgramming

@Suite struct WriterTests {
  private var sample: LinearProgram {
    var program = LinearProgram()
    program.objectiveOffset = 2.5
    program.addColumn(lower: 0, upper: 4, cost: -1)
    program.addColumn(lower: -.infinity, upper: 7.25, cost: 0.1)
    program.addColumn(lower: 1, upper: 3, cost: 0, integer: true)
    program.addColumn(lower: -.infinity, upper: .infinity, cost: 1e-7)
    program.addColumn(lower: 2, upper: 2, cost: 0)
    program.addRow(lower: -.infinity, upper: 6, [(0, 1), (1, 3)])
    program.addRow(lower: -2, upper: 5, [(0, 1), (2, -1), (3, 0.3)])
    program.addRow(lower: 1, upper: .infinity, [(1, 1), (3, 1)])
    program.addRow(lower: 3, upper: 3, [(3, 1), (4, 1)])
    return program
  }

  @Test func `a free MPS file is written as expected`() {
    let text = String(decoding: MPSWriter(sample).bytes(), as: UTF8.self)
    #expect(
      text == """
        NAME lodestone FREE
        ROWS
         N obj
         L r1
         L r2
         G r3
         E r4
        COLUMNS
         c1 obj -1
         c1 r1 1
         c1 r2 1
         c2 obj 0.1
         c2 r1 3
         c2 r3 1
         M1 'MARKER' 'INTORG'
         c3 r2 -1
         M2 'MARKER' 'INTEND'
         c4 obj 1e-07
         c4 r2 0.3
         c4 r3 1
         c4 r4 1
         c5 r4 1
         objective_constant obj 2.5
        RHS
         RHS r1 6
         RHS r2 5
         RHS r3 1
         RHS r4 3
        RANGES
         RNG r2 7
        BOUNDS
         UP BND c1 4
         MI BND c2
         UP BND c2 7.25
         LO BND c3 1
         UP BND c3 3
         FR BND c4
         FX BND c5 2
         FX BND objective_constant 1
        ENDATA

        """)
  }

  @Test func `an LP file is written as expected`() {
    let text = String(decoding: LPWriter(sample).bytes(), as: UTF8.self)
    #expect(
      text == """
        Minimize
         obj: - c1 + 0.1 c2 + 1e-07 c4 + 2.5 objective_constant
        Subject To
         r1: + c1 + 3 c2 <= 6
         r2: + c1 - c3 + 0.3 c4 - range_r2 = 0
         r3: + c2 + c4 >= 1
         r4: + c4 + c5 = 3
        Bounds
         objective_constant = 1
         0 <= c1 <= 4
         -inf <= c2 <= 7.25
         1 <= c3 <= 3
         c4 free
         c5 = 2
         -2 <= range_r2 <= 5
        Generals
         c3
        End

        """)
  }

  @Test func `names of people become plain and unique`() {
    var program = LinearProgram()
    program.addColumns(5)
    program.columnName = { ["Mine A, 2030", "Mine A. 2030", "e5", "free", "Mine A, 2030"][$0] }
    let text = String(decoding: MPSWriter(program, names: .program).bytes(), as: UTF8.self)
    for name in ["Mine_A__2030 ", "Mine_A._2030 ", "c_e5 ", "c_free ", "Mine_A__2030_5 "] {
      #expect(text.contains(" \(name)"))
    }
  }

  @Test func `large files reach the sink in pieces`() throws {
    let program = transportProgram(plants: 40, markets: 60, seed: 1)
    let writer = MPSWriter(program)
    var pieces = 0
    var bytes: [UInt8] = []
    try writer.write {
      pieces += 1
      bytes.append(contentsOf: $0)
    }
    #expect(pieces > 1)
    #expect(bytes == MPSWriter(program).bytes())
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/glpsol")), arguments: 0..<6)
  func `another program reads both files and finds the same optimum`(seed: Int) throws {
    var random = Random(UInt64(60 + seed))
    var program = randomProgram(&random, columns: 6, rows: 5, integer: seed % 2 == 1)
    program.objectiveOffset = 3.125
    let expected = try solve(program).optimum?.objective
    for (writer, option) in [
      (MPSWriter(program).bytes(), "--freemps"), (LPWriter(program).bytes(), "--lp"),
    ] {
      let found = try glpsol(writer, option)
      if let expected {
        #expect(isClose(try #require(found), expected, 1e-5), "\(option)")
      }
    }
  }

  private func glpsol(_ bytes: [UInt8], _ option: String) throws -> Double? {
    let folder = FileManager.default.temporaryDirectory.path + "/lp-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(bytes).write(to: URL(fileURLWithPath: folder + "/model"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/glpsol")
    process.arguments = [option, folder + "/model", "-w", folder + "/answer"]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let answer = try String(contentsOfFile: folder + "/answer", encoding: .utf8)
    // “s bas rows columns f f value” or “s mip rows columns o value”.
    guard let line = answer.split(separator: "\n").first(where: { $0.hasPrefix("s ") }) else {
      return nil
    }
    let words = line.split(separator: " ")
    let isOptimal = words[1] == "bas" ? words[4] == "f" && words[5] == "f" : words[4] == "o"
    return isOptimal ? words.last.flatMap { Double($0) } : nil
  }
}
