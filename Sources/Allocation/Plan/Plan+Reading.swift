import SupplyChain

extension Plan {
  /// Reads the plan off a point of the program (one value a column).
  public init(_ allocation: AllocationProgram, point: [Double]) {
    self.init()
    var reader = PlanReader(allocation, point)
    reader.readColumns()
    reader.readImports()
    reader.plan.readForbearance(allocation, point)
    reader.readAccounts()
    reader.readReliance()
    reader.readDependency()
    reader.readPriceFloors()
    reader.plan.readParts(allocation, point)
    reader.plan.readMeasures(allocation.model)
    self = reader.plan
  }

  /// What a point builds, awards and buys, without what follows from it.
  public init(decisionsOf allocation: AllocationProgram, point: [Double]) {
    self.init()
    var reader = PlanReader(allocation, point)
    reader.readDecisions()
    self = reader.plan
  }
}

private struct PlanReader {
  let allocation: AllocationProgram
  let model: Model
  let point: [Double]
  var plan = Plan()
  let unit = AllocationProgram.tonnesPerUnit
  lazy var used = UsedFlows(allocation, point)

  init(_ allocation: AllocationProgram, _ point: [Double]) {
    self.allocation = allocation
    model = allocation.model
    self.point = point
  }

  private func year(_ step: Int) -> Int { model.horizon.year(ofStep: step) }

  mutating func readColumns() {
    var stocks: [StockKey: Plan.Stock] = [:]
    var stockOrder: [StockKey] = []
    var servedTonnes = [Double](repeating: 0, count: model.demand.count * model.horizon.stepCount)
    for (j, key) in allocation.columns.enumerated() where Int(key.step) < model.horizon.stepCount {
      let first = Int(key.first)
      let second = Int(key.second)
      let step = Int(key.step)
      let value = point[j]
      switch key.kind {
      case .build, .award, .bought: readDecision(key, value)
      case .support where value > Plan.negligible, .existingSupport where value > Plan.negligible:
        plan.supports.append(
          .init(
            fund: first, facility: second, isForExisting: key.kind == .existingSupport, step: step,
            amount: value))
      case .refund where value > Plan.negligible, .existingRefund where value > Plan.negligible:
        plan.refunds.append(
          .init(
            fund: first, facility: second, isForExisting: key.kind == .existingRefund, step: step,
            amount: value))
      case .privateMoney where value > Plan.negligible:
        plan.privateMoney.append(.init(facility: first, step: step, amount: value))
      case .activity where value * unit > Plan.negligible:
        plan.activities.append(
          .init(facility: first, provenanceClass: second, step: step, tonnes: value * unit))
      case .returned where value * unit > Plan.negligible:
        plan.returned.append(.init(stream: first, step: step, tonnes: value * unit))
      case .served:
        servedTonnes[first * model.horizon.stepCount + step] += value * unit
        if value * unit > Plan.negligible {
          plan.served.append(
            .init(segment: first, provenanceClass: second, step: step, tonnes: value * unit))
        }
      case .store, .release, .stock:
        let id = StockKey(stockpile: first, provenanceClass: second, step: step)
        if stocks[id] == nil { stockOrder.append(id) }
        var stock =
          stocks[id]
          ?? .init(
            stockpile: first, provenanceClass: second, step: step, stored: 0, released: 0, held: 0)
        switch key.kind {
        case .store: stock.stored = value * unit
        case .release: stock.released = value * unit
        default: stock.held = value * unit
        }
        stocks[id] = stock
      default: break
      }
    }
    plan.stocks = stockOrder.compactMap { stocks[$0] }.filter {
      max($0.stored, $0.released, $0.held) > Plan.negligible
    }
    readUnmet(servedTonnes)
    sortRows()
  }

  mutating func readDecisions() {
    for (j, key) in allocation.columns.enumerated() where Int(key.step) < model.horizon.stepCount {
      readDecision(key, point[j])
    }
    sortRows()
  }

