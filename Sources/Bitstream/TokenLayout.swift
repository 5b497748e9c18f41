import Tokens

/// Coding of the tokens of one block to a payload and back (`formats/container.md`, section 5).
///
/// A plane is the kept tokens of one codebook of one channel, in the order of frames. Planes are ordered coarse first:
/// codebook 0 of each channel, codebook 1 of each channel, and so on.
struct TokenLayout {
  /// Arrangement of the kept tokens of a block in its payload. Tokens follow one another plane by plane.
  enum Arrangement: Int {
    /// All kept tokens, bit-packed without gaps.
    case packed = 0
    /// All kept tokens, bit-packed and then deflated as a whole.
    case deflated = 1
    /// Each plane (kept tokens of one codebook of one channel) with a coding of its own.
    case planes = 2
    /// No kept tokens, not even periodic ones.
    case lost = 3
    /// All kept tokens, range-coded with adaptive frequencies for each codebook.
    case coded = 4
  }

  /// Coding of one plane, the kept tokens of one codebook of one channel, in `Arrangement.planes`.
  enum PlaneCoding: Int {
    /// Bit-packed plane.
    case packed = 0
    /// Bit-packed and then deflated plane.
    case deflatedPacked = 1
    /// Deflated plane: low 8 bits of each token as bytes, then the upper bits of each token bit-packed.
    case deflatedSplit = 2

    static let bitCount = 2
  }

  private let channelCount: Int
  private let codebookSize: Int
  private let bitsPerToken: Int
  private let mask: TokenMask
  /// Frames that each codebook keeps, counted from the block's first frame; codebooks without kept tokens are left out.
  private let keptFrames: [(codebook: Int, frames: [Int])]

  /// Creates the layout of a block.
  ///
  /// - Parameters:
  ///   - header: Header of the stream.
  ///   - mask: Keep mask of the block.
  init(header: StreamHeader, mask: TokenMask) {
    channelCount = header.codedChannelCount
    codebookSize = header.geometry.codebookSize
    bitsPerToken = header.geometry.bitsPerToken
    self.mask = mask
    keptFrames = (0..<mask.codebookCount).map { ($0, mask.keptFrames(ofCodebook: $0)) }.filter { !$0.frames.isEmpty }
  }

  private var tokenCount: Int { keptFrames.reduce(0) { $0 + $1.frames.count } * channelCount }
  private var highBitCount: Int { max(0, bitsPerToken - 8) }

  /// Returns the kept tokens, plane after plane: codebook 0 of each channel, then codebook 1 of each channel, and so
  /// on.
  func tokens(of grids: [TokenGrid]) -> [UInt16] { planes(of: grids).flatMap { $0 } }

  private func planes(of grids: [TokenGrid]) -> [[UInt16]] {
    keptFrames.flatMap { codebook, frames in
      grids.map { grid in
        let row = grid[codebook: codebook]
        return frames.map { row[row.startIndex + $0] }
      }
    }
  }

  /// Returns the arrangement with the smallest payload, and this payload; among payloads of equal size, the arrangement
  /// with the lowest number.
  func encoded(_ grids: [TokenGrid]) -> (Arrangement, [UInt8]) {
    let deflater = Deflater()
    var packer = BitPacker()
    let planes = planes(of: grids)
    for plane in planes { for token in plane { packer.append(token, bitCount: bitsPerToken) } }
    packer.finish()
    var best = (Arrangement.packed, packer.bytes)
    if let deflated = deflater.deflate(packer.bytes, limit: best.1.count - 1) { best = (.deflated, deflated) }

    guard tokenCount > 0 else { return best }
    var writer = ByteWriter()
    for plane in planes where writer.bytes.count < best.1.count { writePlane(plane, to: &writer, deflater) }
    if writer.bytes.count < best.1.count { best = (.planes, writer.bytes) }
    let coded = coded(planes)
    return coded.count < best.1.count ? (.coded, coded) : best
  }

  private func coded(_ planes: [[UInt16]]) -> [UInt8] {
    var encoder = RangeEncoder()
    var frequencies = TokenFrequencies(size: codebookSize)
    for (index, plane) in planes.enumerated() {
      if index.isMultiple(of: channelCount) { frequencies.reset() }
      for token in plane {
        let (start, count) = frequencies.part(of: token)
        encoder.encode(start: start, count: count, of: frequencies.total)
        frequencies.add(token)
      }
    }
    return encoder.finish()
  }

