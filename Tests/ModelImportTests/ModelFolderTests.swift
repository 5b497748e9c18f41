import Foundation
import ModelImport
import ModelStore
import TestSupport
import Testing

@Suite struct ModelFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.path + "/" + name }
  private func names(in name: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
  }

  private struct Stop: Error {}

  @Test func appearsWhenComplete() throws {
    try ModelFolder.make(at: path("deep/er/model"), replaces: false) {
      try Data([1]).write(to: URL(fileURLWithPath: $0 + "/codec.safetensors"))
      #expect(try names(in: "deep/er").allSatisfy { $0.hasPrefix(".") })
    }
    #expect(try names(in: "deep/er/model") == ["codec.safetensors"])
    #expect(throws: Stop.self) { try ModelFolder.make(at: path("other"), replaces: false) { _ in throw Stop() } }
    #expect(try names() == ["deep"])
  }

  @Test func replacesOnlyWhenAskedAndOnlyModels() throws {
    try folder.write([1], to: "model/codec.safetensors")
    #expect(throws: ImportError.exists(path: path("model"))) {
      try ModelFolder.make(at: path("model"), replaces: false) { _ in }
    }
    #expect(throws: Stop.self) { try ModelFolder.make(at: path("model"), replaces: true) { _ in throw Stop() } }
    #expect(try names(in: "model") == ["codec.safetensors"])
    try ModelFolder.make(at: path("model"), replaces: true) {
      try Data([2]).write(to: URL(fileURLWithPath: $0 + "/coarse.safetensors"))
    }
    #expect(try names(in: "model") == ["coarse.safetensors"])
    #expect(try names() == ["model"])

    try folder.write([1], to: "photos/codec.safetensors")
    try folder.write([1], to: "photos/cat.jpg")
    #expect(throws: ImportError.notAModelFolder(path: path("photos"), found: "cat.jpg")) {
      try ModelFolder.make(at: path("photos"), replaces: true) { _ in }
    }
    #expect(try names(in: "photos") == ["cat.jpg", "codec.safetensors"])
  }

  @Test func removesNothingButModels() throws {
    try folder.write([1], to: "model/codec.safetensors")
    for name in ["MODEL_CARD.md", "frontier.json", "sampler.json"] { try folder.write([1], to: "model/" + name) }
    try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: path("model"))
    #expect(throws: ImportError.notAModelFolder(path: path("link"), found: "a link")) {
      try ModelFolder(existing: path("link"))
    }
    try folder.write([1], to: "file")
    #expect(throws: ImportError.notAModelFolder(path: path("file"), found: "no folder")) {
      try ModelFolder(existing: path("file"))
    }
    try folder.write([1], to: "empty/frontier.json")
    #expect(throws: ImportError.notAModelFolder(path: path("empty"), found: "no codec.safetensors")) {
      try ModelFolder(existing: path("empty"))
    }
    try folder.write([1], to: "nested/codec.safetensors/x")
    #expect(throws: ImportError.notAModelFolder(path: path("nested"), found: "codec.safetensors")) {
      try ModelFolder(existing: path("nested"))
    }
    #expect(throws: ImportError.cannotReplace(path: path("none"), errorNumber: ENOENT)) {
      try ModelFolder(existing: path("none"))
    }
    try ModelFolder(existing: path("model/")).remove()
    #expect(try names() == ["empty", "file", "link", "nested"])
  }
}
