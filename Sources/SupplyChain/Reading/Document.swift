import Foundation
import Support

/// A model's files, read and checked: the base model, and models under its scenarios.
///
///     let document = try ModelDocument.read(path: "magnets.yaml")
///     let model = try document.model(scenarios: ["export_ban"])
public struct ModelDocument: Sendable {
  /// The model unchanged.
  public let base: Model
  /// What is suspicious in the model unchanged.
  public let warnings: [Diagnostic]
  /// In file order; `base`, the model unchanged, is not among them.
  public var scenarioIDs: [String] { scenarios.map(\.id) }
  /// The files that were read: the model's own first, then its tables.
  public var fileNames: [String] { files.map(\.name) }
  /// The bytes of those files, in the same order.
  public var fileContents: [[UInt8]] { files.map(\.bytes) }

  let files: [SourceFile]
  /// Of the model and the files beside it; nil for a text without one.
  let folder: String?
  let root: Mapping
  private let textWarnings: [Diagnostic]
  private let shared: ModelBuilder.Base
  private let scenarios: [Scenario]

  // MARK: Reading

  /// Reads a model from a YAML file and the tables beside it.
  ///
  /// - Throws: every problem of the files, each with its place.
  public static func read(path: String) throws(ModelErrors) -> ModelDocument {
    let bytes: [UInt8]
    do throws(FileReader.Problem) {
      bytes = try FileReader.bytes(path: path)
    } catch {
      throw ModelErrors(diagnostics: [
        Diagnostic(
          message: error.message, file: path, line: 0, column: 0, suggestion: error.suggestion)
      ])
    }
    let folder = PathText.folder(of: path)
    return try ModelDocument(bytes, file: path, folder: folder.isEmpty ? "." : folder)
  }

  /// Reads a model from text. Tables are looked for in `folder`; without one they are refused.
  ///
  /// - Parameter file: the name the text goes by in messages.
  /// - Throws: every problem of the text and its tables, each with its place.
  public static func read(
    text: String, file: String = "model.yaml", folder: String? = nil
  ) throws(ModelErrors) -> ModelDocument {
    try ModelDocument(Array(text.utf8), file: file, folder: folder)
  }

  /// Reads a model from the bytes of a file, which need not be text.
  public static func read(
    bytes: [UInt8], file: String = "model.yaml", folder: String? = nil
  ) throws(ModelErrors) -> ModelDocument {
    try ModelDocument(bytes, file: file, folder: folder)
  }

  private init(_ bytes: [UInt8], file: String, folder: String?) throws(ModelErrors) {
    let log = DiagnosticLog()
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let text = hasMark ? Array(bytes.dropFirst(3)) : bytes
    let number = log.add(SourceFile(name: file, bytes: text)) ?? 0
    guard let node = Self.node(text, number, log) else { throw log.errors }
    guard var root = node.mapping else {
      log.error(
        "the file is not a model", at: node.position, found: node.words,
        expected: "keys and values, the first of them `lodestone: \(Schema.formatVersion)`")
      throw log.errors
    }
    let includes = Includes(log: log, folder: folder)
    root = includes.merged(into: root, path: folder == nil ? nil : file)
    if includes.isIncomplete { throw log.errors }
    root = Tables(log: log, folder: folder).merged(into: root)
    SchemaCheck(log: log).check(
      Node(.mapping(root), at: node.position), .object(Schema.model), at: "")
    let builder = ModelBuilder(root: root, log: log)
    let base = builder.build()
    let shared = ModelBuilder.Base(root: root, model: base, names: builder.names)
    // Those of the model unchanged; scenarios add their own.
    let textWarnings = log.warnings
    let scenarios = ScenarioReader(reader: builder.reader).scenarios(root["scenarios"])
    Self.checkScenarios(scenarios, shared, log)
    Self.checkVariations(root, shared, log)
    Self.checkStarts(root, base, scenarios, log)
    if log.hasErrors { throw log.errors }
    files = log.files
    self.folder = folder
    self.root = root
    self.base = base
    self.shared = shared
    self.scenarios = scenarios
    self.textWarnings = textWarnings
    warnings = log.inFileOrder(
      log.warnings
        + Warnings.diagnostics(for: base, changed: Self.paths(scenarios), files: log.files))
  }

