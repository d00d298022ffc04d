/// What a unit of a quantity comes to at each facility: jobs, emissions, water, power.
public struct Factor: Sendable {
  public var id: String
  public var name: String
  /// The unit that numbers of it carry, such as `jobs`.
  public var unit: String
  /// The quantity that it multiplies.
  public var per: PlanQuantity.Kind
  /// By facility: units of `unit` per tonne, per tonne a year, per project or per million; 0 where none is given.
  public var amounts: [Double]
  /// The dimension of the amounts.
  public var dimension: Dimension
  public var location: SourceLocation

  public init(
    id: String, name: String, unit: String, per: PlanQuantity.Kind, amounts: [Double],
    dimension: Dimension, location: SourceLocation
  ) {
    self.id = id
    self.name = name
    self.unit = unit
    self.per = per
    self.amounts = amounts
    self.dimension = dimension
    self.location = location
  }

  /// Whether a word may name a unit of a model's own.
  static func isUnitName(_ word: String) -> Bool {
    let isWord = word.utf8.allSatisfy { byte in
      Number.isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
    }
    return isWord && (1...20).contains(word.utf8.count) && !Number.isDigit(word.utf8.first ?? 0)
  }

  /// The units that the factors of a document make.
  static func units(of root: Mapping) -> [String] {
    (root["factors"]?.mapping?.pairs ?? []).compactMap { $0.value.mapping?["unit"]?.text }
      .filter(isUnitName)
  }
}
