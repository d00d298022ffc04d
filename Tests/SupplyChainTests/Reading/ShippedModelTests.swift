import Foundation
import SupplyChain
import TestSupport
import Testing

/// The models that come with the project.
@Suite struct ShippedModelTests {
  static let folders: [String] = {
    let models = Repository.url.appendingPathComponent("Models").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: models)) ?? []
    return names.filter {
      FileManager.default.fileExists(atPath: "\(models)/\($0)/model.yaml")
    }.sorted()
  }()

  @Test func `the flagship is there`() {
    #expect(Self.folders.contains("us-ndfeb"))
  }

  @Test(arguments: folders)
  func `every number of a model has a grade of evidence, and derived numbers are right`(
    folder: String
  ) throws {
    let sources = try NumberSources(path: Repository.path("Models/\(folder)/model.yaml"))
    #expect(sources.lines.count > 100)
    #expect(sources.asOf != nil, "the day as of which the data stand")
    #expect(sources.problems.map(\.description) == [])
    #expect(sources.ungraded.map(\.number) == [])
  }

  @Test(arguments: folders)
  func `a model and each of its scenarios can be read`(folder: String) throws {
    let document = try ModelDocument.read(path: Repository.path("Models/\(folder)/model.yaml"))
    #expect(document.base.facilities.count >= 10)
    for scenario in document.scenarioIDs { _ = try document.model(scenarios: [scenario]) }
  }
}
