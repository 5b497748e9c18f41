import SystemCalls

/// Item of an MPEG audio stream: a frame, a tag, or other bytes.
enum MPEGItem {
  /// Info frame: the first frame of many files, without sound.
  case info(MPEGInfoFrame)
  case frame(MPEGFrame)
  /// Tag of another format, such as ID3.
  case tag([AudioTag])
  /// Bytes that are neither frames nor tags.
  case unknown(byteCount: Int, isZero: Bool)
  /// Beginning of a frame at the end of the input.
  case incompleteFrame
}

/// Division of an MPEG audio stream into frames, tags and other bytes, in constant memory.
///
/// Behind bytes that are no frame, a frame counts only if another frame of the same stream follows. The first frame of
/// a stream must be followed by two frames. The end of the input, or a tag behind the first follower, takes the place
/// of a missing follower. Directly behind a frame, the next frame counts unless another frame of the same stream begins
/// inside this next frame.
final class MPEGScanner {
  private let stream: ByteStream
  /// Byte offset of the end (exclusive) of the MPEG stream; `nil` if it extends to the end of the input.
  private let end: Int?
  /// Header of the last frame; `nil` before the first one.
  private var lastHeader: MPEGFrameHeader?
  /// Number of bytes of an unpadded frame in free format; `nil` if no frame in free format was found.
  private(set) var freeFrameByteCount: Int?
  /// Number of bytes before the first frame.
  private var leadingByteCount = 0

  /// Number of bytes that are searched at once for the next frame.
  private static let searchByteCount = 16_384
  /// Largest number of bytes of a frame in free format: 640 kbit/s at 8 kHz.
  private static let largestFreeFrameByteCount = 5760
  /// Largest number of bytes before the first frame, such as zeros of a recorder that started late.
  private static let largestLeadingByteCount = 1 << 28
  /// Number of frames that must follow the first one of a stream.
  private static let firstFollowerCount = 2

  init(_ stream: ByteStream, end: Int? = nil) {
    self.stream = stream
    self.end = end
  }

  /// Creates a scanner in the state of another one, for a further pass over the rest of its stream.
  init(copying other: MPEGScanner) {
    (stream, end) = (other.stream, other.end)
    (lastHeader, freeFrameByteCount, leadingByteCount) = (
      other.lastHeader, other.freeFrameByteCount, other.leadingByteCount
    )
  }

  /// Returns whether an MPEG stream begins within the first bytes of an input, or may begin behind zeros.
  static func begins(in start: [UInt8]) -> Bool {
    // No other format that is read begins with 16 zeros.
    if start.count >= 16, start.prefix(16).allSatisfy({ $0 == 0 }) { return true }
    var search = FrameSearch(lastHeader: nil, freeFrameByteCount: nil)
    // At most the rest of one frame may stand in front of the first frame: files of other formats hold MPEG frames
    // farther inside.
    return search.firstFrame(
      in: start[...], limit: MPEGFrameHeader.largestFrameByteCount, isEnd: start.count < searchByteCount) != nil
  }

  /// Number of first bytes by which ``begins(in:)`` decides.
  static var startByteCount: Int { searchByteCount }

  /// Returns the next item of the stream; `nil` at the end of the stream.
  func next() throws(SystemFailure) -> MPEGItem? {
    let start = try peek(MPEGTag.headerByteCount)
    if start.isEmpty || lastHeader == nil && leadingByteCount > Self.largestLeadingByteCount { return nil }
    if let tag = MPEGTag(start) { return .tag(try tag.read(from: stream, limit: remainingByteCount)) }
    if let header = MPEGFrameHeader(start, at: start.startIndex), lastHeader?.isSameStream(as: header) == true {
      return try frame(header)
    }
    if let unknown = try unknown() { return unknown }
    let found = try peek(MPEGFrameHeader.byteCount)
    guard let header = MPEGFrameHeader(found, at: found.startIndex) else { return nil }
    return try frame(header)
  }

  /// Consumes a frame whose header comes next.
  private func frame(_ header: MPEGFrameHeader) throws(SystemFailure) -> MPEGItem {
    let byteOffset = stream.position
    let byteCount = header.frameByteCount ?? freeFrameByteCount.map { $0 + header.paddingByteCount } ?? 0
    let bytes = try peek(byteCount + MPEGFrameHeader.byteCount)
    guard byteCount >= MPEGFrameHeader.byteCount, bytes.count >= byteCount else {
      _ = try stream.skip(bytes.count)
      return .incompleteFrame
    }
    let follower = bytes.startIndex + byteCount
    if bytes.count == byteCount + MPEGFrameHeader.byteCount, MPEGFrameHeader(bytes, at: follower) == nil,
      MPEGTag.mayBegin(bytes[follower...]) == false, let distance = try distanceToFrameInside(byteCount, of: header)
    {
      // Bytes of the frame are lost: the next frame begins within this frame.
      _ = try stream.skip(distance)
      return .unknown(byteCount: distance, isZero: false)
    }
    lastHeader = header
    let frame = MPEGFrame(header: header, bytes: try stream.read(byteCount), byteOffset: byteOffset)
    return MPEGInfoFrame(frame).map { .info($0) } ?? .frame(frame)
  }

  /// Returns the distance in bytes from the next byte to a frame that begins less than `byteCount` bytes behind it;
  /// `nil` if there is no such frame.
  private func distanceToFrameInside(_ byteCount: Int, of header: MPEGFrameHeader) throws(SystemFailure) -> Int? {
    let bytes = try peek(byteCount + Self.confirmationByteCount)
    var search = FrameSearch(lastHeader: nil, freeFrameByteCount: freeFrameByteCount)
    let inside = bytes.dropFirst(MPEGFrameHeader.byteCount)
    guard
      let found = search.firstFrame(
        in: inside, limit: byteCount - MPEGFrameHeader.byteCount, isEnd: isEnd(behind: bytes, byteCount)),
      search.lastHeader?.isSameStream(as: header) == true
    else { return nil }
    return found + MPEGFrameHeader.byteCount
  }

