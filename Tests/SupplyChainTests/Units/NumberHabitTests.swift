import TestSupport
import Testing

@testable import SupplyChain

/// Numbers as spreadsheets and people of many countries write them.
@Suite struct NumberHabitTests {
  private func read(_ text: String, _ measure: Measure = .capacity) -> Result<
    Double, QuantityProblem
  > {
    var units = UnitSystem(currency: "USD")
    return Result { () throws(QuantityProblem) in
      try Quantity.value(of: text, as: measure, units: &units)
    }
  }

  private func suggestion(_ text: String, _ measure: Measure = .capacity) -> String? {
    if case .failure(let problem) = read(text, measure) { problem.suggestion } else { nil }
  }

  @Test(arguments: [
    ("1.234.567 t/yr", "write `1234567 t/yr`"), ("1.500,00 t/yr", "write `1500.00 t/yr`"),
    ("1,500.00 t/yr", "write `1500.00 t/yr`"), ("1 500 t/yr", "write `1500 t/yr`"),
    ("1\u{A0}500 t/yr", "write `1500 t/yr`"), ("1\u{202F}500,5 t/yr", "write `1500.5 t/yr`"),
    ("1'500 t/yr", "write `1500 t/yr`"), ("1’500 t/yr", "write `1500 t/yr`"),
    ("1500\u{A0}t/yr", "write `1500 t/yr`"), ("0,5 t/yr", "write `0.5 t/yr`"),
    ("1,500 t/yr", "write `1500 t/yr` for thousands or `1.500 t/yr` for a fraction"),
    ("−5 t/yr", "write `-5 t/yr`"), ("\u{A0}5 t/yr", "write `5 t/yr`"),
    ("5. t/yr", "write `5 t/yr`"),
  ])
  func `grouped digits are answered with the number that is meant`(text: String, help: String) {
    #expect(suggestion(text) == help)
  }

  @Test func `numbers of several points are not cut`() {
    #expect(suggestion("1.2.3 t/yr") == nil)
    if case .failure(let problem) = read("1.2.3 t/yr") {
      #expect(problem.message == "a number has one decimal point at most")
    }
    #expect(suggestion("50\u{A0}%", .fraction) == "write `50 %`")
  }

  @Test(arguments: [
    ("5M USD", "write `MUSD`"), ("5 million USD", "write `MUSD`"), ("5 mio. USD", "write `MUSD`"),
    ("5 USD bn", "write `BUSD`"), ("5 USD million", "write `MUSD`"),
  ])
  func `money in words is answered with the unit`(text: String, help: String) {
    #expect(suggestion(text, .money) == help)
  }

