/// The other side's moves.
extension ModelBuilder {
  func readAdversary() {
    guard let node = root["adversary"], let mapping = node.mapping else { return }
    let entry = Entry(reader, Schema.adversary, mapping, at: node.position, section: "adversary")
    let reveal = entry.year("reveal")
    if let reveal, reveal < model.horizon.start || reveal > model.horizon.end {
      log.error(
        "adversary.reveal is outside the horizon", at: entry["reveal"]?.position ?? node.position,
        found: "\(reveal)",
        expected: "a year from \(model.horizon.start) to \(model.horizon.end)")
    }
    let moves = moves(entry)
    if moves.isEmpty, let node = entry["moves"], !log.hasErrors {
      log.error(
        "adversary.moves is empty", at: node.position, expected: "e.g. `{ export_ban: 0% }`")
    }
    let atMost = entry["at_most"] == nil ? moves.count : entry.count("at_most")
    if let node = entry["at_most"], atMost > moves.count, !moves.isEmpty {
      log.warning(
        "adversary.at_most is \(atMost), but there are \(moves.count) moves", at: node.position)
    }
    model.adversary = Adversary(
      reveal: reveal ?? model.horizon.start, atMost: min(atMost, moves.count), moves: moves)
  }

  private func moves(_ entry: Entry) -> [Adversary.Move] {
    let pairs = entry.node("moves")?.mapping?.pairs ?? []
    let known = Dictionary(
      pairs.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    var moves = pairs.map { move($0, known) }
    for index in moves.indices {
      for other in moves[index].excludes where !moves[other].excludes.contains(index) {
        moves[other].excludes.append(index)
      }
    }
    for (index, pair) in pairs.enumerated() {
      for other in moves[index].requires where moves[index].excludes.contains(other) {
        log.error(
          "adversary.moves.\(pair.key) requires `\(pairs[other].key)`, and the two exclude each other",
          at: pair.position, help: "it could never be made; leave out one of the two")
      }
    }
    return moves
  }

  private func move(_ pair: Mapping.Pair, _ known: [String: Int]) -> Adversary.Move {
    _ = reference(pair.key, pair.position, in: names.scenarios, "scenario", "adversary.moves")
    let path = "adversary.moves.\(pair.key)"
    guard let mapping = pair.value.mapping else {
      return Adversary.Move(
        scenario: pair.key, cost: reader.quantity(pair.value, .fraction, path) ?? 0)
    }
    let part = Entry(
      reader, Schema.move, mapping, at: pair.value.position, section: "adversary.moves",
      id: pair.key)
    func others(_ key: String) -> [Int] {
      var found: [Int] = []
      for (name, position) in part.texts(key) ?? [] {
        guard let other = reference(name, position, in: known, "move", "\(path).\(key)") else {
          continue
        }
        if name == pair.key {
          log.error(
            "\(path).\(key) names the move itself", at: position, found: name,
            expected: "another move")
        } else if !found.contains(other) {
          found.append(other)
        }
      }
      return found
    }
    return Adversary.Move(
      scenario: pair.key, cost: part.quantity("cost"), from: starts(part, path),
      excludes: others("excludes"), requires: others("requires"))
  }

  /// The years in which a move may begin, ascending.
  private func starts(_ part: Entry, _ path: String) -> [Int] {
    guard let node = part["from"] else { return [] }
    var nodes = [node]
    if case .list(let items) = node.content { nodes = items }
    var years: [Int] = []
    for item in nodes {
      guard let year = reader.year(item, "\(path).from") else { continue }
      if year < model.horizon.start || year > model.horizon.end {
        log.error(
          "\(path).from is outside the horizon", at: item.position, found: "\(year)",
          expected: "a year from \(model.horizon.start) to \(model.horizon.end)")
      } else if years.contains(year) {
        log.warning("\(path).from names \(year) twice", at: item.position)
      } else {
        years.append(year)
      }
    }
    if nodes.isEmpty {
      log.error(
        "\(path).from is empty", at: node.position, expected: "years (e.g. `[2028, 2029]`)")
    }
    return years.sorted()
  }
}
