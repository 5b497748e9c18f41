import Tokens

/// Coding of the block section (`formats/container.md`, section 5).
extension StreamBlock {
  /// Encodes the block section: the fields before the payload, and the payload.
  ///
  /// - Throws: `BitstreamError.unencodable` if the block contradicts the header or exceeds a limit.
  func encoded(for header: StreamHeader) throws -> (fields: [UInt8], payload: [UInt8]) {
    try requireEncodable("first frame", firstFrame, 0...StreamLimits.frameNumber - 1)
    try requireEncodable("frames", frameCount, 1...header.blockFrameLimit)
    try requireEncodable("channels of a block", grids.count, header.codedChannelCount...header.codedChannelCount)
    let codebookCount = header.geometry.codebookCount
    try requireEncodable("codebooks of a block", mask.codebookCount, codebookCount...codebookCount)
    let isLost = isLost(from: header.prompt)
    let blockMask =
      isLost ? .none : try BlockMask(encoding: mask, prompt: header.prompt, firstFrame: firstFrame)
    if !header.hasBlockMasks { try requireEncodable("mask terms", blockMask.terms.count, 0...0) }
    let layout = TokenLayout(header: header, mask: mask)
    for token in layout.tokens(of: grids) where Int(token) >= header.geometry.codebookSize {
      try requireEncodable("token", Int(token), 0...header.geometry.codebookSize - 1)
    }
    let (arrangement, payload) = isLost ? (.lost, []) : layout.encoded(grids)

    var writer = ByteWriter()
    writer.varint(firstFrame)
    writer.varint(frameCount)
    writer.byte(arrangement.rawValue)
    switch (header.gain, gain) {
    case (.perBlock, let gain?): writer.signedVarint(gain.hundredthsDB)
    case (.whole, nil): break
    case (.perBlock, nil): try requireEncodable("gains of a block", 0, 1...1)
    case (.whole, _?): try requireEncodable("gains of a block", 1, 0...0)
    }
    if header.hasBlockMasks { blockMask.write(to: &writer) }
    return (writer.bytes, payload)
  }

  /// Decodes a block section, which ends at the end of the record.
  ///
  /// - Returns: The block, and the number of bytes of its payload.
  /// - Throws: `BitstreamError`.
  static func decoded(
    from reader: inout ByteReader, header: StreamHeader
  ) throws -> (block: StreamBlock, payloadByteCount: Int) {
    let firstFrame = try reader.varint("first frame", in: 0...StreamLimits.frameNumber - 1)
    let frameCount = try reader.varint("frames", in: 1...header.blockFrameLimit)
    let codingOffset = reader.byteOffset
    let coding = Int(try reader.byte("arrangement"))
    guard let arrangement = TokenLayout.Arrangement(rawValue: coding) else {
      throw BitstreamError.reserved(field: "arrangement", value: coding, byteOffset: codingOffset)
    }
    let gain =
      header.gain == .perBlock
      ? Gain(hundredthsDB: try reader.signedVarint("gain", in: Gain.hundredthsDBRange)) : nil
    var mask = TokenMask(
      keeping: header.prompt, codebookCount: header.geometry.codebookCount, frames: firstFrame..<firstFrame + frameCount
    )
    if header.hasBlockMasks { try BlockMask.read(from: &reader, into: &mask) }
    if arrangement == .lost {
      mask = TokenMask(codebookCount: mask.codebookCount, frameCount: frameCount, isKept: false)
    }
    let payloadByteCount = reader.remainingCount
    let grids = try TokenLayout(header: header, mask: mask).decoded(arrangement, from: &reader)
    return (StreamBlock(firstFrame: firstFrame, gain: gain, mask: mask, grids: grids), payloadByteCount)
  }
}