  private static func node(_ bytes: [UInt8], _ file: Int, _ log: DiagnosticLog) -> Node? {
    let node = YAMLDocument.read(bytes, file: file, log: log)
    if node == nil || node?.isMissing == true, !log.hasErrors {
      log.error(
        "the file is empty", file: log.files[file].name,
        help: "`lodestone new NAME` writes one to start from")
      return nil
    }
    return node
  }

  // MARK: Models

  /// The model under scenarios, applied one after the other, then settings, then factors.
  ///
  /// - Parameters:
  ///   - scenarios: ids; each is preceded by what it extends. `base` changes nothing.
  ///     A scenario that several extend is applied once.
  ///   - starts: by scenario of `scenarios`, the year in which it begins: the windows of its changes, and of those that it
  ///     extends, are shifted so that the earliest `from` falls on that year.
  ///   - settings: like a scenario's `set`: a path and the new value as YAML text.
  ///   - factors: like a scenario's `scale`: a path and a factor of 0 or more.
  ///   - budgetScale: multiplies every appropriation; kept in the model, 0 or more.
  /// - Throws: scenarios that are not defined, paths that match nothing, values that do not fit.
  public func model(
    scenarios ids: [String] = [], starts: [String: Int] = [:],
    settings: [(path: String, value: String)] = [],
    factors: [(path: String, by: Double)] = [], budgetScale: Double = 1
  ) throws(ModelErrors) -> Model {
    guard budgetScale.isFinite, budgetScale >= 0 else {
      throw ModelErrors(diagnostics: [
        Diagnostic(
          message: "the budget cannot be scaled by this", file: "--budget-scale", line: 0,
          column: 0, found: "\(budgetScale)", expected: "a number, 0 or more (e.g. `0.5`)")
      ])
    }
    var model = base
    if !(ids.allSatisfy { $0 == "base" } && settings.isEmpty && factors.isEmpty) {
      model = try changed(ids, starts, settings, factors)
    }
    model.budgetScale = budgetScale
    return model
  }

  private func changed(
    _ ids: [String], _ starts: [String: Int], _ settings: [(path: String, value: String)],
    _ factors: [(path: String, by: Double)]
  ) throws(ModelErrors) -> Model {
    let log = DiagnosticLog(files: files)
    let root = try changedRoot(ids, settings, factors, log, starts: starts)
    let model = ModelBuilder(root: root, log: log, base: shared).build()
    if log.hasErrors { throw log.errors }
    return model
  }

  /// Warnings of changes after which all is as before, of those that scenarios and settings make together.
  ///
  /// - Parameters: as those of `model(scenarios:settings:)`; without warnings where that throws.
  public func idleChanges(
    scenarios ids: [String] = [], settings: [(path: String, value: String)] = []
  ) -> [Diagnostic] {
    let log = DiagnosticLog(files: files)
    do throws(ModelErrors) { _ = try changedRoot(ids, settings, [], log, tellsIdle: true) } catch {
      return []
    }
    return log.warnings
  }

  /// The document's tree after scenarios, settings and factors.
  ///
  /// - Parameter tellsIdle: whether changes that change nothing are warned of.
  func changedRoot(
    _ ids: [String], _ settings: [(path: String, value: String)],
    _ factors: [(path: String, by: Double)], _ log: DiagnosticLog, tellsIdle: Bool = false,
    starts: [String: Int] = [:]
  ) throws(ModelErrors) -> Mapping {
    let reader = ModelReader(root: root, log: log)
    var root = root
    var done: Set<String> = []
    var idle: [(change: Change, reason: String)] = []
    func apply(_ change: Change) {
      guard tellsIdle else {
        root = Changer.apply(change, to: root, reader: reader)
        return
      }
      let (changed, reason) = Changer.applied(change, to: root, reader: reader)
      root = changed
      idle.append((change, reason ?? ""))
    }
    func warnOfIdle() {
      Self.warn(of: idle, ModelReader.horizon(of: root), log)
      idle = []
    }
    for id in ids where id != "base" {
      guard self.scenarios.contains(where: { $0.id == id }) else {
        throw unknown(scenario: id)
      }
      log.label = "scenario \(id): "
      let shift = starts[id].flatMap { start in firstYear(ofScenario: id).map { start - $0 } } ?? 0
      for scenario in Self.order(of: id, in: scenarios)
      where done.insert(shift == 0 ? scenario.id : "\(scenario.id) \(shift)").inserted {
        for change in scenario.changes { apply(change.shifted(by: shift)) }
      }
      warnOfIdle()
    }
    log.label = ids.count == 1 ? "scenario \(ids[0]): " : ""
    if log.hasErrors { throw log.errors }
    if !settings.isEmpty || !factors.isEmpty { log.label = "" }
    for setting in settings {
      if let change = Self.change(setting, log) { apply(change) }
    }
    warnOfIdle()
    for factor in factors {
      if let change = Self.change(factor, log) {
        root = Changer.apply(change, to: root, reader: reader)
      }
    }
    if log.hasErrors { throw log.errors }
    return root
  }

