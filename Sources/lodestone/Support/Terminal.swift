import Foundation
import Reporting

/// Standard output for results, standard error for everything else.
enum Terminal {
  static func write(_ text: String) {
    if !put(text, 1) { Terminal.finish(.outputFailed) }
  }

  static func write(_ value: JSONValue) {
    var output = Output()
    value.write(to: &output)
    write(output.text)
  }

  /// Standard output in pieces of a megabyte.
  private struct Output: TextOutputStream {
    var text = ""
    mutating func write(_ string: String) {
      text += string
      if text.utf8.count >= 1 << 20 {
        Terminal.write(text)
        text = ""
      }
    }
  }

  /// Writes text for people; on a terminal its lines are folded to the width.
  static func show(_ text: String) {
    write(isatty(1) == 1 ? style.folded(text) : text)
  }

  static func writeError(_ text: String) { _ = put(text, 2) }

  /// Ends the process.
  static func finish(_ ending: Ending) -> Never {
    exit(ending.rawValue)
  }

  static var isErrorInteractive: Bool { isatty(2) == 1 }

  /// Colour only on a terminal, and not where NO_COLOR is set or the terminal is dumb.
  static var style: TerminalStyle {
    let environment = ProcessInfo.processInfo.environment
    let wantsColor =
      isatty(1) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    return TerminalStyle(width: width(environment), hasColor: wantsColor)
  }

  /// Of the terminal that standard error is.
  static var errorWidth: Int {
    var size = winsize()
    return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  private static func width(_ environment: [String: String]) -> Int {
    var size = winsize()
    if ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return min(Int(size.ws_col), 160) }
    if let columns = environment["COLUMNS"].flatMap(Int.init), columns > 0 {
      return min(columns, 160)
    }
    return 100
  }

  /// Writes all of a text; false where the stream does not take it.
  private static func put(_ text: String, _ descriptor: Int32) -> Bool {
    var bytes = ArraySlice(Array(text.utf8))
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      bytes = bytes.dropFirst(count)
    }
    return true
  }
}
