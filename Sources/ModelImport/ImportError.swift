import Foundation
public import ModelStore
public import Pickle

/// Why checkpoints cannot be made into a model. `path` is the file at fault, `byteOffset` counts from its first byte.
public enum ImportError: Error, Equatable, Sendable {
  // What kind of file it is.
  /// Neither a zip archive nor safetensors.
  case unknownFormat(path: String)
  /// A checkpoint of before PyTorch 1.6, a bare pickle, or a `torch.package`.
  case unsupportedFormat(path: String, format: String, remedy: String)

  // The zip archive.
  case truncatedArchive(path: String)
  case malformedArchive(path: String, entry: String?, reason: String, byteOffset: Int)
  case overlappingEntries(path: String, entry: String, byteOffset: Int)
  case unsupportedEntry(path: String, entry: String, feature: String)
  /// What entries inflate to is out of proportion.
  case archiveExpandsTooMuch(path: String, byteCount: Int, allowed: Int)
  case checksumMismatch(path: String, entry: String, expected: UInt32, found: UInt32)
  case damagedEntry(path: String, entry: String)
  case missingEntry(path: String, entry: String)

  // The checkpoint in it.
  case pickle(path: String, entry: String, PickleError)
  /// `byteOffset` counts from the start of the pickle.
  case malformedCheckpoint(path: String, entry: String, reason: String, byteOffset: Int)
  case unsupportedStorage(path: String, tensor: String, type: String)
  case tensorOutOfRange(path: String, tensor: String, reason: String)
  case tooManyElements(path: String, byteCount: Int, allowed: Int)

  // What the files are together.
  case missingArguments(path: String)
  case malformedConfiguration(path: String)
  case surplusConfiguration(path: String)
  case unknownNetwork(path: String, tensors: [String])
  case kindMismatch(path: String, metadata: String, tensors: String)
  case twoOfARole(path: String, other: String, role: ModelRole)
  case noCodec(paths: [String])
  /// An embedding network beside others.
  case embeddingNotAlone(path: String)
  case loraWithoutOption(path: String)
  case notLoRA(path: String)
  case loraDoesNotFit(path: String, reason: String)
  case valueOutOfRange(path: String, tensor: String, elementIndex: Int, storage: String)

  // Where the model goes.
  case invalidName(String)
  case exists(path: String)
  case notAModelFolder(path: String, found: String)
  case cannotReplace(path: String, errorNumber: Int32)
}

