import SystemCalls

/// Buffered reader of a file or a pipe, which can look at bytes without consuming them.
final class ByteStream {
  private var descriptor: OpenFile
  /// Byte offset in the input at which the bytes of ``descriptor`` begin, in an input that can be sought.
  private var descriptorStart = 0
  private var buffer: [UInt8] = []
  private var start = 0
  /// Byte offset of the next byte, counted from the beginning of the input.
  private(set) var position = 0
  /// Consumed bytes, kept until the header has shown which decoder reads the input; `nil` when not recording, and after
  /// more than 1 MiB.
  private var recording: [UInt8]?

  private static let chunkByteCount = 65_536
  /// Largest number of recorded bytes. Compressed samples behind a longer header in a pipe are not supported.
  private static let longestRecording = 1 << 20

  init(_ descriptor: OpenFile, alreadyRead: [UInt8] = []) {
    self.descriptor = descriptor
    buffer = alreadyRead
  }

  /// Returns the next `count` bytes without consuming them; fewer at the end.
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

  /// Consumes up to `count` bytes in constant memory and returns their number.
  func skip(_ count: Int) throws(SystemFailure) -> Int {
    var skipped = 0
    while skipped < count {
      let bytes = try read(min(count - skipped, Self.chunkByteCount))
      if bytes.isEmpty { break }
      skipped += bytes.count
    }
    return skipped
  }

  /// Continues at a byte offset of a file, or of a pipe behind the place of ``spool(in:)``, and stops recording.
  func seek(to offset: Int) throws(SystemFailure) {
    try descriptor.seek(offset - descriptorStart)
    buffer.removeAll(keepingCapacity: true)
    start = 0
    position = offset
    recording = nil
  }

  /// Copies the rest of a pipe to a nameless temporary file, in which ``seek(to:)`` is possible from the next byte on.
  func spool(in folder: String) throws(SystemFailure) {
    let file = try OpenFile(temporaryIn: folder)
    try copyRest(to: file)
    try file.seek(0)
    (descriptor, descriptorStart) = (file, position)
  }

  /// Copies all bytes from the next one on to a file. The position stays.
  func copyRest(to file: OpenFile) throws(SystemFailure) {
    try file.write(Array(buffer[start...]))
    buffer.removeAll()
    start = 0
    while true {
      let bytes = try descriptor.read(upTo: Self.chunkByteCount)
      if bytes.isEmpty { return }
      try file.write(bytes)
    }
  }

  /// Starts to record all consumed bytes.
  func startRecording() { recording = [] }

  /// Stops recording and returns the bytes consumed since ``startRecording()``; `nil` if there were more than 1 MiB.
  func stopRecording() -> [UInt8]? {
    defer { recording = nil }
    return recording
  }
}
