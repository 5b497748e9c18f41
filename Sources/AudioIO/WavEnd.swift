import SystemCalls

/// End of the samples in a WAV file, and the tags and other bytes behind them.
///
/// The size in the header is wrong in many files: modulo 2³² for more than 4 GiB, too small or 0 for a recording that
/// was not finished, a placeholder from a pipe. The size is right if the end of the file, chunks, a tag, another file
/// or only zeros follow. Otherwise the samples extend to the end of the file.
struct WavEnd {
  /// Number of bytes of the samples.
  var dataByteCount: Int
  /// Tags behind the samples.
  var tags: [AudioTag] = []
  /// Number of bytes behind the samples that are no chunk and no tag, such as zeros or a second file.
  var unreadByteCount = 0

  /// Chunks that programs write behind samples. Behind chunks of other names alone, only the end of the file, a tag,
  /// another file or zeros may follow.
  private static let knownChunks: Set<String> = [
    "LIST", "id3 ", "ID3 ", "bext", "iXML", "axml", "cue ", "smpl", "inst", "fact", "PEAK", "JUNK", "junk", "PAD ",
    "FLLR", "_PMX", "acid", "cart", "DISP", "afsp", "umid", "chna", "plst", "levl",
  ]
  /// First bytes of another file or of a tag, which may stand behind a WAV file.
  private static let otherBeginnings = ["RIFF", "RIFX", "RF64", "ID3", "TAG", "APETAGEX"].map { Array($0.utf8) }
  /// Number of bytes by which ``mayFollow(_:isBigEndian:)`` decides.
  static let recognisedByteCount = 8
  private static let chunkHeaderByteCount = 8
  private static let zeroSearchByteCount = 1 << 20
  /// Largest size of a chunk behind the samples of a pipe, whose length is unknown.
  private static let largestPipedChunkByteCount = 1 << 28

  /// Finds the end in a file; the position of `stream` is undefined afterwards.
  ///
  /// - Parameters:
  ///   - layout: Layout that the header states; ``PCMLayout/statedSize`` is not `nil`.
  ///   - fileByteCount: Length of the file in bytes.
  ///   - stream: Input, of which the bytes behind the samples are read.
  init(of layout: PCMLayout, fileByteCount: Int, stream: ByteStream) throws(SystemFailure) {
    let available = max(0, fileByteCount - layout.dataByteOffset)
    let stated = layout.statedSize?.byteCount ?? 0
    let isBigEndian = layout.encoding.isBigEndian
    var trail = Trail(stream: stream, fileByteCount: fileByteCount, isBigEndian: isBigEndian)
    // A size of 0 is an unfinished header, unless the reader of the header has accepted this size.
    if stated > 0 || layout.dataByteCount == 0 {
      var candidates = [stated]
      if layout.statedSize?.isShort == true, available - stated >= 1 << 32 {
        candidates.insert(stated + (((available - stated) >> 32) << 32), at: 0)
      }
      for count in candidates where count <= available {
        if try trail.isBehind(layout.dataByteOffset + count) {
          self.init(dataByteCount: count, tags: trail.tags, unreadByteCount: trail.unreadByteCount)
          return
        }
      }
    }
    // A header may state more than there is: then the file is cut off, except where the size is a placeholder.
    self.init(dataByteCount: stated > available ? layout.dataByteCount ?? available : available)
  }

  private init(dataByteCount: Int, tags: [AudioTag] = [], unreadByteCount: Int = 0) {
    (self.dataByteCount, self.tags, self.unreadByteCount) = (dataByteCount, tags, unreadByteCount)
  }

