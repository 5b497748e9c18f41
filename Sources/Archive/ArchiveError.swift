public import ExplainedErrors

/// Error of reading or writing an archive. A fault inside a record of the archive is a `BitstreamError`.
public enum ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The system refuses to open, examine or lock the file; `reason` is the system's text.
  case cannotOpen(path: String, reason: String)
  /// Reading failed at `byteOffset`, or the kind or length of the file cannot be determined (`byteOffset` is then 0).
  /// `reason` is the system's text, or says that the file has become shorter.
  case readFailed(path: String, byteOffset: Int, reason: String)
  /// Writing, truncating or flushing the file failed; `reason` is the system's text. `byteOffset` is, respectively, the
  /// place of the first byte that was not written, the wanted length, or the length of the file.
  case writeFailed(path: String, byteOffset: Int, reason: String)
  /// The path names no regular file, but for example a pipe, a device or a folder.
  case notAFile(path: String)
  /// Another writer has locked the archive.
  case locked(path: String)
  /// The file has no valid root (the file is no archive, or its index is damaged), or a repair could keep no recording.
  case noIndex
  /// The record at `byteOffset` is intact, but is not the recording record of the recording `name` that the index
  /// states there: the type, name, start or length of the record differs.
  case indexContradicts(name: String, byteOffset: Int)
  /// The archive has a recording with this name already.
  case nameExists(String)
  /// The archive has no recording with this name.
  case noSuchName(String)
  /// A name is empty, is longer than 255 bytes of UTF-8, or has control characters.
  case badName(String)
  /// The start time of a recording is outside the years 1000 to 2999, or its UTC offset is a day or more.
  case badTime
  /// The input to append contains a record of a type that only an archive may have, at `byteOffset`.
  case inputIsArchive(byteOffset: Int)
  /// The stream at `byteOffset` in the archive has no intact recording record, which would state its name and start.
  case strayStream(byteOffset: Int)
  /// The input to append ends before its stream has a trailer, or no recording is open that could end.
  case incomplete
  /// The index has 32 runs (`formats/archive.md`, section 3.3), which is the maximum, and the runs cannot be merged:
  /// they are damaged or too large, or the hashes of their names are too unevenly distributed.
  case full

  /// Message in lower case, with the name, path or byte offset where the error has one.
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
  /// File that the error is about; `nil` for an error that holds no path.
  public var subject: ErrorSubject? {
    switch self {
    case .cannotOpen(let path, _), .readFailed(let path, _, _), .writeFailed(let path, _, _), .notAFile(let path),
      .locked(let path):
      .file(path)
    // Messages about an archive's content get the archive's name in front.
    default: nil
    }
  }

  /// Kind of the error, which gives the exit code: usage for a bad name or time, bad input where the content of an
  /// archive or of an input is at fault, and failure otherwise.
  public var kind: ErrorKind {
    switch self {
    case .noIndex, .indexContradicts, .inputIsArchive, .strayStream, .incomplete: .badInput
    case .badName, .badTime: .usage
    case .cannotOpen, .readFailed, .writeFailed, .notAFile, .locked, .nameExists, .noSuchName, .full: .failure
    }
  }

  /// Next step for the user; `nil` where none is known.
  public var hint: String? {
    switch self {
    case .locked: "--wait appends when that program has ended"
    case .badTime: "--start gives the recording another time"
    case .nameExists: "--name gives the recording another one"
    case .noIndex, .strayStream, .indexContradicts: "'vampc archive repair' makes a clean archive of what is intact"
    case .inputIsArchive: "'vampc archive extract' takes recordings out of it"
    default: nil
    }
  }
}
