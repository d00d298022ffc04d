/// What no plan is below, in three dimensions: half-spaces `normal · z ≥ offset · s` with `normal ≥ 0`, and the extreme
/// rays of the cone that they leave, by the double description method (Motzkin et al. 1953).
///
/// A vertex has `s = 1`; a direction, in which the region goes on without end, has `s = 0`. What is worse in an
/// objective stays in the region, so that the three axes are its only directions and a convex function that falls along
/// them is largest at a vertex.
///
///     var bound = OuterBound()                       // z ≥ 0: one vertex, the origin
///     bound.cut([1, 1, 1], atLeast: 1)               // its vertices are now the three unit points
struct OuterBound {
  struct Ray {
    /// Of a vertex its place; of a direction its axis.
    var at: [Double]
    var isVertex: Bool
    /// Half-spaces on whose planes it lies, ascending.
    var facets: [Int]
    /// What is known of a vertex; nil: nothing yet.
    var distance: Double?
    /// Whether looking at it again tells nothing more.
    var isSettled = false
  }

  private(set) var rays: [Ray]
  /// The half-spaces `z_i ≥ 0` and, the fourth, `s ≥ 0`; then the cuts.
  private var facets = 4
  /// Planes nearer than this to a vertex go through it.
  private static let tolerance = 1e-9

  /// The region `z ≥ 0`.
  init() {
    rays = [Ray(at: [0, 0, 0], isVertex: true, facets: [0, 1, 2])]
    for i in 0..<3 {
      var axis = [0.0, 0, 0]
      axis[i] = 1
      rays.append(Ray(at: axis, isVertex: false, facets: (0..<4).filter { $0 != i }))
    }
  }

  /// The places of its vertices among `rays`.
  var vertices: [Int] { rays.indices.filter { rays[$0].isVertex } }

  mutating func know(_ ray: Int, distance: Double) { rays[ray].distance = distance }
  mutating func settle(_ ray: Int) { rays[ray].isSettled = true }

  /// Takes away what lies below a plane.
  ///
  /// - Parameter normal: none negative.
  /// - Returns: whether a vertex lay there.
  @discardableResult
  mutating func cut(_ normal: [Double], atLeast offset: Double) -> Bool {
    let sides = rays.map { side($0, normal, offset) }
    guard sides.contains(where: { $0 < 0 }) else { return false }
    let facet = facets
    facets += 1
    var kept: [Ray] = []
    for (ray, side) in zip(rays, sides) where side >= 0 {
      kept.append(ray)
      if side == 0 { kept[kept.count - 1].facets.append(facet) }
    }
    for a in rays.indices where sides[a] > 0 {
      for b in rays.indices where sides[b] < 0 {
        guard let shared = edge(a, b) else { continue }
        kept.append(
          Ray(
            at: crossing(rays[a], sides[a], rays[b], sides[b]), isVertex: true,
            facets: shared + [facet]))
      }
    }
    rays = kept
    return true
  }

  /// Above 0: kept; 0: on the plane.
  private func side(_ ray: Ray, _ normal: [Double], _ offset: Double) -> Double {
    let sum = zip(normal, ray.at).reduce(0) { $0 + $1.0 * $1.1 }
    if !ray.isVertex { return sum }
    let size = zip(normal, ray.at).reduce(abs(offset)) { $0 + abs($1.0 * $1.1) }
    let side = sum - offset
    return abs(side) <= Self.tolerance * max(1, size) ? 0 : side
  }

  /// Where the edge between a kept ray and a vertex that is cut off meets the plane.
  private func crossing(_ a: Ray, _ above: Double, _ b: Ray, _ below: Double) -> [Double] {
    if a.isVertex {
      let part = above / (above - below)
      return zip(a.at, b.at).map { $0 + part * ($1 - $0) }
    }
    return zip(b.at, a.at).map { $0 - below / above * $1 }
  }

  /// The planes that two rays share where a face of two dimensions joins them: no third ray lies on all of these.
  private func edge(_ a: Int, _ b: Int) -> [Int]? {
    let others = Set(rays[b].facets)
    let shared = rays[a].facets.filter { others.contains($0) }
    guard shared.count >= 2 else { return nil }
    for (n, ray) in rays.enumerated() where n != a && n != b {
      if shared.allSatisfy({ ray.facets.contains($0) }) { return nil }
    }
    return shared
  }
}
