import Allocation
import LinearProgramming
import SupplyChain
import Support
import Synchronization

/// By how much each number is changed, one way and the other: the same for all, or by the grade of its evidence.
public struct InputRange: Sendable, Hashable {
  /// Shares of the number: 0.1 for ±10 %.
  public var byGrade: [EvidenceGrade: Double]
  /// Whether it is the same for all grades.
  public var isUniform: Bool { Set(byGrade.values).count == 1 }

  public static func uniform(_ share: Double) -> InputRange {
    InputRange(
      byGrade: Dictionary(uniqueKeysWithValues: EvidenceGrade.allCases.map { ($0, share) }))
  }

  /// What the grades stand for where nothing else is said. These widths are a convention, not a measurement.
  public static let standard = InputRange(
    byGrade: [.a: 0.02, .b: 0.05, .c: 0.10, .d: 0.25, .e: 0.40])

  public init(byGrade: [EvidenceGrade: Double]) { self.byGrade = byGrade }

  /// Of a number; one without a grade is taken for judgement.
  func share(_ grade: EvidenceGrade?) -> Double { byGrade[grade ?? .e] ?? 0 }
}

/// Every input of a model at the two ends of its range, with the plan made again: the first objective of the continuous
/// program.
public struct Tornado: Sendable {
  public enum Side: Sendable, Equatable {
    case value(Double)
    case noPlan
    /// The format does not allow the number to be so.
    case notAllowed
    /// The solver failed, or the answer was not verified.
    case failed(String)
    case notLookedAt

    public var value: Double? { if case .value(let value) = self { value } else { nil } }
  }
  public struct Row: Sendable {
    public var input: InputGroup
    /// Places of its numbers.
    public var numberCount: Int
    /// The weakest of the grades of its numbers; nil where a number has none.
    public var weakest: EvidenceGrade?
    /// The narrowest and the widest range of its numbers, as shares.
    public var ranges: ClosedRange<Double>
    /// Change of the objective for 1 % more of all its numbers, to first order; nil where there is none: times.
    public var perPercent: Double?
    public var low: Side
    public var high: Side

    /// How far an end of the range moves the value; without a plan, farther than anything.
    func size(from base: Double) -> Double {
      [low, high].map { side in
        switch side {
        case .value(let value): abs(value - base)
        case .noPlan: Double.infinity
        default: 0
        }
      }.max() ?? 0
    }
  }
  public var objective: Objective
  public var value: Double
  public var range: InputRange
  /// Those that move the value most come first, then those that were not solved again.
  public var rows: [Row]
  /// Inputs that neither end of the range moves, which are not among the rows.
  public var idle: [InputGroup]
  public var isInterrupted: Bool

  /// - Parameters:
  ///   - grades: of the numbers, by index.
  ///   - most: of how many inputs the plan is made again, those first whose first-order change is largest; nil: all in a
  ///     small program, `usualMost` in a large one.
  ///   - settings: its time limit holds for each solve.
  public static func find(
    _ numbers: ModelNumbers, grades: [EvidenceGrade?], range: InputRange, most: Int? = nil,
    settings: RunSettings
  ) throws(StudyEnd) -> Tornado {
    let study = try FirstOrderStudy(numbers, settings)
    let groups = InputGroup.all(in: numbers)
    settings.progress?(RunProgress(phase: "first-order changes"))
    let effects = concurrentMap(groups.count) { index in
      settings.cancellation?.isCancelled == true ? nil : study.effect(of: groups[index].numbers)
    }
    var rows = groups.enumerated().map { index, entry in
      row(entry.group, entry.numbers, grades, range, effects[index])
    }
    let order = solvingOrder(rows)
    let chosen = Array(order.prefix(most ?? (study.isSmall ? order.count : usualMost)))
    let sides = solve(chosen.map { groups[$0].numbers }, numbers, grades, range, study, settings)
    for (place, index) in chosen.enumerated() {
      rows[index].low = sides[2 * place]
      rows[index].high = sides[2 * place + 1]
    }
    var result = Tornado(
      objective: study.objective, value: study.value, range: range, rows: [], idle: [],
      isInterrupted: settings.cancellation?.isCancelled == true)
    result.sort(rows, noise: 1e-7 * max(abs(study.value), 1e-3))
    return result
  }

