import Foundation
import Support

/// Where the numbers of a model come from and how good the evidence is, as its own comments say: a line that holds a
/// number ends in a comment with keys of a bibliography in brackets, or with the words `analogy:` or `assumption:`.
///
///     existing: 45 kt/yr          # [mcs2026]
///     capex: 62.5 kUSD/(t/yr)     # derived: 50 * 1.25 = 62.5 [mp_q4_2025], analogy: overrun, mean of mines
///     permit: 3 years             # assumption: like the mine next door
///
/// A row of a table says so in its column `#`. The bibliography is `sources.csv` beside the model:
/// `key,title,publisher,date,url,grade`.
public struct NumberSources: Sendable {
  public struct Line: Sendable {
    /// The file as it is named in messages.
    public var file: String
    public var number: Int
    /// Dotted keys down to the line; of a table the id of the row.
    public var path: String
    /// The line without its comment.
    public var text: String
    public var marks: SourceMarks
    /// The weakest of what the line rests on; nil where nothing of it has a grade.
    public var grade: EvidenceGrade?
    public var keys: [String] { marks.keys }
    public var assumption: String? { marks.assumption }
    public var hasSource: Bool { marks.saysSource }
  }
  public struct Entry: Sendable {
    public var key: String
    public var title: String
    public var publisher: String
    /// As it is written.
    public var date: String
    public var url: String
    /// nil where `date` is none.
    public var published: CalendarDate?
    /// nil where it has none that a source may have.
    public var grade: EvidenceGrade?
    /// Lines with numbers that name it.
    public var lineCount = 0
    /// Whether anything names it: a line, another comment, or a row of `base-year.csv`.
    public var isCited = false
  }
  /// Lines that hold numbers, in the order of the files.
  public private(set) var lines: [Line] = []
  public private(set) var bibliography: [Entry] = []
  /// The day as of which the model's data stand.
  public let asOf: CalendarDate?
  /// Everything that is wrong, in the order of the files: numbers without a grade, keys that the bibliography lacks,
  /// derivations that give another number, sources without date or grade.
  public private(set) var problems: [Diagnostic] = []

  /// A source that was published longer ago than this many months is listed as stale.
  public static let staleMonths = 24

  /// Lines whose numbers have neither a source nor an analogy nor an assumption.
  public var bare: [Line] { lines.filter { !$0.hasSource } }
  /// Lines without a grade: the bare ones, and those whose sources have none.
  public var ungraded: [Line] { lines.filter { $0.grade == nil } }
  /// Keys that lines name and the bibliography lacks, each once, in order.
  public var unknownKeys: [String] {
    let known = Set(bibliography.map(\.key))
    var seen = Set<String>()
    return lines.flatMap(\.keys).filter { !known.contains($0) && seen.insert($0).inserted }
  }
  /// How many lines have a grade.
  public func count(_ grade: EvidenceGrade) -> Int { lines.count { $0.grade == grade } }
  /// Sources that are older than `staleMonths` on the day of the model; none where it has no day.
  public var stale: [Entry] {
    guard let asOf else { return [] }
    return bibliography.filter {
      $0.published?.isOlder(thanMonths: Self.staleMonths, before: asOf) == true
    }
  }
  public var uncited: [Entry] { bibliography.filter { !$0.isCited } }

  /// The grades of numbers, in their order; nil where a number's line has none.
  public func grades(of numbers: ModelNumbers) -> [EvidenceGrade?] {
    var grades: [SourceLocation: EvidenceGrade] = [:]
    for line in lines {
      grades[SourceLocation(file: line.file, line: line.number, column: 0)] = line.grade
    }
    return numbers.numbers.map { number in
      let place = number.location
      return grades[SourceLocation(file: place.file, line: place.line, column: 0)]
    }
  }

  /// Reads the comments of a model file, and `sources.csv` beside it.
  /// - Throws: `ModelErrors` where the file is no model, or a file cannot be read.
  public init(path: String) throws(ModelErrors) {
    try self.init(try ModelDocument.read(path: path))
  }

  /// Reads the comments of a model's files, and `sources.csv` beside them.
  /// - Throws: `ModelErrors` where that file cannot be read.
  public init(_ document: ModelDocument) throws(ModelErrors) {
    asOf = document.base.asOf
    let log = DiagnosticLog(files: document.files)
    let folder = document.folder
    if let file = try Self.add("sources.csv", in: folder, to: log) {
      bibliography = Bibliography(file: file, log: log).entries
    }
    var citations = Set<String>()
    let known = Dictionary(
      bibliography.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    for (number, file) in document.files.enumerated() {
      let reader = CommentReader(files: document.files, number: number)
      for found in number == 0 ? reader.lines() : reader.rows() {
        citations.formUnion(found.marks.keys)
        guard found.holdsNumber else { continue }
        var line = Line(
          file: file.name, number: Int(found.position.line), path: found.path, text: found.text,
          marks: found.marks)
        Self.grade(&line, known, at: found.position, log)
        lines.append(line)
      }
    }
    if let file = try Self.add(BaseYear.fileName, in: folder, to: log) {
      citations.formUnion(BaseYear.sources(file: file, files: log.files))
    }
    for index in bibliography.indices {
      let key = bibliography[index].key
      bibliography[index].lineCount = lines.count { $0.keys.contains(key) }
      bibliography[index].isCited = citations.contains(key)
    }
    problems = log.errors.diagnostics
  }

  /// The number of a file beside the model; nil where there is none.
  private static func add(
    _ name: String, in folder: String?, to log: DiagnosticLog
  ) throws(ModelErrors) -> Int? {
    guard let folder else { return nil }
    let path = folder == "." ? name : PathText.joined(folder, name)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do throws(FileReader.Problem) {
      var bytes = try FileReader.bytes(path: path)
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
      return log.add(SourceFile(name: path, bytes: bytes))
    } catch {
      throw ModelErrors(
        diagnostics: [
          Diagnostic(
            message: "the file \(error.message)", file: path, line: 1, column: 1,
            suggestion: error.suggestion)
        ])
    }
  }

  /// Finds the grade of a line and tells what is wrong with its comment.
  private static func grade(
    _ line: inout Line, _ known: [String: Entry], at position: Position, _ log: DiagnosticLog
  ) {
    let marks = line.marks
    var grades: [EvidenceGrade] = marks.keys.compactMap { known[$0]?.grade }
    if marks.analogy != nil { grades.append(.d) }
    if marks.assumption != nil { grades.append(.e) }
    line.grade = grades.max()
    for key in marks.keys where known[key] == nil {
      log.error(
        "there is no source `\(key.escapedForDisplay(limit: 80))`", at: position, found: key,
        expected: "a key of sources.csv",
        help: Spelling.nearest(to: key, in: known.keys.sorted()).map { "did you mean `\($0)`?" })
    }
    for (mark, words) in [("analogy", marks.analogy), ("assumption", marks.assumption)]
    where words?.isEmpty == true {
      log.error(
        "`\(mark):` gives no reason", at: position, expected: "`\(mark): why this number`")
    }
    for derivation in marks.derivations {
      guard let problem = derivation.problem else { continue }
      log.error(
        problem.message + " (\(derivation.expression.escapedForDisplay(limit: 80)))", at: position,
        found: derivation.value, expected: problem.expected, help: problem.help)
    }
    guard !marks.saysSource else { return }
    log.error(
      marks.derivations.isEmpty
        ? "the line does not say where its number comes from"
        : "the line does not say what its derivation rests on",
      at: position,
      expected: "a comment with a key of sources.csv in brackets, `analogy: …` or `assumption: …`")
  }
}
