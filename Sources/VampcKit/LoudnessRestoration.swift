import DAC
import Signal
import Tokens

/// The gain that a decoder divides by so that the sound comes back as loud as it was.
///
/// That is the gain of the encoder, less the loudness that the codec itself loses: networks smooth noise away, by 1 dB
/// and more. It is measured on stretches of the recording, with all codebooks, through the limiter.
struct LoudnessRestoration {
  private let model: Model
  private let gain: QuantisedGain

  init(_ model: Model, gain: QuantisedGain) {
    self.model = model
    self.gain = gain
  }

  /// A codec that changes the level by more is broken, and no gain mends it.
  private static let largestCorrectionDB = 6.0
  /// The limiter takes back part of a correction; after so many rounds what is left is small.
  private static let roundCount = 3

  /// - Parameter stretches: of the channels that are coded, at the source's rate.
  func restoringGain(for stretches: [AudioBlock]) throws -> QuantisedGain {
    guard let wanted = try loudness(of: stretches) else { return gain }
    let decoded = try stretches.map(throughCodec)
    var correctionDB = 0.0
    for _ in 0..<Self.roundCount {
      let restoring = QuantisedGain(decibels: gain.decibels - correctionDB)
      let found = try loudness(
        of: decoded.map { block in
          var block = block
          restoring.remove(from: &block)
          var limiter = Limiter(channelCount: block.channelCount, sampleRateHz: block.sampleRateHz)
          var limited = try limiter.process(block)
          limited.append(limiter.finish())
          return limited
        })
      guard let found else { return gain }
      correctionDB += wanted - found
      guard abs(correctionDB) <= Self.largestCorrectionDB else { return gain }
    }
    return QuantisedGain(decibels: gain.decibels - correctionDB)
  }

  private func loudness(of blocks: [AudioBlock]) throws -> Double? {
    guard let first = blocks.first else { return nil }
    let meter = try LoudnessMeter(channelCount: first.channelCount, sampleRateHz: first.sampleRateHz)
    for block in blocks { try meter.add(block) }
    return meter.integratedLoudnessLUFS
  }

  /// Encoded and decoded, with the encoder's gain still on it.
  private func throughCodec(_ block: AudioBlock) throws -> AudioBlock {
    var input = try Resampler.resample(block, to: model.geometry.sampleRateHz)
    gain.apply(to: &input)
    let channels = input.channels.map { samples in
      let encoder = TokenEncoder(model.codec, context: model.context)
      let decoder = TokenDecoder(model.codec, context: model.context)
      var decoded: [Float] = []
      for start in stride(from: 0, to: samples.count, by: RecordingEncoder.chunkSampleCount) {
        let end = min(samples.count, start + RecordingEncoder.chunkSampleCount)
        decoded += decoder.decode(encoder.encode(Array(samples[start..<end])))
      }
      decoded += decoder.decode(encoder.finish()) + decoder.finish()
      return Array(decoded.prefix(samples.count))
    }
    return try Resampler.resample(
      AudioBlock(channels: channels, sampleRateHz: model.geometry.sampleRateHz), to: block.sampleRateHz)
  }
}

/// Collects a few stretches of a recording while it is read, spread over its length.
struct StretchCollector {
  private let stretchSampleCount: Int
  /// First samples of the stretches.
  private let starts: [Int]
  private var position = 0
  private(set) var stretches: [AudioBlock] = []

  /// Three times ten seconds speak for a recording, and hold little memory.
  private static let stretchSeconds = 10.0
  private static let stretchCount = 3

  /// - Parameter sampleCount: of the recording; nil where that is not known, then its beginning is taken.
  init(sampleRateHz: Int, sampleCount: Int?) {
    stretchSampleCount = Int(Self.stretchSeconds * Double(sampleRateHz))
    let room = max(0, (sampleCount ?? 0) - Self.stretchCount * stretchSampleCount)
    let length = stretchSampleCount
    starts = (0..<Self.stretchCount).map { $0 * length + room * $0 / (Self.stretchCount - 1) }
  }

  mutating func add(_ block: AudioBlock) {
    for (index, start) in starts.enumerated() {
      let first = max(start, position)
      let end = min(start + stretchSampleCount, position + block.sampleCount)
      guard first < end else { continue }
      if stretches.count <= index {
        stretches.append(
          AudioBlock(emptyWithChannelCount: block.channelCount, sampleRateHz: block.sampleRateHz))
      }
      stretches[index].append(block.slice(first - position..<end - position))
    }
    position += block.sampleCount
  }
}
