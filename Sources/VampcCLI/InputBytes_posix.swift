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
  private let name: String
  private let descriptor: Int32
  private let ownsDescriptor: Bool
  private(set) var byteOffset = 0

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
  }

  deinit {
    if ownsDescriptor, descriptor >= 0 { _ = close(descriptor) }
  }

  /// The bytes in any order, where this is a file; valid as long as this is.
  var file: InputFile? { InputFile(descriptor: descriptor, name: name) }

  /// The next bytes, as many as are at hand; none at the end.
  ///
  /// - Throws: `InputBytesError`, `Interrupted`.
  func next() throws -> [UInt8] {
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
}
