import ModelStore

/// Tensors and notes of a checkpoint in any supported file format.
package struct Checkpoint {
  /// Constructor arguments, LoRA strength and metadata of a checkpoint.
  package struct Notes {
    /// Arguments of the published network's constructor as a JSON object; `nil` if the file has no arguments.
    package var arguments: String?
    /// Strength `alpha` of a LoRA fine-tune; `nil` if the file states no strength.
    package var loraAlpha: Double?
    /// Metadata of a safetensors file; empty for other formats.
    package var metadata: [String: String] = [:]
  }

  /// Path of the checkpoint, for errors.
  package let path: String
  /// Tensors in the order of the file.
  package let tensors: [StoredTensor]
  /// Constructor arguments, LoRA strength and metadata of the checkpoint.
  package let notes: Notes
  /// Reader of the tensors' elements.
  package let storages: StorageReader
  private let indexByName: [String: Int]

  /// Largest total size of all tensors, in multiples of the file's size. Tensors may share a storage (the stored
  /// elements), but a small file must not expand without bound.
  static let maximumExpansion = 2

  /// Checkpoint of the given tensors.
  ///
  /// - Throws: ``ImportError/tooManyElements(path:byteCount:allowed:)``.
  /// - Precondition: the names of the tensors are unique.
  init(path: String, fileByteCount: Int, tensors: [StoredTensor], notes: Notes, storages: StorageReader) throws {
    (self.path, self.tensors, self.notes, self.storages) = (path, tensors, notes, storages)
    indexByName = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
    let allowed = fileByteCount.multipliedReportingOverflow(by: Self.maximumExpansion).partialValue
    var byteCount = 0
    for tensor in tensors {
      let (sum, overflow) = byteCount.addingReportingOverflow(tensor.byteCount)
      guard !overflow, sum <= allowed else {
        throw ImportError.tooManyElements(path: path, byteCount: overflow ? .max : sum, allowed: allowed)
      }
      byteCount = sum
    }
  }

  /// Tensor with the given name; `nil` if the file has no such tensor.
  package func tensor(named name: String) -> StoredTensor? { indexByName[name].map { tensors[$0] } }

  /// Whether the file has a tensor with the given name.
  package func contains(_ name: String) -> Bool { indexByName[name] != nil }
}

extension Checkpoint {
  /// Opens a file of any supported format. Reads headers and the pickle of a PyTorch checkpoint, but no tensor data.
  ///
  /// - Throws: ``ImportError`` or `ModelError` if the file cannot be read, its format is unsupported, or its headers
  ///   are invalid.
  package init(path: String) throws {
    let mapping = try MappedFile(path: path)
    let head = mapping.withUnsafeBytes(in: 0..<min(512, mapping.byteCount)) { Array($0) }
    switch FileFormat(head: head) {
    case .zip: try self.init(archive: ZipArchive(mapping))
    case .safetensors: try self.init(SafetensorsFile(path: path))
    case .legacyPyTorch:
      throw Self.unsupported(path, "a checkpoint of before PyTorch 1.6")
    case .pickle: throw Self.unsupported(path, "a bare pickle")
    case .tar: throw Self.unsupported(path, "a tar archive, as PyTorch wrote checkpoints before 0.1.10")
    case nil: throw ImportError.unknownFormat(path: path)
    }
  }

  private static func unsupported(_ path: String, _ format: String) -> ImportError {
    .unsupportedFormat(
      path: path, format: format,
      remedy: "where you trust it: python3 -c \"import torch; torch.save(torch.load('old.pth', map_location='cpu', "
        + "weights_only=False), 'new.pth')\"")
  }

  private init(_ file: SafetensorsFile) throws {
    let tensors = try file.tensors.map { tensor in
      do throws(StoredTensorFault) {
        return try StoredTensor(
          name: tensor.name, elementType: tensor.elementType, shape: tensor.shape,
          strides: StoredTensor.contiguousStrides(of: tensor.shape), elementOffset: 0,
          storage: .range(tensor.byteRange), storageElementCount: tensor.elementCount, isBigEndian: false)
      } catch {
        throw ImportError.tensorOutOfRange(path: file.path, tensor: tensor.name, reason: error.reason)
      }
    }
    var notes = Notes(arguments: file.metadata["kwargs"], metadata: file.metadata)
    notes.loraAlpha = file.metadata["alpha"].flatMap(Double.init)
    try self.init(
      path: file.path, fileByteCount: file.byteCount, tensors: tensors, notes: notes,
      storages: StorageReader(file.mapping))
  }
}
