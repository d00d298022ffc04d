import Allocation
import LinearProgramming
import SupplyChain

/// An irreducible infeasible set of rules: together no plan meets them, without any one of them some plan
/// meets the others.
public struct IIS: Sendable {
  /// In the program's order.
  public var rules: [Rule]
  /// Whether each rule was shown to be necessary; false where that was cut short.
  public var isIrreducible: Bool
  /// Whether it is infeasible in integers only: the relaxation of the same rules is feasible. Then
  /// balances are not tested.
  public var needsWholeNumbers: Bool

  /// Finds a conflict of an infeasible model.
  ///
  /// It starts from the rows of a verified proof of infeasibility (Farkas) among the rows with a nonzero dual in the
  /// elastic program. Then each rule is removed for good where the rest stays infeasible (deletion filter,
  /// Chinneck and Dravnieks 1991), together with all rules that the new proof does not use. Every test is a few warm
  /// iterations.
  /// - Returns: nil where the model has a plan after all.
  /// - Throws: `StudyEnd` where that could not be told.
  public static func find(
    _ model: Model, settings: RunSettings = RunSettings()
  ) throws(StudyEnd) -> IIS? {
    let relaxed = IISProgram(model, relaxed: true)
    let filter = DeletionFilter(relaxed.program, relaxed.rules, settings)
    let found = try filter.run { () throws(StudyEnd) in
      try ElasticProgram(model).run(settings) { session throws(StudyEnd) in
        try session.smallest(opening: [])?.pricedRows
      }
    }
    if let found {
      return IIS(
        rules: found.kept.map { relaxed.rules[$0] }, isIrreducible: found.isIrreducible,
        needsWholeNumbers: false)
    }
    let whole = IISProgram(model, relaxed: false)
    guard whole.program.integerCount > 0,
      let found = try DeletionFilter(whole.program, whole.rules, settings).run({ nil })
    else { return nil }
    return IIS(
      rules: found.kept.map { whole.rules[$0] } + [.wholeNumbers],
      isIrreducible: found.isIrreducible, needsWholeNumbers: true)
  }

  /// A stage in which nothing outside the least secure class works when a target of the conflict falls due.
  public struct LateStage: Sendable, Hashable {
    public var stage: String
    /// The first year in which something could; nil past the horizon.
    public var firstYear: Int?
  }

  /// The stages that are too late for the earliest target of the conflict, in the chain's order.
  public func lateStages(in model: Model) -> [LateStage] {
    let targets = rules.compactMap { rule -> Int? in
      guard case .row(let key) = rule, key.kind == .target else { return nil }
      return model.targets[Int(key.first)].year
    }
    guard let due = targets.min() else { return [] }
    let last = model.provenance.classes.count - 1
    return model.stages.compactMap { stage in
      let members = model.facilities.filter { $0.stage == stage && $0.provenanceClass < last }
      if members.isEmpty { return nil }
      let works = (model.horizon.start...model.horizon.end).first { year in
        members.contains { $0.existing.level(year) > 0 }
      }
      let years = members.compactMap { $0.firstYear(model.horizon) } + [works].compactMap { $0 }
      guard let first = years.min() else { return LateStage(stage: stage, firstYear: nil) }
      return first > due ? LateStage(stage: stage, firstYear: first) : nil
    }
  }
}

/// The deletion filter on the rows of an infeasible program.
private struct DeletionFilter {
  private let program: LinearProgram
  private let rules: [Rule]
  private let settings: RunSettings

  init(_ program: LinearProgram, _ rules: [Rule], _ settings: RunSettings) {
    self.program = program
    self.rules = rules
    self.settings = settings
  }

  private enum Verdict {
    case feasible
    /// With the rows of the proof, where there is one.
    case infeasible([Int]?)
    case unknown
  }

  /// - Parameter suspects: rows that are likely infeasible by themselves. They come first: infeasibility of a few rows is
  /// proven in a moment, of all rows of a large program without bounds on its columns not always.
  /// - Returns: ascending row ids; nil where the program is feasible.
  func run(
    _ suspects: () throws(StudyEnd) -> Set<Int>?
  ) throws(StudyEnd) -> (kept: [Int], isIrreducible: Bool)? {
    settings.report("proving infeasibility", 0, 1)
    if let rows = try suspects(), let proof = try proof(among: rows) { return try filter(proof) }
    let outcome: Outcome
    do throws(SolverError) { outcome = try LinearProgramming.solve(program, options) } catch {
      throw .notVerified("\(error)")
    }
    switch try verdict(outcome) {
    case .feasible: return nil
    case .infeasible(let rows): return try filter(Set(rows ?? Array(0..<program.rowCount)))
    case .unknown: throw .notVerified("infeasibility was not settled")
    }
  }

