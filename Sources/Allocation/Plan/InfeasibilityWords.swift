import LinearProgramming
import SupplyChain

/// Says in the model's words which demands of an infeasible program clash.
struct InfeasibilityWords {
  let text: String

  init(_ allocation: AllocationProgram, _ certificate: Certificate?) {
    guard let certificate else {
      text = "no plan satisfies all rules of the model (no proof was found)"
      return
    }
    let model = allocation.model
    var causes: [String] = []
    for term in certificate.rows.prefix(200) where term.index < allocation.rows.count {
      let words = InfeasibilityWords.describe(allocation.rows[term.index], model)
      if let words, !causes.contains(words) { causes.append(words) }
    }
    let shown = causes.prefix(6).joined(separator: "; ")
    text =
      causes.isEmpty
      ? "no plan satisfies all rules of the model"
      : "these cannot all hold: \(shown)\(causes.count > 6 ? "; and \(causes.count - 6) more" : "")"
  }

  /// nil for rows that only keep the books.
  private static func describe(_ key: RowKey, _ model: Model) -> String? {
    let first = Int(key.first)
    let year = model.horizon.year(ofStep: Int(key.step))
    switch key.kind {
    case .target:
      let target = model.targets[first]
      return "target \(target.year) (\(place(target.location)))"
    case .limit:
      let limit = model.limits[first]
      return "limit \"\(limit.name)\" in \(year) (\(place(limit.location)))"
    case .rule:
      let rule = model.rules[first]
      return "rule \"\(rule.name)\" in \(year) (\(place(rule.location)))"
    case .committed:
      return "an award that has been made (\(place(model.commitments[first].location)))"
    case .capacity: return "the capacity of \(model.facilities[first].id)"
    case .maximum: return "the largest expansion of \(model.facilities[first].id)"
    case .minimum: return "the smallest expansion of \(model.facilities[first].id)"
    case .exclusive: return "the exclusive group of \(model.facilities[first].id)"
    case .requires: return "what \(model.facilities[first].id) requires"
    case .account: return "the money of fund \(model.funds[first].id)"
    case .perFacility: return "what fund \(model.funds[first].id) may give one facility"
    case .room: return "the room of stockpile \(model.stockpiles[first].id)"
    case .existingCapacity: return "the capacity of \(model.facilities[first].id)"
    case .leastPrivateShare: return "the least private share of \(model.facilities[first].id)"
    case .combinedShare: return "what programmes may pay together of \(model.facilities[first].id)"
    case .authority: return "the authority of fund \(model.funds[first].id)"
    case .endStock: return "what must be left of stockpile \(model.stockpiles[first].id)"
    case .embedded: return "what arrives inside goods for \(model.demand[first].id)"
    case .usedImports: return "the use of imported \(model.commodities[first].id)"
    case .noLoss: return "\(model.facilities[first].id) may not run at a loss"
    case .debt: return "the debt of \(model.facilities[first].id)"
    case .deferral, .unpaid:
      return "what of the loans of fund \(model.funds[first].id) may be put off"
    default: return nil
    }
  }

  private static func place(_ location: SourceLocation) -> String {
    // A setting of the command line has no lines.
    location.line == 0 ? location.file : "\(location.file):\(location.line)"
  }
}
