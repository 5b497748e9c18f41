import Foundation
import Testing
import SystemCalls

/// Output files that appear only when they are complete.
@Suite struct ReplacingFileTests {
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.path + "/vampc-replacing-\(UUID().uuidString)"
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    func text(_ name: String) -> String? {
      FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  @Test func appearsOnlyWhenCommitted() throws {
    let folder = try Folder()
    let file = try ReplacingFile(path: folder.path + "/a", replaces: false)
    try file.write(Array("new".utf8))
    #expect(folder.text("a") == nil)
    #expect(try folder.names().count == 1)
    try file.commit()
    #expect(folder.text("a") == "new")
    #expect(try folder.names() == ["a"])
  }

  @Test func leavesNothingWhenDropped() throws {
    let folder = try Folder()
    do {
      let file = try ReplacingFile(path: folder.path + "/a", replaces: false)
      try file.write([1])
    }
    #expect(try folder.names() == [])
  }

  @Test func replacesOnlyWhenAllowed() throws {
    let folder = try Folder()
    let path = folder.path + "/a"
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: ReplacingFileError.exists(path: path)) { try ReplacingFile(path: path, replaces: false) }
    let file = try ReplacingFile(path: path, replaces: true)
    try file.write(Array("new".utf8))
    #expect(folder.text("a") == "old")
    try file.commit()
    #expect(folder.text("a") == "new")
    #expect(try folder.names() == ["a"])
  }

  /// Somebody else makes a file of the name while ours is written.
  @Test func doesNotReplaceWhatCameMeanwhile() throws {
    let folder = try Folder()
    let path = folder.path + "/a"
    let file = try ReplacingFile(path: path, replaces: false)
    try file.write(Array("ours".utf8))
    try Data("theirs".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: ReplacingFileError.exists(path: path)) { try file.commit() }
    #expect(folder.text("a") == "theirs")
    #expect(try folder.names() == ["a"])
  }

  @Test func refusesASourceThroughLinks() throws {
    let folder = try Folder()
    let path = folder.path + "/a"
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.createSymbolicLink(atPath: path + "-symbolic", withDestinationPath: "a")
    try FileManager.default.linkItem(atPath: path, toPath: path + "-hard")
    let source = try #require(FileIdentity(path: path))
    for name in [path, path + "-symbolic", path + "-hard"] {
      #expect(throws: ReplacingFileError.isSource(path: name)) {
        try ReplacingFile(path: name, replaces: true, sources: [source])
      }
    }
    #expect(FileIdentity(path: path + "-missing") == nil)
  }

  @Test func writesADeviceDirectly() throws {
    let file = try ReplacingFile(path: "/dev/null", replaces: false)
    #expect(file.temporaryPath == nil)
    try file.write([1, 2, 3])
    try file.commit()
    let full = try ReplacingFile(path: "/dev/full", replaces: false)
    #expect(throws: ReplacingFileError.writeFailed(path: "/dev/full", reason: "No space left on device")) {
      try full.write([1])
    }
  }

  @Test func tellsWhatCannotBeCreated() throws {
    let folder = try Folder()
    #expect(throws: ReplacingFileError.isDirectory(path: folder.path)) {
      try ReplacingFile(path: folder.path, replaces: true)
    }
    let path = folder.path + "/missing/a"
    #expect(throws: ReplacingFileError.cannotCreate(path: path, reason: "No such file or directory")) {
      try ReplacingFile(path: path, replaces: false)
    }
  }
}
