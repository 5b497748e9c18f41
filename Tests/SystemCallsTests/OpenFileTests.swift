import Foundation
import SystemCalls
import Testing

/// Files, pipes and locks through the one module that calls the system.
@Suite struct OpenFileTests {
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.path + "/vampc-open-\(UUID().uuidString)"
    init() throws { try FileName.makeFolders(path) }
    deinit { try? FileName.removeTree(path) }
  }

  private func failure(_ body: () throws -> Void) -> SystemFailure? {
    do { try body() } catch { return error as? SystemFailure }
    return nil
  }

  @Test func readsWhatWasWrittenAtPlacesAndPositions() throws {
    let folder = try Folder()
    let file = try OpenFile(creatingNew: folder.path + "/a")
    try file.write([1, 2, 3, 4])
    var writtenCount = 0
    try file.write([9, 8], at: 1, writtenCount: &writtenCount)
    #expect(writtenCount == 2)
    #expect(try file.bytes(in: 0..<4) == [1, 9, 8, 4])
    #expect(try file.bytes(in: 2..<9) == [8, 4])
    #expect(try file.position() == 4)
    try file.seek(1)
    #expect(try file.read(upTo: 10) == [9, 8, 4])
    #expect(try file.read(upTo: 10) == [])
    try file.truncate(to: 2)
    #expect(try file.byteCount() == 2)
    #expect(try FileMapping(file, path: "a").withUnsafeBytes(in: 0..<2) { Array($0) } == [1, 9])
    #expect(failure { _ = try OpenFile(creatingNew: folder.path + "/a") }?.isExisting == true)
  }

  @Test func tellsTheSystemsReason() throws {
    let missing = try #require(failure { _ = try OpenFile(reading: "/nowhere/at/all") })
    #expect(missing.reason == "No such file or directory" && missing.phrase == "no such file or directory")
    #expect(failure { try OpenFile(writing: "/dev/full").write([1]) }?.reason == "No space left on device")
  }

  @Test func aReaderThatWentAwayIsAnError() throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    #expect(failure { try OpenFile(borrowing: ends[1]).write([1]) }?.code == EPIPE)
  }

  /// Another program may have set the descriptor to non-blocking.
  @Test func waitsForAPipeThatIsNotReady() async throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    defer { ends.forEach { close($0) } }
    for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    let (reading, writing) = (ends[0], ends[1])
    let bytes = [UInt8](repeating: 7, count: 1 << 20)
    let writer = Task.detached { try OpenFile(borrowing: writing).write(bytes) }
    var received = 0
    while received < bytes.count {
      usleep(100)
      received += try OpenFile(borrowing: reading).read(upTo: 1 << 16).count
    }
    try await writer.value
    #expect(received == bytes.count)
  }

  /// A named pipe without a writer must not keep a program that only looks whether it is a file.
  @Test func looksAtANamedPipeWithoutWaiting() throws {
    let folder = try Folder()
    try #require(mkfifo(folder.path + "/pipe", 0o600) == 0)
    #expect(try OpenFile(reading: folder.path + "/pipe", waitsForWriter: false).kind() == .other)
  }

  @Test func locksAgainstOtherWriters() throws {
    let folder = try Folder()
    let first = try OpenFile(updating: folder.path + "/a")
    try first.lock()
    let second = try OpenFile(updating: folder.path + "/a")
    #expect(failure { try second.lock() }?.isWouldBlock == true)
    try first.closeNow()
    try second.lock()
  }

  @Test func makesAndRemovesFolders() throws {
    let folder = try Folder()
    let deep = folder.path + "/a/b/c"
    try FileName.makeFolders(deep)
    try FileName.makeFolders(deep)
    // A folder part of a path ends with a slash.
    try FileName.makeFolders(folder.path + "/a/slash/")
    #expect(try FileStatus(path: folder.path + "/a/slash").kind == .directory)
    try OpenFile(creatingNew: deep + "/file").closeNow()
    try OpenFile(creatingNew: folder.path + "/kept").closeNow()
    try FileManager.default.createSymbolicLink(atPath: deep + "/link", withDestinationPath: folder.path + "/kept")
    #expect(try FileName.names(in: deep).sorted() == ["file", "link"])
    #expect(try FileStatus(path: deep + "/link", followsLinks: false).kind == .symbolicLink)
    #expect(failure { try FileName.makeFolders(deep + "/file/d") }?.reason == "Not a directory")
    try FileName.removeTree(folder.path + "/a")
    #expect(try FileName.names(in: folder.path) == ["kept"])
  }
}
