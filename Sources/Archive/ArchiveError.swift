public import ExplainedErrors

/// What is wrong with an archive beyond the faults of its bytes, which are `BitstreamError`.
public enum ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
  case cannotOpen(path: String, reason: String)
  case readFailed(path: String, byteOffset: Int, reason: String)
  case writeFailed(path: String, byteOffset: Int, reason: String)
  /// A pipe, a device, a folder.
  case notAFile(path: String)
  /// Somebody else is appending.
  case locked(path: String)
  /// No intact root record near the end of the file.
  case noIndex
  /// The record in front of a recording is not the one that the index speaks of.
  case indexContradicts(name: String, byteOffset: Int)
  case nameExists(String)
  case noSuchName(String)
  /// Empty, too long, or with control characters.
  case badName(String)
  /// A time outside the years 1000 to 2999.
  case badTime
  /// The input holds records of an archive.
  case inputIsArchive(byteOffset: Int)
  /// Bytes behind the index that belong to no recording.
  case strayStream(byteOffset: Int)
  /// A recording without a complete stream.
  case incomplete
  /// More runs than a root holds.
  case full

  /// Error in words, in lower case without a full stop.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason): "\(path): cannot open: \(reason)"
    case .readFailed(let path, let offset, let reason): "\(path): read failed at byte \(offset): \(reason)"
    case .writeFailed(let path, let offset, let reason): "\(path): write failed at byte \(offset): \(reason)"
    case .notAFile(let path): "\(path): is not a file, which an archive must be"
    case .locked(let path): "\(path): another program is appending to it"
    case .noIndex: "no archive, or its index is damaged"
    case .indexContradicts(let name, let offset):
      "the index says that '\(name)' is here, but its record is not (byte \(offset))"
    case .nameExists(let name): "a recording '\(name)' is in the archive already"
    case .noSuchName(let name): "no recording '\(name)' in the archive"
    case .badName(let name):
      "'\(name)' is no name for a recording: 1 to 255 bytes of UTF-8 without control characters"
    case .badTime: "the time is outside the years 1000 to 2999"
    case .inputIsArchive(let offset): "the input is an archive itself (byte \(offset))"
    case .strayStream(let offset): "a stream without its recording's record (byte \(offset))"
    case .incomplete: "the input ends before its stream does"
    case .full: "the archive's index is full"
    }
  }
}

extension ArchiveError: ExplainedError {
  /// File, model, option or input that the error is about.
  public var subject: ErrorSubject? {
    switch self {
    case .cannotOpen(let path, _), .readFailed(let path, _, _), .writeFailed(let path, _, _), .notAFile(let path),
      .locked(let path):
      .file(path)
    // Messages about an archive's content get the archive's name in front.
    default: nil
    }
  }

  /// Kind of the error, which decides the exit code.
  public var kind: ErrorKind {
    switch self {
    case .noIndex, .indexContradicts, .inputIsArchive, .strayStream, .incomplete: .badInput
    case .badName, .badTime: .usage
    case .cannotOpen, .readFailed, .writeFailed, .notAFile, .locked, .nameExists, .noSuchName, .full: .failure
    }
  }

  /// Next step for the user; nil where there is none.
  public var hint: String? {
    switch self {
    case .nameExists: "--name gives the recording another one"
    case .noIndex, .strayStream, .indexContradicts: "'vampc archive repair' makes a clean archive of what is intact"
    case .inputIsArchive: "'vampc archive extract' takes recordings out of it"
    default: nil
    }
  }
}
