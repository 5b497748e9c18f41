/// Output file that appears under its name only when it is complete.
///
/// Bytes are written to a hidden file in the same folder. ``commit()`` flushes the hidden file to the disk and renames
/// it; without this call the hidden file is removed. Pipes and devices are written directly.
package final class ReplacingFile {
  /// Path of the output as the caller gave it; messages name this path.
  package let path: String
  /// Path of the hidden file, which exists until ``commit()`` or ``discard()``; nil for an output that is written
  /// directly.
  package let temporaryPath: String?
  private let file: OpenFile
  private let finalPath: String
  private let replaces: Bool
  /// Whether the hidden file at `temporaryPath` has neither been renamed nor removed. Not used if `temporaryPath` is
  /// nil.
  private var hasTemporary = true

  /// Creates the hidden file, or opens the pipe or device at `path`.
  ///
  /// - Parameters:
  ///   - path: path of the output.
  ///   - replaces: whether an existing file may be replaced. Its permissions limit those of the new file.
  ///   - sources: files that must not be overwritten.
  ///   - input: status of the input from which the file is made. The file gets the permissions of a regular file, from
  ///     its first moment on. Nil for those of the replaced file, or else those that new files have.
  /// - Throws: ``ReplacingFileError``.
  package init(
    path: String, replaces: Bool, sources: [FileIdentity] = [], fromInput input: FileStatus? = nil
  ) throws(ReplacingFileError) {
    let input = input?.kind == .regularFile ? input : nil
    self.path = path
    self.replaces = replaces
    let isThere = (try? FileStatus(path: path, followsLinks: false)) != nil
    let status = try? FileStatus(path: path)
    if let status {
      if sources.contains(status.identity) { throw .isSource(path: path) }
      switch status.kind {
      case .regularFile, .symbolicLink: break
      case .directory: throw .isDirectory(path: path)
      case .other:
        // A device or a named pipe is written directly.
        do throws(SystemFailure) { file = try OpenFile(writing: path) } catch {
          throw .cannotCreate(path: path, reason: error.reason)
        }
        temporaryPath = nil
        finalPath = path
        return
      }
    }
    if isThere, !replaces { throw .exists(path: path) }
    // A symbolic link stays, and the file that the link leads to is replaced.
    finalPath = status == nil ? path : FileName.resolved(path)
    do throws(SystemFailure) {
      (file, temporaryPath) = try Self.createHidden(
        in: FileName.folder(of: finalPath), fromInput: input, inPlaceOf: status)
    } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
  }

  /// Creates an output that is written directly to an open descriptor, which the caller keeps and closes. Messages name
  /// `name` as the path of the output.
  package init(descriptor: Int32, name: String) {
    path = name
    finalPath = name
    temporaryPath = nil
    replaces = false
    file = OpenFile(borrowing: descriptor)
  }

  /// Writes a whole file, which appears under its name, or replaces another one, when it is complete.
  ///
  /// - Throws: ``ReplacingFileError``.
  package static func write(_ bytes: [UInt8], to path: String) throws(ReplacingFileError) {
    let file = try ReplacingFile(path: path, replaces: true)
    try file.write(bytes)
    try file.commit()
  }

  deinit { discard() }

  /// Descriptor open for reading and writing where the output is a file; belongs to this object.
  package var descriptor: Int32 { file.descriptor }

  /// Appends bytes. A pipe without a reader gives an error, never a signal.
  ///
  /// - Throws: ``ReplacingFileError/writeFailed(path:reason:)``, ``ReplacingFileError/readerGone(path:)``.
  package func write(_ bytes: [UInt8]) throws(ReplacingFileError) {
    try writing { () throws(SystemFailure) in try file.write(bytes) }
  }

  /// Gives the complete file its name. No bytes can be written afterwards.
  ///
  /// - Throws: ``ReplacingFileError``. The hidden file is then removed, and `path` leads to no new content; bytes that
  ///   were written directly stay written. The error is `.exists` if an existing file must not be replaced and another
  ///   program has created a file with the name in the meantime.
  package func commit() throws(ReplacingFileError) {
    guard let temporaryPath else {
      return try writing { () throws(SystemFailure) in try file.closeNow() }
    }
    do throws(ReplacingFileError) {
      try writing { () throws(SystemFailure) in
        try file.sync()
        try file.closeNow()
      }
      try rename(temporaryPath)
    } catch {
      discard()
      throw error
    }
    FileName.syncFolder(FileName.folder(of: finalPath))
  }

  /// Closes the output and removes the hidden file, unless ``commit()`` has renamed the hidden file.
  package func discard() {
    try? file.closeNow()
    removeTemporary()
  }

  private func removeTemporary() {
    guard let temporaryPath, hasTemporary else { return }
    try? FileName.remove(temporaryPath)
    hasTemporary = false
  }

  private func rename(_ temporaryPath: String) throws(ReplacingFileError) {
    if !replaces {
      // A hard link fails where another program has created the file in the meantime; a rename would replace that file.
      do throws(SystemFailure) {
        try FileName.link(temporaryPath, to: finalPath)
        return removeTemporary()
      } catch {
        if error.isExisting { throw .exists(path: path) }
        // The file system has no hard links, so the hidden file is renamed below.
      }
    }
    try writing { () throws(SystemFailure) in try FileName.rename(temporaryPath, to: finalPath) }
    hasTemporary = false
  }

  private func writing(_ body: () throws(SystemFailure) -> Void) throws(ReplacingFileError) {
    do throws(SystemFailure) { try body() } catch { throw ReplacingFileError(writing: path, error) }
  }

  /// Creates a hidden file under a name that no other program uses.
  private static func createHidden(
    in folder: String, fromInput input: FileStatus?, inPlaceOf replaced: FileStatus?
  ) throws(SystemFailure) -> (OpenFile, String?) {
    var attemptCount = 0
    while true {
      let path = folder + ".vampc-" + String(UInt64.random(in: .min ... .max), radix: 36) + ".partial"
      do throws(SystemFailure) {
        return (try OpenFile(creatingNew: path, fromInput: input, inPlaceOf: replaced), path)
      } catch {
        attemptCount += 1
        guard error.isExisting, attemptCount < 100 else { throw error }
      }
    }
  }
}
