import Archive
import AudioIO
import Bitstream
import DACFile
import ModelImport
import VampcKit

/// How the program ends.
enum ExitStatus: Error, Equatable {
  case success
  case failure
  /// Decoded or repaired, but the input was damaged.
  case decodedWithDamage
  case usage
  /// Damaged input, or none of the kind that is wanted.
  case damagedInput
  case interrupted(signal: Int32)

  var code: Int32 {
    switch self {
    case .success: 0
    case .failure: 1
    case .decodedWithDamage: 2
    case .usage: 64
    case .damagedInput: 65
    case .interrupted(let signal): 128 + signal
    }
  }

  /// What the failure of one file amounts to.
  init(of error: any Error) {
    self =
      switch error {
      case let status as ExitStatus: status
      case let interruption as Interrupted: .interrupted(signal: interruption.signal)
      case let error as AudioIOError: Self.status(of: error)
      case let error as BitstreamError: error.byteOffset == nil ? .failure : .damagedInput
      case let error as VampcError: Self.status(of: error)
      case let error as ArchiveError: Self.status(of: error)
      case is DecodeError, is DACFileError: .damagedInput
      case let error as ImportError: error.isAboutContent ? .damagedInput : .failure
      case let error as KeepRulesError: Self.status(of: error)
      default: .failure
      }
  }

  /// The one that counts for several files.
  func worse(_ other: ExitStatus) -> ExitStatus { other.rank > rank ? other : self }

  private var rank: Int {
    switch self {
    case .success: 0
    case .decodedWithDamage: 1
    case .failure: 2
    case .damagedInput: 3
    case .usage: 4
    case .interrupted: 5
    }
  }

  private static func status(of error: AudioIOError) -> ExitStatus {
    switch error {
    case .empty, .notAudio, .unsupported, .truncated, .damaged: .damagedInput
    case .invalidRawFormat: .usage
    case .cannotOpen, .isDirectory, .readFailed, .writeFailed, .notSeekable, .unsupportedOutput: .failure
    }
  }

  private static func status(of error: ArchiveError) -> ExitStatus {
    switch error {
    case .noIndex, .indexContradicts, .inputIsArchive, .strayStream, .incomplete: .damagedInput
    case .badName, .badTime: .usage
    case .cannotOpen, .readFailed, .writeFailed, .notAFile, .locked, .nameExists, .noSuchName, .full: .failure
    }
  }

  private static func status(of error: KeepRulesError) -> ExitStatus {
    switch error {
    case .notATime, .notAMask, .tooLarge: .damagedInput
    case .tooManyCodebooks: .usage
    case .cannotRead: .failure
    }
  }

  private static func status(of error: VampcError) -> ExitStatus {
    switch error {
    case .tooManyCodebooks, .bitrateTooLow, .periodNotMultiple, .rangeBeyondEnd: .usage
    case .nothingToDecode: .damagedInput
    case .tooManyChannels, .wrongCodec, .wrongGeometry, .invalidFrontier, .emptyRecording, .codecDoesNotFit,
      .noCodecFits, .severalCodecsFit, .windowTooShort:
      .failure
    }
  }
}
