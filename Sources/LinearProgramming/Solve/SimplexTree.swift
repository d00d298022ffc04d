import Support

/// A branch and bound by our simplex for large programs, on which a node takes GLPK several times as long.
///
/// A node starts from the basis of its parent; the search plunges from a node to the nearer of its children until that is
/// closed, and goes on with the least bound. Columns to branch on are chosen by pseudocosts (Bénichou et al. 1971), and
/// whole numbers are held by their reduced costs where the best plan rules the others out. The bound of each node is proven
/// from the multipliers of its linear program, and so is that a node has no point.
extension SolverSession {
  /// - Returns: `.failed` where the search has ended (by itself or at its limit of nodes), else why it was stopped.
  func simplexTree(
    _ state: inout MixedState, _ context: SolveContext
  ) throws(SolverError) -> StopReason {
    guard hasOwnSimplex, let basis = state.rootBasis else { return .failed }
    let begin = monotonicSeconds()
    context.stage = .treeSearch
    defer { context.stage = .simplex }
    let iterations = context.iterations
    var search = SimplexTree(
      whole: program.isInteger.indices.filter { program.isInteger[$0] }, basis)
    var stop = StopReason.failed
    while let node = search.next() {
      if let reason = context.mustStop {
        search.tree.add(node)
        stop = reason
        break
      }
      let isSpent =
        search.count >= SolveStrategy.mostNodes
        || context.iterations - iterations > SolveStrategy.mostTreeIterations
      if isSpent || search.hasFailed {
        search.tree.add(node)
        break
      }
      search.count += 1
      try visit(node, &search, &state, context)
      search.report(state, context, since: begin)
    }
    let count = context.iterations - iterations
    context.iterations = iterations
    context.log(
      .branchAndBound, "\(search.count) nodes",
      search.tree.isEmpty ? "complete" : "open nodes left", iterations: count, since: begin)
    let most = state.incumbent?.objective ?? .infinity
    state.bound = max(state.bound, min(search.tree.bound, most))
    return stop
  }

  /// Solves the linear program of a node, and closes or branches it.
  private func visit(
    _ node: BranchAndBoundTree.Node, _ search: inout SimplexTree, _ state: inout MixedState,
    _ context: SolveContext
  ) throws(SolverError) {
    if node.bound >= cutoff(state, context) { return search.tree.close(at: node.bound) }
    var bounded = program
    for (j, bounds) in node.bounds {
      bounded.setColumnBounds(j, lower: bounds.lower, upper: bounds.upper)
    }
    guard let basis = node.basis,
      let found = try solveBounded(bounded, from: basis, context)
    else { return search.fail(at: node) }
    if found.end == .infeasible, bounded.isProvenEmpty(by: found.duals, scaling) { return }
    guard found.end == .optimal else { return search.fail(at: node) }
    let x = zip(found.columns, scaling.column).map { $0 * $1 / scaling.bound }
    let y = zip(found.duals, scaling.row).map { $0 * $1 / scaling.objective }
    let proven = bounded.dualBound(duals: y, near: x, scaling: scaling)
    let bound = max(node.bound, proven.bound)
    search.pseudocosts.note(node, bound: bound)
    if search.whole.allSatisfy({ search.fraction(x[$0]) <= context.options.integerTolerance }) {
      try offer(rounded(x), &state, context)
    }
    let most = cutoff(state, context)
    if bound >= most { return search.tree.close(at: bound) }
    var next = node
    next.basis = found.basis
    if proven.isProven, most.isFinite {
      let held = search.held(
        node, bounds: bounds(of:), proven.reducedCosts, room: most - proven.bound)
      // What is left out is no better than that.
      if held != node.bounds { search.tree.close(at: most) }
      next.bounds = held
    }
    guard let j = search.column(next, x, bounds: bounds(of:)) else {
      // All are fixed: the point of the node is all there is.
      try offer(rounded(x), &state, context)
      return search.tree.close(at: bound)
    }
    search.branch(next, on: j, at: x[j], bounds(of: j), bound: bound)
  }

  /// What a node's bound must be below to be of use. A little of the gap is left to rounding, so that a tree that ends has
  /// closed it.
  private func cutoff(_ state: MixedState, _ context: SolveContext) -> Double {
    let best = state.incumbent.map {
      $0.objective - 0.9 * context.options.relativeGap * abs($0.objective)
    }
    return min(best ?? .infinity, context.options.cutoff ?? .infinity)
  }

  private func bounds(of j: Int) -> BranchAndBoundTree.Bounds {
    let bounds = program.scaledColumnBounds(j, scaling)
    return BranchAndBoundTree.Bounds(lower: bounds.lower, upper: bounds.upper)
  }
}

