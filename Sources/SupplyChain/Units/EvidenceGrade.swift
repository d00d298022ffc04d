/// How good the evidence for a number is, the best first.
public enum EvidenceGrade: String, Sendable, CaseIterable, Comparable {
  /// A filing or a law.
  case a = "A"
  /// A release of the company or agency itself.
  case b = "B"
  /// The press, and whoever repeats others.
  case c = "C"
  /// By analogy with another plant, study or year.
  case d = "D"
  /// Judgement.
  case e = "E"

  /// Of what a source may be; D and E are marked on the line itself.
  public static let ofSources: [EvidenceGrade] = [.a, .b, .c]

  public var words: String {
    switch self {
    case .a: "filing or law"
    case .b: "release of the company or agency"
    case .c: "press"
    case .d: "analogy"
    case .e: "judgement"
    }
  }

  /// Whether one is better evidence than the other.
  public static func < (left: EvidenceGrade, right: EvidenceGrade) -> Bool {
    left.rawValue < right.rawValue
  }
}
