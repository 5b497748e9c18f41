public import ExplainedErrors
public import ModelStore
public import Pickle
import SystemCalls

/// Reason why checkpoints cannot be imported. `path` is the faulty file. `byteOffset` counts from the first byte of the
/// file unless the case says otherwise.
public enum ImportError: Error, Equatable, Sendable {
  // Errors of the file format.

  /// File in no known format: neither a PyTorch checkpoint nor safetensors.
  case unknownFormat(path: String)
  /// File in a known format that cannot be read, such as a checkpoint older than PyTorch 1.6 or a `torch.package`.
  case unsupportedFormat(path: String, format: String, remedy: String)

  // Errors of zip archives.

  /// Archive without an end record, such as a truncated file.
  case truncatedArchive(path: String)
  /// Archive whose records are damaged or contradict one another; `entry` is nil if no single entry is faulty.
  case malformedArchive(path: String, entry: String?, reason: String, byteOffset: Int)
  /// Entry whose local header or data overlap another entry.
  case overlappingEntries(path: String, entry: String, byteOffset: Int)
  /// Entry with an unsupported feature, such as encryption.
  case unsupportedEntry(path: String, entry: String, feature: String)
  /// Pickle, or all compressed entries together, whose uncompressed size exceeds `allowed` bytes: the file's size for
  /// the pickle, twice the file's size for the entries.
  case archiveExpandsTooMuch(path: String, byteCount: Int, allowed: Int)
  /// Entry whose CRC-32 differs from the CRC-32 that the archive records.
  case checksumMismatch(path: String, entry: String, expected: UInt32, found: UInt32)
  /// Entry whose compressed data are damaged or have another uncompressed size than the archive records.
  case damagedEntry(path: String, entry: String)
  /// Entry that a PyTorch checkpoint needs and the archive lacks. An archive with a `data.pkl` in several top-level
  /// folders counts as an archive without `data.pkl`.
  case missingEntry(path: String, entry: String)

  // Errors of checkpoints.

  /// Entry whose pickle cannot be read.
  case pickle(path: String, entry: String, PickleError)
  /// Checkpoint with unexpected content; `byteOffset` counts from the beginning of the entry.
  case malformedCheckpoint(path: String, entry: String, reason: String, byteOffset: Int)
  /// Tensor, or storage of a tensor, with the unsupported element type `type`.
  case unsupportedStorage(path: String, tensor: String, type: String)
  /// Tensor with an invalid shape, with elements outside its storage, or with a storage whose element count contradicts
  /// the size of its entry.
  case tensorOutOfRange(path: String, tensor: String, reason: String)
  /// Tensors whose total size exceeds `allowed` bytes, twice the file's size.
  case tooManyElements(path: String, byteCount: Int, allowed: Int)

  // Errors of the files of one import.

  /// Network whose arguments are neither in its file nor given separately.
  case missingArguments(path: String)
  /// Configuration file of more than 1 MiB, or that is no JSON object of arguments.
  case malformedConfiguration(path: String)
  /// Configuration file that is left over, because every network has its arguments.
  case surplusConfiguration(path: String)
  /// Checkpoint whose tensors, with the names `tensors`, belong to no known network.
  case unknownNetwork(path: String, tensors: [String])
  /// Model file whose metadata state another kind of network than its tensors show.
  case kindMismatch(path: String, metadata: String, tensors: String)
  /// Network whose role another file of the import (`other`) has already.
  case twoOfARole(path: String, other: String, role: ModelRole)
  /// Import whose files contain neither a codec nor an embedding network.
  case noCodec(paths: [String])
  /// Embedding network in an import of several networks.
  case embeddingNotAlone(path: String)
  /// LoRA fine-tune given in place of a network, without the option for fine-tunes.
  case loraWithoutOption(path: String)
  /// File given as a LoRA fine-tune that is not a fine-tune.
  case notLoRA(path: String)
  /// LoRA fine-tune that fits no transformer of the import, fits several, or is the second for one transformer; or LoRA
  /// matrices whose shapes do not fit their layer.
  case loraDoesNotFit(path: String, reason: String)
  /// Weight too large for the element type `storage` of the model file; `elementIndex` counts from 0 in C order.
  case valueOutOfRange(path: String, tensor: String, elementIndex: Int, storage: String)

