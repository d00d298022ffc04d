/// Limits that bind nothing: filters that admit nothing, years outside the horizon.
extension Warnings {
  mutating func checkLimits() {
    let stages = Set(model.facilities.map(\.stage) + model.commodities.map(\.stage))
    let tags = Set(model.facilities.flatMap(\.tags))
    let horizon = model.horizon
    for limit in model.limits {
      if (limit.from.map { $0 > horizon.end } ?? false)
        || (limit.until.map { $0 < horizon.start } ?? false)
      {
        warn(
          "limit \(limit.name) is not in force within the horizon", limit.location,
          help: "the horizon is \(horizon.start) to \(horizon.end)")
      }
      if limit.sense == .atLeast, !limit.value.isPositiveSomewhere,
        !isChanged("limits", limit.name)
      {
        warn("limit \(limit.name) has no effect: at least 0 is always so", limit.location)
      }
      checkShare(limit)
      for (key, filter) in [("where", limit.filter), ("of", limit.shareOf)] {
        guard let filter else { continue }
        var isSaid = false
        for stage in filter.stages ?? [] where !stages.contains(stage) {
          isSaid = true
          warn(
            "limit \(limit.name): nothing has the stage \(stage)", limit.location,
            help: nearest(stage, in: stages))
        }
        for tag in filter.tags ?? [] where !tags.contains(tag) {
          isSaid = true
          warn(
            "limit \(limit.name): no facility has the tag \(tag)", limit.location,
            help: nearest(tag, in: tags))
        }
        if !isSaid, let reason = reason(limit.measure, filter, key) {
          let isMet = limit.sense == .atMost || limit.shareOf != nil
          warn(
            isMet
              ? "limit \(limit.name) has no effect: \(reason)"
              : "limit \(limit.name) cannot be met: \(reason)", limit.location)
          break
        }
      }
    }
  }

  /// A part is never more than the whole that includes it.
  private mutating func checkShare(_ limit: Limit) {
    guard let whole = limit.shareOf, whole.includes(limit.filter),
      !isChanged("limits", limit.name)
    else { return }
    let values = limit.value.values
    if limit.sense == .atMost, values.allSatisfy({ $0 >= 1 }) {
      warn(
        "limit \(limit.name) has no effect: `where` is a part of `of`, and never more than 100% of it",
        limit.location)
    } else if limit.sense == .atLeast, let value = values.first(where: { $0 > 1 }) {
      warn(
        "limit \(limit.name) forbids all that `of` admits: `where` is a part of it, and never more than 100% of it",
        limit.location, found: "at least \((value * 100).plain)%")
    }
  }

  /// Why a filter admits nothing that the measure sums; nil where it admits something.
  private func reason(_ measure: Limit.Measure, _ filter: Filter, _ key: String) -> String? {
    let foreign = foreignKeys(measure, filter)
    if !foreign.isEmpty {
      let names = foreign.map { "`\(key).\($0)`" }.joined(separator: " and ")
      return "\(measure.rawValue) has no \(foreign.joined(separator: " and ")), so \(names) "
        + "admits nothing"
    }
    let admitted = model.facilities.enumerated().filter {
      filter.admits($0.element, index: $0.offset)
    }
    let growing = admitted.filter { ($0.element.expansion?.max ?? 0) > 0 }
    switch measure {
    case .import:
      return model.imports.indices.contains { admits(filter, $0) }
        ? nil : "no import passes `\(key)`"
    case .activity: return admitted.isEmpty ? "no facility passes `\(key)`" : nil
    case .build, .projects, .capex:
      if growing.isEmpty { return "no facility that can be expanded passes `\(key)`" }
      guard let kinds = filter.options else { return nil }
      let hasOption = growing.contains { entry in
        entry.element.expansion?.options.contains { kinds.contains($0.kind) } ?? false
      }
      let words = kinds.map(\.rawValue).joined(separator: " or ")
      return hasOption ? nil : "no facility that passes `\(key)` has the option \(words)"
    case .private:
      let hasPrivate = growing.contains { ($0.element.expansion?.privateMaxShare ?? 0) > 0 }
      return hasPrivate ? nil : "no facility that passes `\(key)` may take private money"
    case .award, .support:
      let paid = measure == .award ? growing : admitted
      let pays = model.funds.indices.contains { f in
        let fund = model.funds[f]
        let gives = measure == .award ? fund.givesCapital : fund.instruments.contains(.priceSupport)
        return gives && filter.funds?.contains(f) ?? true
          && paid.contains { fund.eligible.admits($0.element, index: $0.offset) }
      }
      let what = measure == .award ? "awards" : "price support"
      return pays ? nil : "no fund gives \(what) to what passes `\(key)`"
    }
  }

  /// The keys of a filter that what is measured does not have.
  private func foreignKeys(_ measure: Limit.Measure, _ filter: Filter) -> [String] {
    let given = [
      ("tags", filter.tags != nil), ("facility", filter.facilities != nil),
      ("fund", filter.funds != nil), ("source", filter.sources != nil),
      ("option", filter.options != nil),
    ].filter(\.1).map(\.0)
    let foreign =
      switch measure {
      case .build, .projects, .capex: ["fund", "source"]
      case .award, .support: ["source", "option"]
      case .private, .activity: ["fund", "source", "option"]
      case .import: ["tags", "facility", "fund", "option"]
      }
    return given.filter(foreign.contains)
  }

  private func admits(_ filter: Filter, _ source: Int) -> Bool {
    let entry = model.imports[source]
    return filter.sources?.contains(source) ?? true
      && filter.countries.map { entry.share(from: $0) > 0 } ?? true
      && filter.stages?.contains(model.commodities[entry.commodity].stage) ?? true
  }
}

extension Filter {
  /// Whether whatever passes `part` passes this filter, too, by what their keys say.
  fileprivate func includes(_ part: Filter) -> Bool {
    func includes<Value: Equatable>(_ whole: [Value]?, _ part: [Value]?) -> Bool {
      guard let whole else { return true }
      guard let part else { return false }
      return part.allSatisfy(whole.contains)
    }
    return includes(stages, part.stages) && includes(countries, part.countries)
      && includes(tags, part.tags) && includes(facilities, part.facilities)
      && includes(funds, part.funds) && includes(sources, part.sources)
      && includes(options, part.options)
  }
}
