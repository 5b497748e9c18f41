import Signal
import Tokens

/// Variations of a loop, one pass after the other. The last sample leads to the first sample, so that the result loops.
///
/// The loop is resampled to the nearest whole number of frames, at least one, and resampled back behind the decoder, so
/// that pitch and length stay exact. Codec and resamplers see the loop with a copy of itself on either side, and the
/// transformers see the end of the last pass before the beginning of the first.
struct LoopVariation {
  private let work: VampWork

  init(_ work: VampWork) { self.work = work }

  func vary(_ audio: AudioBuffer, passCount: Int) throws -> Vamp {
    let layout = ChannelLayout(sourceChannelCount: audio.channelCount, work.settings.channels, speakers: nil)
    let coded = layout.apply(to: audio)
    let gain = try work.gain(for: coded)
    let rates = try LoopRates(sampleCount: audio.sampleCount, sampleRateHz: audio.sampleRateHz, geometry: work.geometry)
    let sources = try loopTokens(of: coded, rates, gain)
    let mask = work.mask(frameCount: rates.frameCount)
    let grids = try sources.map { try passes(of: $0, mask, count: passCount) }
    let decoded = try loopSamples(of: grids, rates, gain)
    let audible = audio.sampleCount..<(1 + passCount) * audio.sampleCount
    let matched = try work.matchLoudness(of: decoded, to: coded, audible: audible).slice(audible)
    let channels =
      matched.channelCount < audio.channelCount
      ? Array(repeating: matched.channels[0], count: audio.channelCount) : matched.channels
    return Vamp(
      audio: AudioBuffer(channels: channels, sampleRateHz: audio.sampleRateHz), mask: mask,
      keptRateBps: work.keptRateBps(mask, channelCount: coded.channelCount))
  }

  /// Tokens of each coded channel of the loop, encoded between two copies of the loop.
  private func loopTokens(of loop: AudioBuffer, _ rates: LoopRates, _ gain: Gain) throws -> [TokenGrid] {
    var tiled = try work.filtered(
      AudioBuffer(channels: loop.channels.map { $0 + $0 + $0 }, sampleRateHz: rates.sampleRateHz))
    tiled.sampleRateHz = rates.loopRateHz
    tiled = try Resampler.resample(tiled, to: rates.frameRateHz)
    tiled.sampleRateHz = work.geometry.sampleRateHz
    return try work.tokens(of: tiled, gain: gain).map { grid in
      grid.slice(codebooks: 0..<grid.codebookCount, frames: rates.frameCount..<2 * rates.frameCount)
    }
  }

  /// Samples of all passes, with a copy of the last pass in front and a copy of the first pass behind, at the loop's
  /// own sample rate.
  private func loopSamples(of grids: [TokenGrid], _ rates: LoopRates, _ gain: Gain) throws -> AudioBuffer {
    let surrounded = grids.map { grid in
      let codebooks = 0..<grid.codebookCount
      let last = grid.slice(codebooks: codebooks, frames: grid.frameCount - rates.frameCount..<grid.frameCount)
      return TokenGrid(joining: [last, grid, grid.slice(codebooks: codebooks, frames: 0..<rates.frameCount)])
    }
    var samples = try work.samples(of: surrounded, gain: gain)
    samples.sampleRateHz = rates.frameRateHz
    samples = try Resampler.resample(samples, to: rates.loopRateHz)
    samples.sampleRateHz = rates.sampleRateHz
    return samples
  }

  /// Tokens of `count` passes of one channel, one pass after the other, with the masked tokens generated.
  private func passes(of loop: TokenGrid, _ mask: TokenMask, count: Int) throws -> TokenGrid {
    let tokens = TokenGrid(joining: Array(repeating: loop, count: count))
    let kept = (1..<count).reduce(mask) { joined, _ in joined.appending(mask) }
    let generated = try work.generate(tokens, mask: kept)
    return try joined(generated, kept)
  }

