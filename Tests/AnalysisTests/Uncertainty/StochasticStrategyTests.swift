import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// By which method a plan for uncertain outcomes is found, as a table; `Docs/solvers.md` shows the same one.
@Suite struct StochasticStrategyTests {
  private struct Row {
    var words: [String]
    var strategy: StochasticStrategy

    init(
      outcomes: Int, objectives: Int, nonzeros: Int, hasIntegers: Bool = false,
      hasChanceTargets: Bool = false, _ risk: Uncertainty.Risk = .expected,
      _ asked: UncertaintySettings.Method = .automatic,
      usesOtherSolver: Bool = false, _ options: String = ""
    ) {
      let size =
        nonzeros > StochasticStrategy.mostNonzeros
        ? "above 400,000"
        : nonzeros <= StochasticStrategy.mostNonzerosOfAnswers ? "up to 20,000" : "up to 400,000"
      words = [
        "\(outcomes)", "\(objectives)",
        size + (hasIntegers ? ", whole numbers" : "")
          + (hasChanceTargets ? ", chance targets" : ""),
        risk.rawValue, options,
      ]
      strategy = StochasticStrategy(
        .init(
          outcomes: outcomes, objectives: objectives, nonzeros: nonzeros, hasIntegers: hasIntegers,
          hasChanceTargets: hasChanceTargets),
        risk: risk, asked: asked, usesOtherSolver: usesOtherSolver)
    }
  }

  private static let large = 10_000_000

  private static let rows = [
    Row(outcomes: 3, objectives: 2, nonzeros: 100_000),
    Row(
      outcomes: 3, objectives: 2, nonzeros: 100_000, .expected, .decomposition,
      "`--method decomposition`"),
    Row(outcomes: 10, objectives: 2, nonzeros: large),
    Row(outcomes: 10, objectives: 2, nonzeros: large, hasIntegers: true),
    Row(outcomes: 10, objectives: 2, nonzeros: large, usesOtherSolver: true, "`--solver`"),
    Row(
      outcomes: 10, objectives: 2, nonzeros: large, .expected, .extensive, "`--method extensive`"),
    Row(outcomes: 48, objectives: 1, nonzeros: large),
    Row(outcomes: 49, objectives: 1, nonzeros: large),
    Row(outcomes: 49, objectives: 1, nonzeros: large, hasChanceTargets: true),
    Row(outcomes: 49, objectives: 1, nonzeros: large, .cvar),
    Row(outcomes: 49, objectives: 1, nonzeros: large, .worst),
    Row(outcomes: 250, objectives: 2, nonzeros: large),
    Row(outcomes: 251, objectives: 2, nonzeros: large),
    Row(outcomes: 251, objectives: 2, nonzeros: large, .regret),
    Row(outcomes: 4, objectives: 2, nonzeros: 20_000, .adversary),
    Row(outcomes: 10, objectives: 2, nonzeros: 100_000, .adversary),
    Row(outcomes: 11, objectives: 2, nonzeros: 100_000, .adversary),
    Row(outcomes: 93, objectives: 2, nonzeros: large, .adversary),
    Row(outcomes: 93, objectives: 2, nonzeros: large, hasIntegers: true, .adversary),
    Row(
      outcomes: 93, objectives: 2, nonzeros: large, .adversary, .extensive, "`--method extensive`"),
  ]

  private static var table: String {
    var lines = [
      "| Outcomes | Objectives | Nonzeros | Risk | Options | Method | Extensive form if that fails |",
      "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows {
      let cells =
        row.words + [row.strategy.method.rawValue, row.strategy.mayFallBack ? "yes" : "no"]
      lines.append("| \(cells.joined(separator: " | ")) |")
    }
    return lines.joined(separator: "\n")
  }

  @Test func `the page on solvers shows the table of the stochastic strategy`() throws {
    let text = try Repository.text("Docs/solvers.md")
    #expect(text.contains(Self.table), "the table is now:\n\(Self.table)")
  }

  @Test func `very many outcomes are never composed`() {
    for risk in [Uncertainty.Risk.expected, .cvar] {
      let strategy = StochasticStrategy(
        .init(outcomes: 1_000, objectives: 1, nonzeros: Self.large, hasIntegers: false),
        risk: risk, asked: .automatic)
      #expect(strategy.method == .scenarioGroups && !strategy.mayFallBack)
    }
  }
}
