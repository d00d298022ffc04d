/// The head of a request: method, path and fields, of bounded size.
struct HTTPRequestHead: Equatable {
  /// Bytes; a longer head is refused.
  static let largest = 16_384

  var method: String
  /// Without the query.
  var path: String
  /// By name in small letters.
  private var fields: [String: String] = [:]

  /// - Throws: `Refusal` where it is no request, or one that could be read in two ways.
  init(_ bytes: [UInt8]) throws(Refusal) {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Refusal() }
    var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    guard !lines.isEmpty else { throw Refusal() }
    let parts = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[2] == "HTTP/1.1" || parts[2] == "HTTP/1.0",
      parts[1].hasPrefix("/")
    else { throw Refusal() }
    method = String(parts[0])
    path = String(parts[1].prefix { $0 != "?" })
    for line in lines where !line.isEmpty {
      guard let colon = line.firstIndex(of: ":"), line.first != " ", line.first != "\t" else {
        throw Refusal()
      }
      let name = line[..<colon].lowercased()
      guard !name.isEmpty, !name.contains(" "), fields[name] == nil else { throw Refusal() }
      fields[name] = line[line.index(after: colon)...].trimmingBlanks
    }
  }

  struct Refusal: Error {}

  subscript(name: String) -> String? { fields[name] }
}

extension Substring {
  fileprivate var trimmingBlanks: String {
    var view = self
    while view.first == " " || view.first == "\t" { view.removeFirst() }
    while view.last == " " || view.last == "\t" { view.removeLast() }
    return String(view)
  }
}
