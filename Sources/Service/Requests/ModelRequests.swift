import Analysis
import Reporting
import SupplyChain

/// `describe`: what is in the model.
struct DescribeRequest: ModelRequest {
  init(_ parameters: inout Parameters) throws {}

  func answer(_ question: Question) throws -> JSONValue {
    let model = try question.model()
    return ModelDescription(model, style: TerminalStyle()).json
      .adding(warnings: question.idle + question.document.warnings(for: model))
  }
}

/// `validate`: what is wrong with the model as it is changed.
struct ValidateRequest: ModelRequest {
  init(_ parameters: inout Parameters) throws {}

  func answer(_ question: Question) throws -> JSONValue {
    var diagnostics: [Diagnostic]
    do {
      let model = try question.model()
      let document = question.document
      let isChanged = question.changes != ModelChanges()
      diagnostics =
        (isChanged ? question.idle + document.warnings(for: model) : document.warnings)
        + document.advice
    } catch let errors as ModelErrors {
      diagnostics = errors.diagnostics
    }
    return ValidationReport(diagnostics).json
  }
}

/// `read`: the values at a path.
struct ReadRequest: ModelRequest {
  let path: String

  init(_ parameters: inout Parameters) throws { path = try parameters.required("path") }

  func answer(_ question: Question) throws -> JSONValue {
    let changes = question.changes
    let found = try question.document.values(
      at: path, scenarios: changes.scenarios, settings: changes.pairs,
      budgetScale: changes.budgetScale)
    return .object([
      (
        "values",
        .array(
          found.map {
            .object([("path", .string($0.path)), ("value", ModelShown.json($0.value))])
          })
      )
    ])
  }
}
