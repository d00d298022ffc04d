import Testing

@testable import LinearProgramming

@Suite struct ConvergenceProgressTests {
  @Test func `steps are poor until a measure has shrunk by a twentieth since it last did`() {
    var progress = ConvergenceProgress(goals: [0, 0])
    var poor: [Int] = []
    // 0.98, 0.9604 and 0.9412 of the mark: the third is below 0.95 of it.
    for measure in [1, 0.98, 0.9604, 0.9412, 0.9223] {
      progress.note([measure, 7])
      poor.append(progress.poorSteps)
    }
    #expect(poor == [0, 1, 2, 0, 1])
  }

  @Test func `one measure that shrinks is enough, and what grows is no loss`() {
    var progress = ConvergenceProgress(goals: [0, 0, 0])
    progress.note([1, 1, 1])
    for step in 1...5 {
      progress.note([2, 1, 1 / Double(1 << step)])
      #expect(progress.poorSteps == 0)
    }
  }

  @Test func `below its goal a measure makes no progress`() {
    var progress = ConvergenceProgress(goals: [1e-8, 1e-6])
    progress.note([1e-9, 1e-3])
    progress.note([1e-12, 1e-3])
    #expect(progress.poorSteps == 1)
    progress.note([1e-13, 1e-7])
    #expect(progress.poorSteps == 0)
    progress.note([1e-13, 1e-9])
    #expect(progress.poorSteps == 1)
  }
}
