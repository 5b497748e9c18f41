import Foundation
import Synchronization
import SystemCalls
import TestSupport
import Testing

/// Permissions of outputs: those of the input, and never more than those of the file that is replaced.
@Suite struct FilePermissionTests {
  /// Calls of the system that note the permissions with which files are created.
  private final class NotedCalls: FileCalls {
    private let real = SystemFileCalls()
    let created = Mutex<[UInt32]>([])

    func open(_ path: String, flags: Int32, permissions: UInt32) throws -> Int32 {
      if flags & O_CREAT != 0 { created.withLock { $0.append(permissions) } }
      return try real.open(path, flags: flags, permissions: permissions)
    }

    func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int?) throws -> Int {
      try real.read(descriptor, into: buffer, at: offset)
    }

    func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int?) throws -> Int {
      try real.write(descriptor, bytes, at: offset)
    }

    func resize(_ descriptor: Int32, to byteCount: Int) throws { try real.resize(descriptor, to: byteCount) }
    func sync(_ descriptor: Int32) throws { try real.sync(descriptor) }
    func close(_ descriptor: Int32) throws { try real.close(descriptor) }
    func rename(_ path: String, to newPath: String) throws { try real.rename(path, to: newPath) }
    func link(_ path: String, to newPath: String) throws { try real.link(path, to: newPath) }
    func remove(_ path: String) throws { try real.remove(path) }
  }

  private func permissions(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  /// Permissions of the input, of the file that is replaced, if any, and of the output, for a mask of 022.
  @Test(
    arguments: [
      (0o600, nil, 0o600), (0o644, nil, 0o644), (0o400, nil, 0o400), (0o640, nil, 0o640), (0o755, nil, 0o644),
      (0o666, nil, 0o644), (0o600, 0o644, 0o600), (0o644, 0o600, 0o600), (0o644, 0o640, 0o640), (0o664, 0o664, 0o664),
    ] as [(Int, Int?, Int)])
  func outputsGetThoseOfTheInput(input: Int, replaced: Int?, output: Int) throws {
    let mask = umask(0o022)
    umask(mask)
    try #require(mask == 0o022, "the tests need the usual mask")
    let folder = try TemporaryFolder()
    let source = try folder.write([1], to: "in")
    try FileManager.default.setAttributes([.posixPermissions: input], ofItemAtPath: source)
    let path = folder.file("out")
    if let replaced {
      try folder.write([2], to: "out")
      try FileManager.default.setAttributes([.posixPermissions: replaced], ofItemAtPath: path)
    }
    let calls = NotedCalls()
    try SystemFileCalls.$current.withValue(calls) {
      let file = try ReplacingFile(path: path, replaces: true, fromInput: FileStatus(path: source))
      #expect(try permissions(#require(file.temporaryPath)) == output)
      try file.write([3])
      try file.commit()
    }
    #expect(try permissions(path) == output)
    // From its first moment nobody but the owner can open the file.
    #expect(calls.created.withLock { $0 } == [UInt32(output & 0o600)])
  }

  /// A group that is not the input's must not read what only the input's group could read.
  @Test(.enabled(if: geteuid() == 0)) func outputsGetTheGroupOfTheInput() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write([1], to: "in")
    #expect(chown(source, 0, 4_321) == 0 && chmod(source, 0o640) == 0)
    let file = try ReplacingFile(path: folder.file("out"), replaces: false, fromInput: FileStatus(path: source))
    try file.commit()
    #expect(try permissions(folder.file("out")) == 0o640)
    var status = stat()
    #expect(stat(folder.file("out"), &status) == 0 && status.st_gid == 4_321)
  }

  /// A pipe has permissions that say nothing about its content.
  @Test func otherInputsGiveNone() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    let file = try ReplacingFile(
      path: folder.file("out"), replaces: false, fromInput: FileStatus(path: folder.file("pipe")))
    try file.commit()
    let usual = try permissions(folder.write([1], to: "usual"))
    #expect(try permissions(folder.file("out")) == usual)
  }
}
