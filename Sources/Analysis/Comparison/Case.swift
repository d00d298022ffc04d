import SupplyChain

/// One case of a model: the scenarios applied, in order, single values set on top, and the budget scale.
public struct Case: Sendable, Hashable {
  public var scenarios: [String]
  /// Change paths and the values they are set to, as a scenario's `set` does.
  public var settings: [Setting]
  /// Multiplies every appropriation.
  public var budgetScale: Double
  /// What people call it; nil: by what it changes.
  public var label: String?

  public struct Setting: Sendable, Hashable {
    public var path: String
    public var value: String
    public init(path: String, value: String) {
      self.path = path
      self.value = value
    }
  }

  public init(scenarios: [String] = [], settings: [Setting] = [], budgetScale: Double = 1) {
    self.scenarios = scenarios
    self.settings = settings
    self.budgetScale = budgetScale
  }

  /// The model of this case.
  /// - Throws: `ModelErrors` where a scenario does not exist or a value does not fit.
  public func model(of document: ModelDocument) throws(ModelErrors) -> Model {
    try document.model(
      scenarios: scenarios, settings: settings.map { ($0.path, $0.value) },
      budgetScale: budgetScale)
  }

  /// For people: `base`, `export_ban`, `export_ban × 0.5`.
  public var name: String {
    if let label { return label }
    var parts = scenarios.isEmpty ? ["base"] : [scenarios.joined(separator: " + ")]
    parts += settings.map { "\($0.path)=\($0.value)" }
    let words = parts.joined(separator: ", ")
    if budgetScale == 1 { return words }
    return "\(words) × \(Case.words(budgetScale))"
  }

  /// A budget scale as it is written.
  static func words(_ scale: Double) -> String {
    Int(exactly: scale).map { "\($0)" } ?? "\(scale)"
  }
}

extension ModelDocument {
  /// Changes of cases after which the model is as before, each once, as warnings with their places.
  public func idleChanges(in cases: [Case]) -> [Diagnostic] {
    var found: [Diagnostic] = []
    for one in cases {
      let settings = one.settings.map { (path: $0.path, value: $0.value) }
      for warning in idleChanges(scenarios: one.scenarios, settings: settings)
      where !found.contains(warning) {
        found.append(warning)
      }
    }
    return found
  }
}
