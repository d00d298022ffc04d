import Foundation
import Reporting
import SupplyChain
import TestSupport
import Testing

@Suite struct SchemaCommandTests {
  /// The Python of Scripts/setup-tests where it has been run, else whichever is installed.
  private var python: String {
    let own = Repository.url.appendingPathComponent(".build/venv/bin/python").path
    return FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
  }

  private func yamlFiles(in folder: URL) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".yaml")
    }.sorted().map { folder.appendingPathComponent($0).path }
  }

  @Test
  func `an independent validator takes the schema, accepts all models and rejects wrong ones`()
    throws
  {
    let folder = try TemporaryFolder()
    let schema = try folder.write("schema.json", FormatSchema.json.text)
    var models = [Repository.path("Models/tutorial.yaml")]
    for template in ModelTemplate.allCases {
      models.append(try folder.write("\(template).yaml", template.text(name: "t")))
    }
    models.append(try folder.write("generated.yaml", ModelGenerator().text))
    models += try yamlFiles(in: Repository.url.appendingPathComponent("Models"))
    models += try yamlFiles(in: Repository.url.appendingPathComponent("Tests/Reference/corpus"))
    #expect(models.count > 15)
    let script = Repository.url.appendingPathComponent("Tests/Schema/check_schema.py").path
    let result = try Program.shell(
      "\"$@\"", arguments: [python, script, schema, Program.path] + models, in: folder)
    print(result.output, terminator: "")
    guard result.code != 77 else { return }
    #expect(result.code == 0, "\(result.output)\(result.errors)")
  }
}
