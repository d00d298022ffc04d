import Allocation
import Analysis
import Reporting
import SupplyChain

/// `validate --base-year`: solves the model without its whole-number rules and holds its first year to published figures.
struct BaseYearRun {
  let document: ModelDocument
  let path: String

  /// The comparison, and what is outside its tolerance.
  func run() throws -> (check: BaseYearCheck, problems: [Diagnostic]) {
    let baseYear = try BaseYear.required(document, path: path)
    let sources = try NumberSources(document)
    let model = document.base
    let solution = StudyRun().told { settings in
      solve(AllocationProgram(model, relaxed: true), settings.allocation)
    }
    guard solution.status == .optimal, let plan = solution.plan else {
      Terminal.writeError(
        "lodestone: \(printable(solution.reason ?? solution.status.rawValue))\n")
      throw Ending(solution) ?? Ending.notVerified
    }
    let check = try BaseYearCheck(baseYear, plan, model, sources: sources)
    return (check, check.problems(baseYear))
  }
}