  @Test func `a unit of one letter is not taken for a sign`() {
    #expect(
      suggestion("5 M", .money)?.contains("%") != true
        || suggestion("5 M", .money)?.contains("units are") == true)
  }

  @Test(arguments: [
    ("1.500 t/yr", true), ("12.345 t/yr", true), ("1.5 t/yr", false), ("0.145 t/yr", false),
    ("1.5000 t/yr", false), ("1.125 kt/yr", false), ("1.125 years", false), ("1.500 USD/kg", true),
    ("1.125 USD/kg", false), ("1.125 MUSD", false), ("1500.125 t/yr", false), ("0.125", false),
    ("1.125", false), ("1.500e3 t/yr", false),
  ])
  func `a point that may separate thousands is told`(text: String, isTold: Bool) {
    var units = UnitSystem(currency: "USD")
    #expect(Quantity.looksLikeThousands(text, units: &units) == isTold)
  }

  @Test func `thousands with a point are a warning at their place`() throws {
    let text = Example.small("existing: 10 kt/yr", "existing: 1.500 t/yr")
    let warning = try #require(try Example.read(text).warnings.first)
    #expect(warning.message == "facilities.pit.existing: the point is read as a decimal point")
    #expect(warning.line == 17 && warning.column == 15)
    #expect(warning.suggestion == "write `1500 t/yr` if thousands are meant")
  }

  /// However a number is dressed, it is read as that number, refused with a help that reads as it, or told.
  @Test func `no way of writing a number changes it in silence`() {
    var random = Random(22)
    var refused = 0
    var told = 0
    let styles: [(group: String, point: String)] = [
      (".", ","), (",", "."), (" ", ","), ("\u{A0}", ","), ("\u{202F}", ","), ("'", "."),
      ("’", "."),
      ("_", "."), ("", ","), ("", "."),
    ]
    for _ in 0..<20_000 {
      let whole = random.below([10, 1000, 100_000, 10_000_000][random.below(4)])
      let decimals = random.below(4)
      let fraction = (0..<decimals).map { _ in String(random.below(10)) }.joined()
      let plain = String(whole) + (decimals > 0 ? "." + fraction : "")
      let style = styles[random.below(styles.count)]
      let text =
        grouped(whole, style.group) + (decimals > 0 ? style.point + fraction : "") + " t/yr"
      let meant = Double(plain) ?? -1
      var units = UnitSystem(currency: "USD")
      switch read(text) {
      case .success(let value):
        if Quantity.looksLikeThousands(text, units: &units) { told += 1 }
        #expect(value == meant || Quantity.looksLikeThousands(text, units: &units), "\(text)")
      case .failure(let problem):
        refused += 1
        let parts = (problem.suggestion ?? "").split(separator: "`").map(String.init)
        let helps = parts.contains { part in
          if case .success(let value) = read(part) { value == meant } else { false }
        }
        #expect(helps, "\(text): \(problem.suggestion ?? "no help")")
      }
    }
    #expect(refused > 5000 && told > 100)
  }

  private func grouped(_ whole: Int, _ mark: String) -> String {
    var groups: [String] = []
    var rest = String(whole)
    while rest.count > 3 {
      groups.insert(String(rest.suffix(3)), at: 0)
      rest.removeLast(3)
    }
    return ([rest] + groups).joined(separator: mark)
  }

  // MARK: Bare numbers

  @Test func `a bare rate of 1 or more is no rate`() {
    #expect(suggestion("5", .rate) == "did you mean `5%`?")
    #expect(suggestion("1", .rate) == "did you mean `1%`?")
    #expect(throws: Never.self) { try read("0.05", .rate).get() }
    #expect(throws: Never.self) { try read("500%", .rate).get() }
  }

  @Test func `every share and rate of the format answers a bare 8 with per cent`() {
    var count = 0
    for field in Schema.all.flatMap(\.fields) {
      guard let measure = field.kind.measure, measure == .rate || measure == .fraction else {
        continue
      }
      count += 1
      #expect(suggestion("8", measure) == "did you mean `8%`?", "\(field.key)")
    }
    #expect(count >= 12)
  }

  @Test(arguments: [
    (
      "where: { stage: mine }, at_most: 500 MUSD", "where: { stage: mine }, at_most: 50, of: {}",
      "limits[1].at_most is 50 times what `of` measures"
    ),
    (
      "classes: { domestic: 0, allied: 0.25, foreign: 1 }",
      "classes: { domestic: 0, allied: 0.25, foreign: 100 }",
      "class foreign weighs 100, more than going without (2): nothing of it will be used"
    ),
  ])
  func `bare numbers that mean per cent are told`(old: String, new: String, message: String) throws
  {
    let warnings = try Example.read(Example.small(old, new)).warnings
    // That a part is never more than its whole is told beside it.
    let told = try #require(warnings.first { $0.message == message })
    #expect(
      warnings.allSatisfy { $0.message == message || $0.message.contains("is a part of `of`") })
    #expect(told.suggestion?.hasPrefix("did you mean `") == true)
  }

  @Test func `factors of many times are told, and surcharges without a unit refused`() throws {
    let scaled = Example.small(adding: Example.scenario(["scale: imports.cn_ore.limit, by: 50"]))
    #expect(
      try Example.read(scaled).warnings.map(\.message)
        == ["scenarios.s.changes[1] multiplies by 50"])
    let fast = Example.diagnostics(Example.small("capex: +5%", "capex: +5"))
    #expect(fast.map(\.suggestion) == ["did you mean `+5%`?"])
  }
}
