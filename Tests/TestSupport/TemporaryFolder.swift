import Foundation

/// Temporary folder, removed with its last reference.
package final class TemporaryFolder {
  /// Path of the folder.
  package let path: String

  /// Creates an empty folder.
  ///
  /// - Throws: Foundation's error.
  package init() throws {
    path = FileManager.default.temporaryDirectory.path + "/vampc-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Returns the path of a file in the folder, whether the file exists or not.
  package func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file, with the folders in its name, and returns its path.
  ///
  /// - Throws: Foundation's error.
  @discardableResult
  package func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    let url = URL(fileURLWithPath: file(name))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    // Foundation flushes every file to disk, and ext4 does so for replaced files. Both are slow.
    unlink(url.path)
    let bytes = Array(bytes)
    guard let stream = fopen(url.path, "w") else { throw CocoaError(.fileWriteUnknown) }
    let writtenCount = fwrite(bytes, 1, bytes.count, stream)
    guard fclose(stream) == 0, writtenCount == bytes.count else { throw CocoaError(.fileWriteUnknown) }
    return url.path
  }

  /// Reads a file as UTF-8.
  ///
  /// - Throws: Foundation's error for a missing file.
  package func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: file(name))), as: UTF8.self)
  }
}
