import ExplainedErrors
public import Signal
import SystemCalls

/// Reader of audio from a file or a pipe; the content decides the format, never the name.
///
/// Files: WAV, RF64, W64 and AU, MP3 and the other layers of MPEG audio through libmpg123, FLAC through libFLAC, Ogg
/// Opus through libopusfile at 48 kHz, and everything else that libsndfile reads (Ogg Vorbis, AIFF, CAF …). Further
/// formats are read through the program `ffmpeg` if the caller gives its path.
///
/// Pipes: WAV (RIFF, RF64, BW64), W64 and AU with PCM samples, raw samples, and MPEG audio, in constant memory and of any
/// length. Other formats are first copied to a nameless temporary file, and so is MPEG audio with an info frame from the
/// first hole on: only the end shows the length of a hole.
///
/// At damage, the reader throws an error, or continues if `stopsAtDamage` is false. Silence then stands in place of
/// lost samples, an input that ends too early gives the samples that it has, and ``damages`` lists both. An early end
/// before the first sample, and lost samples of more than a day, throw an error in either case.
///
/// Samples are planar with a full scale of −1...1, channels in WAV order (`L R C LFE …`). NaN and infinities become 0
/// and are counted.
public final class AudioReader {
  /// Name in error messages: the path, or `standard input`.
  public let name: String
  private let source: any AudioSource
  private let stopsAtDamage: Bool
  private let stop: RecordingStop?
  /// Number of NaN and infinite samples, all channels counted, replaced by 0 since the beginning or the last
  /// ``rewind()``.
  public private(set) var nonFiniteSampleCount = 0
  /// Damage found since the beginning or the last ``rewind()``, in order; empty if the reader stops at damage.
  public private(set) var damages: [AudioDamage] = []
  /// Number of silent samples per channel that stand in place of lost samples and have not been returned yet.
  private var silentSampleCount = 0
  /// Whether the input has ended too early.
  private var isCutOff = false
  /// Number of samples per channel returned since the beginning or the last ``rewind()``, silence in place of lost
  /// samples included.
  public private(set) var samplePosition = 0

  /// Largest number of values of one audio buffer, all channels counted, whatever `count` the caller gives.
  private static let largestBlockValueCount = 1 << 22
  /// Longest silence in seconds that may stand in place of lost samples, all of them together: a day.
  private static let longestSilenceSeconds = 86_400

  /// Opens a file, or standard input for `-`.
  ///
  /// - Parameters:
  ///   - path: Path of the file, or `-`.
  ///   - raw: Format of samples without a header; `nil` for a file with a header.
  ///   - temporaryFolder: Folder for the copy of a pipe whose format requires seeking, and for messages of `ffmpeg`.
  ///   - stopsAtDamage: Whether ``read(upTo:)`` throws at damage. Otherwise ``damages`` lists damage.
  ///   - stop: Request that ends a recording from a pipe or a device.
  ///   - ffmpegPath: Path of the program `ffmpeg`, which reads further formats; `nil` if the program must not be used.
  /// - Throws: ``AudioIOError``; `.empty` where `stop` ends the input within its header.
  public convenience init(
    path: String, raw: RawAudioFormat? = nil, temporaryFolder: String = "/tmp", stopsAtDamage: Bool = true,
    stop: RecordingStop? = nil, ffmpegPath: String? = nil
  ) throws {
    if path == "-" {
      try self.init(
        descriptor: 0, name: "standard input", raw: raw, temporaryFolder: temporaryFolder,
        stopsAtDamage: stopsAtDamage, stop: stop, ffmpegPath: ffmpegPath)
      return
    }
    let descriptor: OpenFile
    do throws(SystemFailure) { descriptor = try OpenFile(reading: path) } catch {
      throw AudioIOError.cannotOpen(file: path, reason: error.reason)
    }
    try self.init(
      descriptor, name: path, raw: raw, temporaryFolder: temporaryFolder, stopsAtDamage: stopsAtDamage,
      stop: stop, ffmpegPath: ffmpegPath)
  }

