import Analysis
import SupplyChain

/// Where two model files differ, and what that does to the answer: for people, programs and spreadsheets.
public struct ModelDifferenceReport: Sendable {
  private let names: (before: String, after: String)
  private let groups: [DifferenceGroup]
  private let attribution: Attribution?
  private let currency: String

  /// - Parameter names: of the two files.
  public init(
    _ names: (before: String, after: String), _ groups: [DifferenceGroup], currency: String,
    attribution: Attribution? = nil
  ) {
    self.names = names
    self.groups = groups
    self.currency = currency
    self.attribution = attribution
  }

  private var differences: [ModelDifference] { groups.flatMap(\.differences) }

  // MARK: Terminal

  /// One line a difference.
  public func text(style: TerminalStyle) -> String {
    var lines = differences.map { difference in
      printable(
        "\(difference.path): \(short(difference.before) ?? "—") → \(short(difference.after) ?? "—")"
      )
    }
    if let attribution { lines += [""] + shares(attribution, style) }
    return lines.isEmpty ? "No difference.\n" : lines.joined(separator: "\n") + "\n"
  }

  private static let longest = 70

  private func short(_ text: String?) -> String? {
    guard let text, text.count > Self.longest else { return text }
    return text.prefix(Self.longest - 1) + "…"
  }

  private func shares(_ found: Attribution, _ style: TerminalStyle) -> [String] {
    let words = found.objectives.map { ValueWords(objective: $0, currency: currency) }
    var grid = TextGrid([.left] + words.map { _ in .right })
    grid.add([""] + words.map(\.name))
    func row(_ name: String, _ values: [Double?]) {
      grid.add([name] + zip(values, words).map { value, words in value.map(words.value) ?? "—" })
    }
    row(names.before, found.before)
    for share in found.shares {
      grid.add(
        ["  " + share.group.name]
          + zip(share.changes, words).map { change, words in
            change.map { signed($0, words) } ?? "—"
          })
    }
    row(names.after, found.after)
    let how =
      found.method == .shapley
      ? "each difference: the mean over all orders in which they can be taken over (Shapley value)"
      : "each difference: what it changes when they are taken over in this order"
    return [style.bold("What each difference does")] + grid.lines(width: style.width)
      + [style.dim("  \(how); \(found.solves) models solved")]
  }

  private func signed(_ change: Double, _ words: ValueWords) -> String {
    let shown = words.objective.shown(change)
    return shown == 0 ? "0" : (shown < 0 ? "−" : "+") + words.amount(change)
  }

  // MARK: JSON and tables

  public var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("schema_version", .integer(1)), ("kind", .string("models")),
      ("before", .string(names.before)), ("after", .string(names.after)),
      ("same", .bool(differences.isEmpty)), ("differences", table.json),
    ]
    if let found = attribution {
      func values(_ values: [Double?]) -> JSONValue {
        .object(
          zip(found.objectives, values).map { objective, value in
            (objective.name, objective.shown(value).map { .number($0) } ?? .null)
          })
      }
      members.append(
        (
          "explained",
          .object([
            ("method", .string(found.method.rawValue)), ("solves", .integer(found.solves)),
            ("before", values(found.before)), ("after", values(found.after)),
            (
              "shares",
              .array(
                found.shares.map {
                  .object([("what", .string($0.group.name)), ("changes", values($0.changes))])
                })
            ),
          ])
        ))
    }
    return .object(members)
  }

  public var tables: [Table] {
    [table]
      + (attribution.map { found in
        [
          Table(
            "explained", [.init("what")] + found.objectives.map { .init($0.name) },
            rows: found.shares.map { share in
              [.text(share.group.name)]
                + zip(found.objectives, share.changes).map { objective, change in
                  objective.shown(change).map { .number($0) } ?? .empty
                }
            })
        ]
      } ?? [])
  }

  private var table: Table {
    Table(
      "differences", [.init("path"), .init("before"), .init("after")],
      rows: differences.map { difference in
        [
          .text(difference.path), difference.before.map { .text($0) } ?? .empty,
          difference.after.map { .text($0) } ?? .empty,
        ]
      })
  }
}
