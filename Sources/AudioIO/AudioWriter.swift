public import Signal

/// Writes audio into a file, or WAV into a pipe.
///
/// WAV becomes RF64 when it passes 4 GiB. Into a pipe WAV goes with sizes of 0xFFFFFFFF, as ffmpeg does, and without
/// an end if need be; other containers need a file. Every write is checked, the last one included: a full disk or a
/// reader that went away is an error, never a signal and never a silently short file.
///
/// The writer writes to the path that it is given: writing elsewhere first and renaming is the caller's part. Nothing
/// is complete before ``finish()`` has returned.
public final class AudioWriter {
  /// libvorbis's quality 6 of 10, about 96 kbps per channel at 44.1 kHz.
  public static let defaultVorbisQuality = 0.6

  public let name: String
  public let container: AudioContainer
  public let sampleFormat: AudioSampleFormat
  public let sampleRateHz: Int
  public let channelCount: Int
  /// Samples per channel written so far.
  public private(set) var sampleCount = 0

  private let sink: any AudioSink
  private var isFinished = false

  /// Creates a file or empties it; `-` is standard output.
  ///
  /// - Parameter container: by default what the extension of `path` says; WAV for `-`.
  /// - Parameter tags: those that the container can hold are written; AU holds none, the others ``AudioTag/wellKnownNames``.
  /// - Throws: ``AudioIOError`` when the file cannot be created or the container cannot hold such audio.
  public convenience init(
    path: String, container: AudioContainer? = nil, sampleFormat: AudioSampleFormat = .int16, sampleRateHz: Int,
    channelCount: Int, tags: [AudioTag] = [], vorbisQuality: Double = AudioWriter.defaultVorbisQuality,
    ditherSeed: UInt64 = Dither.defaultSeed
  ) throws {
    if path == "-" {
      try self.init(
        descriptor: 1, name: "standard output", container: container ?? .wav, sampleFormat: sampleFormat,
        sampleRateHz: sampleRateHz, channelCount: channelCount, tags: tags, vorbisQuality: vorbisQuality,
        ditherSeed: ditherSeed)
      return
    }
    guard let container = container ?? AudioContainer(path: path) else {
      let known = AudioContainer.allCases.map { "." + $0.fileExtensions[0] }.joined(separator: ", ")
      throw AudioIOError.unsupportedOutput(file: path, what: "unknown file name extension; known are \(known)")
    }
    let settings = AudioSinkSettings(
      file: path, container: container, sampleFormat: sampleFormat, sampleRateHz: sampleRateHz,
      channelCount: channelCount, tags: tags, vorbisQuality: vorbisQuality, ditherSeed: ditherSeed)
    try settings.check()
    let descriptor: FileDescriptor
    do throws(SystemFailure) { descriptor = try FileDescriptor(creating: path) } catch {
      throw AudioIOError.cannotOpen(file: path, reason: error.reason)
    }
    try self.init(descriptor, settings)
  }

  /// Writes to an open file descriptor, which the caller keeps and closes.
  ///
  /// A regular file of which nothing has been written is treated as one; all else is a pipe.
  public convenience init(
    descriptor: Int32, name: String, container: AudioContainer = .wav, sampleFormat: AudioSampleFormat = .int16,
    sampleRateHz: Int, channelCount: Int, tags: [AudioTag] = [],
    vorbisQuality: Double = AudioWriter.defaultVorbisQuality, ditherSeed: UInt64 = Dither.defaultSeed
  ) throws {
    let settings = AudioSinkSettings(
      file: name, container: container, sampleFormat: sampleFormat, sampleRateHz: sampleRateHz,
      channelCount: channelCount, tags: tags, vorbisQuality: vorbisQuality, ditherSeed: ditherSeed)
    try settings.check()
    let duplicate: FileDescriptor
    do throws(SystemFailure) { duplicate = try FileDescriptor(duplicating: descriptor) } catch {
      throw AudioIOError.cannotOpen(file: name, reason: error.reason)
    }
    try self.init(duplicate, settings)
  }

  /// WAV that becomes RF64 beyond another size than 4 GiB, for tests.
  package convenience init(
    wavPath path: String, riffByteCountLimit: Int, sampleFormat: AudioSampleFormat, sampleRateHz: Int,
    channelCount: Int
  ) throws {
    var settings = AudioSinkSettings(
      file: path, container: .wav, sampleFormat: sampleFormat, sampleRateHz: sampleRateHz, channelCount: channelCount)
    settings.riffByteCountLimit = riffByteCountLimit
    let descriptor: FileDescriptor
    do throws(SystemFailure) { descriptor = try FileDescriptor(creating: path) } catch {
      throw AudioIOError.cannotOpen(file: path, reason: error.reason)
    }
    try self.init(descriptor, settings)
  }

  private init(_ descriptor: FileDescriptor, _ settings: AudioSinkSettings) throws {
    name = settings.file
    container = settings.container
    sampleFormat = settings.sampleFormat
    sampleRateHz = settings.sampleRateHz
    channelCount = settings.channelCount
    let isFile = AudioWriter.isUntouchedFile(descriptor)
    if settings.container == .wav {
      sink = try WavSink(settings: settings, descriptor: descriptor, isSeekable: isFile)
    } else if isFile {
      sink = try SndfileSink(settings: settings, descriptor: descriptor)
    } else {
      throw AudioIOError.unsupportedOutput(
        file: settings.file, what: "\(settings.container.rawValue) into a pipe; only wav can go there")
    }
  }

  /// A whole block as a WAV file of 32-bit floats: the samples as they are.
  ///
  /// - Throws: ``AudioIOError`` when the file cannot be written.
  public static func write(_ audio: AudioBlock, asFloatWAV path: String) throws {
    let writer = try AudioWriter(
      path: path, container: .wav, sampleFormat: .float32, sampleRateHz: audio.sampleRateHz,
      channelCount: audio.channelCount)
    try writer.write(audio)
    try writer.finish()
  }

  /// Says that the audio to come begins at `sample` of a longer piece, so that its dither is that of the whole.
  ///
  /// - Precondition: nothing has been written.
  public func begin(atSample sample: Int) {
    precondition(sampleCount == 0, "audio before its beginning")
    sink.skip(sample)
  }

  /// Appends samples.
  ///
  /// - Precondition: the block has the writer's format, and ``finish()`` has not been called.
  /// - Throws: ``AudioIOError/writeFailed(file:reason:)``; the writer is of no more use then.
  public func write(_ block: AudioBlock) throws {
    precondition(
      block.channelCount == channelCount && block.sampleRateHz == sampleRateHz, "audio of another format than the file")
    precondition(!isFinished, "writer used after its end")
    // Pieces keep the encoders' own buffers small, however large a block is.
    let pieceLength = 4096
    var position = 0
    while position < block.sampleCount {
      let end = min(position + pieceLength, block.sampleCount)
      try sink.write(block.slice(position..<end))
      position = end
    }
    sampleCount += block.sampleCount
  }

  /// Completes headers and closes.
  ///
  /// - Throws: ``AudioIOError/writeFailed(file:reason:)``: what was written is not complete.
  public func finish() throws {
    guard !isFinished else { return }
    isFinished = true
    try sink.finish()
  }

  private static func isUntouchedFile(_ descriptor: FileDescriptor) -> Bool {
    do throws(SystemFailure) {
      guard try descriptor.kind() == .regularFile else { return false }
      let position = try descriptor.position()
      return position == 0 && !descriptor.appendsOnly()
    } catch {
      return false
    }
  }
}
