import Allocation
import SupplyChain

/// A plan as tables, one a kind. Every row holds ids, `year` (and `period`, the step within it), and `value`.
public struct PlanTables: Sendable {
  public let tables: [Table]

  /// - Parameter forbears: whether they tell of payments put off; nil: where the model lets any be. Tables of several models
  ///   put together have the same columns.
  public init(_ plan: Plan, _ model: Model, forbears: Bool? = nil) {
    let forbears = forbears ?? model.putsPaymentsOff
    let money = "million \(model.currency)"
    let maker = PlanTableMaker(plan: plan, model: model, money: money)
    tables =
      [
        maker.builds, maker.awards, maker.support, maker.refunds, maker.privateMoney,
        maker.purchases, maker.priceFloors, maker.flows, maker.imports, maker.stock, maker.returns,
        maker.demand, maker.accounts, Self.programmes(plan, model, money, forbears: forbears),
        Self.facilityAccounts(plan, model, money, forbears: forbears),
        maker.reliance("reliance_by_commodity", "commodity", plan.relianceByCommodity),
        maker.reliance("reliance_by_stage", "stage", plan.relianceByStage), maker.dependency,
        maker.classShares,
      ] + MeasureTables(plan, model).tables
  }

  /// The table of awards alone.
  static func awards(_ plan: Plan, _ model: Model) -> Table {
    PlanTableMaker(plan: plan, model: model, money: "million \(model.currency)").awards
  }

  /// The table of builds alone.
  static func builds(_ plan: Plan, _ model: Model) -> Table {
    PlanTableMaker(plan: plan, model: model, money: "million \(model.currency)").builds
  }
}

private struct PlanTableMaker {
  let plan: Plan
  let model: Model
  let money: String

  private func when(_ step: Int) -> [Table.Cell] {
    [.integer(model.horizon.year(ofStep: step)), .text(model.horizon.periodName(step))]
  }
  private func facility(_ p: Int) -> Table.Cell { .text(model.facilities[p].id) }
  private func fund(_ f: Int) -> Table.Cell { .text(model.funds[f].id) }
  private func provenanceClass(_ k: Int) -> Table.Cell { .text(model.provenance.classes[k].name) }
  private static let when = [Table.Column("year"), Table.Column("period")]

  var builds: Table {
    Table(
      "builds",
      [.init("facility"), .init("stage"), .init("country"), .init("option")] + Self.when + [
        .init("value", unit: "t/yr"), .init("online_year"), .init("online_period"),
        .init("modules"),
      ],
      rows: plan.builds.map { build in
        let place = model.facilities[build.facility]
        let modules: Table.Cell = build.modules.map { .number($0) } ?? .empty
        return [
          .text(place.id), .text(place.stage), .text(place.country), .text(build.option.rawValue),
        ] + when(build.step) + [.number(build.capacity)] + when(build.onlineStep) + [modules]
      })
  }

  var awards: Table {
    Table(
      "awards",
      [.init("fund"), .init("instrument"), .init("facility"), .init("stage")] + Self.when
        + [.init("value", unit: money)],
      rows: plan.awards.map { award in
        [
          fund(award.fund), .text(award.instrument.rawValue), facility(award.facility),
          .text(model.facilities[award.facility].stage),
        ] + when(award.step) + [.number(award.amount)]
      })
  }

  var support: Table {
    Table(
      "support",
      [.init("fund"), .init("facility"), .init("capacity")] + Self.when
        + [.init("value", unit: money)], rows: rows(plan.supports))
  }

  /// What plants paid back under two-way floors.
  var refunds: Table {
    Table(
      "refunds",
      [.init("fund"), .init("facility"), .init("capacity")] + Self.when
        + [.init("value", unit: money)], rows: rows(plan.refunds))
  }

  private func rows(_ paid: [Plan.Support]) -> [[Table.Cell]] {
    paid.map { row in
      [
        fund(row.fund), facility(row.facility), .text(row.isForExisting ? "existing" : "new"),
      ] + when(row.step) + [.number(row.amount)]
    }
  }

  var privateMoney: Table {
    Table(
      "private", [.init("facility")] + Self.when + [.init("value", unit: money)],
      rows: plan.privateMoney.map { row in
        [facility(row.facility)] + when(row.step) + [.number(row.amount)]
      })
  }

  var purchases: Table {
    Table(
      "purchases", [.init("fund"), .init("stockpile")] + Self.when + [.init("value", unit: money)],
      rows: plan.purchases.map { row in
        [fund(row.fund), .text(model.stockpiles[row.stockpile].id)] + when(row.step)
          + [.number(row.amount)]
      })
  }

