/// Tag of a source: a key and a text (`formats/container.md`, section 6).
public struct StreamTag: Equatable, Hashable, Sendable {
  /// Key, 1 to 255 bytes of UTF-8.
  public var key: String
  /// Text, at most 32 768 bytes of UTF-8.
  public var value: String

  /// Creates a tag; its lengths are checked when the tag is encoded.
  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

extension StreamTag {
  /// Returns the tags that a stream can store, in order; tags beyond a limit of the format are dropped.
  public static func fitting(_ tags: [StreamTag]) -> [StreamTag] {
    // The count takes at most 4 bytes, each length at most 3.
    var room = StreamLimits.tagsByteCount - 4
    return tags.prefix(StreamLimits.tagCount.upperBound).filter { tag in
      let byteCount = tag.key.utf8.count + tag.value.utf8.count + 6
      guard StreamLimits.tagKeyByteCount.contains(tag.key.utf8.count),
        StreamLimits.tagValueByteCount.contains(tag.value.utf8.count), byteCount <= room
      else { return false }
      room -= byteCount
      return true
    }
  }
}

/// Coding of the body of a tags record, after its type byte (`formats/container.md`, section 6).
extension StreamTag {
  /// Encodes the tags of a stream.
  ///
  /// - Throws: `BitstreamError.unencodable` if there are too many tags, or a tag or all tags are too long.
  static func encoded(_ tags: [StreamTag]) throws -> [UInt8] {
    try requireEncodable("tags", tags.count, StreamLimits.tagCount)
    var writer = ByteWriter()
    writer.varint(tags.count)
    for tag in tags {
      try requireEncodable("tag key bytes", tag.key.utf8.count, StreamLimits.tagKeyByteCount)
      try requireEncodable("tag value bytes", tag.value.utf8.count, StreamLimits.tagValueByteCount)
      for text in [tag.key, tag.value] {
        writer.varint(text.utf8.count)
        writer.append([UInt8](text.utf8))
      }
    }
    try requireEncodable("bytes of all tags", writer.bytes.count, 1...StreamLimits.tagsByteCount - 1)
    return writer.bytes
  }

  static func decoded(from reader: inout ByteReader) throws -> [StreamTag] {
    let count = try reader.varint("tags", in: StreamLimits.tagCount)
    var tags: [StreamTag] = []
    for _ in 0..<count {
      let key = try text("tag key", in: StreamLimits.tagKeyByteCount, from: &reader)
      let value = try text("tag value", in: StreamLimits.tagValueByteCount, from: &reader)
      tags.append(StreamTag(key: key, value: value))
    }
    try reader.rejectTrailingBytes()
    return tags
  }

  private static func text(
    _ field: String, in allowed: ClosedRange<Int>, from reader: inout ByteReader
  ) throws -> String {
    let count = try reader.varint(field + " bytes", in: allowed)
    let offset = reader.byteOffset
    guard let text = String(validating: try reader.take(count, field), as: UTF8.self) else {
      throw BitstreamError.badText(field: field, byteOffset: offset)
    }
    return text
  }
}
