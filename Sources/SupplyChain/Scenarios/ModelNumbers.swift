/// One number of a model: a quantity, one year of a series, or one share of a list.
public struct ModelNumber: Sendable {
  /// The keys down to it: `facilities`, `mine`, `opex`, `2028`.
  public var path: [String]
  /// Where it stands; of a value that a scenario changed, where the change stands.
  public var location: SourceLocation
  /// Whether it is a duration, which is rounded up to whole steps: a small change of it is none, or a whole step.
  public var isTime: Bool { measure == .duration }
  fileprivate var steps: [Step]
  fileprivate var measure: Measure
  fileprivate var kind: Kind

  fileprivate enum Step: Sendable {
    case key(String)
    case item(Int)
  }
}

/// The numbers of a model, and the model with some of them multiplied.
///
///     let numbers = try ModelNumbers(document)
///     let dearer = try numbers.model(scaling: [(number: 3, by: 1.01)])
///
/// Years, counts and format versions are no such numbers, nor is what stands in scenarios, uncertainty and adversary.
public struct ModelNumbers: Sendable {
  /// The model with nothing multiplied.
  public let model: Model
  /// In the order of the file.
  public let numbers: [ModelNumber]
  private let base: ModelBuilder.Base
  private let objectives: [Objective]?
  private let files: [SourceFile]
  private let horizon: Horizon

  /// - Parameters: as those of `ModelDocument.model(scenarios:settings:budgetScale:)`, and objectives instead of the
  ///   model's.
  /// - Throws: what that throws.
  public init(
    _ document: ModelDocument, scenarios ids: [String] = [],
    settings: [(path: String, value: String)] = [], budgetScale: Double = 1,
    objectives: [Objective]? = nil
  ) throws(ModelErrors) {
    let root = try document.effectiveRoot(ids, settings, budgetScale)
    let log = DiagnosticLog(files: document.files)
    let builder = ModelBuilder(root: root, log: log)
    let read = builder.build()
    if log.hasErrors { throw log.errors }
    base = ModelBuilder.Base(root: root, model: read, names: builder.names)
    self.objectives = objectives
    model = try Self.with(objectives, read)
    files = document.files
    horizon = ModelReader.horizon(of: root)
    var walk = Walk(reader: ModelReader(root: root, log: DiagnosticLog(files: files)))
    walk.object(root, Schema.model)
    numbers = walk.found
  }

  /// The model with numbers multiplied; a share of at most 1 stays one.
  ///
  /// - Throws: `ModelErrors` where the format does not allow a number so changed, such as shares that must add up.
  public func model(
    scaling factors: [(number: Int, by: Double)]
  ) throws(ModelErrors) -> Model {
    var root = base.root
    for (index, factor) in factors {
      let number = numbers[index]
      root =
        changed(Node(.mapping(root), at: topPosition), number.steps[...], number, factor)
        .mapping ?? root
    }
    let log = DiagnosticLog(files: files)
    let result = ModelBuilder(root: root, log: log, base: base).build()
    if log.hasErrors { throw log.errors }
    return try Self.with(objectives, result)
  }

  private static func with(
    _ objectives: [Objective]?, _ model: Model
  ) throws(ModelErrors) -> Model {
    guard let objectives else { return model }
    var result = model
    try result.choose(objectives)
    return result
  }

  private var topPosition: Position { Position(line: 1, column: 1, file: 0) }

  /// The node with the number below it multiplied.
  private func changed(
    _ node: Node, _ steps: ArraySlice<ModelNumber.Step>, _ number: ModelNumber, _ factor: Double
  ) -> Node {
    guard let step = steps.first else { return scaled(node, number, factor) }
    switch (step, node.content) {
    case (.key(let key), .mapping(let mapping)):
      guard let inner = mapping[key] ?? ownNumber(key, mapping, node.position) else { return node }
      let new = changed(inner, steps.dropFirst(), number, factor)
      return Node(.mapping(mapping.setting(key, to: new)), at: node.position)
    case (.item(let index), .list(var items)) where items.indices.contains(index):
      items[index] = changed(items[index], steps.dropFirst(), number, factor)
      return Node(.list(items), at: node.position)
    default: return node
    }
  }

  /// The number in the text of a rule, whose `bound` is not written.
  private func ownNumber(_ key: String, _ rule: Mapping, _ position: Position) -> Node? {
    guard key == Schema.ruleBound, let text = rule["rule"]?.text else { return nil }
    let units = ModelReader(root: base.root, log: DiagnosticLog(files: files)).units
    return RuleNumbers(ofRule: text, units).map {
      Node(.worked(Worked($0.series, dimension: $0.dimension)), at: position)
    }
  }

