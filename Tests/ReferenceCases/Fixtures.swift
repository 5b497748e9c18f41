import Foundation

/// Files of the repository that tests read.
public enum Fixtures {
  /// Path of the repository.
  public static let repositoryFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// Path of the folder `fixtures`.
  public static let folder = repositoryFolder + "/fixtures"

  /// Name of the model that vampc uses unless another one is given.
  public static let defaultModel = "vampc-default-3"

  /// Returns the path of a fixture, such as `audio/music.flac`.
  ///
  /// - Throws: `ReferenceError.missing`.
  public static func path(_ name: String) throws -> String {
    let path = folder + "/" + name
    guard FileManager.default.fileExists(atPath: path) else { throw ReferenceError.missing(path: path) }
    return path
  }
}
