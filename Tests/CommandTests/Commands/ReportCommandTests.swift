import Foundation
import TestSupport
import Testing

/// A model whose every text tries to get out of the place it is shown in.
private let hostileModel: String = {
  let attack = #"</script><img src=x onerror='window.hacked=1'>"#
  return """
    lodestone: 1
    name: "A \(attack) model"
    description: "Text \(attack) and {b} and @SCRIPT@"
    author: "Author \(attack)"
    as_of: 2026-03-01
    horizon: { start: 2026, end: 2030, step: year }
    money: { currency: USD, discount: 10% }
    provenance:
      classes: { domestic: 0, allied: 0.3, foreign: 1 }
      countries: { US: domestic, AU: allied, CN: foreign }
    commodities:
      oxide: { name: "Oxide \(attack)", stage: refining, price: 60 USD/kg }
      magnet: { name: "Magnet \(attack)", stage: magnet, price: 90 USD/kg }
    facilities:
      refinery:
        name: "Refinery \(attack)"
        stage: refining
        country: US
        recipe: { out: { oxide: 1 } }
        opex: 10 USD/kg
        expansion: { max: 2 kt/yr, capex: 40 kUSD/(t/yr), permit: 1 year, ramp: [50%, 100%] }
      works:
        name: "Works \(attack)"
        stage: magnet
        country: US
        recipe: { in: { oxide: 0.5 }, out: { magnet: 1 } }
        opex: 10 USD/kg
        expansion: { max: 2 kt/yr, capex: 60 kUSD/(t/yr), construction: 1 year }
    imports:
      au: { commodity: oxide, country: AU, limit: 100 t/yr }
      cn: { commodity: magnet, country: CN, limit: 5 kt/yr }
    demand:
      all: { commodity: magnet, quantity: 1 kt/yr }
    funds:
      grants:
        name: "Grants \(attack)"
        instruments: [grant]
        appropriations: { 2026: 30 MUSD, 2027: 10 MUSD }
    scenarios:
      poor:
        name: "Poor \(attack)"
        description: "Half \(attack)"
        changes: [{ scale: funds.*.appropriations, by: 0.5 }]
    """
}()

