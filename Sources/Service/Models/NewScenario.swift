import Analysis
import Foundation
import Reporting
import SupplyChain
import Support

/// What is changed in an open model, to be written into its file as a scenario: comments and order stay, and the file is
/// replaced whole or not at all.
struct NewScenario {
  private let model: OpenModel
  private let id: String
  private let name: String?
  private let description: String?

  init(_ parameters: inout Parameters, _ model: OpenModel) throws {
    self.model = model
    id = try parameters.required("id")
    name = try parameters.text("name")
    description = try parameters.text("description")
    guard id.range(of: "^[A-Za-z][A-Za-z0-9_-]{0,63}$", options: .regularExpression) != nil,
      id != "base"
    else {
      throw SessionError.parameter(
        "id", "is a word of letters, digits, `_` and `-`", expected: "e.g. `more_loans`",
        found: .string(id))
    }
    guard !model.document.scenarioIDs.contains(id) else {
      throw SessionError.parameter(
        "id", "the model has a scenario of this name", found: .string(id))
    }
  }

  /// - Returns: the line at which the scenario stands, and the file as it is now.
  func save() throws -> (line: Int, document: ModelDocument) {
    guard let path = model.path else {
      throw SessionError.parameter("model", "was opened from a text; there is no file to save in")
    }
    let changes = model.changes
    guard changes != ModelChanges() else {
      throw SessionError.parameter("model", "nothing is changed in it; there is nothing to save")
    }
    let known = model.document.fileContents[0]
    let bytes = FileManager.default.contents(atPath: path).map(Array.init) ?? []
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    guard Array(bytes.dropFirst(hasMark ? 3 : 0)) == known else {
      throw SessionError(
        .outputFailed, "\(path) has changed since it was opened; open it again, nothing was written"
      )
    }
    let text = String(decoding: known, as: UTF8.self)
    let (new, line) = try ScenarioText(
      id: id, name: name, description: description, changes: changes
    ).inserted(into: text)
    let document = try checked(new, path, changes)
    try Output.write(file: path, bytes: (hasMark ? [0xEF, 0xBB, 0xBF] : []) + Array(new.utf8))
    return (line, document)
  }

  /// The model under the new scenario is the one that is open, and nothing else has changed.
  private func checked(
    _ text: String, _ path: String, _ changes: ModelChanges
  ) throws -> ModelDocument {
    let folder = PathText.folder(of: path)
    let document = try ModelDocument.read(
      text: text, file: path, folder: folder.isEmpty ? "." : folder)
    let saved = try document.tree(scenarios: [id])
    let wanted = try model.document.tree(
      scenarios: changes.scenarios, settings: changes.pairs, budgetScale: changes.budgetScale)
    guard saved == wanted, document.scenarioIDs == model.document.scenarioIDs + [id] else {
      throw SessionError(
        .outputFailed,
        "the changes cannot be written as a scenario that means the same; nothing was written")
    }
    return document
  }
}
