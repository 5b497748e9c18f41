import Bitstream
import Foundation
import Tokens

/// JSON header beside a token array: everything of a stream but its tokens.
///
/// "Tokens in files" in python/README.md defines the fields.
struct TokenHeader: Decodable, Equatable {
  /// Sampler settings as the stream stores them.
  struct Sampler: Decodable, Equatable {
    var steps: Int
    var fineSteps: Int
    var temperature: Double
    var fineTemperature: Double
    var maskTemperature: Double
    var topP: Double
    var typicalMass: Double

    enum CodingKeys: String, CodingKey {
      case steps, temperature
      case fineSteps = "fine_steps"
      case fineTemperature = "fine_temperature"
      case maskTemperature = "mask_temperature"
      case topP = "top_p"
      case typicalMass = "typical_mass"
    }
  }

  /// Properties of one block apart from its tokens.
  struct Block: Decodable, Equatable {
    var firstFrame: Int
    var frames: Int
    var gainDB: Double?
    var lost: Bool
    /// Runs of digital silence as pairs of first sample and number of samples, at the source's rate, counted from the
    /// first sample of frame 0; nil for none.
    var silence: [[Int]]?
    /// Silent runs of each channel, in addition to `silence`; nil for none.
    var channelSilence: [[[Int]]]?

    enum CodingKeys: String, CodingKey {
      case frames, lost, silence
      case channelSilence = "channel_silence"
      case firstFrame = "first_frame"
      case gainDB = "gain_db"
    }
  }

  var format: String
  var version: Int
  var codecHash: String
  var generatorHash: String?
  var codecSampleRateHz: Int
  var codecHopLength: Int
  var codecCodebooks: Int
  var codecCodebookSize: Int
  var codebooks: Int
  var period: Int
  var phase: Int
  var blockMasks: Bool
  var codedChannels: Int
  var sourceChannels: Int
  var sourceSampleRateHz: Int
  var sampleCount: Int
  var gainMode: String
  var gainDB: Double?
  var sampler: Sampler
  var seed: Int
  var firstFrame: Int
  var frames: Int
  /// Blocks in order; nil where a reader is to divide the frames into blocks of the usual length.
  var blocks: [Block]?
  var headerRecord: Bool?
  var trailerRecord: Bool?
  var tags: [[String]]
  /// CRC-32 over the kept tokens, as 8 hexadecimal digits; nil where the user removed the hash because tokens were
  /// changed on purpose.
  var tokenHash: String?

  enum CodingKeys: String, CodingKey {
    case format, version, codebooks, period, phase, sampler, seed, frames, blocks, tags
    case codecHash = "codec_hash"
    case generatorHash = "generator_hash"
    case codecSampleRateHz = "codec_sample_rate_hz"
    case codecHopLength = "codec_hop_length"
    case codecCodebooks = "codec_codebooks"
    case codecCodebookSize = "codec_codebook_size"
    case blockMasks = "block_masks"
    case codedChannels = "coded_channels"
    case sourceChannels = "source_channels"
    case sourceSampleRateHz = "source_sample_rate_hz"
    case sampleCount = "sample_count"
    case gainMode = "gain_mode"
    case gainDB = "gain_db"
    case firstFrame = "first_frame"
    case headerRecord = "header_record"
    case trailerRecord = "trailer_record"
    case tokenHash = "token_hash"
  }

  static let formatName = "vampc-tokens"
  static let version = 1
  /// Values that `formats/container.md` lists for sampler number 0, which stands for the model's defaults.
  static let tabledDefaults = SamplerSettings(
    coarseStepCount: 24, fineStepCount: 2, temperature: 1, fineTemperature: 0, maskTemperature: 10.5)
  static let wholeGain = "whole"
  static let blockGain = "block"
  /// Size in bytes of the largest JSON file that is read: 64 MiB.
  static let byteLimit = 1 << 26
}

