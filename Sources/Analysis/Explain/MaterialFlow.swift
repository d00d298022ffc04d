import Allocation
import SupplyChain

/// How material passes from stage to stage in each year of a plan, by provenance class (formulation section 3,
/// material balance).
///
/// Nodes are stages by class, imports into them, material that comes back, stockpiles, and demand. A link holds
/// the tonnes a year of all commodities that pass. Flows inside a stage are left out, and what returns to an
/// earlier stage starts from a node of its own, so that the links form no circle.
public struct MaterialFlow: Sendable {
  public struct Node: Sendable, Hashable {
    public enum Kind: String, Sendable {
      case stage
      case imported = "import"
      case returned
      case fromStock
      case toStock
      case demand
    }
    public var kind: Kind
    /// Index of the stage in `Model.stages`, or of the demand segment.
    public var place: Int
    /// nil where classes meet.
    public var provenanceClass: Int?
    public init(kind: Kind, place: Int, provenanceClass: Int?) {
      self.kind = kind
      self.place = place
      self.provenanceClass = provenanceClass
    }
  }
  public struct Link: Sendable {
    public var from: Node
    public var to: Node
    public var tonnes: Double
  }
  /// By year of the horizon; largest flows are not first: the order is that of the model.
  public var linksByYear: [[Link]]

  public init(_ plan: Plan, _ model: Model) {
    var reader = FlowReader(model)
    reader.read(plan)
    linksByYear = reader.linksByYear
  }
}

/// What there is of one commodity in one step and where it goes, by class.
private struct Pool {
  var supplies: [[(node: MaterialFlow.Node, tonnes: Double)]]
  var uses: [[(node: MaterialFlow.Node, tonnes: Double)]]

  init(classCount: Int) {
    supplies = Array(repeating: [], count: classCount)
    uses = supplies
  }
}

private struct FlowReader {
  typealias Node = MaterialFlow.Node
  let model: Model
  let stageOfCommodity: [Int]
  let stageOfFacility: [Int]
  let classCount: Int
  var linksByYear: [[MaterialFlow.Link]]
  private var pools: [Int: Pool] = [:]
  private var sums: [[Pair: Double]]
  private var order: [[Pair]]

  private struct Pair: Hashable {
    var from: Node
    var to: Node
  }

  init(_ model: Model) {
    self.model = model
    let place = Dictionary(uniqueKeysWithValues: model.stages.enumerated().map { ($1, $0) })
    stageOfCommodity = model.commodities.map { place[$0.stage] ?? 0 }
    stageOfFacility = model.facilities.map { facility in
      let main = facility.recipe.main.map { model.commodities[$0].stage }
      return place[main ?? facility.stage] ?? 0
    }
    classCount = model.provenance.classes.count
    linksByYear = Array(repeating: [], count: model.horizon.yearCount)
    sums = Array(repeating: [:], count: model.horizon.yearCount)
    order = Array(repeating: [], count: model.horizon.yearCount)
  }

  mutating func read(_ plan: Plan) {
    gather(plan)
    for slot in pools.keys.sorted() { settle(slot) }
    for (year, pairs) in order.enumerated() {
      linksByYear[year] = pairs.map { pair in
        .init(from: pair.from, to: pair.to, tonnes: sums[year][pair] ?? 0)
      }.filter { $0.tonnes > 1e-3 }
    }
  }

  private func slot(_ commodity: Int, _ step: Int) -> Int {
    step * model.commodities.count + commodity
  }

  private mutating func supply(_ commodity: Int, _ k: Int, _ step: Int, _ node: Node, _ t: Double) {
    pools[slot(commodity, step), default: Pool(classCount: classCount)].supplies[k].append(
      (node, t))
  }

  private mutating func use(_ commodity: Int, _ k: Int, _ step: Int, _ node: Node, _ t: Double) {
    pools[slot(commodity, step), default: Pool(classCount: classCount)].uses[k].append((node, t))
  }

