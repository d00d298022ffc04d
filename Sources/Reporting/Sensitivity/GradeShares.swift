import Analysis
import SupplyChain

/// How much of the answer's sensitivity rests on each grade of evidence: the changes of the first objective for 1 % of
/// each number, without their signs, summed by the grade of the number's line.
public struct GradeShares: Sendable {
  /// A line of the model with what its numbers move together.
  public struct Line: Sendable {
    public var line: NumberSources.Line
    /// Sum of the changes for 1 % of each of its numbers, without their signs.
    public var size: Double
  }
  private let sensitivity: NumberSensitivity
  /// By size, largest first.
  public private(set) var lines: [Line] = []
  private var byGrade: [EvidenceGrade: Double] = [:]
  /// Of numbers whose line has no grade.
  private var ungraded = 0.0
  private let model: Model

  public init(_ sensitivity: NumberSensitivity, _ sources: NumberSources, _ model: Model) {
    self.sensitivity = sensitivity
    self.model = model
    struct Place: Hashable {
      var file: String
      var line: Int
    }
    var indices: [Place: Int] = [:]
    for (index, line) in sources.lines.enumerated() {
      indices[Place(file: line.file, line: line.number)] = index
    }
    var sizes = [Double](repeating: 0, count: sources.lines.count)
    for row in sensitivity.rows {
      let size = abs(row.effect ?? 0)
      let place = Place(file: row.number.location.file, line: row.number.location.line)
      if let index = indices[place] {
        sizes[index] += size
      } else {
        ungraded += size
      }
    }
    for (index, line) in sources.lines.enumerated() where sizes[index] > 0 {
      if let grade = line.grade {
        byGrade[grade, default: 0] += sizes[index]
      } else {
        ungraded += sizes[index]
      }
      lines.append(Line(line: line, size: sizes[index]))
    }
    lines = lines.enumerated().sorted {
      ($1.element.size, $0.offset) < ($0.element.size, $1.offset)
    }.map(\.element)
  }

  public var isInterrupted: Bool { sensitivity.isInterrupted }

  private var total: Double { byGrade.values.reduce(0, +) + ungraded }

  /// nil where nothing moves the objective.
  public func share(_ grade: EvidenceGrade) -> Double? {
    total > 0 ? (byGrade[grade] ?? 0) / total : nil
  }

  private func share(_ size: Double) -> Double { total > 0 ? size / total : 0 }

  private var skipped: Int { sensitivity.rows.count { $0.effect == nil } }

  public func text(width: Int) -> String {
    let label = ObjectiveWords.label(sensitivity.objective).lowercased()
    var out = ["", "What the \(label) rests on: its change for 1 % of each number, by grade"]
    guard total > 0 else { return (out + ["  nothing moves it"]).joined(separator: "\n") + "\n" }
    var grid = TextGrid([.left, .left, .right])
    for grade in EvidenceGrade.allCases {
      grid.add([
        grade.rawValue, grade.words, Figure.percent(share(byGrade[grade] ?? 0), decimals: 0),
      ])
    }
    if ungraded > 0 {
      grid.add(["–", "without a grade", Figure.percent(share(ungraded), decimals: 0)])
    }
    out += grid.lines(width: width)
    out += ["", "The lines that matter most"]
    let isShare = ObjectiveWords.unit(sensitivity.objective) == "share"
    let unit = isShare ? "points" : ObjectiveWords.unitWords(sensitivity.objective, model)
    var most = TextGrid([.left, .right, .right, .right, .left])
    most.add(["", unit + " a 1 %", "share", "line", ""])
    for line in lines.prefix(10) {
      most.add([
        line.line.grade?.rawValue ?? "–",
        Figure.number(line.size * (isShare ? 100 : 1), decimals: isShare ? 3 : 1),
        Figure.percent(share(line.size)), "\(line.line.number)", line.line.path,
      ])
    }
    out += most.lines(width: width)
    out.append(
      "To first order, from the dual values of the plan without whole-number rules; "
        + "\(skipped) of \(sensitivity.count) numbers have no such change (times, shares that must add up)."
    )
    if sensitivity.isInterrupted {
      out.append(
        "Interrupted: \(sensitivity.count - sensitivity.rows.count) numbers were not looked at.")
    }
    return out.joined(separator: "\n") + "\n"
  }

  public var json: JSONValue {
    .object([
      ("objective", .string(sensitivity.objective.name)),
      ("value", .number(sensitivity.objective.shown(sensitivity.value))),
      ("interrupted", .bool(sensitivity.isInterrupted)),
      ("numbers", .integer(sensitivity.count)),
      ("looked_at", .integer(sensitivity.rows.count)), ("without_first_order", .integer(skipped)),
      (
        "share_by_grade",
        .object(EvidenceGrade.allCases.map { ($0.rawValue, .number(share(byGrade[$0] ?? 0))) })
      ),
      ("share_without_grade", .number(share(ungraded))),
      (
        "lines",
        .array(
          lines.prefix(10).map { line in
            .object([
              ("file", .string(line.line.file)), ("line", .integer(line.line.number)),
              ("path", .string(line.line.path)), ("grade", SourceListing.grade(line.line.grade)),
              ("per_percent", .number(line.size)), ("share", .number(share(line.size))),
            ])
          })
      ),
    ])
  }
}