  private mutating func readDecision(_ key: ColumnKey, _ value: Double) {
    let (first, second, step) = (Int(key.first), Int(key.second), Int(key.step))
    switch key.kind {
    case .build: readBuild(first, second, step, value)
    case .award where value > Plan.negligible:
      let loan = model.funds[first].instruments.contains(.loan)
      plan.awards.append(
        .init(
          fund: first, facility: second, instrument: loan ? .loan : .grant, step: step,
          amount: value))
    case .bought where value > Plan.negligible:
      plan.purchases.append(.init(fund: first, stockpile: second, step: step, amount: value))
    default: break
    }
  }

  private struct StockKey: Hashable {
    var stockpile: Int
    var provenanceClass: Int
    var step: Int
  }

  private mutating func readBuild(_ p: Int, _ j: Int, _ step: Int, _ value: Double) {
    let capacity = value * allocation.buildUnit[p] * unit
    guard capacity > Plan.negligible, let expansion = model.facilities[p].expansion else { return }
    let option = expansion.options[j]
    let lead = wholeSteps(option.permit + option.construction)
    plan.builds.append(
      .init(
        facility: p, option: option.kind, step: step, capacity: capacity, onlineStep: step + lead,
        modules: expansion.module == nil ? nil : value))
  }

  private func wholeSteps(_ duration: Double) -> Int {
    LeadTime.steps(duration, perYear: model.horizon.stepsPerYear)
  }

  private mutating func readUnmet(_ servedTonnes: [Double]) {
    let horizon = model.horizon
    for (d, segment) in model.demand.enumerated() {
      for step in 0..<horizon.stepCount {
        let wanted = segment.quantity.level(year(step)) * horizon.stepLength
        let unmet = wanted - servedTonnes[d * horizon.stepCount + step]
        if unmet > Swift.max(Plan.negligible, 1e-9 * wanted) {
          plan.served.append(
            .init(segment: d, provenanceClass: nil, step: step, tonnes: unmet))
        }
      }
    }
  }

  private mutating func sortRows() {
    plan.builds.sort { ($0.step, $0.facility) < ($1.step, $1.facility) }
    plan.awards.sort { ($0.step, $0.fund, $0.facility) < ($1.step, $1.fund, $1.facility) }
    plan.served.sort {
      ($0.segment, $0.step, $0.provenanceClass ?? Int.max)
        < ($1.segment, $1.step, $1.provenanceClass ?? Int.max)
    }
  }

  mutating func readAccounts() {
    let yearCount = model.horizon.yearCount
    let start = model.horizon.start
    var accounts: [Plan.Account] = []
    for (f, fund) in model.funds.enumerated() {
      for year in start..<(start + yearCount) {
        accounts.append(
          .init(
            fund: f, year: year, appropriated: fund.appropriations.amount(year) * model.budgetScale,
            repaid: 0, awarded: 0, supported: 0, refunded: 0, purchased: 0, carried: 0))
      }
    }
    func index(_ f: Int, _ step: Int) -> Int { f * yearCount + year(step) - start }
    for award in plan.awards {
      accounts[index(award.fund, award.step)].awarded += award.amount
      guard award.instrument == .loan, let loan = model.funds[award.fund].loan else { continue }
      let repaid = Repayment(
        loan, to: model.facilities[award.facility], awardedIn: award.step, horizon: model.horizon)
      for step in repaid.steps where step < model.horizon.stepCount {
        accounts[index(award.fund, step)].repaid += repaid.payment * award.amount
      }
    }
    for row in plan.putOff {
      let place = index(row.fund, row.step)
      let repaid = accounts[place].repaid - row.deferred + row.caughtUp
      accounts[place].repaid = repaid > Plan.negligible ? repaid : 0
    }
    for support in plan.supports {
      accounts[index(support.fund, support.step)].supported += support.amount
    }
    for refund in plan.refunds {
      accounts[index(refund.fund, refund.step)].refunded += refund.amount
    }
    for purchase in plan.purchases {
      accounts[index(purchase.fund, purchase.step)].purchased += purchase.amount
    }
    for (j, key) in allocation.columns.enumerated()
    where key.kind == .carry && Int(key.step) < model.horizon.stepCount {
      let step = Int(key.step)
      if (step + 1) % model.horizon.stepsPerYear == 0 {
        accounts[index(Int(key.first), step)].carried = Swift.max(0, point[j])
      }
    }
    plan.accounts = accounts.filter {
      $0.appropriated > 0 || $0.repaid > 0 || $0.awarded > 0 || $0.supported > 0
        || $0.refunded > 0 || $0.purchased > 0 || $0.carried > Plan.negligible
    }
  }

