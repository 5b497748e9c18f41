import AudioIO
import Bitstream
import Foundation

/// What is to be appended: audio, or a stream that is taken over as it is.
enum ArchiveInput {
  case audio(AudioReader)
  /// The file, too, where it is one.
  case stream(InputBytes, InputFile?)

  /// Looks at the first bytes.
  ///
  /// - Parameter raw: with it, the input is audio whatever it looks like.
  init(_ input: InputBytes, raw: RawAudioFormat?) throws {
    let file = input.randomAccess
    let isFileFromItsBeginning = file != nil && input.isAtBeginning
    let beginning = try input.head(StreamFormat.sync.count)
    if raw == nil, beginning.starts(with: StreamFormat.sync) {
      self = .stream(input, file)
      return
    }
    // A file is read from its beginning again, a pipe goes on.
    if isFileFromItsBeginning { input.rewind() }
    self = .audio(
      try AudioReader(
        descriptor: input.descriptor, name: input.name,
        alreadyRead: isFileFromItsBeginning ? [] : input.takeWaiting(), raw: raw,
        temporaryFolder: TemporaryFolder.path))
  }
}