  private mutating func gather(_ plan: Plan) {
    for row in plan.activities {
      let recipe = model.facilities[row.facility].recipe
      let k = row.provenanceClass
      let here = Node(kind: .stage, place: stageOfFacility[row.facility], provenanceClass: k)
      for input in recipe.inputs {
        use(input.commodity, k, row.step, here, input.amount * row.tonnes)
      }
      for output in recipe.outputs {
        let made = Node(
          kind: .stage, place: stageOfCommodity[output.commodity], provenanceClass: k)
        supply(output.commodity, k, row.step, made, output.amount * row.tonnes)
      }
    }
    for row in plan.imports {
      let source = model.imports[row.source]
      add(.imported, source.commodity, row.provenanceClass, row.step, row.tonnes)
    }
    for row in plan.returned {
      let stream = model.returns[row.stream]
      add(.returned, stream.commodity, stream.provenanceClass, row.step, row.tonnes)
    }
    for row in plan.stocks {
      let commodity = model.stockpiles[row.stockpile].commodity
      if row.released > 0 {
        add(.fromStock, commodity, row.provenanceClass, row.step, row.released)
      }
      if row.stored > 0 {
        let pile = Node(kind: .toStock, place: stageOfCommodity[commodity], provenanceClass: nil)
        use(commodity, row.provenanceClass, row.step, pile, row.stored)
      }
    }
    for row in plan.served {
      guard let k = row.provenanceClass else { continue }
      let segment = Node(kind: .demand, place: row.segment, provenanceClass: nil)
      use(model.demand[row.segment].commodity, k, row.step, segment, row.tonnes)
    }
  }

  /// Material from outside the chain: a link into its stage, and supply there.
  private mutating func add(
    _ kind: Node.Kind, _ commodity: Int, _ k: Int, _ step: Int, _ tonnes: Double
  ) {
    let stage = stageOfCommodity[commodity]
    let here = Node(kind: .stage, place: stage, provenanceClass: k)
    link(Node(kind: kind, place: stage, provenanceClass: k), here, step, tonnes)
    supply(commodity, k, step, here, tonnes)
  }

  /// Shares out what each class has in proportion, after what the less secure classes lack went down to them.
  private mutating func settle(_ slot: Int) {
    guard let pool = pools[slot] else { return }
    let step = slot / model.commodities.count
    let commodity = slot % model.commodities.count
    var lacking = [Double](repeating: 0, count: classCount + 1)
    for k in stride(from: classCount - 1, through: 0, by: -1) {
      let used = pool.uses[k].reduce(0) { $0 + $1.tonnes }
      let there = pool.supplies[k].reduce(0) { $0 + $1.tonnes }
      lacking[k] = max(0, used + lacking[k + 1] - there)
    }
    // Tonnes by the class in which they were made.
    var stock = [Double](repeating: 0, count: classCount)
    for k in 0..<classCount {
      stock[k] += pool.supplies[k].reduce(0) { $0 + $1.tonnes }
      let whole = stock.reduce(0, +)
      guard whole > 0 else { continue }
      for use in pool.uses[k] {
        for made in 0...k where stock[made] > 0 {
          let node = Node(
            kind: .stage, place: stageOfCommodity[commodity], provenanceClass: made)
          link(node, use.node, step, use.tonnes * stock[made] / whole)
        }
      }
      let goesDown = min(1, lacking[k + 1] / whole)
      for made in 0...k { stock[made] *= goesDown }
    }
  }

  private mutating func link(_ from: Node, _ to: Node, _ step: Int, _ tonnes: Double) {
    guard tonnes > 0 else { return }
    var from = from
    if from.kind == .stage, to.kind == .stage {
      if to.place == from.place { return }
      if to.place < from.place { from.kind = .returned }
    }
    let year = step / model.horizon.stepsPerYear
    let pair = Pair(from: from, to: to)
    if sums[year][pair] == nil { order[year].append(pair) }
    sums[year][pair, default: 0] += tonnes
  }
}
