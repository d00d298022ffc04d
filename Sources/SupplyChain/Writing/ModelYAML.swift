extension ModelTree {
  /// The tree as YAML: sections and entries as blocks, what fits a line in braces.
  ///
  /// - Parameter comments: lines put in front, each behind a `#`.
  public func yaml(comments: [String] = []) -> String {
    var out = ""
    for comment in comments { out += "# \(comment.escapedForDisplay(limit: 400))\n" }
    writeBlock(to: &out, indent: 0)
    return out
  }

  private static let width = 100

  /// Whether something stands in it that is worth a line of its own.
  private var isEmpty: Bool {
    switch self {
    case .keys(let keys): keys.isEmpty
    case .list(let items): items.isEmpty
    default: true
    }
  }

  private func writeBlock(to out: inout String, indent: Int) {
    let margin = String(repeating: " ", count: indent)
    switch self {
    case .keys(let keys):
      for key in keys {
        let head = margin + ModelTree.scalar(key.name) + ":"
        let isLine = key.value.fitsLine(after: head, indent)
        if indent == 0, !isLine { out += "\n" }
        key.value.write(to: &out, after: head, onOneLine: isLine, indent)
      }
    case .list(let items):
      for item in items {
        out += "\(margin)- \(item.flow)\n"
      }
    case .plain, .quoted:
      out += margin + flow + "\n"
    }
  }

  private func write(to out: inout String, after head: String, onOneLine: Bool, _ indent: Int) {
    if onOneLine {
      let line = flow
      out += line.isEmpty ? head + "\n" : "\(head) \(line)\n"
    } else {
      out += head + "\n"
      writeBlock(to: &out, indent: indent + 2)
    }
  }

  private func fitsLine(after head: String, _ indent: Int) -> Bool {
    if isEmpty { return true }
    guard indent >= 2 || !isSection else { return false }
    return head.count + 1 + flow.count <= ModelTree.width
  }

  /// Whether entries stand in it, which take a line each.
  private var isSection: Bool {
    guard case .keys(let keys) = self else { return false }
    return keys.contains { if case .keys = $0.value { true } else { false } }
  }

  private var flow: String {
    switch self {
    case .plain(let text): return ModelTree.isMissing(text) ? text : ModelTree.scalar(text)
    case .quoted(let text): return ModelTree.quote(text)
    case .list(let items): return "[" + items.map(\.flow).joined(separator: ", ") + "]"
    case .keys(let keys):
      if keys.isEmpty { return "{}" }
      let parts = keys.map { key in
        let value = key.value.flow
        return ModelTree.scalar(key.name) + (value.isEmpty ? ": ~" : ": \(value)")
      }
      return "{ " + parts.joined(separator: ", ") + " }"
    }
  }

  private static func isMissing(_ text: String) -> Bool {
    text.isEmpty || text == "~" || text == "null"
  }

  /// Text without quotes where it cannot be taken for anything else, inside braces too.
  private static func scalar(_ text: String) -> String {
    let isPlain =
      !isMissing(text) && text.utf8.count <= 200
      && text.utf8.allSatisfy { byte in
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || "_-+.%/() ".utf8.contains(byte)
      }
      && text.utf8.first != UInt8(ascii: " ") && text.utf8.last != UInt8(ascii: " ")
      && !(text.hasPrefix("-") && !isSignedNumber(text)) && !text.hasPrefix("%")
      && !text.hasPrefix("...") && !isMisread(text)
    return isPlain ? text : quote(text)
  }

  /// Whether readers of YAML 1.1 take the text for something else: `NO` for false, `010` for 8, `2026-01-01` for a day,
  /// `1_000` for a number. The truth values `true` and `false` are read alike by all.
  private static func isMisread(_ text: String) -> Bool {
    let words = ["y", "yes", "n", "no", "on", "off", "null"]
    let lowered = text.lowercased()
    if words.contains(lowered) || (lowered != text && ["true", "false"].contains(lowered)) {
      return true
    }
    if [".nan", ".inf", "+.inf", "-.inf"].contains(lowered) { return true }
    let digits = lowered.drop { $0 == "+" || $0 == "-" }
    guard let first = digits.first, first.isASCII, first.isNumber else { return false }
    let isDay = digits.split(separator: "-").count == 3
    let isGrouped =
      digits.contains("_") && digits.allSatisfy { $0.isNumber || "_.-+".contains($0) }
    let isOtherBase = digits.first == "0" && digits.dropFirst().first.map(isDigitOrBase) ?? false
    return isDay && digits.allSatisfy { $0.isNumber || $0 == "-" } || isGrouped
      || (isOtherBase && digits.allSatisfy { $0.isHexDigit || "xob_".contains($0) })
  }

  private static func isDigitOrBase(_ character: Character) -> Bool {
    character.isNumber || "xob".contains(character)
  }

  private static func isSignedNumber(_ text: String) -> Bool {
    text.utf8.dropFirst().first.map { $0 &- 0x30 < 10 } ?? false
  }

  private static func quote(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
          .unassigned:
          let hex = String(scalar.value, radix: 16)
          out += "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
        default: out.unicodeScalars.append(scalar)
        }
      }
    }
    return out + "\""
  }
}
