import Foundation

/// Network with random weights, and the results of the published implementation (`fixtures/reference/README.md`).
public struct ReferenceCase: Sendable {
  /// Name of the case's folder.
  public let name: String
  /// Path of the case's folder.
  public let folder: String
  /// Name of the published class: `DAC`, `LAC`, `VampNet` or `VGGish`.
  public let model: String
  /// Content of `case.json`.
  public let description: [String: CaseValue]

  /// Reads a case.
  ///
  /// - Throws: `ReferenceError` if `case.json` is missing or invalid.
  public init(folder: String) throws {
    self.folder = folder
    name = URL(fileURLWithPath: folder).lastPathComponent
    let path = folder + "/case.json"
    guard let data = FileManager.default.contents(atPath: path) else { throw ReferenceError.missing(path: path) }
    do {
      description = try JSONDecoder().decode([String: CaseValue].self, from: data)
    } catch {
      throw ReferenceError.malformed(path: path, reason: "not a JSON object")
    }
    guard case .string(let model) = description["model"] else {
      throw ReferenceError.malformed(path: path, reason: "no model")
    }
    self.model = model
  }

  /// Arguments of the published class's constructor.
  public var arguments: [String: CaseValue] {
    if case .object(let arguments) = description["kwargs"] { arguments } else { [:] }
  }

  /// Returns the path of the checkpoint that the published class saved.
  ///
  /// - Throws: `ReferenceError.missing`.
  public func checkpointPath() throws -> String { try existing("weights.pth") }

  /// Path of the LoRA fine-tune; `nil` for a case without one.
  public var loraPath: String? { try? existing("lora.pth") }

  /// Returns the path of the model file: the case's own (`training/write-reference-case`), or one imported from the
  /// checkpoint.
  ///
  /// - Parameter isFineTuned: Whether the case's LoRA fine-tune is folded in.
  /// - Throws: `ReferenceError.missing`, or the error of the import.
  public func weightsPath(isFineTuned: Bool = false) throws -> String {
    if let file = try? existing("weights.safetensors") { return file }
    let own = try checkpointPath()
    let checkpoints = model == "VampNet" ? [try codecCase().checkpointPath(), own] : [own]
    let lora = isFineTuned ? try existing("lora.pth") : nil
    let folder = try ImportedReferences.folder(
      name: "reference-" + name.replacing("_", with: "-"), checkpoints: checkpoints, lora: lora)
    if model == "VGGish" { return folder + "/embedding.safetensors" }
    guard model == "VampNet" else { return folder + "/codec.safetensors" }
    return folder + (arguments["n_conditioning_codebooks"] == .integer(0) ? "/coarse.safetensors" : "/c2f.safetensors")
  }

  /// Returns the path of the codec's model file, whose codebooks give a transformer its embeddings: that of the case
  /// `dac` in the same folder.
  ///
  /// - Throws: `ReferenceError.missing`.
  public func codecWeightsPath() throws -> String {
    try codecCase().weightsPath()
  }

  private func codecCase() throws -> ReferenceCase {
    try ReferenceCase(folder: URL(fileURLWithPath: folder).deletingLastPathComponent().path + "/dac")
  }

  /// Returns whether the case has an array with a name, without `.npy`.
  public func hasArray(_ name: String) -> Bool { (try? existing(name + ".npy")) != nil }

  /// Reads an array of the case by its name, without `.npy`.
  ///
  /// - Throws: `ReferenceError`.
  public func array(_ name: String) throws -> NumPyArray { try NumPyArray(path: existing(name + ".npy")) }

  /// Returns an integer that `case.json` has outside the constructor's arguments, such as `half_codebooks`.
  ///
  /// - Throws: `ReferenceError.malformed`.
  public func integer(_ key: String) throws -> Int {
    guard case .integer(let value) = description[key] else {
      throw ReferenceError.malformed(path: folder + "/case.json", reason: "no whole number \(key)")
    }
    return value
  }

  private func existing(_ file: String) throws -> String {
    let path = folder + "/" + file
    guard FileManager.default.fileExists(atPath: path) else { throw ReferenceError.missing(path: path) }
    return path
  }
}

/// Value in `case.json`.
public enum CaseValue: Decodable, Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([CaseValue])
  case object([String: CaseValue])

  /// Decodes any JSON value.
  ///
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([CaseValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: CaseValue].self))
    }
  }
}
