/// What quantities measure and how they are written, with examples that the reader takes.
public enum UnitGuide {
  public struct Line: Sendable {
    public var measure: String
    public var units: String
    public var examples: [String]
    /// Where such quantities stand.
    public var uses: String
  }

  public static let lines: [Line] = examples.map { entry in
    Line(
      measure: entry.measure, units: entry.units, examples: entry.examples, uses: entry.uses)
  }

  static let examples:
    [(kind: Measure, measure: String, units: String, examples: [String], uses: String)] = [
      (.mass, "mass", "t, kt, kg", ["500 t", "1.2 kt"], "stockpiles.*.opening, max"),
      (
        .capacity, "mass a year", "t/yr, kt/yr …", ["45 kt/yr", "120 t/month"],
        "capacities, demand, import limits, returns"
      ),
      (
        .money, "money", "USD, kUSD, MUSD, BUSD", ["120 MUSD", "1.5 BUSD"],
        "appropriations, max_per_facility, limits on money"
      ),
      (.price, "price", "money/mass", ["75 USD/kg", "9 kUSD/t"], "prices, opex"),
      (
        .capex, "capital cost", "money per yearly mass", ["250 kUSD/(t/yr)", "30 MUSD/(kt/yr)"],
        "expansion.capex"
      ),
      (
        .duration, "time", "yr, year, years, month, months", ["18 months", "3 years"],
        "permits, life, tenor"
      ),
      (
        .fraction, "share", "% or a bare number from 0 to 1", ["30%", "0.3"],
        "shares, availability, ramps"
      ),
      (.rate, "yearly rate", "% or a bare number", ["5%", "0.05"], "discount, hurdle, loan.rate"),
      (.yield, "yield", "a bare number, t per t", ["0.145"], "recipes"),
      (.number, "count or weight", "a bare number", ["3"], "weights, projects"),
    ]
}
