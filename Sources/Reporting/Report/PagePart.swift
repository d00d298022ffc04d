import CPages

/// The files that reports and the live page are made of; they are held in the program.
enum PagePart {
  static func bytes(_ name: String) -> [UInt8] {
    let part = page_part_named(name)
    guard let bytes = part.bytes else {
      preconditionFailure("no file of a page is named \(name); pages.c lists them")
    }
    return Array(UnsafeBufferPointer(start: bytes, count: part.count))
  }

  static func text(_ name: String) -> String { String(decoding: bytes(name), as: UTF8.self) }

  /// Scripts one after another, each named without its ending.
  static func script(_ names: [String]) -> String {
    names.map { text($0 + ".js") }.joined(separator: "\n")
  }
}
