import Bitstream
import DAC
import Kernels
import Signal
import Tokens

/// The gain that a decoder divides by so that the sound comes back as loud as it was.
///
/// That is the gain of the encoder, less the loudness that is lost on the way: networks smooth noise away, by 1 dB and
/// more, and what is imagined may be softer than what was there by far more. It is measured on stretches of the
/// recording, which go through encoder and decoder, the limiter included.
struct LoudnessRestoration {
  private let model: Model
  private let gain: QuantisedGain
  private let header: StreamHeader
  private let check: () throws -> Void

  /// - Parameters:
  ///   - gain: of the encoder.
  ///   - header: says what is kept, and how the rest is imagined.
  ///   - check: called now and then; what it throws stops the work.
  init(_ model: Model, gain: QuantisedGain, header: StreamHeader, check: @escaping () throws -> Void) {
    self.model = model
    self.gain = gain
    self.header = header
    self.check = check
  }

  /// What is softer by more is hardly there, and made louder would be noise.
  private static let largestCorrectionDB = 12.0
  /// The limiter takes back part of a correction; after so many rounds what is left is small.
  private static let roundCount = 3

  /// - Parameter stretches: of the channels that are coded, at the source's rate.
  /// - Throws: `ModelError`, `VampNetError` where a transformer cannot be loaded.
  func restoringGain(for stretches: [AudioBlock]) throws -> QuantisedGain {
    guard let wanted = try loudness(of: stretches) else { return gain }
    let fillers = try TokenFillers(model, header, .generate, header.sampler.resolved)
    let decodedStretches = try stretches.map { try decoded($0, fillers) }
    var correctionDB = 0.0
    for _ in 0..<Self.roundCount {
      let restoring = QuantisedGain(decibels: gain.decibels - correctionDB)
      let found = try loudness(
        of: decodedStretches.map { block in
          var block = block
          restoring.remove(from: &block)
          var limiter = Limiter(channelCount: block.channelCount, sampleRateHz: block.sampleRateHz)
          var limited = try limiter.process(block)
          limited.append(limiter.finish())
          return limited
        })
      guard let found else { return gain }
      correctionDB = min(max(correctionDB + wanted - found, -Self.largestCorrectionDB), Self.largestCorrectionDB)
    }
    return QuantisedGain(decibels: gain.decibels - correctionDB)
  }

  private func loudness(of blocks: [AudioBlock]) throws -> Double? {
    guard let first = blocks.first else { return nil }
    let meter = try LoudnessMeter(channelCount: first.channelCount, sampleRateHz: first.sampleRateHz)
    for block in blocks { try meter.add(block) }
    return meter.integratedLoudnessLUFS
  }

  /// Encoded and decoded as a recording of its own, with the encoder's gain still on it.
  private func decoded(_ block: AudioBlock, _ fillers: TokenFillers) throws -> AudioBlock {
    var input = try Resampler.resample(block, to: model.geometry.sampleRateHz)
    gain.apply(to: &input)
    let channels = try input.channels.map { samples in
      let filler = fillers.make(origin: 0, latentFrame: 0, firstFrame: 0)
      return Array(try decoded(encoded(samples), filler).prefix(samples.count))
    }
    return try Resampler.resample(
      AudioBlock(channels: channels, sampleRateHz: model.geometry.sampleRateHz), to: block.sampleRateHz)
  }

  private func encoded(_ samples: [Float]) throws -> TokenGrid {
    let encoder = TokenEncoder(model.codec, context: model.context)
    var grids: [TokenGrid] = []
    for start in stride(from: 0, to: samples.count, by: RecordingEncoder.chunkSampleCount) {
      let end = min(samples.count, start + RecordingEncoder.chunkSampleCount)
      grids.append(encoder.encode(Array(samples[start..<end])))
      try check()
    }
    return TokenGrid(joining: grids + [encoder.finish()])
  }

  /// What a decoder makes of the tokens that the stream keeps.
  private func decoded(_ tokens: TokenGrid, _ filler: any TokenFiller) throws -> [Float] {
    let decoder = TokenDecoder(model.codec, context: model.context)
    let latents = FloatRows(channelCount: model.codec.quantiser.latentDim)
    var samples: [Float] = []
    func drain() throws {
      while latents.count > 0 {
        samples += decoder.decode(latents: latents.takeFirst(upTo: StreamSession.pieceFrameCount))
        try check()
      }
    }
    for stretch in TokenStretch(tokens, keeping: header.prompt).pieces(frameCount: StreamSession.pieceFrameCount) {
      try filler.fill(stretch, into: latents)
      try drain()
    }
    try filler.finish(into: latents)
    try drain()
    return samples + decoder.finish()
  }
}

/// Collects a few stretches of a recording while it is read, spread over its length; all of one that is short.
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
    let length = Int(Self.stretchSeconds * Double(sampleRateHz))
    let room = (sampleCount ?? 0) - Self.stretchCount * length
    if room > 0 {
      stretchSampleCount = length
      starts = (0..<Self.stretchCount).map { $0 * length + room * $0 / (Self.stretchCount - 1) }
    } else {
      stretchSampleCount = Self.stretchCount * length
      starts = [0]
    }
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
