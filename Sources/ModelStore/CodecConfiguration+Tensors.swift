extension CodecConfiguration {
  /// Tensors of a DAC (`dac/model/dac.py`, `dac/nn/quantize.py`) or of a LAC, whose decoder differs.
  var tensors: [NetworkTensor] {
    var list = NetworkTensorList()
    addEncoder(to: &list)
    for index in 0..<codebookCount {
      let name = "quantizer.quantizers.\(index)"
      list.addConvolution(name + ".in_proj", from: latentDim, to: codebookDim)
      list.add(name + ".codebook.weight", [codebookSize, codebookDim])
      list.addConvolution(name + ".out_proj", from: codebookDim, to: latentDim)
    }
    addDecoder(to: &list)
    return list.tensors
  }

  private func addEncoder(to list: inout NetworkTensorList) {
    var width = encoderDim
    list.addConvolution("encoder.block.0", from: 1, to: width, kernelSize: 7)
    for (index, stride) in encoderRates.enumerated() {
      let name = "encoder.block.\(index + 1).block"
      for unit in 0..<3 { Self.addResidualUnit("\(name).\(unit)", channelCount: width, to: &list) }
      list.addSnake(name + ".3", channelCount: width)
      list.addConvolution(name + ".4", from: width, to: 2 * width, kernelSize: 2 * stride)
      width *= 2
    }
    let end = encoderRates.count + 1
    list.addSnake("encoder.block.\(end)", channelCount: width)
    list.addConvolution("encoder.block.\(end + 1)", from: width, to: latentDim, kernelSize: 3)
  }

  private func addDecoder(to list: inout NetworkTensorList) {
    var width = decoderDim
    list.addConvolution("decoder.model.0", from: latentDim, to: width, kernelSize: 7)
    for (index, stride) in decoderRates.enumerated() {
      let name = "decoder.model.\(index + 1).block"
      list.addSnake(name + ".0", channelCount: width)
      list.addTransposedConvolution(name + ".1", from: width, to: width / 2, stride: stride)
      width /= 2
      switch kind {
      case .dac:
        for unit in 2..<5 { Self.addResidualUnit("\(name).\(unit)", channelCount: width, to: &list) }
      case .lac:
        for (branch, kernelSize) in [3, 7, 11].enumerated() {
          for layer in 0..<3 {
            let name = "\(name).2.mrf_blocks.\(branch).block.\(layer).layer"
            for index in [0, 2] {
              list.addSnake("\(name).\(index)", channelCount: width)
              list.addConvolution("\(name).\(index + 1)", from: width, to: width, kernelSize: kernelSize)
            }
          }
        }
      }
    }
    let end = decoderRates.count + 1
    list.addSnake("decoder.model.\(end)", channelCount: width)
    list.addConvolution("decoder.model.\(end + 1)", from: width, to: 1, kernelSize: 7)
  }

  private static func addResidualUnit(_ name: String, channelCount: Int, to list: inout NetworkTensorList) {
    for (index, kernelSize) in [(0, 7), (2, 1)] {
      list.addSnake("\(name).block.\(index)", channelCount: channelCount)
      list.addConvolution(
        "\(name).block.\(index + 1)", from: channelCount, to: channelCount, kernelSize: kernelSize)
    }
  }
}
