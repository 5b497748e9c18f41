import SystemCalls

extension OggPages {
  /// First bytes of the identification header of Vorbis, and of its comment header (Vorbis I, section 4.2.1).
  private static let vorbisIdentification = [0x01] + Array("vorbis".utf8)
  private static let vorbisCommentStart = [0x03] + Array("vorbis".utf8)
  /// Number of first bytes of an Ogg file in which the comment header is searched: pages of other streams may stand in
  /// front of the header.
  private static let searchedByteCount = 2 * VorbisComments.largestByteCount

  /// Reads the comments of the first Vorbis stream in a file.
  ///
  /// - Returns: Tags; `nil` where the file has no Vorbis stream, or the headers of the stream are damaged.
  static func vorbisTags(of stream: ByteStream) throws(SystemFailure) -> [AudioTag]? {
    let header = try secondPacket(ofStreamBeginningWith: vorbisIdentification, in: stream)
    guard header.starts(with: vorbisCommentStart) else { return nil }
    return VorbisComments.tags(in: Array(header.dropFirst(vorbisCommentStart.count)))
  }

  /// Returns the second packet of the stream whose first packet begins with `start`, up to the first damage and not
  /// much longer than `VorbisComments.largestByteCount` bytes.
  private static func secondPacket(
    ofStreamBeginningWith start: [UInt8], in stream: ByteStream
  ) throws(SystemFailure) -> [UInt8] {
    var serialNumber: UInt32?
    var finishedPacketCount = 0
    var packet: [UInt8] = []
    while stream.position < searchedByteCount {
      let bytes = try stream.peek(largestPageByteCount)
      guard let page = Page(bytes), page.byteCount <= bytes.count,
        OggChecksum.isCorrect(bytes.prefix(page.byteCount))
      else { break }
      var body = bytes.prefix(page.byteCount).dropFirst(page.bodyOffset)
      if serialNumber == nil, page.beginsStream, body.starts(with: start) { serialNumber = page.serialNumber }
      if page.serialNumber == serialNumber {
        for segmentByteCount in bytes.prefix(page.bodyOffset).dropFirst(headerByteCount) {
          let segment = body.prefix(Int(segmentByteCount))
          body = body.dropFirst(segment.count)
          if finishedPacketCount == 1 { packet += segment }
          if segmentByteCount < 255 { finishedPacketCount += 1 }
          if finishedPacketCount == 2 || packet.count >= VorbisComments.largestByteCount { return packet }
        }
      }
      _ = try stream.skip(page.byteCount)
    }
    return packet
  }
}
