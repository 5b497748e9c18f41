import DACFile
import Foundation
import ReferenceCases

/// Files of `fixtures/dac-files` by folder and by name without `.dac`.
enum DACFileFixtures {
  static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Fixtures.path("dac-files/\(folder)")).sorted().compactMap {
      $0.hasSuffix(".dac") ? String($0.dropLast(4)) : nil
    }
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("dac-files/\(name).dac"))))
  }

  static func recording(_ name: String) throws -> DACRecording { try DACFileReader().read(bytes(name)) }
}
