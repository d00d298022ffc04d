import Foundation

/// A transcript without what another version of a library may round otherwise.
enum Rounding {
  static func rounded(_ text: String) -> String {
    text.components(separatedBy: "\n").map(line).joined(separator: "\n")
  }

  private static func line(_ line: String) -> String {
    if line.contains(" lines, digest ") { return "  ‹digest›" }
    return line.replacing(#/-?[0-9]+\.[0-9]+(?:e[-+]?[0-9]+)?|-?[0-9]+e-[0-9]+/#) { match in
      guard let value = Double(match.output) else { return String(match.output) }
      return abs(value) < 1e-8 ? "‹tiny›" : String(format: "%.6g", value)
    }
  }
}
