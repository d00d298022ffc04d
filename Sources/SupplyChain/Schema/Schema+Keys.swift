/// The keys of a model file, version 1.
enum Schema {
  static let formatVersion = "1"
  /// The price of a commodity whose imports set it.
  static let parity = "parity"

  static func names<Choice: RawRepresentable & CaseIterable>(of: Choice.Type) -> [String]
  where Choice.RawValue == String {
    Choice.allCases.map(\.rawValue)
  }

  static let commodity = ObjectSchema(
    "commodities.<id>",
    [
      Field("name", .text, note: "For people."),
      Field(
        "stage", .text, .required(example: "separation"),
        note:
          "The step of the chain that makes it; the model's own word, such as `mine` or `separation`."
      ),
      Field(
        "price", .series(.price),
        note:
          "Market price, or `parity`: the cheapest landed import that has a price, plus the premium. "
          + "Without one the commodity counts 0 in margins.",
        choices: [parity]),
      Field(
        "premium", .series(.price), .standard("0 USD/t"), note: "Over a parity price."),
      Field(
        "contains", .map(.quantity(.fraction)),
        note: "Mass share of elements, for the balance check."),
    ])

  static let recipe = ObjectSchema(
    "facilities.<id>.recipe",
    [
      Field(
        "in", .map(.quantity(.yield)),
        note: "Tonnes of each commodity used for a tonne of activity."),
      Field(
        "out", .map(.quantity(.yield)), .absent("nothing"),
        note: "Tonnes of each commodity made from a tonne of activity."),
      Field("main", .reference, .firstOutput, note: "The product that price floors are told for."),
    ])

  static let fastTrack = ObjectSchema(
    "facilities.<id>.expansion.fast_track", isOptionalPart: true,
    [
      Field(
        "permit", .quantity(.duration), .standardOption, note: "Time to the permit on this option."),
      Field(
        "construction", .quantity(.duration), .standardOption, note: "Time to build on this option."
      ),
      Field(
        "capex", .series(.capex), .standardOption,
        note: "Capital cost on this option, or the surcharge on the standard one (`+5%`)."),
    ])

  static let privateMoney = ObjectSchema(
    "facilities.<id>.expansion.private", isOptionalPart: true,
    [
      Field(
        "min_share", .quantity(.fraction), .standard("0%"),
        note: "Least private share of the cost of a step."),
      Field(
        "max_share", .quantity(.fraction), .standard("100%"),
        note: "Largest private share of the cost of a step."),
      Field(
        "hurdle", .quantity(.rate), .standard("0%"),
        note: "Yearly return that private money asks for."),
    ])

  static let delivery = ObjectSchema(
    "facilities.<id>.expansion.delivery", isOptionalPart: true,
    [
      Field(
        "success", .quantity(.fraction), .standard("100%"),
        note: "Probability that the project delivers at all."),
      Field(
        "slip", .map(.quantity(.fraction)), .absent("no delay"),
        note: "Probability of each delay, such as `{ 0 years: 60%, 1 year: 40% }`."),
    ])

