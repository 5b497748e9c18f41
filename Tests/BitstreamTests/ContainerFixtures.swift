import Bitstream
import Foundation

/// Access to the files in `fixtures/containers`.
enum ContainerFixtures {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "fixtures/containers")

  /// Whether the tests write the files that they expect; set only by `tools/update-container-fixtures`.
  static let isUpdating = ProcessInfo.processInfo.environment["VAMPC_UPDATE_FIXTURES"] == "1"

  static func read(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: root.appending(path: path))) }

  static func readText(_ path: String) throws -> String { String(decoding: try read(path), as: UTF8.self) }

  static func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: root.appending(path: path)) }

  /// Returns the names of the containers in a folder, without extension.
  static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
      .filter { $0.hasSuffix(".vampc") }.map { String($0.dropLast(6)) }.sorted()
  }
}
