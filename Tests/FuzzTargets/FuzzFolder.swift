import Foundation

/// Temporary folder for the files of one input.
final class FuzzFolder {
  let path: String
  private var names: [String] = []

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/vampc-fuzz-\(UUID().uuidString)"
    guard mkdir(path, 0o700) == 0 else { throw FuzzFinding("\(path): cannot be made") }
  }

  deinit {
    for name in names { unlink(file(name)) }
    rmdir(path)
  }

  /// Path of a file that is removed with the folder, whether it exists or not.
  func file(_ name: String) -> String { path + "/" + name }

  /// Path of a file that the caller writes.
  func reserve(_ name: String) -> String {
    names.append(name)
    return file(name)
  }

  /// Writes a file and returns its path.
  func write(_ bytes: [UInt8], to name: String = "input") throws -> String {
    let file = reserve(name)
    guard let stream = fopen(file, "w") else { throw FuzzFinding("\(file): cannot be made") }
    let count = fwrite(bytes, 1, bytes.count, stream)
    guard fclose(stream) == 0, count == bytes.count else { throw FuzzFinding("\(file): cannot be written") }
    return file
  }
}
