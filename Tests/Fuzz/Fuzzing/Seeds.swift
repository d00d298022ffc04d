import Foundation

/// What inputs are made from.
enum Seeds {
  /// The files of a folder with an ending, and of the folders in it; in the order of their names.
  static func files(_ folder: URL, _ ending: String) -> [[UInt8]] {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix("." + ending) }.sorted().compactMap { name in
      (try? Data(contentsOf: folder.appendingPathComponent(name))).map { [UInt8]($0) }
    }.filter { $0.count < 40_000 }
  }

  static let model = """
    lodestone: 1
    name: seed
    horizon: { start: 2026, end: 2029, step: half }
    money: { currency: USD, discount: 5% }
    provenance:
      classes: { domestic: 0, allied: 0.25, foreign: 1 }
      unmet: 2
      countries: { US: domestic, AU: allied, CN: foreign }
    commodities:
      oxide: { stage: separation, price: { 2026: 60 USD/kg, 2028: 70 USD/kg } }
      magnet: { stage: magnet, price: 80 USD/kg }
    facilities:
      separation:
        stage: separation
        country: US
        tags: [new, "big, one"]
        existing: 100 t/yr
        recipe: { out: { oxide: 1 } }
        opex: 20 USD/kg
        expansion:
          max: 600 t/yr
          capex: 100 kUSD/(t/yr)
          permit: 6 months
          construction: 1 year
          ramp: [30%, 70%, 100%]
          private: { max_share: 50%, hurdle: 12% }
      magnet_works:
        stage: magnet
        country: US
        recipe: { in: { oxide: 0.5 }, out: { magnet: 1 } }
        opex: 30 USD/kg
        expansion: { max: 2 kt/yr, module: 500 t/yr, capex: 50 kUSD/(t/yr), construction: 1 year }
    imports:
      cn: { commodity: magnet, country: CN, limit: 5 kt/yr }
      au: { commodity: oxide, country: AU, limit: 1 kt/yr }
    demand:
      motors: { commodity: magnet, quantity: { 2026: 1 kt/yr, 2029: 2 kt/yr } }
    stockpiles:
      reserve: { commodity: oxide, max: 1 kt, loss: 1%, opening: { allied: 10 t } }
    funds:
      grants: { instruments: [grant], appropriations: { 2026: 60 MUSD, 2027: 30 MUSD }, max_share: 80% }
      loans:
        instruments: [loan]
        appropriations: 20 MUSD
        loan: { rate: 4%, tenor: 3 years, grace: 1 year }
    committed:
      - { facility: separation, time: 2026-H1, capacity: 10 t/yr, source: a filing }
      - { facility: magnet_works, fund: grants, time: 2027, money: 1 MUSD }
    limits:
      - { name: cap, measure: award, where: { stage: magnet }, per: year, at_most: 100 MUSD }
    targets: { 2029: 90% }
    scenarios:
      ban: { changes: [{ set: imports.cn.limit, to: { 2026: 5 kt/yr, 2027: 0 t/yr } }] }
      poor: { extends: [ban], changes: [{ scale: "funds.*.appropriations", by: 0.5 }] }
      slow: { changes: [{ shift: "facilities.*[stage=magnet].expansion.construction", by: 6 months }] }
    objective: [dependency, public_cost]
    """

  static let modelWithTable: String = {
    let lines = model.split(separator: "\n", omittingEmptySubsequences: false)
    let start = lines.firstIndex { $0.hasPrefix("facilities:") } ?? 0
    let end = lines.firstIndex { $0.hasPrefix("imports:") } ?? 0
    return (lines[..<start] + ["tables: { facilities: facilities.csv }"] + lines[end...])
      .joined(separator: "\n")
  }()

  static let modelWithPart =
    model + "\ninclude: [{ file: part.yaml, with: { id: north, most: 2 kt/yr } }]\n"

  static let parts = [
    """
    parameters: { id: , most: 1 kt/yr }
    facilities:
      $(id)_works:
        stage: magnet
        country: US
        name: "Works $(id), $$(x)"
        recipe: { in: { oxide: 0.5 }, out: { magnet: 1 } }
        expansion: { max: $(most), capex: 50 kUSD/(t/yr) }
    limits: [{ name: $(id), measure: build, at_most: $(most) }]
    scenarios: { no_$(id): { changes: [{ set: facilities.$(id)_works.expansion.max, to: 0 t/yr }] } }
    """,
    "parameters: { id: , most: }\ninclude: [{ file: part.yaml, with: { id: $(id)x, most: $(most) } }]\n",
    "parameters: [id, most]\n", "tables: { demand: x.csv }\n", "lodestone: 1\nfunds: ~\n", "",
  ]

  static let tables = [
    """
    id,stage,country,recipe.out.oxide,recipe.out.magnet,recipe.in.oxide,expansion.max,expansion.capex,tags
    separation,separation,US,1,,,600 t/yr,100 kUSD/(t/yr),new;big
    magnet_works,magnet,US,,1,0.5,2 kt/yr,"50 kUSD/(t/yr)","a,b"
    """,
    "id,stage,country,recipe,existing.2026,existing.2028\r\na,magnet,US,\"{ out: { magnet: 1 } }\",1 kt/yr,2 kt/yr\r\n",
    "id,stage,country,recipe.out.magnet,opex\n\"q\"\"uoted\",magnet,US,1,\"20\nUSD/kg\"\n",
    "id;stage\na;b\n", "id\n", "", "\u{FEFF}id,stage,country\nx,y,US\n",
  ]

  static let cases = [
    "scenario,budget_scale,funds.*.max_share\nban,0.5,50%\n,x2,\n",
    "sep=,\r\nbudget_scale,demand.need.quantity,,\r\n50%,1 kt/yr,,\r\n,,,\r\n",
    "\u{FEFF}budget_scale\r\"0,5\"\r",
    "facility,fund,year,amount\nseparation,grants,2026,1.5 MUSD\nmagnet_works,,2027,1 kt/yr\n",
    "facility;stockpile;fund;option;period;value [million USD]\r\nseparation;;grants;;2026-H2;1,5\r\n",
    "{\"plan\": {\"awards\": [{\"fund\": \"grants\", \"facility\": \"separation\", \"year\": 2026, \"value\": 1}]}}",
  ]

  static let settings = [
    "funds.*.max_share=50%", "facilities.*[stage=magnet].expansion.construction=6 months",
    "imports.cn.limit={ 2026: 5 kt/yr, 2027: 0 t/yr }", "facilities.magnet_works.opex=10 USD/kg",
    "facilities.*[country=US][tag=new].expansion.capex=1 USD/(t/yr)", "horizon.end=2035",
    "money.discount=3%", "demand.motors.quantity=3 kt/yr", "funds.grants.appropriations=1 MUSD",
    "provenance.countries.CN=allied", "objective=[unmet]", "limits.cap.at_most=3 MUSD",
    "commodities.oxide.price.2028=5 USD/kg",
    "funds.grants.max_share=80%", "imports.cn.limit=5 kt/yr", "horizon.step=half",
    "targets={ 2028: 50% }", "horizon.step=month",
  ]

  static let quantities = [
    "1", "50%", "2 kt/yr", "100 kUSD/(t/yr)", "20 USD/kg", "6 months", "60 MUSD", "1.5e3 t",
    "{ 2026: 1 kt/yr, 2029: 2 kt/yr }", "3 MUSD/yr", "0.25", "1e-13%", "1e-29", "-1 t", "1 USD/t",
    "12 t/month",
    "10 years", "5 kg/d", "[1, 2]", "1 t / yr", "1 kt/(yr)", "7 MUSD/(kt/yr)",
  ]

  /// One path for each kind of quantity.
  static let quantityPaths = [
    "facilities.separation.existing", "facilities.separation.opex",
    "facilities.separation.expansion.capex", "facilities.separation.expansion.permit",
    "facilities.separation.expansion.private.max_share", "funds.grants.appropriations",
    "stockpiles.reserve.max", "money.discount", "demand.motors.quantity",
    "funds.loans.loan.rate", "funds.loans.loan.tenor", "stockpiles.reserve.loss",
    "facilities.separation.expansion.private.hurdle",
  ]

  static let units = [
    "t", "kt", "kg", "g", "Mt", "yr", "year", "years", "month", "months", "d", "USD", "kUSD",
    "MUSD",
    "BUSD", "EUR", "%", "/", "(", ")", "*", "^", " ", "(t/yr)", "/yr", "((((((((", "))))", "µ",
  ]

  static let words =
    units + [
      "lodestone: 1", "name", "horizon", "start", "end", "step", "month", "quarter", "money",
      "provenance", "classes", "countries", "commodities", "facilities", "recipe", "in", "out",
      "expansion", "max", "min", "module", "capex", "permit", "construction", "ramp", "private",
      "fast_track", "earliest", "requires", "exclusive", "imports", "demand", "weight",
      "stockpiles",
      "returns", "funds", "instruments", "loan", "grant", "price_support", "appropriations",
      "carry_over", "revolving", "limits", "targets", "scenarios", "extends", "changes", "set",
      "scale", "shift", "remove", "where", "at_most", "at_least", "by", "to", "tables",
      "facilities.csv", "objective", "dependency",
      "uncertainty", "outcomes", "probability", "chance", "reveal", "sample", "vary", "path",
      "spending", "profile", "life", "[stage=magnet]", "[tag=*]", ".*.", "*", "**", "funds.*", "US",
      "CN",
    ]

  static let mpsWords = [
    "NAME", "ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS", "ENDATA", "OBJSENSE", "MAX", "\nENDATA\n",
    " N obj\n", " E r9\n", " L r9\n", " 'MARKER' 'INTORG'\n", " m 'MARKER' 'INTEND'\n", " UP BND ",
    " FX BND ", " FR BND ", " MI BND ", " PL BND ", " BV BND ", " LI BND ", " SC BND ",
    " x1 r1 1\n",
    "1e30", "-1e30", "1d5", "r1", "r2", "x1", "x2", "c1", "c2", "\n*comment\n", "        ",
  ]

  static let jsonWords = [
    "{", "}", "[", "]", ",", ":", "null", "true", "\"", "\\u0000", "\\ud800", "\"best\":",
    "\"point\":",
    "\"multipliers\":", "\"conflict\":[1,1]", "\"basis\":\"BBLL\"", "infeasible", "optimal", "[]",
    "[0]", "1e308", "-1e308", "1e400", "0.1", "L", "U", "B", "F", "X",
  ]

  static let messages = [
    #"{"jsonrpc":"2.0","id":1,"method":"open","params":{"path":"Models/tutorial.yaml"}}"#,
    #"{"jsonrpc":"2.0","id":"a","method":"change","params":{"model":"m1","set":{"funds.grants.max_share":"50%"},"scenario":["ban","half"],"budgetScale":0.5}}"#,
    #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":-1.5e3}}"#,
    #" [ null , true , false , "\u00e9\ud83d\ude00\n\\\"/" , {} , [ ] , 0 , -0.0 , 1E+9 ] "#,
  ]
  static let messageWords = [
    "{", "}", "[", "]", ",", ":", "null", "true", "false", "\"", "\\", "\\u0000", "\\ud83d",
    "\\ude00",
    "\\/", "1e308", "-", ".", "e", "01", "\"id\":", "\"params\":{", " ", "\n", "\u{FEFF}",
    "[[[[[[[[",
  ]

  static let programs = [
    """
    NAME          TEXTBOOK
    ROWS
     N  COST
     L  LIM1
     G  LIM2
     E  MYEQN
    COLUMNS
        X1        COST               1.0   LIM1               1.0
        X1        LIM2               1.0
        X2        COST               2.0   LIM1               1.0
        X2        MYEQN             -1.0
        X3        COST              -1.0   MYEQN              1.0
    RHS
        RHS       LIM1               4.0   LIM2               1.0
        RHS       MYEQN              7.0
    RANGES
        RNG       LIM1               2.5
    BOUNDS
     UP BND       X1                 4.0
     LO BND       X2                -1.0
     UP BND       X2                 1.0
    ENDATA
    """,
    """
    NAME knapsack
    OBJSENSE
      MAX
    ROWS
     N obj
     L r1
     L r2
    COLUMNS
     m 'MARKER' 'INTORG'
     x1 obj 7 r1 3
     x1 r2 1
     x2 obj 5 r1 2
     x3 obj 3 r2 4
     m 'MARKER' 'INTEND'
     c1 obj -1 r1 -1
    RHS
     RHS r1 10.5 r2 7
     RHS obj 3
    BOUNDS
     UP BND x1 3
     LI BND x2 1
     UP BND x2 4
     BV BND x3
     MI BND c1
     UP BND c1 2
    ENDATA
    """,
    "NAME\nROWS\n N obj\nCOLUMNS\nRHS\nBOUNDS\nENDATA\n",
    "NAME a\nROWS\n N obj\n E r1\nCOLUMNS\n x1 r1 1\nRHS\n RHS r1 -1\nENDATA\n",
  ]
}
