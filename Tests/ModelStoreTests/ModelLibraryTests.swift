import Foundation
import ModelStore
import TestSupport
import Testing

@Suite struct ModelLibraryTests {
  private let folder: TemporaryFolder
  private let library: ModelLibrary

  init() throws {
    folder = try TemporaryFolder()
    library = ModelLibrary(folders: ["missing", "first", "second"].map { [path = folder.path] in "\(path)/\($0)" })
  }

  /// Writes a model with a codec and transformers that fit it.
  private func writeModel(
    _ name: String, codecValues: [Float], generator: Bool = true, decodes: [ModelDigest] = []
  ) throws {
    var metadata = codecMetadata
    metadata["decodes"] = "[" + decodes.map { "\"\($0.hex)\"" }.joined(separator: ",") + "]"
    try folder.write(modelBytes(metadata, values: codecValues), to: name + "/codec.safetensors")
    guard generator else { return }
    let coarse = vampNetMetadata(role: "coarse", codebookCount: 2, given: 0)
    let fine = vampNetMetadata(role: "c2f", codebookCount: 5, given: 2)
    try folder.write(modelBytes(coarse), to: name + "/coarse.safetensors")
    try folder.write(modelBytes(fine), to: name + "/c2f.safetensors")
  }

  @Test func findsFirstModelOfAName() throws {
    try writeModel("first/a", codecValues: [1])
    try writeModel("second/a", codecValues: [2])
    try writeModel("second/b", codecValues: [3], generator: false)
    #expect(try library.bundle(named: "a").path == folder.path + "/first/a")
    let bundle = try library.bundle(named: "b")
    #expect(bundle.path == folder.path + "/second/b")
    #expect(bundle.coarse == nil && bundle.coarseToFine == nil)
    #expect(try bundle.generatorIdentity() == nil)
    #expect(try library.bundle(named: folder.path + "/second/a").path == folder.path + "/second/a")
    #expect(library.modelPaths() == ["first/a", "second/a", "second/b"].map { folder.path + "/" + $0 })
  }

  @Test func opensCodecFileAlone() throws {
    try writeModel("first/a", codecValues: [1])
    let bundle = try library.bundle(named: folder.path + "/first/a/codec.safetensors")
    #expect(bundle.coarse == nil)
    #expect(bundle.name == "tiny")
  }

