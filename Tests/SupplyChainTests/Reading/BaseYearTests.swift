import TestSupport
import Testing

@testable import SupplyChain

@Suite struct BaseYearTests {
  private static let head = BaseYear.columns.joined(separator: ",") + "\n"

  @Test func `sums and shares are read`() throws {
    let rows = try BaseYear(
      text: Self.head + """
        Oxide made,flows,direction=out;commodity=oxide,value,,2599,10%,mp_2025,
        From China,imports,country=CN|HK;year=2026,value,year=2026,94%,5 points,usgs;mcs,stocks are not in the model
        """
    ).rows
    #expect(rows.map(\.name) == ["Oxide made", "From China"])
    #expect(rows[0].filter.map(\.column) == ["direction", "commodity"])
    #expect(rows[0].tolerance == .relative(0.1) && rows[0].published == 2599)
    #expect(rows[0].over == nil && rows[0].gap == nil && rows[0].sources == ["mp_2025"])
    #expect(rows[1].filter[0].values == ["CN", "HK"] && rows[1].over?.count == 1)
    #expect(rows[1].tolerance == .absolute(0.05) && rows[1].published == 0.94)
    #expect(rows[1].sources == ["usgs", "mcs"] && rows[1].gap == "stocks are not in the model")
  }

  @Test(arguments: [
    ("a,flows,,value,,12 t,10%,k,", "2:17: the published figure is not a number"),
    ("a,flows,,value,,94%,10%,k,", "2:17: the published figure is not a number"),
    ("a,flows,,value,,12,5 points,k,", "2:20: the tolerance cannot be read"),
    ("a,flows,,value,,12,5,k,", "2:20: the tolerance cannot be read"),
    ("a,flows,class,value,,12,5%,k,", "2:9: the filter cannot be read"),
    ("a,flows,class=a|,value,,12,5%,k,", "2:9: the filter cannot be read"),
    ("a,flows,,value,,12,5%,,", "2:23: the row has no `source`"),
    (",flows,,value,,12,5%,k,", "2:1: the row has no `name`"),
    ("", "1:1: the table has no rows"),
  ])
  func `what is wrong is told at its cell`(row: String, message: String) {
    do throws(ModelErrors) {
      _ = try BaseYear(text: Self.head + row)
      Issue.record("it was read")
    } catch {
      #expect(error.diagnostics.map { "\($0.line):\($0.column): \($0.message)" } == [message])
    }
  }

  @Test func `other columns are refused`() {
    #expect(throws: ModelErrors.self) { try BaseYear(text: "name,table,value\na,flows,1") }
  }
}
