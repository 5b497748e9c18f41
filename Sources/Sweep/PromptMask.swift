import Foundation
import Signal
import Tokens

/// Keep masks of prompts that are not periodic, and of noise.
enum PromptMask {
  /// Keeps the first codebooks of the frames that begin in the first or the last `seconds` / 2.
  static func edges(
    codebooks: Int, seconds: Double, sampleCount: Int, geometry: TokenGeometry
  ) -> TokenMask {
    let frameCount = geometry.frameCount(forSampleCount: sampleCount)
    let count = min(frameCount, Int((seconds / 2 * geometry.frameRateHz).rounded(.up)))
    return mask(
      codebooks, geometry, frameCount: frameCount,
      keeping: Array(0..<count) + Array(max(count, frameCount - count)..<frameCount))
  }

  /// Keeps the first codebooks of the frames that overlap with `seconds` around a beat.
  static func beats(
    codebooks: Int, seconds: Double, audio: AudioBuffer, sampleCount: Int, geometry: TokenGeometry
  ) -> TokenMask {
    let frameCount = geometry.frameCount(forSampleCount: sampleCount)
    var kept: Set<Int> = []
    for beat in BeatTracker.beatSeconds(in: audio) {
      let first = max(0, Int((beat - seconds / 2) * geometry.frameRateHz))
      let end = min(frameCount, Int(((beat + seconds / 2) * geometry.frameRateHz).rounded(.up)))
      if first < end { kept.formUnion(first..<end) }
    }
    return mask(codebooks, geometry, frameCount: frameCount, keeping: kept.sorted())
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

  private static func mask(
    _ codebooks: Int, _ geometry: TokenGeometry, frameCount: Int, keeping frames: [Int]
  ) -> TokenMask {
    var mask = TokenMask(codebookCount: geometry.codebookCount, frameCount: frameCount, isKept: false)
    for frame in frames { for codebook in 0..<codebooks { mask.keep(codebook: codebook, frame: frame) } }
    return mask
  }
}