  /// Returns whether some bytes behind the stated samples of a pipe can be a chunk or a tag.
  static func mayFollow(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> Bool {
    if otherBeginnings.contains(where: { bytes.starts(with: $0) }) { return true }
    guard let chunk = Chunk(bytes, isBigEndian) else { return false }
    return chunk.byteCount <= largestPipedChunkByteCount
  }

  /// Header of a chunk with a printable name.
  private struct Chunk {
    let name: String
    let byteCount: Int

    init?(_ bytes: ArraySlice<UInt8>, _ isBigEndian: Bool) {
      guard bytes.count >= chunkHeaderByteCount, bytes.prefix(4).allSatisfy({ (0x20..<0x7F).contains($0) }) else {
        return nil
      }
      let fields = HeaderFields(bytes: Array(bytes.prefix(chunkHeaderByteCount)), isBigEndian: isBigEndian)
      name = fields.name(at: 0)
      byteCount = fields.unsigned(at: 4, byteCount: 4)
    }
  }

  /// Reader of the bytes behind the samples of a file.
  private struct Trail {
    let stream: ByteStream
    let fileByteCount: Int
    let isBigEndian: Bool
    private(set) var tags: [AudioTag] = []
    private(set) var unreadByteCount = 0

    init(stream: ByteStream, fileByteCount: Int, isBigEndian: Bool) {
      (self.stream, self.fileByteCount, self.isBigEndian) = (stream, fileByteCount, isBigEndian)
    }

    /// Returns whether samples can end at a byte offset: with the file, or before chunks, a tag, another file or zeros.
    mutating func isBehind(_ offset: Int) throws(SystemFailure) -> Bool {
      // Samples of an odd number of bytes are padded, but not by all programs.
      let offsets = offset % 2 == 0 ? [offset] : [offset + 1, offset]
      for offset in offsets where try readChunks(at: offset) { return true }
      return false
    }

    private mutating func readChunks(at start: Int) throws(SystemFailure) -> Bool {
      (tags, unreadByteCount) = ([], 0)
      var hasKnownChunk = false
      var offset = start
      while offset < fileByteCount {
        try stream.seek(to: offset)
        let rest = fileByteCount - offset
        let bytes = try stream.peek(MPEGTag.headerByteCount)
        guard let chunk = Chunk(bytes, isBigEndian), chunk.byteCount <= rest - chunkHeaderByteCount,
          !otherBeginnings.contains(where: { bytes.starts(with: $0) })
        else { return try end(bytes, rest: rest, isBehindChunk: hasKnownChunk) }
        hasKnownChunk = hasKnownChunk || knownChunks.contains(chunk.name)
        try readTags(chunk)
        offset += chunkHeaderByteCount + chunk.byteCount + chunk.byteCount % 2
      }
      return true
    }

    /// Returns whether bytes that are no chunk may stand behind samples: a tag, another file, zeros, or anything behind
    /// a known chunk.
    private mutating func end(
      _ bytes: ArraySlice<UInt8>, rest: Int, isBehindChunk: Bool
    ) throws(SystemFailure) -> Bool {
      if let tag = MPEGTag(bytes) {
        tags += try tag.read(from: stream)
        return true
      }
      unreadByteCount = rest
      if isBehindChunk || rest < chunkHeaderByteCount { return true }
      if otherBeginnings.contains(where: { bytes.starts(with: $0) }) { return true }
      while true {
        let bytes = try stream.read(zeroSearchByteCount)
        if bytes.isEmpty { return true }
        guard bytes.allSatisfy({ $0 == 0 }) else { return false }
      }
    }

    private mutating func readTags(_ chunk: Chunk) throws(SystemFailure) {
      let isList = chunk.name == "LIST"
      guard isList || chunk.name.lowercased() == "id3 ",
        chunk.byteCount <= (isList ? WavHeader.largestTagListByteCount : MPEGTag.largestTagByteCount)
      else { return }
      _ = try stream.skip(chunkHeaderByteCount)
      let bytes = try stream.read(chunk.byteCount)
      tags +=
        isList
        ? WavHeader.infoTags(HeaderFields(bytes: bytes, isBigEndian: isBigEndian)) : ID3v2Tag.tags(bytes)
    }
  }
}
