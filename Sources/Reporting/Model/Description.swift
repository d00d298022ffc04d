import SupplyChain

/// What is in a model, before anything is solved: the chain, the money, the demand, the scenarios.
public struct ModelDescription {
  let model: Model
  private let style: TerminalStyle

  public init(_ model: Model, style: TerminalStyle) {
    self.model = model
    self.style = style
  }

  public var text: String {
    var out = [style.bold(printable(model.name))]
    if !model.description.isEmpty { out.append(printable(model.description)) }
    let horizon = model.horizon
    let projects = model.facilities.filter { $0.expansion != nil }.count
    out.append(
      "\(horizon.start)–\(horizon.end) by \(horizon.step.rawValue), \(model.currency), "
        + "\(model.facilities.count) facilities (\(projects) can be added to), "
        + "\(count(model.imports.count, "import source")), \(count(model.funds.count, "fund")).")
    if !model.author.isEmpty { out.append("By \(printable(model.author)).") }
    if let day = model.asOf { out.append("Its data stand as of \(day).") }
    out += chain + money + demand + parts(style) + facilities(style)
    out += projectsWithoutMoney + lateProjects + scenarios
    return out.joined(separator: "\n") + "\n"
  }

  private func count(_ number: Int, _ word: String) -> String {
    "\(number) \(word)\(number == 1 ? "" : "s")"
  }

  // MARK: Chain

  private var chain: [String] {
    let stages = model.stages
    var out = ["", style.bold("The chain"), "  " + printable(stages.joined(separator: " ─▶ "))]
    var grid = TextGrid([.left, .left, .right, .right, .right, .right, .left])
    let (start, end) = (model.horizon.start, model.horizon.end)
    grid.add([
      "stage", "commodity", "plants", "t in \(start)", "could add", "imports, t", "used by",
    ])
    for stage in stages {
      for (index, commodity) in model.commodities.enumerated() where commodity.stage == stage {
        grid.add([stage, commodity.id] + figures(index, start: start) + [users(index)])
      }
    }
    out += grid.lines(width: style.width)
    out.append(
      style.dim(
        "  capacities in tonnes of the commodity; imports: most in \(start); horizon to \(end)"))
    return out
  }

  /// Plants that make a commodity, what they make at the start, what could be added, and imports.
  private func figures(_ commodity: Int, start: Int) -> [String] {
    var plants = 0
    var (existing, addable) = (0.0, 0.0)
    for facility in model.facilities {
      guard let output = facility.recipe.outputs.first(where: { $0.commodity == commodity })
      else { continue }
      plants += 1
      existing +=
        facility.existing.level(start) * facility.availability.level(start) * output.amount
      addable += (facility.expansion?.max ?? 0) * output.amount
    }
    let sources = model.imports.filter { $0.commodity == commodity }
    let imported =
      sources.isEmpty
      ? "·"
      : sources.allSatisfy { ($0.limit?.level(start) ?? .infinity).isFinite }
        ? Figure.number(sources.reduce(0) { $0 + ($1.limit?.level(start) ?? 0) }) : "unlimited"
    return [
      plants == 0 ? "·" : "\(plants)", existing == 0 ? "·" : Figure.number(existing),
      addable == 0 ? "·" : Figure.number(addable), imported,
    ]
  }

  private func users(_ commodity: Int) -> String {
    var stages: [String] = []
    for facility in model.facilities
    where facility.recipe.inputs.contains(where: { $0.commodity == commodity })
      && !stages.contains(facility.stage)
    {
      stages.append(facility.stage)
    }
    stages += model.demand.filter { $0.commodity == commodity }.map { "demand \($0.id)" }
    return stages.isEmpty ? "nobody" : stages.joined(separator: ", ")
  }

  // MARK: Money and demand

