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
    // A section of entries may stand in tables instead.
    let hasTables = keys.contains { $0.name == "tables" }
    let required = keys.filter(\.isRequired)
    let inTables = required.filter { hasTables && $0.mayBeTable }.map(\.name)
    let here = required.map(\.name).filter { !inTables.contains($0) }
    if !here.isEmpty { result.append(demand(here)) }
    if !inTables.isEmpty {
      result.append(
        ("allOf", .array(inTables.map { .object(either([isHere($0), isInTable($0)])) })))
    }
    result.append(("additionalProperties", .bool(false)))
    return result

    func isHere(_ name: String) -> JSONValue { .object([demand([name])]) }
    func isInTable(_ name: String) -> JSONValue {
      let tables = JSONValue.object([demand([name])])
      return .object([demand(["tables"]), ("properties", .object([("tables", tables)]))])
    }
  }

  private static func demand(_ names: [String]) -> (key: String, value: JSONValue) {
    ("required", .array(names.map { .string($0) }))
  }

  private static func schema(_ key: FormatKey) -> JSONValue {
    var note = key.note
    if let standard = key.standard { note += " Default: \(standard)." }
    var result: Members = note.isEmpty ? [] : [("description", .string(note))]
    if let standard = standardValue(key) { result.append(("default", standard)) }
    if key.choices.isEmpty {
      result += shape(key.shape)
      if case .count = key.shape {
        result.append(("minimum", .integer(key.range.lowerBound)))
        result.append(("maximum", .integer(key.range.upperBound)))
      }
    } else {
      let listed = JSONValue.object([("enum", .array(key.choices.map { .string($0) }))])
      let choices =
        key.isOpen
        ? .object([("anyOf", .array([listed, .object([("type", .string("string"))])]))]) : listed
      if case .texts = key.shape {
        result.append(
          ("anyOf", .array([choices, .object([("type", .string("array")), ("items", choices)])])))
      } else if case .series = key.shape {
        result.append(("anyOf", .array([choices, .object(shape(key.shape))])))
      } else {
        result += [("enum", .array(key.choices.map { .string($0) }))]
      }
    }
    return .object(result)
  }

  /// The default as JSON has it: a quantity with a unit is text.
  private static func standardValue(_ key: FormatKey) -> JSONValue? {
    guard let text = key.standardText else { return nil }
    switch key.shape {
    case .flag: return .bool(text == "true")
    case .count: return Int(text).map { .integer($0) }
    case .quantity(let rule), .series(let rule), .amounts(let rule, _):
      return rule.isPure ? Double(text).map { .number($0) } ?? .string(text) : .string(text)
    case .fractions, .texts:
      let items = text.drop { $0 == "[" }.prefix { $0 != "]" }.split(separator: ",")
      return .array(items.map { .string($0.trimmingPrefix(" ").description) })
    default: return .string(text)
    }
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
    case .place:
      let degrees = " *[-+]?[0-9]+([.][0-9]*)? *"
      return [("type", .string("string")), ("pattern", .string("^\(degrees),\(degrees)$"))]
    case .date:
      return [
        ("type", .string("string")), ("format", .string("date")),
        (
          "pattern",
          .string("^(19|20|21)[0-9][0-9]-[01][0-9]-[0-3][0-9]$|^2200-[01][0-9]-[0-3][0-9]$")
        ),
      ]
    case .years:
      let year = JSONValue.object(Self.shape(.year))
      return either([year, .object([("type", .string("array")), ("items", year)])])
    case .count: return [("type", .string("integer"))]
    case .quantity(let rule): return quantity(rule)
    case .series(let rule), .amounts(let rule, isOneForAll: true):
      return either([.object(quantity(rule)), byYear(.object(quantity(rule)))])
    case .amounts(let rule, isOneForAll: false): return pairs(byYear(.object(quantity(rule))))
    case .bound: return either([.object(anyQuantity), byYear(.object(anyQuantity))])
    case .fractions:
      return [("type", .string("array")), ("items", .object(quantity(FormatKey.share)))]
    case .keys(let keys): return members(keys)
    case .map(let inner):
      return [("type", .string("object")), ("additionalProperties", .object(self.shape(inner)))]
    case .short(let rule, let keys):
      return either([.object(quantity(rule)), .object(members(keys))])
    case .entries(let keys):
      return [("type", .string("object")), ("additionalProperties", .object(members(keys)))]
    case .list(let keys): return [("type", .string("array")), ("items", .object(members(keys)))]
    case .expression:
      let expression = JSONValue.object([
        ("type", .array([.string("string"), .string("number")]))
      ])
      return either([expression, byYear(expression)])
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
  private static func quantity(_ rule: FormatKey.QuantityRule) -> Members {
    let text: Members = [
      ("type", .string("string")), ("description", .string(rule.words)),
      ("pattern", .string(number + (rule.isPure ? "%?$" : "[A-Za-z%(].*$"))),
    ]
    guard rule.isPure else { return text }
    var bare: Members = [("type", .string("number")), ("minimum", .integer(0))]
    if let largest = rule.largest {
      bare.append((rule.isBelowLargest ? "exclusiveMaximum" : "maximum", .number(largest)))
    }
    return either([.object(bare), .object(text)])
  }

  private static func pairs(_ value: JSONValue) -> Members {
    if case .object(let members) = value { members } else { [] }
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
      if !key.choices.isEmpty {
        let choices = key.choices.map { "`\($0)`" }.joined(separator: ", ")
        if case .series = key.shape { value += ", or \(choices)" } else { value = choices }
        if key.isOpen { value += ", or a name of the model's own" }
      }
      switch key.shape {
      case .keys(let inner): sections.append((place, inner))
      case .entries(let inner), .map(.short(_, let inner)):
        sections.append((place + ".<id>", inner))
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
    case .date: "a day (e.g. `2026-11-15`)"
    case .place: "latitude and longitude in degrees (e.g. `35.48, -115.53`)"
    case .years: "a year or a list of years"
    case .count: "a whole number"
    case .quantity(let rule): rule.words
    case .series(let rule): rule.words + ", or by year"
    case .amounts(let rule, let isOneForAll):
      rule.words + (isOneForAll ? ", or by year" : ", by year")
    case .bound: "a quantity in the unit of the measure, or by year"
    case .fractions: "a list of shares"
    case .keys: "keys, see below"
    case .map(let inner): "names, each with " + self.words(inner)
    case .short(let rule, _): rule.words + ", or keys, see below"
    case .entries: "entries by id, see below"
    case .list: "a list, see below"
    case .expression: "an expression, or a number by year"
    case .anything: "a value that fits the path"
    }
  }
}
