/// A line that touches a convex function from below: the function's value at `position` and a subgradient.
public struct SupportingLine: Sendable, Equatable {
  public var position: Double
  public var value: Double
  public var slope: Double

  public init(position: Double, value: Double, slope: Double) {
    self.position = position
    self.value = value
    self.slope = slope
  }

  func value(at x: Double) -> Double { value + slope * (x - position) }
}

/// A stretch on which a function is linear.
public struct LinearPiece: Sendable, Equatable {
  public var from: Double
  public var to: Double
  public var valueFrom: Double
  public var valueTo: Double
  public var slope: Double
}

/// Finds all pieces of a convex, piecewise linear function from values and subgradients.
///
/// Two lines that touch the function meet somewhere between their points. Where the function passes through
/// that meeting point there is nothing but the two pieces; where it lies above, it has a further piece there,
/// and the search goes on to both sides. A subgradient at a kink, which may be any between the two slopes,
/// costs no more than a further question. For n pieces about 2n questions are asked.
struct TangentSearch {
  /// Values nearer than this are the same.
  let tolerance: Double
  /// The function; nil ends the search.
  let line: (Double) throws -> SupportingLine?

  /// The pieces from left to right, and whether all were found.
  func pieces(
    from left: SupportingLine, to right: SupportingLine
  ) throws -> (pieces: [LinearPiece], isComplete: Bool) {
    var pieces: [LinearPiece] = []
    var open = [(left: left, right: right)]
    let narrowest = 1e-9 * max(right.position - left.position, abs(right.position))
    while let (left, right) = open.popLast() {
      func add(_ a: SupportingLine, _ b: SupportingLine, slope: Double) {
        pieces.append(
          LinearPiece(
            from: a.position, to: b.position, valueFrom: a.value, valueTo: b.value, slope: slope))
      }
      let width = right.position - left.position
      if width <= 0 { continue }
      if abs(right.value(at: left.position) - left.value) <= tolerance {
        add(left, right, slope: right.slope)
        continue
      }
      if abs(left.value(at: right.position) - right.value) <= tolerance {
        add(left, right, slope: left.slope)
        continue
      }
      let turn = right.slope - left.slope
      let meeting =
        left.position + (right.value - right.slope * width - left.value)
        / (left.slope - right.slope)
      guard turn > 0, meeting > left.position + narrowest, meeting < right.position - narrowest
      else {
        add(left, right, slope: (right.value - left.value) / width)
        continue
      }
      guard let middle = try line(meeting) else {
        add(left, right, slope: (right.value - left.value) / width)
        return (rest(pieces, open), false)
      }
      if middle.value <= left.value(at: meeting) + tolerance {
        add(left, middle, slope: left.slope)
        add(middle, right, slope: right.slope)
      } else {
        open.append((middle, right))
        open.append((left, middle))
      }
    }
    return (TangentSearch.merged(pieces, tolerance: tolerance), true)
  }

  /// What is known where the search was ended: chords, which lie above the function.
  private func rest(
    _ pieces: [LinearPiece], _ open: [(left: SupportingLine, right: SupportingLine)]
  ) -> [LinearPiece] {
    let chords = open.reversed().map { left, right in
      LinearPiece(
        from: left.position, to: right.position, valueFrom: left.value, valueTo: right.value,
        slope: (right.value - left.value) / (right.position - left.position))
    }
    return TangentSearch.merged(pieces + chords, tolerance: tolerance)
  }

  /// Joins neighbours whose common end lies on the straight line between their other ends.
  static func merged(_ pieces: [LinearPiece], tolerance: Double) -> [LinearPiece] {
    var result: [LinearPiece] = []
    // The points inside the last piece, which must stay near its line, and the length its slope is taken from.
    var inside: [(x: Double, value: Double)] = []
    var longest = 0.0
    for piece in pieces {
      guard let last = result.last else {
        result.append(piece)
        longest = piece.to - piece.from
        continue
      }
      let chord = (piece.valueTo - last.valueFrom) / (piece.to - last.from)
      let points = inside + [(piece.from, piece.valueFrom)]
      let isStraight = points.allSatisfy { x, value in
        abs(last.valueFrom + chord * (x - last.from) - value) <= tolerance
      }
      let isSameSlope = abs(piece.slope - last.slope) <= 1e-12 * abs(last.slope)
      if isStraight || isSameSlope {
        let isLonger = piece.to - piece.from > longest
        if isLonger { longest = piece.to - piece.from }
        result[result.count - 1] = LinearPiece(
          from: last.from, to: piece.to, valueFrom: last.valueFrom, valueTo: piece.valueTo,
          slope: isLonger ? piece.slope : last.slope)
        inside = points
      } else {
        result.append(piece)
        inside = []
        longest = piece.to - piece.from
      }
    }
    return result
  }
}
