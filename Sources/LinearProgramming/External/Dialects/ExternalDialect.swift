import Foundation

/// A solver that is owned apart and spoken to by its command line: what it is told, and how the files that it writes are
/// read.
///
/// The command runs in a folder of its own, which holds the program as `program.mps`. Names of files are relative to it,
/// so that no path needs quoting. One thread is asked for, so that the same program has the same answer.
protocol ExternalDialect {
  /// The command, as it is looked for on the search path.
  static var command: String { get }

  static func call(_ options: SolverOptions, hasIntegers: Bool) -> ExternalCall

  /// Reads what the command wrote; leaves the status `none` where it found no answer.
  /// - Throws: `ExternalFault` where a file is not of the solver's format.
  static func read(
    _ files: ExternalFiles, hasIntegers: Bool, into answer: inout ExternalAnswer
  ) throws(ExternalFault)
}

/// Arguments, and what is said on standard input.
struct ExternalCall {
  var arguments: [String]
  var input: String?
}

/// What is wrong with a solver's file, in words.
struct ExternalFault: Error {
  var words: String

  init(_ words: String) { self.words = words }

  init(in file: String, line: Int? = nil, found: some StringProtocol, expected: String) {
    let place = line.map { "\(file), line \($0)" } ?? file
    words = "\(place): found '\(ExternalFiles.shown(found))', expected \(expected)"
  }
}

/// What a solver left in its folder, and what it said.
struct ExternalFiles {
  static let program = "program.mps"

  let folder: URL
  let log: String

  /// Nil where there is no such file, or an empty one.
  func text(_ name: String) -> String? {
    guard let bytes = try? Data(contentsOf: folder.appendingPathComponent(name)), !bytes.isEmpty
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The lines of what it said, in small letters.
  var said: [String] { log.lowercased().split(whereSeparator: \.isNewline).map(String.init) }

  func says(_ words: String...) -> Bool {
    let log = log.lowercased()
    return words.contains { log.contains($0) }
  }

  /// The last number that follows these words in what it said.
  func number(after words: String) -> Double? {
    guard let range = log.range(of: words, options: [.backwards, .caseInsensitive]) else {
      return nil
    }
    let rest = log[range.upperBound...].drop { $0 == " " || $0 == ":" || $0 == "=" }
    return Double(rest.prefix { $0.isNumber || ".e-+".contains($0) })
  }

  /// At most 160 characters that a terminal can show.
  static func shown(_ text: some StringProtocol) -> String {
    let plain = text.unicodeScalars.prefix(160).map { scalar -> Character in
      scalar.value < 0x20 || 0x7f...0x9f ~= scalar.value ? " " : Character(scalar)
    }
    return String(plain).trimmingCharacters(in: .whitespaces)
  }

  /// A finite number at a place of a file.
  static func number(
    _ text: some StringProtocol, in file: String, line: Int
  ) throws(ExternalFault) -> Double {
    guard let value = Double(text), value.isFinite else {
      throw ExternalFault(in: file, line: line, found: text, expected: "a number")
    }
    return value
  }
}

extension ExternalSolver.Kind {
  /// Nil for solvers that are spoken to in another way.
  var dialect: (any ExternalDialect.Type)? {
    switch self {
    case .gurobi: GurobiDialect.self
    case .cplex: CPLEXDialect.self
    case .xpress: XpressDialect.self
    case .mosek: MOSEKDialect.self
    case .copt: COPTDialect.self
    case .glpsol, .highs, .clp, .cbc, .glop: nil
    }
  }
}
