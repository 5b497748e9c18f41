import Signal

/// Stage that resamples audio to another rate.
final class ResamplingStage: AudioStage {
  private let resampler: Resampler

  /// Stage for the given rates and number of channels.
  ///
  /// - Throws: `SignalError` for rates or channel counts that cannot be resampled.
  init(inputRateHz: Int, outputRateHz: Int, channelCount: Int) throws {
    resampler = try Resampler(inputRateHz: inputRateHz, outputRateHz: outputRateHz, channelCount: channelCount)
  }

  func process(_ chunk: AudioBuffer) throws -> AudioBuffer { try resampler.process(chunk) }

  func finish() throws -> AudioBuffer? { try resampler.finish() }
}

/// Stage that mixes the source to mono or passes its channels on, as the layout says, and measures what the mix loses.
final class DownmixStage: AudioStage {
  private let layout: ChannelLayout
  private var lossMeter: MixLossMeter

  init(_ layout: ChannelLayout, sourceChannelCount: Int) {
    self.layout = layout
    lossMeter = MixLossMeter(mixedChannels: layout.mixedChannels(of: sourceChannelCount))
  }

  /// Number of channels of the output.
  var codedChannelCount: Int { layout.codedChannelCount }

  /// Decibels by which the mix is softer than the loudest of its channels; infinite for a silent mix. Nil for less than
  /// 10 dB, where all channels are silent, and where nothing is mixed.
  var notableLossDB: Double? { layout.mixesDown ? lossMeter.notableLossDB : nil }

  func process(_ chunk: AudioBuffer) -> AudioBuffer {
    let result = layout.apply(to: chunk)
    if layout.mixesDown { lossMeter.add(chunk, mix: result) }
    return result
  }

  func finish() -> AudioBuffer? { nil }
}

/// Stage that removes a constant offset and rumble in front of the encoder.
final class HighPassStage: AudioStage {
  private var filter: HighPass

  init(_ filter: HighPass) { self.filter = filter }

  func process(_ chunk: AudioBuffer) throws -> AudioBuffer { try filter.process(chunk) }

  func finish() -> AudioBuffer? { filter.finish() }
}

/// Stage that converts audio to the channels of the output.
final class ChannelStage: AudioStage {
  private let output: OutputFormat

  init(_ output: OutputFormat) { self.output = output }

  func process(_ chunk: AudioBuffer) -> AudioBuffer { output.channels(of: chunk) }

  func finish() -> AudioBuffer? { nil }
}

/// Stage that removes the first samples of a signal: samples decoded only to be thrown away (preroll).
final class PrerollRemovalStage: AudioStage {
  private var remaining: Int

  /// Stage that removes a number of samples.
  ///
  /// - Parameter sampleCount: Samples per channel to remove.
  init(sampleCount: Int) { remaining = sampleCount }

  func process(_ chunk: AudioBuffer) -> AudioBuffer {
    guard remaining > 0 else { return chunk }
    var rest = chunk
    let count = min(remaining, chunk.sampleCount)
    rest.removeFirst(count)
    remaining -= count
    return rest
  }

  func finish() -> AudioBuffer? { nil }
}

/// Stage that removes the offset that a neural decoder adds.
final class OffsetRemovalStage: AudioStage {
  private var remover: OffsetRemover

  init(_ remover: OffsetRemover) { self.remover = remover }

  func process(_ chunk: AudioBuffer) throws -> AudioBuffer { try remover.process(chunk) }

  func finish() -> AudioBuffer? { remover.finish() }
}

/// Stage that replaces samples by digital silence where the source is digitally silent.
final class SilenceStage: AudioStage {
  private var gate: SilenceGate
  /// Gate of each channel.
  private var channelGates: [SilenceGate]

  /// Stage that knows no silent runs yet.
  ///
  /// - Parameters:
  ///   - firstSample: Number of the first input sample. Silent runs count samples from the same sample 0.
  ///   - output: Sample rate and channels of the samples.
  init(firstSample: Int, _ output: OutputFormat) {
    gate = SilenceGate(firstSample: firstSample, sampleRateHz: output.sampleRateHz)
    channelGates = Array(repeating: gate, count: output.channelCount)
  }

  /// Adds the silent runs of a block before the samples of the block are processed. All numbers of samples are at the
  /// rate of this stage.
  ///
  /// - Parameters:
  ///   - runs: Runs that are silent in all channels.
  ///   - channelRuns: Runs of each channel. They do not count where the output has another number of channels.
  ///   - blockStart: First sample of the block.
  func append(_ runs: [Range<Int>], channelRuns: [[Range<Int>]], blockStart: Int) {
    gate.append(runs, blockStart: blockStart)
    guard channelRuns.count == channelGates.count else { return }
    for (channel, runs) in channelRuns.enumerated() { channelGates[channel].append(runs, blockStart: blockStart) }
  }

  func process(_ chunk: AudioBuffer) -> AudioBuffer {
    var result = gate.process(chunk)
    for channel in channelGates.indices {
      result.channels[channel] = channelGates[channel].process(result.channel(channel)).channels[0]
    }
    return result
  }

  func finish() -> AudioBuffer? { nil }
}

/// Stage that detects digital silence of all channels and of single channels; samples pass unchanged.
final class SilenceDetectionStage: AudioStage {
  private var detector: SilenceDetector
  /// Detector of each channel; none for one channel.
  private var channelDetectors: [SilenceDetector]

  /// Detector for samples of the given rate.
  ///
  /// - Parameters:
  ///   - sampleRateHz: Sample rate of the samples in Hz.
  ///   - channelCount: Number of channels.
  ///   - ignoresOffset: Whether a run of any constant value also counts as silence, because a later stage removes the
  ///     offset.
  init(sampleRateHz: Int, channelCount: Int, ignoresOffset: Bool) {
    detector = SilenceDetector(sampleRateHz: sampleRateHz, ignoresOffset: ignoresOffset)
    channelDetectors = channelCount > 1 ? Array(repeating: detector, count: channelCount) : []
  }

  /// Removes and returns the silent runs found since the last call, in samples from the beginning of the recording.
  func takeRuns() -> [Range<Int>] { detector.takeRuns() }

  /// Silent runs of each channel found since the last call; none for one channel.
  func takeChannelRuns() -> [[Range<Int>]] { channelDetectors.indices.map { channelDetectors[$0].takeRuns() } }

  func process(_ chunk: AudioBuffer) -> AudioBuffer {
    detector.add(chunk)
    for channel in channelDetectors.indices {
      channelDetectors[channel].add(chunk.channel(channel))
    }
    return chunk
  }

  func finish() -> AudioBuffer? { nil }
}

/// Stage that limits the peaks of the output.
final class LimiterStage: AudioStage {
  private var limiter: Limiter

  init(_ output: OutputFormat) {
    limiter = Limiter(channelCount: output.channelCount, sampleRateHz: output.sampleRateHz)
  }

  /// Number of samples per channel that the limiter has lowered.
  var limitedSampleCount: Int { limiter.limitedSampleCount }

  func process(_ chunk: AudioBuffer) throws -> AudioBuffer { try limiter.process(chunk) }

  func finish() -> AudioBuffer? { limiter.finish() }
}
