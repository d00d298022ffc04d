import SupplyChain

/// What one input of a case is set to.
public enum InputValue: Sendable, Hashable {
  /// Multiplies what the path names; for `budget_scale` the scale itself.
  case factor(Double)
  /// A value as a scenario's `set` takes it; for `scenario` ids joined by `+`.
  case setting(String)
  /// The model's own value.
  case unchanged

  /// `x0.5` is a factor, an empty text leaves the model as it is, and anything else is a value.
  public init(_ text: String) {
    let rest = text.dropFirst()
    if text.isEmpty {
      self = .unchanged
    } else if text.first == "x", rest.first.map({ $0.isASCII && $0.isNumber }) == true,
      let factor = Double(rest), factor.isFinite
    {
      self = .factor(factor)
    } else {
      self = .setting(text)
    }
  }

  /// For people: `x0.5`, `30%`, nothing.
  public var text: String {
    switch self {
    case .factor(let factor): "x\(factor)"
    case .setting(let text): text
    case .unchanged: ""
    }
  }

  public var factor: Double? {
    if case .factor(let factor) = self { factor } else { nil }
  }
}

/// Why a sweep cannot be done as asked; the text says what to do.
public struct SweepProblem: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable {
    /// The request itself cannot be met.
    case usage
    /// The store cannot be read or written.
    case store
  }
  public let kind: Kind
  public let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}

/// The list of cases of a sweep. Cases are made when they are asked for, so a long list takes no room.
public struct SweepCases: Sendable {
  public enum Design: String, Sendable {
    case grid, sample, table, morris
  }
  /// Paths with a meaning of their own, which may stand where a change path does.
  public static let scenarioInput = "scenario"
  public static let budgetInput = CaseTable.budgetColumn
  /// Longer lists are refused.
  public static let largestCount = 1_000_000

  public let design: Design
  /// What varies, in order; the names of a case's values.
  public let inputs: [String]
  public let count: Int
  private let source: Source
  /// The table that the cases were read from.
  private var table: CaseTable?

  private enum Source: Sendable {
    case grid([[InputValue]])
    case sample(FactorSamples)
    case morris(MorrisDesign)
    case table([[InputValue]])
  }

  private init(_ design: Design, _ inputs: [String], count: Int, _ source: Source)
    throws(SweepProblem)
  {
    guard count > 0, count <= SweepCases.largestCount else {
      throw SweepProblem(
        .usage, "a sweep has 1 to \(SweepCases.largestCount) cases, this one \(count)")
    }
    guard Set(inputs).count == inputs.count else {
      let twice = inputs.first { path in inputs.filter { $0 == path }.count > 1 } ?? ""
      throw SweepProblem(.usage, "\(twice) is varied twice; name each path once")
    }
    self.design = design
    self.inputs = inputs
    self.count = count
    self.source = source
  }

