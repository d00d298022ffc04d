import Allocation

/// How large the program of all outcomes becomes, from that of one of them: known before it is built.
public struct StochasticSize: Sendable, Equatable {
  public var outcomes: Int
  /// Of all outcomes together, as if they shared no decision.
  public var rows: Int
  public var columns: Int
  public var nonzeros: Int
  public var integers: Int
  public var method: StochasticStrategy.Method

  /// - Parameter one: the program of an outcome; the others differ from it in numbers more than in size.
  init(_ one: AllocationProgram, outcomes: Int, method: StochasticStrategy.Method) {
    self.outcomes = outcomes
    rows = one.program.rowCount * outcomes
    columns = one.program.columnCount * outcomes
    nonzeros = one.program.nonzeroCount * outcomes
    integers = one.program.integerCount * outcomes
    self.method = method
  }

  /// Bytes that solving takes, about; rather more than less.
  public var bytes: Int {
    let one = outcomes > 0 ? nonzeros / outcomes : 0
    switch method {
    case .extensiveForm:
      return nonzeros * (integers > 0 ? Self.bytesWithIntegers : Self.bytesWhole)
    case .blockAngular: return nonzeros * Self.bytesByBlocks
    case .answerGeneration:
      return nonzeros * Self.bytesByAnswer + one * Self.answersInMaster * Self.bytesWhole
    case .scenarioGroups:
      return nonzeros * Self.bytesByGroups
        + one * ScenarioGroups.mostOutcomes * Self.bytesByBlocks
    }
  }

  /// Outcomes that a number of bytes suffice for, by the same method.
  func outcomes(in memory: Int) -> Int {
    guard bytes > 0 else { return outcomes }
    return Int(Double(outcomes) * Double(max(0, memory)) / Double(bytes))
  }

  // Bytes a nonzero. By blocks and by groups from the flagship's 70,000 nonzeros an outcome, which take 17 MB and 1.5 MB
  // (Docs/performance.md); whole numbers from 200 outcomes with 1.1 million nonzeros, which took 6.9 GB.
  private static let bytesWithIntegers = 6000
  private static let bytesWhole = 1500
  private static let bytesByBlocks = 300
  private static let bytesByGroups = 30
  // Programs and plans of all answers, and a program of about so many of them.
  private static let bytesByAnswer = 60
  private static let answersInMaster = 8
}

extension StochasticSize {
  /// Why a plan is not looked for that would take more than `memory` bytes, and what to do.
  func refusal(memory: Int, isSampled: Bool) -> String {
    var ways: [String] = []
    let fitting = outcomes(in: memory)
    if isSampled, fitting >= 1 {
      ways.append("fewer samples (sample.count in the model; about \(fitting) outcomes fit)")
    }
    if !isSampled { ways.append("fewer outcomes") }
    if integers > 0 { ways.append("--relax, which drops whole-number rules and takes far less") }
    if integers == 0, method == .extensiveForm { ways.append("--method decomposition") }
    return "\(outcomes) outcomes are \(rows) rows and \(nonzeros) nonzeros, which take about "
      + "\(bytes / 1_000_000) MB by the \(method.rawValue), and \(memory / 1_000_000) MB are free; try "
      + ways.joined(separator: ", or ")
  }
}
