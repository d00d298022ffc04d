import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// Hand-checked models of rules; those of the library of ready rules in Docs/rules.md among them.
@Suite struct RuleTests {
  private func tutorial(_ sections: String) throws -> AllocationSolution {
    let text = try Repository.text("Models/tutorial.yaml")
    return try solved(text + "\n" + sections)
  }

  /// 1 kt of magnets in one year from two plants without lead times, one at home and one at an ally's; 50 MUSD buy 500 t/yr.
  private func twoPlants(
    _ sections: String, imports: String = "cn: { commodity: magnet, country: CN }"
  ) -> String {
    """
    lodestone: 1
    name: two plants
    horizon: { start: 2026, end: 2026 }
    provenance:
      classes: { domestic: 0, allied: 0.25, foreign: 1 }
      countries: { US: domestic, AU: allied, JP: allied, CN: foreign }
    commodities:
      magnet: { stage: magnet, price: 50 USD/kg }
      alloy: { stage: metal, price: 10 USD/kg }
    facilities:
      home: { stage: magnet, country: US, tags: [new], recipe: { out: { magnet: 1 } }, expansion: { max: 2 kt/yr, capex: 100 kUSD/(t/yr) } }
      ally: { stage: magnet, country: AU, tags: [new], recipe: { out: { magnet: 1 } }, expansion: { max: 2 kt/yr, capex: 100 kUSD/(t/yr) } }
      host: { stage: metal, country: US, recipe: { out: { alloy: 1 } }, existing: 800 t/yr }
    imports:
      \(imports)
    demand:
      industry: { commodity: magnet, quantity: 1 kt/yr }
      castings: { commodity: alloy, quantity: 100 t/yr, weight: 0 }
    funds:
      grants: { instruments: [grant], appropriations: { 2026: 50 MUSD } }
    \(sections)
    """
  }

  @Test func `no country supplies more than its share of imports`() throws {
    // JP sends its 300 t. CN at most 60 % of all: c ≤ 0.6 (c + 300), c = 450. Grants: 500 t at home would do, so
    // without them: 250 t are missing. 300 · 0.25 + 450 + 250 · 2 = 1,025 of 1,000.
    let imports =
      "{ jp: { commodity: magnet, country: JP, limit: 300 t/yr }, cn: { commodity: magnet, country: CN } }"
    let model = twoPlants(
      """
      limits: [{ measure: award, at_most: 0 MUSD }]
      rules:
        - name: largest share of one source
          rule: imports[commodity=magnet, country=each] / imports[commodity=magnet] <= 60%
          each: country
          among: CN
      """
    ).replacing("imports:\n  cn: { commodity: magnet, country: CN }", with: "imports: \(imports)")
    let solution = try solved(model)
    #expect(isClose(value(.dependency, solution), 1.025))
    let rule = try #require(solution.plan?.rules.first)
    #expect(isClose(rule.left, 450, relative: 1e-5) && rule.isBinding)
  }

  @Test func `a by-product is made beside its host alone`() throws {
    // 800 t of alloy let 0.25 · 800 = 200 t of magnets be made at home; the other 300 t of money go to the ally:
    // (300 · 0.25 + 500) / 1,000.
    let solution = try solved(
      twoPlants(
        """
        rules:
          - name: by-product
            rule: output[commodity=magnet, country=US] <= 25% * output[commodity=alloy]
        """))
    #expect(isClose(value(.dependency, solution), 0.575))
  }

  @Test func `capacity follows that of the host metal`() throws {
    // 40 % of 800 t/yr: 320 at home, 180 at the ally's: (180 · 0.25 + 500) / 1,000.
    let solution = try solved(
      twoPlants(
        """
        rules:
          - name: host metal
            rule: capacity[facility=home] <= 40% * capacity[stage=metal]
        """))
    #expect(isClose(value(.dependency, solution), 0.545))
  }

  @Test func `money is shared between regions`() throws {
    // 20 MUSD buy 200 t at the ally's: (200 · 0.25 + 500) / 1,000.
    let solution = try solved(
      twoPlants(
        """
        measures: { abroad: "awards[country=AU]" }
        rules:
          - name: regions
            rule: abroad / awards >= 40%
        """))
    #expect(isClose(value(.dependency, solution), 0.55))
    #expect(isClose(solution.plan?.measures.first?.value ?? 0, 20, relative: 1e-5))
  }

  @Test func `spending may not fall by more than half`() throws {
    // x in 2026, x/2 in 2027, x/4 in 2028: x = 90 · 4/7. A tonne a year costs 100 kUSD and works 3, 2 or 1 years:
    // 10 · 4.25 x = 2,185.71 t of 4,000 are home-made.
    let solution = try tutorial(
      """
      rules:
        - { name: steady, rule: awards >= 50% * last_year(awards), until: 2028 }
      """)
    #expect(isClose(value(.dependency, solution), (4000 - 2185.7142857) / 4000))
    let awards = solution.plan?.rules.map(\.left) ?? []
    #expect(awards.count == 2 && isClose(awards[0], 180.0 / 7, relative: 1e-4))
  }

