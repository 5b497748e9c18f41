import Foundation
import ModelImport
import ModelStore
import ReferenceCases
import TestSupport
import Testing

@Suite struct VGGishImportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var tensors: [(name: String, shape: [Int])] {
    var list: [(String, [Int])] = []
    for (index, input, output) in [(0, 1, 2), (3, 2, 3), (6, 3, 4), (8, 4, 4), (11, 4, 5), (13, 5, 5)] {
      list += [("features.\(index).weight", [output, input, 3, 3]), ("features.\(index).bias", [output])]
    }
    for (index, input, output) in [(0, 120, 7), (2, 7, 6), (4, 6, 8)] {
      list += [("embeddings.\(index).weight", [output, input]), ("embeddings.\(index).bias", [output])]
    }
    return list
  }

  private func checkpoint(
    _ change: (inout [(name: String, shape: [Int])]) -> Void = { _ in }
  ) throws -> String {
    var list = tensors
    change(&list)
    var checkpoint = TestCheckpoint()
    for (name, shape) in list { checkpoint.add(name, shape, [Float](repeating: 0.5, count: shape.reduce(1, *))) }
    return try folder.write(checkpoint.bytes(), to: "vggish.pth")
  }

  private func importer(_ paths: [String]) throws -> ModelImporter {
    try ModelImporter(paths: paths, settings: ImportSettings())
  }

  /// The port's checkpoint has no arguments, so widths follow from its tensors.
  @Test func widthsComeFromTheShapes() throws {
    let importer = try importer([checkpoint()])
    #expect(importer.name == "vggish")
    #expect(importer.contents.map(\.kind) == [.vggish] && importer.contents.map(\.role) == [.embedding])
    let path = folder.path + "/vggish"
    try ModelFolder.make(at: path, replaces: false) { try importer.write(into: $0) }
    let library = ModelLibrary(folders: [folder.path])
    let file = try library.embeddingFile(named: "vggish")
    try file.verify()
    let configuration = try file.vggishConfiguration()
    #expect(configuration.channelCounts == [2, 3, 4, 4, 5, 5] && configuration.hiddenSizes == [7, 6])
    #expect(configuration.embeddingSize == 8)
    #expect(library.modelPaths() == [path])
    #expect(try library.files(named: "vggish").map(\.path) == [path + "/embedding.safetensors"])
    #expect(throws: ModelError.noCodec(path: path)) { try library.bundle(named: "vggish") }
    #expect(throws: ModelError.self) { try file.codecConfiguration() }
    // The imported model can be imported again and replaced.
    let again = try self.importer([file.path])
    try ModelFolder.make(at: path, replaces: true) { try again.write(into: $0) }
    #expect(try library.embeddingFile(named: "vggish").identity() == file.identity())
    try ModelFolder(existing: path).remove()
  }

  @Test func postprocessingIsLeftOut() throws {
    let path = try checkpoint { $0 += [("pproc.pca_matrix", [8, 8]), ("pproc.pca_means", [8, 1])] }
    #expect(try importer([path]).contents[0].parameterCount == tensors.reduce(0) { $0 + $1.shape.reduce(1, *) })
  }

  @Test func rejectsIncompleteVGGish() throws {
    func error(_ change: (inout [(name: String, shape: [Int])]) -> Void) throws -> String {
      let path = try checkpoint(change)
      return "\(try #require(#expect(throws: ModelError.self) { try importer([path]) }))"
    }
    #expect(try error { $0.removeAll { $0.name == "features.8.bias" } }.contains("kwargs.channels"))
    #expect(
      try error { $0.removeAll { $0.name == "features.8.weight" } }.contains("'features.8.weight' is missing")
        || error { $0.removeAll { $0.name == "features.8.weight" } }.contains("features.8.weight is missing"))
    #expect(try error { $0[16].shape = [8, 5] }.contains("shape [8, 5], expected [8, 6]"))
    #expect(try error { $0.append(("features.15.weight", [1])) }.contains("unexpected tensors"))
  }

  @Test func rejectsOtherNetworksBesideAnEmbedding() throws {
    let codec = try folder.write(TinyNetworks.codec().bytes(), to: "codec.pth")
    let path = try checkpoint()
    #expect(throws: ImportError.embeddingNotAlone(path: path)) { try importer([codec, path]) }
  }

  @Test func rejectsFolderWithoutEmbedding() throws {
    let path = folder.path + "/empty"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    #expect(throws: ModelError.noEmbedding(path: path)) {
      try ModelLibrary(folders: [folder.path]).embeddingFile(named: "empty")
    }
  }
}
