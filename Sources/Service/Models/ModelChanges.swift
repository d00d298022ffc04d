import Analysis
import Reporting

/// What is changed in an open model: scenarios in order, single values on top, and the factor of all appropriations.
public struct ModelChanges: Sendable, Equatable {
  public var scenarios: [String] = []
  public var settings: [Case.Setting] = []
  public var budgetScale = 1.0

  public init() {}

  var asCase: Case {
    Case(scenarios: scenarios, settings: settings, budgetScale: budgetScale)
  }

  /// As functions of the model's document take them.
  var pairs: [(path: String, value: String)] { settings.map { ($0.path, $0.value) } }

  /// Whether only amounts of money are other, which are bounds of rows.
  func differsInBudgetsAlone(from other: ModelChanges) -> Bool {
    func rest(_ changes: ModelChanges) -> [Case.Setting] {
      changes.settings.filter {
        !($0.path.hasPrefix("funds.") && $0.path.contains(".appropriations"))
      }
    }
    return scenarios == other.scenarios && rest(self) == rest(other)
  }

  /// After another change; a path that is set already keeps its place among the settings.
  ///
  /// - Throws: where a path is to be unset that is not set.
  func applying(_ change: Change) throws -> ModelChanges {
    var result = change.clears ? ModelChanges() : self
    if let scenarios = change.scenarios { result.scenarios = scenarios }
    if let scale = change.budgetScale { result.budgetScale = scale }
    for path in change.unset {
      guard let place = result.settings.firstIndex(where: { $0.path == path }) else {
        throw SessionError.parameter(
          "unset", "`\(printable(String(path.prefix(200))))` is not set",
          expected: result.settings.isEmpty
            ? "nothing is set" : result.settings.map(\.path).joined(separator: ", "))
      }
      result.settings.remove(at: place)
    }
    for setting in change.set {
      if let place = result.settings.firstIndex(where: { $0.path == setting.path }) {
        result.settings[place] = setting
      } else {
        result.settings.append(setting)
      }
    }
    return result
  }

  /// What a request changes.
  struct Change: Sendable {
    var scenarios: [String]?
    var set: [Case.Setting] = []
    var unset: [String] = []
    var budgetScale: Double?
    var clears = false

    init(_ parameters: inout Parameters) throws {
      scenarios = try parameters.texts("scenario").map { texts in
        let ids = texts.flatMap(OptionText.parts)
        if ids.contains("") {
          throw SessionError.parameter("scenario", "names are separated by one +")
        }
        return ids
      }
      unset = try parameters.texts("unset") ?? []
      budgetScale = try parameters.number(
        "budgetScale", expected: OptionText.budgetScaleWords, OptionText.budgetScale)
      set = try Change.settings(parameters.take("set"))
    }

    private static func settings(_ value: JSONInput?) throws -> [Case.Setting] {
      switch value {
      case nil: return []
      case .object(let members)?:
        return members.map { Case.Setting(path: $0.name, value: $0.value.yaml) }
      case .array(let items)?:
        return try items.map { item in
          guard let setting = item.string.flatMap(OptionText.setting) else {
            throw SessionError.parameter(
              "set", "a setting is PATH=VALUE",
              expected: "a list of texts like funds.dpa.max_share=50%", found: item)
          }
          return setting
        }
      case let other?:
        throw SessionError.parameter(
          "set", "is an object of paths and values, or a list of PATH=VALUE", found: other)
      }
    }
  }
}
