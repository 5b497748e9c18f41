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
  private(set) var byteOffset = 0
  /// Read, but not yet handed out.
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
    startedAtBeginning = lseek(descriptor, 0, SEEK_CUR) == 0
  }

  deinit {
    if ownsDescriptor, descriptor >= 0 { _ = close(descriptor) }
  }

  /// Whether the bytes can be read a second time.
  var isSeekable: Bool { lseek(descriptor, 0, SEEK_CUR) >= 0 }

  /// Whether the first byte that was read is the file's first.
  let startedAtBeginning: Bool

  func rewind() {
    waiting = []
    _ = lseek(descriptor, 0, SEEK_SET)
    byteOffset = 0
  }

  /// The next bytes, as many as are at hand; none at the end.
  ///
  /// - Throws: `InputBytesError`, `Interrupted`.
  func next() throws -> [UInt8] {
    if !waiting.isEmpty { return takeWaiting() }
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

  /// The next bytes, at least `count` unless the input ends before, without taking them.
  ///
  /// - Throws: `InputBytesError`, `Interrupted`.
  func peek(_ count: Int) throws -> [UInt8] {
    var seen = takeWaiting()
    while seen.count < count {
      let more = try next()
      if more.isEmpty { break }
      seen += more
    }
    waiting = seen
    return seen
  }

  /// What `peek` has read.
  func takeWaiting() -> [UInt8] {
    defer { waiting = [] }
    return waiting
  }
}
