import Foundation

/// Streaming writer of a safetensors file of any size, which records the SHA-256 of every tensor in `tensor_sha256`.
package final class SafetensorsStream {
  /// Tensor to be written.
  package struct Tensor {
    /// Name of the tensor.
    package let name: String
    /// Type of the stored elements.
    package let elementType: TensorElementType
    /// Sizes of the axes.
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
  private let descriptor: Int32
  private let metadata: [String: String]
  private let tensors: [Tensor]
  private var digests: [String: ModelDigest] = [:]
  private var hash: SHA256?
  private var missingByteCount = 0

  /// Creates the file, which must not exist, and writes a provisional header.
  ///
  /// - Parameter tensors: Tensors in the order of writing, with unique names.
  /// - Throws: ``ModelError/cannotWrite(path:errorNumber:)``.
  package init(path: String, metadata: [String: String], tensors: [Tensor]) throws {
    (self.path, self.metadata, self.tensors) = (path, metadata, tensors)
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw ModelError.cannotWrite(path: path, errorNumber: errno) }
    // All digests have the same length, so the final header replaces the provisional one.
    let blank = ModelDigest(bytes: [UInt8](repeating: 0, count: ModelDigest.byteCount))
    try write(header(digests: Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, blank) })))
  }

  deinit { close(descriptor) }

  /// Begins the next tensor.
  ///
  /// - Precondition: the previous tensor is complete.
  package func begin() throws {
    try end()
    precondition(digests.count < tensors.count, "more tensors than were announced")
    hash = try SHA256()
    missingByteCount = tensors[digests.count].byteCount
  }

  /// Appends bytes to the current tensor.
  ///
  /// - Precondition: the tensor has room for the bytes.
  package func append(_ bytes: [UInt8]) throws {
    missingByteCount -= bytes.count
    precondition(hash != nil && missingByteCount >= 0, "more bytes than the tensor has")
    try bytes.withUnsafeBytes { try hash?.update($0) }
    try write(bytes)
  }

  /// Writes the final header and flushes the file to disk.
  ///
  /// - Throws: ``ModelError/cannotWrite(path:errorNumber:)``.
  /// - Precondition: all tensors are complete.
  package func finish() throws {
    try end()
    precondition(digests.count == tensors.count, "fewer tensors than were announced")
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw failed() }
    try write(header(digests: digests))
    guard fsync(descriptor) == 0 else { throw failed() }
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
    precondition(missingByteCount == 0, "fewer bytes than the tensor has")
    digests[tensors[digests.count].name] = try hash.finalised()
    self.hash = nil
  }

  private func write(_ bytes: [UInt8]) throws {
    var doneCount = 0
    while doneCount < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress.map { $0 + doneCount }, $0.count - doneCount)
      }
      if count >= 0 { doneCount += count } else if errno != EINTR { throw failed() }
    }
  }

  private func failed() -> ModelError { .cannotWrite(path: path, errorNumber: errno) }
}
