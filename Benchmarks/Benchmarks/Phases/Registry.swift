import Analysis
import Foundation
import SupplyChain

/// A model that every phase is measured on. A new one is one line here.
struct Subject: Sendable {
  var name: String
  var source: Source
  /// How far the phases go: what would take minutes is left out.
  var depth = Depth.studied

  enum Source: Sendable {
    /// A path from the repository's root.
    case file(String)
    case generated(String)
  }

  enum Depth: Int, Sendable, Comparable {
    /// Read, built and loaded.
    case built
    /// Solved, and all that takes one solve.
    case solved
    /// Solved many times: frontier and sweep.
    case studied
    static func < (a: Depth, b: Depth) -> Bool { a.rawValue < b.rawValue }
  }

  static let all: [Subject] = [
    Subject(name: "tutorial", source: .file("Models/tutorial.yaml")),
    Subject(name: "us-ndfeb", source: .file("Models/us-ndfeb/model.yaml")),
    Subject(name: "40 facilities, year", source: .generated("facilities=40,seed=1")),
    generated("80 facilities, year", "facilities=80,seed=1", .solved),
    generated("160 facilities, year", "facilities=160,seed=1", .solved),
    generated("320 facilities, year", "facilities=320,seed=1", .built),
    generated("640 facilities, year", "facilities=640,seed=1", .built),
    generated("40 facilities, half", "facilities=40,step=half,seed=1", .solved),
    generated("40 facilities, quarter", "facilities=40,step=quarter,seed=1", .solved),
    generated("80 facilities, quarter", "facilities=80,step=quarter,seed=1", .built),
    generated("40 facilities, month", "facilities=40,step=month,seed=1", .built),
  ]

  private static func generated(_ name: String, _ description: String, _ depth: Depth) -> Subject {
    Subject(name: name, source: .generated(description), depth: depth)
  }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The text of the model, so that reading is measured without the disk.
  var text: String {
    get throws {
      switch source {
      case .file(let path):
        try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
      case .generated(let description): try ModelGenerator.parse(description).get().text
      }
    }
  }

  func document() throws -> ModelDocument { try ModelDocument.read(text: text, file: name) }

  func model() throws -> Model { try document().model() }

  /// The model with its first objective alone.
  func firstModel() throws -> Model {
    var model = try model()
    model.objectives = Array(model.objectives.prefix(1))
    return model
  }
}

/// A model with sampled outcomes, whose plan before they are known is measured: from 1 to 1,000, more than 50 by hand
/// only (`LODESTONE_OUTCOMES=200,1000`), for they take minutes.
struct UncertainSubject: Sendable {
  var outcomes: Int

  var name: String { "us-ndfeb, \(outcomes) outcomes" }

  static let all: [UncertainSubject] = {
    let asked = ProcessInfo.processInfo.environment["LODESTONE_OUTCOMES"]
    let counts = asked?.split(separator: ",").compactMap { Int($0) } ?? [1, 3, 10, 20, 50]
    return counts.map(UncertainSubject.init)
  }()

  /// Demand and import limits vary; known from 2028 on.
  func list() throws -> OutcomeList {
    let sample = Uncertainty.Sample(
      count: outcomes, seed: 7,
      vary: [
        ("demand.*.quantity", .normal(mean: 1, sd: 0.1)),
        ("imports.*.limit", .uniform(low: 0.7, high: 1.2)),
      ])
    let flagship = Subject(name: name, source: .file("Models/us-ndfeb/model.yaml"))
    return try OutcomeList(
      try flagship.document(),
      Uncertainty(
        reveal: 2028, risk: .expected, level: 0.9, outcomes: [("base", 1)], sample: sample),
      objectives: [.dependency])
  }
}
