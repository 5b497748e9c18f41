import Signal
import Tokens
import VampcKit

/// Keep masks of prompts that are not periodic, and of noise. Numbers of samples count samples at the codec's sample
/// rate.
enum PromptMask {
  /// Keeps the first `codebooks` codebooks of the frames that begin in the first `seconds` / 2 of the clip, and of the
  /// last frames whose length together is at least `seconds` / 2.
  static func edges(codebooks: Int, seconds: Double, sampleCount: Int, geometry: TokenGeometry) -> TokenMask {
    mask(
      KeepRules(firstSeconds: seconds / 2, lastSeconds: seconds / 2, codebookCount: codebooks), geometry,
      sampleCount: sampleCount)
  }

  /// Keeps the first `codebooks` codebooks of the frames that overlap with a segment of `seconds` centred on a beat.
  static func beats(
    codebooks: Int, seconds: Double, audio: AudioBuffer, sampleCount: Int, geometry: TokenGeometry
  ) -> TokenMask {
    let rules = KeepRules(
      timesSeconds: BeatTracker.beatSeconds(in: audio),
      timeReach: KeepRules.TimeReach(beforeSeconds: seconds / 2, afterSeconds: seconds / 2), codebookCount: codebooks)
    return mask(rules, geometry, sampleCount: sampleCount)
  }

  /// Masks each token of all codebooks with probability `ratio`.
  static func noise(
    ratio: Double, generator: inout some RandomNumberGenerator, sampleCount: Int, geometry: TokenGeometry
  ) -> TokenMask {
    let frameCount = geometry.frameCount(forSampleCount: sampleCount)
    let keptFlags = (0..<geometry.codebookCount * frameCount).map { _ in
      Double.random(in: 0..<1, using: &generator) >= ratio
    }
    return TokenMask(codebookCount: geometry.codebookCount, frameCount: frameCount, keptFlags: keptFlags)
  }

  private static func mask(_ rules: KeepRules, _ geometry: TokenGeometry, sampleCount: Int) -> TokenMask {
    let frameCount = geometry.frameCount(forSampleCount: sampleCount)
    return KeepPlan(rules, prompt: CompressionPrompt(codebookCount: 1, period: 0), geometry: geometry)
      .mask(of: 0..<frameCount, totalFrameCount: frameCount)
  }
}
