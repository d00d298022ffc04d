/// What is minimised, one after another (formulation section 6, objectives).
public enum Objective: Sendable, Hashable {
  case dependency, peakDependency, publicCost, systemCost, unmet
  /// The total of one of the model's own measures over the horizon.
  case measure(MeasureObjective)

  /// Those that every model has.
  public static let builtIn: [Objective] = [
    .dependency, .peakDependency, .publicCost, .systemCost, .unmet,
  ]

  /// What an objective counts.
  public enum Amount: Sendable, Hashable {
    /// An index over weighted demand.
    case share
    /// Millions, as a present value.
    case money
    case weightedTonnes
    /// The total of a measure that is no money, in its unit; empty for a pure number.
    case own(unit: String)
  }

  /// As tables and JSON name it: a measure by its own name.
  public var name: String {
    switch self {
    case .dependency: "dependency"
    case .peakDependency: "peak_dependency"
    case .publicCost: "public_cost"
    case .systemCost: "system_cost"
    case .unmet: "unmet"
    case .measure(let measure): measure.id
    }
  }

  /// As model files and `--objective` write it: `jobs` or `maximize jobs`.
  public var written: String { isMaximised ? Self.maximising + " " + name : name }

  static let maximising = "maximize"
  /// British spelling, which is read as well.
  static let alsoMaximising = "maximise"

  init?(builtIn name: String) {
    guard let found = Self.builtIn.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  public var amount: Amount {
    switch self {
    case .dependency, .peakDependency: .share
    case .publicCost, .systemCost: .money
    case .unmet: .weightedTonnes
    case .measure(let measure): measure.isMoney ? .money : .own(unit: measure.unit)
    }
  }

  /// Whether it is one of the model's own measures, which may be maximised too.
  public var isMeasure: Bool { if case .measure = self { true } else { false } }

  /// Whether it is an index over weighted demand.
  public var isShare: Bool { amount == .share }

  /// `minimising dependency`, `maximising jobs`.
  public var aim: String { (isMaximised ? "maximising " : "minimising ") + name }

  public var isMaximised: Bool {
    if case .measure(let measure) = self { measure.isMaximised } else { false }
  }

  /// The amount that people see. What is maximised is minimised with the other sign.
  public func shown(_ minimised: Double) -> Double { isMaximised ? 0 - minimised : minimised }

  public func shown(_ minimised: Double?) -> Double? { minimised.map { shown($0) } }
}

extension Model {
  /// All that can be an objective of the model: what every model has, then its measures, at their least.
  public var tradable: [Objective] {
    Objective.builtIn
      + measures.compactMap { measure in
        (try? objectives(written: [measure.id]))?.first
      }
  }

  /// Takes objectives that were chosen for another case of the model: measures are looked up again.
  ///
  /// - Throws: where a measure is missing here or has no total.
  public mutating func choose(_ chosen: [Objective]) throws(ModelErrors) {
    objectives = try objectives(named: chosen.map(\.written))
  }

  /// Objectives as a certificate or another case of the model names them.
  ///
  /// - Throws: where one is not of this model.
  public func objectives(named names: [String]) throws(ModelErrors) -> [Objective] {
    do throws(ObjectiveProblem) {
      return try objectives(written: names)
    } catch {
      throw ModelErrors(diagnostics: [
        Diagnostic(
          message: error.reason
            ?? "there is no objective `\(error.text.escapedForDisplay(limit: 60))` in this case",
          file: "--objective", line: 0, column: 0, found: error.text, expected: error.expected,
          suggestion: error.help)
      ])
    }
  }
}

/// A measure of the model that is an objective.
public struct MeasureObjective: Sendable, Hashable {
  public var id: String
  public var isMaximised: Bool
  /// The unit of its total, such as `t` or `yr·jobs`; of money that of the model.
  public var unit: String
  /// Whether its total is money, which is discounted.
  public var isMoney: Bool

  public init(id: String, isMaximised: Bool, unit: String, isMoney: Bool) {
    self.id = id
    self.isMaximised = isMaximised
    self.unit = unit
    self.isMoney = isMoney
  }
}

/// Why a text names no objective of a model.
public struct ObjectiveProblem: Error, Sendable, Hashable {
  /// The text that was written.
  public var text: String
  /// Why it is refused; nil: nothing is so named.
  public var reason: String?
  public var expected: String
  public var help: String?
}

extension Model {
  /// Objectives as model files and `--objective` write them.
  public func objectives(written texts: [String]) throws(ObjectiveProblem) -> [Objective] {
    var list: [Objective] = []
    for text in texts { list.append(try objective(written: text)) }
    return list
  }

  /// One of the built-in objectives, or a measure: `jobs`, `maximize jobs`.
  func objective(written text: String) throws(ObjectiveProblem) -> Objective {
    let words = text.split(separator: " ").map(String.init)
    let isMaximised =
      words.count > 1 && [Objective.maximising, Objective.alsoMaximising].contains(words[0])
    let name = isMaximised ? words.dropFirst().joined(separator: " ") : text
    func refused(_ reason: String, _ help: String?) -> ObjectiveProblem {
      ObjectiveProblem(text: text, reason: reason, expected: expectedObjectives, help: help)
    }
    if let builtIn = Objective(builtIn: name) {
      guard isMaximised else { return builtIn }
      throw refused("`\(name)` is minimised", "what is maximised is a measure of the model's own")
    }
    guard let measure = measures.first(where: { $0.id == name }) else {
      throw ObjectiveProblem(
        text: text, reason: nil, expected: expectedObjectives, help: nearest(to: name, isMaximised))
    }
    guard measure.isDecided else {
      throw refused("measure \(name) is a number: no plan moves it", nil)
    }
    switch measure.total {
    case .sum(let sum):
      return .measure(
        MeasureObjective(
          id: name, isMaximised: isMaximised, unit: sum.dimension.unit(currency: currency),
          isMoney: sum.dimension == Dimension(money: 1)))
    case .none(let reason, let help):
      throw refused("measure \(name) has no total over the years: \(reason)", help)
    }
  }

  /// The sums that an objective is made of; of the built-in ones none.
  func terms(of objective: Objective) -> [LinearExpression.Term] {
    guard case .measure(let measure) = objective,
      let written = measures.first(where: { $0.id == measure.id }),
      case .sum(let sum) = written.total
    else { return [] }
    return sum.terms
  }

  private var expectedObjectives: String {
    let words = "one of " + Objective.builtIn.map(\.name).joined(separator: ", ")
    let own = measures.filter(\.isDecided).map(\.id)
    guard !own.isEmpty else { return words }
    let listed = own.prefix(12).joined(separator: ", ") + (own.count > 12 ? ", …" : "")
    return words + ", or a measure: \(listed)"
  }

  private func nearest(to name: String, _ isMaximised: Bool) -> String? {
    let known =
      (isMaximised ? [] : Objective.builtIn.map(\.name)) + measures.filter(\.isDecided).map(\.id)
    if let nearest = Spelling.nearest(to: name, in: known) {
      let written = isMaximised ? Objective.maximising + " " + nearest : nearest
      return "did you mean `\(written)`?"
    }
    let isSum = PlanQuantity.Kind(rawValue: name) != nil || factors.contains { $0.id == name }
    return isSum ? "make a measure of it: `measures: { total_\(name): \(name) }`" : nil
  }
}
