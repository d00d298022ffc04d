import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Allocation
@testable import Analysis

@Suite struct IISTests {
  /// Whether the rules of a conflict, without one of them, can be met; solved cold.
  private func isFeasible(
    _ program: IISProgram, _ kept: [Int], without dropped: Int?
  ) throws -> Bool {
    var open = program.program
    let active = Set(kept.filter { $0 != dropped })
    for i in 0..<open.rowCount where !active.contains(i) {
      open.setRowBounds(i, lower: -.infinity, upper: .infinity)
    }
    switch try LinearProgramming.solve(open) {
    case .optimal: return true
    case .infeasible: return false
    default:
      Issue.record("not settled")
      return false
    }
  }

  private func check(_ model: Model, atLeast count: Int = 2) throws -> IIS {
    let iis = try #require(try IIS.find(model))
    #expect(iis.isIrreducible)
    #expect(!iis.needsWholeNumbers)
    #expect(iis.rules.count >= count)
    let program = IISProgram(model, relaxed: true)
    let kept = program.rules.indices.filter { iis.rules.contains(program.rules[$0]) }
    #expect(kept.count == iis.rules.count)
    #expect(try !isFeasible(program, kept, without: nil))
    for row in kept {
      #expect(
        try isFeasible(program, kept, without: row), "\(program.rules[row]) is not necessary")
    }
    return iis
  }

  private func kinds(_ iis: IIS) -> Set<RowKey.Kind> {
    Set(
      iis.rules.compactMap { rule in
        guard case .row(let key) = rule else { return nil }
        return key.kind
      })
  }

  @Test func `a target beyond the money clashes with the money`() throws {
    let iis = try check(try Sample.tutorial(targets: [2029: 0.05]))
    #expect(kinds(iis).isSuperset(of: [.target, .account, .capacity]))
  }

  @Test func `a target before anything works clashes with no money`() throws {
    let model = try Sample.tutorial(targets: [2026: 0.05])
    let iis = try check(model)
    #expect(kinds(iis) == [.target, .balance, .demand])
    let late = iis.lateStages(in: model)
    #expect(late.map(\.stage) == ["separation", "magnet"])
    #expect(late.allSatisfy { $0.firstYear == 2027 })
  }

  @Test func `a smallest import clashes with what can be used`() throws {
    var model = try Sample.tutorial()
    var limit = Limit(
      name: "imports", measure: .import, sense: .atLeast, value: Series(11_000),
      location: model.imports[0].location)
    limit.from = 2027
    limit.until = 2027
    model.limits.append(limit)
    let iis = try check(model, atLeast: 3)
    #expect(kinds(iis).contains(.usedImports))
  }

  @Test(arguments: Sample.corpus)
  func `conflicts of models of all kinds are irreducible`(name: String) throws {
    var model = try Sample.corpus(name)
    let year = model.horizon.start + model.horizon.yearCount / 2
    model.targets = [Target(year: year, value: 0.02, location: model.demand[0].location)]
    _ = try check(model)
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `so are those of random national programmes`(seed: UInt64) throws {
    var model = try Sample.random(seed: seed)
    let location = model.demand[0].location
    model.targets = [Target(year: model.horizon.end, value: 0.001, location: location)]
    model.limits = []
    _ = try check(model)
  }

  /// Where a proof begins, so that none of all rows is needed: on large models the solver does not settle that.
  @Test(arguments: Sample.corpus)
  func `the few rows on which the least violation hangs clash by themselves`(name: String) throws {
    var model = try Sample.corpus(name)
    let year = model.horizon.start + model.horizon.yearCount / 2
    model.targets = [Target(year: year, value: 0.02, location: model.demand[0].location)]
    let found = try ElasticProgram(model).run(RunSettings()) { session throws(StudyEnd) in
      try session.smallest(opening: [])?.pricedRows
    }
    let rows = try #require(found)
    let program = IISProgram(model, relaxed: true)
    #expect(rows.count < program.program.rowCount / 2)
    #expect(try !isFeasible(program, rows.sorted(), without: nil))
    #expect(
      try ElasticProgram(Sample.corpus(name)).run(RunSettings()) { session throws(StudyEnd) in
        try session.smallest(opening: [])?.pricedRows
      } == nil)
  }

  @Test func `a feasible model has no conflict`() throws {
    #expect(try IIS.find(try Sample.tutorial()) == nil)
  }

  @Test func `a target that only fractions of modules could meet is a conflict of whole numbers`()
    throws
  {
    // 75 MUSD pay for 750 t/yr; modules of 400 t/yr allow one, so 60 % stay foreign.
    let model = try Sample.plants(
      Sample.plant("plant", expansion: "capex: 100 kUSD/(t/yr), module: 400 t/yr"),
      appropriation: "75 MUSD", more: "targets: { 2026: 30% }")
    let iis = try #require(try IIS.find(model))
    #expect(iis.needsWholeNumbers)
    #expect(iis.rules.last == .wholeNumbers)
    #expect(kinds(iis).contains(.target))
    #expect(kinds(iis).contains(.account))
  }
}

