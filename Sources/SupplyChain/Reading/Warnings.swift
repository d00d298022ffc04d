/// Things a model may have and still run, but that were probably not meant.
struct Warnings {
  let model: Model
  /// What scenarios change: a value of 0 there waits for one of them.
  private let changed: [ChangePath]
  private let files: [SourceFile]
  private var diagnostics: [Diagnostic] = []

  /// The warnings in the order of the sections and entries.
  static func diagnostics(
    for model: Model, changed: [ChangePath], files: [SourceFile]
  ) -> [Diagnostic] {
    var warnings = Warnings(model: model, changed: changed, files: files)
    warnings.checkCommodities()
    warnings.checkLoops()
    warnings.checkFacilities()
    warnings.checkGroups()
    warnings.checkImports()
    warnings.checkDemand()
    warnings.checkStockpiles()
    warnings.checkReturns()
    warnings.checkFunds()
    warnings.checkLimits()
    warnings.checkRules()
    warnings.checkDurations()
    return warnings.finished()
  }

  init(model: Model, changed: [ChangePath], files: [SourceFile]) {
    self.model = model
    self.changed = changed
    self.files = files
  }

  /// Whether some scenario changes an entry of a section.
  func isChanged(_ section: String, _ id: String) -> Bool {
    changed.contains { path in
      path.segments.count > 1 && path.segments[0].name.matches(section)
        && path.segments[1].name.matches(id)
    }
  }

  mutating func warn(
    _ message: String, _ location: SourceLocation, found: String? = nil, help: String? = nil,
    severity: Diagnostic.Severity = .warning
  ) {
    diagnostics.append(
      Diagnostic(
        severity: severity, message: message, file: location.file, line: location.line,
        column: location.column, found: found, suggestion: help))
  }

  func finished() -> [Diagnostic] {
    var diagnostics = diagnostics
    for index in diagnostics.indices.prefix(ModelErrors.printedAtMost) {
      let file = files.first { $0.name == diagnostics[index].file && $0.hasLines }
      diagnostics[index].sourceLine = file?.line(diagnostics[index].line)
    }
    return diagnostics
  }

  // MARK: Commodities

  private mutating func checkCommodities() {
    var isUsed = [Bool](repeating: false, count: model.commodities.count)
    for facility in model.facilities {
      for input in facility.recipe.inputs { isUsed[input.commodity] = true }
    }
    for segment in model.demand { isUsed[segment.commodity] = true }
    let sources = sourceClasses
    for (index, commodity) in model.commodities.enumerated() {
      let hasSource = !sources[index].isEmpty
      if !hasSource && isUsed[index] {
        warn("nobody makes or imports \(commodity.id)", commodity.location)
      } else if !isUsed[index] && hasSource {
        warn("nobody uses \(commodity.id)", commodity.location)
      } else if !isUsed[index] {
        warn("nobody makes, imports or uses \(commodity.id)", commodity.location)
      }
    }
  }

  /// By commodity: the classes that some facility, import, return or opening stock can supply.
  private var sourceClasses: [Set<Int>] {
    var classes = [Set<Int>](repeating: [], count: model.commodities.count)
    for facility in model.facilities {
      guard facility.existing.isPositiveSomewhere || (facility.expansion?.max ?? 0) > 0 else {
        continue
      }
      for output in facility.recipe.outputs {
        classes[output.commodity].insert(facility.provenanceClass)
      }
    }
    for source in model.imports where source.limit?.isPositiveSomewhere ?? true {
      for part in source.content where part.share > 0 {
        classes[source.commodity].insert(part.provenanceClass)
      }
    }
    for stream in model.returns {
      classes[stream.commodity].insert(stream.provenanceClass)
    }
    for stockpile in model.stockpiles {
      for (index, mass) in stockpile.opening.enumerated() where mass > 0 {
        classes[stockpile.commodity].insert(index)
      }
    }
    return classes
  }

  // MARK: Facilities

