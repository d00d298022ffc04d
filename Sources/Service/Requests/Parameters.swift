import SupplyChain

/// The parameters of one request: each is asked for by name, and what nobody asked for is an error.
struct Parameters {
  private var members: [String: JSONInput]
  private let method: String
  /// Before the name of a member of another one: `group.`.
  private var prefix = ""
  private var known: [String] = []

  init(_ message: Message) {
    method = message.method
    // The reader of JSON refuses an object that names a member twice.
    members = Dictionary(
      message.parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The members of a parameter that is an object.
  init(_ value: JSONInput, of name: String) throws {
    guard case .object(let members) = value else {
      throw SessionError.parameter(name, "is an object", expected: "an object", found: value)
    }
    method = name
    prefix = name + "."
    self.members = Dictionary(
      members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The value of a parameter; nil where it is missing or null.
  mutating func take(_ name: String) -> JSONInput? {
    known.append(name)
    guard let value = members.removeValue(forKey: name), value != .null else { return nil }
    return value
  }

  /// - Throws: where there is a parameter that was not asked for.
  func finish() throws {
    guard let name = members.keys.sorted().first else { return }
    throw SessionError.parameter(
      prefix + String(name.prefix(80)), "`\(method)` has no such parameter",
      expected: known.isEmpty ? "no parameters" : known.joined(separator: ", "),
      suggestion: Spelling.nearest(to: name, in: known))
  }

  mutating func text(_ name: String) throws -> String? {
    guard let value = take(name) else { return nil }
    guard let text = value.string else {
      throw SessionError.parameter(prefix + name, "is a text", expected: "a text", found: value)
    }
    return text
  }

  mutating func required(_ name: String) throws -> String {
    guard let text = try text(name) else {
      throw SessionError.parameter(prefix + name, "is missing", expected: "a text")
    }
    return text
  }

  /// - Throws: where the value of a parameter is missing.
  func needed<Value>(_ name: String, _ value: Value?) throws -> Value {
    guard let value else { throw SessionError.parameter(prefix + name, "is missing") }
    return value
  }

  /// A list of finite numbers.
  mutating func numbers(_ name: String) throws -> [Double] {
    guard case .array(let items) = try needed(name, take(name)) else {
      throw SessionError.parameter(prefix + name, "is a list", expected: "a list of numbers")
    }
    return try items.map { item in
      guard case .number(let digits) = item, let number = Double(digits), number.isFinite else {
        throw SessionError.parameter(
          prefix + name, "holds something else than numbers", expected: "a list of numbers",
          found: item)
      }
      return number
    }
  }

  mutating func flag(_ name: String) throws -> Bool? {
    guard let value = take(name) else { return nil }
    guard case .bool(let flag) = value else {
      throw SessionError.parameter(
        prefix + name, "is either true or false", expected: "true or false", found: value)
    }
    return flag
  }

  mutating func number(_ name: String, _ range: ClosedRange<Double>) throws -> Double? {
    guard let value = take(name) else { return nil }
    guard case .number(let digits) = value, let number = Double(digits), range.contains(number)
    else {
      throw SessionError.parameter(
        prefix + name, "is not a number in range",
        expected: "a number from \(range.lowerBound) to \(range.upperBound)", found: value)
    }
    return number
  }

  mutating func whole(_ name: String, _ range: ClosedRange<Int>) throws -> Int? {
    guard let value = take(name) else { return nil }
    guard case .number(let digits) = value, let number = Int(digits), range.contains(number) else {
      throw SessionError.parameter(
        prefix + name, "is not a whole number in range",
        expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", found: value)
    }
    return number
  }

  /// A number, or a text such as `50%`, as `read` takes it.
  mutating func number(
    _ name: String, expected: String, _ read: (String) -> Double?
  ) throws -> Double? {
    guard let value = take(name) else { return nil }
    let text: String? =
      switch value {
      case .number(let digits): digits
      case .string(let text): text
      default: nil
      }
    guard let number = text.flatMap(read) else {
      throw SessionError.parameter(
        prefix + name, "is \(expected)", expected: expected, found: value)
    }
    return number
  }

  mutating func fraction(_ name: String) throws -> Double? {
    try number(name, expected: "a share from 0 to 1, like 0.01 or 1%", OptionText.fraction)
  }

  mutating func years(_ name: String) throws -> Int? {
    try number(name, expected: "a whole number of years, like 5years") {
      OptionText.wholeYears($0).map(Double.init)
    }.map { Int($0) }
  }

  /// What notifications about a request carry, so that the client knows whose they are.
  mutating func token(_ name: String) throws -> Message.ID? {
    guard let value = take(name) else { return nil }
    guard let token = Message.ID(value) else {
      throw SessionError.parameter(prefix + name, "is a number or a text", found: value)
    }
    return token
  }

  /// A text or a list of texts.
  mutating func texts(_ name: String) throws -> [String]? {
    guard let value = take(name) else { return nil }
    switch value {
    case .string(let text): return [text]
    case .array(let items):
      return try items.map { item in
        guard let text = item.string else {
          throw SessionError.parameter(
            prefix + name, "is a text or a list of texts", expected: "a list of texts", found: item)
        }
        return text
      }
    default:
      throw SessionError.parameter(
        prefix + name, "is a text or a list of texts", expected: "a list of texts", found: value)
    }
  }

  /// One of a set of words.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type = Choice.self
  ) throws -> Choice? where Choice.RawValue == String {
    guard let text = try text(name) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let all = type.allCases.map(\.rawValue)
    throw SessionError.parameter(
      prefix + name, "cannot be this", expected: "one of " + all.joined(separator: ", "),
      found: .string(text), suggestion: Spelling.nearest(to: text, in: all))
  }

  /// Objectives in order: a list, or a text with commas.
  mutating func objectives(_ name: String) throws -> ObjectiveList? {
    try texts(name).map { ObjectiveList(text: $0.joined(separator: ",")) }
  }
}

/// Objectives as a request names them; which of them are measures, the model says.
struct ObjectiveList: Sendable {
  let text: String

  func objectives(of model: Model) throws -> [Objective] {
    try OptionText.objectives(text, in: model)
  }

  /// Makes them those of a model.
  func choose(in model: inout Model) throws { model.objectives = try objectives(of: model) }
}
