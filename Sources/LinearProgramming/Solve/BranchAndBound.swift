import Support

/// A branch and bound that takes no fraction for a whole number: what follows where the tree search of GLPK ends with
/// points that are whole within its tolerance only.
///
/// A switch that is open by 1e-9 beside a large constant is branched on like any other fraction, and the bound of each
/// node is proven from the multipliers of its linear program.
extension SolverSession {
  /// - Returns: `.failed` where the search has ended (by itself or at its limit of nodes), else why it was stopped.
  func branchAndBound(
    _ state: inout MixedState, _ context: SolveContext
  ) throws(SolverError) -> StopReason {
    let begin = monotonicSeconds()
    context.stage = .treeSearch
    defer { context.stage = .simplex }
    let whole = program.isInteger.indices.filter { program.isInteger[$0] }
    let known = context.attempts.count
    var tree = BranchAndBoundTree()
    if let basis = state.rootBasis { try glpkProblem().setBasis(basis) }
    holder = .glpk
    var stop = StopReason.failed
    var count = 0
    while let node = tree.next() {
      if let reason = context.mustStop {
        tree.add(node)
        stop = reason
        break
      }
      if count >= SolveStrategy.mostNodes {
        tree.add(node)
        break
      }
      if let best = state.incumbent?.objective,
        node.bound >= best - context.options.relativeGap * abs(best)
      {
        tree.close(at: node.bound)
        continue
      }
      count += 1
      try visit(node, whole, &tree, &state, context)
    }
    try sendColumnBounds(whole)
    context.condense(from: known, "nodes")
    context.log(.branchAndBound, tree.isEmpty ? "complete" : "open nodes left", since: begin)
    state.bound = max(state.bound, tree.bound)
    return stop
  }

  /// Solves the linear program of a node, and closes or branches it.
  private func visit(
    _ node: BranchAndBoundTree.Node, _ whole: [Int], _ tree: inout BranchAndBoundTree,
    _ state: inout MixedState, _ context: SolveContext
  ) throws(SolverError) {
    var bounded = program
    for (j, bounds) in node.bounds {
      bounded.setColumnBounds(j, lower: bounds.lower, upper: bounds.upper)
    }
    let places = whole.map { bounded.scaledColumnBounds($0, scaling) }
    try glpkProblem().setColumnBounds(
      whole.map { Int32(truncatingIfNeeded: $0) }, lower: places.map(\.lower),
      upper: places.map(\.upper))
    var attempt = SolveStrategy.GLPKAttempt(algorithm: .dual, startsFromBasis: true)
    var end = try run(attempt, context)
    if case .stopped = end, context.mustStop == nil {
      attempt.algorithm = .primal
      end = try run(attempt, context)
    }
    switch end {
    case .infeasible: return
    case .optimal(let columns, let duals, _):
      var x = columns
      for j in x.indices { x[j] *= scaling.column[j] / scaling.bound }
      var y = duals
      for i in y.indices { y[i] *= scaling.row[i] / scaling.objective }
      let bound = max(node.bound, bounded.dualBound(duals: y, near: x, scaling: scaling).bound)
      let fraction = { (j: Int) in abs(x[j] - x[j].rounded()) }
      guard
        let j = whole.filter({ (node.bounds[$0] ?? self.bounds(of: $0)).isOpen }).max(by: {
          (fraction($0), $1) < (fraction($1), $0)
        })
      else {
        // All are fixed: the point of the node is all there is.
        try offer(rounded(x), &state, context)
        tree.close(at: bound)
        return
      }
      if fraction(j) <= context.options.integerTolerance {
        let former = state.incumbent?.objective
        try offer(rounded(x), &state, context)
        let isSettled = (state.incumbent?.objective).map {
          $0 != former && $0 - bound <= context.options.relativeGap * abs($0)
        }
        if isSettled == true {
          tree.close(at: bound)
          return
        }
      }
      for child in node.children(of: j, at: x[j], self.bounds(of: j), bound: bound) {
        tree.add(child)
      }
    default: tree.close(at: node.bound)
    }
  }

  private func bounds(of j: Int) -> BranchAndBoundTree.Bounds {
    let bounds = program.scaledColumnBounds(j, scaling)
    return BranchAndBoundTree.Bounds(lower: bounds.lower, upper: bounds.upper)
  }
}

/// Open nodes, the one with the least bound first.
struct BranchAndBoundTree {
  struct Bounds: Equatable {
    var lower: Double
    var upper: Double
    var isOpen: Bool { lower < upper }
  }

  struct Branching {
    var column: Int
    var isUp: Bool
    /// From the column's value in the parent to the bound.
    var distance: Double
  }

  struct Node {
    /// Of whole-number columns that were branched on.
    var bounds: [Int: Bounds] = [:]
    var bound = -Double.infinity
    /// Where its linear program starts; nil where the solver goes on from the last one's.
    var basis: Basis?
    /// How it came from its parent.
    var branched: Branching?

    /// The nodes below and above a value. A whole value is one of them by itself.
    func children(of j: Int, at value: Double, _ given: Bounds, bound: Double) -> [Node] {
      let box = bounds[j] ?? given
      let below = min(max(value.rounded(.down), box.lower), box.upper - 1)
      return [Bounds(lower: box.lower, upper: below), Bounds(lower: below + 1, upper: box.upper)]
        .map {
          var child = self
          child.bounds[j] = $0
          child.bound = bound
          return child
        }
    }
  }

  private var open: [Node]
  private var closed = Double.infinity

  init(root: Node = Node()) { open = [root] }

  var count: Int { open.count }

  var isEmpty: Bool { open.isEmpty }

  /// What no point is below: of open nodes and of closed ones that were not proven empty.
  var bound: Double { open.reduce(closed) { min($0, $1.bound) } }

  mutating func next() -> Node? {
    // Of equal bounds the deepest, which was added last.
    guard let k = open.indices.min(by: { (open[$0].bound, $1) < (open[$1].bound, $0) }) else {
      return nil
    }
    return open.remove(at: k)
  }

  mutating func add(_ node: Node) { open.append(node) }
  mutating func close(at bound: Double) { closed = min(closed, bound) }
}
