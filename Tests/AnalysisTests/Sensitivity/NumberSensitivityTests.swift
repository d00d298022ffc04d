import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// On the tutorial, whose optimum is worked out by hand in its comments: 2,400 t of 4,000 t are home-made.
@Suite struct NumberSensitivityTests {
  private func tutorial() throws -> ModelNumbers {
    try ModelNumbers(try ModelDocument.read(path: Repository.path("Models/tutorial.yaml")))
  }

  @Test func `the change for 1 % of each number is what it is by hand`() throws {
    let numbers = try tutorial()
    let found = try NumberSensitivity.find(numbers, settings: RunSettings())
    #expect(isClose(found.value, 0.4))
    #expect(found.rows.count == found.count && !found.isInterrupted)
    func effect(_ path: String) throws -> Double? {
      try #require(found.rows.first { $0.number.path.joined(separator: ".") == path }, "\(path)")
        .effect
    }
    // 1 % of 600 t for three years and of 300 t for two.
    #expect(isClose(try effect("funds.grants.appropriations.2026") ?? 0, -0.0045, relative: 1e-3))
    #expect(isClose(try effect("funds.grants.appropriations.2027") ?? 0, -0.0015, relative: 1e-3))
    // Half of the cost of a tonne, so half a per cent of 2,400 t.
    #expect(
      isClose(try effect("facilities.separation.expansion.capex") ?? 0, 0.003, relative: 1e-3))
    #expect(
      isClose(try effect("facilities.magnet_works.expansion.capex") ?? 0, 0.003, relative: 1e-3))
    #expect(
      isClose(try effect("facilities.magnet_works.recipe.in.oxide") ?? 0, 0.003, relative: 1e-3))
    // The same tonnes of 1 % more demand.
    #expect(isClose(try effect("demand.industry.quantity") ?? 0, 0.006, relative: 1e-3))
    #expect(isClose(try effect("provenance.classes.foreign") ?? 0, 0.004, relative: 1e-3))
    #expect(try effect("facilities.mine.existing") == 0)
    // A year of construction is a year or two.
    #expect(try effect("facilities.separation.expansion.construction") == nil)
    #expect(try effect("facilities.mine.opex") == 0)
  }

  @Test func `inputs at both ends of their range are what they are by hand`() throws {
    let numbers = try tutorial()
    let grades = [EvidenceGrade?](repeating: .c, count: numbers.numbers.count)
    let found = try Tornado.find(
      numbers, grades: grades, range: .uniform(0.1), settings: RunSettings())
    func row(_ kind: InputGroup.Kind, _ of: String?) throws -> Tornado.Row {
      try #require(found.rows.first { $0.input.kind == kind && $0.input.of == of }, "\(kind)")
    }
    let money = try row(.money, "grants")
    #expect(isClose(money.low.value ?? 0, 0.46) && isClose(money.high.value ?? 0, 0.34))
    #expect(isClose(money.perPercent ?? 0, -0.006, relative: 1e-3))
    #expect(money.numberCount == 2 && money.weakest == .c)
    let demand = try row(.demand, "industry")
    #expect(isClose(demand.low.value ?? 0, 1200.0 / 3600))
    #expect(isClose(demand.high.value ?? 0, 2000.0 / 4400))
    // 0.5 t/yr of separation at 90 and at 110 kUSD, and 50 kUSD for the magnet works.
    let capex = try row(.capex, "separation")
    #expect(isClose(capex.low.value ?? 0, 1 - 0.6 * 100 / 95))
    #expect(isClose(capex.high.value ?? 0, 1 - 0.6 * 100 / 105))
    let construction = try row(.construction, nil)
    // A year later: 600 t for two years and 300 t for one.
    #expect(isClose(construction.high.value ?? 0, 1 - 1500.0 / 4000))
    #expect(construction.perPercent == nil && isClose(construction.low.value ?? 0, 0.4))
    // Largest first; what moves nothing stands apart.
    let sizes = found.rows.map { ($0.size(from: found.value) * 1e9).rounded() }
    #expect(sizes == sizes.sorted(by: >))
    #expect(found.idle.contains { $0.kind == .opex && $0.of == "mine" })
    #expect(!found.rows.contains { $0.input.kind == .opex })
  }

  @Test func `the grade of a number widens its range`() throws {
    let numbers = try tutorial()
    let grades: [EvidenceGrade?] = numbers.numbers.map { number in
      switch number.path.last {
      case "2026": .a
      case "2027": .e
      default: nil
      }
    }
    let found = try Tornado.find(
      numbers, grades: grades, range: .standard, settings: RunSettings())
    let money = try #require(found.rows.first { $0.input.kind == .money })
    // 600 t less 2 % for three years, 300 t less 40 % for two.
    #expect(isClose(money.low.value ?? 0, 1 - (1800 * 0.98 + 600 * 0.6) / 4000))
    #expect(money.ranges == 0.02...0.4 && money.weakest == .e)
    // Without a grade as judgement.
    let demand = try #require(found.rows.first { $0.input.kind == .demand })
    #expect(demand.ranges == 0.4...0.4 && demand.weakest == nil)
  }

  @Test func `only the inputs that move most to first order are solved again`() throws {
    let numbers = try tutorial()
    let grades = [EvidenceGrade?](repeating: .a, count: numbers.numbers.count)
    let found = try Tornado.find(
      numbers, grades: grades, range: .uniform(0.1), most: 2, settings: RunSettings())
    let solved = found.rows.filter { $0.low != .notLookedAt }
    #expect(solved.count <= 2 && found.rows.count > 2)
    let times = found.rows.filter { $0.perPercent == nil }
    // What has no first-order change comes before it.
    #expect(times.allSatisfy { $0.low != .notLookedAt })
  }

  @Test func `an interrupted study keeps what was found`() throws {
    let numbers = try tutorial()
    let grades = [EvidenceGrade?](repeating: .a, count: numbers.numbers.count)
    let cancellation = Cancellation()
    var settings = RunSettings()
    settings.cancellation = cancellation
    settings.progress = {
      if $0.phase == "plans made again", $0.done == 6 { cancellation.cancel() }
    }
    let found = try Tornado.find(
      numbers, grades: grades, range: .uniform(0.1), settings: settings)
    #expect(found.isInterrupted)
    #expect(found.rows.contains { $0.low.value != nil || $0.high.value != nil })
    #expect(found.rows.contains { $0.low == .notLookedAt || $0.high == .notLookedAt })
  }
}
