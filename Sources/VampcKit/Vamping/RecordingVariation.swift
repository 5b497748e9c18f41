import Foundation
import Signal
import Tokens

/// Variation of a recording that is no loop. Length and pitch may change, and generated sound may precede and follow
/// the recording.
struct RecordingVariation {
  private let work: VampWork
  private let settings: VampSettings

  init(_ work: VampWork) {
    self.work = work
    settings = work.settings
  }

  /// Numbers of frames of the result before, in and behind the varied recording.
  private struct Frames {
    var preceding: Int
    var middle: Int
    var following: Int
  }

  func vary(_ audio: AudioBuffer) throws -> Vamp {
    let layout = ChannelLayout(sourceChannelCount: audio.channelCount, settings.channels, speakers: nil)
    let coded = try work.filtered(layout.apply(to: audio))
    let gain = try work.gain(for: coded)
    let sources = try work.tokens(
      of: try Resampler.resample(pitched(coded), to: work.geometry.sampleRateHz), gain: gain)
    let middleSampleCount = max(1, Int((Double(audio.sampleCount) * settings.timeStretch).rounded()))
    let frames = frames(middleSampleCount: middleSampleCount, sampleRateHz: audio.sampleRateHz)
    let middleMask = keepMask(sourceFrameCount: sources[0].frameCount, frames.middle)
    let grids = try sources.map { source in
      let placed = stretched(source, to: frames.middle)
      return try extended(try work.generate(placed, mask: middleMask), frames)
    }
    let decoded = try Resampler.resample(try work.samples(of: grids, gain: gain), to: audio.sampleRateHz)
    let start = decoded.sampleCount(before: frames.preceding, work.geometry)
    let end = min(decoded.sampleCount, start + middleSampleCount)
    let balanced = try ExtensionBalance.balanced(decoded, recording: start..<end)
    let matched = try work.matchLoudness(of: balanced, to: coded, audible: start..<end)
    let mask = wholeMask(middleMask, frames)
    var result = trimmed(matched, start: start, middleSampleCount: middleSampleCount)
    if settings.keepsOriginal {
      let first = sampleCount(settings.extent.precedingSeconds, audio.sampleRateHz)
      result = OriginalSplice(geometry: work.geometry, sampleRateHz: audio.sampleRateHz)
        .splice(audio, into: result, at: first, mask: middleMask)
    } else if result.channelCount < audio.channelCount {
      result.channels = Array(repeating: result.channels[0], count: audio.channelCount)
    }
    return Vamp(audio: result, mask: mask, keptRateBps: work.keptRateBps(mask, channelCount: coded.channelCount))
  }

  /// Returns the recording at another pitch and tempo: the same samples with another sample rate.
  private func pitched(_ audio: AudioBuffer) -> AudioBuffer {
    guard settings.pitchSemitones != 0 else { return audio }
    var result = audio
    result.sampleRateHz = Int((Double(audio.sampleRateHz) * pow(2, settings.pitchSemitones / 12)).rounded())
    return result
  }

  private func sampleCount(_ seconds: Double, _ sampleRateHz: Int) -> Int {
    Int((seconds * Double(sampleRateHz)).rounded())
  }

  private func frames(middleSampleCount: Int, sampleRateHz: Int) -> Frames {
    let rate = work.geometry.frameRateHz
    func frameCount(_ seconds: Double) -> Int { Int((seconds * rate).rounded(.up)) }
    let codecSampleCount = Resampler.outputCount(
      forInputCount: middleSampleCount, inputRateHz: sampleRateHz, outputRateHz: work.geometry.sampleRateHz)
    return Frames(
      preceding: frameCount(settings.extent.precedingSeconds),
      middle: work.geometry.frameCount(forSampleCount: codecSampleCount),
      following: frameCount(settings.extent.followingSeconds))
  }

  /// Number of the recording's frame whose tokens stand at frame `frame` of the stretched recording, which has
  /// `frameCount` frames.
  private func sourceFrame(_ frame: Int, of sourceFrameCount: Int, in frameCount: Int) -> Int {
    sourceFrameCount == frameCount
      ? frame : min(sourceFrameCount - 1, Int(Double(frame) * Double(sourceFrameCount) / Double(frameCount)))
  }

