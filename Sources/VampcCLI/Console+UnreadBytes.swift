import AudioIO

extension Console {
  /// Warns of bytes behind the samples of an input, such as a second file.
  static func warnOfUnreadBytes(_ reader: AudioReader) {
    guard reader.unreadByteCount > 0 else { return }
    warning("\(reader.name): \(Format.bytes(reader.unreadByteCount)) behind the samples are not read")
  }
}
