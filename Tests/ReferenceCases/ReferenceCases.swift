import Foundation

/// Reference cases of the repository, or of the folder in the environment variable `VAMPC_REFERENCE_DIR`.
public enum ReferenceCases {
  /// Path of the folder with the reference cases.
  public static let folder =
    ProcessInfo.processInfo.environment["VAMPC_REFERENCE_DIR"] ?? Fixtures.folder + "/reference"

  /// Returns all cases of a published class, sorted by name.
  ///
  /// - Parameters:
  ///   - model: Name of the class: `DAC`, `LAC`, `VampNet` or `VGGish`.
  ///   - folder: Path of the folder with the cases.
  /// - Throws: `ReferenceError`; `.noCases` if there is none, so that no test passes for want of cases.
  public static func all(of model: String, in folder: String = ReferenceCases.folder) throws -> [ReferenceCase] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw ReferenceError.missing(path: folder)
    }
    let cases = try names.sorted().map { folder + "/" + $0 }
      .filter { FileManager.default.fileExists(atPath: $0 + "/case.json") }
      .map(ReferenceCase.init(folder:))
      .filter { $0.model == model }
    guard !cases.isEmpty else { throw ReferenceError.noCases(folder: folder, model: model) }
    return cases
  }

  /// Returns the path of a file that does not belong to a network's case, such as `metrics/expected.json`.
  ///
  /// - Throws: `ReferenceError.missing`.
  public static func path(_ name: String) throws -> String {
    let path = folder + "/" + name
    guard FileManager.default.fileExists(atPath: path) else { throw ReferenceError.missing(path: path) }
    return path
  }
}

/// Returns ‖found − expected‖ / ‖expected‖; infinity if the lengths differ or a value is not finite.
public func relativeError(_ found: [Float], _ expected: [Float]) -> Double {
  guard found.count == expected.count else { return .infinity }
  var difference = 0.0
  var reference = 0.0
  for (found, expected) in zip(found, expected) {
    let (found, expected) = (Double(found), Double(expected))
    difference += (found - expected) * (found - expected)
    reference += expected * expected
  }
  let error = (difference / reference).squareRoot()
  return difference == 0 ? 0 : (error.isFinite ? error : .infinity)
}
