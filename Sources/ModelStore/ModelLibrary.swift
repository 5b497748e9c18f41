import Foundation

/// Folders that are searched for models by name or by codec.
public struct ModelLibrary: Equatable, Sendable {
  /// Paths of the folders in the order of the search. Missing folders are ignored.
  public let folders: [String]
  /// Cache of digests of model files; nil reads model files to compute identities.
  public let identityCache: IdentityCache?

  /// Library that searches the given folders in their order.
  public init(folders: [String], identityCache: IdentityCache? = nil) {
    self.folders = folders
    self.identityCache = identityCache
  }

  /// Library of the standard folders (`formats/model.md`, "Where models are looked for").
  ///
  /// - Parameters:
  ///   - environment: Environment of the process. `VAMPC_MODELS`, `XDG_DATA_HOME`, `XDG_CACHE_HOME` and `HOME` are
  ///     used.
  ///   - executablePath: Absolute path of the running program with links resolved; `nil` omits folders relative to the
  ///     program.
  public static func standard(environment: [String: String], executablePath: String?) -> ModelLibrary {
    var folders = (environment["VAMPC_MODELS"] ?? "").split(separator: ":").map(String.init)
    if let folder = userFolder(environment: environment) { folders.append(folder) }
    if let executablePath {
      var folder = URL(fileURLWithPath: executablePath).deletingLastPathComponent()
      // For a program in ~/.local/bin, the folder beside the program is the user's folder.
      let beside = folder.deletingLastPathComponent().path + "/share/vampc/models"
      if !folders.contains(beside) { folders.append(beside) }
      // A program that was built in the repository is a few folders below the top of the repository.
      while folder.path != "/" {
        folder.deleteLastPathComponent()
        if isCheckout(folder.path) {
          folders.append(folder.path + "/models")
          break
        }
      }
    }
    // For a program in /usr/bin, the folder beside the program is the system's.
    if !folders.contains(systemFolder) { folders.append(systemFolder) }
    return ModelLibrary(folders: folders, identityCache: .standard(environment: environment))
  }

  /// Path of the folder for the models of Debian packages, which may not exist.
  public static let systemFolder = "/usr/share/vampc/models"

  /// Whether a folder contains vampc's Package.swift. A `models` folder of any other repository is not searched.
  private static func isCheckout(_ folder: String) -> Bool {
    guard let manifest = FileManager.default.contents(atPath: folder + "/Package.swift") else { return false }
    return String(decoding: manifest.prefix(largestManifestByteCount), as: UTF8.self).contains("\n  name: \"vampc\",\n")
  }

  private static let largestManifestByteCount = 1 << 16

  /// Path of the folder for the user's own models, which may not exist; `nil` if neither `XDG_DATA_HOME` nor `HOME` of
  /// `environment` is an absolute path.
  public static func userFolder(environment: [String: String]) -> String? {
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/vampc/models" }
    if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.local/share/vampc/models" }
    return nil
  }

  /// Opens a model by name or path.
  ///
  /// - Parameter nameOrPath: Path if the text has a `/`, otherwise a name. The model is then in the first of
  ///   ``folders`` that contains the name. The current folder is not searched for names.
  /// - Throws: ``ModelError/modelNotFound(name:searched:)``, ``ModelError/invalidModelName(name:)``, and the errors of
  ///   ``ModelBundle/init(path:identityCache:)``.
  public func bundle(named nameOrPath: String) throws -> ModelBundle {
    try ModelBundle(path: path(named: nameOrPath), identityCache: identityCache)
  }

