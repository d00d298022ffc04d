import Analysis
import Dispatch
import Reporting
import Support
import Synchronization

/// Has groups of outcomes solved by whoever the client asks: the questions of one request that wait for answers.
///
/// Each question goes out as a notification under the request's token; `answerGroup` brings its answer.
final class GroupBoard: ScenarioGroupSolver {
  private let token: Message.ID
  private let send: @Sendable (String) -> Void
  private let queue: WorkQueue
  private let state = Mutex(State())
  private let arrived = DispatchSemaphore(value: 0)

  private struct State {
    /// Of the next question, from 1.
    var next = 1
    var groups: ScenarioGroups?
    /// By question that somebody waits for: what came back.
    var waiting: [Int: Reply] = [:]
    /// By group.
    var fingerprints: [Int: String] = [:]

    /// The answers up to the first question without one, and whether no more can join them.
    func answers(to numbers: [Int]) -> (found: [ScenarioGroupAnswer], isEnded: Bool) {
      var found: [ScenarioGroupAnswer] = []
      for number in numbers {
        guard case .here(let answer) = waiting[number] else { return (found, false) }
        guard let answer else { break }
        found.append(answer)
      }
      return (found, true)
    }
  }

  private enum Reply {
    case awaited(ScenarioGroupQuestion)
    /// nil: the group's solve found no bound.
    case here(ScenarioGroupAnswer?)
  }

  init(_ token: Message.ID, queue: WorkQueue, send: @Sendable @escaping (String) -> Void) {
    self.token = token
    self.queue = queue
    self.send = send
  }

  // MARK: Questions

  func answers(
    to questions: [ScenarioGroupQuestion], of groups: ScenarioGroups, _ run: ScenarioGroupRun
  ) -> [ScenarioGroupAnswer] {
    let numbers = state.withLock { state in
      let numbers = Array(state.next..<state.next + questions.count)
      state.next += questions.count
      state.groups = groups
      for (number, question) in zip(numbers, questions) {
        state.waiting[number] = .awaited(question)
      }
      return numbers
    }
    for (number, question) in zip(numbers, questions) where !run.isStopped {
      let known = ScenarioGroupQuestion(
        group: question.group, multipliers: question.multipliers, cuts: question.cuts,
        timeLimit: question.timeLimit, program: fingerprint(of: question.group, groups))
      send(Message.group(token, question: number, known.json))
    }
    // The client may ask this very session.
    queue.lend { wait(for: numbers, run) }
    return state.withLock { state in
      let found = state.answers(to: numbers).found
      state.waiting = [:]
      return found
    }
  }

  private func fingerprint(of group: Int, _ groups: ScenarioGroups) -> String {
    if let known = state.withLock({ $0.fingerprints[group] }) { return known }
    let made = groups.fingerprint(of: group)
    state.withLock { $0.fingerprints[group] = made }
    return made
  }

  /// Until all are answered, or one without a bound after answered ones, or the run is stopped.
  private func wait(for numbers: [Int], _ run: ScenarioGroupRun) {
    var told = 0
    while !run.isStopped {
      let (done, isEnded) = state.withLock { state in
        (
          numbers.count { if case .here = state.waiting[$0] { true } else { false } },
          state.answers(to: numbers).isEnded
        )
      }
      if done > told {
        told = done
        run.progress?(done, nil)
      }
      if isEnded { return }
      _ = arrived.wait(timeout: .now() + .milliseconds(50))
    }
  }

  // MARK: Answers

  /// Takes an answer.
  ///
  /// - Returns: whether somebody waited for it.
  /// - Throws: where it is no answer to such a question, or does not prove its bound; the question then still waits.
  func take(_ number: Int, _ value: JSONInput?) throws -> Bool {
    let asked = state.withLock { state -> (ScenarioGroupQuestion, ScenarioGroups)? in
      guard case .awaited(let question)? = state.waiting[number], let groups = state.groups else {
        return nil
      }
      return (question, groups)
    }
    guard let (question, groups) = asked else { return false }
    let answer = try value.map {
      try ProvenGroupAnswer($0, decisionCount: groups.decisionCount)
    }
    if let answer, !groups.prove(answer.rowMultipliers, answer.answer, to: question) {
      throw SessionError.parameter(
        "answer.bound", "is not proven by the row multipliers of the answer",
        expected: "the result of `solveGroup` as it came", found: .number("\(answer.answer.bound)"))
    }
    let isTaken = state.withLock { state in
      guard case .awaited? = state.waiting[number] else { return false }
      state.waiting[number] = .here(answer?.answer)
      return true
    }
    if isTaken { arrived.signal() }
    return isTaken
  }
}
