/// An award as a file writes it, by ids; what they mean is looked up in a model.
struct WrittenAward: Sendable {
  struct Text: Sendable {
    var text: String
    var position: Position
  }
  enum Amount: Sendable {
    /// Millions.
    case money(Double)
    /// t/yr.
    case capacity(Double)
  }
  var facility: Text?
  var stockpile: Text?
  var fund: Text?
  var option: Text?
  /// A year or a period, and where both are given the year as well.
  var time: Text
  var year: Text?
  var amount: Amount
  var source: String?
  var position: Position
}

/// Looks awards up in a model: facilities, programmes and stockpiles by id or name, steps, options.
struct CommitmentReader {
  let model: Model
  let log: DiagnosticLog
  /// Whether changes may have taken away what the awards are for: then they are left out and told.
  var isChanged = false
  /// Put before messages, such as `committed[2]: `.
  var label: (Int) -> String = { _ in "" }

  /// The awards that mean something in the model; what is wrong, or has no effect, is reported.
  func commitments(_ awards: [WrittenAward]) -> [Commitment] {
    var found: [Commitment] = []
    var places: [Key: Position] = [:]
    for (index, award) in awards.enumerated() {
      guard let commitment = commitment(award, label(index)) else { continue }
      let key = Key(subject: commitment.subject, steps: commitment.steps)
      if let first = places[key] {
        log.error(
          "\(label(index))the award is given twice, first on "
            + log.words(for: first, seenFrom: award.position),
          at: award.position, help: "keep one of the two, or add them up")
        continue
      }
      places[key] = award.position
      found.append(commitment)
    }
    return found
  }

  private struct Key: Hashable {
    var subject: Commitment.Subject
    var steps: Range<Int>
  }

  private func commitment(_ award: WrittenAward, _ label: String) -> Commitment? {
    guard let steps = steps(award, label), let (subject, amount) = subject(award, label) else {
      return nil
    }
    switch subject {
    case .build(let p, let option):
      if !comesOnLine(p, option, steps, award, label) { return nil }
    case .award(_, let p):
      if !paysForWork(p, steps, award, label) { return nil }
    case .purchase: break
    }
    return Commitment(
      subject: subject, steps: steps, amount: amount, source: award.source,
      location: log.place(award.position))
  }

  // MARK: What and when

  private func subject(_ award: WrittenAward, _ label: String) -> (Commitment.Subject, Double)? {
    if let facility = award.facility, let pile = award.stockpile {
      log.error(
        "\(label)an award is for a facility or for a stockpile", at: pile.position,
        found: "\(facility.text) and \(pile.text)", expected: "one of the two")
      return nil
    }
    switch award.amount {
    case .capacity(let amount):
      if let other = award.stockpile ?? award.fund {
        log.error(
          "\(label)capacity is awarded to a facility, whoever pays", at: other.position,
          found: other.text, help: "give money, or leave this out")
        return nil
      }
      guard let p = facility(award, label), let option = option(award, p, label) else { return nil }
      return (.build(facility: p, option: option), amount)
    case .money(let amount):
      if let option = award.option, !option.text.isEmpty {
        log.error(
          "\(label)money is awarded to a facility, not to one of its options",
          at: option.position, found: option.text, help: "give capacity, or leave the option out")
        return nil
      }
      guard let written = award.fund else {
        log.error(
          "\(label)the award names no programme that pays", at: award.position,
          expected: "a fund of the model" + (model.funds.first.map { " (e.g. `\($0.id)`)" } ?? ""))
        return nil
      }
      guard let f = index(written, model.funds.map { ($0.id, $0.name) }, "fund", label) else {
        return nil
      }
      return payment(f, award, written, amount, label)
    }
  }

  private func payment(
    _ f: Int, _ award: WrittenAward, _ written: WrittenAward.Text, _ amount: Double, _ label: String
  ) -> (Commitment.Subject, Double)? {
    let fund = model.funds[f]
    if let pile = award.stockpile {
      guard
        let i = index(pile, model.stockpiles.map { ($0.id, $0.id) }, "stockpile", label)
      else { return nil }
      guard fund.instruments.contains(.stockpile) else {
        log.error(
          "\(label)the fund `\(fund.id)` buys nothing for stockpiles", at: written.position,
          found: written.text, expected: "a fund with the instrument `stockpile`")
        return nil
      }
      return (.purchase(fund: f, stockpile: i), amount)
    }
    guard let p = facility(award, label) else { return nil }
    guard fund.givesCapital else {
      log.error(
        "\(label)the fund `\(fund.id)` makes no awards", at: written.position, found: written.text,
        expected: "a fund with the instrument `grant` or `loan`",
        help: "what it pays for output follows from what plants make")
      return nil
    }
    return (.award(fund: f, facility: p), amount)
  }

