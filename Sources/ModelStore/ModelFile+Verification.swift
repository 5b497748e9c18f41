extension ModelFile {
  /// Reads the whole file and checks the tensors.
  ///
  /// All tensors of the network must exist with the right shape and finite values, and no direction of a
  /// weight-normalised layer may have norm 0. The file must have no other tensors, and its data must fit the recorded
  /// digests.
  ///
  /// - Throws: ``ModelError`` for the first fault.
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
