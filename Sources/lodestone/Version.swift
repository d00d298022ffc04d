/// The version of the program, in its only place in the sources. The README, `CITATION.cff` and
/// `CHANGELOG.md` repeat it, and a test compares them.
enum Version {
  static let current = "0.1.0"
}
