import CCrypto

/// SHA-256 of bytes that are added in chunks, by libcrypto.
package final class SHA256 {
  private let context: OpaquePointer

  /// Begins a new digest.
  ///
  /// - Throws: ``ModelError/digestUnavailable`` if libcrypto is a build without SHA-256 or memory runs out.
  package init() throws {
    guard let context = EVP_MD_CTX_new() else { throw ModelError.digestUnavailable }
    self.context = context
    guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { throw ModelError.digestUnavailable }
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds the bytes of a buffer to the digest.
  ///
  /// - Throws: ``ModelError/digestUnavailable``.
  package func update(_ bytes: UnsafeRawBufferPointer) throws {
    guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else { throw ModelError.digestUnavailable }
  }

  /// Adds the bytes of a sequence to the digest.
  ///
  /// - Throws: ``ModelError/digestUnavailable``.
  package func update(_ bytes: some Sequence<UInt8>) throws {
    try Array(bytes).withUnsafeBytes { try update($0) }
  }

  /// Ends and returns the digest; no bytes may be added afterwards.
  ///
  /// - Throws: ``ModelError/digestUnavailable``.
  package func finalised() throws -> ModelDigest {
    var bytes = [UInt8](repeating: 0, count: ModelDigest.byteCount)
    var written: UInt32 = 0
    guard EVP_DigestFinal_ex(context, &bytes, &written) == 1, Int(written) == bytes.count else {
      throw ModelError.digestUnavailable
    }
    return ModelDigest(bytes: bytes)
  }
}

extension SafetensorsFile {
  /// Computes the SHA-256 of a tensor's data as stored.
  ///
  /// - Throws: ``ModelError/digestUnavailable``.
  func digest(of tensor: TensorDescription) throws -> ModelDigest {
    let hash = try SHA256()
    try mapping.requireLength()
    // Chunks bound how much of a large file is in memory at a time.
    let chunkByteCount = 16 << 20
    for start in stride(from: tensor.byteRange.lowerBound, to: tensor.byteRange.upperBound, by: chunkByteCount) {
      let chunk = start..<min(start + chunkByteCount, tensor.byteRange.upperBound)
      try mapping.withUnsafeBytes(in: chunk) { try hash.update($0) }
      mapping.releasePages(in: chunk)
    }
    return try hash.finalised()
  }
}
