import ArgumentParser
import LinearProgramming
import Reporting
import Service
import SupplyChain

/// What the options of `solve` may be, alone and together.
extension Solve {
  func check() throws {
    if solver == .glpk, method == .interior || method == .decomposition {
      throw ValidationError(
        "--solver glpk: GLPK alone solves by its simplex; --method \(method.rawValue) is a method of this program, leave one of them out"
      )
    }
    try checkRisk()
    try checkForesight()
    try checkRevision()
  }

  private func checkRevision() throws {
    if from.isEmpty, !atMost.isEmpty { throw ValidationError("--at-most belongs to --from") }
    guard !from.isEmpty else { return }
    if atMost.isEmpty {
      throw ValidationError(
        "--from: say how far the plan may go from it, like --at-most 3 changes or --at-most 200MUSD"
      )
    }
    if risk != nil || foresight != nil || prove != nil {
      throw ValidationError("--from: leave out --risk, --foresight and --prove")
    }
  }

  private func checkRisk() throws {
    if let level, SolveOptionText.fraction(level).map({ $0 < 1 }) != true {
      throw ValidationError(
        "--level is a share from 0 to below 1, like 90%, found '\(printable(level))'")
    }
    if let simplexNonzeros, risk != .adversary || simplexNonzeros < 0 {
      throw ValidationError(
        "--simplex-nonzeros is a count, 0 or more, and belongs to --risk adversary")
    }
    guard risk == nil else {
      if prove != nil, risk != .adversary {
        throw ValidationError(
          "--prove: a proof is written for one future, or with --risk adversary; leave out --risk")
      }
      return
    }
    if level != nil { throw ValidationError("--level belongs to --risk cvar") }
    if method == .extensive || method == .decomposition {
      throw ValidationError("--method \(method.rawValue) belongs to --risk")
    }
  }

  private func checkForesight() throws {
    try Solve.checkForesight(foresight, step: step)
    guard foresight != nil else { return }
    if onlyPlan {
      throw ValidationError("--only-plan: with --foresight nothing is shown beside the plan")
    }
    if risk != nil { throw ValidationError("--foresight and --risk: choose one of them") }
    if prove != nil {
      throw ValidationError(
        "--prove: a proof is written for perfect foresight; leave out --foresight")
    }
  }

  static func checkForesight(_ foresight: String?, step: String?) throws {
    guard let foresight else {
      if step != nil { throw ValidationError("--step belongs to --foresight") }
      return
    }
    guard let seen = Solve.wholeYears(foresight) else {
      throw ValidationError(
        "--foresight is a whole number of years, like 5years, found '\(printable(foresight))'")
    }
    if let step {
      guard let committed = Solve.wholeYears(step), committed <= seen else {
        throw ValidationError(
          "--step is a whole number of years, not more than --foresight, found '\(printable(step))'"
        )
      }
    }
  }

  /// `5years`, `5 years`, `1year`, `5yr` or `5`: from 1 to 1000.
  static func wholeYears(_ text: String) -> Int? { OptionText.wholeYears(text) }

  var solverMethod: SolverOptions.Method {
    switch method {
    case .auto, .extensive, .decomposition: .automatic
    case .primal: .primal
    case .dual: .dual
    case .interior: .interior
    }
  }
}
