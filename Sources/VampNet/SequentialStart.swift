import Tokens

/// Generation of the first frames one after the other, from left to right, as Hybrid-MAGNeT does (arXiv 2401.04577,
/// section 3.4). The remaining frames follow in parallel.
///
/// A frame with masked tokens takes one pass of the transformer with VampNet's samplers. With MAGNeT's sampler, such a
/// frame takes one pass for each codebook with a masked token. Masked tokens of later frames stay masked. The settings
/// give the temperature. With MAGNeT's sampler it is at most 1, because higher temperatures are meant for annealing.
struct SequentialStart {
  let source: any LogitSource
  let drawer: TokenDrawer

  /// Generates the masked tokens before `settings.sequentialEndFrame` and marks them as kept.
  ///
  /// - Parameters:
  ///   - tokens: Tokens `[codebook, frame]` of all codebooks of the network.
  ///   - mask: Keep mask with the shape of `tokens`.
  ///   - firstFrame: Absolute number of the window's first frame.
  ///   - settings: Settings of the sampler.
  func generate(
    _ tokens: inout TokenGrid, mask: inout TokenMask, firstFrame: Int, settings: ParallelSampler.Settings
  ) {
    let isMagnet = settings.method == .magnet
    let distribution = TokenDrawer.Distribution(
      temperature: isMagnet ? min(1, settings.temperature) : settings.temperature,
      takesMostLikely: settings.temperature == 0, filter: settings.filter, filtersAtTemperature: isMagnet)
    for frame in 0..<min(mask.frameCount, settings.sequentialEndFrame - firstFrame) {
      let codebooks = source.predictedCodebooks.filter { !mask.isKept(codebook: $0, frame: frame) }
      for group in isMagnet ? codebooks.map({ [$0] }) : [codebooks] where !group.isEmpty {
        source.run(tokens, mask: mask, contextFrameCount: nil)
        for codebook in group {
          let drawn = drawer.draw(codebook: codebook, frames: [frame], distribution) { _ in
            settings.random.uniform(.sequential, frame: firstFrame + frame, codebook: codebook, step: 0)
          }
          tokens[codebook, frame] = UInt16(drawn[0].token)
        }
        for codebook in group { mask.keep(codebook: codebook, frame: frame) }
      }
    }
  }
}
