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
        bytes: PackageResources.report_css + PackageResources.live_css
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
    let page = String(decoding: PackageResources.live_html, as: UTF8.self)
    let pieces = page.split(separator: "@", omittingEmptySubsequences: false).enumerated()
    return pieces.map { index, piece in
      index % 2 == 1 ? parts[String(piece)] ?? String(piece) : String(piece)
    }.joined()
  }

  /// What the charts need stands in a function that is called with the first plan.
  private static var script: String {
    let outside = [PackageResources.connection_js, PackageResources.first_js]
    let inside = [
      PackageResources.words_js, PackageResources.colors_js, PackageResources.charts_js,
      PackageResources.outlines_js, PackageResources.dependency_js, PackageResources.uses_js,
      PackageResources.measures_js, PackageResources.map_js, PackageResources.material_js,
      PackageResources.awards_js, PackageResources.timeline_js, PackageResources.accounts_js,
      PackageResources.answers_js, PackageResources.titles_js, PackageResources.sections_js,
      PackageResources.state_js, PackageResources.solving_js, PackageResources.levers_js,
      PackageResources.forms_js, PackageResources.shown_js, PackageResources.built_js,
      PackageResources.asking_js, PackageResources.studies_js,
      PackageResources.aims_js, PackageResources.whatifs_js,
      PackageResources.begin_js,
    ]
    func joined(_ parts: [[UInt8]]) -> String {
      parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    }
    return "\"use strict\";\n(function () {\nasync function page(link, opened, firstPicture) {\n"
      + joined(inside) + "\nawait begin(opened, firstPicture);\n}\n" + joined(outside) + "})();\n"
  }
}