  mutating func readImports() {
    plan.imports = used.imports
  }

  mutating func readReliance() {
    let years = model.horizon.yearCount
    let start = model.horizon.start
    for (c, commodity) in model.commodities.enumerated() {
      for y in 0..<years {
        plan.relianceByCommodity.append(
          .init(
            id: commodity.id, year: start + y, imported: used.imported[c * years + y],
            domestic: used.domestic[c * years + y], home: used.home[c * years + y]))
      }
    }
    for stage in model.stages {
      let members = model.commodities.indices.filter { model.commodities[$0].stage == stage }
      for y in 0..<years {
        func sum(_ tonnes: [Double]) -> Double { members.reduce(0) { $0 + tonnes[$1 * years + y] } }
        // What a stage makes of its own commodities counts once.
        plan.relianceByStage.append(
          .init(
            id: stage, year: start + y,
            imported: max(0, sum(used.imported) - sum(used.importedInStage)),
            domestic: max(0, sum(used.domestic) - sum(used.domesticInStage)),
            home: max(0, sum(used.home) - sum(used.homeInStage))))
      }
    }
  }

  mutating func readDependency() {
    let years = model.horizon.yearCount
    let start = model.horizon.start
    let classes = model.provenance.classes
    var shares = [[Double]](
      repeating: [Double](repeating: 0, count: classes.count + 1), count: years)
    for row in plan.served {
      shares[year(row.step) - start][row.provenanceClass ?? classes.count] +=
        row.tonnes * model.demand[row.segment].weight
    }
    for y in 0..<years {
      let whole = model.demand.reduce(0) { $0 + $1.weight * $1.quantity.level(start + y) }
      guard whole > 0 else {
        plan.dependencyByYear.append(nil)
        plan.classShareByYear.append(shares[y])
        continue
      }
      shares[y] = shares[y].map { $0 / whole }
      var dependency = shares[y][classes.count] * model.provenance.unmetWeight
      for (k, entry) in classes.enumerated() { dependency += shares[y][k] * entry.weight }
      plan.dependencyByYear.append(dependency)
      plan.classShareByYear.append(shares[y])
    }
  }

  mutating func readPriceFloors() {
    let start = model.horizon.start
    let years = model.horizon.yearCount
    var support = [Double](repeating: 0, count: model.facilities.count * years)
    var product = support
    for row in plan.supports {
      support[row.facility * years + year(row.step) - start] += row.amount
    }
    for row in plan.refunds {
      support[row.facility * years + year(row.step) - start] -= row.amount
    }
    for row in plan.activities {
      let recipe = model.facilities[row.facility].recipe
      guard let main = recipe.main else { continue }
      let amount = recipe.outputs.first { $0.commodity == main }?.amount ?? 0
      product[row.facility * years + year(row.step) - start] += row.tonnes * amount
    }
    for (p, facility) in model.facilities.enumerated() {
      guard let main = facility.recipe.main else { continue }
      for y in 0..<years where support[p * years + y] > 0 && product[p * years + y] > 0 {
        let market = model.commodities[main].price?.level(start + y) ?? 0
        plan.priceFloors.append(
          .init(
            facility: p, year: start + y, marketPrice: market,
            floor: market + support[p * years + y] * 1e6 / product[p * years + y]))
      }
    }
  }
}
