import Bitstream
import Foundation
import Tokens

/// JSON header of a token array, read from a file, and its conversion to a stream.
struct TokenHeaderFile {
  let name: String
  let fields: TokenHeader

  /// Header in the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: Content of the file.
  ///   - name: Name of the file, for errors.
  /// - Throws: `TokenFileError.header` where the file is not JSON with the fields of a header.
  init(_ bytes: [UInt8], name: String) throws(TokenFileError) {
    self.name = name
    do {
      fields = try JSONDecoder().decode(TokenHeader.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw Self.fault(error, name)
    } catch {
      throw .header(file: name, place: "", reason: "\(error)")
    }
    guard fields.format == TokenHeader.formatName else {
      throw fault("format", "is '\(fields.format)', not '\(TokenHeader.formatName)'")
    }
    try require("version", fields.version, in: TokenHeader.version...TokenHeader.version)
  }

  private func fault(_ place: String, _ reason: String) -> TokenFileError {
    .header(file: name, place: place, reason: reason)
  }

  private static func fault(_ error: DecodingError, _ name: String) -> TokenFileError {
    func place(_ path: [any CodingKey], _ key: (any CodingKey)? = nil) -> String {
      (path + [key].compactMap { $0 }).reduce("") { text, key in
        if let index = key.intValue { return text + "[\(index)]" }
        return text + (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return switch error {
    case .keyNotFound(let key, let context):
      .header(file: name, place: place(context.codingPath, key), reason: "is missing")
    case .valueNotFound(_, let context): .header(file: name, place: place(context.codingPath), reason: "is null")
    case .typeMismatch(let type, let context):
      .header(file: name, place: place(context.codingPath), reason: "is not \(words(for: type))")
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      .header(file: name, place: "", reason: "not a JSON object with the fields of a token header")
    case .dataCorrupted(let context):
      .header(file: name, place: place(context.codingPath), reason: "is out of range")
    @unknown default: .header(file: name, place: "", reason: "not a token header")
    }
  }

  private static func words(for type: any Any.Type) -> String {
    switch type {
    case is Int.Type: "an integer"
    case is Double.Type: "a number"
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    case is [Any].Type: "an array"
    default: "an object"
    }
  }
}

extension TokenHeader {
  /// Properties of one block apart from its tokens. Frame numbers are absolute.
  struct BlockSpan: Equatable {
    var frames: Range<Int>
    /// Gain of the block; nil where the stream has one gain.
    var gain: Gain?
    /// Whether damage took all tokens of the block.
    var isLost: Bool
    /// Runs of digital silence in the block, in samples at the source's rate from the beginning of frame 0 on.
    var silence: [Range<Int>] = []
    /// Digital silence of each channel; empty where no channel has any.
    var channelSilence: [[Range<Int>]] = []
  }
}

extension TokenHeaderFile {
  /// Stream with the header, the blocks and the length that the file describes, and the tokens of `array`.
  ///
  /// - Throws: `TokenFileError` where the file or the array breaks a rule of python/README.md.
  func stream(_ array: TokenArray) throws(TokenFileError) -> StreamTokens {
    let header = try streamHeader()
    let shape = [array.channelCount, array.codebookCount, array.frameCount]
    let expected = [fields.codedChannels, fields.codecCodebooks, fields.frames]
    guard shape == expected else {
      throw .array(reason: "the array has the shape \(shape), its header \(name) says \(expected)")
    }
    var stream = StreamTokens(header: header)
    stream.blocks = try array.blocks(of: header, try spans(header))
    stream.sampleCount = fields.sampleCount
    stream.hasHeaderRecord = fields.headerRecord ?? false
    stream.hasTrailerRecord = fields.trailerRecord ?? false
    var hash = TokenHash()
    for block in stream.blocks { hash.update(block) }
    if let stored = fields.tokenHash {
      guard let value = UInt32(stored, radix: 16), stored.utf8.count == 8 else {
        throw fault("token_hash", "is '\(stored)', not 8 hexadecimal digits")
      }
      guard value == hash.value else { throw fault("token_hash", "is \(stored), but the array has other tokens") }
    }
    stream.tokenHash = hash.value
    return stream
  }

  private func streamHeader() throws(TokenFileError) -> StreamHeader {
    try require("codec_sample_rate_hz", fields.codecSampleRateHz, in: StreamLimits.codecSampleRateHz)
    try require("codec_hop_length", fields.codecHopLength, in: StreamLimits.hopLength)
    try require("codec_codebooks", fields.codecCodebooks, in: StreamLimits.codebookCount)
    try require("codec_codebook_size", fields.codecCodebookSize, in: StreamLimits.codebookSize)
    try require("codebooks", fields.codebooks, in: 1...fields.codecCodebooks)
    try require("period", fields.period, in: (fields.blockMasks ? 0 : 1)...StreamLimits.period.upperBound)
    try require("phase", fields.phase, in: 0...max(0, fields.period - 1))
    try require("coded_channels", fields.codedChannels, in: StreamLimits.channelCount)
    try require(
      "source_channels", fields.sourceChannels, in: fields.codedChannels...StreamLimits.channelCount.upperBound)
    try require("source_sample_rate_hz", fields.sourceSampleRateHz, in: StreamLimits.sourceSampleRateHz)
    try require("sample_count", fields.sampleCount, in: 0...StreamLimits.sampleCount)
    try require("seed", fields.seed, in: 0...Int(UInt32.max))
    guard let codecHash = ModelHash(codecDigits: fields.codecHash) else {
      throw fault("codec_hash", "is '\(fields.codecHash)', not 12 hexadecimal digits")
    }
    var generatorHash: ModelHash?
    if let digits = fields.generatorHash {
      generatorHash = ModelHash(generatorDigits: digits)
      if generatorHash == nil { throw fault("generator_hash", "is '\(digits)', not 8 hexadecimal digits") }
    }
    return StreamHeader(
      codecHash: codecHash, generatorHash: generatorHash,
      geometry: TokenGeometry(
        sampleRateHz: fields.codecSampleRateHz, hopLength: fields.codecHopLength,
        codebookCount: fields.codecCodebooks, codebookSize: fields.codecCodebookSize),
      prompt: CompressionPrompt(codebookCount: fields.codebooks, period: fields.period, phase: fields.phase),
      codedChannelCount: fields.codedChannels, sourceSampleRateHz: fields.sourceSampleRateHz,
      sourceChannelCount: fields.sourceChannels, gain: try gain(), sampler: try sampler(), tags: try tags(),
      hasBlockMasks: fields.blockMasks)
  }

  private func gain() throws(TokenFileError) -> StreamGain {
    switch fields.gainMode {
    case TokenHeader.wholeGain:
      guard let gain = fields.gainDB else { throw fault("gain_db", "is null, but gain_mode is 'whole'") }
      return .whole(Gain(hundredthsDB: try hundredths("gain_db", gain, in: Gain.hundredthsDBRange)))
    case TokenHeader.blockGain:
      guard fields.gainDB == nil else { throw fault("gain_db", "is not null, but gain_mode is 'block'") }
      return .perBlock
    default: throw fault("gain_mode", "is '\(fields.gainMode)', not 'whole' or 'block'")
    }
  }

  private func sampler() throws(TokenFileError) -> SamplerChoice {
    let sampler = fields.sampler
    try require("sampler.steps", sampler.steps, in: 1...255)
    try require("sampler.fine_steps", sampler.fineSteps, in: 1...255)
    for (key, value) in [
      ("temperature", sampler.temperature), ("fine_temperature", sampler.fineTemperature),
      ("mask_temperature", sampler.maskTemperature),
    ] {
      _ = try hundredths("sampler.\(key)", value, in: 0...65_535)
    }
    for (key, value) in [("top_p", sampler.topP), ("typical_mass", sampler.typicalMass)] {
      _ = try hundredths("sampler.\(key)", value, in: 1...100)
    }
    let settings = SamplerSettings(
      coarseStepCount: sampler.steps, fineStepCount: sampler.fineSteps, temperature: sampler.temperature,
      fineTemperature: sampler.fineTemperature, maskTemperature: sampler.maskTemperature, topP: sampler.topP,
      typicalMass: sampler.typicalMass)
    let choice = settings == TokenHeader.tabledDefaults ? SamplerChoice.modelDefault() : .explicit(settings)
    return choice.withSeed(UInt32(fields.seed))
  }

  private func tags() throws(TokenFileError) -> [StreamTag] {
    var tags: [StreamTag] = []
    for (index, tag) in fields.tags.enumerated() {
      guard tag.count == 2 else { throw fault("tags[\(index)]", "is not an array [key, value]") }
      tags.append(StreamTag(key: tag[0], value: tag[1]))
    }
    return tags
  }

  /// Properties of the blocks that the JSON header lists, or of blocks of the usual length where the JSON header lists
  /// none.
  private func spans(_ header: StreamHeader) throws(TokenFileError) -> [TokenHeader.BlockSpan] {
    try require("frames", fields.frames, in: 0...StreamTokens.tokenLimit)
    try require("first_frame", fields.firstFrame, in: 0...StreamLimits.frameNumber - fields.frames)
    let all = fields.firstFrame..<fields.firstFrame + fields.frames
    guard let blocks = fields.blocks else { return try newSpans(of: all, header) }
    var spans: [TokenHeader.BlockSpan] = []
    var nextFrame = all.lowerBound
    for (index, block) in blocks.enumerated() {
      let place = "blocks[\(index)]"
      try require("\(place).first_frame", block.firstFrame, in: nextFrame...nextFrame)
      let limit = min(header.blockFrameLimit, all.upperBound - nextFrame)
      guard limit > 0 else { throw fault(place, "begins after the last of \(fields.frames) frames") }
      try require("\(place).frames", block.frames, in: 1...limit)
      nextFrame += block.frames
      var gain: Gain?
      if let gainDB = block.gainDB {
        gain = Gain(hundredthsDB: try hundredths("\(place).gain_db", gainDB, in: Gain.hundredthsDBRange))
      }
      guard (gain == nil) == (header.gain != .perBlock) else {
        throw fault("\(place).gain_db", "is \(gain == nil ? "" : "not ")null, but gain_mode is '\(fields.gainMode)'")
      }
      spans.append(
        TokenHeader.BlockSpan(
          frames: block.firstFrame..<nextFrame, gain: gain, isLost: block.lost,
          silence: try silence(block.silence ?? [], "\(place).silence", block, header),
          channelSilence: try channelSilence("\(place).channel_silence", block, header)))
    }
    guard nextFrame == all.upperBound else {
      throw fault("blocks", "end at frame \(nextFrame), but the array ends at frame \(all.upperBound)")
    }
    return spans
  }

  private func channelSilence(
    _ place: String, _ block: TokenHeader.Block, _ header: StreamHeader
  ) throws(TokenFileError) -> [[Range<Int>]] {
    guard let channels = block.channelSilence else { return [] }
    guard channels.count == header.codedChannelCount else {
      throw fault(place, "has \(channels.count) channels, the stream has \(header.codedChannelCount)")
    }
    var result: [[Range<Int>]] = []
    for (channel, runs) in channels.enumerated() {
      result.append(try silence(runs, "\(place)[\(channel)]", block, header))
    }
    return result
  }

  private func silence(
    _ pairs: [[Int]], _ place: String, _ block: TokenHeader.Block, _ header: StreamHeader
  ) throws(TokenFileError) -> [Range<Int>] {
    let samples = header.sourceSamples(ofFrames: block.firstFrame..<block.firstFrame + block.frames)
    var runs: [Range<Int>] = []
    for run in pairs {
      let first = runs.last.map { $0.upperBound + 1 } ?? samples.lowerBound
      guard run.count == 2, run[0] >= first, run[0] < samples.upperBound, 1...samples.upperBound - run[0] ~= run[1]
      else {
        throw fault(
          place,
          "has \(run), not [first sample, samples] in order, apart, and within samples \(samples.lowerBound) to "
            + "\(samples.upperBound - 1) of the block")
      }
      runs.append(run[0]..<run[0] + run[1])
    }
    return runs
  }

  private func newSpans(of frames: Range<Int>, _ header: StreamHeader) throws(TokenFileError) -> [TokenHeader.BlockSpan]
  {
    guard header.gain != .perBlock else { throw fault("blocks", "is missing, but gain_mode is 'block'") }
    let length = BlockLength.frames(
      for: header.prompt, geometry: header.geometry, channelCount: header.codedChannelCount,
      totalFrameCount: frames.count, hasBlockMasks: header.hasBlockMasks)
    return stride(from: frames.lowerBound, to: frames.upperBound, by: length).map {
      TokenHeader.BlockSpan(frames: $0..<min($0 + length, frames.upperBound), isLost: false)
    }
  }

  private func require(_ place: String, _ value: Int, in allowed: ClosedRange<Int>) throws(TokenFileError) {
    guard !allowed.contains(value) else { return }
    let words =
      allowed.count == 1 ? "not \(allowed.lowerBound)" : "allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
    throw fault(place, "is \(value), \(words)")
  }

  /// Converts a value with at most two decimals to hundredths.
  ///
  /// - Parameters:
  ///   - place: Field of the JSON object, for errors.
  ///   - allowed: Allowed values in hundredths.
  /// - Throws: `TokenFileError.header` for a value with more decimals or out of range.
  private func hundredths(
    _ place: String, _ value: Double, in allowed: ClosedRange<Int>
  ) throws(TokenFileError) -> Int {
    let scaled = value * 100
    let rounded = scaled.rounded()
    guard Double(allowed.lowerBound)...Double(allowed.upperBound) ~= rounded, abs(scaled - rounded) < 1e-6 else {
      let bounds = [allowed.lowerBound, allowed.upperBound].map { Format.number(Double($0) / 100, decimals: 2) }
      throw fault(place, "is \(value), allowed are \(bounds[0]) to \(bounds[1]) in steps of 0.01")
    }
    return Int(rounded)
  }
}
