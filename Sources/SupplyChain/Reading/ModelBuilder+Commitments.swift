/// Awards that have been made.
extension ModelBuilder {
  func readCommitments() {
    guard let node = root["committed"], case .list(let items) = node.content else { return }
    var awards: [WrittenAward] = []
    var numbers: [Int] = []
    for (index, item) in items.enumerated() {
      guard let mapping = item.mapping else { continue }
      let entry = Entry(
        reader, Schema.committed, mapping, at: item.position, section: "committed[\(index + 1)]")
      guard let award = award(entry) else { continue }
      awards.append(award)
      numbers.append(index + 1)
    }
    let lookup = CommitmentReader(model: model, log: log, isChanged: base != nil) {
      "committed[\(numbers[$0])]: "
    }
    model.commitments = lookup.commitments(awards)
  }

  private func award(_ entry: Entry) -> WrittenAward? {
    func text(_ key: String) -> WrittenAward.Text? {
      guard let node = entry[key], let text = reader.text(node, entry.path + "." + key) else {
        return nil
      }
      return .init(text: text, position: node.position)
    }
    let money = entry.optionalQuantity("money").map { WrittenAward.Amount.money($0) }
    let capacity = entry.optionalQuantity("capacity").map { WrittenAward.Amount.capacity($0) }
    if entry["money"] != nil, let other = entry["capacity"] {
      log.error(
        "\(entry.path) gives money and capacity", at: other.position, expected: "one of the two",
        help: "write two awards")
      return nil
    }
    if entry["money"] == nil, entry["capacity"] == nil {
      log.error(
        "\(entry.path) lacks its amount", at: entry.position,
        expected: "`money` or `capacity` (e.g. `money: 120 M\(reader.units.currency)`)")
      return nil
    }
    guard entry.node("time") != nil, let time = text("time"), let amount = money ?? capacity else {
      return nil
    }
    return WrittenAward(
      facility: text("facility"), stockpile: text("stockpile"), fund: text("fund"),
      option: text("option"), time: time, amount: amount,
      source: entry["source"].flatMap { reader.name($0, entry.path + ".source") },
      position: entry.position)
  }
}
