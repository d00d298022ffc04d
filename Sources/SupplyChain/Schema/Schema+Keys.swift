/// The keys of a model file, version 1.
enum Schema {
  static let formatVersion = "1"

  static let commodity = ObjectSchema(
    "commodities.<id>",
    [
      Field("name", .text, note: "For people."),
      Field(
        "stage", .text,
        note:
          "The step of the chain that makes it; the model's own word, such as `mine` or `separation`.",
        isRequired: true),
      Field(
        "price", .series(.price),
        note: "Market price; without one the commodity counts 0 in margins."),
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
        "out", .map(.quantity(.yield)),
        note: "Tonnes of each commodity made from a tonne of activity.", isRequired: true),
      Field(
        "main", .reference, note: "The product that price floors are told for.",
        standard: "the first output"),
    ])

  static let fastTrack = ObjectSchema(
    "facilities.<id>.expansion.fast_track", isOptionalPart: true,
    [
      Field(
        "permit", .quantity(.duration), .standard("permit"),
        note: "Time to the permit on this option.", standard: "that of the standard option"),
      Field(
        "construction", .quantity(.duration), .standard("construction"),
        note: "Time to build on this option.", standard: "that of the standard option"),
      Field(
        "capex", .series(.capex), .standard("capex"),
        note: "Capital cost on this option, or the surcharge on the standard one (`+5%`).",
        standard: "that of the standard option"),
    ])

  static let privateMoney = ObjectSchema(
    "facilities.<id>.expansion.private", isOptionalPart: true,
    [
      Field(
        "max_share", .quantity(.fraction), .value(1),
        note: "Largest private share of the cost of a step's awards.", standard: "100%"),
      Field(
        "hurdle", .quantity(.rate), .value(0), note: "Yearly return that private money asks for.",
        standard: "0%"),
    ])

  static let expansion = ObjectSchema(
    "facilities.<id>.expansion", isOptionalPart: true,
    [
      Field(
        "max", .quantity(.capacity), note: "Most capacity that can be added, all awards together.",
        isRequired: true),
      Field(
        "min", .quantity(.capacity), note: "Smallest total award, if any is made.",
        standard: "no smallest award"),
      Field(
        "module", .quantity(.capacity), note: "Awards are whole multiples of this.",
        standard: "any amount"),
      Field(
        "capex", .series(.capex), note: "Capital cost per yearly capacity, at the award.",
        isRequired: true),
      Field(
        "permit", .quantity(.duration), .value(0), note: "Time from the award to the permit.",
        standard: "0 years"),
      Field(
        "construction", .quantity(.duration), .value(0), note: "Time from the permit to operation.",
        standard: "0 years"),
      Field(
        "fast_track", .object(fastTrack), note: "A second option, faster or dearer.",
        standard: "none"),
      Field(
        "ramp", .fractions,
        note: "Share of the capacity at work by year of operation; the last stays.",
        standard: "[100%]"),
      Field(
        "spending", .fractions, note: "Share of the cost that falls in each year from the award.",
        standard: "[100%]"),
      Field("earliest", .year, note: "First year of an award.", standard: "the first year"),
      Field(
        "private", .object(privateMoney),
        note: "Whether private money takes part, and on what terms.", standard: "no private money"),
      Field(
        "requires", .reference,
        note: "A facility that must be built at least as far, by share of its largest expansion.",
        standard: "none"),
      Field(
        "exclusive", .text, note: "Name of a group of which at most one is built.", standard: "none"
      ),
    ])

  static let facility = ObjectSchema(
    "facilities.<id>",
    [
      Field("name", .text, note: "For people."),
      Field("stage", .text, note: "The step of the chain it belongs to.", isRequired: true),
      Field(
        "country", .text, note: "Where it stands; its class bounds how secure its output can be.",
        isRequired: true),
      Field("tags", .texts, note: "Words that filters can ask for."),
      Field(
        "recipe", .object(recipe), note: "What a tonne of activity uses and makes.",
        isRequired: true),
      Field(
        "existing", .series(.capacity), .value(0),
        note: "Capacity that is there already, in activity.", standard: "0 t/yr"),
      Field(
        "availability", .series(.fraction), .value(1),
        note: "Share of the capacity that can be used.", standard: "100%"),
      Field(
        "opex", .series(.price), .value(0),
        note: "Operating cost of a tonne of activity, beside its inputs.", standard: "0"),
      Field(
        "life", .quantity(.duration), note: "How long added capacity works.",
        standard: "the whole horizon"),
      Field(
        "commercial", .flag, note: "Whether it may not run at a loss without support.",
        standard: "true"),
      Field(
        "expansion", .object(expansion), note: "What can be added.",
        standard: "nothing can be added"),
    ])

  static let importSource = ObjectSchema(
    "imports.<id>",
    [
      Field("commodity", .reference, note: "What is imported.", isRequired: true),
      Field("country", .text, note: "Where from; its class is the material's.", isRequired: true),
      Field(
        "limit", .series(.capacity), .unlimited, note: "Most that can be imported.",
        standard: "unlimited"),
      Field(
        "price", .series(.price), .commodityPrice, note: "Import price.",
        standard: "the commodity's price"),
    ])

  static let require = ObjectSchema(
    "demand.<id>.require", isOptionalPart: true,
    [
      Field("classes", .texts, note: "The only provenance classes allowed.", isRequired: true),
      Field("from", .year, note: "First year of the rule.", standard: "the first year"),
    ])

  static let demand = ObjectSchema(
    "demand.<id>",
    [
      Field("commodity", .reference, note: "What is demanded.", isRequired: true),
      Field("quantity", .series(.capacity), note: "How much.", isRequired: true),
      Field(
        "weight", .quantity(.number), .value(1), note: "How much a tonne counts in the dependency.",
        standard: "1"),
      Field("require", .object(require), note: "A sourcing rule.", standard: "none"),
    ])

  static let stockpile = ObjectSchema(
    "stockpiles.<id>",
    [
      Field("commodity", .reference, note: "What is kept.", isRequired: true),
      Field(
        "opening", .map(.quantity(.mass)), note: "What is there at the start, by provenance class.",
        standard: "nothing"),
      Field("max", .quantity(.mass), note: "Most that can be kept.", standard: "unlimited"),
      Field("loss", .quantity(.fraction), .value(0), note: "Share lost in a year.", standard: "0%"),
    ])

  static let returnStream = ObjectSchema(
    "returns.<id>",
    [
      Field("commodity", .reference, note: "What comes back.", isRequired: true),
      Field("country", .text, note: "Where; its class is the material's.", isRequired: true),
      Field(
        "from", .texts, note: "Demand segments whose deliveries come back.", standard: "all of them"
      ),
      Field(
        "after", .quantity(.duration), .value(0), note: "Years of use before.", standard: "0 years"),
      Field(
        "fraction", .quantity(.fraction), .value(0),
        note: "Share of the deliveries that comes back.", standard: "0%"),
      Field(
        "base", .series(.capacity), .value(0),
        note: "What comes back anyway, from what was sold before the start.", standard: "0 t/yr"),
    ])

  static let eligible = ObjectSchema(
    "funds.<id>.eligible",
    [
      Field("country", .texts, note: "Countries."), Field("stage", .texts, note: "Stages."),
      Field("tags", .texts, note: "Tags, one of which the facility has."),
      Field("facility", .texts, note: "Facilities."),
    ])

  static let loan = ObjectSchema(
    "funds.<id>.loan", isOptionalPart: true,
    [
      Field("rate", .quantity(.rate), note: "Yearly interest.", isRequired: true),
      Field("tenor", .quantity(.duration), note: "Years of repayment.", isRequired: true),
      Field(
        "grace", .quantity(.duration), .value(0), note: "Years before the first year of repayment.",
        standard: "0 years"),
      Field(
        "revolving", .flag, note: "Whether repayments go back into the fund.", standard: "false"),
    ])

  static let fund = ObjectSchema(
    "funds.<id>",
    [
      Field("name", .text, note: "For people."),
      Field(
        "instruments", .texts, note: "What the money may be used as.", isRequired: true,
        choices: ["grant", "loan", "price_support", "stockpile"]),
      Field(
        "appropriations", .amounts(.yearlyMoney),
        note: "Money by year, or one amount for every year; arrives in the year's first step.",
        isRequired: true),
      Field(
        "keep", .quantity(.fraction), .value(1),
        note: "Share of what is unspent at a year's end that stays available.", standard: "100%"),
      Field(
        "eligible", .object(eligible),
        note: "Which facilities it may pay; every filter given must hold.", standard: "all"),
      Field(
        "max_share", .quantity(.fraction), .value(1),
        note: "Largest share of a facility's cost in a step.", standard: "100%"),
      Field(
        "max_per_facility", .quantity(.money),
        note: "Most for one facility over the horizon, awards and support.", standard: "unlimited"),
      Field("loan", .object(loan), note: "Terms, for the instrument `loan`."),
    ])

  static let filter = ObjectSchema(
    "limits.where",
    [
      Field("stage", .texts, note: "Stages."), Field("country", .texts, note: "Countries."),
      Field("tags", .texts, note: "Tags, one of which the facility has."),
      Field("facility", .texts, note: "Facilities."), Field("fund", .texts, note: "Funds."),
      Field("source", .texts, note: "Import sources."),
      Field("option", .texts, note: "Investment options.", choices: ["standard", "fast_track"]),
    ])

  /// `at_most` and `at_least` take the unit of the limit's measure: see `Schema.measure(ofLimit:)`.
  static let limit = ObjectSchema(
    "limits",
    [
      Field("name", .text, note: "For people."),
      Field(
        "measure", .text, note: "What is summed.", isRequired: true,
        choices: [
          "build", "projects", "award", "support", "private", "capex", "activity", "import",
        ]),
      Field(
        "where", .object(filter), note: "Over what; every filter given must hold.",
        standard: "everything"),
      Field(
        "per", .text, note: "Each year, or the whole horizon.", standard: "year",
        choices: ["year", "horizon"]),
      Field(
        "at_most", .series(.number),
        note: "Upper bound; with `of` a share."),
      Field(
        "at_least", .series(.number),
        note: "Lower bound; with `of` a share."),
      Field(
        "of", .object(filter),
        note: "Makes the bound a share of the same measure over this filter; `{}` is everything."),
      Field("from", .year, note: "First year in force.", standard: "the first year"),
      Field("until", .year, note: "Last year in force.", standard: "the last year"),
    ])

  static let change = ObjectSchema(
    "scenarios.<id>.changes",
    [
      Field("set", .text, note: "Path of what is replaced."),
      Field("scale", .text, note: "Path of what is multiplied."),
      Field("shift", .text, note: "Path of what is added to."),
      Field("remove", .text, note: "Path of what is taken out."),
      Field("to", .free, note: "The new value, for `set`."),
      Field("by", .free, note: "The factor or the amount, for `scale` and `shift`."),
      Field("from", .year, note: "First year of the change.", standard: "all years"),
      Field("until", .year, note: "Last year of the change.", standard: "all years"),
    ])

  static let scenario = ObjectSchema(
    "scenarios.<id>",
    [
      Field("name", .text, note: "For people."),
      Field("description", .text, note: "What it stands for."),
      Field("extends", .texts, note: "Scenarios applied first, in order."),
      Field("changes", .list(change), note: "Applied in order."),
    ])

  static let vary = ObjectSchema(
    "uncertainty.sample.vary",
    [
      Field("path", .text, note: "What is multiplied by the factor drawn.", isRequired: true),
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
      keys.map { Field($0, .quantity(.number), note: "", isRequired: true) })
  }

  static let sample = ObjectSchema(
    "uncertainty.sample",
    [
      Field("count", .count, note: "How many are drawn.", isRequired: true),
      Field("seed", .count, note: "Start of the random numbers.", standard: "0"),
      Field("vary", .list(vary), note: "What varies.", isRequired: true),
    ])

  static let uncertainty = ObjectSchema(
    "uncertainty",
    [
      Field(
        "reveal", .year, note: "The year from which decisions may know the outcome.",
        isRequired: true),
      Field(
        "risk", .text, note: "What is minimised over the outcomes.", standard: "expected",
        choices: ["expected", "worst", "regret", "cvar"]),
      Field("level", .quantity(.fraction), note: "Level of `cvar`.", standard: "90%"),
      Field(
        "outcomes", .map(.quantity(.fraction)),
        note: "Probability of each scenario; `base` is the model unchanged."),
      Field("sample", .object(sample), note: "Monte Carlo around each outcome."),
    ])

  static let horizon = ObjectSchema(
    "horizon",
    [
      Field("start", .year, note: "First year.", isRequired: true),
      Field("end", .year, note: "Last year, included.", isRequired: true),
      Field(
        "step", .text, note: "Length of a step.", standard: "year",
        choices: ["year", "half", "quarter", "month"]),
    ])

  static let money = ObjectSchema(
    "money",
    [
      Field("currency", .text, note: "Code that units use.", standard: "USD"),
      Field(
        "discount", .quantity(.rate), .value(0), note: "Yearly discount rate of present values.",
        standard: "0%"),
    ])

  static let provenance = ObjectSchema(
    "provenance",
    [
      Field(
        "classes", .map(.quantity(.number)),
        note: "Dependency weight of each class, most secure first: 0 is home, 1 fully foreign.",
        isRequired: true),
      Field(
        "unmet", .quantity(.number), .value(2), note: "Weight of going without.", standard: "2"),
      Field("countries", .map(.text), note: "Class of each country.", isRequired: true),
      Field(
        "year_weights", .series(.number), .value(1), note: "Weight of each year in the dependency.",
        standard: "1"),
    ])

  static let model = ObjectSchema(
    "",
    [
      Field("lodestone", .count, note: "Format version: 1.", isRequired: true),
      Field("name", .text, note: "Title.", isRequired: true),
      Field("description", .text, note: "What the model is about."),
      Field("horizon", .object(horizon), note: "The years.", isRequired: true),
      Field("money", .object(money), note: "Currency and discount rate."),
      Field(
        "objective", .texts, note: "What is minimised, in order.",
        standard: "[dependency, public_cost]",
        choices: ["dependency", "peak_dependency", "public_cost", "system_cost", "unmet"]),
      Field(
        "provenance", .object(provenance), note: "Where material counts as coming from.",
        isRequired: true),
      Field(
        "commodities", .entries(commodity), note: "What is made, traded and used.", isRequired: true
      ), Field("facilities", .entries(facility), note: "Mines, plants and works."),
      Field("imports", .entries(importSource), note: "Sources abroad."),
      Field("demand", .entries(demand), note: "Who needs what.", isRequired: true),
      Field("stockpiles", .entries(stockpile), note: "Reserves."),
      Field(
        "returns", .entries(returnStream), note: "Material that comes back at the end of its life."),
      Field("funds", .entries(fund), note: "Programmes that pay."),
      Field("limits", .list(limit), note: "Bounds on sums of decisions."),
      Field("targets", .amounts(.fraction), note: "Largest dependency, by year."),
      Field("scenarios", .entries(scenario), note: "Named lists of changes."),
      Field("uncertainty", .object(uncertainty), note: "Outcomes with probabilities."),
      Field(
        "tables", .map(.texts),
        note: "CSV files beside the model, by section; merged in before anything else."),
    ])

  /// Every mapping, for telling where a misplaced key belongs.
  static let all: [ObjectSchema] = [
    model, horizon, money, provenance, commodity, facility, recipe, expansion, fastTrack,
    privateMoney, importSource, demand, require, stockpile, returnStream, fund, eligible, loan,
    limit, filter, scenario, change, uncertainty, sample, vary,
  ]

  /// The unit in which a limit on `measure` is written.
  static func measure(ofLimit measure: Limit.Measure) -> Measure {
    switch measure {
    case .build: .capacity
    case .projects: .number
    case .award, .support, .private, .capex: .yearlyMoney
    case .activity, .import: .flow
    }
  }
}