  /// The earliest `from` of a scenario's changes, those of what it extends among them; nil where none has one.
  func firstYear(ofScenario id: String) -> Int? { Self.firstYear(of: id, in: scenarios) }

  private static func firstYear(of id: String, in scenarios: [Scenario]) -> Int? {
    order(of: id, in: scenarios).flatMap(\.changes).compactMap(\.from).min()
  }

  private func unknown(scenario id: String) -> ModelErrors {
    let known = scenarioIDs
    var help = Spelling.nearest(to: id, in: known).map { "did you mean `\($0)`? " } ?? ""
    let shown = known.prefix(20).joined(separator: ", ") + (known.count > 20 ? ", …" : "")
    help += known.isEmpty ? "the model defines none" : "known: base, " + shown
    return ModelErrors(diagnostics: [
      Diagnostic(
        message: "there is no scenario `\(id.escapedForDisplay(limit: 80))`",
        file: files.first?.name ?? "", line: 0, column: 0, found: id,
        expected: "a scenario that the model defines", suggestion: help)
    ])
  }

  private static func change(
    _ setting: (path: String, value: String), _ log: DiagnosticLog
  ) -> Change? {
    // Every problem carries the name.
    let name = "\(Self.settingPrefix)\(setting.path.prefix(400))=\(setting.value.prefix(400))"
    let file = SourceFile(name: name, bytes: Array(setting.value.utf8), hasLines: false)
    guard let number = log.add(file) else {
      log.error("there are too many settings", file: name)
      return nil
    }
    let position = Position(line: 1, column: 1, file: number)
    do throws(ChangePath.Problem) {
      let path = try ChangePath(setting.path)
      guard let node = YAMLDocument.read(file.bytes, file: number, log: log),
        !node.isMissing
      else {
        log.error(
          "the setting has no value", at: position, expected: "path=value",
          help: "write e.g. `--set funds.*.max_share=50%`")
        return nil
      }
      return Change(action: .set(node), path: path, position: position, valuePosition: position)
    } catch {
      log.error(error.message, at: position, found: setting.path, help: error.help)
      return nil
    }
  }

  private static func change(_ factor: (path: String, by: Double), _ log: DiagnosticLog) -> Change?
  {
    let name = "factor on \(factor.path)"
    let file = SourceFile(name: name, bytes: [], hasLines: false)
    guard factor.by.isFinite, factor.by >= 0, let number = log.add(file) else {
      log.error("the factor is not 0 or more", file: name)
      return nil
    }
    let position = Position(line: 1, column: 1, file: number)
    do throws(ChangePath.Problem) {
      return Change(
        action: .scale(factor.by), path: try ChangePath(factor.path), position: position,
        valuePosition: position)
    } catch {
      log.error(error.message, at: position, found: factor.path, help: error.help)
      return nil
    }
  }

  // MARK: Checks

  private static func paths(_ scenarios: [Scenario]) -> [ChangePath] {
    scenarios.flatMap { $0.changes.map(\.path) }
  }

