import Allocation
import Foundation
import SupplyChain
import TestSupport
import Testing

@testable import Reporting

/// Models whose first year is held to published figures.
@Suite struct BaseYearCheckTests {
  /// The shipped models that have such figures.
  static let folders: [String] = {
    let models = Repository.path("Models")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: models)) ?? []
    return names.filter { Repository.exists("Models/\($0)/base-year.csv") }.sorted()
  }()

  @Test(arguments: folders)
  func `the first year of a shipped model is what was published, or says why not`(
    folder: String
  ) throws {
    let document = try ModelDocument.read(path: Repository.path("Models/\(folder)/model.yaml"))
    let baseYear = try #require(try BaseYear.read(document))
    let plan = try #require(
      solve(AllocationProgram(document.base, relaxed: true)).plan)
    let check = try BaseYearCheck(
      baseYear, plan, document.base, sources: try NumberSources(document))
    #expect(check.rows.count == baseYear.rows.count)
    #expect(check.problems(baseYear).map(\.description) == [])
  }

  /// Half of the 1,000 t of the first year are made at home.
  private func check(_ rows: String...) throws -> BaseYearCheck {
    let document = try ModelDocument.read(text: MagnetModel().text)
    let plan = try #require(solve(AllocationProgram(document.base)).plan)
    let text = ([BaseYear.columns.joined(separator: ",")] + rows).joined(separator: "\n")
    return try BaseYearCheck(try BaseYear(text: text), plan, document.base)
  }

  @Test func `the gap of the first year decides`() throws {
    let found = try check(
      "near,flows,direction=out;commodity=magnet,value,,460,10%,k,",
      "far,flows,direction=out;commodity=magnet,value,,440,10%,k,",
      "told,imports,source=cn,value,,440,10%,k,stocks are not in the model",
      "closed,imports,source=cn,value,,460,10%,k,stocks are not in the model",
      "share,demand,class=foreign,value,segment=all,54%,5 points,k,",
      "far share,demand,class=foreign,value,segment=all,56%,5 points,k,",
      "both years,imports,source=cn;year=2026|2027,value,,1000,1%,k,")
    #expect(
      found.rows.map(\.verdict) == [
        .within, .outside, .knownGap, .closedGap, .within, .outside, .within,
      ])
    #expect(found.rows.map { ($0.model ?? -1).rounded() }.prefix(4) == [500, 500, 500, 500])
    #expect(isClose(found.rows[4].model ?? 0, 0.5))
    #expect(found.rows[0].modelText == "500 t" && found.rows[0].gapText == "+9 %")
    #expect(found.rows[4].publishedText == "54.0 %" && found.rows[4].gapText == "−4.0 points")
    let text = BaseYearReport(found).text(width: 100)
    #expect(text.contains("gap closed") && text.contains("stocks are not in the model"))
  }

  @Test(arguments: [
    ("a,flow,,value,,1,1%,k,", "there is no table `flow`"),
    ("a,flows,,tonnes,,1,1%,k,", "has no column `tonnes`"),
    ("a,flows,plant=x,value,,1,1%,k,", "has no column `plant`"),
    ("a,flows,commodity=gold,value,,1,1%,k,", "the model has no commodity `gold`"),
    ("a,demand,class=foreign,value,segment=none,1,1%,k,", "the model has no segment `none`"),
  ])
  func `what does not fit the model is told at its cell`(row: String, message: String) {
    let errors = #expect(throws: ModelErrors.self) { try check(row) }
    #expect(errors?.diagnostics.first?.message.contains(message) == true)
    #expect(errors?.diagnostics.first?.line == 2)
  }
}
