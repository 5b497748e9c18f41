/// List of tensors that is built layer by layer.
struct NetworkTensorList {
  private(set) var tensors: [NetworkTensor] = []

  mutating func add(_ name: String, _ shape: [Int], isLayerWeight: Bool = false) {
    tensors.append(NetworkTensor(name: name, shape: shape, isLayerWeight: isLayerWeight))
  }

  /// Adds the weight `[outputs, inputs, kernel]` and the bias of a convolution.
  mutating func addConvolution(_ name: String, from inputs: Int, to outputs: Int, kernelSize: Int = 1) {
    add(name + ".weight", [outputs, inputs, kernelSize], isLayerWeight: true)
    add(name + ".bias", [outputs])
  }

  /// Adds the weight `[inputs, outputs, 2 · stride]` and the bias of a transposed convolution.
  mutating func addTransposedConvolution(_ name: String, from inputs: Int, to outputs: Int, stride: Int) {
    add(name + ".weight", [inputs, outputs, 2 * stride], isLayerWeight: true)
    add(name + ".bias", [outputs])
  }

  /// Adds the weight `[outputs, inputs]` of a linear layer without bias.
  mutating func addLinear(_ name: String, from inputs: Int, to outputs: Int) {
    add(name + ".weight", [outputs, inputs], isLayerWeight: true)
  }

  /// Adds the slopes α of a snake activation, one for each channel.
  mutating func addSnake(_ name: String, channelCount: Int) { add(name + ".alpha", [1, channelCount, 1]) }
}
