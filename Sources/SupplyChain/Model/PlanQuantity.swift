/// A sum over what a plan decides, which measures and rules are made of (formulation section 5.2, rules).
public struct PlanQuantity: Sendable, Hashable {
  public enum Kind: String, Sendable, CaseIterable {
    case activity, output, input, capacity
    case build, projects, capex
    case awards, support, `private`, purchases, spending
    case imports, returns
    case demand, served, shortage
    case stock, dependency
  }

  /// What a filter may ask for.
  public enum Key: String, Sendable, CaseIterable {
    case stage, country, tag, facility, commodity, option, fund, source, segment, stockpile, `class`
  }

  /// What is summed: one year, or several.
  public enum Span: Sendable, Hashable {
    case year
    case years
  }

  public var kind: Kind
  public var filter = Filter()
  /// The factor by which the quantity of each facility counts; nil: all count 1.
  public var factor: Int?

  public init(_ kind: Kind, _ filter: Filter = Filter()) {
    self.kind = kind
    self.filter = filter
  }
}

extension PlanQuantity.Kind {
  private static let place: [PlanQuantity.Key] = [.stage, .country, .tag, .facility]

  /// The filters that it admits.
  public var keys: [PlanQuantity.Key] {
    switch self {
    case .activity, .capacity, .private: Self.place
    case .output, .input: Self.place + [.commodity]
    case .build, .projects, .capex: Self.place + [.option]
    case .awards, .support: Self.place + [.fund]
    case .purchases: [.fund, .stockpile, .commodity]
    case .spending: [.fund]
    case .imports: [.commodity, .country, .stage, .source]
    case .returns: [.commodity, .country]
    case .demand, .shortage: [.segment, .commodity]
    case .served: [.segment, .commodity, .class]
    case .stock: [.stockpile, .commodity]
    case .dependency: []
    }
  }

  /// Whether it is a sum over facilities, so that a factor can stand on it.
  var isOfFacilities: Bool { keys.contains(.facility) }

  /// The dimension of a year's amount and of the sum over several years; nil where there is no sum.
  func dimension(in span: PlanQuantity.Span) -> Dimension? {
    switch self {
    case .activity, .output, .input, .capacity, .imports, .returns, .demand, .served, .shortage:
      Dimension(mass: 1, time: span == .year ? -1 : 0)
    case .capex, .awards, .support, .private, .purchases, .spending:
      Dimension(time: span == .year ? -1 : 0, money: 1)
    case .build: Dimension(mass: 1, time: -1)
    case .projects: .pure
    case .stock: span == .year ? Dimension(mass: 1) : nil
    case .dependency: span == .year ? .pure : nil
    }
  }

  /// Whether plans that do more may have less of it.
  var fallsWithWork: Bool {
    switch self {
    case .shortage, .imports, .dependency: true
    default: false
    }
  }

  /// Whether a part of it stands whatever is decided.
  var hasGivenPart: Bool {
    switch self {
    case .capacity, .demand, .served, .shortage, .stock, .dependency: true
    default: false
    }
  }
}
