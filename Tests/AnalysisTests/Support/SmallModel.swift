/// Two plants compete for one fund; what they do not make is imported. Prices make both run at a loss now and then.
enum SmallModel {
  static let text = """
    lodestone: 1
    name: Small
    horizon: { start: 2026, end: 2030, step: year }
    money: { currency: USD, discount: 5% }
    provenance:
      classes: { domestic: 0, foreign: 1 }
      countries: { US: domestic, CN: foreign }
    commodities:
      oxide: { stage: separation, price: 75 USD/kg }
      metal: { stage: metal, price: 110 USD/kg }
    facilities:
      separator:
        stage: separation
        country: US
        recipe: { out: { oxide: 1 } }
        opex: 70 USD/kg
        expansion: { max: 6 kt/yr, capex: 12 kUSD/(t/yr), construction: 1 year }
      smelter:
        stage: metal
        country: US
        recipe: { in: { oxide: 1.2 }, out: { metal: 1 } }
        opex: 25 USD/kg
        availability: 90%
        existing: 1 kt/yr
        expansion: { max: 5 kt/yr, capex: 8 kUSD/(t/yr), construction: 1 year }
    imports:
      cn_oxide: { commodity: oxide, country: CN }
      cn_metal: { commodity: metal, country: CN }
    demand:
      use: { commodity: metal, quantity: { 2026: 3 kt/yr, 2030: 5 kt/yr } }
    funds:
      grants:
        instruments: [grant, price_support]
        appropriations: { 2026: 20 MUSD, 2027: 20 MUSD, 2028: 10 MUSD }
    scenarios:
      short:
        changes: [{ set: imports.cn_metal.limit, to: 2 kt/yr }]
    uncertainty:
      reveal: 2028
      sample:
        count: 40
        seed: 7
        vary:
          - { path: demand.*.quantity, normal: { mean: 1, sd: 0.1 } }
          - { path: commodities.*.price, lognormal: { median: 1, gsd: 1.1 } }
          - { path: "facilities.*.expansion.capex", triangular: { low: 0.8, mode: 1, high: 1.5 } }
          - { path: funds.*.appropriations, uniform: { low: 0.5, high: 1.5 } }

    """
}
