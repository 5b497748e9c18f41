import Foundation

/// The folders in which models are looked for by name, and by codec.
public struct ModelLibrary: Equatable, Sendable {
  /// In the order of the search; those that do not exist are passed over.
  public let folders: [String]

  public init(folders: [String]) {
    self.folders = folders
  }

  /// The standard places (`formats/model.md`, "Where models are looked for").
  ///
  /// - Parameters:
  ///   - environment: of the process; `VAMPC_MODELS`, `XDG_DATA_HOME` and `HOME` matter.
  ///   - executablePath: absolute path of the program, links resolved; `nil` leaves out what is found from there.
  public static func standard(environment: [String: String], executablePath: String?) -> ModelLibrary {
    var folders = (environment["VAMPC_MODELS"] ?? "").split(separator: ":").map(String.init)
    if let folder = userFolder(environment: environment) { folders.append(folder) }
    if let executablePath {
      var folder = URL(fileURLWithPath: executablePath).deletingLastPathComponent()
      folders.append(folder.deletingLastPathComponent().path + "/share/vampc/models")
      // Built in a repository, the program is a few folders below its top.
      while folder.path != "/" {
        folder.deleteLastPathComponent()
        if FileManager.default.fileExists(atPath: folder.path + "/Package.swift") {
          folders.append(folder.path + "/models")
          break
        }
      }
    }
    return ModelLibrary(folders: folders)
  }

  /// The folder of the user's own models, whether it exists or not; `nil` where there is no home.
  public static func userFolder(environment: [String: String]) -> String? {
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/vampc/models" }
    if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.local/share/vampc/models" }
    return nil
  }

  /// The model with this name, from the first folder that has it, or the one at this path.
  ///
  /// - Parameter nameOrPath: a path where it has a `/` or names an existing file or folder.
  /// - Throws: `ModelError.modelNotFound`, `.invalidModelName`, and what `ModelBundle` throws.
  public func bundle(named nameOrPath: String) throws -> ModelBundle {
    try ModelBundle(path: path(named: nameOrPath))
  }

  /// The embedding network with this name, or at this path, as `bundle(named:)`.
  ///
  /// - Throws: `ModelError.modelNotFound`, `.invalidModelName`, `.noEmbedding`, and what `ModelFile` throws.
  public func embeddingFile(named nameOrPath: String) throws -> ModelFile {
    let path = try path(named: nameOrPath)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      return try ModelFile(path: path)
    }
    let filePath = path + "/" + ModelRole.embedding.fileName
    guard FileManager.default.fileExists(atPath: filePath) else { throw ModelError.noEmbedding(path: path) }
    return try ModelFile(path: filePath)
  }

  /// The files of a model with this name, or at this path: codec and transformers, or an embedding network alone.
  ///
  /// - Throws: as `bundle(named:)`.
  public func files(named nameOrPath: String) throws -> [ModelFile] {
    let path = try path(named: nameOrPath)
    if Self.isEmbedding(path) { return [try embeddingFile(named: nameOrPath)] }
    let bundle = try ModelBundle(path: path)
    return [bundle.codec] + [bundle.coarse, bundle.coarseToFine].compactMap { $0 }
  }

  /// Whether there is an embedding network and no codec.
  private static func isEmbedding(_ path: String) -> Bool {
    if (try? ModelFile(path: path))?.metadata.role == .embedding { return true }
    let files = FileManager.default
    return files.fileExists(atPath: path + "/" + ModelRole.embedding.fileName)
      && !files.fileExists(atPath: path + "/" + ModelRole.codec.fileName)
  }

  /// - Throws: `ModelError.modelNotFound`, `.invalidModelName`.
  private func path(named nameOrPath: String) throws -> String {
    let files = FileManager.default
    if nameOrPath.contains("/") || files.fileExists(atPath: nameOrPath) {
      guard files.fileExists(atPath: nameOrPath) else {
        throw ModelError.modelNotFound(name: nameOrPath, searched: [])
      }
      return nameOrPath
    }
    guard Self.isModelName(nameOrPath) else { throw ModelError.invalidModelName(name: nameOrPath) }
    guard let folder = folders.first(where: { files.fileExists(atPath: $0 + "/" + nameOrPath) }) else {
      throw ModelError.modelNotFound(name: nameOrPath, searched: folders)
    }
    return folder + "/" + nameOrPath
  }

  /// Paths of all folders that look like a model, in the order of the search, by name within a folder.
  ///
  /// A name that an earlier folder has is listed again: the codec may be another.
  public func modelPaths() -> [String] {
    folders.flatMap { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.filter(Self.isModelName).sorted().map { folder + "/" + $0 }.filter {
        path in
        [ModelRole.codec, .embedding].contains { FileManager.default.fileExists(atPath: path + "/" + $0.fileName) }
      }
    }
  }

  /// The first model whose codec's identity begins with `digestPrefix`, so that streams of an older model stay
  /// decodable; where there is none, the first whose codec says that it reads that one's codes. Models that cannot be
  /// opened are passed over.
  ///
  /// - Throws: `ModelError.codecNotFound`.
  /// - Complexity: hashes the codecs in front of the one sought.
  public func bundle(codecDigestPrefix digestPrefix: some Collection<UInt8>) throws -> ModelBundle {
    var successorPath: String?
    for path in modelPaths() {
      guard let codec = try? ModelFile(path: path + "/" + ModelRole.codec.fileName),
        let identity = try? codec.identity()
      else { continue }
      if identity.digest.hasPrefix(digestPrefix) { return try ModelBundle(path: path) }
      if successorPath == nil, codec.metadata.decodes(codecDigestPrefix: digestPrefix) { successorPath = path }
    }
    if let successorPath { return try ModelBundle(path: successorPath) }
    throw ModelError.codecNotFound(digest: hexadecimal(digestPrefix), searched: folders)
  }

  /// Whether `name` can be the name of a model, and so of its folder.
  public static func isModelName(_ name: String) -> Bool {
    !name.hasPrefix(".") && (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: ".-_+".utf8.contains(byte)
        }
      }
  }
}
