import Foundation
import SupplyChain
import TestSupport
import Testing

/// The models that come with the project.
@Suite struct ShippedModelTests {
  static let files: [String] = {
    func names(_ folder: String) -> [String] {
      let path = Repository.path(folder)
      return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
    return names("Models").flatMap { folder in
      names("Models/\(folder)").filter { $0.hasSuffix(".yaml") }.map { "Models/\(folder)/\($0)" }
    }
  }()

  @Test func `the flagship and its back-cast are there`() {
    #expect(Self.files.contains("Models/us-ndfeb/model.yaml"))
    #expect(Self.files.contains("Models/us-ndfeb/backcast-2018.yaml"))
  }

  @Test(arguments: files)
  func `every number of a model has a grade of evidence, and derived numbers are right`(
    file: String
  ) throws {
    let sources = try NumberSources(path: Repository.path(file))
    #expect(sources.lines.count > 100)
    #expect(sources.asOf != nil, "the day as of which the data stand")
    #expect(sources.problems.map(\.description) == [])
    #expect(sources.ungraded.map(\.number) == [])
  }

  @Test(arguments: files)
  func `a model and each of its scenarios can be read`(file: String) throws {
    let document = try ModelDocument.read(path: Repository.path(file))
    #expect(document.base.facilities.count >= 10)
    for scenario in document.scenarioIDs { _ = try document.model(scenarios: [scenario]) }
  }
}