  private mutating func checkFacilities() {
    let drawn = model.uncertainty?.sample?.delivery ?? []
    for (p, facility) in model.facilities.enumerated() {
      if facility.expansion?.delivery != nil, !drawn.contains(p) {
        warn(
          "the delivery of \(facility.id) is not drawn by any sample and has no effect",
          facility.location, help: "add `{ delivery: facilities.* }` to uncertainty.sample.vary")
      }
      if !facility.existing.isPositiveSomewhere && facility.expansion == nil {
        warn("\(facility.id) has no capacity and cannot be expanded", facility.location)
      }
      checkElements(facility)
      guard let expansion = facility.expansion else { continue }
      checkExpansion(facility, expansion)
      if expansion.min != nil && expansion.module != nil {
        warn(
          "the min of \(facility.id)'s expansion is not applied beside its module",
          facility.location, help: "remove `min`, or `module`")
      }
      let leadTime = expansion.options.map { $0.permit + $0.construction }.min() ?? 0
      let start = max(expansion.earliest ?? model.horizon.start, model.horizon.start)
      if expansion.firstOnlineStep(model.horizon) == nil {
        warn(
          "\(facility.id)'s expansion cannot be ready within the horizon", facility.location,
          found: "\(leadTime.plain) years from \(start)",
          help: "the horizon ends with \(model.horizon.end)")
      }
    }
  }

  /// Mass of each element in and out of a recipe, where all its commodities say what they contain.
  private mutating func checkElements(_ facility: Facility) {
    let recipe = facility.recipe
    guard !recipe.inputs.isEmpty,
      (recipe.inputs + recipe.outputs).allSatisfy({
        !model.commodities[$0.commodity].contains.isEmpty
      })
    else { return }
    var taken: [String: Double] = [:]
    for input in recipe.inputs {
      for (element, share) in model.commodities[input.commodity].contains {
        taken[element, default: 0] += share * input.amount
      }
    }
    var yielded: [String: Double] = [:]
    for output in recipe.outputs {
      for (element, share) in model.commodities[output.commodity].contains {
        yielded[element, default: 0] += share * output.amount
      }
    }
    for (element, mass) in yielded.sorted(by: { $0.key < $1.key }) {
      let source = taken[element] ?? 0
      guard mass > source * (1 + 1e-6) + 1e-12 else { continue }
      warn(
        "\(facility.id) yields more \(element) than it takes in", facility.location,
        found: "\(rounded(mass)) t out, \(rounded(source)) t in, per t of activity",
        help: "check the recipe and `contains` of its commodities")
    }
  }

  func rounded(_ value: Double) -> String { ((value * 1e6).rounded() / 1e6).plain }

  // MARK: Imports and demand

  private mutating func checkImports() {
    for source in model.imports where source.limit == nil && source.price == nil {
      let hasPrice = model.commodities[source.commodity].price != nil
      warn(
        "import \(source.id) has neither limit nor price", source.location,
        help: hasPrice
          ? "it is unlimited at the commodity's price" : "it is unlimited and costs nothing")
    }
  }

  private mutating func checkDemand() {
    let sources = sourceClasses
    for segment in model.demand {
      if !segment.quantity.isPositiveSomewhere, !isChanged("demand", segment.id) {
        warn("demand \(segment.id) is 0 in every year", segment.location)
      }
      if let from = segment.requiredFrom, segment.requiredClasses != nil, from > model.horizon.end {
        warn(
          "demand \(segment.id) requires classes from \(from) on, past the horizon",
          segment.location, help: "the horizon ends with \(model.horizon.end)")
      }
    }
    for segment in model.demand where segment.quantity.isPositiveSomewhere {
      let commodity = model.commodities[segment.commodity]
      let possible = sources[segment.commodity]
      guard !possible.isEmpty else {
        warn("demand \(segment.id) cannot be met: \(commodity.id) has no source", segment.location)
        continue
      }
      guard let required = segment.requiredClasses, possible.isDisjoint(with: required) else {
        continue
      }
      let names = required.map { model.provenance.classes[$0].name }.joined(separator: ", ")
      warn(
        "demand \(segment.id) cannot be met from the classes it requires", segment.location,
        found: "\(commodity.id) has no source that is \(names)",
        help: "add a facility or an import, or widen `require.classes`")
    }
  }
}
