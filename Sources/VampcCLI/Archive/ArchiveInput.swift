import AudioIO
import Bitstream
import Foundation

/// Input of `archive append`: audio to encode, or streams to copy.
enum ArchiveInput {
  case audio(AudioReader)
  /// Streams to copy. The second value gives random access to the bytes; nil for a pipe.
  case stream(InputBytes, InputFile?)

  /// Recognises the kind of an input by its first bytes.
  ///
  /// - Parameters:
  ///   - raw: Format of audio samples without a header; if given, the input is always audio. Nil recognises the format.
  ///   - stopsAtDamage: Whether reading throws at damage of the audio. Otherwise reading continues behind the damage.
  ///   - stop: Request that ends a recording from a pipe or a device; nil for a file.
  /// - Throws: `InputBytesError`, `AudioIOError`, `Interrupted`.
  init(_ input: InputBytes, raw: RawAudioFormat?, stopsAtDamage: Bool, stop: RecordingStop?) throws {
    let file = input.randomAccess
    let isFileFromItsBeginning = file != nil && input.isAtBeginning
    let beginning = try input.head(StreamFormat.sync.count)
    if raw == nil, beginning.starts(with: StreamFormat.sync) {
      self = .stream(input, file)
      return
    }
    // A file is read again from its beginning; a pipe continues after the bytes already read.
    if isFileFromItsBeginning { input.rewind() }
    let reader = try AudioReader(
      descriptor: input.descriptor, name: input.name,
      alreadyRead: isFileFromItsBeginning ? [] : input.takeWaiting(), raw: raw,
      temporaryFolder: TemporaryFolder.path, stopsAtDamage: stopsAtDamage, stop: stop,
      ffmpegPath: FFmpeg.path)
    Console.warnOfUnreadBytes(reader)
    self = .audio(reader)
  }
}
