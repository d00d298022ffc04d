import Testing

@testable import SupplyChain

@Suite struct QuantityTests {
  private func value(_ text: String, _ measure: Measure, currency: String = "USD") throws -> Double
  {
    var units = UnitSystem(currency: currency)
    return try Quantity.value(of: text, as: measure, units: &units)
  }

  private func problem(_ text: String, _ measure: Measure) -> QuantityProblem? {
    var units = UnitSystem(currency: "USD")
    do throws(QuantityProblem) {
      _ = try Quantity.value(of: text, as: measure, units: &units)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("45 kt/yr", Measure.capacity, 45_000.0), ("45kt/year", .capacity, 45_000),
    ("120 MUSD", .money, 120), ("1.5 BUSD", .money, 1500), ("500 kUSD", .money, 0.5),
    ("2500000 USD", .money, 2.5), ("75 USD/kg", .price, 75_000), ("0.1 USD/kg", .price, 100),
    ("3 kUSD/t", .price, 3000), ("18 months", .duration, 1.5), ("1 month", .duration, 1 / 12.0),
    ("3 years", .duration, 3), ("1 year", .duration, 1), ("2 yr", .duration, 2),
    ("30%", .fraction, 0.3), ("30 %", .fraction, 0.3), ("0.3", .fraction, 0.3),
    ("250 kUSD/(t/yr)", .capex, 250_000), ("1 MUSD/(kt/yr)", .capex, 1000),
    ("12 USD/(kg/month)", .capex, 1000), ("100 kg/month", .capacity, 1.2), ("3", .number, 3),
    ("500 kg", .mass, 0.5), ("145 kg/t", .yield, 0.145), ("45 kt", .flow, 45_000),
    ("45 kt/yr", .flow, 45_000), ("-0", .number, 0), ("2.5e3 t", .mass, 2500), ("5%", .rate, 0.05),
    ("0.1234567890123456789", .fraction, 0.1234567890123456789),
  ])
  func `a quantity is read in the model's unit`(text: String, measure: Measure, expected: Double)
    throws
  {
    #expect(try value(text, measure) == expected)
  }

  @Test func `the currency is the model's own`() throws {
    #expect(try value("120 MEUR", .money, currency: "EUR") == 120)
    #expect(problem("120 MEUR", .money)?.suggestion?.contains("USD") == true)
  }

  @Test(arguments: [
    ("1,5 t", "write `1.5 t`"), ("1_000 t", "write `1000 t`"), (".5", "write `0.5`"),
    ("5. t", "write `5 t`"), ("0x10", "write the number with the digits 0 to 9"),
    ("1,000 t", "write `1000 t` for thousands or `1.000 t` for a fraction"),
    ("$5", "write e.g. `5 MUSD`"), ("٣", "write numbers with the digits 0 to 9"),
    ("inf", "where something has no limit, leave the limit out"),
    ("012", "leave the zeros in front out"),
  ])
  func `a bad number is answered with a fix`(text: String, suggestion: String) {
    #expect(problem(text, .mass)?.suggestion == suggestion)
  }

  @Test(arguments: [
    "nan", ".nan", ".inf", "-inf", "Infinity", "1e999", "1e-999", "1e-320", "1e16", "--1", "1 2",
    "", " ", "t", "1 t/", "1 (t", "1 t)", "1 t/yr/", "1:30", "1e30", "٣ t", "+", "-", "1 %t",
    "1 t t", "1\u{0} t", "99999999999999999999999999 t", "1 ((((((((((t))))))))))",
  ])
  func `what is not a quantity is refused`(text: String) {
    #expect(problem(text, .mass) != nil)
    #expect(problem(text, .number) != nil)
  }

  @Test func `a number of many digits is not slow and not a trap`() {
    #expect(problem(String(repeating: "9", count: 1_000_000), .number) != nil)
    #expect(problem("1 " + String(repeating: "t/", count: 100_000), .mass) != nil)
    #expect(problem("1 t/t/t/t/t/t/t/t/t/t/t/t/t/t/t/t/t", .mass) != nil)
  }

  @Test func `a wrong dimension says what was expected and found`() {
    let wrong = problem("45 kt", .capacity)
    #expect(wrong?.message == "the unit measures mass")
    #expect(wrong?.expected == "tonnes a year (e.g. `45 kt/yr`)")
    #expect(wrong?.suggestion == "add `/yr`")
    #expect(problem("45", .capacity)?.message == "the number lacks its unit")
    #expect(problem("0", .capacity)?.message == "the number lacks its unit")
    #expect(
      problem("250 kUSD/t/yr", .capex)?.suggestion
        == "write the capacity in brackets: `kUSD/(t/yr)`")
    #expect(problem("3 t", .fraction)?.message == "a pure number takes no unit (found mass)")
    #expect(problem("3%", .duration)?.message == "the unit measures a pure number")
  }

  @Test func `shares out of range suggest percent`() {
    #expect(problem("15", .fraction)?.suggestion == "did you mean `15%`?")
    #expect(problem("15", .rate)?.suggestion == "did you mean `15%`?")
    #expect(problem("120%", .fraction)?.message == "the share is out of range")
    #expect(problem("-3 t", .mass)?.message == "the value may not be negative")
  }

  @Test(arguments: [
    ("1 kT", "kt"), ("1 tonnes", "t"), ("1 mUSD", "MUSD"), ("1 tpa", "t/yr"), ("1 yrs", "yr"),
    ("1 moths", "months"), ("1 KG", "kg"),
  ])
  func `an unknown unit suggests the nearest`(text: String, unit: String) {
    #expect(problem(text, .mass)?.suggestion == "did you mean `\(unit)`?")
  }
}