  /// Creates a reader of an open file descriptor, which the caller keeps and closes.
  ///
  /// - Parameters:
  ///   - descriptor: File descriptor open for reading.
  ///   - name: Name in error messages.
  ///   - alreadyRead: Bytes that the caller has read from the descriptor; if not empty, the descriptor is read as a
  ///     pipe.
  ///   - raw: Format of samples without a header; `nil` for an input with a header.
  ///   - temporaryFolder: Folder for the copy of a pipe whose format requires seeking, and for messages of `ffmpeg`.
  ///   - stopsAtDamage: Whether ``read(upTo:)`` throws at damage. Otherwise ``damages`` lists damage.
  ///   - stop: Request that ends a recording from a pipe or a device.
  ///   - ffmpegPath: Path of the program `ffmpeg`, which reads further formats; `nil` if the program must not be used.
  /// - Throws: ``AudioIOError``.
  public convenience init(
    descriptor: Int32, name: String, alreadyRead: [UInt8] = [], raw: RawAudioFormat? = nil,
    temporaryFolder: String = "/tmp", stopsAtDamage: Bool = true,
    stop: RecordingStop? = nil, ffmpegPath: String? = nil
  ) throws {
    let duplicate: OpenFile
    do throws(SystemFailure) { duplicate = try OpenFile(duplicating: descriptor) } catch {
      throw AudioIOError.cannotOpen(file: name, reason: error.reason)
    }
    try self.init(
      duplicate, name: name, alreadyRead: alreadyRead, raw: raw, temporaryFolder: temporaryFolder,
      stopsAtDamage: stopsAtDamage, stop: stop, ffmpegPath: ffmpegPath)
  }

  private init(
    _ descriptor: OpenFile, name: String, alreadyRead: [UInt8] = [], raw: RawAudioFormat?,
    temporaryFolder: String, stopsAtDamage: Bool, stop: RecordingStop?,
    ffmpegPath: String?
  ) throws {
    self.name = name
    self.stopsAtDamage = stopsAtDamage
    self.stop = stop
    descriptor.stop = stop?.input
    let opener = AudioSourceOpener(file: name, temporaryFolder: temporaryFolder, ffmpegPath: ffmpegPath)
    do {
      source = try opener.open(descriptor, alreadyRead: alreadyRead, raw: raw)
    } catch let error as AudioIOError where error.kind == .badInput && stop?.isRequested == true {
      // An incomplete header holds no sound.
      throw AudioIOError.empty(file: name)
    }
  }

  /// Sample rate, in Hz.
  public var sampleRateHz: Int { source.sampleRateHz }
  /// Number of channels.
  public var channelCount: Int { source.channelCount }
  /// Loudspeakers of the channels, as the file states them or as is usual for the number of channels; `nil` if unknown,
  /// for example in WAV with an empty channel mask, in ambisonic files, and for more than 8 channels whose loudspeakers
  /// the file does not state.
  public var speakerLayout: SpeakerLayout? { source.speakerLayout }
  /// Exact length in samples per channel; `nil` if it is unknown before the end, for example for a pipe that is read
  /// without a temporary copy, for Opus, for chained or damaged Ogg files, and for files that `ffmpeg` decodes.
  ///
  /// Where a file ends too early, reading ends or throws before this length is reached.
  public var sampleCount: Int? { source.sampleCount }
  /// Length in samples per channel as the file states it, exact or not; `nil` if the file states none.
  public var estimatedSampleCount: Int? { source.statedSampleCount }
  /// Tags of the input that describe the recording (``AudioTag/keptNames``).
  public var tags: [AudioTag] { AudioTag.kept(source.tags) }
  /// Date and time at which the recording began, where a WAV file states them; `nil` for other inputs.
  public var broadcastOrigin: BroadcastOrigin? { source.broadcastOrigin }
  /// Number of bytes behind the samples that were not read: neither samples nor chunks nor tags.
  public var unreadByteCount: Int { source.unreadByteCount }
  /// Description of container and coding, such as `WAV, s16le`.
  public var formatDescription: String { source.formatDescription }
  /// Name of the program that decodes the input, such as `ffmpeg`; `nil` for an input that a library decodes.
  public var helper: String? { source.helper }
  /// Whether ``rewind()`` is possible.
  public var isSeekable: Bool { source.isSeekable }

