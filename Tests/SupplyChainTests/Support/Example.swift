import Testing

@testable import SupplyChain

/// Model texts that the tests change and break.
enum Example {
  /// Small, and without anything to warn of.
  static let small = """
    lodestone: 1
    name: Small
    horizon: { start: 2026, end: 2030, step: year }
    money: { currency: USD, discount: 5% }
    provenance:
      classes: { domestic: 0, allied: 0.25, foreign: 1 }
      countries: { US: domestic, AU: allied, CN: foreign, NO: allied }
    commodities:
      ore: { stage: mine, price: 10 USD/kg }
      oxide: { stage: separation, price: { 2026: 75 USD/kg, 2030: 95 USD/kg } }
    facilities:
      pit:
        stage: mine
        country: US
        tags: [federal_land]
        recipe: { out: { ore: 1 } }
        existing: 10 kt/yr
        expansion:
          max: 20 kt/yr
          capex: 30 kUSD/(t/yr)
          permit: 3 years
          construction: 24 months
          fast_track: { permit: 1 year, capex: +5% }
      plant:
        stage: separation
        country: AU
        recipe: { in: { ore: 2 }, out: { oxide: 0.5 } }
        existing: 8 kt/yr
        opex: 9 USD/kg
    imports:
      cn_oxide: { commodity: oxide, country: CN, price: 60 USD/kg }
      cn_ore: { commodity: ore, country: CN, limit: { 2026: 20 kt/yr }, price: 5 USD/kg }
    demand:
      cars: { commodity: oxide, quantity: { 2026: 1 kt/yr, 2030: 3 kt/yr } }
    funds:
      grants:
        instruments: [grant]
        appropriations: { 2026: 300 MUSD, 2028: 100 MUSD }
        max_share: 75%
    limits:
      - { name: mines, measure: award, where: { stage: mine }, at_most: 500 MUSD }
    """

  static func read(_ text: String, folder: String? = nil) throws(ModelErrors) -> ModelDocument {
    try ModelDocument.read(text: text, file: "m.yaml", folder: folder)
  }

  /// The small model with one piece of text replaced, which must be in it once.
  static func small(_ old: String, _ new: String) -> String {
    let parts = small.split(separator: old, omittingEmptySubsequences: false)
    precondition(parts.count == 2, "\(old) must occur once")
    return parts.joined(separator: new)
  }

  /// The small model with sections after it.
  static func small(adding text: String) -> String { small + "\n" + text }

  /// What is wrong with a text, each as `line:column: message`.
  static func problems(_ text: String, folder: String? = nil) -> [String] {
    diagnostics(text, folder: folder).map { "\($0.line):\($0.column): \($0.message)" }
  }

  static func diagnostics(_ text: String, folder: String? = nil) -> [Diagnostic] {
    do throws(ModelErrors) {
      _ = try read(text, folder: folder)
      return []
    } catch {
      return error.diagnostics
    }
  }

  /// The small model under one scenario with these changes.
  static func changed(_ changes: String...) throws(ModelErrors) -> Model {
    try read(small(adding: scenario(changes))).model(scenarios: ["s"])
  }

  static func scenario(_ changes: [String]) -> String {
    "scenarios:\n  s:\n    changes:\n"
      + changes.map { "      - { \($0) }" }.joined(separator: "\n")
  }