  var priceFloors: Table {
    Table(
      "price_floors",
      [
        .init("facility"), .init("year"), .init("commodity"),
        .init("market_price", unit: "\(model.currency)/t"),
        .init("value", unit: "\(model.currency)/t"),
      ],
      rows: plan.priceFloors.map { row in
        let main = model.facilities[row.facility].recipe.main
        return [
          facility(row.facility), .integer(row.year),
          main.map { .text(model.commodities[$0].id) } ?? .empty, .number(row.marketPrice),
          .number(row.floor),
        ]
      })
  }

  var flows: Table {
    var rows: [[Table.Cell]] = []
    for activity in plan.activities {
      let place = model.facilities[activity.facility]
      let head = [facility(activity.facility), provenanceClass(activity.provenanceClass)]
      func add(_ direction: String, _ commodity: Int, _ amount: Double) {
        rows.append(
          head + [.text(direction), .text(model.commodities[commodity].id)] + when(activity.step)
            + [.number(amount * activity.tonnes)])
      }
      for input in place.recipe.inputs { add("in", input.commodity, input.amount) }
      for output in place.recipe.outputs { add("out", output.commodity, output.amount) }
    }
    return Table(
      "flows",
      [.init("facility"), .init("class"), .init("direction"), .init("commodity")] + Self.when
        + [.init("value", unit: "t")], rows: rows)
  }

  var imports: Table {
    Table(
      "imports",
      [.init("source"), .init("commodity"), .init("country"), .init("class")] + Self.when
        + [.init("value", unit: "t")],
      rows: plan.imports.map { row in
        let source = model.imports[row.source]
        return [
          .text(source.id), .text(model.commodities[source.commodity].id),
          .text(source.origin(inClass: row.provenanceClass)),
          provenanceClass(row.provenanceClass),
        ] + when(row.step) + [.number(row.tonnes)]
      })
  }

  var stock: Table {
    Table(
      "stock",
      [.init("stockpile"), .init("class")] + Self.when + [
        .init("stored", unit: "t"), .init("released", unit: "t"), .init("value", unit: "t"),
      ],
      rows: plan.stocks.map { row in
        [.text(model.stockpiles[row.stockpile].id), provenanceClass(row.provenanceClass)]
          + when(row.step) + [.number(row.stored), .number(row.released), .number(row.held)]
      })
  }

  var returns: Table {
    Table(
      "returns",
      [.init("returns"), .init("commodity")] + Self.when + [.init("value", unit: "t")],
      rows: plan.returned.map { row in
        let stream = model.returns[row.stream]
        return [.text(stream.id), .text(model.commodities[stream.commodity].id)] + when(row.step)
          + [.number(row.tonnes)]
      })
  }

  var demand: Table {
    Table(
      "demand",
      [.init("segment"), .init("class")] + Self.when + [.init("value", unit: "t")],
      rows: plan.served.map { row in
        [
          .text(model.demand[row.segment].id),
          row.provenanceClass.map { provenanceClass($0) } ?? .text("unmet"),
        ] + when(row.step) + [.number(row.tonnes)]
      })
  }

  var accounts: Table {
    Table(
      "accounts",
      [
        .init("fund"), .init("year"), .init("appropriated", unit: money),
        .init("repaid", unit: money), .init("awarded", unit: money),
        .init("support", unit: money), .init("refunds", unit: money),
        .init("purchases", unit: money),
        .init("value", unit: money),
      ],
      rows: plan.accounts.map { row in
        [
          fund(row.fund), .integer(row.year), .number(row.appropriated), .number(row.repaid),
          .number(row.awarded), .number(row.supported), .number(row.refunded),
          .number(row.purchased), .number(row.carried),
        ]
      })
  }

  func reliance(_ name: String, _ id: String, _ rows: [Plan.Reliance]) -> Table {
    Table(
      name,
      [
        .init(id), .init("year"), .init("imported", unit: "t"), .init("domestic", unit: "t"),
        .init("value", unit: "share"),
      ],
      rows: rows.map { row in
        [
          .text(row.id), .integer(row.year), .number(row.imported), .number(row.domestic),
          row.share.map { .number($0) } ?? .empty,
        ]
      })
  }

  var dependency: Table {
    Table(
      "dependency", [.init("year"), .init("value", unit: "share")],
      rows: plan.dependencyByYear.enumerated().map { y, value in
        [.integer(model.horizon.start + y), value.map { .number($0) } ?? .empty]
      })
  }

  var classShares: Table {
    var rows: [[Table.Cell]] = []
    for (y, shares) in plan.classShareByYear.enumerated() {
      for (k, share) in shares.enumerated() {
        let name = k < model.provenance.classes.count ? model.provenance.classes[k].name : "unmet"
        rows.append([.text(name), .integer(model.horizon.start + y), .number(share)])
      }
    }
    return Table(
      "class_shares", [.init("class"), .init("year"), .init("value", unit: "share")], rows: rows)
  }
}
