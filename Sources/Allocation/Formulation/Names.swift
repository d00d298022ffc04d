import SupplyChain

/// Names of columns and rows from their keys, made only when somebody asks: the kind, the ids, the step.
/// They hold only ASCII letters, digits, `_` and `.`, and end in the column's or row's number, so that no two
/// are alike whatever the model's ids are.
struct ProgramNames: Sendable {
  let column: @Sendable (Int) -> String
  let row: @Sendable (Int) -> String

  init(model: Model, columns: [ColumnKey], rows: [RowKey]) {
    column = { j in
      let key = columns[j]
      return ProgramNames.join(key.kind, ProgramNames.ids(model, key), Int(key.step), "c", j)
    }
    row = { i in
      guard i < rows.count else { return "r\(i + 1)" }
      let key = rows[i]
      return ProgramNames.join(key.kind, ProgramNames.ids(model, key), Int(key.step), "r", i)
    }
  }

  private static func join(_ kind: Any, _ ids: [String], _ step: Int, _ letter: String, _ n: Int)
    -> String
  {
    let words = ["\(kind)"] + ids.map(ascii) + ["\(step + 1)", "\(letter)\(n + 1)"]
    return words.joined(separator: ".")
  }

  private static func ascii(_ id: String) -> String {
    String(
      id.unicodeScalars.prefix(40).map { scalar in
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
          ? Character(scalar) : "_"
      })
  }

  private static func ids(_ model: Model, _ key: ColumnKey) -> [String] {
    let first = Int(key.first)
    let second = Int(key.second)
    func className() -> String { model.provenance.classes[second].name }
    switch key.kind {
    case .activity: return [model.facilities[first].id, className()]
    case .build:
      let options = model.facilities[first].expansion?.options ?? []
      return [
        model.facilities[first].id,
        options.indices.contains(second) ? options[second].kind.rawValue : "",
      ]
    case .added, .choice, .exclusive, .privateMoney, .newActivity, .awardStep:
      return [model.facilities[first].id]
    case .imported: return [model.imports[first].id]
    case .release, .store, .stock: return [model.stockpiles[first].id, className()]
    case .returned: return [model.returns[first].id]
    case .downgrade: return [model.commodities[first].id, className()]
    case .served: return [model.demand[first].id, className()]
    case .award, .support, .existingSupport, .refund, .existingRefund, .arrears,
      .unpaid:
      return [model.funds[first].id, model.facilities[second].id]
    case .carry: return [model.funds[first].id]
    case .largestStock: return [model.stockpiles[first].id]
    case .bought: return [model.funds[first].id, model.stockpiles[second].id]
    case .changed: return [changedID(model, first, second)]
    case .shortfall: return [model.rules[first].name]
    case .peak, .addedMoney, .takenMoney: return []
    }
  }

  private static func changedID(_ model: Model, _ first: Int, _ second: Int) -> String {
    second == 0 ? model.facilities[first].id : model.stockpiles[first].id
  }

  private static func ids(_ model: Model, _ key: RowKey) -> [String] {
    let first = Int(key.first)
    let second = Int(key.second)
    func className() -> String { model.provenance.classes[second].name }
    switch key.kind {
    case .capacity, .added, .maximum, .exclusive, .exclusiveLink, .requires, .cost, .privateShare,
      .leastPrivateShare, .combinedShare, .debt, .bankability, .existingCapacity, .once, .onceLink:
      return [model.facilities[first].id]
    case .noLoss: return [model.facilities[first].id, second == 0 ? "new" : "existing"]
    case .minimum: return [model.facilities[first].id, second == 0 ? "most" : "least"]
    case .balance, .usedImports: return [model.commodities[first].id, className()]
    case .stock: return [model.stockpiles[first].id, className()]
    case .room, .purchase, .largestStock, .endStock: return [model.stockpiles[first].id]
    case .returned: return [model.returns[first].id]
    case .demand, .embedded: return [model.demand[first].id]
    case .awardShare, .perFacility, .supportRate, .existingSupportRate, .refundRate,
      .existingRefundRate, .deferral, .unpaid:
      return [model.funds[first].id, model.facilities[second].id]
    case .account, .authority: return [model.funds[first].id]
    case .limit: return [model.limits[first].name]
    case .rule: return [model.rules[first].name]
    case .committed:
      let commitment = model.commitments[first]
      return [
        commitment.fund.map { model.funds[$0].id },
        commitment.facility.map { model.facilities[$0].id },
      ].compactMap { $0 }
    case .target: return ["\(model.targets[first].year)"]
    case .changed: return [changedID(model, first, second)]
    case .peak, .held, .changes: return []
    }
  }
}
