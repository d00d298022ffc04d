/// What a file is that is no text, by its first bytes.
enum FileKind {
  private static let beginnings: [(bytes: [UInt8], words: String, help: String)] = [
    (
      [0x50, 0x4B, 0x03, 0x04], "an Excel workbook or another zip archive",
      "save its sheets as CSV in UTF-8, and name them under `tables` of a model"
    ),
    (
      [0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook or another Office document",
      "save its sheets as CSV in UTF-8, and name them under `tables` of a model"
    ),
    (Array("%PDF-".utf8), "a PDF document", "name a model, which is a YAML file"),
    (
      Array("SQLite format 3".utf8), "a SQLite database",
      "`lodestone results` reads the store of a sweep"
    ),
    ([0x1F, 0x8B], "compressed with gzip", "unpack it first"),
    ([0xFF, 0xFE], "UTF-16", "save it as UTF-8"),
    ([0xFE, 0xFF], "UTF-16", "save it as UTF-8"),
  ]

  /// What the file is and what to do about it; nil where its beginning says nothing.
  static func named(_ bytes: [UInt8]) -> (words: String, help: String)? {
    beginnings.first { bytes.starts(with: $0.bytes) }.map { ($0.words, $0.help) }
  }
}