  /// How many inputs are enough where every plan takes part of a second.
  public static let usualMost = 12

  private static func row(
    _ group: InputGroup, _ numbers: [Int], _ grades: [EvidenceGrade?], _ range: InputRange,
    _ effect: Double?
  ) -> Row {
    let own = numbers.map { grades[$0] }
    let shares = own.map(range.share)
    return Row(
      input: group, numberCount: numbers.count,
      weakest: own.contains(nil) ? nil : own.compactMap(\.self).max(),
      ranges: (shares.min() ?? 0)...(shares.max() ?? 0), perPercent: effect, low: .notLookedAt,
      high: .notLookedAt)
  }

  /// Those without a first-order change first, then by its size over the widest range.
  private static func solvingOrder(_ rows: [Row]) -> [Int] {
    func size(_ row: Row) -> Double {
      row.perPercent.map { (abs($0) * row.ranges.upperBound * 1e12).rounded() } ?? .infinity
    }
    return rows.indices.sorted { (size(rows[$1]), $0) < (size(rows[$0]), $1) }
  }

  /// Both ends of each group, low first.
  private static func solve(
    _ groups: [[Int]], _ numbers: ModelNumbers, _ grades: [EvidenceGrade?], _ range: InputRange,
    _ study: FirstOrderStudy, _ settings: RunSettings
  ) -> [Side] {
    let done = Mutex(0)
    let total = groups.count * 2
    return concurrentMap(total) { index in
      if settings.cancellation?.isCancelled == true { return .notLookedAt }
      let sign = index % 2 == 0 ? -1.0 : 1.0
      let factors = groups[index / 2].map { number in
        (number: number, by: max(0, 1 + sign * range.share(grades[number])))
      }
      let side = study.side(factors, numbers, settings)
      settings.report(
        "plans made again",
        done.withLock {
          $0 += 1
          return $0
        }, total)
      return side
    }
  }

  private mutating func sort(_ all: [Row], noise: Double) {
    func isIdle(_ row: Row) -> Bool {
      let isLookedAt = row.low != .notLookedAt && row.high != .notLookedAt
      let isFine = row.low.value != nil && row.high.value != nil
      return isLookedAt && isFine && row.size(from: value) <= noise
        && abs(row.perPercent ?? 0) <= noise
    }
    idle = all.filter(isIdle).map(\.input)
    let kept = all.filter { !isIdle($0) }
    // Inputs that move it alike keep the order of the file, whatever the last digits are.
    func rounded(_ size: Double) -> Double {
      size.isFinite ? (size / max(abs(value), 1e-3) * 1e7).rounded() : size
    }
    func key(_ row: Row) -> (Double, Double) {
      (
        rounded(row.size(from: value)),
        rounded(abs(row.perPercent ?? 0) * row.ranges.upperBound)
      )
    }
    rows = kept.indices.sorted {
      let (left, right) = (key(kept[$0]), key(kept[$1]))
      return left == right ? $0 < $1 : right < left
    }.map { kept[$0] }
  }
}

extension FirstOrderStudy {
  /// The first objective with numbers multiplied and the plan made again.
  func side(
    _ factors: [(number: Int, by: Double)], _ numbers: ModelNumbers, _ settings: RunSettings
  ) -> Tornado.Side {
    guard let changed = try? numbers.model(scaling: factors) else { return .notAllowed }
    let program = AllocationProgram(
      BaselineSolver.reduced(Self.firstOnly(changed)), relaxed: true)
    var options = settings.allocation
    options.wantsPlan = false
    options.progress = nil
    options.sharedOrdering = known?.ordering
    options.workingColumns = known?.working
    // In a large program an end of a range is too far away for the base's basis, and few iterations do not get there.
    let start = program.startUse(.related) == .used ? known?.start : nil
    // A session of its own, so that nothing depends on what the thread did before.
    let solution = withAllocationSession { $0.solve(program, from: start, settings: options) }
    switch solution.status {
    case .optimal: return solution.stages.first?.value.map { .value($0) } ?? .failed("no value")
    case .infeasible: return .noPlan
    case .interrupted, .feasible:
      return settings.cancellation?.isCancelled == true
        ? .notLookedAt : .failed("not solved in time")
    case .unbounded, .failed: return .failed(solution.reason ?? solution.status.rawValue)
    }
  }
}
