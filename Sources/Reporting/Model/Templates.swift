import SupplyChain

/// Model files to start from; each solves as it is.
public enum ModelTemplate: String, CaseIterable, Sendable {
  case starter
  case full

  /// The text of a model with this name.
  public func text(name: String) -> String {
    let title = JSONValue.string(name).text.trimmedEnd.split(separator: "\n").joined()
    return switch self {
    case .starter: Self.starterText(title)
    case .full: Self.starterText(title) + Self.fullText
    }
  }

  /// The values that a key may have, in words.
  private static func choices(_ path: String) -> String {
    let choices = FormatKey.at(path)?.choices ?? []
    return choices.dropLast().joined(separator: ", ") + " or " + (choices.last ?? "")
  }

  private static func starterText(_ title: String) -> String {
    """
    # A model of Lodestone. Change a number, then: lodestone solve THIS_FILE
    # Keys: lodestone schema --markdown      Units: lodestone units      Check: lodestone validate THIS_FILE
    lodestone: 1
    name: \(title)
    horizon: { start: 2026, end: 2035, step: year }      # both years included; \(choices("horizon.step"))
    money: { currency: USD, discount: 5% }

    provenance:                                          # most secure class first, with its dependency weight
      classes: { domestic: 0, allied: 0.25, foreign: 1 }
      countries: { US: domestic, AU: allied, CN: foreign }

    commodities:                                         # what is dug, made, traded and used
      ore: { stage: mine, price: 5 USD/kg }
      oxide: { stage: separation, price: 60 USD/kg }
      magnet: { stage: magnet, price: 80 USD/kg }

    facilities:                                          # what is there, and what could be built
      mine:
        stage: mine
        country: US
        recipe: { out: { ore: 1 } }                      # tonnes per tonne of activity
        existing: 4 kt/yr
        opex: 4 USD/kg
        expansion: { max: 6 kt/yr, capex: 12 kUSD/(t/yr), permit: 3 years, construction: 2 years }
      refinery:
        stage: separation
        country: US
        recipe: { in: { ore: 5 }, out: { oxide: 1 } }
        opex: 20 USD/kg
        expansion:
          max: 1.5 kt/yr
          capex: 90 kUSD/(t/yr)
          permit: 1 year
          construction: 1 year
          ramp: [50%, 100%]                              # by year of operation
          private: { max_share: 40%, hurdle: 10% }       # private money comes where it earns 10 % a year
      magnet_plant:
        stage: magnet
        country: US
        recipe: { in: { oxide: 0.5 }, out: { magnet: 1 } }
        opex: 30 USD/kg
        expansion: { max: 2 kt/yr, capex: 50 kUSD/(t/yr), construction: 2 years }

    imports:                                             # no limit given: as much as is wanted
      au_oxide: { commodity: oxide, country: AU, limit: 200 t/yr }
      cn_oxide: { commodity: oxide, country: CN, limit: 5 kt/yr }
      cn_magnets: { commodity: magnet, country: CN, limit: 5 kt/yr }

    demand:
      defence: { commodity: magnet, quantity: 200 t/yr, weight: 3 }
      industry: { commodity: magnet, quantity: { 2026: 1 kt/yr, 2035: 2 kt/yr } }

    funds:                                               # who pays, for what, when
      grants:
        instruments: [grant]
        appropriations: { 2026: 60 MUSD, 2027: 60 MUSD, 2028: 40 MUSD }
        eligible: { country: [US] }
        max_share: 75%                                   # of what a facility's awards cost
      loans:
        instruments: [loan]
        loan: { rate: 4%, tenor: 8 years, grace: 2 years, subsidy: 100% }   # charged as a whole
        appropriations: { 2027: 80 MUSD }

    scenarios:                                           # lodestone solve THIS_FILE --scenario export_ban
      export_ban:
        name: Export ban from 2029
        changes:
          - { set: imports.cn_*.limit, to: 0 t/yr, from: 2029 }
      half_budget:
        changes:
          - { scale: funds.*.appropriations, by: 50% }

    """
  }

  private static let fullText = """
      price_dumping:
        name: Prices halved from 2029 to 2031
        changes:
          - { scale: commodities.*.price, by: 0.5, from: 2029, until: 2031 }
      fast_permits:
        changes:
          - { shift: "facilities.*[stage=mine].expansion.permit", by: -1 year }

    stockpiles:
      oxide_reserve: { commodity: oxide, opening: { foreign: 20 t }, max: 500 t }

    returns:                                             # what comes back at the end of its life
      end_of_life: { commodity: magnet, country: US, from: [industry], after: 6 years, fraction: 5% }

    limits:
      - name: at least a third of all awards to refining
        measure: award
        where: { stage: [separation] }
        per: horizon
        at_least: 33%
        of: {}

    uncertainty:                                         # what may happen, and when it is known
      reveal: 2029
      risk: expected
      outcomes: { base: 50%, price_dumping: 30%, export_ban: 20% }

    # Further keys, each as `lodestone solve THIS_FILE --set 'KEY=VALUE'` takes it:
    #   horizon.beyond=10 years                          # plants run on after the last year
    #   targets={ 2035: 60% }                            # the most that dependency may be
    #   facilities.magnet_plant.expansion.min=1 kt/yr    # a smallest award
    #   facilities.magnet_plant.expansion.module=500 t/yr
    #   facilities.magnet_plant.expansion.once=true      # all awards in one step
    #   facilities.refinery.expansion.fast_track={ permit: 0 years, capex: +20% }
    #   facilities.magnet_plant.expansion.requires=refinery
    #   facilities.*.expansion.exclusive=one_of_these    # at most one of the group is built
    #   facilities.refinery.expansion.private.min_share=20%
    #   funds.grants.instruments=[grant, price_support]
    #   funds.loans.loan.revolving=true                  # what is paid back is lent again
    #   demand.industry.embedded={ share: 20%, country: CN }
    #   uncertainty.sample={ count: 3, vary: [{ path: "commodities.*.price", lognormal: { median: 1, gsd: 1.2 } }] }
    #   factors={ jobs: { unit: jobs, values: { magnet_plant: 0.2 jobs/(t/yr) } } }
    #   measures={ home: "served[class=domestic]" }      # shown by year
    #   rules=[{ rule: "awards <= 150% * last_year(awards)" }]
    #   committed=[{ facility: refinery, fund: grants, time: 2026, money: 5 MUSD }]
    #   adversary={ reveal: 2029, at_most: 1, moves: { export_ban: { cost: 2% }, price_dumping: {} } }
    # A section of many entries may stand in a table beside this file: `tables: { imports: imports.csv }`; parts of a
    # model in files of their own: `include: [plants.yaml]`.

    """
}