  /// A scenario with everything it extends, each once, in the order in which they apply.
  private static func order(of id: String, in scenarios: [Scenario]) -> [Scenario] {
    let indices = Dictionary(
      scenarios.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    var order: [Scenario] = []
    var seen: Set<String> = [id]
    var path: [(id: String, next: Int)] = [(id, 0)]
    while let (id, next) = path.last {
      guard let index = indices[id], next < scenarios[index].extends.count else {
        if let index = indices[id] { order.append(scenarios[index]) }
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      let extended = scenarios[index].extends[next].id
      if seen.insert(extended).inserted { path.append((extended, 0)) }
    }
    return order
  }

  /// Entries that are read again when scenarios are checked, in total, at most about this many.
  private static let checkedEntriesAtMost = 2_000_000

  private static func checkScenarios(
    _ scenarios: [Scenario], _ base: ModelBuilder.Base, _ log: DiagnosticLog
  ) {
    let sections = base.root.pairs.map { $0.value.mapping?.pairs.count ?? 1 }
    let size = max(100, sections.reduce(0, +))
    for scenario in scenarios.prefix(max(1, checkedEntriesAtMost / size)) {
      log.label = "scenario \(scenario.id): "
      let reader = ModelReader(root: base.root, log: log)
      var root = base.root
      var idle: [(change: Change, reason: String)] = []
      for part in order(of: scenario.id, in: scenarios) {
        for change in part.changes {
          // What an extended scenario does not change, it says itself.
          let isOwn = part.id == scenario.id
          let (changed, reason) =
            isOwn
            ? Changer.applied(change, to: root, reader: reader)
            : (Changer.apply(change, to: root, reader: reader), nil)
          root = changed
          if let reason { idle.append((change, reason)) }
          if isOwn, reason == nil, change.isOutside(ModelReader.horizon(of: root)) {
            idle.append((change, ""))
          }
        }
      }
      warn(of: idle, ModelReader.horizon(of: root), log)
      _ = ModelBuilder(root: root, log: log, base: base).build()
    }
    log.label = ""
  }

  /// Tells of changes after which all is as before, for the horizon that the scenario ends with.
  private static func warn(
    of idle: [(change: Change, reason: String)], _ horizon: Horizon, _ log: DiagnosticLog
  ) {
    for (change, reason) in idle {
      let isOutside = change.isOutside(horizon)
      guard isOutside || !reason.isEmpty else { continue }
      let words =
        isOutside
        ? "its years are outside the horizon, \(horizon.start) to \(horizon.end)" : reason
      log.warning(
        "the change has no effect: \(words)", at: change.position, found: change.path.text)
    }
  }

  /// The paths of sampled factors must lead somewhere.
  private static func checkVariations(
    _ root: Mapping, _ base: ModelBuilder.Base, _ log: DiagnosticLog
  ) {
    guard let sample = root["uncertainty"]?.mapping?["sample"]?.mapping,
      case .list(let items) = sample["vary"]?.content
    else { return }
    let reader = ModelReader(root: root, log: log)
    for item in items {
      guard let node = item.mapping?["path"], let text = node.text else { continue }
      do throws(ChangePath.Problem) {
        let change = Change(
          action: .scale(0.5), path: try ChangePath(text), position: node.position,
          valuePosition: node.position)
        if let idle = Changer.applied(change, to: root, reader: reader).idle {
          log.warning("nothing varies here: \(idle)", at: node.position, found: text)
        }
      } catch {
        log.error(error.message, at: node.position, found: text, help: error.help)
      }
    }
  }

  /// A move that begins in a year of choice needs a change with a `from` that can be shifted.
  private static func checkStarts(
    _ root: Mapping, _ base: Model, _ scenarios: [Scenario], _ log: DiagnosticLog
  ) {
    guard let moves = root["adversary"]?.mapping?["moves"]?.mapping, let adversary = base.adversary
    else { return }
    for move in adversary.moves where !move.from.isEmpty {
      guard let node = moves[move.scenario]?.mapping?["from"],
        firstYear(of: move.scenario, in: scenarios) == nil
      else { continue }
      log.error(
        "adversary.moves.\(move.scenario).from: no change of the scenario has a `from` that could be shifted",
        at: node.position, found: node.words,
        expected: "a scenario with a change such as `{ set: …, to: …, from: 2028 }`",
        help: "give its changes the years in which they hold, or leave `from` out here")
    }
  }

  /// What the places of settings from the command line begin with, instead of a file's name.
  static let settingPrefix = "--set "

  /// What the end of the horizon does, and which rules changed since the file was written.
  public var advice: [Diagnostic] {
    DiagnosticLog(files: files).inFileOrder(
      Warnings.advice(for: base, changed: Self.paths(scenarios), files: files))
  }

  /// What is suspicious in a model of this document.
  public func warnings(for model: Model) -> [Diagnostic] {
    DiagnosticLog(files: files).inFileOrder(
      textWarnings
        + Warnings.diagnostics(for: model, changed: Self.paths(scenarios), files: files))
  }
}
