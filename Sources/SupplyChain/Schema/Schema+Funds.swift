/// Keys of funds and limits.
extension Schema {
  static let eligible = ObjectSchema(
    "funds.<id>.eligible",
    [
      Field("country", .texts, note: "Countries."), Field("stage", .texts, note: "Stages."),
      Field("tags", .texts, note: "Tags, one of which the facility has."),
      Field("facility", .texts, note: "Facilities."),
    ])

  static let forbearance = ObjectSchema(
    "funds.<id>.loan.forbearance", isOptionalPart: true,
    [
      Field(
        "rate", .quantity(.rate), .required(example: "4%"),
        note: "Yearly interest on what is put off."),
      Field(
        "at_most", .quantity(.fraction), .standard("100%"),
        note: "Largest share of each payment that may be put off."),
      Field("from", .year, .firstYear, note: "First year of payments that may be put off."),
      Field("until", .year, .lastYear, note: "Last year of payments that may be put off."),
    ])

  static let loan = ObjectSchema(
    "funds.<id>.loan", isOptionalPart: true,
    [
      Field("rate", .quantity(.rate), .required(example: "4%"), note: "Yearly interest."),
      Field(
        "tenor", .quantity(.duration), .required(example: "10 years"), note: "Years of repayment."),
      Field(
        "grace", .quantity(.duration), .standard("0 years"),
        note: "Years before the first year of repayment."),
      Field(
        "revolving", .flag, .standard("false"), note: "Whether repayments go back into the fund."),
      Field(
        "subsidy", .quantity(.fraction), .standard("100%"),
        note: "Share of a loan that the fund is charged; below 100% it cannot be revolving."),
      Field("authority", .quantity(.money), .unlimited, note: "Most of all its loans together."),
      Field(
        "forbearance", .object(forbearance), .absent("none"),
        note: "Whether payments that the business does not earn may be put off, and on what terms."),
    ])

  static let pays = ObjectSchema(
    "funds.<id>.pays", isOptionalPart: true,
    [
      Field(
        "rule", .text, .standard("gap"), note: "What a tonne of output earns.",
        choices: names(of: SupportRule.Kind.self)),
      Field(
        "max", .quantity(.price), .absent("no limit"),
        note: "Of `gap`: most per tonne of the main product."),
      Field(
        "commodity", .reference,
        note: "Of `floor` and `per_tonne`: the product that is paid for."),
      Field("strike", .series(.price), note: "Of `floor`: the price that is made up to."),
      Field("rate", .series(.price), note: "Of `per_tonne`: what a tonne of the product earns."),
      Field(
        "share", .series(.fraction), note: "Of `cost_share`: the share of the cost that is paid."),
      Field(
        "inputs", .flag, .standard("false"),
        note: "Of `cost_share`: whether the cost of inputs counts."),
      Field(
        "two_way", .quantity(.fraction), .standard("0%"),
        note:
          "Of an entitled `floor`: the share of what the price is above the strike that is paid back."
      ),
      Field(
        "entitled", .flag, .standard("false"),
        note: "Whether every tonne is paid for, without a choice."),
      Field("from", .year, .firstYear, note: "First year of payment."),
      Field("until", .year, .lastYear, note: "Last year of payment."),
    ])

  static let fund = ObjectSchema(
    "funds.<id>",
    [
      Field("name", .text, note: "For people."),
      Field(
        "instruments", .texts, .required(example: "[grant]"),
        note: "What the money may be used as.",
        choices: names(of: Instrument.self)),
      Field(
        "appropriations", .amounts(.yearlyMoney),
        .absent("no account: only for entitled support"),
        note: "Money by year, or one amount for every year; arrives in the year's first step."),
      Field(
        "keep", .quantity(.fraction), .standard("100%"),
        note: "Share of what is unspent at a year's end that stays available."),
      Field(
        "eligible", .object(eligible), .absent("all"),
        note: "Which facilities it may pay; every filter given must hold."),
      Field(
        "max_share", .quantity(.fraction), .standard("100%"),
        note: "Largest share of a facility's cost in a step."),
      Field(
        "max_per_facility", .quantity(.money), .unlimited,
        note: "Most for one facility over the horizon, awards and support."),
      Field("loan", .object(loan), note: "Terms, for the instrument `loan`."),
      Field(
        "pays", .object(pays), .absent("`rule: gap`"),
        note: "How support is earned, for the instrument `price_support`."),
    ])

  static let committed = ObjectSchema(
    "committed",
    [
      Field("facility", .reference, note: "What it is for."),
      Field("stockpile", .reference, note: "Instead of a facility: what is bought for it."),
      Field(
        "fund", .reference, .absent("capacity is awarded, whoever pays"),
        note: "The programme that pays."),
      Field(
        "option", .text, .standard("standard"),
        note: "Of capacity: the option it is awarded under.",
        choices: names(of: BuildOption.Kind.self)),
      Field(
        "time", .text, .required(example: "2026"),
        note: "The year, or a period of it such as `2026-Q2`."),
      Field("money", .quantity(.money), note: "What the programme pays in that time."),
      Field("capacity", .quantity(.capacity), note: "What is awarded, without a programme."),
      Field("source", .text, note: "Where the award is said, for people."),
    ])

  static let filter = ObjectSchema(
    "limits.where",
    [
      Field("stage", .texts, note: "Stages."), Field("country", .texts, note: "Countries."),
      Field("tags", .texts, note: "Tags, one of which the facility has."),
      Field("facility", .texts, note: "Facilities."), Field("fund", .texts, note: "Funds."),
      Field("source", .texts, note: "Import sources."),
      Field(
        "option", .texts, note: "Investment options.", choices: names(of: BuildOption.Kind.self)),
    ])

  /// `at_most` and `at_least` take the unit of the limit's measure: see `Schema.measure(ofLimit:per:)`.
  static let limit = ObjectSchema(
    "limits",
    [
      Field("name", .text, note: "For people."),
      Field(
        "measure", .text, .required(example: "award"), note: "What is summed.",
        choices: names(of: Limit.Measure.self)),
      Field(
        "where", .object(filter), .absent("everything"),
        note: "Over what; every filter given must hold."),
      Field(
        "per", .text, .standard("year"), note: "Each year, or the whole horizon.",
        choices: names(of: Limit.Period.self)),
      Field("at_most", .series(.number), note: "Upper bound; with `of` a share."),
      Field("at_least", .series(.number), note: "Lower bound; with `of` a share."),
      Field(
        "of", .object(filter),
        note: "Makes the bound a share of the same measure over this filter; `{}` is everything."),
      Field("from", .year, .firstYear, note: "First year in force."),
      Field("until", .year, .lastYear, note: "Last year in force."),
    ])
}
