import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Allocation

@Suite struct ProvenanceLoopTests {
  private struct Plant {
    var country: Int
    var inputs: [Int: Double]
    var outputs: [Int: Double]
    var capacity: Double
  }
  private struct Source {
    var commodity: Int
    var country: Int
    var limit: Double
  }
  /// One year, three classes of weights 0, 0.25 and 1, 2 for going without; kilotonnes. Demand of 1 for commodity 0.
  private struct Chain {
    var commodities: Int
    var plants: [Plant]
    var sources: [Source]

    static let weights = [0, 0.25, 1]

    var text: String {
      func list(_ amounts: [Int: Double]) -> String {
        "{ "
          + amounts.sorted { $0.key < $1.key }.map { "c\($0.key): \($0.value)" }
          .joined(separator: ", ") + " }"
      }
      let facilities = plants.enumerated().map { index, plant in
        """
          p\(index): { stage: s, country: "X\(plant.country)", commercial: false, recipe: \
        { in: \(list(plant.inputs)), out: \(list(plant.outputs)) }, existing: \(plant.capacity) kt/yr }
        """
      }
      let imports = sources.enumerated().map { index, source in
        """
          i\(index): { commodity: c\(source.commodity), country: "X\(source.country)", \
        limit: \(source.limit) kt/yr }
        """
      }
      return """
        lodestone: 1
        name: Chain
        horizon: { start: 2026, end: 2026 }
        objective: [dependency]
        provenance:
          classes: { home: 0, allied: 0.25, foreign: 1 }
          countries: { X0: home, X1: allied, X2: foreign }
        commodities:
        \((0..<commodities).map { "  c\($0): { stage: s }" }.joined(separator: "\n"))
        facilities:
        \(facilities.joined(separator: "\n"))
        \(imports.isEmpty ? "" : "imports:\n" + imports.joined(separator: "\n"))
        demand: { need: { commodity: c0, quantity: 1 kt/yr } }
        """
    }

    /// The formulation as it stands, with a column for every class: section 3, material balance.
    var program: LinearProgram {
      var program = LinearProgram()
      var terms: [Int: [(column: Int, amount: Double)]] = [:]
      func add(_ commodity: Int, _ k: Int, _ column: Int, _ amount: Double) {
        terms[commodity * 3 + k, default: []].append((column, amount))
      }
      var capacities: [(columns: [Int], most: Double)] = []
      for plant in plants {
        var columns: [Int] = []
        for k in plant.country..<3 {
          let column = program.addColumn(lower: 0, upper: .infinity)
          columns.append(column)
          for (commodity, amount) in plant.inputs { add(commodity, k, column, -amount) }
          for (commodity, amount) in plant.outputs { add(commodity, k, column, amount) }
        }
        capacities.append((columns, plant.capacity))
      }
      for source in sources {
        add(
          source.commodity, source.country, program.addColumn(lower: 0, upper: source.limit), 1)
      }
      var served: [Int] = []
      for k in 0..<3 {
        for commodity in 0..<commodities where k < 2 {
          let down = program.addColumn(lower: 0, upper: .infinity)
          add(commodity, k, down, -1)
          add(commodity, k + 1, down, 1)
        }
        served.append(program.addColumn(lower: 0, upper: 1, cost: Self.weights[k] - 2))
        add(0, k, served[k], -1)
      }
      program.objectiveOffset = 2
      for entries in terms.values {
        for entry in entries { program.addEntry(entry.column, entry.amount) }
        program.finishRow(lower: 0, upper: .infinity)
      }
      for capacity in capacities {
        for column in capacity.columns { program.addEntry(column, 1) }
        program.finishRow(lower: -.infinity, upper: capacity.most)
      }
      for column in served { program.addEntry(column, 1) }
      program.finishRow(lower: -.infinity, upper: 1)
      return program
    }
  }

  private func dependency(_ chain: Chain) throws -> Double {
    let document = try ModelDocument.read(text: chain.text, file: "test.yaml")
    let solution = solve(AllocationProgram(try document.model()))
    #expect(solution.status == .optimal)
    return value(.dependency, solution)
  }

  private func formulated(_ chain: Chain) throws -> Double {
    guard case .optimal(let solution) = try LinearProgramming.solve(chain.program) else {
      return .nan
    }
    return solution.objective
  }

  @Test func `a loop that gains makes everything from nothing, as the formulation says`() throws {
    let loop = { (yield: Double, country: Int) in
      Chain(
        commodities: 2,
        plants: [
          Plant(country: 0, inputs: [0: 1], outputs: [1: 1], capacity: 10),
          Plant(country: country, inputs: [1: 1], outputs: [0: yield], capacity: 10),
        ], sources: [])
    }
    #expect(isClose(try dependency(loop(2, 0)), 0))
    // The loop runs in the class of its least secure plant.
    #expect(isClose(try dependency(loop(2, 1)), 0.25))
    // Without a gain nothing is left over.
    #expect(isClose(try dependency(loop(1, 0)), 2))
    #expect(isClose(try dependency(loop(0.9, 0)), 2))
  }

  @Test func `a loop that cannot run has no columns`() throws {
    let chain = Chain(
      commodities: 2,
      plants: [
        Plant(country: 0, inputs: [0: 1], outputs: [1: 1], capacity: 10),
        Plant(country: 0, inputs: [1: 1], outputs: [0: 0.9], capacity: 10),
      ], sources: [])
    let document = try ModelDocument.read(text: chain.text, file: "test.yaml")
    #expect(ProvenanceReach(try document.model()).batches == [[], []])
  }

  @Test func `random chains with loops give what the whole formulation gives`() throws {
    var random = Random(5)
    var values: Set<Int> = []
    var gains = 0
    for _ in 0..<400 {
      let commodities = 1 + random.below(4)
      func amounts(_ most: Int) -> [Int: Double] {
        var amounts: [Int: Double] = [:]
        for _ in 0..<(1 + random.below(most)) {
          amounts[random.below(commodities)] = Double(1 + random.below(12)) / 4
        }
        return amounts
      }
      let plants = (0..<(1 + random.below(6))).map { _ in
        Plant(
          country: random.below(3), inputs: random.below(12) == 0 ? [:] : amounts(2),
          outputs: amounts(2), capacity: Double(1 + random.below(40)) / 8)
      }
      let sources = (0..<random.below(3)).map { _ in
        Source(
          commodity: random.below(commodities), country: random.below(3),
          limit: Double(1 + random.below(16)) / 8)
      }
      let chain = Chain(commodities: commodities, plants: plants, sources: sources)
      let found = try dependency(chain)
      #expect(isClose(found, try formulated(chain), absolute: 1e-7), "\(chain.text)")
      values.insert(Int((found * 1000).rounded()))
      if sources.isEmpty, !plants.contains(where: \.inputs.isEmpty), found < 1.9 { gains += 1 }
    }
    #expect(values.count > 40 && gains > 20, "\(values.count) \(gains)")
  }
}
