import SupplyChain

/// Which provenance classes can occur, so that columns that cannot matter are never made.
///
/// A class is *native* to a commodity when material can enter in it without a downgrade: from an import, an
/// opening stock, returned material, or a batch of a facility. A batch of class k none of whose inputs is
/// native at k uses only material downgraded from k − 1; run as a batch of class k − 1 it yields the same
/// material in a better class, which may be downgraded afterwards. So only the most secure class a
/// facility can reach, and classes native to an input, need a column.
///
/// Loops of recipes that make at least what they use run without anything from outside, in any class that their
/// facilities admit; they are native from the most secure of these classes on. A loop that loses cannot run, and
/// counts for nothing. So this is exact (formulation section 1, provenance).
struct ProvenanceReach {
  /// By commodity: ascending native classes.
  private(set) var native: [[Int]]
  /// By facility: ascending classes of its batches.
  private(set) var batches: [[Int]]
  /// By commodity: classes of the balance rows (empty where the commodity cannot be had).
  private(set) var balance: [Range<Int>]
  /// By segment: ascending classes that may serve it before and after its requirement comes into force. A
  /// class that could only be reached by a downgrade from an allowed class that weighs no more is left out, unless a
  /// rule counts what is served by class.
  private(set) var served: [(before: [Int], after: [Int])]

  init(_ model: Model) {
    let classCount = model.provenance.classes.count
    var present = [[Bool]](
      repeating: [Bool](repeating: false, count: classCount), count: model.commodities.count)
    for source in model.imports {
      for part in source.content where part.share > 0 {
        present[source.commodity][part.provenanceClass] = true
      }
    }
    for stream in model.returns { present[stream.commodity][stream.provenanceClass] = true }
    for stockpile in model.stockpiles {
      for (k, tonnes) in stockpile.opening.enumerated() where tonnes > 0 {
        present[stockpile.commodity][k] = true
      }
    }
    var batches = ProvenanceReach.spread(model, &present)
    for k in 0..<classCount where ProvenanceReach.addLoops(model, inClass: k, &present) {
      batches = ProvenanceReach.spread(model, &present)
    }
    native = present.map { flags in flags.indices.filter { flags[$0] } }
    self.batches = batches
    var highest = native.map { $0.last ?? -1 }
    for (p, facility) in model.facilities.enumerated() {
      guard let top = batches[p].last else { continue }
      for input in facility.recipe.inputs {
        highest[input.commodity] = max(highest[input.commodity], top)
      }
    }
    let weights = model.provenance.classes.map(\.weight)
    let isMonotone = zip(weights, weights.dropFirst()).allSatisfy { $0 <= $1 }
    let isCounted = model.rules.contains { rule in
      rule.difference.terms.contains { $0.quantity.filter.classes != nil }
    }
    served = model.demand.map { segment in
      let native = present[segment.commodity]
      guard let lowest = native.firstIndex(of: true) else { return (before: [], after: []) }
      func useful(_ allowed: [Bool]) -> [Int] {
        // What arrives inside goods is served by the most secure class that may serve it.
        let embedded = segment.embedded.flatMap { goods in
          (goods.provenanceClass..<classCount).first { allowed[$0] }
        }
        return (lowest..<classCount).filter { k in
          allowed[k]
            && (isCounted || !isMonotone || k == lowest || native[k] || !allowed[k - 1]
              || k == embedded)
        }
      }
      let all = [Bool](repeating: true, count: classCount)
      let required = segment.requiredClasses.map { classes in
        (0..<classCount).map(classes.contains)
      }
      return (before: useful(all), after: useful(required ?? all))
    }
    for (segment, classes) in zip(model.demand, served) {
      let top = max(classes.before.last ?? -1, classes.after.last ?? -1)
      highest[segment.commodity] = max(highest[segment.commodity], top)
    }
    balance = zip(native, highest).map { native, highest in
      guard let lowest = native.first else { return 0..<0 }
      return lowest..<(highest + 1)
    }
  }

  /// Adds what facilities make of what is present, again and again; the classes of their batches.
  private static func spread(_ model: Model, _ present: inout [[Bool]]) -> [[Int]] {
    var batches = [[Int]](repeating: [], count: model.facilities.count)
    var changed = true
    while changed {
      changed = false
      for (p, facility) in model.facilities.enumerated() {
        let classes = batchClasses(facility, present)
        guard classes != batches[p] else { continue }
        batches[p] = classes
        changed = true
        for output in facility.recipe.outputs {
          for k in classes { present[output.commodity][k] = true }
        }
      }
    }
    return batches
  }

  /// Adds what loops that sustain themselves make in a class, with whatever else can be had in it; whether there
  /// are any. Facilities that can run in it without a loop are no part of one here.
  private static func addLoops(
    _ model: Model, inClass k: Int, _ present: inout [[Bool]]
  ) -> Bool {
    let isHad = present.map { $0[...k].contains(true) }
    let conversions = model.facilities.compactMap { facility -> MassLoops.Conversion? in
      let missing = facility.recipe.inputs.filter { $0.amount > 0 && !isHad[$0.commodity] }
      guard facility.provenanceClass <= k, !missing.isEmpty else { return nil }
      return MassLoops.Conversion(
        name: facility.id, inputs: missing, outputs: facility.recipe.outputs)
    }
    guard !conversions.isEmpty else { return false }
    let loop = MassLoops.selfSustaining(conversions, commodities: model.commodities.count)
    for index in loop {
      for output in conversions[index].outputs { present[output.commodity][k] = true }
    }
    return !loop.isEmpty
  }

  private static func batchClasses(_ facility: Facility, _ present: [[Bool]]) -> [Int] {
    var lowest = facility.provenanceClass
    for input in facility.recipe.inputs where input.amount > 0 {
      guard let first = present[input.commodity].firstIndex(of: true) else { return [] }
      lowest = max(lowest, first)
    }
    var classes = [lowest]
    let count = present.first?.count ?? 0
    if lowest + 1 < count {
      for k in (lowest + 1)..<count
      where facility.recipe.inputs.contains(where: { $0.amount > 0 && present[$0.commodity][k] }) {
        classes.append(k)
      }
    }
    return classes
  }
}
