import Tokens

/// Steps of MAGNeT's sampler for one window (arXiv 2401.04577, and `lm_magnet.py` of its published code).
///
/// Codebooks are generated one after the other. While a codebook is generated, all masked tokens of later codebooks
/// stay masked. Codebooks after codebook 0 attend to `SpanSettings.contextFrameCount` frames on each side only.
struct SpanSampler {
  let source: any LogitSource
  let drawer: TokenDrawer

  /// Generates the masked tokens of a window.
  ///
  /// - Parameters:
  ///   - tokens: Tokens `[codebook, frame]` of all codebooks of the network.
  ///   - mask: Keep mask with the shape of `tokens`.
  ///   - firstFrame: Absolute number of the window's first frame.
  ///   - settings: Settings of the sampler.
  func generate(_ tokens: inout TokenGrid, mask: TokenMask, firstFrame: Int, settings: ParallelSampler.Settings) {
    var mask = mask
    for codebook in source.predictedCodebooks {
      let isGenerated = (0..<mask.frameCount).map { !mask.isKept(codebook: codebook, frame: $0) }
      guard isGenerated.contains(true) else { continue }
      var masking = SpanMasking(isGenerated: isGenerated, settings: settings.spans)
      let stepCount = settings.levelStepCount(ofCodebook: codebook)
      for step in 0..<stepCount {
        let frames = masking.maskedFrames(step: step, of: stepCount)
        for frame in frames { mask.setMasked(codebook: codebook, frame: frame) }
        source.run(tokens, mask: mask, contextFrameCount: codebook > 0 ? settings.spans.contextFrameCount : nil)
        let drawn = drawer.draw(
          codebook: codebook, frames: frames, Self.distribution(step: step, of: stepCount, settings)
        ) { frame in
          settings.random.uniform(.token, frame: firstFrame + frame, codebook: codebook, step: step)
        }
        for (frame, token) in zip(frames, drawn) {
          tokens[codebook, frame] = UInt16(token.token)
          mask.keep(codebook: codebook, frame: frame)
        }
        masking.record(drawn.map(\.logProbability), of: frames)
      }
    }
  }

  private static func distribution(
    step: Int, of stepCount: Int, _ settings: ParallelSampler.Settings
  ) -> TokenDrawer.Distribution {
    TokenDrawer.Distribution(
      temperature: SpanMasking.temperature(from: settings.temperature, step: step, of: stepCount),
      takesMostLikely: settings.takesMostLikely(step: step, of: stepCount), filter: settings.filter,
      filtersAtTemperature: true)
  }
}
