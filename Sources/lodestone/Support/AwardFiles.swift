import SupplyChain

/// Awards from the files that a command names.
enum AwardFiles {
  /// The awards of all files in a model, without those that it is committed to already; what has no effect is told on
  /// standard error, and what is wrong ends with exit code 1.
  ///
  /// - Parameter keepsParts: whether parts of a commitment that is spread over steps are kept.
  static func read(
    _ paths: [String], in model: Model, keepsParts: Bool = false
  ) throws -> [Commitment] {
    var found: [Commitment] = []
    do throws(ModelErrors) {
      for path in paths {
        let (awards, warnings) = try AwardFile.read(path: path).commitments(in: model)
        for warning in warnings { Terminal.writeError(warning.description + "\n") }
        try checkTwice(awards, found)
        found += awards
      }
      let known = model.known(found)
      try check(known, found, model)
      return found.indices.filter { n in
        guard known.same.contains(n) else { return true }
        return keepsParts
          && !model.commitments.contains {
            $0.subject == found[n].subject && $0.steps == found[n].steps
          }
      }.map { found[$0] }
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
  }

  private static func check(
    _ known: Model.KnownAwards, _ awards: [Commitment], _ model: Model
  ) throws(ModelErrors) {
    let wrong = known.other.map { pair in
      let (award, first) = (awards[pair.award], model.commitments[pair.commitment])
      return Diagnostic(
        message:
          "the award is committed already, otherwise, in \(first.location.file), line \(first.location.line)",
        file: award.location.file, line: award.location.line, column: award.location.column,
        suggestion: "write the time and the amount that is committed, or leave the award out")
    }
    if !wrong.isEmpty { throw ModelErrors(diagnostics: wrong) }
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
