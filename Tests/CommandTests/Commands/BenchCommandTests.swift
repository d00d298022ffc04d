import Foundation
import Testing

@Suite struct BenchCommandTests {
  @Test func `a benchmark measures every phase and method and agrees with itself`() throws {
    let folder = try TemporaryFolder()
    let model = try folder.write("model.yaml", smallModel)
    let result = try Program.run(
      [
        "bench", model, "--generate", "facilities=6,years=4", "--method", "auto,dual",
        "--repeat", "1", "--json",
      ], in: folder)
    #expect(result.code == 0)
    let reports = try #require(result.json["benchmarks"] as? [[String: Any]])
    #expect(reports.count == 2)
    for report in reports {
      let phases = try #require(report["phases"] as? [String: [Double]])
      for phase in ["read", "build", "load", "dependency", "public_cost", "verify", "plan"] {
        #expect(phases[phase]?.count == 1, "\(phase)")
      }
      let contenders = try #require(report["contenders"] as? [[String: Any]])
      #expect(contenders.count == 2)
      #expect(contenders.allSatisfy { $0["agrees"] as? Bool == true })
    }
  }

  @Test func `programs in files are measured like models`() throws {
    let folder = try TemporaryFolder()
    let small = try folder.write(
      "small.mod", "var x >= 1, <= 4, integer;\nmaximize z: 2 * x;\ns.t. c: 2 * x <= 5;\nend;\n")
    let plain = try folder.write(
      "plain.lp", "Minimize\n obj: x + y\nSubject To\n c: x + 2 y >= 3\nEnd\n")
    let bad = try folder.write("bad.lp", "Minimize\n obj: x\nSubject To\n c: x >= 1 1\nEnd\n")
    let result = try Program.run(
      ["bench", small, plain, "--repeat", "1", "--json"], in: folder)
    #expect(result.code == 0)
    let reports = try #require(result.json["benchmarks"] as? [[String: Any]])
    let objectives = reports.compactMap { report in
      (report["contenders"] as? [[String: Any]])?.first?["objective"] as? Double
    }
    // Whole-number rules are dropped unless `--discrete` keeps them.
    #expect(objectives == [5, 1.5])
    let refused = try Program.run(["bench", bad, "--repeat", "1"], in: folder)
    #expect(refused.code == 1 && refused.output.contains("line 4"))
  }

  /// At most 2x + y + 3 with x ≤ 4, y ≤ 5, x + y ≤ 6 is 2·4 + 2 + 3 = 13; at least it is 3.
  private static let formats: [(format: String, text: @Sendable (String) -> String)] = [
    (
      "mps",
      { sense in
        """
        NAME p
        OBJSENSE
            \(sense.uppercased())
        ROWS
         N z
         L c
        COLUMNS
         x z 2 c 1
         y z 1 c 1
        RHS
         rhs c 6 z -3
        BOUNDS
         UP b x 4
         UP b y 5
        ENDATA
        """
      }
    ),
    (
      "lp",
      { sense in
        """
        \(sense == "max" ? "Maximize" : "Minimize")
         z: 2 x + y + 3 one
        Subject To
         c: x + y <= 6
        Bounds
         x <= 4
         y <= 5
         one = 1
        End
        """
      }
    ),
    (
      "mod",
      { sense in
        """
        var x >= 0, <= 4;
        var y >= 0, <= 5;
        \(sense)imize z: 2 * x + y + 3;
        s.t. c: x + y <= 6;
        end;
        """
      }
    ),
  ]

  @Test(arguments: ["max", "min"])
  func `the objective has the sign of the file, in every format`(sense: String) throws {
    let folder = try TemporaryFolder()
    let files = try Self.formats.map { format in
      try folder.write("p.\(format.format)", format.text(sense) + "\n")
    }
    let result = try Program.run(
      ["bench"] + files + ["--repeat", "1", "--method", "auto,dual,glpk", "--json"], in: folder)
    #expect(result.code == 0)
    let reports = try #require(result.json["benchmarks"] as? [[String: Any]])
    #expect(reports.count == 3)
    for report in reports {
      #expect((report["size"] as? [String: Any])?["maximised"] as? Bool == (sense == "max"))
      let contenders = try #require(report["contenders"] as? [[String: Any]])
      for contender in contenders {
        #expect(contender["objective"] as? Double == (sense == "max" ? 13 : 3))
        #expect(contender["agrees"] as? Bool == true)
        #expect(contender["verified"] as? Bool == true)
      }
    }
  }

  /// A program that cannot be read, or whose numbers are none, ends with exit code 1 and says why.
  @Test(arguments: [
    (
      "crossed.mps",
      "ROWS\n N z\n L c\nCOLUMNS\n x z 1 c 1\nBOUNDS\n LO b x 5\n UP b x 1\nENDATA\n"
    ),
    ("crossed.lp", "Minimize\n z: x\nSubject To\n c: x >= 0\nBounds\n 5 <= x <= 1\nEnd\n"),
    ("crossed.mod", "var x >= 5, <= 1;\nminimize z: x;\ns.t. c: x >= 0;\nend;\n"),
    ("number.mps", "ROWS\n N z\n L c\nCOLUMNS\n x z 1 c nan\nENDATA\n"),
    ("huge.mps", "ROWS\n N z\n L c\nCOLUMNS\n x z 1 c 1e400\nENDATA\n"),
    ("empty.lp", ""), ("section.mps", "ROWS\n N z\nNONSENSE\nENDATA\n"),
    ("empty.mps", "ROWS\n N z\nCOLUMNS\nENDATA\n"),
  ])
  func `an invalid program ends with an error`(name: String, text: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(name, text)
    let result = try Program.run(["bench", file, "--repeat", "1", "--json"], in: folder)
    #expect(result.code == 1, "\(result.output)")
    let reports = try #require(result.json["benchmarks"] as? [[String: Any]])
    let problem = reports.first?["problem"] as? String
    #expect(problem?.isEmpty == false)
  }

  @Test func `what cannot be benchmarked is said`() throws {
    let folder = try TemporaryFolder()
    #expect(try Program.run(["bench"], in: folder).code == 2)
    #expect(try Program.run(["bench", "nowhere.yaml"], in: folder).code == 1)
    #expect(try Program.run(["bench", "--generate", "size=4"], in: folder).code == 2)
  }
}