  private var money: [String] {
    guard !model.funds.isEmpty else { return ["", "There are no funds."] }
    let totals = model.funds.map { $0.appropriated(model.horizon) * model.budgetScale }
    let scale = MoneyScale(largest: totals.max() ?? 0, model.currency)
    var out = ["", style.bold("Money by year, \(printable(scale.unit))")]
    let years = (model.horizon.start...model.horizon.end).filter { year in
      model.funds.contains { $0.appropriations.amount(year) > 0 }
    }
    // Ids are needed whole; what funds give is said in a line of its own.
    let widest = min(32, model.funds.map(\.id.count).max() ?? 4)
    let cell = max(6, scale.cell(totals.max() ?? 0).count + 2)
    let room = max(2, (style.width - widest - 4 - cell) / cell)
    let shown = Array(years.prefix(room))
    var grid = TextGrid([.left] + shown.map { _ in .right } + [.right])
    grid.add(["fund"] + shown.map(String.init) + ["total"])
    for fund in model.funds {
      let amounts = shown.map { fund.appropriations.amount($0) * model.budgetScale }
      let total = fund.appropriated(model.horizon) * model.budgetScale
      grid.add([fund.id] + amounts.map(scale.cell) + [scale.cell(total)])
    }
    out += grid.lines(width: style.width)
    if shown.count < years.count {
      out.append("  the total counts \(years.count - shown.count) later years too")
    }
    for fund in model.funds {
      let gives = Instrument.allCases.filter(fund.instruments.contains)
        .map { $0.rawValue.replacing("_", with: " ") }
      let name = fund.name == fund.id ? "" : " (\(fund.name))"
      out += printable("\(fund.id)\(name) gives \(gives.joined(separator: ", "))")
        .wrapped(behind: "  • ", width: style.width)
    }
    return out
  }

  private var demand: [String] {
    let heading = ["", style.bold("Demand, t")]
    var grid = TextGrid([.left, .left, .right, .right, .right, .left])
    let (start, end) = (model.horizon.start, model.horizon.end)
    grid.add(["segment", "of", "\(start)", "\(end)", "weight", "only"])
    for segment in model.demand {
      let classes = segment.requiredClasses.map { list in
        list.map { model.provenance.classes[$0].name }.joined(separator: ", ")
          + (segment.requiredFrom.map { " from \($0)" } ?? "")
      }
      grid.add([
        segment.id, model.commodities[segment.commodity].id,
        Figure.number(segment.quantity.level(start)), Figure.number(segment.quantity.level(end)),
        Figure.number(segment.weight, decimals: segment.weight == segment.weight.rounded() ? 0 : 2),
        classes ?? "",
      ])
    }
    return heading + grid.lines(width: style.width)
  }

  // MARK: What cannot work

  private var projectsWithoutMoney: [String] {
    let lost = model.facilities.enumerated().filter { index, facility in
      guard let expansion = facility.expansion, expansion.max > 0 else { return false }
      let isFree = expansion.options.contains { $0.capex.level(model.horizon.start) == 0 }
      let isFunded = model.funds.contains {
        $0.givesCapital && $0.appropriations.isPositiveSomewhere
          && $0.eligible.admits(facility, index: index)
      }
      return !isFree && !isFunded && expansion.privateMaxShare < 1
    }
    return list(
      "Projects that no fund may pay and private money alone cannot", lost.map(\.element.id))
  }

  private var lateProjects: [String] {
    let late = model.facilities.filter { facility in
      facility.expansion.map { $0.firstOnlineStep(model.horizon) == nil } ?? false
    }
    return list("Projects that cannot come on line before the end", late.map(\.id))
  }

  private func list(_ title: String, _ ids: [String]) -> [String] {
    guard !ids.isEmpty else { return [] }
    let more = ids.count > 12 ? ", and \(ids.count - 12) more" : ""
    return ["", style.bold(title), "  " + printable(ids.prefix(12).joined(separator: ", ")) + more]
  }

  private var scenarios: [String] {
    guard !model.scenarios.isEmpty else { return [] }
    var grid = TextGrid([.left, .left])
    for scenario in model.scenarios {
      let words = [scenario.name == scenario.id ? "" : scenario.name, scenario.description]
      grid.add([scenario.id, words.filter { !$0.isEmpty }.joined(separator: ": ")])
    }
    return ["", style.bold("Scenarios")] + grid.lines(width: style.width)
  }
}
