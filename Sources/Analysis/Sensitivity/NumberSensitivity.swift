import Allocation
import LinearProgramming
import SupplyChain
import Support
import Synchronization

/// How much each number of a model moves the first objective: its change for 1 % more of the number, to first order.
///
/// From the dual values of the continuous program, one number at a time (formulation section 6.1, shadow price); no
/// model is solved again. Times have no such change, because steps are whole.
public struct NumberSensitivity: Sendable {
  public struct Row: Sendable {
    public var number: ModelNumber
    /// Change of the first objective for 1 % more; nil where there is none to first order: a time, or a number that
    /// the format does not allow to be another.
    public var effect: Double?
  }
  public var objective: Objective
  public var value: Double
  /// One a number, in the order of the file; of an interrupted study those that were looked at.
  public var rows: [Row]
  /// How many numbers the model has.
  public var count: Int
  public var isInterrupted: Bool

  /// - Parameter settings: its time limit holds for the one solve.
  public static func find(
    _ numbers: ModelNumbers, settings: RunSettings
  ) throws(StudyEnd) -> NumberSensitivity {
    let study = try FirstOrderStudy(numbers, settings)
    let done = Mutex(0)
    let total = numbers.numbers.count
    let effects = concurrentMap(total) { index -> Double?? in
      if settings.cancellation?.isCancelled == true { return .none }
      let effect = study.effect(of: [index])
      settings.report(
        "numbers",
        done.withLock {
          $0 += 1
          return $0
        }, total)
      return .some(effect)
    }
    return NumberSensitivity(
      objective: study.objective, value: study.value,
      rows: zip(numbers.numbers, effects).compactMap { number, effect in
        effect.map { Row(number: number, effect: $0) }
      }, count: total, isInterrupted: settings.cancellation?.isCancelled == true)
  }
}

/// First-order changes of the first objective at the optimum of the continuous program.
struct FirstOrderStudy: Sendable {
  let objective: Objective
  let value: Double
  private let numbers: ModelNumbers
  private let program: LinearProgram
  private let point: [Double]
  private let duals: [Double]
  private let reducedCosts: [Double]
  /// Where programs start in which a number or two differ, and what they share with this one.
  let known: BaselineSolver.Known?

  /// Solves the model as it is.
  init(_ numbers: ModelNumbers, _ settings: RunSettings) throws(StudyEnd) {
    self.numbers = numbers
    let model = Self.firstOnly(numbers.model)
    objective = model.objectives[0]
    var relaxed = settings
    relaxed.isRelaxed = true
    settings.progress?(RunProgress(phase: "the relaxed plan"))
    let answer = try withBaselineSolver(model, relaxed) { solver throws(StudyEnd) in
      Answer(try solver.solveBase(), solver.known)
    }
    program = answer.program
    point = answer.point
    duals = answer.duals
    reducedCosts = answer.reducedCosts
    value = answer.value
    known = answer.known
  }

  private struct Answer: Sendable {
    var program: LinearProgram
    var value: Double
    var point: [Double]
    var duals: [Double]
    var reducedCosts: [Double]
    var known: BaselineSolver.Known?

    init(_ answer: BaselineSolver.Answer, _ known: BaselineSolver.Known?) {
      self.known = known
      program = answer.allocation.program
      value = answer.value
      point = answer.solution.point
      duals = answer.duals
      reducedCosts = answer.reducedCosts
    }
  }

  static func firstOnly(_ model: Model) -> Model {
    var result = model
    result.objectives = Array(model.objectives.prefix(1))
    return result
  }

  /// Whether a plan made again takes no time.
  var isSmall: Bool { Limiting.isSmall(program) }

  /// What counts as no change.
  var noise: Double { 1e-9 * max(abs(value), 1e-3) }

  /// The change for 1 % more of some numbers together; nil where none is known to first order.
  func effect(of group: [Int]) -> Double? {
    if group.contains(where: { numbers.numbers[$0].isTime }) { return nil }
    // A small change, so that no margin changes its sign and with it the shape of the program; less first, because a
    // share of 100 % cannot become more.
    let small = 1e-4
    for sign in [-1.0, 1.0] {
      guard
        let model = try? numbers.model(
          scaling: group.map { (number: $0, by: 1 + sign * small) })
      else { continue }
      let changed = AllocationProgram(
        BaselineSolver.reduced(Self.firstOnly(model)), relaxed: true)
      if let change = Lagrangian.change(
        from: program, to: changed.program, point: point, duals: duals, reducedCosts: reducedCosts)
      {
        let effect = sign * change / small * 0.01
        return abs(effect) > noise ? effect : 0
      }
    }
    return nil
  }
}
