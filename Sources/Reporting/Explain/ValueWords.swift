import SupplyChain

/// How values and changes of an objective are said: dependency in percent and points, money in millions.
struct ValueWords {
  let objective: Objective
  let currency: String

  /// Of `unit` in the objective's own unit.
  var factor: Double { isShare ? 100 : 1 }

  private var isShare: Bool { objective.isShare }

  /// The unit of changes: `points`, `MUSD`, `t`.
  var unit: String {
    switch objective.amount {
    case .share: "points"
    case .money: "M\(currency)"
    case .weightedTonnes: "t"
    case .own(let unit): unit
    }
  }

  /// The unit in which tables hold its values; nil: a pure number.
  var tableUnit: String? {
    switch objective.amount {
    case .share: "share"
    case .money: "million \(currency)"
    case .weightedTonnes: "t"
    case .own(let unit): unit.isEmpty ? nil : unit
    }
  }

  var name: String {
    switch objective {
    case .dependency: "dependency index"
    case .peakDependency: "peak dependency index"
    case .measure: objective.name
    case .publicCost, .systemCost, .unmet:
      objective.name.split(separator: "_").joined(separator: " ")
    }
  }

  /// `24.01 %`, `3,681.2 MUSD`, of a value that is minimised.
  func value(_ minimised: Double) -> String {
    let value = objective.shown(minimised)
    return switch objective.amount {
    case .share: Figure.percent(value, decimals: 2)
    case .money: Money.words(value, currency)
    case .weightedTonnes: Figure.number(value, decimals: 1) + " " + unit
    case .own: ObjectiveWords.ownFigure(value, unit)
    }
  }

  /// The size of a change: `2.31 points`, `137 MUSD`.
  func amount(_ change: Double) -> String {
    if objective.amount == .money { return Money.words(abs(change), currency) }
    let size = ValueWords.significant(abs(change) * factor)
    return unit.isEmpty ? size : size + " " + unit
  }

  /// A change with its sign and three digits that matter: `−0.0213`.
  func change(_ change: Double) -> String {
    ValueWords.signed(objective.shown(change) * factor)
  }

  static func signed(_ value: Double) -> String {
    if value == 0 { return "0" }
    return (value < 0 ? "−" : "+") + significant(abs(value))
  }

  /// Three digits that matter, without powers of ten down to a millionth.
  static func significant(_ value: Double) -> String {
    guard value.isFinite else { return "—" }
    let size = abs(value)
    if size != 0, size < 1e-6 { return Figure.tiny(value) }
    var decimals = 0
    var scale = 100.0
    while size > 0, size < scale, decimals < 8 {
      scale /= 10
      decimals += 1
    }
    return Figure.number(value, decimals: decimals)
  }

  /// The heading of a report on a model and the scenarios applied to it.
  static func title(
    _ what: String, _ model: Model, _ scenarios: [String], _ style: TerminalStyle
  ) -> String {
    var title = style.bold(what + " " + printable(model.name))
    if !scenarios.isEmpty {
      title += " · scenario " + scenarios.map(printable).joined(separator: " + ")
    }
    if model.budgetScale != 1 { title += " · budget × \(model.budgetScale)" }
    return title
  }
}

extension SourceLocation {
  /// ` (model.yaml:12)`, without folders; for a setting of the command line the setting itself.
  var words: String {
    if file.isEmpty { return "" }
    if line == 0 { return " (\(file))" }
    return " (\(file.split(separator: "/").last.map(String.init) ?? file):\(line))"
  }
}

extension String {
  /// The text in lines of at most `width` behind a bullet or an indent; later lines stand under its end.
  func wrapped(behind head: String, width: Int) -> [String] {
    let space = String(repeating: " ", count: head.count)
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ") {
      if !line.isEmpty, head.count + line.count + 1 + word.count > width {
        lines.append((lines.isEmpty ? head : space) + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [(lines.isEmpty ? head : space) + line]
  }

  /// At most `count` characters, head and tail kept: names that begin alike stay apart.
  func shortened(to count: Int) -> String {
    if self.count <= count { return self }
    let tail = max(1, count / 3)
    return prefix(max(1, count - tail - 1)) + "…" + suffix(tail)
  }
}

enum YearSpans {
  /// `2026`, `2026–2028`, `2026–2028, 2031`.
  static func words(_ years: [Int]) -> String {
    var parts: [(first: Int, last: Int)] = []
    for year in Set(years).sorted() {
      if let last = parts.last, last.last + 1 == year {
        parts[parts.count - 1].last = year
      } else {
        parts.append((year, year))
      }
    }
    return parts.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)–\($0.last)" }
      .joined(separator: ", ")
  }
}
