/// Paths as text: the parts that `/` separates. Works on bytes, so that no name of a file is too short or too strange for
/// it; Foundation's functions on paths stop the program at names of one character.
public enum PathText {
  private static let slash = UInt8(ascii: "/")

  /// What stands before the last name: `a/b` of `a/b/c.yaml`, `/` of `/c.yaml`, nothing of `c.yaml`.
  public static func folder(of path: String) -> String {
    var bytes = withoutEnd(path)
    guard let last = bytes.lastIndex(of: slash) else { return "" }
    bytes = bytes[..<last]
    return text(withoutEnd(bytes, isRooted: true))
  }

  /// The last name: `c.yaml` of `a/b/c.yaml`; `/` of `/`.
  public static func name(of path: String) -> String {
    let bytes = withoutEnd(path)
    guard let last = bytes.lastIndex(of: slash), bytes.count > 1 else { return text(bytes) }
    return text(bytes[(last + 1)...])
  }

  /// A name in a folder; in no folder the name itself.
  public static func joined(_ folder: String, _ name: String) -> String {
    if folder.isEmpty { return name }
    return folder.utf8.last == slash ? folder + name : folder + "/" + name
  }

  /// What follows the last dot of the name, without the dot: `gz` of `a.tar.gz`, nothing of `.profile`.
  public static func suffix(of path: String) -> String {
    let bytes = Array(name(of: path).utf8)
    guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return "" }
    return text(bytes[(dot + 1)...])
  }

  /// The name without its suffix and the dot before it.
  public static func stem(of path: String) -> String {
    let name = name(of: path)
    let suffix = suffix(of: path)
    return suffix.isEmpty ? name : text(Array(name.utf8).dropLast(suffix.utf8.count + 1))
  }

  private static func withoutEnd(_ path: String) -> ArraySlice<UInt8> {
    withoutEnd(Array(path.utf8)[...], isRooted: path.utf8.first == slash)
  }

  /// Without the slashes at its end; of a path from the root the root stays.
  private static func withoutEnd(_ bytes: ArraySlice<UInt8>, isRooted: Bool) -> ArraySlice<UInt8> {
    let count = bytes.reversed().prefix { $0 == slash }.count
    let rest = bytes.dropLast(count)
    return rest.isEmpty && isRooted ? [slash] : rest
  }

  private static func text(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}
