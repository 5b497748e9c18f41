import SystemCalls

/// Cache of the digests of model files, so that a file is hashed once and not at every start of a program.
///
/// The cache is a folder with one small file for each model file (`formats/model.md`, "Cache of identities"). An entry
/// counts only for a file with the same device, inode, size, and times of change. An entry that is damaged, or that
/// another user could have written, is ignored. A cache that cannot be written is no error.
public struct IdentityCache: Equatable, Sendable {
  /// Path of the folder, which is created when the first entry is stored.
  public let folder: String
  /// Age in seconds from which on the times of a file prove that the file is unchanged. The clocks of file systems are
  /// coarse: a file that is written twice within 2 s may have the same times afterwards.
  private let settlingSeconds: Int

  /// Cache in a folder.
  public init(folder: String) { self.init(folder: folder, settlingSeconds: 3) }

  package init(folder: String, settlingSeconds: Int) {
    self.folder = folder
    self.settlingSeconds = settlingSeconds
  }

  /// Cache of the user; nil without a home folder.
  ///
  /// - Parameter environment: Environment of the process. `XDG_CACHE_HOME` and `HOME` are used.
  public static func standard(environment: [String: String]) -> IdentityCache? {
    if let caches = environment["XDG_CACHE_HOME"], caches.hasPrefix("/") {
      return IdentityCache(folder: caches + "/vampc/identities")
    }
    if let home = environment["HOME"], home.hasPrefix("/") {
      return IdentityCache(folder: home + "/.cache/vampc/identities")
    }
    return nil
  }

  /// Digest of the file with this status; nil where the cache has no trustworthy entry.
  func digest(of status: FileStatus) -> ModelDigest? {
    guard isTrustworthy, let file = try? OpenFile(reading: path(of: status), waitsForWriter: false),
      let entry = try? file.status(), entry.kind == .regularFile, entry.belongsToUserAlone,
      let bytes = try? file.bytes(in: 0..<Self.largestByteCount + 1), bytes.count <= Self.largestByteCount
    else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 4, let digest = ModelDigest(hex: String(lines[1])),
      let text = try? Self.text(of: status, digest), text.utf8.elementsEqual(bytes)
    else { return nil }
    return digest
  }

  /// Stores the digest of the file that had this status before and after it was hashed.
  func store(_ digest: ModelDigest, of status: FileStatus) {
    guard status.change.seconds + settlingSeconds <= ClockTime.now.seconds else { return }
    try? FileName.makeFolders(folder, isPrivate: true)
    guard isTrustworthy, let text = try? Self.text(of: status, digest) else { return }
    try? ReplacingFile.write(Array(text.utf8), to: path(of: status))
  }

  private static let largestByteCount = 1_024

  /// Whether the folder exists and no other user can put files into it.
  private var isTrustworthy: Bool {
    guard let status = try? FileStatus(path: folder, followsLinks: false) else { return false }
    return status.kind == .directory && status.belongsToUserAlone
  }

  private func path(of status: FileStatus) -> String {
    "\(folder)/\(String(status.identity.device, radix: 16))-\(String(status.identity.number, radix: 16))"
  }

  /// Text of an entry: the file, its digest, and a checksum of both.
  private static func text(of status: FileStatus, _ digest: ModelDigest) throws -> String {
    let file = [
      "\(status.identity.device)", "\(status.identity.number)", "\(status.byteCount)", text(of: status.modification),
      text(of: status.change),
    ]
    let content = "vampc identity 1 \(file.joined(separator: " "))\n\(digest.hex)\n"
    let checksum = try SHA256()
    try checksum.update(content.utf8)
    return content + (try checksum.finalised().hex) + "\n"
  }

  private static func text(of time: ClockTime) -> String { "\(time.seconds).\(time.nanoseconds)" }
}