@Suite struct FeasibilityRelaxationTests {
  private func relaxations(_ model: Model) throws -> FeasibilityRelaxation {
    let iis = try #require(try IIS.find(model))
    return try FeasibilityRelaxation.find(model, iis)
  }

  @Test func `debts that a price war leaves unserved could be put off`() throws {
    // 100 MUSD have been lent; of 50 due in 2028 the plant earns 10.
    let text =
      try Repository.text(Repository.corpus + "/hand-forbearance.yaml")
      + "committed: [{ facility: plant, fund: loans, time: 2026, money: 100 MUSD }]\n"
    let model = try ModelDocument.read(text: text, file: "test.yaml").model(scenarios: ["war"])
    let found = try relaxations(model)
    let relaxation = try #require(found.single.first)
    #expect(found.single.count == 1)
    #expect(relaxation.kind == .forbearance(fund: 0, rate: 0.05))
    #expect(relaxation.present == 0 && relaxation.value == 1 && !relaxation.isDemand)
    #expect(solve(AllocationProgram(relaxation.applied(to: model))).status == .optimal)
  }

  @Test func `the tutorial's target of 5 % needs 10 %, or 5 million more in the year before`()
    throws
  {
    let model = try Sample.tutorial(targets: [2029: 0.05])
    let relaxations = try relaxations(model)
    let target = try #require(relaxations.single.first { $0.kind == .target(0) })
    #expect(isNear(target.value, 0.1))
    #expect(
      relaxations.single.contains { relaxation in
        guard case .money(0, let extra) = relaxation.kind else { return false }
        return isNear(extra.reduce(0) { $0 + $1.amount }, 5, 1e-3)
      })
    #expect(relaxations.combined.isEmpty)
  }

  @Test func `a permit in the way is told with the years that help`() throws {
    // With a permit of one year nothing works in 2026; half the demand can be met then.
    let model = try Sample.plants(
      Sample.plant("plant", expansion: "capex: 100 kUSD/(t/yr), permit: 1 year"),
      more: "targets: { 2027: 20% }")
    let found = try relaxations(model)
    #expect(found.single.contains { $0.kind == .target(0) && isNear($0.value, 0.5) })
    let late = try Sample.plants(
      Sample.plant(
        "plant", "existing: 1 t/yr", expansion: "capex: 100 kUSD/(t/yr), permit: 1 year"),
      more: "targets: { 2026: 60% }")
    let permit = try #require(
      try relaxations(late).single.first { $0.kind == .permit(facility: 0) })
    #expect(permit.present == 1)
    #expect(permit.value == 0)
  }

  @Test func `two targets too many are loosened together`() throws {
    let relaxations = try relaxations(try Sample.tutorial(targets: [2027: 0.3, 2029: 0.05]))
    #expect(!relaxations.single.contains { if case .target = $0.kind { true } else { false } })
    let values = relaxations.combined.compactMap { relaxation in
      if case .target = relaxation.kind { relaxation.value } else { nil }
    }
    #expect(values.count == 2)
    #expect(isNear(values[0], 0.4) && isNear(values[1], 0.1))
  }

  @Test(arguments: Sample.corpus)
  func `each relaxation makes its model feasible, a little less does not`(name: String) throws {
    var model = try Sample.corpus(name)
    let year = model.horizon.start + model.horizon.yearCount / 2
    model.targets = [Target(year: year, value: 0.02, location: model.demand[0].location)]
    let found = try relaxations(model)
    #expect(!found.single.isEmpty)
    for relaxation in found.single {
      #expect(Sample.best(relaxation.applied(to: BaselineSolver.reduced(model))) != nil)
    }
    let target = try #require(found.single.first { $0.kind == .target(0) })
    var less = target
    less.value -= 3e-4
    #expect(Sample.best(less.applied(to: model)) == nil)
  }
}
