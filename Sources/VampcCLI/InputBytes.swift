import AudioIO
import ExplainedErrors
import SystemCalls

/// Reason why the bytes of an input cannot be read.
enum InputBytesError: ExplainedError, Equatable {
  case cannotOpen(file: String, reason: String)
  case readFailed(file: String, byteOffset: Int, reason: String)

  var description: String {
    switch self {
    case .cannotOpen(let file, let reason): "\(file): cannot open: \(reason)"
    case .readFailed(let file, let offset, let reason): "\(file): read failed at byte \(offset): \(reason)"
    }
  }

  var subject: ErrorSubject? {
    switch self {
    case .cannotOpen(let file, _), .readFailed(let file, _, _): .file(file)
    }
  }

  var kind: ErrorKind { .failure }
}

/// Bytes of a file or of standard input, read in chunks.
final class InputBytes {
  /// Path of the file, or `standard input`.
  let name: String
  private let file: OpenFile
  /// File offset of the first byte; nil for a pipe, which can be read only once.
  private let start: Int?
  /// Number of bytes read since the beginning or the last `rewind()`, waiting bytes included.
  private(set) var byteOffset = 0
  /// Bytes that `head` has read and `next` has not returned.
  private var waiting: [UInt8] = []

  private static let chunkByteCount = 1 << 16

  /// Opens an input.
  ///
  /// - Parameters:
  ///   - path: Path of a file; `-` is standard input.
  ///   - stop: Request that ends a pipe or a device; nil for a file.
  /// - Throws: `InputBytesError`.
  init(path: String, stop: RecordingStop? = nil) throws {
    name = InputLoop.displayName(path)
    do throws(SystemFailure) {
      file = path == "-" ? StandardStream.input.file : try OpenFile(reading: path)
    } catch {
      throw InputBytesError.cannotOpen(file: name, reason: error.reason)
    }
    start = try? file.position()
    file.stop = stop?.input
  }

  /// Descriptor of the input; belongs to this object.
  var descriptor: Int32 { file.descriptor }

  /// Random access to the bytes of a regular file; valid as long as this object. Nil for any other input, such as a
  /// pipe.
  var randomAccess: InputFile? { start.flatMap { InputFile(file, name: name, firstByte: $0) } }

  /// Whether nothing of a seekable input has been read, and nothing was read before the program started.
  var isAtBeginning: Bool { (try? file.position()) == 0 }

  /// Whether `rewind()` may be called: true for a file, false for a pipe.
  var isSeekable: Bool { start != nil }

  /// Goes back to the first byte of the input: the byte at which the file stood when this object was created.
  ///
  /// - Precondition: the input is seekable.
  func rewind() {
    guard let start else { preconditionFailure("rewinding a pipe") }
    try? file.seek(start)
    byteOffset = 0
    waiting = []
  }

  /// First `count` bytes, fewer where the input is shorter. `next()` returns these bytes again.
  ///
  /// - Throws: same errors as `next()`.
  /// - Precondition: `next()` has not been called.
  func head(_ count: Int) throws -> ArraySlice<UInt8> {
    while waiting.count < count {
      let bytes = try readChunk()
      if bytes.isEmpty { break }
      waiting += bytes
    }
    return waiting.prefix(count)
  }

  /// Remaining bytes of the input. Reading stops when more than `limit` bytes have been read; the result can therefore
  /// be longer by one chunk.
  ///
  /// - Throws: same errors as `next()`.
  func rest(limit: Int) throws -> [UInt8] {
    var all: [UInt8] = []
    // Without a reservation, a growing array would take twice the size of the file.
    if let status = try? file.status(), status.kind == .regularFile {
      all.reserveCapacity(min(limit, status.byteCount) + Self.chunkByteCount)
    }
    while all.count <= limit {
      let bytes = try next()
      if bytes.isEmpty { break }
      all += bytes
    }
    return all
  }

  /// Next bytes, as many as are available, usually up to 64 KiB; empty at the end of the input.
  ///
  /// - Throws: `InputBytesError`, `Interrupted`.
  func next() throws -> [UInt8] {
    guard waiting.isEmpty else {
      defer { waiting = [] }
      return waiting
    }
    return try readChunk()
  }

  private func readChunk() throws -> [UInt8] {
    try Interruption.shared.check()
    do throws(SystemFailure) {
      let bytes = try file.read(upTo: Self.chunkByteCount)
      byteOffset += bytes.count
      return bytes
    } catch {
      throw InputBytesError.readFailed(file: name, byteOffset: byteOffset, reason: error.reason)
    }
  }

  /// Removes and returns the bytes that `head` has read; `next()` will not return these bytes.
  func takeWaiting() -> [UInt8] {
    defer { waiting = [] }
    return waiting
  }
}
