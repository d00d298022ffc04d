import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// Measures of a model's own as objectives, worked out by hand.
@Suite struct MeasureObjectiveTests {
  /// 1 kt of magnets in one year; 50 MUSD buy 500 t/yr of plant, at home with 0.3 jobs and 2 t of CO₂ a tonne, or at an
  /// ally's with 0.1 jobs and none.
  private func twoPlants(_ objective: String) throws -> Model {
    try read(
      """
      lodestone: 1
      name: two plants
      objective: \(objective)
      horizon: { start: 2026, end: 2026 }
      provenance:
        classes: { domestic: 0, allied: 0.25, foreign: 1 }
        countries: { US: domestic, AU: allied, CN: foreign }
      commodities:
        magnet: { stage: magnet, price: 50 USD/kg }
      facilities:
        home: { stage: magnet, country: US, recipe: { out: { magnet: 1 } }, expansion: { max: 2 kt/yr, capex: 100 kUSD/(t/yr) } }
        ally: { stage: magnet, country: AU, recipe: { out: { magnet: 1 } }, expansion: { max: 2 kt/yr, capex: 100 kUSD/(t/yr) } }
      imports: { cn: { commodity: magnet, country: CN } }
      demand: { industry: { commodity: magnet, quantity: 1 kt/yr } }
      funds: { grants: { instruments: [grant], appropriations: { 2026: 50 MUSD } } }
      factors:
        posts: { unit: jobs, values: { home: 0.3 jobs/(t/yr), ally: 0.1 jobs/(t/yr) } }
        co2: { unit: tCO2, values: { home: 2 tCO2/t } }
      measures:
        jobs_made: posts
        gas: co2
        foreign: imports
        lacking: shortage
      """)
  }

  private func read(_ text: String) throws -> Model {
    try ModelDocument.read(text: text, file: "t.yaml").model()
  }

  /// The values that people see, in order.
  private func shown(_ model: Model) -> [Double] {
    let solution = solve(AllocationProgram(model))
    #expect(solution.status == .optimal, "\(solution.reason ?? "")")
    #expect(solution.verification?.isVerified == true)
    return solution.objectives.map { $0.objective.shown($0.value) }
  }

  private func close(_ found: [Double], _ expected: [Double]) -> Bool {
    found.count == expected.count
      && zip(found, expected).allSatisfy { isClose($0, $1, relative: 1e-5, absolute: 1e-5) }
  }

  @Test func `the most jobs that the money buys`() throws {
    // 500 t at home: 150 jobs, 1,000 t of CO₂, and 500 t from abroad: (500 · 1) / 1,000.
    #expect(close(shown(try twoPlants("[maximize jobs_made, dependency]")), [150, 0.5]))
    #expect(close(shown(try twoPlants("[maximise jobs_made]")), [150]))
  }

  @Test func `a measure that is minimised comes in its turn`() throws {
    // Without CO₂ all 500 t are made at the ally's: (500 · 0.25 + 500) / 1,000, and 50 jobs.
    #expect(close(shown(try twoPlants("[gas, dependency]")), [0, 0.625]))
    #expect(close(shown(try twoPlants("[gas, dependency, maximize jobs_made]")), [0, 0.625, 50]))
    // Dependency first: 500 t at home, each with 2 t of CO₂.
    #expect(close(shown(try twoPlants("[dependency, gas]")), [0.5, 1000]))
  }

  @Test func `what is given counts in the total`() throws {
    // Of 1,000 t asked for all is served, since imports have no limit.
    #expect(close(shown(try twoPlants("[lacking, dependency]")), [0, 0.5]))
    // Imports are what is used: with the plants 500 t, and never more than the demand.
    #expect(close(shown(try twoPlants("[dependency, foreign]")), [0.5, 500]))
    #expect(close(shown(try twoPlants("[maximize foreign]")), [1000]))
    #expect(close(shown(try twoPlants("[foreign, lacking]")), [0, 500]))
  }

  @Test func `money is discounted, all else is summed`() throws {
    // The tutorial: 60 MUSD in 2026, 30 MUSD in 2027 at 5 %; 2,400 t home-made.
    let text =
      try Repository.text("Models/tutorial.yaml")
      + "\nmeasures: { cash: awards, home: \"served[class=domestic]\" }\nobjective: "
    #expect(close(shown(try read(text + "[dependency, cash]")), [0.4, 60 + 30 / 1.05]))
    #expect(close(shown(try read(text + "[maximize home, cash]")), [2400, 60 + 30 / 1.05]))
    let money = try read(text + "[dependency, cash]").objectives[1]
    #expect(money.amount == .money && money.name == "cash" && !money.isMaximised)
    #expect(try read(text + "[maximize home]").objectives[0].amount == .own(unit: "t"))
  }

  @Test func `the total is the sum of the years in the plan's table`() throws {
    let text =
      try Repository.text("Models/tutorial.yaml") + """

        factors: { posts: { unit: jobs, per: capacity, values: { "*": 0.1 jobs/(t/yr) } } }
        measures: { work: posts, weighted: "posts * weight", weight: { 2026: 1, 2029: 2 } }
        objective: [maximize weighted, work]
        """
    let model = try read(text)
    let solution = solve(AllocationProgram(model))
    let plan = try #require(solution.plan)
    for (index, name) in [(0, "weighted"), (1, "work")] {
      let place = try #require(model.measures.firstIndex { $0.id == name })
      let sum = plan.measures.filter { $0.measure == place }.reduce(0) { $0 + $1.value }
      let vector = AllocationProgram(model).objectives[index]
      #expect(
        isClose(vector.objective.shown(vector.value(at: solution.point)), sum, relative: 1e-6))
    }
    #expect(model.objectives[1].amount == .own(unit: "yr·jobs"))
  }

  @Test func `a certificate names what is maximised`() throws {
    let model = try twoPlants("[dependency, maximize jobs_made]")
    let allocation = AllocationProgram(model)
    let solution = solve(allocation)
    let question = PlanCertificate.Question(
      scenarios: [], settings: [], budgetScale: 1, isRelaxed: false,
      objectives: model.objectives)
    #expect(question.objectives == ["dependency", "maximize jobs_made"])
    let certificate = PlanCertificate(allocation, solution, question: question)
    #expect(PlanProof(certificate, allocation).verdict == .optimal)
    #expect(try model.objectives(named: question.objectives) == model.objectives)
  }

  @Test func `an objective that another case lacks is refused`() throws {
    let model = try twoPlants("[maximize jobs_made]")
    var other = model
    other.measures.removeAll { $0.id == "jobs_made" }
    #expect(throws: ModelErrors.self) { try other.choose(model.objectives) }
  }
}