  /// The rows of a verified proof that some rows are infeasible by themselves; nil where there is none.
  private func proof(among rows: Set<Int>) throws(StudyEnd) -> Set<Int>? {
    let outcome: Outcome
    do throws(SolverError) {
      outcome = try LinearProgramming.solve(opened(keeping: rows), options)
    } catch {
      throw .notVerified("\(error)")
    }
    guard case .infeasible(let found?) = try verdict(outcome) else { return nil }
    return Set(found)
  }

  private func opened(keeping rows: Set<Int>) -> LinearProgram {
    var open = program
    for i in 0..<program.rowCount where !rows.contains(i) {
      open.setRowBounds(i, lower: -.infinity, upper: .infinity)
    }
    return open
  }

  private func filter(_ proof: Set<Int>) throws(StudyEnd) -> (kept: [Int], isIrreducible: Bool) {
    let session: SolverSession
    do throws(SolverError) { session = try SolverSession(opened(keeping: proof)) } catch {
      throw .notVerified("\(error)")
    }
    defer { session.end() }
    // Whole numbers make each question a tree search; then bookkeeping is taken as given, and many rules are
    // asked about at once.
    let isMixed = program.integerCount > 0
    let asked = isMixed ? proof.filter { !rules[$0].isBookkeeping } : proof
    let order = asked.sorted { (rules[$0].standing, $0) < (rules[$1].standing, $1) }
    let size = isMixed ? 64 : 1
    var waiting = stride(from: 0, to: order.count, by: size).map {
      Array(order[$0..<min($0 + size, order.count)])
    }
    waiting.reverse()
    var active = proof
    var isIrreducible = true
    while var chunk = waiting.popLast() {
      chunk.removeAll { !active.contains($0) }
      if chunk.isEmpty { continue }
      let left = waiting.reduce(0) { $0 + $1.count }
      settings.report("thinning out the conflict", order.count - left, order.count)
      if settings.cancellation?.isCancelled == true {
        isIrreducible = false
        break
      }
      try setBounds(chunk, isFree: true, session)
      let answer: Verdict
      do throws(StudyEnd) {
        answer = try verdict(solve(session))
      } catch .interrupted {
        isIrreducible = false
        break
      }
      if case .infeasible(let rows) = answer {
        active.subtract(chunk)
        guard let rows else { continue }
        let dropped = active.subtracting(rows)
        active.subtract(dropped)
        try setBounds(dropped.sorted(), isFree: true, session)
        continue
      }
      try setBounds(chunk, isFree: false, session)
      if chunk.count > 1 {
        waiting.append(Array(chunk[(chunk.count / 2)...]))
        waiting.append(Array(chunk[..<(chunk.count / 2)]))
      } else if case .unknown = answer {
        isIrreducible = false
      }
    }
    return ((isMixed ? active.intersection(asked) : active).sorted(), isIrreducible)
  }

  private func solve(_ session: SolverSession) throws(StudyEnd) -> Outcome {
    do throws(SolverError) { return try session.solve(options) } catch {
      throw .notVerified("\(error)")
    }
  }

  private func setBounds(
    _ rows: [Int], isFree: Bool, _ session: SolverSession
  ) throws(StudyEnd) {
    do throws(SolverError) {
      try session.setRowBounds(
        rows.map {
          isFree
            ? ($0, -.infinity, .infinity) : ($0, program.rowLower[$0], program.rowUpper[$0])
        })
    } catch {
      throw .notVerified("\(error)")
    }
  }

  private var options: SolverOptions {
    var options = SolverOptions()
    options.cancellation = settings.cancellation
    // Any feasible plan is enough.
    options.relativeGap = 1
    return options
  }

  private func verdict(_ outcome: Outcome) throws(StudyEnd) -> Verdict {
    switch outcome {
    case .optimal, .feasible: return .feasible
    case .infeasible(let certificate):
      guard program.integerCount == 0 else { return .infeasible(nil) }
      return certificate.map { .infeasible($0.rows.map(\.index)) } ?? .unknown
    case .stopped(.interrupted): throw .interrupted
    case .unverified, .unbounded, .infeasibleOrUnbounded, .stopped: return .unknown
    }
  }
}