extension TokenHeader {
  /// JSON header that describes a stream.
  init(_ stream: StreamTokens) {
    let header = stream.header
    let sampler = header.sampler.settings(modelDefaults: Self.tabledDefaults)
    format = Self.formatName
    version = Self.version
    codecHash = header.codecHash.description
    generatorHash = header.generatorHash?.description
    codecSampleRateHz = header.geometry.sampleRateHz
    codecHopLength = header.geometry.hopLength
    codecCodebooks = header.geometry.codebookCount
    codecCodebookSize = header.geometry.codebookSize
    codebooks = header.prompt.codebookCount
    period = header.prompt.period
    phase = header.prompt.phase
    blockMasks = header.hasBlockMasks
    codedChannels = header.codedChannelCount
    sourceChannels = header.sourceChannelCount
    sourceSampleRateHz = header.sourceSampleRateHz
    sampleCount = stream.sampleCount
    switch header.gain {
    case .whole(let gain): (gainMode, gainDB) = (Self.wholeGain, gain.decibels)
    case .perBlock: (gainMode, gainDB) = (Self.blockGain, nil)
    }
    self.sampler = Sampler(
      steps: sampler.coarseStepCount, fineSteps: sampler.fineStepCount, temperature: sampler.temperature,
      fineTemperature: sampler.fineTemperature, maskTemperature: sampler.maskTemperature, topP: sampler.topP,
      typicalMass: sampler.typicalMass)
    seed = Int(sampler.seed)
    firstFrame = stream.firstFrame
    frames = stream.frameCount
    blocks = stream.blocks.map {
      Block(
        firstFrame: $0.firstFrame, frames: $0.frameCount, gainDB: $0.gain?.decibels,
        lost: $0.isLost(from: header.prompt),
        silence: $0.silence.isEmpty ? nil : Self.pairs($0.silence),
        channelSilence: $0.channelSilence.isEmpty ? nil : $0.channelSilence.map(Self.pairs))
    }
    headerRecord = stream.hasHeaderRecord
    trailerRecord = stream.hasTrailerRecord
    tags = header.tags.map { [$0.key, $0.value] }
    tokenHash = stream.tokenHash.map {
      let digits = String($0, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }
  }

  private static func pairs(_ runs: [Range<Int>]) -> [[Int]] { runs.map { [$0.lowerBound, $0.count] } }

  /// JSON object with the fields in the order of python/README.md.
  var json: JSONObject {
    var object = JSONObject()
    object.set("format", format)
    object.set("version", version)
    object.set("codec_hash", codecHash)
    object.set("generator_hash", generatorHash)
    object.set("codec_sample_rate_hz", codecSampleRateHz)
    object.set("codec_hop_length", codecHopLength)
    object.set("codec_codebooks", codecCodebooks)
    object.set("codec_codebook_size", codecCodebookSize)
    object.set("codebooks", codebooks)
    object.set("period", period)
    object.set("phase", phase)
    object.set("block_masks", blockMasks)
    object.set("coded_channels", codedChannels)
    object.set("source_channels", sourceChannels)
    object.set("source_sample_rate_hz", sourceSampleRateHz)
    object.set("sample_count", sampleCount)
    object.set("gain_mode", gainMode)
    object.set("gain_db", gainDB)
    object.set("sampler", samplerJSON)
    object.set("seed", seed)
    object.set("first_frame", firstFrame)
    object.set("frames", frames)
    object.set(
      "blocks",
      (blocks ?? []).map { block in
        var object = JSONObject()
        object.set("first_frame", block.firstFrame)
        object.set("frames", block.frames)
        object.set("gain_db", block.gainDB)
        object.set("lost", block.lost)
        if let silence = block.silence { object.set("silence", silence) }
        if let silence = block.channelSilence { object.set("channel_silence", silence) }
        return object
      })
    object.set("header_record", headerRecord)
    object.set("trailer_record", trailerRecord)
    object.set("tags", tags)
    object.set("token_hash", tokenHash)
    return object
  }

  private var samplerJSON: JSONObject {
    var object = JSONObject()
    object.set("steps", sampler.steps)
    object.set("fine_steps", sampler.fineSteps)
    object.set("temperature", sampler.temperature)
    object.set("fine_temperature", sampler.fineTemperature)
    object.set("mask_temperature", sampler.maskTemperature)
    object.set("top_p", sampler.topP)
    object.set("typical_mass", sampler.typicalMass)
    return object
  }
}

extension KeyedDecodingContainer {
  /// Decodes the integer of a field. This method replaces the standard method, whose errors about fractions have no
  /// coding path.
  ///
  /// No field of a header exceeds 2^53, so a `Double` holds each value exactly.
  fileprivate func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
    let number = try decode(Double.self, forKey: key)
    guard let integer = Int(exactly: number) else {
      throw DecodingError.typeMismatch(
        type, DecodingError.Context(codingPath: codingPath + [key], debugDescription: "\(number)"))
    }
    return integer
  }
}
