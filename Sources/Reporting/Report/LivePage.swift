/// The page that `lodestone serve` shows: its files by name; the empty name is the page itself. Charts are those of the
/// report.
public struct LivePage: Sendable {
  private let title: String
  private let model: String
  private let version: String
  private let library: ChartLibrary?

  /// - Parameters:
  ///   - title: the model's name.
  ///   - model: its file, as the page opens it.
  ///   - version: of the program.
  ///   - library: without it charts are shown as tables.
  public init(title: String, model: String, version: String, library: ChartLibrary?) {
    self.title = title
    self.model = model
    self.version = version
    self.library = library
  }

  public var files: [String: (type: String, bytes: [UInt8])] {
    var files = [
      "": (type: "text/html; charset=utf-8", bytes: Array(html.utf8)),
      "page.css": (
        type: "text/css; charset=utf-8",
        bytes: PagePart.bytes("report.css") + PagePart.bytes("live.css")
      ),
      "page.js": (type: "text/javascript; charset=utf-8", bytes: Array(LivePage.script.utf8)),
    ]
    if let library {
      files["echarts.js"] = (
        type: "text/javascript; charset=utf-8", bytes: Array(library.script.utf8)
      )
      files["echarts.LICENSE"] = (
        type: "text/plain; charset=utf-8", bytes: Array(library.licence.utf8)
      )
    }
    return files
  }

  private var html: String {
    let parts = [
      "TITLE": HTMLReport.escaped(printable(title)), "MODEL": HTMLReport.escaped(model),
      "VERSION": HTMLReport.escaped(version),
      "LIBRARY": library == nil ? "" : "<script src=\"echarts.js\"></script>",
    ]
    let page = PagePart.text("live.html")
    let pieces = page.split(separator: "@", omittingEmptySubsequences: false).enumerated()
    return pieces.map { index, piece in
      index % 2 == 1 ? parts[String(piece)] ?? String(piece) : String(piece)
    }.joined()
  }

  /// What the charts need stands in a function that is called with the first plan.
  private static var script: String {
    let inside = [
      "words", "colors", "charts", "outlines", "spread", "dependency", "uses", "measures", "map",
      "material",
      "awards", "timeline", "accounts", "answers", "titles", "sections", "state", "solving",
      "levers", "forms", "shown", "built", "asking", "studies", "aims", "whatifs", "begin",
    ]
    return "\"use strict\";\n(function () {\nasync function page(link, opened, firstPicture) {\n"
      + PagePart.script(inside) + "\nawait begin(opened, firstPicture);\n}\n"
      + PagePart.script(["connection", "first"]) + "})();\n"
  }
}
