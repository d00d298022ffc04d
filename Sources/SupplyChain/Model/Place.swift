/// Where a facility stands, in degrees. Nothing is worked out from it; maps are drawn with it.
public struct Place: Sendable, Hashable {
  /// From −90 to 90, north above zero.
  public var latitude: Double
  /// From −180 to 180, east above zero.
  public var longitude: Double

  /// Reads `35.48, -115.53`, the latitude first; nil for anything else, and for what lies on no globe.
  public init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, let latitude = Self.degrees(parts[0]),
      let longitude = Self.degrees(parts[1]), abs(latitude) <= 90, abs(longitude) <= 180
    else { return nil }
    self.latitude = latitude
    self.longitude = longitude
  }

  /// A decimal number with nothing but spaces around it.
  private static func degrees(_ text: Substring) -> Double? {
    let bare = text.drop { $0 == " " }
    let end = bare.lastIndex { $0 != " " }.map { bare.index(after: $0) } ?? bare.startIndex
    let number = bare[..<end]
    guard !number.isEmpty, number.utf8.count <= 24,
      number.utf8.allSatisfy({ Number.isDigit($0) || $0 == 0x2D || $0 == 0x2B || $0 == 0x2E })
    else { return nil }
    return Double(number)
  }
}