  static let expansion = ObjectSchema(
    "facilities.<id>.expansion", isOptionalPart: true,
    [
      Field(
        "max", .quantity(.capacity), .required(example: "20 kt/yr"),
        note: "Most capacity that can be added, all awards together."),
      Field(
        "min", .quantity(.capacity), .absent("no smallest award"),
        note: "Smallest total award, if any is made."),
      Field(
        "module", .quantity(.capacity), .absent("any amount"),
        note: "Awards are whole multiples of this."),
      Field(
        "capex", .series(.capex), .required(example: "30 kUSD/(t/yr)"),
        note: "Capital cost per yearly capacity, at the award."),
      Field(
        "permit", .quantity(.duration), .standard("0 years"),
        note: "Time from the award to the permit."),
      Field(
        "construction", .quantity(.duration), .standard("0 years"),
        note: "Time from the permit to operation."),
      Field(
        "fast_track", .object(fastTrack), .absent("none"),
        note: "A second option, faster or dearer."),
      Field(
        "ramp", .fractions, .standard("[100%]"),
        note: "Share of the capacity at work by year of operation; the last stays."),
      Field(
        "spending", .fractions, .standard("[100%]"),
        note: "Share of the cost that falls in each year from the award."),
      Field("earliest", .year, .firstYear, note: "First year of an award."),
      Field(
        "private", .object(privateMoney), .absent("no private money"),
        note: "Whether private money takes part, and on what terms."),
      Field(
        "combined_max_share", .quantity(.fraction), .standard("100%"),
        note: "Largest share of all programmes together in the cost of a step."),
      Field(
        "once", .flag, .standard("false"), note: "Whether all awards fall in one step."),
      Field(
        "delivery", .object(delivery), .absent("delivers on time"),
        note: "Probability of failure and delay; drawn by samples only."),
      Field(
        "requires", .reference, .absent("none"),
        note: "A facility that must be built at least as far, by share of its largest expansion."),
      Field(
        "exclusive", .text, .absent("none"), note: "Name of a group of which at most one is built."),
    ])

  static let facility = ObjectSchema(
    "facilities.<id>",
    [
      Field("name", .text, note: "For people."),
      Field(
        "stage", .text, .required(example: "separation"),
        note: "The step of the chain it belongs to."),
      Field(
        "country", .text, .required(example: "US"),
        note: "Where it stands; its class bounds how secure its output can be."),
      Field(
        "owner", .text,
        note: "Country of the owner; the less secure of the two classes counts."),
      Field(
        "at", .place,
        note: "Where it stands, for maps: latitude, longitude in degrees; in quotes inside braces."
      ),
      Field("tags", .texts, note: "Words that filters can ask for."),
      Field(
        "recipe", .object(recipe), .required(example: "{ in: { ore: 1 }, out: { oxide: 0.1 } }"),
        note: "What a tonne of activity uses and makes."),
      Field(
        "existing", .series(.capacity), .standard("0 t/yr"),
        note: "Capacity that is there already, in activity."),
      Field(
        "availability", .series(.fraction), .standard("100%"),
        note: "Share of the capacity that can be used."),
      Field(
        "opex", .series(.price), .standard("0 USD/t"),
        note: "Operating cost of a tonne of activity, beside its inputs."),
      Field("life", .quantity(.duration), .wholeHorizon, note: "How long added capacity works."),
      Field(
        "commercial", .flag, .standard("true"),
        note: "Whether it may not run at a loss without support."),
      Field(
        "expansion", .object(expansion), .absent("nothing can be added"), note: "What can be added."
      ),
    ])

  static let importSource = ObjectSchema(
    "imports.<id>",
    [
      Field("commodity", .reference, .required(example: "ndpr_oxide"), note: "What is imported."),
      Field(
        "country", .text, .absent("`content`"), note: "Where from; its class is the material's."
      ),
      Field(
        "content", .map(.quantity(.fraction)), .absent("all from `country`"),
        note: "Share of each country in the material, instead of `country`."),
      Field(
        "owner", .text,
        note: "Country of the owner; the less secure of the two classes counts."),
      Field("limit", .series(.capacity), .unlimited, note: "Most that can be imported."),
      Field("price", .series(.price), .commodityPrice, note: "Import price, before tariff."),
      Field(
        "tariff", .series(.fraction), .standard("0%"), note: "Duty, as a share of the price."),
      Field("freight", .series(.price), .standard("0 USD/t"), note: "Over price and tariff."),
    ])

  static let require = ObjectSchema(
    "demand.<id>.require", isOptionalPart: true,
    [
      Field(
        "classes", .texts, .required(example: "[domestic]"),
        note: "The only provenance classes allowed."),
      Field("from", .year, .firstYear, note: "First year of the rule."),
    ])

