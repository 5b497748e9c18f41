import Foundation
import ModelStore
import Pickle

/// Reader of the pickle in a PyTorch checkpoint, which lists the tensors and the network's arguments.
struct PyTorchPickle {
  let archive: ZipArchive
  /// Name of the archive's folder with a slash at the end.
  let folder: String
  /// Name of the pickle's entry in the archive, for errors.
  let entry: String
  let isBigEndian: Bool

  /// Tensors and notes that the pickle lists.
  struct Content {
    var tensors: [StoredTensor] = []
    var notes = Checkpoint.Notes()
  }

  /// Functions and classes that the pickles of checkpoints may call. The reader records these calls and executes none.
  private static let allowedGlobals: Set<PickleGlobal> = [
    PickleGlobal(module: "torch._utils", name: "_rebuild_tensor"),
    PickleGlobal(module: "torch._utils", name: "_rebuild_tensor_v2"),
    PickleGlobal(module: "torch._utils", name: "_rebuild_tensor_v3"),
    PickleGlobal(module: "torch._utils", name: "_rebuild_parameter"),
    PickleGlobal(module: "torch", name: "Size"),
    PickleGlobal(module: "torch", name: "device"),
    PickleGlobal(module: "collections", name: "OrderedDict"),
    PickleGlobal(module: "collections", name: "defaultdict"),
    // The following globals occur in metadata about the training.
    PickleGlobal(module: "numpy.core.multiarray", name: "scalar"),
    PickleGlobal(module: "numpy._core.multiarray", name: "scalar"),
    PickleGlobal(module: "numpy", name: "dtype"),
    PickleGlobal(module: "_codecs", name: "encode"),
    PickleGlobal(module: "pathlib", name: "PosixPath"),
    PickleGlobal(module: "pathlib", name: "PurePosixPath"),
    PickleGlobal(module: "pathlib", name: "WindowsPath"),
  ]

  /// Reader whose memory is bounded by the size of the checkpoint, or by about 1 MiB for a smaller checkpoint.
  static func reader(fileByteCount: Int) -> PickleReader {
    var limits = PickleLimits()
    // A value takes at most 100 bytes of memory (`PickleLimits`).
    limits.valueCount = min(limits.valueCount, max(8_192, fileByteCount / 100))
    limits.memoCount = limits.valueCount
    return PickleReader(allowing: allowedGlobals, limits: limits)
  }

  /// Reads tensors and notes from the pickle's value.
  ///
  /// - Throws: ``ImportError``.
  func content(of root: PickleValue) throws -> Content {
    guard let entries = entries(of: root) else { throw malformed("the checkpoint is no dictionary", root) }
    var content = Content()
    if let state = entries["state_dict"] {
      guard let tensors = self.entries(of: state) else { throw malformed("state_dict is no dictionary", state) }
      content.tensors = try self.tensors(tensors)
      content.notes = try notes(entries["metadata"])
    } else {
      content.tensors = try tensors(entries)
    }
    return content
  }

  /// Entries of a dictionary, an `OrderedDict` or a `defaultdict`; nil for other values.
  private func entries(of value: PickleValue) -> PickleEntries? {
    switch value.content {
    case .dictionary(let entries): entries
    case .object(let object) where object.global.module == "collections": object.entries
    default: nil
    }
  }

  private func tensors(_ entries: PickleEntries) throws -> [StoredTensor] {
    var tensors: [String: StoredTensor] = [:]
    var names: [String] = []
    for (key, value) in entries {
      guard let name = key.text(atMost: Self.largestNameByteCount) else {
        throw malformed("a tensor's name is no text of at most \(Self.largestNameByteCount) bytes", key)
      }
      // As in Python, a repeated name replaces the first one.
      if tensors.updateValue(try tensor(name, value), forKey: name) == nil { names.append(name) }
    }
    return names.compactMap { tensors[$0] }
  }

  private func tensor(_ name: String, _ value: PickleValue) throws -> StoredTensor {
    guard let object = value.object else { throw malformed("\(name) is no tensor", value) }
    let arguments = object.arguments
    switch object.global.name {
    case "_rebuild_parameter" where !arguments.isEmpty && arguments[0].object?.global.name != "_rebuild_parameter":
      return try tensor(name, arguments[0])
    case "_rebuild_tensor", "_rebuild_tensor_v2": return try view(name, value, arguments, elementType: nil)
    case "_rebuild_tensor_v3":
      guard arguments.count >= 7, let global = arguments[6].global else {
        throw malformed("\(name) has no type", value)
      }
      guard global.module == "torch", let elementType = Self.elementTypes[global.name] else {
        throw ImportError.unsupportedStorage(path: archive.path, tensor: name, type: global.description)
      }
      return try view(name, value, arguments, elementType: elementType)
    default: throw malformed("\(name) is no tensor", value)
    }
  }

  /// Tensor that a recorded call of a PyTorch function with the arguments (storage, offset, size, stride, …) makes.
  ///
  /// - Parameter elementType: Element type of the tensor; nil for the type of the storage.
  private func view(
    _ name: String, _ value: PickleValue, _ arguments: PickleValues, elementType: TensorElementType?
  ) throws -> StoredTensor {
    guard arguments.count >= 4, let offset = arguments[1].integer, let shape = integers(arguments[2]),
      let strides = integers(arguments[3])
    else { throw malformed("\(name) is no tensor", value) }
    let storage = try storage(name, arguments[0])
    guard let elementType = elementType ?? storage.elementType else {
      throw ImportError.unsupportedStorage(path: archive.path, tensor: name, type: "untyped")
    }
    do throws(StoredTensorFault) {
      return try StoredTensor(
        name: name, elementType: elementType, shape: shape, strides: strides, elementOffset: offset,
        storage: .entry(storage.entry), storageElementCount: storage.byteCount / elementType.byteCount,
        isBigEndian: isBigEndian)
    } catch {
      throw ImportError.tensorOutOfRange(path: archive.path, tensor: name, reason: error.reason)
    }
  }