  /// Opens an embedding network by name or path; see ``bundle(named:)``. The role of the file is not checked.
  ///
  /// - Throws: ``ModelError/modelNotFound(name:searched:)``, ``ModelError/invalidModelName(name:)``,
  ///   ``ModelError/noEmbedding(path:)``, and the errors of ``ModelFile/init(path:identityCache:)``.
  public func embeddingFile(named nameOrPath: String) throws -> ModelFile {
    let path = try path(named: nameOrPath)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      return try ModelFile(path: path, identityCache: identityCache)
    }
    let filePath = path + "/" + ModelRole.embedding.fileName
    guard FileManager.default.fileExists(atPath: filePath) else { throw ModelError.noEmbedding(path: path) }
    return try ModelFile(path: filePath, identityCache: identityCache)
  }

  /// Opens all files of a model by name or path: codec and transformers, or an embedding network alone.
  ///
  /// - Throws: The errors of ``bundle(named:)`` and ``embeddingFile(named:)``.
  public func files(named nameOrPath: String) throws -> [ModelFile] {
    let path = try path(named: nameOrPath)
    if Self.isEmbedding(path) { return [try embeddingFile(named: nameOrPath)] }
    let bundle = try ModelBundle(path: path, identityCache: identityCache)
    return [bundle.codec] + [bundle.coarse, bundle.coarseToFine].compactMap { $0 }
  }

  /// Whether `path` is the file of an embedding network, or a folder with an embedding network and no codec.
  private static func isEmbedding(_ path: String) -> Bool {
    if (try? ModelFile(path: path))?.metadata.role == .embedding { return true }
    let files = FileManager.default
    return files.fileExists(atPath: path + "/" + ModelRole.embedding.fileName)
      && !files.fileExists(atPath: path + "/" + ModelRole.codec.fileName)
  }

  /// Path of a model given by name or path.
  ///
  /// - Throws: ``ModelError/modelNotFound(name:searched:)`` or ``ModelError/invalidModelName(name:)``.
  private func path(named nameOrPath: String) throws -> String {
    let files = FileManager.default
    if nameOrPath.contains("/") {
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

  /// Paths of the models in ``folders``: all folders with a codec or an embedding network, in the order of the search,
  /// sorted by name within a folder.
  ///
  /// A name that occurs in two of the folders is listed twice, because the codecs may differ.
  public func modelPaths() -> [String] {
    folders.flatMap { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.filter(Self.isModelName).sorted().map { folder + "/" + $0 }.filter {
        path in
        [ModelRole.codec, .embedding].contains { FileManager.default.fileExists(atPath: path + "/" + $0.fileName) }
      }
    }
  }

  /// Opens the model that decodes streams of the codec whose identity begins with `digestPrefix`.
  ///
  /// The result is the first model with this codec. Without such a model, the result is the first model whose codec
  /// declares support for the codec's tokens. A model whose codec cannot be opened is ignored.
  ///
  /// - Throws: ``ModelError/codecNotFound(digest:searched:)``, and the errors of
  ///   ``ModelBundle/init(path:identityCache:)``.
  /// - Complexity: Opens the codecs in the order of the search up to the first model with this codec, or all codecs if
  ///   there is no such model. Reads and hashes each of them that the cache does not have.
  public func bundle(codecDigestPrefix digestPrefix: some Collection<UInt8>) throws -> ModelBundle {
    let codecs = modelPaths().lazy.compactMap { InstalledCodec(modelPath: $0, identityCache: identityCache) }
    guard let path = codecs.modelPath(codecDigestPrefix: digestPrefix) else {
      throw ModelError.codecNotFound(digest: hexadecimal(digestPrefix), searched: folders)
    }
    return try ModelBundle(path: path, identityCache: identityCache)
  }

  /// Models in the folders, in the order of the search. Models that cannot be opened are left out.
  public func bundles() -> [ModelBundle] {
    modelPaths().compactMap { try? ModelBundle(path: $0, identityCache: identityCache) }
  }

  /// Codecs of all models in ``folders``, in the order of the search. A codec that cannot be opened is ignored.
  ///
  /// - Complexity: Reads and hashes each codec that the cache does not have.
  public func installedCodecs() -> [InstalledCodec] {
    modelPaths().compactMap { InstalledCodec(modelPath: $0, identityCache: identityCache) }
  }

  /// Whether `name` can be the name of a model and its folder: 1 to 64 of A-Z a-z 0-9 . _ - +, the first not a dot.
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
