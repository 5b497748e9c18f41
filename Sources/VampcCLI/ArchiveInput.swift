import AudioIO
import Bitstream

/// What is to be appended: audio, or a stream that is taken over as it is.
enum ArchiveInput {
  case audio(AudioReader)
  case stream(InputBytes)

  /// Looks at the first bytes.
  ///
  /// - Parameter raw: with it, the input is audio whatever it looks like.
  init(_ input: InputBytes, raw: RawAudioFormat?) throws {
    let beginning = try input.peek(StreamFormat.sync.count)
    if raw == nil, beginning.starts(with: StreamFormat.sync) {
      self = .stream(input)
      return
    }
    // A file is read from its beginning again, a pipe goes on.
    let isFileFromItsBeginning = input.isSeekable && input.startedAtBeginning
    if isFileFromItsBeginning { input.rewind() }
    self = .audio(
      try AudioReader(
        descriptor: input.descriptor, name: input.name,
        alreadyRead: isFileFromItsBeginning ? [] : input.takeWaiting(), raw: raw,
        temporaryFolder: TemporaryFolder.path))
  }
}
