import SystemCalls

/// Streaming writer of a safetensors file of any size, which records the SHA-256 of every tensor under the metadata key
/// `tensor_sha256`.
package final class SafetensorsStream {
  /// Tensor to be written.
  package struct Tensor {
    /// Name of the tensor.
    package let name: String
    /// Type of the stored elements.
    package let elementType: TensorElementType
    /// Sizes of the axes, slowest first.
    package let shape: [Int]
    let byteCount: Int

    /// Tensor with the given name, type and shape.
    ///
    /// - Precondition: the tensor's byte count does not overflow.
    package init(name: String, elementType: TensorElementType, shape: [Int]) {
      guard let count = elementCount(of: shape) else { preconditionFailure("a tensor's shape overflows") }
      (self.name, self.elementType, self.shape) = (name, elementType, shape)
      byteCount = count * elementType.byteCount
    }
  }

  private let path: String
  private let file: OpenFile
  private let metadata: [String: String]
  private let tensors: [Tensor]
  private var digests: [String: ModelDigest] = [:]
  private var hash: SHA256?
  private var remainingByteCount = 0

  /// Creates the file, which must not exist, and writes a provisional header.
  ///
  /// - Parameter tensors: Tensors in the order of writing, with unique names.
  /// - Throws: ``ModelError/cannotWrite(path:errorNumber:)``, also for an existing file.
  package init(path: String, metadata: [String: String], tensors: [Tensor]) throws {
    (self.path, self.metadata, self.tensors) = (path, metadata, tensors)
    do throws(SystemFailure) { file = try OpenFile(creatingNew: path) } catch {
      throw ModelError.cannotWrite(path: path, errorNumber: error.code)
    }
    // All digests have the same length, so the final header replaces the provisional one.
    let blank = ModelDigest(bytes: [UInt8](repeating: 0, count: ModelDigest.byteCount))
    try write(header(digests: Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, blank) })))
  }

  /// Begins the next tensor, in the order of the announced tensors.
  ///
  /// - Throws: ``ModelError/digestUnavailable``.
  /// - Precondition: the previous tensor is complete.
  package func begin() throws {
    try end()
    precondition(digests.count < tensors.count, "more tensors than were announced")
    hash = try SHA256()
    remainingByteCount = tensors[digests.count].byteCount
  }

  /// Appends bytes to the current tensor.
  ///
  /// - Throws: ``ModelError/cannotWrite(path:errorNumber:)`` or ``ModelError/digestUnavailable``.
  /// - Precondition: a tensor has begun, and its shape has room for the bytes.
  package func append(_ bytes: [UInt8]) throws {
    remainingByteCount -= bytes.count
    precondition(hash != nil && remainingByteCount >= 0, "more bytes than the tensor has")
    try bytes.withUnsafeBytes { try hash?.update($0) }
    try write(bytes)
  }

  /// Writes the final header and flushes the file to disk.
  ///
  /// - Throws: ``ModelError/cannotWrite(path:errorNumber:)`` or ``ModelError/digestUnavailable``.
  /// - Precondition: all tensors are complete.
  package func finish() throws {
    try end()
    precondition(digests.count == tensors.count, "fewer tensors than were announced")
    let file = file
    let header = try header(digests: digests)
    try writing { () throws(SystemFailure) in
      try file.seek(0)
      try file.write(header)
      try file.sync()
    }
  }

  private func header(digests: [String: ModelDigest]) throws -> [UInt8] {
    let digests = [TensorDigests.key: TensorDigests(digests).text]
    return try SafetensorsLayout(
      metadata: metadata.merging(digests) { $1 },
      entries: tensors.map {
        SafetensorsLayout.Entry(
          name: $0.name, elementType: $0.elementType, shape: $0.shape, byteCount: $0.byteCount)
      }
    ).headerBytes
  }

  private func end() throws {
    guard let hash else { return }
    precondition(remainingByteCount == 0, "fewer bytes than the tensor has")
    digests[tensors[digests.count].name] = try hash.finalised()
    self.hash = nil
  }

  private func write(_ bytes: [UInt8]) throws {
    try writing { () throws(SystemFailure) in try file.write(bytes) }
  }

  private func writing(_ body: () throws(SystemFailure) -> Void) throws {
    do throws(SystemFailure) { try body() } catch {
      throw ModelError.cannotWrite(path: path, errorNumber: error.code)
    }
  }
}
