import Tokens

/// The block section of a record.
extension StreamBlock {
  /// Fields in front of the payload, and the payload.
  ///
  /// - Throws: `BitstreamError.unencodable` when the block contradicts the header or passes a limit.
  func encoded(for header: StreamHeader) throws -> (fields: [UInt8], payload: [UInt8]) {
    try requireEncodable("first frame", firstFrame, 0...StreamLimits.frameNumber - 1)
    try requireEncodable("frames", frameCount, 1...header.blockFrameLimit)
    try requireEncodable("channels of a block", grids.count, header.codedChannelCount...header.codedChannelCount)
    let keptCount = header.prompt.keptFrameCount(in: frames)
    for grid in grids {
      let codebookCount = header.prompt.codebookCount
      try requireEncodable("codebooks of a block", grid.codebookCount, codebookCount...codebookCount)
      try requireEncodable("kept frames of a block", grid.frameCount, keptCount...keptCount)
      for token in grid.tokens where Int(token) >= header.geometry.codebookSize {
        try requireEncodable("token", Int(token), 0...header.geometry.codebookSize - 1)
      }
    }
    let layout = TokenLayout(header: header, keptFrameCount: keptCount)
    let (arrangement, payload) = layout.encoded(grids)

    var writer = ByteWriter()
    writer.varint(firstFrame)
    writer.varint(frameCount)
    writer.byte(arrangement.rawValue)
    switch (header.gain, gainHundredthsDB) {
    case (.perBlock, let gain?):
      try requireEncodable("gain", gain, StreamLimits.gainHundredthsDB)
      writer.signedVarint(gain)
    case (.whole, nil): break
    case (.perBlock, nil): try requireEncodable("gains of a block", 0, 1...1)
    case (.whole, _?): try requireEncodable("gains of a block", 1, 0...0)
    }
    return (writer.bytes, payload)
  }

  /// The block section that `reader` stands at, up to the end of the record.
  ///
  /// - Returns: The block, and how many bytes its payload has.
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
      header.gain == .perBlock ? try reader.signedVarint("gain", in: StreamLimits.gainHundredthsDB) : nil
    let payloadByteCount = reader.remainingCount
    let keptCount = header.prompt.keptFrameCount(in: firstFrame..<firstFrame + frameCount)
    let layout = TokenLayout(header: header, keptFrameCount: keptCount)
    let grids = try layout.decoded(arrangement, from: &reader)
    let block = StreamBlock(firstFrame: firstFrame, frameCount: frameCount, gainHundredthsDB: gain, grids: grids)
    return (block, payloadByteCount)
  }
}