  @Test func findsOlderModelByItsCodec() throws {
    try writeModel("first/a", codecValues: [1])
    try writeModel("second/a", codecValues: [2])
    _ = try folder.write("no model".utf8, to: "first/0/codec.safetensors")
    let digest = try library.bundle(named: folder.path + "/second/a").codecIdentity().digest
    let found = try library.bundle(codecDigestPrefix: digest.bytes.prefix(8))
    #expect(found.path == folder.path + "/second/a")
    let unknown = [UInt8](repeating: 0xa5, count: 8)
    #expect(throws: ModelError.codecNotFound(digest: "a5a5a5a5a5a5a5a5", searched: library.folders)) {
      try library.bundle(codecDigestPrefix: unknown)
    }
  }

  @Test func findsSuccessorOfAMissingCodec() throws {
    try writeModel("second/old", codecValues: [1])
    let digest = try library.bundle(named: "old").codecIdentity().digest
    try writeModel(
      "first/new", codecValues: [2], decodes: [ModelDigest(bytes: [UInt8](repeating: 0xa5, count: 32)), digest])
    // The codec itself has priority, wherever it is.
    #expect(try library.bundle(codecDigestPrefix: digest.bytes.prefix(6)).path == folder.path + "/second/old")
    try FileManager.default.removeItem(atPath: folder.path + "/second/old")
    #expect(try library.bundle(codecDigestPrefix: digest.bytes.prefix(6)).path == folder.path + "/first/new")
  }

  @Test(arguments: ["..", ".hidden", "", "a\nb", "a b"])
  func rejectsWhatIsNoName(name: String) throws {
    let fault = #expect(throws: ModelError.self) { try library.bundle(named: name) }
    #expect(fault == .invalidModelName(name: name))
  }

  @Test func namesSearchedFolders() throws {
    #expect(throws: ModelError.modelNotFound(name: "a", searched: library.folders)) { try library.bundle(named: "a") }
    let path = folder.path + "/none"
    #expect(throws: ModelError.modelNotFound(name: path, searched: [])) { try library.bundle(named: path) }
    #expect(
      ModelError.modelNotFound(name: "a", searched: ["/x", "/y"]).description == "no model a in /x, /y")
  }

  @Test func rejectsFolderWithoutCodec() throws {
    try writeModel("first/a", codecValues: [1])
    let path = folder.path + "/first/a"
    try FileManager.default.removeItem(atPath: path + "/codec.safetensors")
    #expect(throws: ModelError.noCodec(path: path)) { try library.bundle(named: "a") }
  }

  @Test func rejectsFileInAnotherRole() throws {
    try writeModel("first/a", codecValues: [1])
    let fine = try modelBytes(vampNetMetadata(role: "c2f", codebookCount: 5, given: 2))
    let path = try folder.write(fine, to: "first/a/coarse.safetensors")
    #expect(throws: ModelError.wrongKind(path: path, expected: "coarse", found: "c2f")) {
      try library.bundle(named: "a")
    }
  }

  @Test func rejectsPartsThatDoNotFit() throws {
    try writeModel("first/a", codecValues: [1])
    let name = "first/a/c2f.safetensors"
    let path = folder.path + "/" + name
    try folder.write(modelBytes(vampNetMetadata(role: "c2f", codebookCount: 5, given: 3)), to: name)
    #expect(throws: ModelError.partsDoNotFit(path: path, key: "n_conditioning_codebooks", expected: 2, found: 3)) {
      try library.bundle(named: "a")
    }
    try folder.write(modelBytes(vampNetMetadata(role: "c2f", codebookCount: 6, given: 2)), to: name)
    #expect(throws: ModelError.partsDoNotFit(path: path, key: "n_codebooks", expected: 5, found: 6)) {
      try library.bundle(named: "a")
    }
    var metadata = vampNetMetadata(role: "c2f", codebookCount: 5, given: 2)
    metadata["kwargs"] = metadata["kwargs"]?.replacing("96", with: "97")
    try folder.write(modelBytes(metadata), to: name)
    #expect(throws: ModelError.partsDoNotFit(path: path, key: "vocab_size", expected: 96, found: 97)) {
      try library.bundle(named: "a")
    }
  }

  @Test func listsStandardFoldersInOrder() throws {
    // The package of another name stands nearer to the program.
    _ = try folder.write("let package = Package(\n  name: \"vampc\",\n)".utf8, to: "repository/Package.swift")
    _ = try folder.write("let package = Package(\n  name: \"other\",\n)".utf8, to: "repository/.build/Package.swift")
    let environment = ["VAMPC_MODELS": "/m/one:/m/two", "XDG_DATA_HOME": "/data", "HOME": "/home/u"]
    let top = folder.path + "/repository"
    #expect(
      ModelLibrary.standard(environment: environment, executablePath: top + "/.build/release/vampc").folders
        == [
          "/m/one", "/m/two", "/data/vampc/models", top + "/.build/share/vampc/models", top + "/models",
          ModelLibrary.systemFolder,
        ])
    #expect(
      ModelLibrary.standard(environment: ["HOME": "/home/u"], executablePath: "/home/u/.local/bin/vampc").folders
        == ["/home/u/.local/share/vampc/models", ModelLibrary.systemFolder])
    #expect(
      ModelLibrary.standard(environment: [:], executablePath: "/usr/bin/vampc").folders
        == [ModelLibrary.systemFolder])
    #expect(
      ModelLibrary.standard(environment: ["HOME": "/home/u"], executablePath: nil).folders
        == ["/home/u/.local/share/vampc/models", ModelLibrary.systemFolder])
    #expect(
      ModelLibrary.standard(environment: ["XDG_DATA_HOME": "relative"], executablePath: nil).folders
        == [ModelLibrary.systemFolder])
  }
}
