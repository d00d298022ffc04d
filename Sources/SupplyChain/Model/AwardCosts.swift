/// The costs of what is awarded and put into stockpiles before the reveal, which are those of the model itself in every
/// outcome (formulation section 7, uncertainty).
public struct AwardCosts: Sendable {
  public struct Costs: Sendable {
    /// Currency per (t/yr), a level series over the award's year.
    public var capex: [BuildOption.Kind: Series]
    /// Fraction of the cost by year from the award.
    public var spending: [Double]
  }
  /// The first year whose awards cost what the outcome says.
  public let reveal: Int
  /// By facility id.
  public let facilities: [String: Costs]
  /// By commodity id: currency per tonne; of a commodity without a price, 0.
  public let prices: [String: Series]

  /// - Parameter model: the model itself.
  public init(_ model: Model, reveal: Int) {
    self.reveal = reveal
    var facilities: [String: Costs] = [:]
    for facility in model.facilities {
      guard let expansion = facility.expansion else { continue }
      facilities[facility.id] = Costs(
        capex: Dictionary(
          expansion.options.map { ($0.kind, $0.capex) }, uniquingKeysWith: { first, _ in first }),
        spending: expansion.spending)
    }
    self.facilities = facilities
    prices = Dictionary(
      model.commodities.map { ($0.id, $0.price ?? Series(0)) },
      uniquingKeysWith: { first, _ in first })
  }
}