  /// Storage that a persistent identifier ('storage', type, key, device, element count) names: the elements of a tensor
  /// in an entry of the archive.
  ///
  /// - Returns: Name of the archive's entry, element type (nil for an untyped storage) and size in bytes.
  private func storage(
    _ name: String, _ value: PickleValue
  ) throws -> (entry: String, elementType: TensorElementType?, byteCount: Int) {
    guard let parts = value.persistentID?.tuple, parts.count == 5, parts[0].isText("storage"),
      let type = parts[1].global, let key = parts[2].text(atMost: Self.largestNameByteCount),
      let count = parts[4].integer
    else { throw malformed("\(name) has no storage", value) }
    let isUntyped = type.name == "UntypedStorage"
    let elementType = Self.storageTypes[type.name]
    guard type.module == "torch" || type.module == "torch.cuda" || type.module == "torch.storage",
      isUntyped || elementType != nil
    else { throw ImportError.unsupportedStorage(path: archive.path, tensor: name, type: type.description) }
    let entry = try archive.entry(named: folder + "data/" + key)
    let (expected, overflow) = count.multipliedReportingOverflow(by: elementType?.byteCount ?? 1)
    guard count >= 0, !overflow, expected == entry.byteCount else {
      throw ImportError.tensorOutOfRange(
        path: archive.path, tensor: name,
        reason: "a storage of \(count) elements, but \(entry.name) has \(entry.byteCount) bytes")
    }
    return (entry.name, elementType, entry.byteCount)
  }

  /// Integers of a tuple or a `torch.Size`; nil for other values and for more than 64 items.
  private func integers(_ value: PickleValue) -> [Int]? {
    let values: PickleValues? =
      switch value.content {
      case .tuple(let values): values
      case .object(let object) where object.global.name == "Size": object.arguments.first?.tuple
      default: nil
      }
    guard let values, values.count <= 64 else { return nil }
    let integers = values.compactMap(\.integer)
    return integers.count == values.count ? integers : nil
  }

  private func notes(_ metadata: PickleValue?) throws -> Checkpoint.Notes {
    guard let metadata, let entries = entries(of: metadata) else { return Checkpoint.Notes() }
    var notes = Checkpoint.Notes()
    notes.loraAlpha = (entries["alpha"] ?? entries["lora_alpha"])?.number
    if let value = entries["kwargs"] {
      guard let arguments = self.entries(of: value), arguments.count <= Self.maximumArgumentCount else {
        throw malformed("kwargs is no dictionary of arguments", value)
      }
      notes.arguments = try text(of: arguments)
    }
    return notes
  }

  private static let maximumArgumentCount = 256
  /// Largest length of the names of tensors, storages and arguments: a pickle can repeat a long name with a few bytes.
  private static let largestNameByteCount = 1_024

  /// Encodes the arguments of a constructor as JSON.
  private func text(of arguments: PickleEntries) throws -> String {
    var values: [String: NetworkArgument] = [:]
    for (key, value) in arguments {
      guard let name = key.text(atMost: Self.largestNameByteCount) else {
        throw malformed("an argument's name is no text of at most \(Self.largestNameByteCount) bytes", key)
      }
      values[name] = argument(value)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(values), as: UTF8.self)
  }

  private func argument(_ value: PickleValue) -> NetworkArgument {
    func list(_ values: PickleValues) -> NetworkArgument {
      let integers = values.prefix(64).compactMap(\.integer)
      return integers.count == values.count ? .integers(integers) : .other
    }
    // A long text would be copied for each argument that refers to it.
    if value.isTextLonger(than: 256) { return .other }
    return switch value.content {
    case .none: .null
    case .bool(let value): .boolean(value)
    case .integer(let value): .integer(value)
    case .float(let value) where value.isFinite: .number(value)
    case .text(let value): .string(value)
    case .list(let values), .tuple(let values): list(values)
    default: .other
    }
  }

  private func malformed(_ reason: String, _ value: PickleValue) -> ImportError {
    .malformedCheckpoint(path: archive.path, entry: entry, reason: reason, byteOffset: value.byteOffset)
  }

  /// Element types of storage classes by name (`torch/storage.py`).
  private static let storageTypes: [String: TensorElementType] = [
    "DoubleStorage": .f64, "FloatStorage": .f32, "HalfStorage": .f16, "BFloat16Storage": .bf16, "LongStorage": .i64,
    "IntStorage": .i32, "ShortStorage": .i16, "CharStorage": .i8, "ByteStorage": .u8, "BoolStorage": .bool,
  ]

  /// Element types of `torch.dtype` by name.
  private static let elementTypes: [String: TensorElementType] = [
    "float64": .f64, "float32": .f32, "float16": .f16, "bfloat16": .bf16, "float8_e4m3fn": .f8e4m3,
    "float8_e5m2": .f8e5m2, "int64": .i64, "int32": .i32, "int16": .i16, "int8": .i8, "uint64": .u64, "uint32": .u32,
    "uint16": .u16, "uint8": .u8, "bool": .bool,
  ]
}