  /// Consumes bytes up to the next frame or tag; returns `nil` if a frame comes next.
  private func unknown() throws(SystemFailure) -> MPEGItem? {
    var skippedByteCount = 0
    var isZero = true
    while true {
      let bytes = try peek(Self.searchByteCount)
      if bytes.isEmpty || lastHeader == nil && leadingByteCount > Self.largestLeadingByteCount { break }
      let isEnd = bytes.count < Self.searchByteCount
      let limit = isEnd ? bytes.count : bytes.count - Self.confirmationByteCount
      var search = FrameSearch(lastHeader: lastHeader, freeFrameByteCount: freeFrameByteCount)
      let found = search.firstFrame(in: bytes, limit: limit, isEnd: isEnd)
      let passed = found ?? limit
      isZero = isZero && bytes.prefix(passed).allSatisfy { $0 == 0 }
      skippedByteCount += try stream.skip(passed)
      if lastHeader == nil { leadingByteCount += passed }
      if found != nil {
        (lastHeader, freeFrameByteCount) = (search.lastHeader, search.freeFrameByteCount)
        break
      }
    }
    return skippedByteCount == 0 ? nil : .unknown(byteCount: skippedByteCount, isZero: isZero)
  }

  /// Number of bytes behind a place that are enough to decide whether a frame that states its length begins there.
  private static var confirmationByteCount: Int {
    firstFollowerCount * MPEGFrameHeader.largestFrameByteCount + MPEGFrameHeader.byteCount
  }

  private var remainingByteCount: Int { end.map { max(0, $0 - stream.position) } ?? .max }

  private func peek(_ count: Int) throws(SystemFailure) -> ArraySlice<UInt8> {
    try stream.peek(min(count, remainingByteCount))
  }

  private func isEnd(behind bytes: ArraySlice<UInt8>, _ byteCount: Int) -> Bool {
    bytes.count < byteCount + Self.confirmationByteCount
  }

  /// Search for the first frame in some bytes.
  private struct FrameSearch {
    /// Header of the previous frame; after a frame was found, header of this frame.
    var lastHeader: MPEGFrameHeader?
    var freeFrameByteCount: Int?

    /// Returns the distance in bytes from the first byte to the first frame or tag; `nil` if no frame or tag is found.
    ///
    /// - Parameters:
    ///   - bytes: Bytes that are searched.
    ///   - limit: Number of first bytes in which a frame may begin.
    ///   - isEnd: Whether the stream ends behind the bytes.
    mutating func firstFrame(in bytes: ArraySlice<UInt8>, limit: Int, isEnd: Bool) -> Int? {
      let end = min(bytes.endIndex, bytes.startIndex + limit)
      var index = bytes.startIndex
      while let place = bytes[index..<end].firstIndex(where: { $0 == 0xFF || MPEGTag.firstBytes.contains($0) }) {
        if bytes[place] != 0xFF {
          if place > bytes.startIndex, MPEGTag(bytes[place...]) != nil { return place - bytes.startIndex }
        } else if let header = MPEGFrameHeader(bytes, at: place), isConfirmed(header, in: bytes, at: place, isEnd) {
          lastHeader = header
          return place - bytes.startIndex
        }
        index = place + 1
      }
      return nil
    }

    private mutating func isConfirmed(
      _ first: MPEGFrameHeader, in bytes: ArraySlice<UInt8>, at start: Int, _ isEnd: Bool
    ) -> Bool {
      let followerCount = lastHeader?.isSameStream(as: first) == true ? 1 : MPEGScanner.firstFollowerCount
      var freeByteCount = freeFrameByteCount
      if first.frameByteCount == nil, freeByteCount == nil {
        freeByteCount = Self.freeFrameByteCount(first, in: bytes, at: start)
      }
      var (header, place) = (first, start)
      for count in 0..<followerCount {
        guard let byteCount = header.frameByteCount ?? freeByteCount.map({ $0 + header.paddingByteCount }) else {
          return false
        }
        place += byteCount
        if place > bytes.endIndex - MPEGFrameHeader.byteCount { return isEnd && (count > 0 || place <= bytes.endIndex) }
        guard let next = MPEGFrameHeader(bytes, at: place), next.isSameStream(as: header) else {
          return count > 0 && MPEGTag(bytes[place...]) != nil
        }
        header = next
      }
      freeFrameByteCount = freeByteCount
      return true
    }

    /// Returns the number of bytes of an unpadded frame in free format: the distance from the first header to the
    /// second, if a third header follows at the same distance; otherwise `nil`.
    private static func freeFrameByteCount(
      _ first: MPEGFrameHeader, in bytes: ArraySlice<UInt8>, at start: Int
    ) -> Int? {
      func header(_ place: Int) -> MPEGFrameHeader? {
        MPEGFrameHeader(bytes, at: place).flatMap { $0.isSameStream(as: first) ? $0 : nil }
      }
      let nearest = start + MPEGFrameHeader.byteCount + 32
      guard nearest < min(bytes.endIndex, start + largestFreeFrameByteCount) else { return nil }
      for place in nearest..<min(bytes.endIndex, start + largestFreeFrameByteCount) where bytes[place] == 0xFF {
        guard let second = header(place) else { continue }
        let byteCount = place - start - first.paddingByteCount
        if header(place + byteCount + second.paddingByteCount) != nil { return byteCount }
      }
      return nil
    }
  }
}
