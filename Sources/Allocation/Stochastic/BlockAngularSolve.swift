import LinearProgramming
import SupplyChain
import Support

extension ExtensiveForm {
  /// Solves the outcomes one by one on all cores, without whole-number rules: the objectives in order, each
  /// held near its best while the next is minimised.
  ///
  /// - Parameters:
  ///   - gap: relative gap up to which a value counts as the best.
  ///   - other: a program with the same columns to solve instead: with fewer objectives, or with rows more.
  public func solveBlockAngular(
    _ settings: AllocationSettings, gap: Double, of other: AllocationProgram? = nil
  ) -> AllocationSolution {
    let allocation = other ?? allocation
    let started = ContinuousClock.now
    func elapsed() -> Double { (ContinuousClock.now - started).seconds }
    let program = allocation.program
    var solution = AllocationSolution(
      status: .optimal, reason: nil, stages: [], plan: nil, point: [],
      size: .init(
        rows: program.rowCount, columns: program.columnCount, nonzeros: program.nonzeroCount,
        integers: 0),
      solveTime: 0, verifyTime: 0)
    var held = Held(program: program, owners: outcomeOfColumn)
    for (index, vector) in allocation.objectives.enumerated() {
      held.minimise(vector)
      var options = SolverOptions()
      options.cancellation = settings.cancellation
      options.timeLimit = settings.timeLimit.map { max(0, $0 - elapsed()) }
      if let progress = settings.progress { options.progress = { progress(vector.objective, $0) } }
      let outcome: Outcome
      do throws(SolverError) {
        outcome = try solveByBlocks(
          held.program, blockOfColumn: held.owners, blockCount: columns.count, options: options,
          gapTolerance: gap)
      } catch {
        outcome = .stopped(.failed)
        solution.reason = "\(error)"
      }
      guard take(outcome, vector, &solution, isFirst: index == 0) else { break }
      if index < allocation.objectives.count - 1 {
        held.hold(vector, at: solution.stages[index].value ?? 0)
      }
    }
    solution.solveTime = elapsed() - solution.verifyTime
    return solution
  }

  private func words(_ reason: StopReason) -> String {
    switch reason {
    case .interrupted: "interrupted"
    case .timeLimit: "the time limit was reached"
    case .iterationLimit, .stalled, .failed: "the decomposition found no optimum"
    }
  }

  /// Takes over what a stage found; true where the next may start.
  private func take(
    _ outcome: Outcome, _ vector: ObjectiveVector, _ solution: inout AllocationSolution,
    isFirst: Bool
  ) -> Bool {
    switch outcome {
    case .optimal(let found), .unverified(let found, _), .feasible(let found, _):
      var doubt: String?
      if case .unverified(_, let words) = outcome { doubt = words }
      // A later objective that is not verified leaves the plan of those before it.
      if doubt != nil, !isFirst {
        solution.status = .feasible
        solution.reason =
          "\(vector.objective.name) was not minimised to the end: \(doubt ?? "")"
        return false
      }
      solution.point = Array(found.columnValues.prefix(allocation.columns.count))
      solution.verifyTime += found.verificationSeconds
      solution.stages.append(
        .init(
          objective: vector.objective, value: vector.value(at: solution.point),
          verification: found.verification, iterations: found.iterations,
          solveTime: found.seconds, attempts: found.attempts,
          rowDuals: found.rowDuals, reducedCosts: [], basis: nil))
      if let doubt {
        solution.status = .failed
        solution.reason = "the plan is not verified: \(doubt)"
      }
      if case .feasible(_, let reason) = outcome {
        solution.status = isFirst ? .interrupted : .feasible
        solution.reason = "\(words(reason)) while \(vector.objective.aim)"
        return false
      }
      return doubt == nil
    case .stopped(let reason):
      let isInterrupted = reason == .interrupted || reason == .timeLimit
      solution.status = isFirst ? (isInterrupted ? .interrupted : .failed) : .feasible
      solution.reason =
        solution.reason ?? "\(words(reason)) while \(vector.objective.aim)"
      return false
    case .infeasible, .unbounded, .infeasibleOrUnbounded:
      solution.status = .failed
      solution.reason = "the decomposition found no optimum"
      return false
    }
  }
}

/// The program with the objectives so far held. A held sum over all outcomes would tie every block to every
/// other, so each outcome's part of it gets a column that the outcomes share.
private struct Held {
  var program: LinearProgram
  var owners: [Int32]

  mutating func minimise(_ vector: ObjectiveVector) {
    program.minimise(vector)
  }

  mutating func hold(_ vector: ObjectiveVector, at best: Double) {
    let row = HeldObjective(vector)
    var shared: [(column: Int, coefficient: Double)] = []
    var own: [Int32: [(column: Int, coefficient: Double)]] = [:]
    for term in row.terms {
      if owners[term.column] < 0 {
        shared.append(term)
      } else {
        own[owners[term.column], default: []].append(term)
      }
    }
    for outcome in own.keys.sorted() {
      let terms = own[outcome] ?? []
      var (least, most) = (0.0, 0.0)
      for term in terms {
        let a = term.coefficient * program.columnLower[term.column]
        let b = term.coefficient * program.columnUpper[term.column]
        least += min(a, b)
        most += max(a, b)
      }
      let wide = 1e4 * max(1, abs(best) * row.scale)
      let part = program.addColumn(
        lower: least.isFinite ? least - 1 : -wide, upper: most.isFinite ? most + 1 : wide)
      owners.append(-1)
      program.addRow(lower: -.infinity, upper: 0, terms + [(part, -1)])
      shared.append((part, 1))
    }
    program.addRow(lower: -.infinity, upper: row.upperBound(best: best), shared)
  }
}