  private func facility(_ award: WrittenAward, _ label: String) -> Int? {
    guard let written = award.facility else {
      log.error(
        "\(label)the award names no facility", at: award.position,
        expected: "a facility of the model")
      return nil
    }
    guard
      let p = index(written, model.facilities.map { ($0.id, $0.name) }, "facility", label)
    else { return nil }
    guard model.facilities[p].expansion != nil else {
      if isChanged {
        leftOut(model.facilities[p].id, written, label)
        return nil
      }
      log.error(
        "\(label)nothing can be awarded to `\(model.facilities[p].id)`", at: written.position,
        found: written.text, expected: "a facility with an `expansion`")
      return nil
    }
    return p
  }

  private func leftOut(_ what: String, _ written: WrittenAward.Text, _ label: String) {
    log.warning(
      "\(label)the award is left out: nothing can be awarded to \(what) any more",
      at: written.position, found: written.text)
  }

  private func option(_ award: WrittenAward, _ p: Int, _ label: String) -> BuildOption.Kind? {
    let known = model.facilities[p].expansion?.options.map(\.kind) ?? []
    guard let written = award.option, !written.text.isEmpty else { return .standard }
    if let kind = known.first(where: { $0.rawValue == written.text }) { return kind }
    if isChanged, BuildOption.Kind(rawValue: written.text) != nil {
      leftOut("\(model.facilities[p].id), \(written.text)", written, label)
      return nil
    }
    log.error(
      "\(label)`\(model.facilities[p].id)` has no such option", at: written.position,
      found: written.text,
      expected: "one of " + known.map(\.rawValue).joined(separator: ", "))
    return nil
  }

  /// An id or, where none is the same, a name that is no one else's.
  private func index(
    _ written: WrittenAward.Text, _ entries: [(id: String, name: String)], _ what: String,
    _ label: String
  ) -> Int? {
    if let index = entries.firstIndex(where: { $0.id == written.text }) { return index }
    let named = entries.indices.filter { entries[$0].name == written.text }
    if named.count == 1 { return named[0] }
    let near =
      Spelling.nearest(to: written.text, in: entries.map(\.id))
      ?? Spelling.nearest(to: written.text, in: entries.map(\.name))
    let known = entries.map(\.id)
    let help =
      near.map { "did you mean `\($0)`?" }
      ?? (known.isEmpty
        ? "the model defines none"
        : known.count <= 12 ? "known: " + known.joined(separator: ", ") : nil)
    log.error(
      "\(label)there is no \(what) `\(written.text.escapedForDisplay(limit: 80))`",
      at: written.position, found: written.text, expected: "a \(what) that the model defines",
      help: help)
    return nil
  }

  private func steps(_ award: WrittenAward, _ label: String) -> Range<Int>? {
    let horizon = model.horizon
    guard let steps = horizon.steps(of: award.time.text) else {
      let first = horizon.periodName(0)
      let last = horizon.periodName(horizon.stepCount - 1)
      log.error(
        "\(label)the time is not one of the horizon's", at: award.time.position,
        found: award.time.text, expected: "a year or a period from `\(first)` to `\(last)`",
        help: Int(award.time.text).map { $0 < horizon.start } == true
          ? "what was awarded before the horizon stands under `existing`, from the year in which it works"
          : nil)
      return nil
    }
    if let year = award.year, Int(year.text) != horizon.year(ofStep: steps.lowerBound) {
      log.error(
        "\(label)the period is not one of the year", at: year.position,
        found: "\(year.text) and \(award.time.text)", expected: "one year")
      return nil
    }
    return steps
  }

  /// Capacity that works only after the horizon is told and left out.
  private func comesOnLine(
    _ p: Int, _ option: BuildOption.Kind, _ steps: Range<Int>, _ award: WrittenAward,
    _ label: String
  ) -> Bool {
    guard
      let terms = model.facilities[p].expansion?.options.first(where: { $0.kind == option })
    else { return false }
    let online = steps.lowerBound + lead(terms)
    if online < model.horizon.stepCountWithBeyond { return true }
    log.warning(
      "\(label)the award is left out: what is awarded to `\(model.facilities[p].id)` in \(award.time.text) works from "
        + "\(model.horizon.year(ofStep: online)), after the horizon",
      at: award.position, found: award.time.text)
    return false
  }

  /// Money that can only be for capacity that works after the horizon is told and left out.
  private func paysForWork(
    _ p: Int, _ steps: Range<Int>, _ award: WrittenAward, _ label: String
  ) -> Bool {
    guard
      let expansion = model.facilities[p].expansion,
      let lead = expansion.options.map(lead).min()
    else { return true }
    // What is built may be paid for in the years after it was awarded.
    let later = expansion.spending.lastIndex { $0 > 0 } ?? 0
    let first = max(0, steps.lowerBound - later * model.horizon.stepsPerYear)
    let online = first + lead
    if online < model.horizon.stepCountWithBeyond { return true }
    log.warning(
      "\(label)the award is left out: what money pays for at `\(model.facilities[p].id)` in \(award.time.text) works from "
        + "\(model.horizon.year(ofStep: online)) at the earliest, after the horizon",
      at: award.position, found: award.time.text)
    return false
  }

  /// Steps from an award until its capacity works.
  private func lead(_ option: BuildOption) -> Int {
    LeadTime.steps(option.permit + option.construction, perYear: model.horizon.stepsPerYear)
  }
}
