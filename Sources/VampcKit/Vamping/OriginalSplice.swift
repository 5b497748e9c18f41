import Signal
import Tokens

/// Splice of a recording into its variation: in frames whose tokens are all kept, samples of the recording replace
/// decoded samples. Cross-fades lie where generated frames begin and end.
struct OriginalSplice {
  private let geometry: TokenGeometry
  private let sampleRateHz: Int

  /// Length of a cross-fade in seconds. At a generated frame inside the recording, a cross-fade lies within the
  /// generated frames, so that samples of kept frames do not change.
  private static let fadeSeconds = 0.02

  /// Splice of a recording and a variation.
  ///
  /// - Parameters:
  ///   - geometry: Token geometry of the codec, which gives the samples of a frame.
  ///   - sampleRateHz: Sample rate of the recording and of the variation in Hz.
  init(geometry: TokenGeometry, sampleRateHz: Int) {
    self.geometry = geometry
    self.sampleRateHz = sampleRateHz
  }

  /// Returns `result` with the recording's samples in kept frames, and with the recording's number of channels.
  ///
  /// - Parameters:
  ///   - original: Recording, without extensions.
  ///   - result: Decoded variation, with one channel or with as many channels as the recording.
  ///   - start: Number of the sample of `result` at which the recording begins.
  ///   - mask: Keep mask of the recording's frames, without extensions.
  func splice(_ original: AudioBuffer, into result: AudioBuffer, at start: Int, mask: TokenMask) -> AudioBuffer {
    let weights = generatedWeights(mask, sampleCount: original.sampleCount, start: start, result.sampleCount)
    let channels = original.channels.enumerated().map { index, samples in
      var mixed = result.channels[min(index, result.channelCount - 1)]
      for (place, sample) in samples.enumerated() where start + place < mixed.count {
        let weight = weights[place]
        let position = start + place
        mixed[position] = weight == 0 ? sample : weight * mixed[position] + (1 - weight) * sample
      }
      return mixed
    }
    return AudioBuffer(channels: channels, sampleRateHz: sampleRateHz)
  }

  /// Weight of the decoded sound for each sample of the recording, 0...1: 0 in kept frames, 1 inside generated frames,
  /// and linear in cross-fades, because both sounds are alike there.
  private func generatedWeights(_ mask: TokenMask, sampleCount: Int, start: Int, _ resultCount: Int) -> [Float] {
    var weights = [Float](repeating: 0, count: sampleCount)
    let fade = max(1, Int(Self.fadeSeconds * Double(sampleRateHz)))
    for frames in generatedFrames(mask) {
      let range = samples(of: frames).clamped(to: 0..<sampleCount)
      // At either end of the recording generated sound needs no cross-fade.
      let fadesIn = frames.lowerBound > 0
      let fadesOut = frames.upperBound < mask.frameCount
      for sample in range {
        let fromStart = fadesIn ? sample - range.lowerBound + 1 : fade
        let toEnd = fadesOut ? range.upperBound - sample : fade
        weights[sample] = min(1, Float(min(fromStart, toEnd)) / Float(fade))
      }
    }
    joinExtensions(&weights, fade: fade, start: start, resultCount)
    return weights
  }

  /// Adds a cross-fade within the recording at an end where generated sound precedes or follows the recording.
  private func joinExtensions(_ weights: inout [Float], fade: Int, start: Int, _ resultCount: Int) {
    let count = min(fade, weights.count)
    for place in 0..<count {
      let weight = 1 - Float(place + 1) / Float(fade)
      if start > 0 { weights[place] = max(weights[place], weight) }
      let last = weights.count - 1 - place
      if start + weights.count < resultCount { weights[last] = max(weights[last], weight) }
    }
  }

  /// Runs of consecutive frames that each have a masked token.
  private func generatedFrames(_ mask: TokenMask) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for frame in 0..<mask.frameCount
    where (0..<mask.codebookCount).contains(where: { !mask.isKept(codebook: $0, frame: frame) }) {
      if let last = runs.last, last.upperBound == frame {
        runs[runs.count - 1] = last.lowerBound..<frame + 1
      } else {
        runs.append(frame..<frame + 1)
      }
    }
    return runs
  }

  private func samples(of frames: Range<Int>) -> Range<Int> {
    func sample(_ frame: Int) -> Int {
      Int((Double(frame * geometry.hopLength) * Double(sampleRateHz) / Double(geometry.sampleRateHz)).rounded())
    }
    return sample(frames.lowerBound)..<sample(frames.upperBound)
  }
}
