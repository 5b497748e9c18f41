extension ModelFile {
  /// Reads all of the file: whether each tensor of the network is there, has its shape and holds finite numbers alone,
  /// whether there is none too many, and whether the data are those whose digests are recorded.
  ///
  /// - Throws: `ModelError`; the first fault that is found.
  public func verify() throws {
    let tensors = Tensors(weights)
    for tensor in configuration.tensors {
      if tensor.isLayerWeight, tensor.name.hasSuffix(".weight") {
        _ = try tensors.weightNormalised(String(tensor.name.dropLast(".weight".count)), shape: tensor.shape)
      } else {
        _ = try tensors.floats(tensor.name, shape: tensor.shape)
      }
    }
    try tensors.finish()
    guard let recordedDigests else { return }
    for tensor in weights.tensors {
      guard try weights.digest(of: tensor) == recordedDigests[tensor.name] else {
        throw ModelError.digestMismatch(path: path, tensor: tensor.name)
      }
    }
  }
}
