/// Keys of factors and rules.
extension Schema {
  static let factor = ObjectSchema(
    "factors.<id>",
    [
      Field("name", .text, note: "For people."),
      Field(
        "unit", .text, .required(example: "jobs"),
        note: "The unit that its numbers carry, such as `jobs`, `tCO2`, `MWh`."),
      Field(
        "per", .text, .standard("activity"), note: "The quantity that it multiplies.",
        choices: PlanQuantity.Kind.allCases.filter(\.isOfFacilities).map(\.rawValue)),
      Field(
        "values", .map(.text), .required(example: "{ \"*[stage=metal]\": 0.02 jobs/(t/yr) }"),
        note:
          "By facility, or by a name with `*` and filters as in changes: what a unit of the quantity comes to. The last that fits counts; what none fits has none."
      ),
    ])

  /// The key that stands for the number in a rule.
  static let ruleBound = "bound"

  static let rule = ObjectSchema(
    "rules",
    [
      Field("name", .text, note: "For people."),
      Field(
        "rule", .text, .required(example: "activity[stage=metal, country=US] >= 3 kt/yr"),
        note: "Two expressions with `<=`, `>=` or `=` between them."),
      Field(
        ruleBound, .expression, .absent("the number in the rule"),
        note:
          "Instead of the one number that the rule has: a number, or numbers by year. Scenarios can scale, shift and set it without it being written."
      ),
      Field(
        "per", .text, .standard("year"),
        note: "Each year, all its years together, or in each year those up to it.",
        choices: names(of: WrittenRule.Period.self)),
      Field(
        "each", .text, .absent("one rule"),
        note: "One rule for each name of this kind, which stands as `each` in its filters.",
        choices: names(of: PlanQuantity.Key.self)),
      Field(
        "among", .texts, .absent("all of them"),
        note: "Of `each`: the names, with `*` for any text."),
      Field("from", .year, .firstYear, note: "First year in force."),
      Field("until", .year, .lastYear, note: "Last year in force."),
      Field(
        "penalty", .text, .absent("it may not be broken"),
        note:
          "What a unit that lacks costs, such as `2 kUSD/t`: counts in `public_cost` and `system_cost`, and the rule may be broken."
      ),
    ])
}
