/// An entry of the model while it is read: its keys, and its path for messages.
///
/// A key that the schema requires is reported where it is missing; of any other the schema's standard holds.
struct Entry {
  let reader: ModelReader
  let schema: ObjectSchema
  let mapping: Mapping
  let position: Position
  let section: String
  let id: String

  init(
    _ reader: ModelReader, _ schema: ObjectSchema, _ mapping: Mapping, at position: Position,
    section: String, id: String = ""
  ) {
    self.reader = reader
    self.schema = schema
    self.mapping = mapping
    self.position = position
    self.section = section
    self.id = id
  }

  var path: String { id.isEmpty ? section : section + "." + id }

  func path(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

  /// What stands at a key, required or not.
  subscript(key: String) -> Node? { mapping[key] }

  /// The value of a key; reports one that must be there and is not.
  func node(_ key: String) -> Node? {
    if let node = mapping[key] { return node }
    if case .required(let example) = schema.field(key)?.presence {
      let example = example.replacing("USD", with: reader.units.currency)
      reader.log.error(
        "\(path.isEmpty ? "the model" : path) lacks `\(key)`", at: position,
        expected: "e.g. `\(key): \(example)`")
    }
    return nil
  }

  // MARK: Quantities

  /// A quantity; nil where it is missing without a standard, or wrong.
  func optionalQuantity(_ key: String) -> Double? {
    guard let field = schema.field(key), let measure = field.kind.measure else { return nil }
    if let node = node(key) { return reader.quantity(node, measure, path(key)) }
    return field.standardValues?.values.first
  }

  /// A quantity that is required or has a standard.
  func quantity(_ key: String) -> Double { optionalQuantity(key) ?? schema.number(key) }

  /// A series; nil where it is missing without a standard, or wrong.
  func optionalSeries(_ key: String) -> Series? {
    guard let field = schema.field(key) else { return nil }
    if let node = node(key) { return reader.values(node, field.kind, path(key)) }
    return field.standardValues
  }

  /// A series that is required or has a standard.
  func series(_ key: String) -> Series { optionalSeries(key) ?? schema.series(key) }

  func fractions(_ key: String) -> [Double] {
    node(key).flatMap { reader.fractions($0, path(key)) } ?? schema.fractions(key)
  }

  // MARK: Other values

  func name() -> String {
    mapping["name"].flatMap { reader.name($0, path("name")) } ?? id
  }

  func text(_ key: String) -> String {
    node(key).flatMap { reader.name($0, path(key)) } ?? schema.text(key)
  }

  func texts(_ key: String) -> [(text: String, at: Position)]? {
    node(key).flatMap { reader.texts($0, path(key)) }
  }

  func year(_ key: String) -> Int? {
    node(key).flatMap { reader.year($0, path(key)) }
  }

  func count(_ key: String) -> Int {
    let range = schema.field(key)?.range ?? 0...Int(Int32.max)
    return node(key).flatMap { reader.count($0, in: range, path(key)) } ?? schema.count(key)
  }

  func flag(_ key: String) -> Bool {
    node(key).flatMap { reader.flag($0, path(key)) } ?? schema.flag(key)
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice
  where Choice.RawValue == String {
    node(key).flatMap { reader.choice($0, of: Choice.self, path(key)) } ?? schema.choice(key)
  }

  /// A part such as `expansion`, where it is given.
  func part(_ key: String) -> Entry? {
    guard case .object(let schema) = schema.field(key)?.kind, let node = node(key),
      let part = node.mapping
    else { return nil }
    return Entry(reader, schema, part, at: node.position, section: path(key))
  }
}
