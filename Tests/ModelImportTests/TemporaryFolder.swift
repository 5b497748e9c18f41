import Foundation

/// Folder that is removed with the object.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/vampc-import-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, creates the folders in `name`, and returns the path.
  @discardableResult
  func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    // Foundation flushes every file to disk, and ext4 does so for replaced files. Both are slow.
    unlink(url.path)
    let bytes = Array(bytes)
    guard let stream = fopen(url.path, "w") else { throw CocoaError(.fileWriteUnknown) }
    let writtenCount = fwrite(bytes, 1, bytes.count, stream)
    guard fclose(stream) == 0, writtenCount == bytes.count else { throw CocoaError(.fileWriteUnknown) }
    return url.path
  }
}