  // Errors of the destination.

  /// Text that cannot be the name of a model.
  case invalidName(String)
  /// Existing file or folder at the destination.
  case exists(path: String)
  /// Folder, file or link that is not the folder of a model and therefore neither replaced nor removed; `found` is the
  /// unexpected content or the reason.
  case notAModelFolder(path: String, found: String)
  /// File or folder that cannot be read, created, renamed or removed; `errorNumber` is the system's error number.
  case cannotReplace(path: String, errorNumber: Int32)
}

extension ImportError: CustomStringConvertible {
  /// Phrase with path and entry or tensor, and the found and the allowed values.
  public var description: String {
    switch self {
    case .unknownFormat(let path): "\(path): neither a PyTorch checkpoint nor safetensors"
    case .unsupportedFormat(let path, let format, _): "\(path): \(format), which cannot be read"
    case .truncatedArchive(let path): "\(path): the zip archive has no end record and may be cut off"
    case .malformedArchive(let path, let entry, let reason, let byteOffset):
      "\(path): malformed zip archive\(entry.map { ", entry \(quoted($0))" } ?? ""): \(reason) (byte \(byteOffset))"
    case .overlappingEntries(let path, let entry, let byteOffset):
      "\(path): zip entry \(quoted(entry)) overlaps another entry (byte \(byteOffset))"
    case .unsupportedEntry(let path, let entry, let feature): "\(path): zip entry \(quoted(entry)): \(feature)"
    case .archiveExpandsTooMuch(let path, let byteCount, let allowed):
      "\(path): the zip archive inflates to \(byteCount) bytes, allowed are \(allowed)"
    case .checksumMismatch(let path, let entry, let expected, let found):
      "\(path): zip entry \(quoted(entry)): CRC-32 is \(hexadecimal(found)), expected \(hexadecimal(expected))"
    case .damagedEntry(let path, let entry): "\(path): zip entry \(quoted(entry)): the compressed data are damaged"
    case .missingEntry(let path, let entry): "\(path): zip entry \(quoted(entry)) is missing"
    case .pickle(let path, let entry, let error): "\(path): \(quoted(entry)): \(error)"
    case .malformedCheckpoint(let path, let entry, let reason, let byteOffset):
      "\(path): \(quoted(entry)): \(reason) (byte \(byteOffset))"
    case .unsupportedStorage(let path, let tensor, let type):
      "\(path): tensor \(quoted(tensor)): elements of type \(quoted(type)) cannot be read"
    case .tensorOutOfRange(let path, let tensor, let reason): "\(path): tensor \(quoted(tensor)): \(reason)"
    case .tooManyElements(let path, let byteCount, let allowed):
      "\(path): the tensors have \(byteCount) bytes, allowed are \(allowed), twice the file size"
    case .missingArguments(let path): "\(path): the file has no arguments of the network"
    case .malformedConfiguration(let path): "\(path): not a JSON object of a network's arguments"
    case .surplusConfiguration(let path): "\(path): no network needs this configuration"
    case .unknownNetwork(let path, let tensors):
      "\(path): neither DAC, LAC, VampNet nor VGGish: \(listed(tensors))"
    case .kindMismatch(let path, let metadata, let tensors):
      "\(path): the metadata say \(quoted(metadata)), the tensors are those of \(tensors)"
    case .twoOfARole(let path, let other, let role): "\(path): a second \(role.rawValue) beside \(other)"
    case .noCodec(let paths): "no codec among \(paths.joined(separator: ", "))"
    case .embeddingNotAlone(let path): "\(path): an embedding network cannot be combined with other networks"
    case .loraWithoutOption(let path): "\(path): a LoRA fine-tune, not a network"
    case .notLoRA(let path): "\(path): not a LoRA fine-tune"
    case .loraDoesNotFit(let path, let reason): "\(path): \(reason)"
    case .valueOutOfRange(let path, let tensor, let elementIndex, let storage):
      "\(path): tensor \(quoted(tensor)): element \(elementIndex) is too large for \(storage)"
    case .invalidName(let name): "\(quoted(name)) is not a model name"
    case .exists(let path): "\(path): exists already"
    case .notAModelFolder(let path, let found): "\(path): not a model folder: \(quoted(found))"
    case .cannotReplace(let path, let errorNumber):
      "\(path): \(SystemFailure(code: errorNumber).phrase)"
    }
  }

