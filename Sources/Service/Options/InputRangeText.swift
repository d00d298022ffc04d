import Analysis
import Reporting
import SupplyChain

extension InputRange {
  /// `10%`, `grades`, or grades with shares (`A=1%,E=50%`), as `sensitivity --range` writes them.
  public init(text: String) throws(OptionProblem) {
    if text == "grades" {
      self = .standard
      return
    }
    if let share = OptionText.fraction(text), share > 0 {
      self = .uniform(share)
      return
    }
    var result = InputRange.standard
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, let grade = EvidenceGrade(rawValue: sides[0]),
        let share = OptionText.fraction(sides[1])
      else {
        throw OptionProblem(
          "--range is a share above 0 (10%), `grades`, or grades with shares (A=2%,E=50%), found '\(printable(text))'"
        )
      }
      result.byGrade[grade] = share
    }
    self = result
  }
}
