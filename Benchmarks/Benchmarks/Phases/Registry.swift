import Foundation
import SupplyChain

/// A model that every phase is measured on. A new one is one line here.
struct Subject: Sendable {
  var name: String
  var source: Source

  enum Source: Sendable {
    /// A path from the repository's root.
    case file(String)
    case generated(String)
  }

  static let all: [Subject] = [
    Subject(name: "tutorial", source: .file("Models/tutorial.yaml")),
    Subject(name: "us-ndfeb", source: .file("Models/us-ndfeb/model.yaml")),
    Subject(name: "40 facilities, year", source: .generated("facilities=40,seed=1")),
    Subject(name: "80 facilities, year", source: .generated("facilities=80,seed=1")),
    Subject(name: "160 facilities, year", source: .generated("facilities=160,seed=1")),
    Subject(
      name: "40 facilities, quarter", source: .generated("facilities=40,step=quarter,seed=1")),
    Subject(name: "640 facilities, year", source: .generated("facilities=640,seed=1")),
    Subject(name: "40 facilities, month", source: .generated("facilities=40,step=month,seed=1")),
  ]

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

  func model() throws -> Model {
    try ModelDocument.read(text: text, file: name).model()
  }

  /// Programs that take minutes are built and loaded but not solved.
  var isSolved: Bool { !name.contains("640") && !name.contains("month") }
}
