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

/// The bytes of a file or of standard input, piece by piece.
final class InputBytes {
  let name: String
  private let file: OpenFile
  /// Where in the file the input begins; nil where it cannot be read a second time.
  private let start: Int?
  private(set) var byteOffset = 0
  /// What `head` has read and `next` has not given out.
  private var waiting: [UInt8] = []

  private static let pieceByteCount = 1 << 16

  /// - Parameter path: `-` is standard input.
  /// - Throws: `InputBytesError`.
  init(path: String) throws {
    name = InputLoop.displayName(path)
    do throws(SystemFailure) {
      file = path == "-" ? StandardStream.input.file : try OpenFile(reading: path)
    } catch {
      throw InputBytesError.cannotOpen(file: name, reason: error.reason)
    }
    start = try? file.position()
  }

  /// Descriptor of the input; belongs to this object.
  var descriptor: Int32 { file.descriptor }

  /// The bytes in any order, where this is a file; valid as long as this is.
  var randomAccess: InputFile? { start.flatMap { InputFile(file, name: name, firstByte: $0) } }

  /// Whether nothing of a seekable input has been read, and nothing was read before the program started.
  var isAtBeginning: Bool { (try? file.position()) == 0 }

  /// Whether the bytes can be read a second time.
  var isSeekable: Bool { start != nil }

  /// Goes back to the first byte.
  ///
  /// - Precondition: the input is seekable.
  func rewind() {
    guard let start else { preconditionFailure("rewinding a pipe") }
    try? file.seek(start)
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
    if let status = try? file.status(), status.kind == .regularFile {
      all.reserveCapacity(min(limit, status.byteCount) + Self.pieceByteCount)
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
    do throws(SystemFailure) {
      let bytes = try file.read(upTo: Self.pieceByteCount)
      byteOffset += bytes.count
      return bytes
    } catch {
      throw InputBytesError.readFailed(file: name, byteOffset: byteOffset, reason: error.reason)
    }
  }

  /// What `head` has read, which `next` then does not give out.
  func takeWaiting() -> [UInt8] {
    defer { waiting = [] }
    return waiting
  }
}
