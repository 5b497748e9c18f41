import Glibc

/// Changes to the names in folders.
package enum FileName {
  /// Renames a file or folder; replaces a file of the new name.
  package static func rename(_ path: String, to newPath: String) throws(SystemFailure) {
    try systemCall(returning: { Glibc.rename(path, newPath) })
  }

  /// Gives a file a second name.
  ///
  /// - Throws: ``SystemFailure``; `isExisting` where something has the new name.
  package static func link(_ path: String, to newPath: String) throws(SystemFailure) {
    try systemCall(returning: { Glibc.link(path, newPath) })
  }

  /// Removes the name of a file.
  package static func remove(_ path: String) throws(SystemFailure) {
    try systemCall(returning: { unlink(path) })
  }

  /// Makes a folder.
  package static func makeFolder(_ path: String) throws(SystemFailure) {
    try systemCall(returning: { mkdir(path, 0o777) })
  }

  /// Brings new names in a folder to the disk. A file system that cannot do so is no failure: the names are there.
  package static func syncFolder(_ path: String) {
    guard let folder = try? OpenFile(reading: path.isEmpty ? "." : path) else { return }
    try? folder.sync()
  }

  /// Folder part of a path, with a slash at its end; empty for the current folder.
  package static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// The path without links; as it is where it leads nowhere.
  package static func resolved(_ path: String) -> String {
    guard let absolute = realpath(path, nil) else { return path }
    defer { free(absolute) }
    return String(cString: absolute)
  }
}