  /// Reads the next samples: at least one and at most `count` per channel; `nil` at the end.
  ///
  /// - Throws: ``AudioIOError``; where the reader stops at damage, with the position, if known, at which the input is
  ///   damaged or ends too early. All samples before this position have been returned.
  /// - Precondition: `count` is positive.
  public func read(upTo count: Int) throws -> AudioBuffer? {
    precondition(count > 0, "reading no samples")
    let allowed = max(1, min(count, Self.largestBlockValueCount / channelCount))
    while silentSampleCount == 0 {
      guard !isCutOff, let part = try source.read(upTo: allowed) else { return nil }
      switch part {
      case .samples(let channels): return buffer(channels)
      case .lost(let sampleCount, let reason): try note(lost: sampleCount, reason)
      case .damagedSomewhere(let reason): try noteDamageSomewhere(reason)
      case .cutOff(let expectedSampleCount, let reason): try noteEnd(expectedSampleCount, reason)
      }
    }
    let silence = [Float](repeating: 0, count: min(allowed, silentSampleCount))
    silentSampleCount -= silence.count
    return buffer([[Float]](repeating: silence, count: channelCount))
  }

  private func buffer(_ samples: [[Float]]) -> AudioBuffer {
    var channels = samples
    for channel in channels.indices { replaceNonFinite(&channels[channel]) }
    let buffer = AudioBuffer(channels: channels, sampleRateHz: sampleRateHz)
    samplePosition += buffer.sampleCount
    return buffer
  }

  private func note(lost sampleCount: Int, _ reason: String) throws {
    let earlierCount = damages.reduce(0) { $0 + ($1.sampleCount ?? 0) }
    if stopsAtDamage || earlierCount + sampleCount > Self.longestSilenceSeconds * sampleRateHz {
      throw AudioIOError.damaged(file: name, atSample: samplePosition, reason: reason)
    }
    silentSampleCount = sampleCount
    // Damage directly behind earlier damage becomes one entry with the earlier damage, because a decoder may report
    // each damaged frame by itself.
    if let last = damages.last, let earlier = last.sampleCount, earlier > 0, sampleCount > 0,
      last.samplePosition + earlier == samplePosition
    {
      damages.removeLast()
      return damages.append(
        AudioDamage(
          samplePosition: last.samplePosition, sampleCount: earlier + sampleCount, sampleRateHz: sampleRateHz,
          isCutOff: false, reason: last.reason))
    }
    damages.append(
      AudioDamage(
        samplePosition: samplePosition, sampleCount: sampleCount, sampleRateHz: sampleRateHz, isCutOff: false,
        reason: reason))
  }

  private func noteDamageSomewhere(_ reason: String) throws {
    if stopsAtDamage { throw AudioIOError.damaged(file: name, atSample: nil, reason: reason) }
    damages.append(
      AudioDamage(
        samplePosition: samplePosition, sampleCount: nil, sampleRateHz: sampleRateHz, isCutOff: false, reason: reason))
  }

  private func noteEnd(_ expectedSampleCount: Int?, _ reason: String?) throws {
    isCutOff = true
    if let stop, stop.isRequested { return }
    let expected = expectedSampleCount.flatMap { $0 > samplePosition ? $0 : nil }
    guard !stopsAtDamage, samplePosition > 0 else {
      if let reason { throw AudioIOError.damaged(file: name, atSample: samplePosition, reason: reason) }
      throw AudioIOError.truncated(file: name, atSample: samplePosition, expectedSampleCount: expectedSampleCount)
    }
    damages.append(
      AudioDamage(
        samplePosition: samplePosition, sampleCount: expected.map { $0 - samplePosition }, sampleRateHz: sampleRateHz,
        isCutOff: true, reason: reason ?? (expected == nil ? "ends in the middle of data" : "ends too early")))
  }

  /// Returns to the first sample for a second pass.
  ///
  /// - Throws: ``AudioIOError``; `.notSeekable` for a pipe without a temporary copy.
  public func rewind() throws {
    try source.rewind()
    nonFiniteSampleCount = 0
    samplePosition = 0
    damages = []
    silentSampleCount = 0
    isCutOff = false
  }

  /// Reads all remaining samples.
  ///
  /// - Throws: The errors of ``read(upTo:)``.
  public func readAll() throws -> AudioBuffer {
    var all = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
    while let buffer = try read(upTo: 65_536) { all.append(buffer) }
    return all
  }

  private func replaceNonFinite(_ samples: inout [Float]) {
    var count = 0
    for index in samples.indices { count += samples[index].isFinite ? 0 : 1 }
    guard count > 0 else { return }
    nonFiniteSampleCount += count
    for index in samples.indices where !samples[index].isFinite { samples[index] = 0 }
  }
}
