import Foundation
import TestSupport
import Testing

/// `Scripts/model-readmes` on a project of its own, whose figures are known by hand.
@Suite struct ModelReadmeTests {
  private let folder: TemporaryFolder

  private static let template = """
    # One plant

    <!-- runs
    twice = solve --relax --budget-scale 2
    plan = text: solve --relax --only-plan
    chances = solve --relax --risk expected
    -->
    Half is foreign: {{ base:objectives.dependency | percent 1 }}, with twice the money
    {{ base:objectives.dependency - twice:objectives.dependency | points 0 }} points less.
    {{ base:plan.imports[source=cn,year=2026|2027].value / 2 | number 1 }} t a year,
    {{ count(shown:facilities) }} plant, {{ (1 + 2) * 2 }}, {{ p10(chances:outcomes.dependency) | percent 1 }} to
    {{ p90(chances:outcomes.dependency) | percent 1 }}.

    {{ scenarios base "as it is", poor, none
    2026 = dependency_by_year.2026 | percent 0
    **all** = objectives.dependency | percent 1
    cost = objectives.public_cost / 1000 | number 3
    sort = objectives.dependency
    }}

    {{ base-year }}

    {{ grades }}

    {{ tornado 1 }}

    """

  private static let page = """
    # One plant

    Half is foreign: 50.0 %, with twice the money
    50 points less.
    500.0 t a year,
    1 plant, 6, 62.5 % to
    75.0 %.

    | scenario | 2026 | all | cost |
    | --- | ---: | ---: | ---: |
    | as it is | 50 % | **50.0 %** | 0.050 |
    | `poor` | 75 % | **75.0 %** | 0.025 |
    | `none` | infeasible |  |  |

    |  | model, 2026 | published | tolerance | off |
    | --- | ---: | ---: | ---: | ---: |
    | Made at home | 500 t | 480 t [press] | ± 10 % | +4 % |
    | Imported | 500 t | 790 t [press] | ± 10 % | −37 %, known gap |

    Known gaps:

    - Imported: stocks are not in the model


    """