  @Test func `local content that cannot be reached costs its penalty`() throws {
    // 900 t/yr are home-made at most from 2028 on: 50 t lack in 2029 of 950, 0.05 MUSD discounted over three years.
    let solution = try tutorial(
      """
      rules:
        - name: local content
          rule: served[class=domestic] >= 95% * demand
          from: 2029
          penalty: 1 kUSD/t
      """)
    #expect(isClose(value(.dependency, solution), 0.4))
    #expect(
      isClose(value(.publicCost, solution), 60 + 30 / 1.05 + 0.05 / 1.157625, relative: 1e-4))
    let row = try #require(solution.plan?.rules.first)
    #expect(
      isClose(row.shortfall, 50, relative: 1e-3) && isClose(row.penalty, 0.05, relative: 1e-3))
  }

  @Test func `local content that must be kept and cannot is infeasible`() throws {
    let solution = try tutorial(
      "rules: [{ name: local, rule: \"served[class=domestic] >= 95% * demand\", from: 2029 }]")
    #expect(solution.status == .infeasible)
    #expect(solution.reason?.contains("rule \"local\" in 2029") == true)
  }

  @Test func `a factor counts jobs`() throws {
    // 0.1 jobs a t/yr: 30 jobs are 300 t, the rest foreign.
    let solution = try solved(
      twoPlants(
        """
        factors: { jobs: { unit: jobs, values: { "*[stage=magnet]": 0.1 jobs/(t/yr) } } }
        measures: { work: jobs }
        rules: [{ rule: jobs <= 30 jobs }]
        """))
    #expect(isClose(value(.dependency, solution), 0.7))
    #expect(isClose(solution.plan?.measures.first?.value ?? 0, 30, relative: 1e-5))
  }

  /// Limits of every measure, and the same as rules.
  static let pairs: [(limit: String, rule: String)] = [
    ("measure: award, at_most: 40 MUSD", "rule: awards <= 40 MUSD"),
    ("measure: award, at_most: 70 MUSD, per: horizon", "rule: awards <= 70 MUSD, per: horizon"),
    (
      "measure: build, where: { stage: magnet }, at_most: 200 t/yr",
      "rule: \"build[stage=magnet] <= 200 t/yr\""
    ),
    ("measure: projects, at_most: 0.6, from: 2027", "rule: projects <= 0.6, from: 2027"),
    (
      "measure: capex, where: { stage: separation }, at_most: 20 MUSD, until: 2026",
      "rule: \"capex[stage=separation] <= 20 MUSD\", until: 2026"
    ),
    (
      "measure: activity, where: { facility: magnet_works }, at_most: 500 t/yr",
      "rule: \"activity[facility=magnet_works] <= 500 t/yr\""
    ),
    (
      "measure: activity, where: { facility: mine }, at_least: 3 kt, from: 2028",
      "rule: \"activity[facility=mine] >= 3 kt\", from: 2028"
    ),
    (
      "measure: import, where: { stage: magnet }, at_most: 2 kt, per: horizon",
      "rule: \"imports[stage=magnet] <= 2 kt\", per: horizon"
    ),
    (
      "measure: import, where: { stage: magnet }, at_most: 75%, of: {}",
      "rule: \"imports[stage=magnet] / imports <= 75%\""
    ),
  ]

  @Test(arguments: pairs)
  func `a limit written as a rule has the same program`(limit: String, rule: String) throws {
    let text = try Repository.text("Models/tutorial.yaml")
    func program(_ section: String) throws -> AllocationProgram {
      AllocationProgram(
        try ModelDocument.read(text: text + "\n" + section, file: "t.yaml").model())
    }
    let (a, b) = (try program("limits: [{ \(limit) }]"), try program("rules: [{ \(rule) }]"))
    #expect(a.program.rowUpper == b.program.rowUpper && a.program.rowLower == b.program.rowLower)
    #expect(a.program.rowStart == b.program.rowStart)
    #expect(a.program.columnIndex == b.program.columnIndex)
    #expect(
      zip(a.program.coefficient, b.program.coefficient).allSatisfy {
        isClose($0, $1, relative: 1e-12)
      })
    #expect(a.rows.count { $0.kind == .limit } == b.rows.count { $0.kind == .rule })
  }

  /// Every quantity, bounded so that nothing changes: measures must come to what the rows say.
  @Test func `what the tables say of a quantity is what the rows say`() throws {
    let names = PlanQuantity.Kind.allCases.filter { ![.returns, .purchases, .stock].contains($0) }
    let units: [PlanQuantity.Kind: String] = [.projects: "", .dependency: ""]
    let rules = names.map { kind in
      let money: Set<PlanQuantity.Kind> = [
        .capex, .awards, .support, .private, .purchases, .spending,
      ]
      let unit = units[kind] ?? (money.contains(kind) ? " BUSD" : " kt/yr")
      return "  - { name: \(kind.rawValue), rule: \(kind.rawValue) <= 1000\(unit) }"
    }
    let solution = try tutorial("rules:\n" + rules.joined(separator: "\n"))
    let text = try Repository.text("Models/tutorial.yaml")
    let model = try ModelDocument.read(
      text: text + "\nrules:\n" + rules.joined(separator: "\n"), file: "t.yaml"
    ).model()
    let allocation = AllocationProgram(model)
    let plan = try #require(solution.plan)
    var compared = 0
    for (i, key) in allocation.rows.enumerated() where key.kind == .rule {
      let rule = model.rules[Int(key.first)]
      var activity = 0.0
      for k in allocation.program.rowStart[i]..<allocation.program.rowStart[i + 1] {
        activity +=
          allocation.program.coefficient[k]
          * solution.point[Int(allocation.program.columnIndex[k])]
      }
      let year = model.horizon.year(ofStep: Int(key.step))
      let row = try #require(plan.rules.first { $0.rule == Int(key.first) && $0.year == year })
      let slack = (allocation.program.rowUpper[i] - activity) * rule.rowUnit
      #expect(isClose(row.right - row.left, slack, relative: 1e-6), "\(rule.name) \(year)")
      compared += 1
    }
    #expect(compared > 30)
  }
}
