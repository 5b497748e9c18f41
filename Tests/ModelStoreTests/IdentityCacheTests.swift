import Foundation
import ModelStore
import TestSupport
import Testing

/// Identities come from the weights, and the cache never gives one to a file that it does not belong to.
@Suite struct IdentityCacheTests {
  private let folder: TemporaryFolder
  private let cache: IdentityCache

  init() throws {
    folder = try TemporaryFolder()
    // Tests cannot wait until a new file is old enough.
    cache = IdentityCache(folder: folder.path + "/caches/identities", settlingSeconds: 0)
  }

  private func model(_ values: [Float], metadata: [String: String] = codecMetadata) throws -> String {
    try folder.write(modelBytes(metadata, values: values), to: "model.safetensors")
  }

  private func digest(_ path: String, _ cache: IdentityCache?) throws -> ModelDigest {
    try ModelFile(path: path, identityCache: cache).identity().digest
  }

  private func entries() -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: cache.folder)) ?? []).map { cache.folder + "/" + $0 }
  }

  private func permissions(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  /// Replaces the only entry by one for another digest, as an honest program would have written it.
  private func forgeEntry(_ digest: ModelDigest) throws {
    let path = try #require(entries().first)
    var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    lines[1] = digest.hex
    let hash = try SHA256()
    try hash.update("\(lines[0])\n\(lines[1])\n".utf8)
    let text = "\(lines[0])\n\(lines[1])\n\(try hash.finalised().hex)\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  private let other = ModelDigest(bytes: [UInt8](repeating: 7, count: 32))

  @Test func recordedDigestsAreNotBelieved() throws {
    let digests = try ModelFile(path: model([1, 2])).weights.tensors.map { _ in
      let hash = try SHA256()
      try hash.update([Float(1), 2].flatMap { value in withUnsafeBytes(of: value) { Array($0) } })
      return try hash.finalised().hex
    }
    var metadata = codecMetadata
    metadata["tensor_sha256"] = "{\"a\": \"\(digests[0])\"}"
    let shipped = try digest(model([1, 2], metadata: metadata), nil)
    #expect(try digest(model([1, 3], metadata: metadata), nil) != shipped)
  }

  @Test func anUnchangedFileIsNotReadAgain() throws {
    let path = try model([1, 2])
    let computed = try digest(path, cache)
    #expect(entries().count == 1)
    #expect(try digest(path, cache) == computed)
    // The entry, not the file, gives the digest.
    try forgeEntry(other)
    #expect(try digest(path, cache) == other)
  }

  @Test func otherWeightsInTheSameFileAreNoticed() throws {
    let path = try model([1, 2])
    let computed = try digest(path, cache)
    // Same inode, same length, and the time of modification is put back; the clock of a file system is coarse.
    usleep(50_000)
    var status = stat()
    #expect(stat(path, &status) == 0)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seek(toOffset: UInt64(status.st_size) - 1)
    try handle.write(contentsOf: [0x41])
    try handle.close()
    let times = [status.st_atim, status.st_mtim]
    #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
    let found = try digest(path, cache)
    #expect(found != computed)
    #expect(try found == digest(path, nil))
  }

  @Test func damagedEntriesAreIgnored() throws {
    let path = try model([1, 2])
    let computed = try digest(path, cache)
    let entry = try #require(entries().first)
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: entry)))
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 1
      try Data(damaged).write(to: URL(fileURLWithPath: entry))
      #expect(try digest(path, cache) == computed, "byte \(index)")
    }
    for content in [[], Array(bytes.dropLast()), bytes + [0x0A], [UInt8](repeating: 0x0A, count: 1 << 20)] {
      try Data(content).write(to: URL(fileURLWithPath: entry))
      #expect(try digest(path, cache) == computed)
    }
    // The last digest has repaired the entry.
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: entry))) == bytes)
  }

  @Test func foldersAndEntriesThatOthersCanWriteAreIgnored() throws {
    let path = try model([1, 2])
    let computed = try digest(path, cache)
    #expect(try permissions(cache.folder) == 0o700)
    #expect(try permissions(folder.path + "/caches") == 0o700)
    try forgeEntry(other)
    let entry = try #require(entries().first)
    for (shared, usual) in [(cache.folder, 0o700), (entry, 0o600)] {
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: shared)
      #expect(try digest(path, cache) == computed, "\(shared)")
      // A new entry replaces the one that others could write, but only in a folder of the user's own.
      if shared != entry { try forgeEntry(other) }
      try FileManager.default.setAttributes([.posixPermissions: usual], ofItemAtPath: shared)
    }
    #expect(try digest(path, cache) == computed)
  }

  @Test(.enabled(if: geteuid() == 0)) func entriesOfOtherUsersAreIgnored() throws {
    let path = try model([1, 2])
    let computed = try digest(path, cache)
    try forgeEntry(other)
    #expect(try chown(#require(entries().first), 1, 1) == 0)
    #expect(try digest(path, cache) == computed)
    try forgeEntry(other)
    #expect(chown(cache.folder, 1, 1) == 0)
    #expect(try digest(path, cache) == computed)
  }

  @Test func aCacheThatCannotBeWrittenIsNoError() throws {
    let path = try model([1, 2])
    let computed = try digest(path, nil)
    let file = try folder.write([1], to: "file")
    #expect(try digest(path, IdentityCache(folder: file + "/identities", settlingSeconds: 0)) == computed)
    #expect(try digest(path, IdentityCache(folder: "/proc/identities", settlingSeconds: 0)) == computed)
    // A link could lead to a folder of another user.
    try FileManager.default.createDirectory(atPath: folder.path + "/real", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: "real")
    #expect(try digest(path, IdentityCache(folder: folder.path + "/link", settlingSeconds: 0)) == computed)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/real") == [])
  }

  /// A file that changes twice within a moment may have the same times both times.
  @Test func aFileThatHasJustChangedIsNotStored() throws {
    let fresh = IdentityCache(folder: cache.folder)
    _ = try digest(model([1, 2]), fresh)
    #expect(entries() == [])
  }

  @Test func theUsersCacheIsFound() {
    #expect(
      IdentityCache.standard(environment: ["XDG_CACHE_HOME": "/c", "HOME": "/h"])?.folder == "/c/vampc/identities")
    #expect(
      IdentityCache.standard(environment: ["XDG_CACHE_HOME": "c", "HOME": "/h"])?.folder
        == "/h/.cache/vampc/identities")
    #expect(IdentityCache.standard(environment: [:]) == nil)
  }

  @Test func aFileThatBecomesShorterIsAnError() throws {
    let path = try model([Float](repeating: 1, count: 1 << 16))
    let file = try ModelFile(path: path)
    let byteCount = file.weights.byteCount
    #expect(truncate(path, 4_096) == 0)
    let error = ModelError.shortened(path: path, expected: byteCount, found: 4_096)
    #expect(throws: error) { try file.identity() }
    #expect(throws: error) { try file.weights.floats(named: "a", shape: [1 << 16]) }
  }
}
