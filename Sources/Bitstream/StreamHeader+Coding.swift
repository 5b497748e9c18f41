import Tokens

/// Coding of the header section (`formats/container.md`, section 3).
extension StreamHeader {
  private enum GainMode {
    static let none = 0
    static let whole = 1
    static let perBlock = 2
  }
  private enum Extra {
    static let phase = 1 << 0
    static let seed = 1 << 1
    static let blockMasks = 1 << 2
    static let reserved = 0b1000
    static let samplerShift = 4
  }
  private static let generatorFlag = 1 << 4
  private static let gainShift = 5
  private static let extraFlag = 1 << 7

  /// Encodes the header section, without tags.
  ///
  /// - Throws: `BitstreamError.unencodable` if a value is out of range, `.unencodableSampler` if the sampler settings
  ///   have no form in the format.
  func encoded() throws -> [UInt8] {
    try requireEncodable()
    let geometryID = (StreamRegistry.geometries.firstIndex(of: geometry) ?? -1) + 1
    let rateID = (StreamRegistry.sampleRatesHz.firstIndex(of: sourceSampleRateHz) ?? -1) + 1
    let samplerID = try samplerID()
    let extra =
      (prompt.phase > 0 ? Extra.phase : 0) | (sampler.seed > 0 ? Extra.seed : 0)
      | (hasBlockMasks ? Extra.blockMasks : 0) | samplerID << Extra.samplerShift
    let (gainMode, gainValue) =
      switch gain {
      case .whole(.unity): (GainMode.none, 0)
      case .whole(let gain): (GainMode.whole, gain.hundredthsDB)
      case .perBlock: (GainMode.perBlock, 0)
      }

    var writer = ByteWriter()
    writer.byte(geometryID | nibble(prompt.codebookCount) << 4)
    writer.byte(
      rateID | (generatorHash == nil ? 0 : Self.generatorFlag) | gainMode << Self.gainShift
        | (extra == 0 ? 0 : Self.extraFlag))
    if extra != 0 { writer.byte(extra) }
    writer.byte(nibble(codedChannelCount) | nibble(sourceChannelCount) << 4)
    writer.append(codecHash.bytes)
    if let generatorHash { writer.append(generatorHash.bytes) }
    if geometryID == 0 {
      writer.varint(geometry.sampleRateHz)
      writer.varint(geometry.hopLength)
      writer.varint(geometry.codebookCount)
      writer.varint(geometry.codebookSize)
    }
    if nibble(prompt.codebookCount) == 0 { writer.varint(prompt.codebookCount) }
    writer.varint(prompt.period)
    if prompt.phase > 0 { writer.varint(prompt.phase) }
    if nibble(codedChannelCount) == 0 { writer.varint(codedChannelCount) }
    if nibble(sourceChannelCount) == 0 { writer.varint(sourceChannelCount) }
    if rateID == 0 { writer.varint(sourceSampleRateHz) }
    if gainMode == GainMode.whole { writer.signedVarint(gainValue) }
    if samplerID == StreamRegistry.spelledOutSampler { Self.write(sampler, to: &writer) }
    if sampler.seed > 0 { writer.varint(Int(sampler.seed)) }
    return writer.bytes
  }

  /// Decodes a header section; the tags are empty.
  ///
  /// - Throws: `BitstreamError`.
  init(from reader: inout ByteReader) throws {
    let firstOffset = reader.byteOffset
    let first = Int(try reader.byte("geometry"))
    try Self.requireKnown(first & 15, StreamRegistry.geometries.count, "geometry", at: firstOffset)
    let flagsOffset = reader.byteOffset
    let flags = Int(try reader.byte("header flags"))
    try Self.requireKnown(flags & 15, StreamRegistry.sampleRatesHz.count, "source sample rate", at: flagsOffset)
    let gainMode = flags >> Self.gainShift & 3
    try Self.requireKnown(gainMode, GainMode.perBlock, "gain mode", at: flagsOffset)
    let extra = flags & Self.extraFlag == 0 ? 0 : try Self.readExtra(from: &reader)
    let channelsOffset = reader.byteOffset
    let channels = Int(try reader.byte("channels"))
    let codec = try reader.take(StreamFormat.codecHashByteCount, "codec hash")
    let generator =
      flags & Self.generatorFlag == 0 ? nil : try reader.take(StreamFormat.generatorHashByteCount, "generator hash")

    geometry = try Self.readGeometry(first & 15, from: &reader)
    let codebookCount = try Self.count(
      first >> 4, at: firstOffset, "codebooks kept", in: 1...geometry.codebookCount, from: &reader)
    hasBlockMasks = extra & Extra.blockMasks != 0
    let period = try reader.varint("period", in: Self.periods(hasBlockMasks: hasBlockMasks))
    let phase = extra & Extra.phase == 0 ? 0 : try Self.readPhase(period: period, from: &reader)
    prompt = CompressionPrompt(codebookCount: codebookCount, period: period, phase: phase)
    codedChannelCount = try Self.count(
      channels & 15, at: channelsOffset, "coded channels", in: StreamLimits.channelCount, from: &reader)
    sourceChannelCount = try Self.count(
      channels >> 4, at: channelsOffset, "source channels",
      in: codedChannelCount...StreamLimits.channelCount.upperBound, from: &reader)
    sourceSampleRateHz = try Self.readSampleRate(flags & 15, from: &reader)
    switch gainMode {
    case GainMode.none: gain = .whole(.unity)
    case GainMode.whole:
      gain = .whole(Gain(hundredthsDB: try reader.signedVarint("gain", in: Gain.hundredthsDBRange)))
    default: gain = .perBlock
    }
    let samplerID = extra >> Extra.samplerShift
    let seedless =
      samplerID == StreamRegistry.spelledOutSampler
      ? .explicit(try Self.readSampler(from: &reader)) : StreamRegistry.samplers[samplerID]
    let seed = extra & Extra.seed == 0 ? 0 : UInt32(try reader.varint("seed", in: 1...0xFFFF_FFFF))
    sampler = seedless.withSeed(seed)
    codecHash = ModelHash(bytes: codec)
    generatorHash = generator.map(ModelHash.init(bytes:))
    tags = []
  }
}

