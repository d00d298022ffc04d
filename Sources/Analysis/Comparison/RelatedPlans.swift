import Allocation
import SupplyChain

/// Solves related models one after another on this thread, in the order given: the same models, the same plans. Each
/// starts from the basis of the one before where the strategy uses such a start (`AllocationProgram.startUse`), else
/// cold.
///
/// - Parameters:
///   - settings: its time limit holds for each model.
///   - progress: called before every solve with its place in `models`.
/// - Returns: one solution a model; fewer where the solves were cancelled, the last then the one that was stopped
///   if it has a plan.
public func relatedPlans(
  of models: [Model], relaxed: Bool = false, settings: AllocationSettings = AllocationSettings(),
  progress: (Int) -> Void = { _ in }
) -> [AllocationSolution] {
  withAllocationSession { session in
    var solutions: [AllocationSolution] = []
    var start: WarmStart?
    for (index, model) in models.enumerated() {
      if settings.cancellation?.isCancelled == true { break }
      progress(index)
      let allocation = AllocationProgram(model, relaxed: relaxed)
      let solution = session.solve(allocation, from: start, settings: settings)
      if settings.cancellation?.isCancelled == true {
        if solution.plan != nil { solutions.append(solution) }
        break
      }
      if solution.status == .optimal, allocation.startUse(.related) == .used {
        start = WarmStart(allocation, solution)
      }
      solutions.append(solution)
    }
    return solutions
  }
}
