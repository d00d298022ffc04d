import Analysis
import Foundation

/// One self-contained page: content, style, script and chart library; it loads nothing.
public struct HTMLReport: Sendable {
  private let content: ReportContent

  public init(_ content: ReportContent) { self.content = content }

  /// The bytes of the file; the same content gives the same bytes.
  ///
  /// - Parameter library: without it charts are shown as tables.
  public func bytes(_ library: ChartLibrary?) -> [UInt8] {
    var json = ReportJSON(content)
    let parts: [String: () -> String] = [
      "TITLE": { Self.escaped(printable(content.base.model.name)) },
      "STYLE": { PagePart.text("report.css") },
      "LICENCE": { Self.escaped(library?.licence ?? "There are none here.") },
      "CONTENT": { json.value().compactText.replacingOccurrences(of: "<", with: "\\u003c") },
      "LIBRARY": {
        (library?.script ?? "").replacingOccurrences(of: "</script", with: "<\\/script")
      },
      "SCRIPT": { self.script },
    ]
    // Only the page's own marks are filled in: what is put into one is not looked at again.
    let page = PagePart.text("report.html")
    var out: [UInt8] = []
    for (index, piece) in page.split(separator: "@", omittingEmptySubsequences: false).enumerated()
    {
      if index % 2 == 1, let part = parts[String(piece)] {
        out += Array(part().utf8)
      } else {
        out += Array(piece.utf8)
      }
    }
    return out
  }

  /// The page's script: its parts in the order in which each finds what it needs before it.
  private var script: String {
    let hasPlaces = content.base.model.facilities.contains { $0.place != nil }
    let parts =
      ["words", "colors", "charts"] + (hasPlaces ? ["outlines"] : [])
      + [
        "spread", "dependency", "uses", "measures", "map", "material", "awards", "timeline",
        "accounts",
        "budgets", "frontier", "scenarios", "answers", "heatmaps", "titles", "sections", "tables",
        "reader",
      ]
    return "\"use strict\";\n(function () {\n" + PagePart.script(parts) + "})();\n"
  }

  static func escaped(_ text: String) -> String {
    var out = ""
    for character in text {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      default: out.append(character)
      }
    }
    return out
  }
}
