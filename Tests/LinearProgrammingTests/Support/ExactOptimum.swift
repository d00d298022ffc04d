import BigInt

@testable import LinearProgramming

/// A fraction, for programs whose numbers lie twenty powers of ten apart.
struct Fraction: Comparable {
  var top: BigInt
  /// Above 0.
  var bottom: BigInt

  init(_ top: BigInt, _ bottom: BigInt) {
    let divisor = top.greatestCommonDivisor(with: bottom)
    let sign: BigInt = bottom.sign == .minus ? -1 : 1
    let by = divisor.isZero ? 1 : divisor
    (self.top, self.bottom) = (sign * top / by, sign * bottom / by)
  }

  init(_ value: Double) {
    let exact = Dyadic(value)
    if exact.exponent >= 0 {
      self.init(exact.whole(at: 0), 1)
    } else {
      self.init(exact.whole(at: exact.exponent), BigInt(1) << -exact.exponent)
    }
  }

  var isZero: Bool { top.isZero }
  var value: Double { ExactNumber(Dyadic(mantissa: top, exponent: 0), over: bottom).value }

  static func + (a: Fraction, b: Fraction) -> Fraction {
    Fraction(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom)
  }
  static func - (a: Fraction, b: Fraction) -> Fraction {
    Fraction(a.top * b.bottom - b.top * a.bottom, a.bottom * b.bottom)
  }
  static func * (a: Fraction, b: Fraction) -> Fraction {
    Fraction(a.top * b.top, a.bottom * b.bottom)
  }
  static func / (a: Fraction, b: Fraction) -> Fraction {
    Fraction(a.top * b.bottom, a.bottom * b.top)
  }
  static func < (a: Fraction, b: Fraction) -> Bool { a.top * b.bottom < b.top * a.bottom }
}

/// What exact arithmetic finds of a program.
enum ExactEnd: Equatable {
  case optimal(Double)
  case infeasible
  case unbounded
}

extension LinearProgram {
  /// The optimum by a simplex over the fractions, with Bland's rule: phase 1, then phase 2, on the dense tableau of
  /// `A·x ≤ b, x ≥ 0`. For small programs.
  func exactEnd() -> ExactEnd {
    var tableau = ExactTableau(self)
    return tableau.solve()
  }
}

private struct ExactTableau {
  /// Rows of the tableau with the right-hand side last; one for each basic variable.
  private var rows: [[Fraction]] = []
  private var basis: [Int] = []
  private var cost: [Fraction] = []
  private var count = 0
  private var offset: Fraction
  private let zero = Fraction(0.0)
  private let one = Fraction(1.0)

  init(_ program: LinearProgram) {
    // x = lower + u, upper − u, or u − v.
    var parts: [[(column: Int, sign: Double)]] = []
    var base: [Fraction] = []
    var limits: [(terms: [(Int, Fraction)], most: Fraction)] = []
    for j in 0..<program.columnCount {
      let (lower, upper) = (program.columnLower[j], program.columnUpper[j])
      if lower.isFinite {
        parts.append([(count, 1)])
        base.append(Fraction(lower))
        if upper.isFinite {
          limits.append(([(count, Fraction(1.0))], Fraction(upper) - Fraction(lower)))
        }
        count += 1
      } else if upper.isFinite {
        parts.append([(count, -1)])
        base.append(Fraction(upper))
        count += 1
      } else {
        parts.append([(count, 1), (count + 1, -1)])
        base.append(Fraction(0.0))
        count += 2
      }
    }
    offset = Fraction(program.objectiveOffset)
    var costs = [Fraction](repeating: Fraction(0.0), count: count)
    for j in 0..<program.columnCount {
      let c = Fraction(program.cost[j])
      offset = offset + c * base[j]
      for part in parts[j] { costs[part.column] = c * Fraction(part.sign) }
    }
    for i in 0..<program.rowCount {
      var terms: [(Int, Fraction)] = []
      var constant = Fraction(0.0)
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let (a, j) = (Fraction(program.coefficient[k]), Int(program.columnIndex[k]))
        constant = constant + a * base[j]
        for part in parts[j] { terms.append((part.column, a * Fraction(part.sign))) }
      }
      if program.rowUpper[i].isFinite {
        limits.append((terms, Fraction(program.rowUpper[i]) - constant))
      }
      if program.rowLower[i].isFinite {
        limits.append((terms.map { ($0.0, zero - $0.1) }, constant - Fraction(program.rowLower[i])))
      }
    }
    let slacks = count
    count += limits.count
    cost = costs + [Fraction](repeating: zero, count: limits.count)
    for (k, limit) in limits.enumerated() {
      var row = [Fraction](repeating: zero, count: count + 1)
      for (column, value) in limit.terms { row[column] = row[column] + value }
      row[slacks + k] = one
      row[count] = limit.most
      rows.append(row)
      basis.append(slacks + k)
    }
  }

  mutating func solve() -> ExactEnd {
    // Phase 1 with one artificial column that all violated rows share.
    if let worst = rows.indices.min(by: { rows[$0][count] < rows[$1][count] }),
      rows[worst][count] < zero
    {
      let artificial = count
      for i in rows.indices {
        rows[i].insert(rows[i][count] < zero ? zero - one : zero, at: artificial)
      }
      count += 1
      let given = cost
      cost = [Fraction](repeating: zero, count: artificial) + [one]
      pivot(worst, artificial)
      _ = run()
      if let i = basis.firstIndex(of: artificial) {
        if rows[i][count] > zero { return .infeasible }
        if let j = (0..<artificial).first(where: { !rows[i][$0].isZero }) {
          pivot(i, j)
        } else {
          rows.remove(at: i)
          basis.remove(at: i)
        }
      }
      for i in rows.indices { rows[i].remove(at: artificial) }
      count -= 1
      cost = given
    }
    if !run() { return .unbounded }
    var value = offset
    for (i, j) in basis.enumerated() { value = value + cost[j] * rows[i][count] }
    return .optimal(value.value)
  }

  /// False where the objective falls without end.
  private mutating func run() -> Bool {
    while true {
      var entering: Int?
      for j in 0..<count where !basis.contains(j) {
        var reduced = cost[j]
        for (i, b) in basis.enumerated() where !cost[b].isZero && !rows[i][j].isZero {
          reduced = reduced - cost[b] * rows[i][j]
        }
        if reduced < zero {
          entering = j
          break
        }
      }
      guard let q = entering else { return true }
      var leaving: Int?
      var least = zero
      for i in rows.indices where rows[i][q] > zero {
        let ratio = rows[i][count] / rows[i][q]
        if let known = leaving {
          if ratio < least || ratio == least && basis[i] < basis[known] {
            (leaving, least) = (i, ratio)
          }
        } else {
          (leaving, least) = (i, ratio)
        }
      }
      guard let p = leaving else { return false }
      pivot(p, q)
    }
  }

  private mutating func pivot(_ p: Int, _ q: Int) {
    let divisor = rows[p][q]
    for k in rows[p].indices where !rows[p][k].isZero { rows[p][k] = rows[p][k] / divisor }
    for i in rows.indices where i != p && !rows[i][q].isZero {
      let factor = rows[i][q]
      for k in rows[i].indices where !rows[p][k].isZero {
        rows[i][k] = rows[i][k] - factor * rows[p][k]
      }
    }
    basis[p] = q
  }
}