@Suite struct ReportCommandTests {
  let folder: TemporaryFolder
  let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write("model.yaml", hostileModel)
    _ = try folder.write(
      "sources.csv",
      "key,title,publisher,date,url\na,<img src=x onerror=hacked()>,P,2026,javascript:hacked()\n")
  }

  private func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(arguments, in: folder)
  }

  /// The checks of a page in a browser bound themselves to less than the shell's limit.
  private func python(_ arguments: [String]) throws -> (code: Int32, output: String) {
    let result = try Program.shell("python3 \"$@\" 2>&1", arguments: arguments, in: folder)
    return (result.code, result.output)
  }

  @Test(.needsChartLibrary, .needsBrowser)
  func `a page opens in a browser, draws, obeys its sliders, and runs nothing of the model`()
    throws
  {
    let page = folder.path("page.html")
    let made = try run(
      "report", model, "--scenario", "poor", "--frontier", "--frontier-gap", "0.5%", "--out", page)
    #expect(made.code == 0)
    #expect(made.output == "")
    let script = Repository.url.appendingPathComponent("Tests/Report/check_report.py").path
    let (code, output) = try python([script, page])
    print(output, terminator: "")
    #expect(code == 0, "\(output)")
  }

  @Test(.needsChartLibrary, .needsBrowser)
  func `with whole numbers the page shows steps, and the plan that a budget pays for`() throws {
    let whole = hostileModel.replacingOccurrences(
      of: "construction: 1 year }", with: "construction: 1 year, module: 100 t/yr }")
    let file = try folder.write("whole.yaml", whole)
    let page = folder.path("whole.html")
    let made = try run("report", file, "--frontier", "--budgets", "6", "--out", page)
    #expect(made.code == 0, "\(made.errors)")
    let text = try String(contentsOfFile: page, encoding: .utf8)
    #expect(text.contains(#""isStepFunction":true"#))
    #expect(text.contains("within 1.00 % of the best possible"))
    let script = Repository.url.appendingPathComponent("Tests/Report/check_report.py").path
    let (code, output) = try python([script, page])
    #expect(code == 0, "\(output)")
  }

  @Test(.needsChartLibrary)
  func `the same model gives the same bytes, and only the page's own scripts`() throws {
    for name in ["one.html", "two.html"] {
      #expect(try run("report", model, "--frontier", "--out", name).code == 0)
    }
    let one = try String(contentsOfFile: folder.path("one.html"), encoding: .utf8)
    #expect(try one == String(contentsOfFile: folder.path("two.html"), encoding: .utf8))
    #expect(one.components(separatedBy: "</script>").count == 4)
    #expect(!one.contains("<img src=x"))
    #expect(one.contains("Apache License"))
  }

  @Test func `Markdown holds the headline, the tables and no markup of the model`() throws {
    let made = try run("report", model, "--scenario", "poor", "--format", "md", "--out", "a.md")
    #expect(made.code == 0)
    let text = try String(contentsOfFile: folder.path("a.md"), encoding: .utf8)
    #expect(
      text.contains(/\nBy Author .*\. Data as of 2026-03-01\. Model: .*, version [0-9a-f]{10}\.\n/))
    for words in ["## Awards by programme", "## Cases", "## Shadow prices", "\nVerified by"] {
      #expect(text.contains(words))
    }
    #expect(!text.contains("<img"))
  }

  @Test(arguments: [
    #"a | b"#, #"|\u0301 x"#, #"* bold * and _thin_"#, #"`code` and ``more"#,
    #"<script>alert(1)</script>"#,
    #"one\ntwo\n\n# three\n| four |"#, #"[a](javascript:b) ![c](d)"#, #"\\| and \\"#,
    #"~~~\n$x$ @you &lt;"#,
  ])
  func `no text of a model breaks a table of the Markdown report`(text: String) throws {
    // Names of several lines are errors of the model; descriptions may have them.
    let attack = #"</script><img src=x onerror='window.hacked=1'>"#
    let lines = hostileModel.components(separatedBy: "\n").map { line in
      let isName = !line.contains("description:")
      return line.replacingOccurrences(
        of: attack, with: isName ? text.replacingOccurrences(of: #"\n"#, with: " ") : text)
    }
    let written = lines.joined(separator: "\n")
    _ = try folder.write("text.yaml", written)
    let made = try run(
      "report", "text.yaml", "--scenario", "poor", "--frontier", "--format", "md")
    #expect(made.code == 0, "\(made.errors)")
    let report = try String(contentsOfFile: folder.path("report.md"), encoding: .utf8)
      .components(separatedBy: "\n")
    var columns = 0
    for line in report {
      // By scalars, as a Markdown reader does.
      let signs = Array(line.unicodeScalars)
      var bars = 0
      var isEscaped = false
      for sign in signs {
        if sign == "|" && !isEscaped { bars += 1 }
        isEscaped = sign == "\\" && !isEscaped
      }
      if signs.first != "|" { columns = 0 } else if columns == 0 { columns = bars }
      #expect(bars == columns, "\(line)")
      #expect(!line.contains("<script") && !line.hasPrefix("~~~") && !line.hasPrefix("# three"))
    }
    #expect(report.filter { $0.hasPrefix("| ---") }.count >= 5)
  }

  @Test func `without the chart library there are no pictures, and the message says how to get it`()
    throws
  {
    let lonely = folder.path("lodestone")
    try FileManager.default.copyItem(atPath: Program.path, toPath: lonely)
    let made = try Program.shell(
      "HOME=/nowhere ./lodestone report \"$1\" --charts pictures", arguments: [model], in: folder)
    #expect(made.code == 2)
    #expect(made.errors.contains("Scripts/report-library"))
    #expect(folder.names().contains("report.html") == false)
  }

  @Test(.needsChartLibrary, .needsBrowser)
  func `charts become picture files where a browser is installed`() throws {
    let made = try run("report", model, "--charts", "pictures", "--chart-format", "png")
    #expect(made.code == 0, "\(made.errors)")
    let names = folder.names("pictures")
    #expect(names.contains("awards.png") && names.contains("material.png"))
    for name in names {
      let bytes = try Data(contentsOf: folder.url.appendingPathComponent("pictures/\(name)"))
      #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) && bytes.count > 5000)
    }
  }

  @Test(.needsChartLibrary)
  func `without a browser the message about pictures comes before the work`() throws {
    let made = try Program.shell(
      "PATH=/nowhere \"$1\" report \"$2\" --charts pictures",
      arguments: [Program.path, model], in: folder)
    #expect(made.code == 2)
    #expect(made.errors.contains("drawn by Chromium") && made.errors.contains("apt-get install"))
    #expect(!folder.names().contains("report.html"))
  }

  @Test func `an unknown scenario and a wrong number of budgets are said in words`() throws {
    let unknown = try run("report", model, "--scenario", "rich", "--format", "md")
    #expect(unknown.code == 1)
    #expect(unknown.errors.contains("rich"))
    #expect(try run("report", model, "--frontier", "--budgets", "1").code == 2)
    #expect(try run("report", model, "--frontier", "--frontier-gap", "0").code == 2)
  }

  @Test(arguments: ["dependency", "awards", "frontier"])
  func `plots fit the width and hold no colour outside a terminal`(_ kind: String) throws {
    let process = try run("plot", model, kind)
    #expect(process.code == 0)
    let lines = process.output.split(separator: "\n")
    #expect(lines.count >= 2)
    #expect(lines.allSatisfy { $0.count <= 100 })
    #expect(!process.output.contains("\u{1B}"))
  }
}
