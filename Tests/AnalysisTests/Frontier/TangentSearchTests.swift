import Testing

@testable import Analysis

/// The largest of some lines: convex, with a subgradient of the first line that attains it.
private struct Envelope {
  var lines: [(slope: Double, offset: Double)]

  func touch(_ x: Double) -> SupportingLine {
    let best = lines.max { $0.slope * x + $0.offset < $1.slope * x + $1.offset }
    let line = best ?? (0, 0)
    return SupportingLine(position: x, value: line.slope * x + line.offset, slope: line.slope)
  }
}

@Suite struct TangentSearchTests {
  private func search(_ envelope: Envelope, _ range: ClosedRange<Double>) throws -> [LinearPiece] {
    let search = TangentSearch(tolerance: 1e-12) { envelope.touch($0) }
    return try search.pieces(
      from: envelope.touch(range.lowerBound), to: envelope.touch(range.upperBound)
    ).pieces
  }

  @Test func `a straight line is one piece, found without a question`() throws {
    let pieces = try search(Envelope(lines: [(-2, 1)]), 0...3)
    #expect(pieces == [LinearPiece(from: 0, to: 3, valueFrom: 1, valueTo: -5, slope: -2)])
  }

  @Test func `corners at the ends and subgradients between two slopes do no harm`() throws {
    // Corners at 0, 1 and 3; at 0 and 3 the subgradient is that of a line which only touches there.
    let envelope = Envelope(lines: [(-5, 4), (-2, 4), (-1, 3), (0, 0)])
    let pieces = try search(envelope, 0...3)
    #expect(pieces.map(\.slope) == [-2, -1])
    #expect(pieces.map(\.to) == [1, 3])
  }

  @Test func `all pieces of a parabola's tangents are found with two questions a piece`() throws {
    // Tangents of x² at −20, −19 … 20 meet at the halves.
    let lines = (-20...20).map { (slope: 2 * Double($0), offset: -Double($0 * $0)) }
    let envelope = Envelope(lines: lines)
    var questions = 0
    let search = TangentSearch(tolerance: 1e-12) { x in
      questions += 1
      return envelope.touch(x)
    }
    let found = try search.pieces(from: envelope.touch(-20), to: envelope.touch(20))
    #expect(found.isComplete)
    #expect(found.pieces.count == 41)
    #expect(questions <= 82)
    for (a, b) in zip(found.pieces, found.pieces.dropFirst()) {
      #expect(a.to == b.from && a.slope < b.slope)
      #expect(abs(a.to * 2 - (a.to * 2).rounded()) < 1e-9)
    }
  }

  @Test func `a search that is ended gives the pieces before and chords after`() throws {
    let envelope = Envelope(lines: [(-4, 4), (-2, 3), (-1, 2), (0, 0)])
    var left = 1
    let search = TangentSearch(tolerance: 1e-12) { x in
      left -= 1
      return left >= 0 ? envelope.touch(x) : nil
    }
    let found = try search.pieces(from: envelope.touch(0), to: envelope.touch(3))
    #expect(!found.isComplete)
    #expect(found.pieces.first?.from == 0 && found.pieces.last?.to == 3)
  }
}