  /// The page's own example, with what it refers to added.
  static let page = """
    lodestone: 1                        # format version, required
    name: US NdFeB magnets              # required
    description: text
    horizon: { start: 2026, end: 2040, step: year }      # end included; step year|half|quarter|month
    money: { currency: USD, discount: 5% }
    objective: [dependency, public_cost]                 # the default

    provenance:                         # most secure first
      classes: { domestic: 0, allied: 0.25, foreign: 1 } # class: dependency weight
      unmet: 2
      countries: { US: domestic, AU: allied, CN: foreign }
      year_weights: { 2026: 1 }         # a level series; default 1

    commodities:
      mp_concentrate: { stage: mine }
      sm_eu_gd_concentrate: { stage: separation }
      ndfeb_magnet: { stage: magnet, price: 60 USD/kg }
      dy_oxide: { stage: separation, price: 300 USD/kg }
      scrap_magnet: { stage: recycling }
      ndpr_oxide: { stage: separation, price: { 2026: 75 USD/kg, 2030: 90 USD/kg }, name: NdPr oxide, contains: { nd: 65%, pr: 20% } }

    facilities:
      other_facility:
        stage: mine
        country: US
        tags: [federal_land]
        recipe: { out: { mp_concentrate: 1 } }
        existing: 40 kt/yr
        expansion: { max: 10 kt/yr, capex: 5 kUSD/(t/yr), permit: 4 years }
      magnets:
        stage: metal
        country: US
        recipe: { in: { ndpr_oxide: 0.3 }, out: { ndfeb_magnet: 1 } }
        existing: 1 kt/yr
      mountain_pass_separation:
        name: Mountain Pass separation
        stage: separation
        country: US
        tags: [federal_land, midstream]
        recipe:                         # tonnes per tonne of activity
          in:  { mp_concentrate: 1 }
          out: { ndpr_oxide: 0.145, sm_eu_gd_concentrate: 0.03 }
          main: ndpr_oxide              # default: the first output
        existing: 10 kt/yr              # series, default 0, in t/yr of activity
        availability: 90%               # series, default 100%
        opex: 9 USD/kg                  # series, per unit of activity, default 0
        life: 25 years                  # of added capacity, default: the whole horizon
        commercial: true                # may not run at a loss without support
        expansion:                      # leave out where nothing can be added
          max: 20 kt/yr
          min: 2 kt/yr                  # smallest total award, optional
          module: 5 kt/yr               # optional: whole modules only
          capex: 30 kUSD/(t/yr)         # series
          permit: 3 years               # default 0
          construction: 2 years         # default 0
          fast_track: { permit: 1 year, capex: +5% }   # optional second option
          ramp: [40%, 80%, 100%]        # by year of operation, default [100%]
          spending: [50%, 50%]          # by year from the award, default [100%]
          earliest: 2027                # first award year
          private: { max_share: 60%, hurdle: 12% }     # default: no private money
          requires: other_facility
          exclusive: group_name

    imports:
      cn_magnets: { commodity: ndfeb_magnet, country: CN, limit: { 2026: 20 kt/yr }, price: 60 USD/kg }

    demand:
      defence:
        commodity: ndfeb_magnet
        quantity: { 2026: 1 kt/yr, 2040: 2 kt/yr }
        weight: 3                       # default 1
        require: { classes: [domestic, allied], from: 2027 }
      commercial:
        commodity: ndfeb_magnet
        quantity: 30 kt/yr

    stockpiles:
      dy_reserve: { commodity: dy_oxide, opening: { foreign: 20 t }, max: 500 t, loss: 0% }

    returns:
      end_of_life: { commodity: scrap_magnet, country: US, from: [commercial], after: 12 years, fraction: 10%, base: 200 t/yr }

    funds:
      dpa_title_iii:
        name: Defense Production Act Title III
        instruments: [grant]            # grant | loan | price_support | stockpile; several allowed
        appropriations: { 2026: 300 MUSD, 2027: 300 MUSD }
        keep: 100%                      # share of what is unspent at a year's end that stays available
        eligible: { country: [US], stage: [mine, separation], tags: [midstream], facility: [mountain_pass_separation] }
        max_share: 75%                  # of a facility's cost in the step, default 100%
        max_per_facility: 150 MUSD
      loans:
        instruments: [loan]
        appropriations: { 2026: 1 BUSD }
        loan: { rate: 4%, tenor: 10 years, grace: 2 years, revolving: true }    # for loan

    limits:
      - name: half of all awards go to midstream
        measure: award                  # build|projects|award|support|private|capex|activity|import
        where: { stage: [separation, metal] }
        per: horizon                    # year (default) | horizon
        at_least: 50%                   # a quantity; or a share with `of`
        of: {}                          # the second filter; {} is everything
        from: 2026                      # years in force, optional
        until: 2030

    targets: { 2030: 40%, 2035: 20% }   # dependency at most, by year; optional

    scenarios:
      other_scenario: {}
      price_dumping:
        changes: [{ scale: imports.*.price, by: 0.5 }]
      export_ban:
        name: Export ban
        description: text
        extends: [other_scenario]       # applied first, in order
        changes:
          - { set: imports.cn_*.limit, to: { 2027: 0 t/yr } }
          - { scale: commodities.*.price, by: 0.5, from: 2028, until: 2031 }
          - { shift: "facilities.*[stage=mine].expansion.permit", by: 2 years }
          - { remove: "facilities.*[tag=federal_land].expansion.fast_track" }

    uncertainty:
      reveal: 2029
      risk: expected                    # expected | worst | regret | cvar
      level: 90%                        # for cvar
      outcomes: { base: 50%, price_dumping: 30%, export_ban: 20% }
      sample:
        count: 200
        seed: 7
        vary:
          - { path: demand.*.quantity, normal: { mean: 1, sd: 0.1 } }
    """
}
