import Analysis
import Foundation
import SupplyChain
import TestSupport
import Testing

@testable import Reporting

@Suite struct FrontierReportTests {
  /// The small model: 50 MUSD of 100 that could be spent, a half a point for each 1 % of the demand.
  @Test func `the frontier's corners are written as other programs read them`() throws {
    let model = try ModelDocument.read(text: MagnetModel().text, file: "test.yaml").model()
    let report = FrontierReport(frontier(model, FrontierSettings()), model, scenarios: [])
    let data = Data(report.json(seconds: nil).text.utf8)
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(json["status"] as? String == "optimal" && json["exact"] as? Bool == true)
    #expect(json["seconds"] == nil)
    #expect(isClose(try #require(json["saturation_scale"] as? Double), 2))
    let points = try #require(json["breakpoints"] as? [[String: Any]])
    #expect(points.count == report.tables[0].rows.count)
    #expect(report.tables[0].csv.split(separator: "\n").count == points.count + 1)
  }
}
