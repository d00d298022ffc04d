import SupplyChain

/// Awards from the files that a command names.
enum AwardFiles {
  /// The awards of all files in a model; what has no effect is told on standard error, and what is wrong ends with exit
  /// code 1.
  static func read(_ paths: [String], in model: Model) throws -> [Commitment] {
    var found: [Commitment] = []
    do throws(ModelErrors) {
      for path in paths {
        let (awards, warnings) = try AwardFile.read(path: path).commitments(in: model)
        for warning in warnings { Terminal.writeError(warning.description + "\n") }
        try checkTwice(awards, found)
        found += awards
      }
      try checkTwice(found, model.commitments)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
    return found
  }

  private static func checkTwice(
    _ awards: [Commitment], _ known: [Commitment]
  ) throws(ModelErrors) {
    let twice = awards.compactMap { award -> Diagnostic? in
      guard
        let first = known.first(where: {
          $0.subject == award.subject && $0.steps.overlaps(award.steps)
        })
      else { return nil }
      return Diagnostic(
        message:
          "the award is given already in \(first.location.file), line \(first.location.line)",
        file: award.location.file, line: award.location.line, column: award.location.column,
        suggestion: "keep one of the two")
    }
    if !twice.isEmpty { throw ModelErrors(diagnostics: twice) }
  }
}
