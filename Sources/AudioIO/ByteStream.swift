/// Bytes read forward from a file or a pipe, with a look at what comes next.
final class ByteStream {
  private let descriptor: FileDescriptor
  private var buffer: [UInt8] = []
  private var start = 0
  /// Bytes consumed since the beginning, or since the position given to ``seek(to:)``.
  private(set) var position = 0
  /// Consumed bytes, kept while a header may turn out to be for another reader; `nil` when not recording.
  private var recording: [UInt8]?

  private static let chunkByteCount = 65_536
  /// Recording stops here: no header that another reader should get is as long.
  private static let longestRecording = 1 << 20

  init(_ descriptor: FileDescriptor, alreadyRead: [UInt8] = []) {
    self.descriptor = descriptor
    buffer = alreadyRead
  }

  /// The next `count` bytes without consuming them; fewer at the end.
  func peek(_ count: Int) throws(SystemFailure) -> ArraySlice<UInt8> {
    while buffer.count - start < count {
      if start > 0 {
        buffer.removeFirst(start)
        start = 0
      }
      let more = try descriptor.read(upTo: max(Self.chunkByteCount, count - buffer.count))
      if more.isEmpty { break }
      buffer += more
    }
    return buffer[start..<min(buffer.count, start + count)]
  }

  /// Consumes up to `count` bytes; fewer only at the end.
  func read(_ count: Int) throws(SystemFailure) -> [UInt8] {
    let bytes = Array(try peek(count))
    start += bytes.count
    position += bytes.count
    if let recorded = recording {
      recording = recorded.count + bytes.count <= Self.longestRecording ? recorded + bytes : nil
    }
    return bytes
  }

  /// Consumes `count` bytes in constant memory; returns how many there were.
  func skip(_ count: Int) throws(SystemFailure) -> Int {
    var skipped = 0
    while skipped < count {
      let bytes = try read(min(count - skipped, Self.chunkByteCount))
      if bytes.isEmpty { break }
      skipped += bytes.count
    }
    return skipped
  }

  /// Continues at a byte of a file.
  func seek(to offset: Int) throws(SystemFailure) {
    try descriptor.seek(offset)
    buffer.removeAll(keepingCapacity: true)
    start = 0
    position = offset
    recording = nil
  }

  func startRecording() { recording = [] }

  /// What was consumed since ``startRecording()``; `nil` when it was too much to keep.
  func stopRecording() -> [UInt8]? {
    defer { recording = nil }
    return recording
  }
}
