import CCrypto
import Foundation

/// Hash of an inline script for the page's Content-Security-Policy.
enum ContentHash {
  /// Computes the source expression of a script: `sha256-` and the SHA-256 of the text in base64.
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
