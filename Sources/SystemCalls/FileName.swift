import Glibc

/// Functions that rename, link, list, make and remove files and folders by their paths.
package enum FileName {
  /// Renames a file or folder; an existing file with the new name is replaced.
  package static func rename(_ path: String, to newPath: String) throws(SystemFailure) {
    try systemCall { try SystemFileCalls.current.rename(path, to: newPath) }
  }

  /// Adds a second name, a hard link, to a file.
  ///
  /// - Throws: ``SystemFailure``, whose `isExisting` is true if a file or folder has the new name already.
  package static func link(_ path: String, to newPath: String) throws(SystemFailure) {
    try systemCall { try SystemFileCalls.current.link(path, to: newPath) }
  }

  /// Removes the file at `path`. If `path` is a symbolic link, the link is removed and its target stays.
  package static func remove(_ path: String) throws(SystemFailure) {
    try systemCall { try SystemFileCalls.current.remove(path) }
  }

  /// Makes one folder, whose parent must exist. If `isPrivate` is true, only the owner can use the folder (mode 0700);
  /// otherwise the process's umask decides.
  package static func makeFolder(_ path: String, isPrivate: Bool = false) throws(SystemFailure) {
    try systemCall(returning: { mkdir(PathText.bytes(of: path), isPrivate ? 0o700 : 0o777) })
  }

  /// Makes a folder and all folders above it that do not exist. The path may end with a slash. An existing folder is no
  /// error, so that several programs can make the same folders. `isPrivate` applies to the folders that are made, as in
  /// ``makeFolder(_:isPrivate:)``.
  package static func makeFolders(_ path: String, isPrivate: Bool = false) throws(SystemFailure) {
    do throws(SystemFailure) { try makeMissingFolder(path, isPrivate: isPrivate) } catch {
      let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      guard error.code == ENOENT, !parent.isEmpty, parent != path else { throw error }
      try makeFolders(parent, isPrivate: isPrivate)
      try makeMissingFolder(path, isPrivate: isPrivate)
    }
  }

  private static func makeMissingFolder(_ path: String, isPrivate: Bool) throws(SystemFailure) {
    do throws(SystemFailure) { try makeFolder(path, isPrivate: isPrivate) } catch {
      guard error.isExisting, (try? FileStatus(path: path))?.kind == .directory else { throw error }
    }
  }

  /// Names of the files and folders in `folder`, without `.` and `..`, in no particular order.
  package static func names(in folder: String) throws(SystemFailure) -> [String] {
    guard let stream = opendir(PathText.bytes(of: folder)) else { throw .last }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { PathText.text(of: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    if errno != 0 { throw .last }
    return names
  }

  /// Removes a file, or a folder with everything in it. Links are removed, never followed.
  package static func removeTree(_ path: String) throws(SystemFailure) {
    guard try FileStatus(path: path, followsLinks: false).kind == .directory else { return try remove(path) }
    for name in try names(in: path) { try removeTree(path + "/" + name) }
    try systemCall(returning: { rmdir(PathText.bytes(of: path)) })
  }

  /// Flushes new names in a folder to the disk. Failures are ignored, because some file systems cannot flush names.
  package static func syncFolder(_ path: String) {
    guard let folder = try? OpenFile(reading: path.isEmpty ? "." : path) else { return }
    try? folder.sync()
  }

  /// Folder part of a path, with a slash at its end; empty for the current folder.
  package static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// Path with all links resolved; the unchanged path if the system cannot resolve it, for example because no file
  /// exists.
  package static func resolved(_ path: String) -> String {
    guard let absolute = realpath(PathText.bytes(of: path), nil) else { return path }
    defer { free(absolute) }
    return PathText.text(of: absolute)
  }
}
