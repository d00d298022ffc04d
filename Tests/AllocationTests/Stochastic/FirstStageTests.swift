import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// The small model over three years; the reveal is in 2027, so that 2026 alone is decided before it.
@Suite struct FirstStageTests {
  private func program(_ plant: String = "", years: ClosedRange<Int> = 2026...2028) throws
    -> AllocationProgram
  {
    let text = MagnetModel(
      horizon: years,
      plants: [.init(expansion: "max: 2 kt/yr, capex: 100 kUSD/(t/yr)" + plant)]
    ).text
    return AllocationProgram(try ModelDocument.read(text: text, file: "test.yaml").model())
  }

  @Test func `what is awarded and built before the reveal is decided for all outcomes`() throws {
    let outcomes = [try program(), try program()]
    let stage = try FirstStage(outcomes, reveal: 2027)
    #expect(stage.revealStep == 1)
    #expect(Set(stage.decisions.map(\.key.kind)) == [.build, .award])
    #expect(stage.decisions.allSatisfy { $0.key.step == 0 && $0.ruledOutBy == nil })
    #expect(stage.columns[0] == stage.columns[1])
    #expect(stage.columns[0].allSatisfy { $0 >= 0 })
    // What decisions are in an outcome's columns, and back.
    let decisions = stage.decisions.indices.map { Double($0 + 1) }
    var point = [Double](repeating: 0, count: outcomes[0].columns.count)
    for (column, value) in stage.held(decisions, in: 0) { point[column] = value }
    #expect(stage.values(outcomes[0], point: point) == decisions)
  }

  @Test func `what one outcome rules out is ruled out in all`() throws {
    let stage = try FirstStage([try program(), try program(", earliest: 2027")], reveal: 2027)
    #expect(!stage.decisions.isEmpty)
    #expect(stage.decisions.allSatisfy { $0.ruledOutBy == 1 && $0.upper == 0 })
    #expect(stage.columns[1].allSatisfy { $0 == -1 })
  }

  @Test func `outcomes over other years cannot be planned for together`() throws {
    let outcomes = [try program(), try program(years: 2026...2027)]
    #expect(throws: UncertaintyProblem.self) { try FirstStage(outcomes, reveal: 2027) }
  }

  @Test func `with nothing decided before the reveal the mean of the optima is the optimum`() throws
  {
    // 50 MUSD leave half of the demand foreign; 100 MUSD leave none.
    var outcomes: [AllocationProgram] = []
    for amount in ["50 MUSD", "100 MUSD"] {
      let text = MagnetModel(funds: [MagnetModel.grants(amount)]).text
      outcomes.append(
        AllocationProgram(try ModelDocument.read(text: text, file: "test.yaml").model()))
    }
    func value(_ risk: Uncertainty.Risk, _ probabilities: [Double]) throws -> Double {
      let form = ExtensiveForm(
        outcomes, probabilities: probabilities, risk: RiskMeasure(risk),
        firstStage: try FirstStage(outcomes, reveal: 2026))
      #expect(form.outcomeOfColumn.allSatisfy { $0 < 2 })
      return try #require(solve(form.allocation).objectives.first).value
    }
    #expect(isClose(try value(.expected, [0.5, 0.5]), 0.25, absolute: 1e-6))
    #expect(isClose(try value(.expected, [0.2, 0.8]), 0.1, absolute: 1e-6))
    #expect(isClose(try value(.worst, [0.5, 0.5]), 0.5, absolute: 1e-6))
  }

  @Test func `putting outcomes together hears a stop before each of them`() throws {
    let outcomes = [try program(), try program(), try program()]
    let firstStage = try FirstStage(outcomes, reveal: 2027)
    func form(stoppingAfter most: Int) -> (form: ExtensiveForm?, asked: Int) {
      var asked = 0
      let form = ExtensiveForm(
        outcomes, probabilities: [0.5, 0.25, 0.25], risk: RiskMeasure(.expected),
        firstStage: firstStage,
        mustStop: {
          asked += 1
          return asked > most
        })
      return (form, asked)
    }
    let whole = form(stoppingAfter: .max)
    #expect(whole.asked >= 2 * outcomes.count)
    let expected = ExtensiveForm(
      outcomes, probabilities: [0.5, 0.25, 0.25], risk: RiskMeasure(.expected),
      firstStage: firstStage
    ).allocation.program
    let made = try #require(whole.form).allocation.program
    #expect(made.coefficient == expected.coefficient && made.rowStart == expected.rowStart)
    #expect(made.columnUpper == expected.columnUpper && made.cost == expected.cost)
    for most in 0..<whole.asked { #expect(form(stoppingAfter: most).form == nil) }
  }
}