  /// Tokens of the recording stretched to `frameCount` frames: tokens are repeated or dropped where the tempo changes.
  private func stretched(_ source: TokenGrid, to frameCount: Int) -> TokenGrid {
    var result = TokenGrid(codebookCount: source.codebookCount, frameCount: frameCount)
    for frame in 0..<frameCount {
      let column = sourceFrame(frame, of: source.frameCount, in: frameCount)
      for codebook in 0..<source.codebookCount { result[codebook, frame] = source[codebook, column] }
    }
    return result
  }

  /// Keep mask of the stretched recording, which has `frameCount` frames. Repetitions of a frame are masked.
  private func keepMask(sourceFrameCount: Int, _ frameCount: Int) -> TokenMask {
    let mask = work.mask(frameCount: frameCount)
    return mask.dropping { _, frame in
      frame > 0
        && sourceFrame(frame, of: sourceFrameCount, in: frameCount)
          == sourceFrame(frame - 1, of: sourceFrameCount, in: frameCount)
    }
  }

  /// Adds generated frames before and behind the tokens of one channel.
  ///
  /// The extension grows by half a window at a time: the other half of the window is known context.
  private func extended(_ tokens: TokenGrid, _ frames: Frames) throws -> TokenGrid {
    let step = max(1, work.generator.windowFrameCount / 2)
    let codebooks = 0..<tokens.codebookCount
    var (tokens, round) = (tokens, 1)
    func generated(contextFrames: Range<Int>, count: Int, isFollowing: Bool) throws -> TokenGrid {
      let context = tokens.slice(codebooks: codebooks, frames: contextFrames)
      let contextMask = TokenMask(
        codebookCount: tokens.codebookCount, frameCount: contextFrames.count, isKept: true)
      let new = TokenGrid(codebookCount: tokens.codebookCount, frameCount: count)
      let newMask = TokenMask(codebookCount: tokens.codebookCount, frameCount: count, isKept: false)
      defer { round += 1 }
      let result = try work.generate(
        isFollowing ? context.appending(new) : new.appending(context),
        mask: isFollowing ? contextMask.appending(newMask) : newMask.appending(contextMask), round: round)
      let start = isFollowing ? contextFrames.count : 0
      return result.slice(codebooks: codebooks, frames: start..<start + count)
    }
    for done in stride(from: 0, to: frames.following, by: step) {
      let count = min(step, frames.following - done)
      let context = max(0, tokens.frameCount - (work.generator.windowFrameCount - count))..<tokens.frameCount
      tokens = tokens.appending(try generated(contextFrames: context, count: count, isFollowing: true))
    }
    for done in stride(from: 0, to: frames.preceding, by: step) {
      let count = min(step, frames.preceding - done)
      let context = 0..<min(tokens.frameCount, work.generator.windowFrameCount - count)
      tokens = try generated(contextFrames: context, count: count, isFollowing: false).appending(tokens)
    }
    return tokens
  }

  private func wholeMask(_ middle: TokenMask, _ frames: Frames) -> TokenMask {
    func masked(_ count: Int) -> TokenMask {
      TokenMask(codebookCount: middle.codebookCount, frameCount: count, isKept: false)
    }
    return masked(frames.preceding).appending(middle).appending(masked(frames.following))
  }

  /// Cuts `audio` to the time-stretched recording and the extensions before and behind the recording. Zeros at the end
  /// replace missing samples.
  ///
  /// - Parameters:
  ///   - start: Number of the sample of `audio` at which the recording begins.
  ///   - middleSampleCount: Number of samples of the recording after time stretching, without extensions.
  private func trimmed(_ audio: AudioBuffer, start: Int, middleSampleCount: Int) -> AudioBuffer {
    let preceding = min(start, sampleCount(settings.extent.precedingSeconds, audio.sampleRateHz))
    let following = sampleCount(settings.extent.followingSeconds, audio.sampleRateHz)
    let count = preceding + middleSampleCount + following
    var result = audio.slice(start - preceding..<min(audio.sampleCount, start - preceding + count))
    let missing = count - result.sampleCount
    for channel in result.channels.indices { result.channels[channel] += [Float](repeating: 0, count: missing) }
    return result
  }
}

extension AudioBuffer {
  /// Number of samples of this buffer, at its sample rate, that the first `frameCount` frames cover.
  fileprivate func sampleCount(before frameCount: Int, _ geometry: TokenGeometry) -> Int {
    min(
      sampleCount,
      Int((Double(frameCount * geometry.hopLength) * Double(sampleRateHz) / Double(geometry.sampleRateHz)).rounded()))
  }
}
