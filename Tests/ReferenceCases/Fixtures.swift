import Foundation

/// The files of the repository that tests read.
public enum Fixtures {
  /// Top of the repository.
  public static let repositoryFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  public static let folder = repositoryFolder + "/fixtures"

  /// Name of the model that vampc takes where nothing else is asked for.
  public static let defaultModel = "vampc-default-3"

  /// Path of a fixture, such as `audio/music.flac`.
  ///
  /// - Throws: `ReferenceError.missing`.
  public static func path(_ name: String) throws -> String {
    let path = folder + "/" + name
    guard FileManager.default.fileExists(atPath: path) else { throw ReferenceError.missing(path: path) }
    return path
  }
}