/// The state of the search.
private struct SimplexTree {
  let whole: [Int]
  var tree: BranchAndBoundTree
  var pseudocosts = Pseudocosts()
  var count = 0
  /// Whether a node has no answer, without which the search closes no gap.
  private(set) var hasFailed = false
  /// The child with which the search plunges.
  private var child: BranchAndBoundTree.Node?
  private var lastReport = 0.0

  init(whole: [Int], _ basis: Basis) {
    self.whole = whole
    var root = BranchAndBoundTree.Node()
    root.basis = basis
    tree = BranchAndBoundTree(root: root)
  }

  mutating func next() -> BranchAndBoundTree.Node? {
    defer { child = nil }
    return child ?? tree.next()
  }

  mutating func fail(at node: BranchAndBoundTree.Node) {
    tree.close(at: node.bound)
    hasFailed = true
  }

  func fraction(_ value: Double) -> Double { abs(value - value.rounded()) }

  /// The bounds of a node's whole numbers without those that its reduced costs prove worse by more than `room` than the bound
  /// that they prove.
  func held(
    _ node: BranchAndBoundTree.Node, bounds: (Int) -> BranchAndBoundTree.Bounds,
    _ reducedCosts: [Double], room: Double
  ) -> [Int: BranchAndBoundTree.Bounds] {
    var result = node.bounds
    for j in whole where reducedCosts[j] != 0 {
      var box = node.bounds[j] ?? bounds(j)
      if !box.isOpen { continue }
      let steps = (room * (1 + 1e-6) / abs(reducedCosts[j])).rounded(.down)
      if steps >= box.upper - box.lower { continue }
      if reducedCosts[j] > 0 {
        box.upper = box.lower + steps
      } else {
        box.lower = box.upper - steps
      }
      result[j] = box
    }
    return result
  }

  /// The column to branch on: a fraction where there is one, else any that is open; nil where all are fixed.
  func column(
    _ node: BranchAndBoundTree.Node, _ x: [Double], bounds: (Int) -> BranchAndBoundTree.Bounds
  ) -> Int? {
    var best: (column: Int, score: Double)?
    for j in whole where (node.bounds[j] ?? bounds(j)).isOpen {
      let score = fraction(x[j]) > 1e-9 ? pseudocosts.score(j, x[j]) : 0
      if score > (best?.score ?? -1) { best = (j, score) }
    }
    return best?.column
  }

  mutating func branch(
    _ node: BranchAndBoundTree.Node, on j: Int, at value: Double,
    _ given: BranchAndBoundTree.Bounds, bound: Double
  ) {
    let box = node.bounds[j] ?? given
    let clamped = min(max(value, box.lower), box.upper)
    var children = node.children(of: j, at: clamped, given, bound: bound)
    children[0].branched = .init(column: j, isUp: false, distance: value - value.rounded(.down))
    children[1].branched = .init(column: j, isUp: true, distance: value.rounded(.up) - value)
    let nearer = clamped - clamped.rounded(.down) > 0.5 ? 1 : 0
    child = children[nearer]
    tree.add(children[1 - nearer])
  }

  mutating func report(_ state: MixedState, _ context: SolveContext, since begin: Double) {
    let now = monotonicSeconds()
    guard let progress = context.options.progress, now - lastReport > 0.1 else { return }
    lastReport = now
    progress(
      SolverProgress(
        stage: .treeSearch, iterations: context.iterations, objective: state.incumbent?.objective,
        infeasibility: 0, bound: min(tree.bound, child?.bound ?? .infinity),
        openNodes: tree.count + (child == nil ? 0 : 1), seconds: context.seconds))
  }
}

/// What a unit less or more of a column has cost on average, where it was branched on.
private struct Pseudocosts {
  private struct Mean {
    var sum = 0.0
    var count = 0.0
    mutating func add(_ value: Double) { (sum, count) = (sum + value, count + 1) }
  }
  private var down: [Int: Mean] = [:]
  private var up: [Int: Mean] = [:]
  private var all = Mean()

  /// Notes by how much the bound of a node rose above its parent's.
  mutating func note(_ node: BranchAndBoundTree.Node, bound: Double) {
    guard let branched = node.branched, branched.distance > 1e-6, node.bound.isFinite else {
      return
    }
    let gain = max(0, bound - node.bound) / branched.distance
    all.add(gain)
    if branched.isUp {
      up[branched.column, default: Mean()].add(gain)
    } else {
      down[branched.column, default: Mean()].add(gain)
    }
  }

  /// The product of what both sides are expected to cost.
  func score(_ j: Int, _ value: Double) -> Double {
    let usual = all.count > 0 ? all.sum / all.count : 1
    func cost(_ mean: Mean?) -> Double { mean.map { $0.sum / $0.count } ?? usual }
    let fraction = value - value.rounded(.down)
    let least = 1e-6 * max(usual, 1e-12)
    return max(cost(down[j]) * fraction, least) * max(cost(up[j]) * (1 - fraction), least)
  }
}
