import Tokens

/// How the tokens of one block become bytes and tokens again.
///
/// Tokens stand in planes: codebook 0 of every channel, then codebook 1 of every channel, and so on, so that what
/// matters most comes first. A plane is one codebook of one channel, frame by frame.
struct TokenLayout {
  /// What is done with the planes of a block.
  enum Arrangement: Int {
    /// All planes bit-packed without gaps.
    case packed = 0
    /// `packed`, then deflated as a whole.
    case deflated = 1
    /// Each plane by itself, with its own coding.
    case planes = 2
  }

  /// What is done with one plane under `Arrangement.planes`.
  enum PlaneCoding: Int {
    case packed = 0
    /// Packed, then deflated.
    case deflatedPacked = 1
    /// The low 8 bits of every token as bytes, after them the bits above bit-packed; all deflated.
    case deflatedSplit = 2

    static let bitCount = 2
  }

  let codebookCount: Int
  let channelCount: Int
  let keptFrameCount: Int
  let codebookSize: Int
  let bitsPerToken: Int

  init(header: StreamHeader, keptFrameCount: Int) {
    codebookCount = header.prompt.codebookCount
    channelCount = header.codedChannelCount
    self.keptFrameCount = keptFrameCount
    codebookSize = header.geometry.codebookSize
    bitsPerToken = header.geometry.bitsPerToken
  }

  private var tokenCount: Int { codebookCount * channelCount * keptFrameCount }
  private var planeByteCount: Int { packedByteCount(keptFrameCount, bitCount: bitsPerToken) }
  private var highBitCount: Int { max(0, bitsPerToken - 8) }

  /// The smallest of all arrangements; the simpler one where two are equal.
  func encoded(_ grids: [TokenGrid]) -> (Arrangement, [UInt8]) {
    let deflater = Deflater()
    var packer = BitPacker()
    for codebook in 0..<codebookCount {
      for grid in grids {
        for token in grid[codebook: codebook] { packer.append(token, bitCount: bitsPerToken) }
      }
    }
    packer.finish()
    var best = (Arrangement.packed, packer.bytes)
    if let deflated = deflater.deflate(packer.bytes, limit: best.1.count - 1) { best = (.deflated, deflated) }

    var writer = ByteWriter()
    for codebook in 0..<codebookCount {
      for grid in grids {
        writePlane(grid[codebook: codebook], to: &writer, deflater)
        if writer.bytes.count >= best.1.count { return best }
      }
    }
    return tokenCount == 0 ? best : (.planes, writer.bytes)
  }

  private func writePlane(_ tokens: ArraySlice<UInt16>, to writer: inout ByteWriter, _ deflater: Deflater) {
    var packer = BitPacker()
    for token in tokens { packer.append(token, bitCount: bitsPerToken) }
    packer.finish()
    var best = (PlaneCoding.packed, packer.bytes)
    if let deflated = deflater.deflate(packer.bytes, limit: best.1.count - 1) { best = (.deflatedPacked, deflated) }
    var split = BitPacker()
    for token in tokens { split.append(token & 0xFF, bitCount: 8) }
    for token in tokens where highBitCount > 0 { split.append(token >> 8, bitCount: highBitCount) }
    split.finish()
    if let deflated = deflater.deflate(split.bytes, limit: best.1.count - 1) { best = (.deflatedSplit, deflated) }

    let storedCount = best.0 == .packed ? 0 : best.1.count
    writer.varint(storedCount << PlaneCoding.bitCount | best.0.rawValue)
    writer.append(best.1)
  }

  /// The tokens of the payload that `reader` stands at, which ends with the record.
  func decoded(_ arrangement: Arrangement, from reader: inout ByteReader) throws -> [TokenGrid] {
    guard tokenCount > 0 else {
      try reader.rejectTrailingBytes()
      return grids(tokens: [])
    }
    let tokens =
      switch arrangement {
      case .packed: try packedTokens(from: &reader)
      case .deflated: try deflatedTokens(from: &reader)
      case .planes: try planeTokens(from: &reader)
      }
    try reader.rejectTrailingBytes()
    return grids(tokens: tokens)
  }

