import Reporting
import Testing

@Suite struct MoneyTests {
  @Test(arguments: [
    (0.0, "0 MUSD"), (1e-9, "0 MUSD"), (0.0265, "26.5 kUSD"), (0.7, "700 kUSD"), (1, "1.00 MUSD"),
    (136.6, "137 MUSD"),
    (999.4, "999 MUSD"), (999.7, "1.00 BUSD"), (1_247.832, "1.25 BUSD"),
    (1_247_832, "1.25 TUSD"), (-45.04, "−45.0 MUSD"),
  ])
  func `an amount is said in the prefix that suits its size`(_ millions: Double, _ words: String) {
    #expect(Money.words(millions, "USD") == words)
  }

  @Test func `a table has one prefix, in which its small amounts still show`() {
    let dollars = MoneyScale(largest: 5_436, "USD")
    #expect(dollars.unit == "MUSD" && dollars.cell(5_436) == "5,436" && dollars.cell(0.2) == "0.2")
    let won = MoneyScale(largest: 957_004, "KRW")
    #expect(won.unit == "BKRW" && won.cell(957_004) == "957" && won.cell(10_152) == "10")
    #expect(won.cell(0) == "·" && won.cell(-2_000) == "−2.0" && won.cell(20) == "·")
    #expect(MoneyScale(largest: 0.4, "USD").unit == "kUSD")
  }

  @Test(arguments: [
    (0.0, "0 %"), (3.5e-16, "0 %"), (0.0077, "0.77 %"), (1e-8, "1.0e-6 %"), (-0.0265, "2.65 %"),
  ])
  func `a gap is a per cent`(_ gap: Double, _ words: String) {
    #expect(Figure.gap(gap) == words)
  }
}