  /// Joins the end of the last pass to the beginning of the first pass.
  ///
  /// Masked tokens around this seam are generated again, in a window with frames on both sides of the seam.
  private func joined(_ tokens: TokenGrid, _ mask: TokenMask) throws -> TokenGrid {
    let frameCount = tokens.frameCount
    let reach = min(frameCount / 4, work.generator.windowFrameCount / 4)
    guard reach > 0 else { return tokens }
    let half = frameCount / 2
    let seam = frameCount - half
    let codebooks = 0..<tokens.codebookCount
    var nearSeam = TokenMask(codebookCount: tokens.codebookCount, frameCount: frameCount, isKept: true)
    for codebook in codebooks {
      for frame in seam - reach..<seam + reach
      where !mask.isKept(codebook: codebook, frame: (frame + half) % frameCount) {
        nearSeam.setMasked(codebook: codebook, frame: frame)
      }
    }
    // One window with the seam in its middle, or all frames where they are fewer.
    let window =
      max(
        0, seam - work.generator.windowFrameCount / 2)..<min(
        frameCount, seam + work.generator.windowFrameCount / 2)
    let rotated = tokens.rotated(by: half)
    let generated = try work.generate(
      rotated.slice(codebooks: codebooks, frames: window),
      mask: nearSeam.slice(codebooks: codebooks, frames: window), round: 1)
    let parts = [
      rotated.slice(codebooks: codebooks, frames: 0..<window.lowerBound), generated,
      rotated.slice(codebooks: codebooks, frames: window.upperBound..<frameCount),
    ]
    return TokenGrid(joining: parts).rotated(by: frameCount - half)
  }
}

/// Sample rates between which a loop is resampled, so that the loop becomes a whole number of frames.
struct LoopRates: Equatable {
  /// Number of frames of the loop, at least 1.
  let frameCount: Int
  /// True sample rate of the loop in Hz.
  let sampleRateHz: Int
  /// Nominal rate of the loop's samples, for the resampler. Only the ratio to ``frameRateHz`` has a meaning.
  let loopRateHz: Int
  /// Nominal rate, for the resampler, at which the loop has exactly (``frameCount`` · hop length) samples.
  let frameRateHz: Int

  /// Rates for a loop of `sampleCount` samples per channel.
  ///
  /// - Throws: `VampcError.loopTooLong`.
  init(sampleCount: Int, sampleRateHz: Int, geometry: TokenGeometry) throws {
    let seconds = Double(sampleCount) / Double(sampleRateHz)
    frameCount = max(1, Int((seconds * geometry.frameRateHz).rounded()))
    self.sampleRateHz = sampleRateHz
    // The ratio of the rates is exactly the ratio of the lengths; a common multiple brings both rates into the
    // resampler's range.
    let codecSampleCount = frameCount * geometry.hopLength
    let divisor = Self.greatestCommonDivisor(sampleCount, codecSampleCount)
    let (loop, codec) = (sampleCount / divisor, codecSampleCount / divisor)
    let lowest = Resampler.supportedSampleRatesHz.lowerBound
    let multiple = max(1, (lowest + min(loop, codec) - 1) / min(loop, codec))
    loopRateHz = loop * multiple
    frameRateHz = codec * multiple
    guard max(loopRateHz, frameRateHz) <= Resampler.supportedSampleRatesHz.upperBound else {
      throw VampcError.loopTooLong(
        sampleCount: sampleCount,
        allowed: sampleCount * Resampler.supportedSampleRatesHz.upperBound / max(sampleCount, codecSampleCount))
    }
  }

  private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    second == 0 ? first : greatestCommonDivisor(second, first % second)
  }
}

extension TokenGrid {
  /// Grid whose first `frameCount` frames are moved to the end.
  fileprivate func rotated(by frameCount: Int) -> TokenGrid {
    let codebooks = 0..<codebookCount
    return slice(codebooks: codebooks, frames: frameCount..<self.frameCount)
      .appending(slice(codebooks: codebooks, frames: 0..<frameCount))
  }
}