  static let embedded = ObjectSchema(
    "demand.<id>.embedded", isOptionalPart: true,
    [
      Field(
        "share", .series(.fraction), .required(example: "60%"),
        note: "Share of the demand that arrives inside goods."),
      Field(
        "country", .text, .required(example: "CN"),
        note:
          "Where the goods come from: only classes as insecure as this country's serve the share."),
    ])

  static let demand = ObjectSchema(
    "demand.<id>",
    [
      Field("commodity", .reference, .required(example: "ndpr_oxide"), note: "What is demanded."),
      Field("quantity", .series(.capacity), .required(example: "1 kt/yr"), note: "How much."),
      Field(
        "weight", .quantity(.number), .standard("1"),
        note: "How much a tonne counts in the dependency."),
      Field("require", .object(require), .absent("none"), note: "A sourcing rule."),
      Field(
        "embedded", .object(embedded), .absent("none"), note: "What arrives inside goods."),
    ])

  static let stockpile = ObjectSchema(
    "stockpiles.<id>",
    [
      Field("commodity", .reference, .required(example: "ndpr_oxide"), note: "What is kept."),
      Field(
        "opening", .map(.quantity(.mass)), .absent("nothing"),
        note: "What is there at the start, by provenance class."),
      Field("max", .quantity(.mass), .unlimited, note: "Most that can be kept."),
      Field("loss", .quantity(.fraction), .standard("0%"), note: "Share lost in a year."),
      Field(
        "end", .quantity(.fraction), .standard("0%"),
        note: "Share of its largest stock that must be left at the end."),
    ])

  static let returnStream = ObjectSchema(
    "returns.<id>",
    [
      Field("commodity", .reference, .required(example: "ndpr_oxide"), note: "What comes back."),
      Field(
        "country", .text, .required(example: "US"), note: "Where; its class is the material's."),
      Field("from", .texts, .allDemand, note: "Demand segments whose deliveries come back."),
      Field("after", .quantity(.duration), .standard("0 years"), note: "Years of use before."),
      Field(
        "fraction", .quantity(.fraction), .standard("0%"),
        note: "Share of the deliveries that comes back."),
      Field(
        "base", .series(.capacity), .standard("0 t/yr"),
        note: "What comes back anyway, from what was sold before the start."),
    ])

  static let horizon = ObjectSchema(
    "horizon",
    [
      Field("start", .year, .required(example: "2026"), note: "First year."),
      Field("end", .year, .required(example: "2040"), note: "Last year, included."),
      Field(
        "step", .text, .standard("year"), note: "Length of a step.",
        choices: names(of: Horizon.Step.self)),
      Field(
        "beyond", .quantity(.duration), .standard("0 years"),
        note: "Whole years after the end in which plants run on and nothing new is decided."),
      Field(
        "beyond_weight", .quantity(.number), .standard("1"),
        note: "Weight of a year beyond in the dependency against the last year."),
    ])

  static let money = ObjectSchema(
    "money",
    [
      Field("currency", .text, .standard("USD"), note: "Code that units use."),
      Field(
        "discount", .quantity(.rate), .standard("0%"),
        note: "Yearly discount rate of present values."),
    ])

  static let provenance = ObjectSchema(
    "provenance",
    [
      Field(
        "classes", .map(.quantity(.number)),
        .required(example: "{ domestic: 0, allied: 0.25, foreign: 1 }"),
        note: "Dependency weight of each class, most secure first: 0 is home, 1 fully foreign."),
      Field("unmet", .quantity(.number), .standard("2"), note: "Weight of going without."),
      Field(
        "countries", .map(.text), .required(example: "{ US: domestic }"),
        note: "Class of each country."),
      Field(
        "year_weights", .series(.number), .standard("1"),
        note: "Weight of each year in the dependency."),
    ])

  static let include = ObjectSchema(
    "include[]",
    [
      Field(
        "file", .text, .required(example: "parts/mines.yaml"),
        note: "A YAML file in the folder of the file that names it, or below."),
      Field(
        "with", .map(.free), .absent("no parameters"), note: "Values of the file's parameters."),
    ])