  private func scaled(_ node: Node, _ number: ModelNumber, _ factor: Double) -> Node {
    func scale(_ value: Double) -> Double {
      let result = value * factor
      return number.measure == .fraction && value <= 1 ? min(1, result) : result
    }
    if case .worked(let worked) = node.content {
      let all = worked.all
      let new = Series(years: all.years, values: all.values.map(scale))
      return Node(
        .worked(
          Worked(new, isForEveryYear: worked.isForEveryYear, dimension: worked.dimension)),
        at: node.position)
    }
    let reader = ModelReader(root: base.root, log: DiagnosticLog(files: files))
    if case .expression = number.kind {
      guard let own = RuleNumbers(node, reader.units) else { return node }
      let series = Series(years: own.series.years, values: own.series.values.map(scale))
      return Node(.worked(Worked(series, dimension: own.dimension)), at: node.position)
    }
    guard let value = reader.quantity(node, number.measure, "") else { return node }
    // One amount for every year is a series of them.
    if case .amounts = number.kind {
      let years = Array(horizon.start...horizon.end)
      return Node(
        .worked(Worked(Series(years: years, values: years.map { _ in scale(value) }))),
        at: node.position)
    }
    return Node(.worked(Worked(Series(scale(value)))), at: node.position)
  }
}

/// Finds the numbers of a tree along the schema.
private struct Walk {
  let reader: ModelReader
  var found: [ModelNumber] = []
  private var path: [String] = []
  private var steps: [ModelNumber.Step] = []

  init(reader: ModelReader) { self.reader = reader }

  private static let left = ["scenarios", "uncertainty", "adversary", "tables"]

  mutating func object(_ mapping: Mapping, _ schema: ObjectSchema) {
    for pair in mapping.pairs {
      guard let field = schema.field(pair.key),
        !(schema === Schema.model && Self.left.contains(pair.key))
      else { continue }
      enter(pair.key, .key(pair.key))
      visit(pair.value, Changer.kind(of: field, in: schema, mapping))
      leave()
    }
  }

  private mutating func enter(_ name: String, _ step: ModelNumber.Step) {
    path.append(name)
    steps.append(step)
  }

  private mutating func leave() {
    path.removeLast()
    steps.removeLast()
  }

  private mutating func visit(_ node: Node, _ kind: Kind) {
    switch (kind, node.content) {
    case (.object(let schema), .mapping(let mapping)): object(mapping, schema)
    case (.entries(let schema), .mapping(let mapping)):
      for pair in mapping.pairs {
        guard let entry = pair.value.mapping else { continue }
        enter(pair.key, .key(pair.key))
        object(entry, schema)
        leave()
      }
    case (.map(let inner), .mapping(let mapping)):
      for pair in mapping.pairs {
        enter(pair.key, .key(pair.key))
        visit(pair.value, inner)
        leave()
      }
    case (.list(let schema), .list(let items)):
      for (index, item) in items.enumerated() {
        guard let mapping = item.mapping else { continue }
        enter(mapping["name"]?.text ?? "\(index + 1)", .item(index))
        object(mapping, schema)
        if schema === Schema.rule, mapping[Schema.ruleBound] == nil { ownNumber(of: mapping) }
        leave()
      }
    case (.series(let measure), .mapping(let mapping)),
      (.amounts(let measure), .mapping(let mapping)):
      for pair in mapping.pairs {
        enter(pair.key, .key(pair.key))
        add(pair.value, measure, .quantity(measure))
        leave()
      }
    case (.fractions, .list(let items)):
      for (index, item) in items.enumerated() {
        enter("\(index + 1)", .item(index))
        add(item, .fraction, .quantity(.fraction))
        leave()
      }
    case (.quantity(let measure), _), (.series(let measure), _), (.amounts(let measure), _):
      add(node, measure, kind)
    case (.fractions, _): add(node, .fraction, kind)
    case (.expression, .mapping(let mapping)):
      for pair in mapping.pairs {
        enter(pair.key, .key(pair.key))
        addExpression(pair.value)
        leave()
      }
    case (.expression, _): addExpression(node)
    default: break
    }
  }

  /// The number in a rule's text, as its `bound`.
  private mutating func ownNumber(of rule: Mapping) {
    guard let node = rule["rule"], let text = node.text,
      let numbers = RuleNumbers(ofRule: text, reader.units), numbers.series.values != [0]
    else { return }
    enter(Schema.ruleBound, .key(Schema.ruleBound))
    append(node, .number, .expression)
    leave()
  }

  /// A measure that is a number, or a year of one.
  private mutating func addExpression(_ node: Node) {
    if case .worked = node.content {
      append(node, .number, .expression)
    } else if node.text != nil, RuleNumbers(node, reader.units) != nil {
      append(node, .number, .expression)
    }
  }

  private mutating func add(_ node: Node, _ measure: Measure, _ kind: Kind) {
    switch node.content {
    case .worked: break
    case .plain, .quoted:
      guard !node.isMissing, reader.quantity(node, measure, "") != nil else { return }
    default: return
    }
    append(node, measure, kind)
  }

  private mutating func append(_ node: Node, _ measure: Measure, _ kind: Kind) {
    found.append(
      ModelNumber(
        path: path, location: reader.log.place(node.position), steps: steps, measure: measure,
        kind: kind))
  }
}