  private func writePlane(_ tokens: [UInt16], to writer: inout ByteWriter, _ deflater: Deflater) {
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

  /// Decodes a payload, which ends at the end of the record.
  ///
  /// - Throws: `BitstreamError`.
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
      case .lost: [UInt16]()
      case .coded: try codedTokens(from: &reader)
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

  private func codedTokens(from reader: inout ByteReader) throws -> [UInt16] {
    let offset = reader.byteOffset
    let bytes = try reader.take(reader.remainingCount, "tokens")
    var decoder = RangeDecoder(bytes)
    var frequencies = TokenFrequencies(size: codebookSize)
    var tokens: [UInt16] = []
    tokens.reserveCapacity(tokenCount)
    for (_, frames) in keptFrames {
      frequencies.reset()
      for _ in 0..<frames.count * channelCount {
        let total = frequencies.total
        let value = decoder.value(of: total)
        guard value < total else {
          throw BitstreamError.outOfRange(
            field: "token", value: Int(value), allowed: 0...Int(total) - 1, byteOffset: offset)
        }
        let token = frequencies.token(at: value)
        let (start, count) = frequencies.part(of: token)
        decoder.consume(start: start, count: count, of: total)
        guard !decoder.isExhausted else { throw BitstreamError.fieldBeyondRecord(field: "tokens", byteOffset: offset) }
        frequencies.add(token)
        tokens.append(token)
      }
    }
    guard decoder.takenCount >= bytes.count else {
      throw BitstreamError.trailingBytes(
        count: bytes.count - decoder.takenCount, byteOffset: offset + decoder.takenCount)
    }
    return tokens
  }

  private func planeTokens(from reader: inout ByteReader) throws -> [UInt16] {
    let inflater = Inflater()
    var tokens: [UInt16] = []
    tokens.reserveCapacity(tokenCount)
    for (_, frames) in keptFrames {
      for _ in 0..<channelCount { tokens += try planeTokens(frames.count, from: &reader, inflater) }
    }
    return tokens
  }

  private func planeTokens(_ count: Int, from reader: inout ByteReader, _ inflater: Inflater) throws -> [UInt16] {
    let planeByteCount = packedByteCount(count, bitCount: bitsPerToken)
    let prefixOffset = reader.byteOffset
    let prefix = try reader.varint("plane", in: 0...StreamLimits.bodyByteCount << PlaneCoding.bitCount)
    let storedCount = prefix >> PlaneCoding.bitCount
    guard let coding = PlaneCoding(rawValue: prefix & 3), coding != .packed || storedCount == 0 else {
      throw BitstreamError.reserved(field: "plane", value: prefix, byteOffset: prefixOffset)
    }
    let offset = reader.byteOffset
    if coding == .packed {
      return try unpacked(try reader.take(planeByteCount, "plane"), count: count, byteOffset: offset)
    }
    let isSplit = coding == .deflatedSplit
    let splitByteCount = count + packedByteCount(count, bitCount: highBitCount)
    let stored = try reader.take(storedCount, "plane")
    guard let bytes = inflater.inflate(stored, byteCount: isSplit ? splitByteCount : planeByteCount) else {
      throw BitstreamError.badDeflate(byteOffset: offset)
    }
    return isSplit
      ? try joined(bytes, count: count, byteOffset: offset) : try unpacked(bytes, count: count, byteOffset: offset)
  }

  private func unpacked(_ bytes: [UInt8], count: Int, byteOffset: Int) throws -> [UInt16] {
    var unpacker = BitUnpacker(bytes)
    return try checked(
      (0..<count).map { _ in unpacker.next(bitCount: bitsPerToken) }, unpacker, byteOffset: byteOffset)
  }

  private func joined(_ bytes: [UInt8], count: Int, byteOffset: Int) throws -> [UInt16] {
    var unpacker = BitUnpacker(bytes, from: count)
    let tokens = bytes[..<count].map { UInt16($0) | unpacker.next(bitCount: highBitCount) << 8 }
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

  /// Returns one grid for each channel, filled with tokens in the order of planes; masked tokens are 0.
  private func grids(tokens: [UInt16]) -> [TokenGrid] {
    var grids = [TokenGrid](
      repeating: TokenGrid(codebookCount: mask.codebookCount, frameCount: mask.frameCount), count: channelCount)
    guard !tokens.isEmpty else { return grids }
    var next = 0
    for (codebook, frames) in keptFrames {
      for channel in grids.indices {
        for frame in frames {
          grids[channel][codebook, frame] = tokens[next]
          next += 1
        }
      }
    }
    return grids
  }
}