  private func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Text in quotation marks for a terminal: at most 120 characters, with `?` in place of control characters.
  private func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(120).map { $0.value < 32 || (127..<160).contains($0.value) ? "?" : $0 }
    return "'\(String(String.UnicodeScalarView(scalars)))'"
  }

  private func listed(_ names: [String]) -> String {
    names.isEmpty
      ? "no tensors" : names.prefix(3).map(quoted).joined(separator: ", ") + (names.count > 3 ? ", ..." : "")
  }
}

extension ImportError: ExplainedError {
  /// Faulty file or option; nil if none of the files is a codec or an embedding network.
  public var subject: ErrorSubject? {
    switch self {
    case .unknownFormat(let path), .unsupportedFormat(let path, _, _), .truncatedArchive(let path),
      .malformedArchive(let path, _, _, _), .overlappingEntries(let path, _, _), .unsupportedEntry(let path, _, _),
      .archiveExpandsTooMuch(let path, _, _), .checksumMismatch(let path, _, _, _), .damagedEntry(let path, _),
      .missingEntry(let path, _), .pickle(let path, _, _), .malformedCheckpoint(let path, _, _, _),
      .unsupportedStorage(let path, _, _), .tensorOutOfRange(let path, _, _), .tooManyElements(let path, _, _),
      .missingArguments(let path), .malformedConfiguration(let path), .surplusConfiguration(let path),
      .unknownNetwork(let path, _), .kindMismatch(let path, _, _), .twoOfARole(let path, _, _),
      .embeddingNotAlone(let path), .loraWithoutOption(let path), .notLoRA(let path), .loraDoesNotFit(let path, _),
      .valueOutOfRange(let path, _, _, _), .exists(let path), .notAModelFolder(let path, _),
      .cannotReplace(let path, _):
      .file(path)
    case .invalidName: .option("--name")
    case .noCodec: nil
    }
  }

  /// Kind of the error: bad input for a file whose content is damaged, not supported or not the expected one; failure
  /// for files that do not form a model together or lack arguments, for a weight that is too large for the element
  /// type, and for the name or the folder of the model.
  public var kind: ErrorKind {
    switch self {
    case .unknownFormat, .unsupportedFormat, .truncatedArchive, .malformedArchive, .overlappingEntries,
      .unsupportedEntry, .archiveExpandsTooMuch, .checksumMismatch, .damagedEntry, .missingEntry, .pickle,
      .malformedCheckpoint, .unsupportedStorage, .tensorOutOfRange, .tooManyElements, .malformedConfiguration,
      .unknownNetwork, .kindMismatch, .notLoRA:
      .badInput
    case .missingArguments, .surplusConfiguration, .twoOfARole, .noCodec, .embeddingNotAlone, .loraWithoutOption,
      .loraDoesNotFit, .valueOutOfRange, .invalidName, .exists, .notAModelFolder, .cannotReplace:
      .failure
    }
  }

  /// Next step for the user; nil for errors without a known next step.
  public var hint: String? {
    switch self {
    case .unsupportedFormat(_, _, let remedy): remedy
    case .missingArguments:
      "give the arguments as JSON with --config, one file for each network without arguments, in order"
    case .noCodec: "give the codec, too; the codec.safetensors of an installed model will do"
    case .loraWithoutOption: "give the fine-tune with --lora, together with its network"
    case .embeddingNotAlone: "import the embedding network alone"
    case .exists: "-f replaces the model, --name selects another name"
    case .invalidName: "1 to 64 of A-Z a-z 0-9 . _ - +, the first not a dot"
    case .valueOutOfRange: "--store bf16 and --store f32 have a sufficient range"
    default: nil
    }
  }
}
