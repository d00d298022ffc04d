import Foundation
import SupplyChain
import Support

extension ModelDocument {
  /// The SHA-256 of the model's file and its tables, in 64 hexadecimal digits: of each the name without folders and the
  /// bytes, both with their length in front.
  public var hash: String {
    var digest = SHA256()
    for (name, bytes) in zip(fileNames, fileContents) {
      digest.feed(PathText.name(of: name))
      digest.feed(bytes)
    }
    return digest.digest
  }
}
