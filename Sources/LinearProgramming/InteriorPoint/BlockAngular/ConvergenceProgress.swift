/// Whether residuals or gap still shrink: while one of them does, the others may have to wait.
struct ConvergenceProgress {
  /// What counts as reached; smaller is no progress.
  private let goals: [Double]
  /// By measure: its value at the last step that shrank it by a twentieth.
  private var marks: [Double]
  /// Steps since the last that shrank a measure by a twentieth of its mark.
  private(set) var poorSteps = 0

  init(goals: [Double]) {
    self.goals = goals
    marks = [Double](repeating: .infinity, count: goals.count)
  }

  mutating func note(_ measures: [Double]) {
    poorSteps += 1
    for k in marks.indices {
      let measure = max(measures[k], goals[k])
      if measure < 0.95 * marks[k] {
        marks[k] = measure
        poorSteps = 0
      }
    }
  }
}
