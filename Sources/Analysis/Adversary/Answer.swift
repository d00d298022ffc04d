import SupplyChain

/// A set of moves that an adversary may make together, each with the year in which it begins where that is its choice.
public struct Answer: Sendable, Hashable {
  public struct Part: Sendable, Hashable {
    /// Index of the move in the model's `adversary`.
    public var move: Int
    /// The chosen year; nil where the move begins as its scenario says.
    public var start: Int?
  }
  /// Ascending by move.
  public var parts: [Part]

  public init(_ parts: [Part] = []) { self.parts = parts }

  /// How many moves it has.
  public var size: Int { parts.count }
  public var moves: [Int] { parts.map(\.move) }

  /// `export_ban from 2029 + price_dumping`, or `no answer`.
  public func name(_ adversary: Adversary) -> String {
    if parts.isEmpty { return "no answer" }
    return parts.map { part in
      let scenario = adversary.moves[part.move].scenario
      return part.start.map { "\(scenario) from \($0)" } ?? scenario
    }.joined(separator: " + ")
  }

  /// Whether one more move makes one of the two the other, or one move begins in another year.
  func isNext(to other: Answer) -> Bool {
    if abs(size - other.size) > 1 { return false }
    let (mine, theirs) = (Set(parts), Set(other.parts))
    let differing = mine.symmetricDifference(theirs)
    if size == other.size { return differing.count == 2 && moves == other.moves }
    return differing.count == 1
  }

  /// Those that are next to each answer of a list, the larger ones first.
  static func neighbours(_ answers: [Answer]) -> [[Int]] {
    let place = Dictionary(
      answers.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let parts = Set(answers.flatMap(\.parts)).sorted {
      ($0.move, $0.start ?? .min) < ($1.move, $1.start ?? .min)
    }
    return answers.map { answer in
      var larger: [Int] = []
      var alike: [Int] = []
      var smaller: [Int] = []
      for part in parts {
        if let at = answer.parts.firstIndex(of: part) {
          var fewer = answer
          fewer.parts.remove(at: at)
          if let found = place[fewer] { smaller.append(found) }
        } else if let at = answer.parts.firstIndex(where: { $0.move == part.move }) {
          var other = answer
          other.parts[at] = part
          if let found = place[other] { alike.append(found) }
        } else {
          let more = Answer((answer.parts + [part]).sorted { $0.move < $1.move })
          if let found = place[more] { larger.append(found) }
        }
      }
      return larger + alike + smaller
    }
  }
}

extension Adversary {
  /// Sets of moves that are evaluated at most.
  public static let mostAnswers = 10_000

  /// Every set of moves that is allowed, the empty one first, then by size and in the order of the list; nil where there
  /// are more than `mostAnswers`.
  public var answers: [Answer]? {
    var all = [Answer()]
    var last = all
    for _ in 0..<atMost {
      var larger: [Answer] = []
      for answer in last {
        for move in (answer.moves.last ?? -1) + 1..<moves.count
        where !moves[move].excludes.contains(where: answer.moves.contains) {
          let starts = moves[move].from.isEmpty ? [nil] : moves[move].from.map(Optional.some)
          larger += starts.map { Answer(answer.parts + [.init(move: move, start: $0)]) }
        }
        // Sets that lack what they require count here too: they are the way to larger ones.
        if all.count + larger.count > 4 * Self.mostAnswers { return nil }
      }
      if larger.isEmpty { break }
      all += larger
      last = larger
    }
    let allowed = all.filter { answer in
      answer.moves.allSatisfy { moves[$0].requires.allSatisfy(answer.moves.contains) }
    }
    return allowed.count > Self.mostAnswers ? nil : allowed
  }

  /// What an answer must gain to be worth it.
  public func cost(_ answer: Answer) -> Double {
    answer.moves.reduce(0) { $0 + moves[$1].cost }
  }
}

extension OutcomeList {
  /// The answers of an adversary: every set of moves that is allowed, the empty one first, which alone counts in
  /// expectations. The moves of a set are applied in the order of the list.
  ///
  /// - Throws: `ModelErrors` where a scenario does not fit, or where there are more than `Adversary.mostAnswers` sets.
  public init(
    _ document: ModelDocument, against adversary: Adversary, scenarios: [String] = [],
    settings: [Case.Setting] = [], budgetScale: Double = 1, objectives: [Objective]? = nil,
    run: RunSettings? = nil
  ) throws(ModelErrors) {
    guard let answers = adversary.answers else {
      throw ModelErrors(diagnostics: [
        Diagnostic(
          message: "adversary: more than \(Adversary.mostAnswers) sets of moves are allowed",
          file: document.fileNames.first ?? "", line: 0, column: 0,
          expected: "fewer moves or years, a smaller `at_most`, or moves that exclude each other")
      ])
    }
    let drafts = answers.map { answer in
      let name = answer.name(adversary)
      var draft = Draft(
        name: name, scenario: name, changes: answer.moves.map { adversary.moves[$0].scenario },
        probability: answer.parts.isEmpty ? 1 : 0, cost: adversary.cost(answer))
      draft.answer = answer
      for part in answer.parts {
        if let start = part.start { draft.starts[adversary.moves[part.move].scenario] = start }
      }
      return draft
    }
    let uncertainty = Uncertainty(
      reveal: adversary.reveal, risk: .adversary, level: 0, outcomes: [], sample: nil)
    try self.init(
      document, uncertainty, drafts, scenarios, settings, budgetScale, objectives, run)
  }
}
