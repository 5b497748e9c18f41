public import Signal
import SystemCalls

/// Writer of audio to a file, or of WAV to a pipe.
///
/// WAV above 4 GiB becomes RF64. In a pipe WAV has sizes of 0xFFFFFFFF, as ffmpeg writes them, and any length; other
/// containers need a file. Every write is checked, the last one included: a full disk or a closed pipe throws an error,
/// and no signal ends the process.
///
/// Peaks of Ogg Vorbis are limited to ``lossyPeak``, because the coding changes them: decoded, they are below full
/// scale.
///
/// The writer writes to the path itself; the caller renames where a file must appear complete. A file is incomplete
/// until ``finish()`` has returned.
public final class AudioWriter {
  /// Default Vorbis quality: 6 of 10 on libvorbis's scale, about 96 kbit/s per channel at 44.1 kHz.
  public static let defaultVorbisQuality = 0.6
  /// Largest sample in a lossy container: −1.5 dB relative to full scale. Vorbis at the default quality raised true
  /// peaks by up to 1.3 dB, measured with limited speech, music and noise.
  public static let lossyPeak: Float = 0.841

  /// Name in error messages: the path, or `standard output`.
  public let name: String
  /// Container of the output.
  public let container: AudioContainer
  /// Format of the written samples.
  public let sampleFormat: AudioSampleFormat
  /// Sample rate, in Hz.
  public let sampleRateHz: Int
  /// Number of channels.
  public let channelCount: Int
  /// Number of samples per channel written so far.
  public private(set) var sampleCount = 0

  private let sink: any AudioSink
  /// Limiter in front of a lossy coding; `nil` for other containers.
  private var limiter: Limiter?
  private var isFinished = false

