import Foundation
import TestSupport
import Testing

@testable import SupplyChain

/// Files that are broken, or made to break a reader.
@Suite struct HostileInputTests {
  private func problems(_ text: String) -> [String] { Example.problems(text) }

  private func problems(_ bytes: [UInt8]) -> [String] {
    do throws(ModelErrors) {
      _ = try ModelDocument.read(bytes: bytes)
      return []
    } catch {
      return error.diagnostics.map { "\($0.line):\($0.column): \($0.message)" }
    }
  }

  private func problem(path: String) -> String? {
    do throws(ModelErrors) {
      _ = try ModelDocument.read(path: path)
      return nil
    } catch {
      return error.diagnostics.first?.message
    }
  }

  @Test func `an alias bomb is refused`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let items = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(problems(text) == ["6:10: aliases repeat more than 100000 values"])
  }

  @Test func `small aliases work`() throws {
    let text = Example.small("price: 60 USD/kg", "price: &p { 2026: 6 USD/kg }")
      .replacing("price: 5 USD/kg", with: "price: *p")
    #expect(try Example.read(text).base.imports[1].price?.level(2026) == 6000)
  }

  @Test(arguments: [
    ("a: &a [*a]", "1:8: `*a` refers to no anchor above it"),
    ("a: *b", "1:4: `*b` refers to no anchor above it"),
    ("a: *.b", "1:5: YAML: a value that begins with `*` is not text"),
    ("? [a]\n: b", "1:3: a key must be text"),
    ("{{a: b}: c}", "1:2: a key must be text"),
    ("a: &x [1]\n*x : 2", "2:1: a key must be text"),
    ("a: 1\n---\nb: 1", "2:1: the file holds a second document"),
    ("a: b: c", "1:5: YAML: mapping values are not allowed in this context"),
    ("a:\n\tb: 1", "2:1: YAML: a tab is used for indentation"),
    ("a: %", "1:4: YAML: a value cannot begin with `%`"),
    ("hello", "1:1: the file is not a model"),
    ("[1, 2]", "1:1: the file is not a model"),
    ("", "0:0: the file is empty"),
    ("# only a comment\n", "0:0: the file is empty"),
    ("~", "0:0: the file is empty"),
  ])
  func `broken YAML is answered with its place`(text: String, problem: String) {
    #expect(problems(text) == [problem])
  }

  @Test func `tags and merge keys are refused`() {
    let text = Example.small("name: Small", "name: !!str Small\n<<: { description: x }")
    #expect(
      problems(text) == ["2:7: tags are not supported", "3:1: merge keys are not supported"])
  }

  @Test func `duplicate keys name both lines and do not hide other problems`() {
    let text = Example.small("country: AU", "country: AU\n    country: US\n    opx: 1")
    #expect(
      problems(text) == [
        "27:5: duplicate key `country`, first on line 26",
        "28:5: unknown key `opx` in facilities.plant",
      ])
  }

  @Test(arguments: ["[", "{a: ", "- ", "? ", "a:\n", "[[[[]]]],"])
  func `deep nesting is refused at once`(piece: String) {
    var text = String(repeating: piece, count: 20_000)
    if piece == "a:\n" {
      text = (0..<2000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
    }
    #expect(!problems(text).isEmpty)
  }

  @Test func `a huge scalar is read`() {
    let text = Example.small("name: Small", "name: " + String(repeating: "x", count: 5_000_000))
    #expect(problems(text) == ["2:7: name is longer than 200 characters"])
    let number = Example.small(
      "price: 10 USD/kg", "price: " + String(repeating: "1", count: 1_000_000))
    #expect(problems(number).count == 1)
  }

  @Test func `what is not text is refused`() {
    #expect(
      problems([0x61, 0x0A, 0x62, 0xFF]) == ["2:2: the file is not UTF-8 text: byte 3 is 0xff"])
    #expect(problems([0x61, 0x3A, 0x00]) == ["1:3: the file is not text: byte 2 is 0"])
    #expect(problems([0xFF, 0xFE, 0x61, 0x00]) == ["1:1: the file is UTF-16"])
    #expect(
      problems([0x61, 0x3A, 0x20, 0x1B]) == [
        "1:4: YAML: the file is not text: byte 3 is a control character"
      ])
    #expect(problems([0xC3]).count == 1)
    #expect(problems([0xED, 0xA0, 0x80]).count == 1)
    #expect(problems((0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) }).count == 1)
  }

  @Test(
    arguments: [
      ([0x50, 0x4B, 0x03, 0x04, 0x14, 0x00], "an Excel workbook or another zip archive"),
      ([0xD0, 0xCF, 0x11, 0xE0, 0xA1], "an old Excel workbook or another Office document"),
      (Array("%PDF-1.7 \u{0}".utf8), "a PDF document"),
      (Array("SQLite format 3\u{0}".utf8), "a SQLite database"),
      ([0x1F, 0x8B, 0x08], "compressed with gzip"), ([0xFE, 0xFF, 0x00], "UTF-16"),
    ] as [([UInt8], String)])
  func `a file of another kind is named and not shown`(bytes: [UInt8], words: String) throws {
    #expect(problems(bytes) == ["1:1: the file is \(words)"])
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("kind-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let noise = bytes + (0..<60).map { UInt8($0 % 7) }
    try Data(noise).write(to: folder.appendingPathComponent("t.csv"))
    let model = folder.appendingPathComponent("m.yaml")
    try Data((Example.small(adding: "tables: { imports: t.csv }")).utf8).write(to: model)
    let errors = try #require(throws: ModelErrors.self) {
      try ModelDocument.read(path: model.path)
    }
    #expect(errors.description.contains("the table is \(words)"))
    #expect(!errors.description.contains("\\u{"), "\(errors.description)")
  }

  @Test func `a thousands mark in a flow mapping is told for what it is`() throws {
    let errors = try #require(throws: ModelErrors.self) {
      try Example.read(
        Example.small(adding: "stockpiles: { more: { commodity: oxide, max: 3,000 t } }"))
    }
    #expect(errors.diagnostics.contains { $0.suggestion?.contains("without it") == true })
  }

  @Test func `line ends and a byte order mark are accepted`() throws {
    let text = "\u{FEFF}" + Example.small.replacing("\n", with: "\r\n")
    #expect(try Example.read(text).base.facilities.count == 2)
  }

  @Test func `only regular files are read`() throws {
    let folder = FileManager.default.temporaryDirectory.path
    let fifo = folder + "/fifo-\(UUID().uuidString)"
    #expect(mkfifo(fifo, 0o600) == 0)
    defer { unlink(fifo) }
    #expect(problem(path: fifo) == "is not a regular file")
    #expect(problem(path: "/dev/zero") == "is not a regular file")
    #expect(problem(path: folder) == "is a folder, not a file")
    #expect(problem(path: folder + "/none.yaml") == "cannot be opened: there is no such file")
    #expect(problem(path: "") == "there is no file name")
    #expect(problem(path: "a\u{0}b") == "there is no file name")
  }

  @Test func `a file of more than 64 MB is refused unread`() throws {
    let path = FileManager.default.temporaryDirectory.path + "/big-\(UUID().uuidString)"
    let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
    defer { unlink(path) }
    #expect(ftruncate(descriptor, 3 << 30) == 0)
    close(descriptor)
    #expect(problem(path: path) == "is larger than 64 MB")
  }

  @Test func `a truncated or garbled model never traps`() {
    let bytes = Array(Example.page.utf8)
    for length in stride(from: 0, to: bytes.count, by: 67) {
      _ = problems(Array(bytes[..<length]))
    }
    var random = Random(1)
    let marks = Array("{}[]:,-*&?|>%0123456789.e\"' \n#aM/()".utf8)
    for _ in 0..<150 {
      var garbled = bytes
      for _ in 0..<3 { garbled[random.below(garbled.count)] = random.element(marks) }
      _ = problems(garbled)
    }
  }

  @Test func `a thousand problems are quick`() {
    let entries = (0..<3000).map { "  y\($0): { commodity: oxyde\($0), country: ZZ, limit: 1 }" }
    let text = Example.small("imports:\n", "imports:\n" + entries.joined(separator: "\n") + "\n")
    let clock = ContinuousClock()
    let time = clock.measure { #expect(problems(text).count == 9000) }
    #expect(time < .seconds(5))
  }
}