  private func packedTokens(from reader: inout ByteReader) throws -> [UInt16] {
    let offset = reader.byteOffset
    let bytes = try reader.take(packedByteCount(tokenCount, bitCount: bitsPerToken), "tokens")
    return try unpacked(bytes, count: tokenCount, byteOffset: offset)
  }

  private func deflatedTokens(from reader: inout ByteReader) throws -> [UInt16] {
    let offset = reader.byteOffset
    let bytes = try reader.take(reader.remainingCount, "tokens")
    let byteCount = packedByteCount(tokenCount, bitCount: bitsPerToken)
    guard let inflated = Inflater().inflate(bytes, byteCount: byteCount) else {
      throw BitstreamError.badDeflate(byteOffset: offset)
    }
    return try unpacked(inflated, count: tokenCount, byteOffset: offset)
  }

  private func planeTokens(from reader: inout ByteReader) throws -> [UInt16] {
    let inflater = Inflater()
    var tokens: [UInt16] = []
    tokens.reserveCapacity(tokenCount)
    for _ in 0..<codebookCount * channelCount { tokens += try planeTokens(from: &reader, inflater) }
    return tokens
  }

  private func planeTokens(from reader: inout ByteReader, _ inflater: Inflater) throws -> [UInt16] {
    let prefixOffset = reader.byteOffset
    let prefix = try reader.varint("plane", in: 0...StreamLimits.bodyByteCount << PlaneCoding.bitCount)
    let storedCount = prefix >> PlaneCoding.bitCount
    guard let coding = PlaneCoding(rawValue: prefix & 3), coding != .packed || storedCount == 0 else {
      throw BitstreamError.reserved(field: "plane", value: prefix, byteOffset: prefixOffset)
    }
    let offset = reader.byteOffset
    if coding == .packed {
      return try unpacked(try reader.take(planeByteCount, "plane"), count: keptFrameCount, byteOffset: offset)
    }
    let isSplit = coding == .deflatedSplit
    let splitByteCount = keptFrameCount + packedByteCount(keptFrameCount, bitCount: highBitCount)
    let stored = try reader.take(storedCount, "plane")
    guard let bytes = inflater.inflate(stored, byteCount: isSplit ? splitByteCount : planeByteCount) else {
      throw BitstreamError.badDeflate(byteOffset: offset)
    }
    return isSplit
      ? try joined(bytes, byteOffset: offset) : try unpacked(bytes, count: keptFrameCount, byteOffset: offset)
  }

  private func unpacked(_ bytes: [UInt8], count: Int, byteOffset: Int) throws -> [UInt16] {
    var unpacker = BitUnpacker(bytes)
    return try checked(
      (0..<count).map { _ in unpacker.next(bitCount: bitsPerToken) }, unpacker, byteOffset: byteOffset)
  }

  private func joined(_ bytes: [UInt8], byteOffset: Int) throws -> [UInt16] {
    var unpacker = BitUnpacker(bytes, from: keptFrameCount)
    let tokens = bytes[..<keptFrameCount].map { UInt16($0) | unpacker.next(bitCount: highBitCount) << 8 }
    return try checked(tokens, unpacker, byteOffset: byteOffset)
  }

  private func checked(_ tokens: [UInt16], _ unpacker: BitUnpacker, byteOffset: Int) throws -> [UInt16] {
    for token in tokens where Int(token) >= codebookSize {
      throw BitstreamError.outOfRange(
        field: "token", value: Int(token), allowed: 0...codebookSize - 1, byteOffset: byteOffset)
    }
    guard unpacker.paddingIsZero else { throw BitstreamError.badPadding(byteOffset: byteOffset) }
    return tokens
  }

  /// Planes to grids: plane `codebook * channelCount + channel` is row `codebook` of grid `channel`.
  private func grids(tokens: [UInt16]) -> [TokenGrid] {
    (0..<channelCount).map { channel in
      var own: [UInt16] = []
      own.reserveCapacity(codebookCount * keptFrameCount)
      for codebook in 0..<codebookCount {
        let start = (codebook * channelCount + channel) * keptFrameCount
        own += tokens[start..<start + keptFrameCount]
      }
      return TokenGrid(codebookCount: codebookCount, frameCount: keptFrameCount, tokens: own)
    }
  }
}