extension ImportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownFormat(let path): "\(path): neither a PyTorch checkpoint nor safetensors"
    case .unsupportedFormat(let path, let format, _): "\(path): \(format), which cannot be read"
    case .truncatedArchive(let path): "\(path): the zip archive is cut off: it has no end record"
    case .malformedArchive(let path, let entry, let reason, let byteOffset):
      "\(path): malformed zip archive\(entry.map { ", entry \(quoted($0))" } ?? ""): \(reason) (byte \(byteOffset))"
    case .overlappingEntries(let path, let entry, let byteOffset):
      "\(path): zip entry \(quoted(entry)) overlaps another one (byte \(byteOffset))"
    case .unsupportedEntry(let path, let entry, let feature): "\(path): zip entry \(quoted(entry)): \(feature)"
    case .archiveExpandsTooMuch(let path, let byteCount, let allowed):
      "\(path): the zip archive inflates to \(byteCount) bytes, allowed are \(allowed)"
    case .checksumMismatch(let path, let entry, let expected, let found):
      "\(path): zip entry \(quoted(entry)): CRC-32 is \(hexadecimal(found)), expected \(hexadecimal(expected))"
    case .damagedEntry(let path, let entry): "\(path): zip entry \(quoted(entry)): its compressed data are damaged"
    case .missingEntry(let path, let entry): "\(path): zip entry \(quoted(entry)) is missing"
    case .pickle(let path, let entry, let error): "\(path): \(quoted(entry)): \(error)"
    case .malformedCheckpoint(let path, let entry, let reason, let byteOffset):
      "\(path): \(quoted(entry)): \(reason) (byte \(byteOffset))"
    case .unsupportedStorage(let path, let tensor, let type):
      "\(path): tensor \(quoted(tensor)): elements of type \(quoted(type)) cannot be read"
    case .tensorOutOfRange(let path, let tensor, let reason): "\(path): tensor \(quoted(tensor)): \(reason)"
    case .tooManyElements(let path, let byteCount, let allowed):
      "\(path): its tensors have \(byteCount) bytes, allowed are \(allowed), twice the file"
    case .missingArguments(let path): "\(path): the file does not hold the network's arguments"
    case .malformedConfiguration(let path): "\(path): not a JSON object of a network's arguments"
    case .surplusConfiguration(let path): "\(path): every network has its arguments without this file"
    case .unknownNetwork(let path, let tensors):
      "\(path): neither DAC, LAC, VampNet nor VGGish: \(listed(tensors))"
    case .kindMismatch(let path, let metadata, let tensors):
      "\(path): metadata say \(quoted(metadata)), the tensors are those of \(tensors)"
    case .twoOfARole(let path, let other, let role): "\(path): a second \(role.rawValue) beside \(other)"
    case .noCodec(let paths): "no codec among \(paths.joined(separator: ", "))"
    case .embeddingNotAlone(let path): "\(path): an embedding network, a model by itself"
    case .loraWithoutOption(let path): "\(path): a LoRA fine-tune, not a network"
    case .notLoRA(let path): "\(path): not a LoRA fine-tune"
    case .loraDoesNotFit(let path, let reason): "\(path): \(reason)"
    case .valueOutOfRange(let path, let tensor, let elementIndex, let storage):
      "\(path): tensor \(quoted(tensor)): element \(elementIndex) is too large for \(storage)"
    case .invalidName(let name): "\(quoted(name)) is not a model name"
    case .exists(let path): "\(path): exists already"
    case .notAModelFolder(let path, let found): "\(path): not a model folder: \(quoted(found))"
    case .cannotReplace(let path, let errorNumber):
      "\(path): \(String(cString: strerror(errorNumber)).lowercased())"
    }
  }

  /// Whether what a file holds is at fault, not what is asked for or the system.
  public var isAboutContent: Bool {
    switch self {
    case .unknownFormat, .unsupportedFormat, .truncatedArchive, .malformedArchive, .overlappingEntries,
      .unsupportedEntry, .archiveExpandsTooMuch, .checksumMismatch, .damagedEntry, .missingEntry, .pickle,
      .malformedCheckpoint, .unsupportedStorage, .tensorOutOfRange, .tooManyElements, .malformedConfiguration,
      .unknownNetwork, .kindMismatch, .notLoRA:
      true
    case .missingArguments, .surplusConfiguration, .twoOfARole, .noCodec, .embeddingNotAlone, .loraWithoutOption,
      .loraDoesNotFit,
      .valueOutOfRange, .invalidName, .exists, .notAModelFolder, .cannotReplace:
      false
    }
  }

  /// What to do about it, where that can be said.
  public var remedy: String? {
    switch self {
    case .unsupportedFormat(_, _, let remedy): remedy
    case .missingArguments: "give them as JSON with --config, one for each such file in their order"
    case .noCodec: "give the codec, too; the codec.safetensors of an installed model will do"
    case .loraWithoutOption: "give it with --lora, beside the network it was made for"
    case .embeddingNotAlone: "import it without other networks"
    case .exists: "-f replaces it, --name chooses another name"
    case .invalidName: "1 to 64 of A-Z a-z 0-9 . _ - +, not starting with ."
    case .valueOutOfRange: "--store bf16 or f32 has the range"
    default: nil
    }
  }

  private func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// At most 120 characters of something that a file says, in quotation marks, without what steers a terminal.
  private func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(120).map { $0.value < 32 || (127..<160).contains($0.value) ? "?" : $0 }
    return "'\(String(String.UnicodeScalarView(scalars)))'"
  }

  private func listed(_ names: [String]) -> String {
    names.isEmpty
      ? "no tensors" : names.prefix(3).map(quoted).joined(separator: ", ") + (names.count > 3 ? ", ..." : "")
  }
}
