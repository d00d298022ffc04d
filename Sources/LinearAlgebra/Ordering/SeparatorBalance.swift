/// Weights of the two parts and of the separator.
struct SeparatorBalance {
  private var first = 0
  private var second = 0
  private var between = 0

  /// Most of the weight in one part, in hundredths.
  private static let largestPart = 66

  /// 0 and 1: the parts; 2: the separator.
  subscript(side: Int) -> Int {
    get { side == 0 ? first : side == 1 ? second : between }
    set {
      switch side {
      case 0: first = newValue
      case 1: second = newValue
      default: between = newValue
      }
    }
  }

  private var total: Int { first + second + between }

  static func isEven(_ part: Int, of total: Int) -> Bool { 100 * part <= largestPart * total }

  func hasRoom(for weight: Int, in part: Int) -> Bool {
    SeparatorBalance.isEven(self[part] + weight, of: total)
  }

  /// The objective of the refinement: the separator's weight, increased by the imbalance of the parts. Of two separators
  /// of similar size the balanced one leaves less work.
  var cost: Double {
    let uneven = Double(abs(first - second)) / Double(max(1, total))
    let isLopsided = !SeparatorBalance.isEven(max(first, second), of: total)
    return Double(between) * (1 + 1.5 * uneven) + (isLopsided ? Double(total) * uneven : 0)
  }
}
