import Foundation

/// What differs from run to run or with the path to an answer, not with the answer: the one place where
/// transcripts leave something out.
enum Mask {
  private struct Rule {
    var pattern: String
    var replacement: String
  }

  private static let number = #"-?[0-9][0-9,]*(\.[0-9]+)?(e[-+]?[0-9]+)?"#

  private static let rules = [
    // Times in sentences and tables, with the spaces that align them.
    Rule(pattern: #" *(?<![\w.,])"# + number + #" (ms|s)\b(?!/)"#, replacement: " ‹time›"),
    Rule(pattern: #"\([0-9.,]+ a second\)"#, replacement: "(‹rate› a second)"),
    // Times in JSON: one, a list, or an object of them.
    Rule(
      pattern: #""(seconds|cases_per_second)": "# + number, replacement: #""$1": ‹time›"#),
    Rule(
      pattern: #""(seconds|process_seconds)": \[[^\]]*\]"#, replacement: #""$1": [‹times›]"#),
    Rule(pattern: #""timing": \{[^}]*\}"#, replacement: #""timing": {‹times›}"#),
    Rule(pattern: #""phases": \{[^}]*\}"#, replacement: #""phases": {‹times›}"#),
    // The path to the answer: iterations, and the log of steps that were tried.
    Rule(pattern: #""iterations": [0-9]+"#, replacement: #""iterations": ‹count›"#),
    Rule(pattern: #"[0-9,]+ iterations?\b"#, replacement: "‹count› iterations"),
    Rule(pattern: #""attempts": \[[^\]]*\],?\s*"#, replacement: ""),
    // The machine.
    Rule(pattern: #""peak_memory_bytes": [0-9]+"#, replacement: #""peak_memory_bytes": ‹bytes›"#),
    Rule(
      pattern: #"most memory so far: [0-9,.]+ [kMG]?B"#, replacement: "most memory so far: ‹size›"),
    Rule(pattern: #"[0-9,.]+ million nonzeros a second"#, replacement: "‹rate› nonzeros a second"),
    Rule(pattern: #"\([0-9,]+ [kM]?B\)"#, replacement: "(‹size›)"),
    // Versions, of the program and of GLPK.
    Rule(pattern: #"\b[0-9]+\.[0-9]+\.[0-9]+\b"#, replacement: "‹version›"),
    Rule(pattern: #"GLPK [0-9]+\.[0-9]+"#, replacement: "GLPK ‹version›"),
  ]

  /// - Parameter folder: the path of the folder where commands are run.
  static func volatile(in text: String, folder: String) -> String {
    let text = text.replacingOccurrences(of: folder, with: "‹folder›")
    return rules.reduce(text) { text, rule in
      text.replacingOccurrences(
        of: rule.pattern, with: rule.replacement, options: .regularExpression)
    }
  }
}
