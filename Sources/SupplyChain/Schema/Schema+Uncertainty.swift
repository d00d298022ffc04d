/// Keys of scenarios, outcomes, samples and the adversary.
extension Schema {
  static let change = ObjectSchema(
    "scenarios.<id>.changes",
    [
      Field("set", .text, note: "Path of what is replaced."),
      Field("scale", .text, note: "Path of what is multiplied."),
      Field("shift", .text, note: "Path of what is added to."),
      Field("remove", .text, note: "Path of what is taken out."),
      Field("to", .free, note: "The new value, for `set`."),
      Field("by", .free, note: "The factor or the amount, for `scale` and `shift`."),
      Field("from", .year, .absent("all years"), note: "First year of the change."),
      Field("until", .year, .absent("all years"), note: "Last year of the change."),
    ])

  static let scenario = ObjectSchema(
    "scenarios.<id>",
    [
      Field("name", .text, note: "For people."),
      Field("description", .text, note: "What it stands for."),
      Field("extends", .texts, note: "Scenarios applied first, in order."),
      Field("changes", .list(change), note: "Applied in order."),
      Field(
        "table", .texts,
        note:
          "CSV files beside the model with the columns `path`, `year`, `value`: values that are set, after `changes`."
      ),
    ])

  static let vary = ObjectSchema(
    "uncertainty.sample.vary",
    [
      Field(
        "path", .text, .absent("`delivery`"), note: "What is multiplied by the factor drawn."),
      Field(
        "delivery", .text,
        note:
          "Facilities whose success and slip are drawn, such as `facilities.*`; instead of a factor."
      ),
      Field(
        "normal", .object(distribution("normal", ["mean", "sd"])),
        note: "Factor from a normal distribution."),
      Field(
        "uniform", .object(distribution("uniform", ["low", "high"])),
        note: "Factor from a uniform distribution."),
      Field(
        "lognormal", .object(distribution("lognormal", ["median", "gsd"])),
        note: "Factor from a lognormal distribution."),
      Field(
        "triangular", .object(distribution("triangular", ["low", "mode", "high"])),
        note: "Factor from a triangular distribution."),
    ])

  private static func distribution(_ name: String, _ keys: [String]) -> ObjectSchema {
    ObjectSchema(
      "uncertainty.sample.vary.\(name)",
      keys.map { Field($0, .quantity(.number), .required(example: "1"), note: "") })
  }

  static let sample = ObjectSchema(
    "uncertainty.sample",
    [
      Field(
        "count", .count, .required(example: "200"), note: "How many are drawn.",
        range: 1...100_000),
      Field(
        "seed", .count, .standard("0"), note: "Start of the random numbers.",
        range: 0...999_999_999_999_999),
      Field(
        "vary", .list(vary),
        .required(example: "[{ path: demand.*.quantity, normal: { mean: 1, sd: 0.1 } }]"),
        note: "What varies."),
    ])

  static let uncertainty = ObjectSchema(
    "uncertainty",
    [
      Field(
        "reveal", .year, .required(example: "2029"),
        note: "The year from which decisions may know the outcome."),
      Field(
        "risk", .text, .standard("expected"), note: "What is minimised over the outcomes.",
        choices: Uncertainty.Risk.ofOutcomes.map(\.rawValue)),
      Field("level", .quantity(.fraction), .standard("90%"), note: "Level of `cvar`."),
      Field(
        "outcomes", .map(.quantity(.fraction)),
        note: "Probability of each scenario; `base` is the model unchanged."),
      Field("sample", .object(sample), note: "Monte Carlo around each outcome."),
      Field(
        "chance", .amounts(.fraction), .absent("every target holds in every outcome"),
        note: "Least probability with which the target of a year is kept, by year."),
    ])

  static let adversary = ObjectSchema(
    "adversary",
    [
      Field(
        "reveal", .year, .required(example: "2029"),
        note: "The year from which decisions may know the answer."),
      Field(
        "at_most", .count, .absent("all"), note: "Most moves at a time.", range: 0...64),
      Field(
        "moves", .map(.short(.fraction, move)), .required(example: "{ export_ban: 0% }"),
        note:
          "Scenario, and what it must gain to be worth it, as a share of dependency; or keys, with more about the move."
      ),
    ])

  static let move = ObjectSchema(
    "adversary.moves.<id>",
    [
      Field(
        "cost", .quantity(.fraction), .standard("0%"),
        note: "What it must gain to be worth it, as a share of dependency."),
      Field(
        "from", .years, .absent("as the scenario says"),
        note:
          "Years of which the other side picks one to begin in: the scenario's windows are shifted so that the earliest `from` falls on it."
      ),
      Field("excludes", .texts, note: "Moves that are not made together with it."),
      Field("requires", .texts, note: "Moves without which it is not made."),
    ])
}
