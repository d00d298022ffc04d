import Testing

@testable import Analysis

@Suite struct CaseTests {
  @Test func `a case is named by what it changes`() {
    #expect(Case().name == "base")
    #expect(Case(scenarios: ["ban", "dumping"], budgetScale: 0.5).name == "ban + dumping × 0.5")
    let set = Case.Setting(path: "funds.dpa.max_share", value: "50%")
    #expect(Case(settings: [set]).name == "base, funds.dpa.max_share=50%")
  }
}
