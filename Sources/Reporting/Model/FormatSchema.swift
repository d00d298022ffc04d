import SupplyChain

/// The model format as a JSON Schema (draft 2020-12), which editors complete and check model files with.
public enum FormatSchema {
  public static var json: JSONValue {
    .object(
      [
        ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
        ("title", .string("Lodestone model")),
        ("description", .string("A model of an investment allocation, format version 1.")),
      ] + members(FormatKey.all))
  }

  private typealias Members = [(key: String, value: JSONValue)]

  private static func members(_ keys: [FormatKey]) -> Members {
    var result: Members = [
      ("type", .string("object")),
      ("properties", .object(keys.map { ($0.name, schema($0)) })),
    ]
    let required = keys.filter(\.isRequired).map { JSONValue.string($0.name) }
    // Entries may come from tables, so only the head of a model can be demanded here.
    if !required.isEmpty { result.append(("required", .array(required))) }
    result.append(("additionalProperties", .bool(false)))
    return result
  }

  private static func schema(_ key: FormatKey) -> JSONValue {
    var note = key.note
    if let standard = key.standard { note += " Default: \(standard)." }
    var result: Members = note.isEmpty ? [] : [("description", .string(note))]
    if key.choices.isEmpty {
      result += shape(key.shape)
    } else {
      let choices = JSONValue.object([("enum", .array(key.choices.map { .string($0) }))])
      if case .texts = key.shape {
        result.append(
          ("anyOf", .array([choices, .object([("type", .string("array")), ("items", choices)])])))
      } else {
        result += [("enum", .array(key.choices.map { .string($0) }))]
      }
    }
    return .object(result)
  }

  private static func shape(_ shape: FormatKey.Shape) -> Members {
    switch shape {
    case .text: return [("type", .array([.string("string"), .string("number")]))]
    case .texts:
      let items = JSONValue.object([
        ("type", .string("array")), ("items", .object([("type", .string("string"))])),
      ])
      return [("anyOf", .array([.object([("type", .string("string"))]), items]))]
    case .flag: return [("type", .string("boolean"))]
    case .year:
      return [
        ("type", .string("integer")), ("minimum", .integer(1900)), ("maximum", .integer(2200)),
      ]
    case .count: return [("type", .string("integer")), ("minimum", .integer(0))]
    case .quantity(let words, let isPure): return quantity(words, isPure)
    case .series(let words, let isPure):
      return either([.object(quantity(words, isPure)), byYear(.object(quantity(words, isPure)))])
    case .amounts(let words, let isPure):
      return either([.object(quantity(words, isPure)), byYear(.object(quantity(words, isPure)))])
    case .bound: return either([.object(anyQuantity), byYear(.object(anyQuantity))])
    case .fractions:
      let share = JSONValue.object(quantity("a share from 0 to 1 (e.g. `30%`)", true))
      return [("type", .string("array")), ("items", share)]
    case .keys(let keys): return members(keys)
    case .map(let inner):
      return [("type", .string("object")), ("additionalProperties", .object(self.shape(inner)))]
    case .entries(let keys):
      return [("type", .string("object")), ("additionalProperties", .object(members(keys)))]
    case .list(let keys): return [("type", .string("array")), ("items", .object(members(keys)))]
    case .anything: return []
    }
  }

  private static func either(_ schemas: [JSONValue]) -> Members { [("anyOf", .array(schemas))] }

  private static let number = #"^ *[+-]?([0-9][0-9_]*(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)? *"#

  /// A pure number or one with any unit: which of them is right, another key says.
  private static let anyQuantity: Members = either([
    .object([("type", .string("number"))]),
    .object([("type", .string("string")), ("pattern", .string(number + "([A-Za-z%(].*)?$"))]),
  ])

  /// A number with a unit is text; one without may be a bare number.
  private static func quantity(_ words: String, _ isPure: Bool) -> Members {
    let text = JSONValue.object([
      ("type", .string("string")), ("description", .string(words)),
      ("pattern", .string(number + (isPure ? "%?$" : "[A-Za-z%(].*$"))),
    ])
    if !isPure, case .object(let members) = text { return members }
    return either([.object([("type", .string("number"))]), text])
  }

  private static func byYear(_ value: JSONValue) -> JSONValue {
    .object([
      ("type", .string("object")),
      (
        "patternProperties",
        .object([("^(19|20|21)[0-9][0-9]$|^2200$", value)])
      ),
      ("additionalProperties", .bool(false)),
    ])
  }
}

/// The reference of the format in Markdown: one table a mapping.
public enum FormatReference {
  public static var markdown: String {
    var text = """
      # Reference of the model format

      Made by `lodestone schema --markdown`; what the quantities mean is in [the model file](model-format.md).

      ## Top level


      """
    var sections: [(title: String, keys: [FormatKey])] = []
    text += table(FormatKey.all, at: "", &sections)
    var index = 0
    while index < sections.count {
      let section = sections[index]
      text += "\n## `\(section.title)`\n\n"
      text += table(section.keys, at: section.title, &sections)
      index += 1
    }
    return text
  }

  private static func table(
    _ keys: [FormatKey], at path: String, _ sections: inout [(title: String, keys: [FormatKey])]
  ) -> String {
    var lines = ["| key | value | what it is | default |", "| --- | --- | --- | --- |"]
    for key in keys {
      let place = path.isEmpty ? key.name : path + "." + key.name
      var value = words(key.shape)
      if !key.choices.isEmpty { value = key.choices.map { "`\($0)`" }.joined(separator: ", ") }
      switch key.shape {
      case .keys(let inner): sections.append((place, inner))
      case .entries(let inner): sections.append((place + ".<id>", inner))
      case .list(let inner): sections.append((place + "[]", inner))
      default: break
      }
      let standard = key.isRequired ? "required" : key.standard ?? ""
      lines.append("| `\(key.name)` | \(value) | \(key.note) | \(standard) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func words(_ shape: FormatKey.Shape) -> String {
    switch shape {
    case .text: "text"
    case .texts: "a text or a list of texts"
    case .flag: "`true` or `false`"
    case .year: "a year"
    case .count: "a whole number"
    case .quantity(let words, _): words
    case .series(let words, _): words + ", or by year"
    case .amounts(let words, _): words + ", by year"
    case .bound: "a quantity in the unit of the measure, or by year"
    case .fractions: "a list of shares"
    case .keys: "keys, see below"
    case .map(let inner): "names, each with " + self.words(inner)
    case .entries: "entries by id, see below"
    case .list: "a list, see below"
    case .anything: "a value that fits the path"
    }
  }
}