  static let model = ObjectSchema(
    "",
    [
      Field("lodestone", .count, .required(example: "1"), note: "Format version: 1."),
      Field("name", .text, .required(example: "US magnets"), note: "Title."),
      Field("description", .text, note: "What the model is about."),
      Field("author", .text, note: "Who answers for its data; reports name them."),
      Field(
        "as_of", .date, note: "The day as of which its data stand; nothing is worked out from it."),
      Field(
        "horizon", .object(horizon), .required(example: "{ start: 2026, end: 2040, step: year }"),
        note: "The years."),
      Field("money", .object(money), note: "Currency and discount rate."),
      Field(
        "objective", .texts, .standard("[dependency, public_cost]"),
        note:
          "What is minimised, in order; a measure by its name, and `maximize NAME` for the most of it.",
        choices: Objective.builtIn.map(\.name), isOpen: true),
      Field(
        "provenance", .object(provenance),
        .required(example: "{ classes: { domestic: 0, foreign: 1 }, countries: { US: domestic } }"),
        note: "Where material counts as coming from."),
      Field(
        "commodities", .entries(commodity), .required(example: "{ ore: { stage: mine } }"),
        note: "What is made, traded and used."),
      Field("facilities", .entries(facility), note: "Mines, plants and works."),
      Field("imports", .entries(importSource), note: "Sources abroad."),
      Field(
        "demand", .entries(demand),
        .required(example: "{ industry: { commodity: ore, quantity: 1 kt/yr } }"),
        note: "Who needs what."),
      Field("stockpiles", .entries(stockpile), note: "Reserves."),
      Field(
        "returns", .entries(returnStream), note: "Material that comes back at the end of its life."),
      Field("funds", .entries(fund), note: "Programmes that pay."),
      Field("limits", .list(limit), note: "Bounds on sums of decisions."),
      Field(
        "factors", .entries(factor),
        note: "What a unit of a quantity comes to at each facility: jobs, emissions, water."),
      Field(
        "measures", .map(.expression),
        note: "Sums over the plan with names, for tables and rules; or numbers by year."),
      Field("rules", .list(rule), note: "Linear comparisons of measures that every plan keeps."),
      Field(
        "committed", .list(committed), note: "Awards that have been made: every plan has them."),
      Field("targets", .amounts(.fraction), note: "Largest dependency, by year."),
      Field("scenarios", .entries(scenario), note: "Named lists of changes."),
      Field("uncertainty", .object(uncertainty), note: "Outcomes with probabilities."),
      Field(
        "adversary", .object(adversary),
        note: "Moves of the other side, for `solve --risk adversary`."),
      Field(
        "include", .list(include),
        note:
          "Files that parts of the model stand in, and templates with parameters; put in before anything else."
      ),
      Field(
        "tables", .map(.texts),
        note: "CSV files beside the model, by section; merged in before anything else."),
    ])

  /// Every mapping, for telling where a misplaced key belongs.
  static let all: [ObjectSchema] = [
    model, horizon, money, provenance, commodity, facility, recipe, expansion, fastTrack,
    privateMoney, delivery, importSource, demand, require, embedded, stockpile, returnStream, fund,
    eligible, loan, forbearance, pays, limit, filter, factor, rule, committed, scenario, change,
    uncertainty,
    sample, vary,
    adversary,
    move, include,
  ]

  /// The unit in which a limit on `measure` is written. Over the horizon tonnes and money are totals, which
  /// take no `/yr`.
  static func measure(ofLimit measure: Limit.Measure, per period: Limit.Period) -> Measure {
    switch measure {
    case .build: .capacity
    case .projects: .number
    case .award, .support, .private, .capex: period == .horizon ? .money : .yearlyMoney
    case .activity, .import: period == .horizon ? .mass : .flow
    }
  }
}
