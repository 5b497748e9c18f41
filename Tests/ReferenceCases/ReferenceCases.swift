import Foundation

/// The reference cases: those of the repository, or others of the same form in the folder `VAMPC_REFERENCE_DIR`.
public enum ReferenceCases {
  public static let folder =
    ProcessInfo.processInfo.environment["VAMPC_REFERENCE_DIR"] ?? Fixtures.folder + "/reference"

  /// Every case of a published class, by name.
  ///
  /// - Parameter model: `DAC`, `LAC` or `VampNet`.
  /// - Throws: `ReferenceError`, also where there is not one, so that no test passes for want of cases.
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

  /// Path of a file that is not part of a network's case, such as `metrics/expected.json`.
  ///
  /// - Throws: `ReferenceError.missing`.
  public static func path(_ name: String) throws -> String {
    let path = folder + "/" + name
    guard FileManager.default.fileExists(atPath: path) else { throw ReferenceError.missing(path: path) }
    return path
  }
}

/// ‖found − expected‖ / ‖expected‖, or infinity where the lengths differ or a value is not finite.
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
