public import ExplainedErrors
import SystemCalls

/// Error of an audio file or pipe.
///
/// Each description begins with the name of the file or pipe, or quotes the text that is no raw format. Positions are
/// numbers of samples per channel since the beginning of the input.
public enum AudioIOError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be opened, copied to a temporary file or passed to a program, or the process has no memory or file
  /// descriptor left for it; `reason` says why.
  case cannotOpen(file: String, reason: String)
  /// The path names a folder.
  case isDirectory(file: String)
  /// The input has no bytes, or a `RecordingStop` ended the input within its header.
  case empty(file: String)
  /// The input has no known audio format, or its header cannot be read; `reason` says why.
  case notAudio(file: String, reason: String)
  /// The input has no known audio format, and a program that reads more formats refuses the input, too; `reason` is the
  /// program's message.
  case refusedByProgram(file: String, program: String, reason: String)
  /// The input has a format that vampc recognises but does not read, so the input holds no raw samples. `mayHoldSound`
  /// says whether `ffmpeg` may find sound in this format.
  case otherFormat(file: String, format: String, reason: String?, mayHoldSound: Bool)
  /// The input is a vampc stream.
  case isStream(file: String)
  /// The input has a known format, but `what`, a feature of this input, is not supported.
  case unsupported(file: String, what: String)
  /// The input ends after `atSample` samples: before its full length (`expectedSampleCount`; `nil` if unknown), or
  /// inside a sample, page or chunk.
  case truncated(file: String, atSample: Int, expectedSampleCount: Int?)
  /// The input is damaged, and the reader stops at damage or cannot continue behind the damage; `atSample` is `nil`
  /// where the place of the damage is unknown.
  case damaged(file: String, atSample: Int?, reason: String)
  /// The system failed to read; `reason` is the system's text.
  case readFailed(file: String, atSample: Int, reason: String)
  /// Writing failed, or a temporary file cannot be created; `reason` is the text of the system or of libsndfile.
  case writeFailed(file: String, reason: String)
  /// The pipe has no reader any more; the program ends as by SIGPIPE.
  case readerGone(file: String)
  /// A pipe without a temporary copy cannot be rewound.
  case notSeekable(file: String)
  /// The container cannot store this audio or cannot be written to a pipe, or no container has the extension of the
  /// file name; `what` says which.
  case unsupportedOutput(file: String, what: String)
  /// A text is not a valid `RATE:CHANNELS:FORMAT`.
  case invalidRawFormat(text: String, reason: String)

  /// Message in lower case that begins with the name of the file or pipe, or quotes an invalid raw format, and has the
  /// values found.
  public var description: String {
    switch self {
    case .cannotOpen(let file, let reason): "\(file): cannot open: \(reason)"
    case .isDirectory(let file): "\(file): is a folder, not an audio file"
    case .empty(let file): "\(file): empty file"
    case .notAudio(let file, let reason): "\(file): not an audio file that can be read: \(reason)"
    case .refusedByProgram(let file, let program, let reason):
      "\(file): not an audio file that can be read; \(program): \(reason)"
    case .otherFormat(let file, let format, let reason, _):
      "\(file): not an audio file that can be read: \(format)" + (reason.map { "; " + $0 } ?? "")
    case .isStream(let file): "\(file): a vampc stream, not audio"
    case .unsupported(let file, let what): "\(file): unsupported: \(what)"
    case .truncated(let file, let sample, let expected?):
      "\(file): truncated or damaged: ends at sample \(sample) of \(expected)"
    case .truncated(let file, let sample, nil): "\(file): truncated: ends in the middle of data at sample \(sample)"
    case .damaged(let file, nil, let reason): "\(file): damaged: \(reason)"
    case .damaged(let file, let sample?, let reason): "\(file): damaged at sample \(sample): \(reason)"
    case .readFailed(let file, let sample, let reason): "\(file): read failed at sample \(sample): \(reason)"
    case .writeFailed(let file, let reason): "\(file): write failed: \(reason)"
    case .readerGone(let file): "\(file): nobody reads the pipe any more"
    case .notSeekable(let file): "\(file): a pipe cannot be read a second time"
    case .unsupportedOutput(let file, let what): "\(file): cannot write: \(what)"
    case .invalidRawFormat(let text, let reason): "raw format '\(text)': \(reason)"
    }
  }
}

extension AudioIOError {
  /// Creates the error of a failed write: `readerGone` where the reader of a pipe has closed the pipe, otherwise
  /// `writeFailed`.
  init(writing file: String, _ failure: SystemFailure) {
    self = failure.isBrokenPipe ? .readerGone(file: file) : .writeFailed(file: file, reason: failure.reason)
  }
}

extension AudioIOError: ExplainedError {
  /// File or option that the error is about.
  public var subject: ErrorSubject? {
    switch self {
    case .cannotOpen(let file, _), .isDirectory(let file), .empty(let file), .notAudio(let file, _),
      .refusedByProgram(let file, _, _), .otherFormat(let file, _, _, _), .isStream(let file),
      .unsupported(let file, _), .truncated(let file, _, _), .damaged(let file, _, _), .readFailed(let file, _, _),
      .writeFailed(let file, _), .readerGone(let file), .notSeekable(let file), .unsupportedOutput(let file, _):
      .file(file)
    case .invalidRawFormat: .option("--raw")
    }
  }

  /// Kind of the error, which gives the exit code: bad input where the content of the input is at fault, usage for an
  /// invalid raw format, interruption for a pipe without a reader, and failure otherwise.
  public var kind: ErrorKind {
    switch self {
    case .empty, .notAudio, .refusedByProgram, .otherFormat, .isStream, .unsupported, .truncated, .damaged:
      .badInput
    case .invalidRawFormat: .usage
    case .readerGone: .interrupted(signal: SystemFailure.brokenPipeSignal)
    case .cannotOpen, .isDirectory, .readFailed, .writeFailed, .notSeekable, .unsupportedOutput: .failure
    }
  }

  /// Next step for the user; `nil` where none is known.
  public var hint: String? {
    switch self {
    case .isDirectory: "-r goes into folders"
    case .notAudio:
      "ffmpeg reads more formats: ffmpeg -i FILE -f wav - | vampc encode - -o OUTPUT; samples without a header need --raw"
    case .refusedByProgram: "samples without a header need --raw RATE:CHANNELS:FORMAT"
    case .otherFormat(_, _, _, mayHoldSound: true):
      "ffmpeg reads more formats: ffmpeg -i FILE -f wav - | vampc encode - -o OUTPUT"
    case .isStream: "vampc decode makes audio of it"
    default: nil
    }
  }
}