  /// Every combination of the levels; the last path varies fastest.
  public static func grid(_ levels: [(path: String, values: [String])]) throws(SweepProblem)
    -> SweepCases
  {
    var count = 1
    for (path, values) in levels {
      if values.isEmpty || values.contains("") {
        throw SweepProblem(.usage, "\(path) lacks a value; write --vary 'PATH=a,b,c'")
      }
      if path == budgetInput {
        for value in values {
          do throws(ModelErrors) {
            _ = try CaseTable.budgetScale(of: value)
          } catch {
            throw SweepProblem(.usage, error.description)
          }
        }
      }
      if Set(values).count < values.count {
        throw SweepProblem(.usage, "\(path) has the same value twice")
      }
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: values.count)
      count = isTooLarge ? Int.max : product
    }
    let values = levels.map { level in
      level.values.map { SweepCases.value($0, of: level.path) }
    }
    return try SweepCases(.grid, levels.map(\.path), count: count, .grid(values))
  }

  /// Monte Carlo; without a count or a seed the model's.
  public static func sample(
    _ sample: Uncertainty.Sample, count: Int? = nil, seed: Int? = nil
  ) throws(SweepProblem) -> SweepCases {
    let factors = FactorSamples(sample, seed: seed)
    return try SweepCases(.sample, factors.paths, count: count ?? sample.count, .sample(factors))
  }

  /// Elementary effects of the sample's inputs along random trajectories; see `MorrisDesign`.
  public static func morris(
    _ sample: Uncertainty.Sample, trajectories: Int, seed: Int? = nil
  ) throws(SweepProblem) -> SweepCases {
    let design = MorrisDesign(sample, seed: seed)
    let (count, isTooLarge) = trajectories.multipliedReportingOverflow(
      by: design.casesPerTrajectory)
    return try SweepCases(
      .morris, design.paths, count: isTooLarge ? Int.max : count, .morris(design))
  }

  /// One case a row.
  public static func table(_ table: CaseTable) throws(SweepProblem) -> SweepCases {
    let rows = table.rows.map { row in
      zip(table.columns, row).map { SweepCases.value($1, of: $0) }
    }
    var cases = try SweepCases(.table, table.columns, count: rows.count, .table(rows))
    cases.table = table
    return cases
  }

  /// What is wrong with a case, at the cells of the table that it was read from.
  func located(_ errors: ModelErrors, case index: Int) -> ModelErrors {
    table?.located(errors, row: index) ?? errors
  }

  /// A budget scale may be written without the `x`.
  private static func value(_ text: String, of path: String) -> InputValue {
    let value = InputValue(text)
    guard path == budgetInput, case .setting = value,
      let scale = try? CaseTable.budgetScale(of: text)
    else { return value }
    return .factor(scale)
  }

  /// The values of a case, one an input. Cases count from 0.
  public func values(_ index: Int) -> [InputValue] {
    switch source {
    case .grid(let levels):
      var rest = index
      var values: [InputValue] = []
      for list in levels.reversed() {
        values.append(list[rest % list.count])
        rest /= list.count
      }
      return values.reversed()
    case .sample(let factors): return factors[index].map { .factor($0) }
    case .morris(let design): return design[index].map { .factor($0) }
    case .table(let rows): return rows[index]
    }
  }

  /// The levels of a grid, one list an input.
  var gridLevels: [[InputValue]]? {
    if case .grid(let levels) = source { levels } else { nil }
  }

  /// Feeds all that the list depends on.
  func feed(_ digest: inout SHA256) {
    digest.feed("\(design.rawValue) \(count)")
    for input in inputs { digest.feed(input) }
    switch source {
    case .grid(let rows), .table(let rows):
      for row in rows { for value in row { digest.feed(value.text) } }
    case .sample, .morris:
      // Draws are functions of the seed and the distributions; a few stand for all.
      for index in Set([0, count / 3, count / 2, count - 1]).sorted() {
        for value in values(index) { digest.feed(value.text) }
      }
      if case .sample(let factors) = source { digest.feed("\(factors.distributions)") }
      if case .morris(let design) = source { digest.feed("\(design.distributions)") }
    }
  }
}

extension SweepCases {
  /// A case as the model reader takes it.
  struct Changes {
    var scenarios: [String]
    var settings: [(path: String, value: String)] = []
    var factors: [(path: String, by: Double)] = []
    var budgetScale: Double
  }

  /// What a case changes, on top of what all cases of the sweep have in common.
  func changes(_ index: Int, scenarios: [String], budgetScale: Double) -> Changes {
    var changes = Changes(scenarios: scenarios, budgetScale: budgetScale)
    for (path, value) in zip(inputs, values(index)) {
      switch (path, value) {
      case (_, .unchanged): break
      case (SweepCases.scenarioInput, _):
        changes.scenarios += value.text.split(separator: "+").map(String.init)
      case (SweepCases.budgetInput, .factor(let scale)): changes.budgetScale *= scale
      case (_, .factor(let factor)): changes.factors.append((path, factor))
      case (_, .setting(let text)): changes.settings.append((path, text))
      }
    }
    return changes
  }

  /// The smallest set of cases in which every distinct value of a grid or table occurs alone or first, to
  /// find mistakes before hours of work: at most `most` of them.
  func representatives(most: Int = 200) -> [Int] {
    guard design == .grid || design == .table else { return [0] }
    var seen: Set<Int> = []
    var known = inputs.map { _ in Set<InputValue>() }
    for index in 0..<count where seen.count < most {
      for (k, value) in values(index).enumerated() where known[k].insert(value).inserted {
        seen.insert(index)
      }
    }
    return seen.sorted()
  }
}
