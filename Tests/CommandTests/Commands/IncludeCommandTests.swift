import Foundation
import SupplyChain
import TestSupport
import Testing

/// Commands on a model that is made of parts.
@Suite struct IncludeCommandTests {
  private static let parts = Repository.path("Docs/parts/model.yaml")
  private static let whole = Repository.path("Models/tutorial.yaml")

  /// A folder with the parts in it.
  private func copy() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["model.yaml", "chain.yaml", "plant.yaml"] {
      _ = try folder.write(name, try Repository.text("Docs/parts/\(name)"))
    }
    return folder
  }

  @Test func `the answer is that of the model in one file`() throws {
    let folder = try TemporaryFolder()
    let parts = try Program.run(["solve", Self.parts, "--only-plan", "--json"], in: folder)
    let whole = try Program.run(["solve", Self.whole, "--only-plan", "--json"], in: folder)
    #expect(parts.code == 0)
    let values = [parts, whole].map { ($0.json["objectives"] as? [String: Double])?["dependency"] }
    #expect(isClose(values[0] ?? .nan, 0.4) && isClose(values[1] ?? .nan, 0.4))
  }

  @Test func `what is shown is one file, which differs from the parts in nothing`() throws {
    let folder = try TemporaryFolder()
    let shown = try Program.run(["show", Self.parts], in: folder)
    #expect(shown.code == 0 && !shown.output.contains("include"))
    let file = try folder.write("whole.yaml", shown.output)
    let difference = try Program.run(["diff", Self.parts, file], in: folder)
    #expect(difference.code == 0)
    let parts = try ModelDocument.read(path: Self.parts)
    let again = try ModelDocument.read(path: file)
    #expect(parts.differences(to: again).isEmpty)
    let named = try Program.run(["diff", Self.parts, Self.whole], in: folder)
    #expect(named.output.contains("name: Tutorial from parts → Tutorial"))
  }

  @Test func `a change of a part is a change of the model`() throws {
    let folder = try copy()
    let first = try ModelDocument.read(path: folder.url.appendingPathComponent("model.yaml").path)
    _ = try folder.write(
      "chain.yaml",
      try Repository.text("Docs/parts/chain.yaml").replacing("1 kt/yr", with: "2 kt/yr"))
    let second = try ModelDocument.read(path: folder.url.appendingPathComponent("model.yaml").path)
    #expect(first.differences(to: second).map(\.path) == ["demand.industry.quantity"])
    #expect(first.fileContents != second.fileContents)
  }

  @Test func `a mistake in a part ends with its place and code 1`() throws {
    let folder = try copy()
    _ = try folder.write(
      "plant.yaml",
      try Repository.text("Docs/parts/plant.yaml").replacing("opex: $(opex)", with: "opxe: $(opex)")
    )
    let result = try Program.run(["solve", "model.yaml"], in: folder)
    #expect(result.code == 1)
    #expect(
      result.errors.contains("plant.yaml:17:5: error: unknown key `opxe`"), "\(result.errors)")
    #expect(result.errors.contains("did you mean `opex`?"))
    #expect(result.output.isEmpty)
  }
}
