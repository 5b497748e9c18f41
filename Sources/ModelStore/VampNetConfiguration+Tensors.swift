extension VampNetConfiguration {
  /// Number of buckets of the relative position bias, as in T5 (arXiv 1910.10683).
  private static let positionBucketCount = 32

  /// Tensors of a VampNet transformer (`vampnet/modules/transformer.py`).
  var tensors: [NetworkTensor] {
    var list = NetworkTensorList()
    list.add("embedding.special.MASK", [codebookCount, latentDim])
    list.addConvolution("embedding.out_proj", from: codebookCount * latentDim, to: embeddingDim)
    for index in 0..<layerCount {
      let name = "transformer.layers.\(index)"
      list.add(name + ".norm_1.weight", [embeddingDim])
      for linear in ["w_qs", "w_ks", "w_vs", "fc"] {
        list.addLinear("\(name).self_attn.\(linear)", from: embeddingDim, to: embeddingDim)
      }
      if index == 0 {
        list.add(name + ".self_attn.relative_attention_bias.weight", [Self.positionBucketCount, headCount])
      }
      list.add(name + ".norm_3.weight", [embeddingDim])
      list.addLinear(name + ".feed_forward.w_1", from: embeddingDim, to: 4 * embeddingDim)
      list.addLinear(name + ".feed_forward.w_2", from: 2 * embeddingDim, to: embeddingDim)
    }
    list.add("transformer.norm.weight", [embeddingDim])
    list.addConvolution("classifier.layers.0", from: embeddingDim, to: vocabularySize * predictedCodebookCount)
    return list.tensors
  }
}
