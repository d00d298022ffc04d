import Analysis
import ArgumentParser
import Reporting
import Service
import SupplyChain

/// The model and what is changed in it: the same for every command that solves.
struct ModelOptions: ParsableArguments {
  @Argument(help: "The model file (YAML).")
  var model: String

  @Option(
    name: .customLong("scenario"),
    help: ArgumentHelp(
      "A scenario of the model; several, also as a+b, are applied together in the order given.",
      valueName: "scenario"))
  var scenarios: [String] = []

  @Option(
    name: .customLong("budget-scale"), parsing: .unconditional,
    help: ArgumentHelp("Multiplies every appropriation: 0.5 or 50%.", valueName: "budget-scale"))
  var scale = BudgetScale(1)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Sets one value, as a scenario's `set` does: funds.dpa.max_share=50%.",
      valueName: "path=value"))
  var set: [String] = []

  func validate() throws { try ModelOptions.check(scenarios: scenarios, set: set) }

  /// Ids of the scenarios, in order.
  var scenario: [String] { scenarios.flatMap(ModelOptions.parts) }
  var budgetScale: Double { scale.value }

  /// `a+b` as its parts.
  static func parts(_ text: String) -> [String] { OptionText.parts(text) }

  /// What an option says, or how it is wrong, as wrong usage.
  static func read<Value>(
    _ option: () throws(OptionProblem) -> Value
  ) throws(ValidationError) -> Value {
    do throws(OptionProblem) { return try option() } catch { throw ValidationError(error.message) }
  }

  static func check(scenarios: [String], set: [String]) throws {
    for text in scenarios where parts(text).contains("") {
      throw ValidationError("names are separated by one +, found '\(printable(text))'")
    }
    for setting in set where ModelOptions.split(setting) == nil {
      throw ValidationError(
        "--set is PATH=VALUE, for example funds.dpa.max_share=50%, found '\(printable(setting))'")
    }
  }

  /// PATH and VALUE at the first `=` outside brackets.
  static func split(_ setting: String) -> (path: String, value: String)? {
    OptionText.setting(setting).map { ($0.path, $0.value) }
  }

  /// What `--set` gave, as paths and values.
  var settings: [(path: String, value: String)] { self.set.compactMap(ModelOptions.split) }

  /// Reads and resolves the model, or prints what is wrong with it and ends with exit code 1.
  func load() throws -> (model: Model, warnings: [Diagnostic], idle: IdleChanges) {
    let read = try read()
    return (read.model, read.document.warnings(for: read.model), read.idle)
  }

  /// The document and the model with scenarios and settings applied, and changes that change nothing, which are told;
  /// ends as `load` does.
  func read() throws -> (document: ModelDocument, model: Model, idle: IdleChanges) {
    do {
      let document = try ModelDocument.read(path: model)
      let resolved = try document.model(
        scenarios: scenario, settings: settings, budgetScale: budgetScale)
      return (document, resolved, idleChanges(in: document))
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
  }

  /// Told on standard error.
  func idleChanges(in document: ModelDocument) -> IdleChanges {
    IdleChanges(in: document, scenarios: [scenario], settings: settings)
  }

  /// The outcomes of the model's `uncertainty`, or words about what is wrong and exit code 1.
  func outcomes(
    of document: ModelDocument, risk: Solve.Risk? = nil, objectives: [Objective]?,
    run: RunSettings? = nil
  ) throws -> OutcomeList {
    // A setting may change the outcomes themselves.
    let model: Model
    do {
      model = try document.model(settings: settings)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
    if risk == .adversary { return try answers(of: document, model, objectives, run) }
    guard let uncertainty = model.uncertainty else {
      Terminal.writeError(
        "\(printable(self.model)): error: the model has no `uncertainty`\n  expected: reveal and outcomes, "
          + "e.g. `\(Uncertainty.example)`\n")
      throw Ending.modelIsWrong
    }
    do {
      return try OutcomeList(
        document, uncertainty, scenarios: scenario,
        settings: settings.map { Case.Setting(path: $0.path, value: $0.value) },
        budgetScale: budgetScale, objectives: objectives, run: run)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
  }
}

extension ModelOptions {
  /// The answers that the model's `adversary` allows, or words about what is wrong and exit code 1.
  private func answers(
    of document: ModelDocument, _ model: Model, _ objectives: [Objective]?, _ run: RunSettings?
  ) throws -> OutcomeList {
    guard let adversary = model.adversary else {
      Terminal.writeError(
        "\(printable(self.model)): error: the model has no `adversary`\n  expected: reveal and moves, "
          + "e.g. `\(Adversary.example)`\n")
      throw Ending.modelIsWrong
    }
    do {
      return try OutcomeList(
        document, against: adversary, scenarios: scenario,
        settings: settings.map { Case.Setting(path: $0.path, value: $0.value) },
        budgetScale: budgetScale, objectives: objectives, run: run)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
  }
}

extension Diagnostic {
  /// The first line of the description: place, severity, message.
  var headline: String {
    String(description.prefix { $0 != "\n" })
  }
}
