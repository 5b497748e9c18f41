import Foundation

/// Why the bytes of an input cannot be had. Begins with its name.
enum InputBytesError: Error, Equatable, CustomStringConvertible {
  case cannotOpen(file: String, reason: String)
  case readFailed(file: String, byteOffset: Int, reason: String)

  var description: String {
    switch self {
    case .cannotOpen(let file, let reason): "\(file): cannot open: \(reason)"
    case .readFailed(let file, let offset, let reason): "\(file): read failed at byte \(offset): \(reason)"
    }
  }
}

/// The bytes of a file or of standard input, piece by piece.
final class InputBytes {
  let name: String
  let descriptor: Int32
  private let ownsDescriptor: Bool
  /// Where in the file the input begins; nil where it cannot be read a second time.
  private let start: Int?
  private(set) var byteOffset = 0
  /// What `head` has read and `next` has not given out.
  private var waiting: [UInt8] = []

  private static let pieceByteCount = 1 << 16

  /// - Parameter path: `-` is standard input.
  /// - Throws: `InputBytesError`.
  init(path: String) throws {
    ownsDescriptor = path != "-"
    name = ownsDescriptor ? path : "standard input"
    descriptor = ownsDescriptor ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
    guard descriptor >= 0 else {
      throw InputBytesError.cannotOpen(file: name, reason: String(cString: strerror(errno)))
    }
    let position = lseek(descriptor, 0, SEEK_CUR)
    start = position >= 0 ? Int(position) : nil
  }

  deinit {
    if ownsDescriptor, descriptor >= 0 { _ = close(descriptor) }
  }

  /// The bytes in any order, where this is a file; valid as long as this is.
  var file: InputFile? { start.flatMap { InputFile(descriptor: descriptor, name: name, firstByte: $0) } }

  /// Whether the bytes can be read a second time.
  var isSeekable: Bool { start != nil }

  /// Goes back to the first byte.
  ///
  /// - Precondition: the input is seekable.
  func rewind() {
    guard let start else { preconditionFailure("rewinding a pipe") }
    _ = lseek(descriptor, off_t(start), SEEK_SET)
    byteOffset = 0
    waiting = []
  }

  /// The first `count` bytes, fewer where the input is shorter, without taking them. Before anything else is read.
  ///
  /// - Throws: as `next`.
  func head(_ count: Int) throws -> ArraySlice<UInt8> {
    while waiting.count < count {
      let bytes = try readPiece()
      if bytes.isEmpty { break }
      waiting += bytes
    }
    return waiting.prefix(count)
  }

  /// All that remains, up to a piece more than `limit` bytes.
  ///
  /// - Throws: as `next`.
  func rest(limit: Int) throws -> [UInt8] {
    var all: [UInt8] = []
    // Not twice the file, as growing would take.
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      all.reserveCapacity(min(limit, Int(status.st_size)) + Self.pieceByteCount)
    }
    while all.count <= limit {
      let bytes = try next()
      if bytes.isEmpty { break }
      all += bytes
    }
    return all
  }

  /// The next bytes, as many as are at hand; none at the end.
  ///
  /// - Throws: `InputBytesError`, `Interrupted`.
  func next() throws -> [UInt8] {
    guard waiting.isEmpty else {
      defer { waiting = [] }
      return waiting
    }
    return try readPiece()
  }

  private func readPiece() throws -> [UInt8] {
    try Interruption.shared.check()
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.pieceByteCount) { buffer, initializedCount in
      repeat { count = read(descriptor, buffer.baseAddress, buffer.count) } while count < 0 && errno == EINTR
      initializedCount = max(0, count)
    }
    guard count >= 0 else {
      throw InputBytesError.readFailed(file: name, byteOffset: byteOffset, reason: String(cString: strerror(errno)))
    }
    byteOffset += count
    return bytes
  }

  /// What `head` has read, which `next` then does not give out.
  func takeWaiting() -> [UInt8] {
    defer { waiting = [] }
    return waiting
  }
}
