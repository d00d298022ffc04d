/// The order of objectives, read once the model's measures are known.
extension ModelBuilder {
  func readObjective() {
    guard let node = top.node("objective") else { return }
    if case .list(let items) = node.content, let item = items.first(where: { $0.mapping != nil }) {
      log.error(
        "an objective is a name", at: item.position, found: item.words,
        expected: "e.g. `[dependency, maximize jobs]`")
      return
    }
    guard let texts = reader.texts(node, "objective") else { return }
    var objectives: [Objective] = []
    for (text, position) in texts {
      guard let objective = objective(text, position) else { continue }
      if objectives.contains(where: { $0.name == objective.name }) {
        log.error(
          "objective names `\(objective.name)` twice", at: position,
          help: "keep the first of the two")
      } else {
        objectives.append(objective)
      }
    }
    warnOfOrder(objectives, node)
    if !objectives.isEmpty {
      model.objectives = objectives
    } else if texts.isEmpty {
      log.error(
        "objective is empty", at: node.position, expected: "e.g. `[dependency, public_cost]`")
    }
  }

  private func objective(_ text: String, _ position: Position) -> Objective? {
    do throws(ObjectiveProblem) {
      return try model.objective(written: text)
    } catch {
      // A measure that could not be read has been reported.
      if error.reason == nil, hasMeasure(named: text), log.hasErrors { return nil }
      log.error(
        error.reason.map { "objective: \($0)" }
          ?? "objective cannot be `\(text.escapedForDisplay(limit: 60))`",
        at: position, found: text, expected: error.expected, help: error.help)
      return nil
    }
  }

  private func hasMeasure(named text: String) -> Bool {
    let name = text.split(separator: " ").last.map(String.init)
    return root["measures"]?.mapping?.pairs.contains { $0.key == name } ?? false
  }

  /// An order that leaves demand unserved without need.
  private func warnOfOrder(_ objectives: [Objective], _ node: Node) {
    guard let advice = ObjectiveAdvice.of(objectives, in: model) else { return }
    log.warning(advice.message, at: node.position, help: advice.help)
  }
}
