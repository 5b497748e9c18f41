import CCrypto
import Foundation

/// Names a piece of a page in its Content-Security-Policy.
enum ContentHash {
  /// `sha256-…`, as the policy has it.
  ///
  /// - Throws: `ReportError.libraryFailed`.
  static func source(of text: String) throws -> String {
    let bytes = Array(text.utf8)
    var digest = [UInt8](repeating: 0, count: 32)
    guard EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil) == 1 else {
      throw ReportError.libraryFailed(library: "libcrypto")
    }
    return "sha256-" + Data(digest).base64EncodedString()
  }
}