/// Decoding of single fields of the header section.
extension StreamHeader {
  private static func readExtra(from reader: inout ByteReader) throws -> Int {
    let offset = reader.byteOffset
    let extra = try reader.fixed(1, "header extras", in: 1...255)
    let samplerID = extra >> Extra.samplerShift
    let isKnown = samplerID < StreamRegistry.samplers.count || samplerID == StreamRegistry.spelledOutSampler
    guard extra & Extra.reserved == 0, isKnown else {
      throw BitstreamError.reserved(field: "header extras", value: extra, byteOffset: offset)
    }
    return extra
  }

  private static func requireKnown(_ id: Int, _ last: Int, _ field: String, at offset: Int) throws {
    guard id <= last else { throw BitstreamError.reserved(field: field, value: id, byteOffset: offset) }
  }

  private static func readGeometry(_ id: Int, from reader: inout ByteReader) throws -> TokenGeometry {
    if id > 0 { return StreamRegistry.geometries[id - 1] }
    return TokenGeometry(
      sampleRateHz: try reader.varint("codec sample rate", in: StreamLimits.codecSampleRateHz),
      hopLength: try reader.varint("hop", in: StreamLimits.hopLength),
      codebookCount: try reader.varint("codebooks", in: StreamLimits.codebookCount),
      codebookSize: try reader.varint("codebook size", in: StreamLimits.codebookSize))
  }

  private static func periods(hasBlockMasks: Bool) -> ClosedRange<Int> {
    (hasBlockMasks ? StreamLimits.period.lowerBound : 1)...StreamLimits.period.upperBound
  }

  private static func readPhase(period: Int, from reader: inout ByteReader) throws -> Int {
    guard period > 1 else {
      throw BitstreamError.outOfRange(
        field: "period", value: period, allowed: 2...65_535, byteOffset: reader.byteOffset)
    }
    return try reader.varint("phase", in: 1...period - 1)
  }

  private static func readSampleRate(_ id: Int, from reader: inout ByteReader) throws -> Int {
    if id > 0 { return StreamRegistry.sampleRatesHz[id - 1] }
    return try reader.varint("source sample rate", in: StreamLimits.sourceSampleRateHz)
  }

  /// Returns the count in the half byte at `offset`, or the varint that follows in `reader` if the half byte is 0.
  private static func count(
    _ nibble: Int, at offset: Int, _ field: String, in allowed: ClosedRange<Int>, from reader: inout ByteReader
  ) throws -> Int {
    if nibble == 0 { return try reader.varint(field, in: allowed) }
    guard allowed.contains(nibble) else {
      throw BitstreamError.outOfRange(field: field, value: nibble, allowed: allowed, byteOffset: offset)
    }
    return nibble
  }
}

/// Returns the half byte for a count: the count up to 15, otherwise 0, which means that a varint follows.
private func nibble(_ count: Int) -> Int { count <= 15 ? count : 0 }

extension StreamHeader {
  private func requireEncodable() throws {
    let limits: [(String, Int, ClosedRange<Int>)] = [
      ("codec sample rate", geometry.sampleRateHz, StreamLimits.codecSampleRateHz),
      ("hop", geometry.hopLength, StreamLimits.hopLength),
      ("codebooks", geometry.codebookCount, StreamLimits.codebookCount),
      ("codebook size", geometry.codebookSize, StreamLimits.codebookSize),
      ("codebooks kept", prompt.codebookCount, 1...max(1, geometry.codebookCount)),
      ("period", prompt.period, Self.periods(hasBlockMasks: hasBlockMasks)),
      ("phase", prompt.phase, 0...max(0, prompt.period - 1)),
      ("coded channels", codedChannelCount, StreamLimits.channelCount),
      ("source channels", sourceChannelCount, codedChannelCount...max(codedChannelCount, 1_024)),
      ("source sample rate", sourceSampleRateHz, StreamLimits.sourceSampleRateHz),
      ("codec hash bytes", codecHash.bytes.count, StreamFormat.codecHashByteCount...StreamFormat.codecHashByteCount),
    ]
    for (field, value, allowed) in limits { try Bitstream.requireEncodable(field, value, allowed) }
    if let generatorHash {
      let count = StreamFormat.generatorHashByteCount
      try Bitstream.requireEncodable("generator hash bytes", generatorHash.bytes.count, count...count)
    }
  }
}
