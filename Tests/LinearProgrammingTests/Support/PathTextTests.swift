import Foundation
import Support
import TestSupport
import Testing

@Suite struct PathTextTests {
  @Test func `paths are taken apart as by hand`() {
    let cases = [
      ("a/b/c.yaml", "a/b", "c.yaml", "yaml", "c"), ("c.yaml", "", "c.yaml", "yaml", "c"),
      ("/c.yaml", "/", "c.yaml", "yaml", "c"), ("/", "/", "/", "", "/"), ("//", "/", "/", "", "/"),
      ("m", "", "m", "", "m"), ("é", "", "é", "", "é"), ("", "", "", "", ""),
      ("a//b", "a", "b", "", "b"), ("/a/b/", "/a", "b", "", "b"), ("a/", "", "a", "", "a"),
      ("x/.profile", "x", ".profile", "", ".profile"), ("a.b/c", "a.b", "c", "", "c"),
      ("a.tar.gz", "", "a.tar.gz", "gz", "a.tar"), ("./m", ".", "m", "", "m"),
      ("x/\u{301}", "x", "\u{301}", "", "\u{301}"),
    ]
    for (path, folder, name, suffix, stem) in cases {
      #expect(PathText.folder(of: path) == folder, "\(path)")
      #expect(PathText.name(of: path) == name, "\(path)")
      #expect(PathText.suffix(of: path) == suffix, "\(path)")
      #expect(PathText.stem(of: path) == stem, "\(path)")
    }
    #expect(PathText.joined("", "m") == "m")
    #expect(PathText.joined("a", "m") == "a/m")
    #expect(PathText.joined("/", "m") == "/m")
  }

  @Test func `a folder and a name make the path again, whatever the names are`() {
    var random = Random(5)
    let parts = ["a", "bc", ".d", "é", "\u{301}", "e.f", " ", "🇩", "…"]
    for _ in 0..<2_000 {
      let names = (0..<random.whole(1...4)).map { _ in
        parts[random.whole(0...(parts.count - 1))]
      }
      let path = (random.whole(0...1) == 0 ? "/" : "") + names.joined(separator: "/")
      let again = PathText.joined(PathText.folder(of: path), PathText.name(of: path))
      #expect(Array(again.utf8) == Array(path.utf8))
    }
  }
}