  /// Creates or empties a file; `-` is standard output.
  ///
  /// - Parameters:
  ///   - path: Path of the file, or `-`.
  ///   - container: Container; `nil` selects the container of the path's extension, and WAV for `-`.
  ///   - sampleFormat: Format of the written samples.
  ///   - sampleRateHz: Sample rate, 1 to 6 144 000 Hz; at most 655 350 Hz in FLAC.
  ///   - channelCount: Number of channels, 1 to 1 024; at most 8 in FLAC and 255 in Ogg.
  ///   - tags: Tags of the recording; a tag that the container cannot store is dropped.
  ///   - vorbisQuality: Quality of Ogg Vorbis, from 0 (smallest file) to 1 (best sound).
  ///   - ditherSeed: Seed of the dither noise of 16-bit samples.
  /// - Throws: ``AudioIOError`` if the file cannot be created, the container cannot store such audio, or the header
  ///   cannot be written.
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
    let descriptor: OpenFile
    do throws(SystemFailure) { descriptor = try OpenFile(creating: path) } catch {
      throw AudioIOError.cannotOpen(file: path, reason: error.reason)
    }
    try self.init(descriptor, settings)
  }

  /// Creates a writer to an open file descriptor, which the caller keeps and closes.
  ///
  /// A regular file at position 0 that is not open for appending is written as a file, any other descriptor as a pipe.
  ///
  /// - Throws: The errors of
  ///   ``init(path:container:sampleFormat:sampleRateHz:channelCount:tags:vorbisQuality:ditherSeed:)``.
  public convenience init(
    descriptor: Int32, name: String, container: AudioContainer = .wav, sampleFormat: AudioSampleFormat = .int16,
    sampleRateHz: Int, channelCount: Int, tags: [AudioTag] = [],
    vorbisQuality: Double = AudioWriter.defaultVorbisQuality, ditherSeed: UInt64 = Dither.defaultSeed
  ) throws {
    let settings = AudioSinkSettings(
      file: name, container: container, sampleFormat: sampleFormat, sampleRateHz: sampleRateHz,
      channelCount: channelCount, tags: tags, vorbisQuality: vorbisQuality, ditherSeed: ditherSeed)
    try settings.check()
    let duplicate: OpenFile
    do throws(SystemFailure) { duplicate = try OpenFile(duplicating: descriptor) } catch {
      throw AudioIOError.cannotOpen(file: name, reason: error.reason)
    }
    try self.init(duplicate, settings)
  }

  /// Creates a WAV writer that switches to RF64 above `riffByteCountLimit` bytes instead of 4 GiB, for tests.
  ///
  /// - Throws: ``AudioIOError`` if the file cannot be created or the header cannot be written.
  package convenience init(
    wavPath path: String, riffByteCountLimit: Int, sampleFormat: AudioSampleFormat, sampleRateHz: Int,
    channelCount: Int
  ) throws {
    var settings = AudioSinkSettings(
      file: path, container: .wav, sampleFormat: sampleFormat, sampleRateHz: sampleRateHz, channelCount: channelCount)
    settings.riffByteCountLimit = riffByteCountLimit
    let descriptor: OpenFile
    do throws(SystemFailure) { descriptor = try OpenFile(creating: path) } catch {
      throw AudioIOError.cannotOpen(file: path, reason: error.reason)
    }
    try self.init(descriptor, settings)
  }

  private init(_ descriptor: OpenFile, _ settings: AudioSinkSettings) throws {
    name = settings.file
    container = settings.container
    sampleFormat = settings.sampleFormat
    sampleRateHz = settings.sampleRateHz
    channelCount = settings.channelCount
    if settings.container == .oggVorbis {
      limiter = Limiter(
        channelCount: settings.channelCount, sampleRateHz: settings.sampleRateHz,
        ceiling: Self.lossyPeak)
    }
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

  /// Writes an audio buffer to a WAV file of 32-bit floats, without change.
  ///
  /// - Throws: ``AudioIOError`` if the file cannot be written.
  public static func write(_ audio: AudioBuffer, asFloatWAV path: String) throws {
    let writer = try AudioWriter(
      path: path, container: .wav, sampleFormat: .float32, sampleRateHz: audio.sampleRateHz,
      channelCount: audio.channelCount)
    try writer.write(audio)
    try writer.finish()
  }

  /// Declares that the first written sample is sample `sample` (counted per channel, from 0) of a longer recording. The
  /// dither noise then equals the noise that the whole recording would have there.
  ///
  /// - Precondition: nothing has been written.
  public func begin(atSample sample: Int) {
    precondition(sampleCount == 0, "audio before its beginning")
    sink.skip(sample)
  }

  /// Appends samples.
  ///
  /// - Throws: ``AudioIOError``: `.writeFailed`, `.readerGone` for a pipe without a reader, or `.unsupportedOutput` for
  ///   AIFF and AU beyond 4 GiB; the file then stays incomplete.
  /// - Precondition: the audio buffer has the writer's format, and ``finish()`` has not been called.
  public func write(_ audio: AudioBuffer) throws {
    precondition(
      audio.channelCount == channelCount && audio.sampleRateHz == sampleRateHz, "audio of another format than the file")
    precondition(!isFinished, "writer used after its end")
    try store(try limiter?.process(audio) ?? audio)
    sampleCount += audio.sampleCount
  }

  private func store(_ audio: AudioBuffer) throws {
    // Short chunks keep the encoders' own buffers small.
    let chunkSampleCount = 4096
    var position = 0
    while position < audio.sampleCount {
      let end = min(position + chunkSampleCount, audio.sampleCount)
      try sink.write(audio.slice(position..<end))
      position = end
    }
  }

  /// Completes the headers and closes the file.
  ///
  /// - Throws: ``AudioIOError``: `.writeFailed`, or `.readerGone` for a pipe without a reader; the file is then
  ///   incomplete.
  public func finish() throws {
    guard !isFinished else { return }
    isFinished = true
    if let rest = limiter?.finish() { try store(rest) }
    try sink.finish()
  }

  private static func isUntouchedFile(_ descriptor: OpenFile) -> Bool {
    do throws(SystemFailure) {
      guard try descriptor.kind() == .regularFile else { return false }
      let position = try descriptor.position()
      return position == 0 && !descriptor.appendsOnly()
    } catch {
      return false
    }
  }
}