  init() throws {
    folder = try TemporaryFolder()
    for name in ["Scripts", "Models/one"] {
      try FileManager.default.createDirectory(
        at: folder.url.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    try FileManager.default.copyItem(
      at: Repository.url.appendingPathComponent("Scripts/model-readmes"),
      to: folder.url.appendingPathComponent("Scripts/model-readmes"))
    var model = MagnetModel(
      more: """
        scenarios:
          poor: { changes: [{ scale: funds.*.appropriations, by: 0.5 }] }
          none: { changes: [{ set: targets, to: { 2026: 10% } }] }
        uncertainty: { reveal: 2027, outcomes: { base: 60%, poor: 40% } }
        """)
    model.name = "one"
    _ = try folder.write("Models/one/model.yaml", model.text)
    _ = try folder.write(
      "Models/one/sources.csv",
      "key,title,publisher,date,url,grade\npress,Magnets,Paper,2024-02,,C\n")
    _ = try folder.write(
      "Models/one/base-year.csv",
      "name,table,filter,column,over,value,tolerance,source,gap\n"
        + "Made at home,flows,direction=out,value,,480,10%,press,\n"
        + "Imported,imports,source=cn,value,,790,10%,press,stocks are not in the model\n")
    _ = try folder.write("Models/one/README.template.md", Self.template)
    _ = try folder.write("README.md", "# Nothing\n")
  }

  private func script(_ options: String = "") throws -> Program.Result {
    try Program.shell(
      "\(Installed.python) Scripts/model-readmes --lodestone \(Program.path) \(options)",
      in: folder)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOf: folder.url.appendingPathComponent(name), encoding: .utf8)
  }

  @Test func `a page is written from runs, and told where it is not current`() throws {
    #expect(try script("--check").code == 1)
    let written = try script()
    #expect(written.code == 0, "\(written.errors)")
    let page = try text("Models/one/README.md")
    let start = page.components(separatedBy: "| grade | what")
    #expect(start[0] == Self.page.trimmingCharacters(in: .whitespacesAndNewlines) + "\n\n")
    let rest = start.dropFirst().joined()
    #expect(rest.contains("| – | without a grade |") && rest.contains("| 100 % |"))
    #expect(rest.contains("| input | grade | 10 % less | 10 % more | 1 % more |"))
    #expect(try script("--check").code == 0)
    _ = try folder.write(
      "Models/one/README.md", page.replacingOccurrences(of: "50.0 %,", with: "51.0 %,"))
    let old = try script("--check one")
    #expect(old.code == 1 && old.errors.contains("-Half is foreign: 51.0 %"))
    #expect(try text("Models/one/README.md").contains("51.0 %"))
  }

  @Test func `a quick check compares all figures but those that take long`() throws {
    _ = try folder.write(
      "Models/one/README.template.md",
      """
      <!-- runs
      chances = slow: solve --relax --risk expected
      -->
      Half is foreign: {{ base:objectives.dependency | percent 1 }}, at most
      {{ p90(chances:outcomes.dependency) | percent 1 }}.

      {{ grades }}

      {{ tornado 3 }}

      The end.

      """)
    #expect(try script("--quick").code != 0, "it writes nothing")
    #expect(try script().code == 0)
    #expect(try script("--check --quick").code == 0)
    let page = try text("Models/one/README.md")
    #expect(page.contains("75.0 %."))
    func code(_ old: String, _ new: String, _ options: String) throws -> Int32 {
      _ = try folder.write(
        "Models/one/README.md", page.replacingOccurrences(of: old, with: new))
      return try script(options).code
    }
    let inputs = try #require(page.range(of: "1 % more |\n"))
    let first = page[inputs.upperBound...].components(separatedBy: "\n")[1]
    let perPercent = try #require(first.components(separatedBy: " | ").last)
    for (old, new) in [("75.0 %.", "76.0 %."), (" 100 % |\n", " 99 % |\n")] {
      #expect(page.contains(old))
      #expect(try code(old, new, "--check --quick") == 0)
      #expect(try code(old, new, "--check") == 1)
    }
    let wrong = [
      ("50.0 %", "51.0 %"), ("The end.", "The end!"),
      ("| without a grade | ", "| without a grade | 9"),
      (first, first.replacingOccurrences(of: perPercent, with: "+9.999 |")),
      (first, first.replacingOccurrences(of: "| ", with: "| other ", options: .anchored)),
    ]
    for (old, new) in wrong {
      #expect(page.contains(old))
      #expect(try code(old, new, "--check --quick") == 1)
    }
  }

  @Test func `a page of a template beside the README may ask another file of the folder`() throws {
    let model = try text("Models/one/model.yaml")
    _ = try folder.write(
      "Models/one/past.yaml", model.replacing("discount: 10%", with: "discount: 6%"))
    _ = try folder.write(
      "Models/one/PAST.template.md",
      """
      <!-- runs
      past = show past.yaml
      -->
      Money cost {{ past:money.discount | text }}, and {{ shown:money.discount | text }} now.

      """)
    #expect(try script("one").code == 0)
    #expect(try text("Models/one/PAST.md") == "Money cost 6%, and 10% now.\n")
    #expect(try script("--check").code == 0)
    _ = try folder.write("Models/one/PAST.md", "Money cost 7%, and 10% now.\n")
    #expect(try script("--check --quick").code == 1)
  }

  @Test func `figures stand in place in a page without a template`() throws {
    _ = try folder.write(
      "README.md",
      """
      <!-- runs one
      plan = text: solve --relax --only-plan
      -->
      It is <!-- figures one: {{ base:objectives.dependency | percent 0 }} foreign -->?<!-- /figures --> now.

      <!-- figures one: {{ output plan | shorten "What is built" 1 "Objectives" 0 }} -->
      ?
      <!-- /figures -->

      """)
    #expect(try script().code == 0)
    let page = try text("README.md")
    #expect(page.contains(" -->50 % foreign<!-- /figures --> now."))
    #expect(page.contains("-->\n```\none\n\nDependency index: 50.0 %"))
    #expect(!page.contains("Objectives, in order"))
    #expect(try script("--check").code == 0)
  }

  @Test(arguments: [
    ("{{ base:objectives.cost | number 0 }}", "there is no `cost`"),
    (
      "{{ best:objectives.dependency | percent 0 }}", "there is neither a run nor a scenario `best`"
    ),
    ("{{ base:plan.imports[sauce=cn].value | number 0 }}", "there is no column `sauce`"),
    ("{{ base:objectives.dependency | share 0 }}", "is no format"),
    ("{{ base:objectives.dependency }}", "has a format"),
    ("{{ base:objectives.dependency + | number 0 }}", "a number or a path is missing"),
    ("{{ none:objectives.dependency | percent 0 }}", "there is no `dependency`"),
  ])
  func `what is wrong with a template is told and nothing is written`(
    figure: String, message: String
  ) throws {
    _ = try folder.write("Models/one/README.template.md", figure + "\n")
    let result = try script()
    #expect(result.code == 2 && result.errors.contains(message), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.url.path + "/Models/one/README.md"))
  }
}
