import Bitstream
import DAC
import Signal
import Tokens

/// Encoder of one recording, from samples at the source's rate to the bytes of a stream.
final class EncodingSession {
  /// Stages in front of the codec, in order: downmix, detection of silence, high-pass, resampling to the codec's rate,
  /// gain.
  private let chain: AudioChain
  private let downmix: DownmixStage
  private let silence: SilenceDetectionStage
  private let gain: any EncoderGain
  /// Codec encoder of each coded channel.
  private let encoders: [TokenEncoder]
  private let keepPlan: KeepPlan
  private var assembler: BlockAssembler
  private let write: ([UInt8]) throws -> Void

  /// Session for a new stream.
  ///
  /// - Throws: `SignalError` for a rate that cannot be filtered or resampled; `BitstreamError` for a header that the
  ///   container cannot hold.
  init(
    _ plan: EncodePlan, _ keepPlan: KeepPlan, header: StreamHeader, blockFrameCount: Int, model: Model,
    gain: any EncoderGain, write: @escaping ([UInt8]) throws -> Void
  ) throws {
    self.keepPlan = keepPlan
    self.gain = gain
    self.write = write
    silence = SilenceDetectionStage(
      sampleRateHz: plan.sourceSampleRateHz, channelCount: plan.layout.codedChannelCount,
      ignoresOffset: plan.usesHighPass)
    assembler = try BlockAssembler(
      header: header, blockFrameCount: blockFrameCount,
      silence: SilentChannelRuns(
        sampleRateHz: plan.sourceSampleRateHz, channelCount: plan.layout.codedChannelCount))
    encoders = (0..<plan.layout.codedChannelCount).map { _ in TokenEncoder(model.codec, context: model.context) }
    let resampling = try ResamplingStage(
      inputRateHz: plan.sourceSampleRateHz, outputRateHz: plan.geometry.sampleRateHz,
      channelCount: plan.layout.codedChannelCount)
    downmix = DownmixStage(plan.layout, sourceChannelCount: plan.sourceChannelCount)
    // Behind a high-pass, digital silence would begin with the decay of the sound before it.
    chain = AudioChain(try [downmix, silence] + plan.makeHighPass() + [resampling, gain])
  }

  /// Decibels by which the mono mix is softer than the loudest of its channels; infinite for a silent mix. Nil for less
  /// than 10 dB, where all channels are silent, and where nothing is mixed.
  var mixLossDB: Double? { downmix.notableLossDB }

  /// Encodes the next chunk, which has the input's rate and channels, and writes the blocks that are full.
  ///
  /// - Throws: `SignalError`, `BitstreamError` for values that the container cannot hold, errors of `write`, and errors
  ///   of the stage that decides the gain.
  func append(_ chunk: AudioBuffer) throws { try encode(chain.process(chunk)) }

  /// Encodes the remaining samples and writes the end of the stream.
  ///
  /// - Parameter sampleCount: Samples per channel of the recording, at the source's rate.
  /// - Returns: numbers of bytes, frames and tokens of the whole stream.
  /// - Throws: same errors as `append(_:)`.
  func finish(sampleCount: Int) throws -> StreamStatistics {
    if let rest = try chain.finish() { try encode(rest) }
    for (index, encoder) in encoders.enumerated() { assembler.append(encoder.finish(), channel: index) }
    assembler.append(silence: silence.takeRuns(), channelSilence: silence.takeChannelRuns())
    decideMasks(upTo: assembler.tokenEndFrame, totalFrameCount: assembler.tokenEndFrame)
    for bytes in try assembler.finish(sampleCount: sampleCount) { try write(bytes) }
    return assembler.statistics
  }

  /// Encodes samples at the codec's rate, with the encoder's gain applied.
  private func encode(_ chunk: AudioBuffer) throws {
    for (index, encoder) in encoders.enumerated() {
      assembler.append(encoder.encode(chunk.channels[index]), channel: index)
    }
    assembler.append(gains: gain.takeBlockGains())
    assembler.append(silence: silence.takeRuns(), channelSilence: silence.takeChannelRuns())
    decideMasks(upTo: keepPlan.decidedFrameCount(knownFrameCount: assembler.tokenEndFrame), totalFrameCount: nil)
    for bytes in try assembler.completeBlocks() { try write(bytes) }
  }

  private func decideMasks(upTo end: Int, totalFrameCount: Int?) {
    let frames = assembler.maskEndFrame..<max(assembler.maskEndFrame, end)
    assembler.append(keepPlan.mask(of: frames, totalFrameCount: totalFrameCount))
  }
}
