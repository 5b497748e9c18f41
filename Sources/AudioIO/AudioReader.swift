public import Signal

/// Reads audio from a file or a pipe, whatever its format.
///
/// Files: everything that libsndfile reads (WAV, RF64, FLAC, Ogg Vorbis, MP3, AIFF, W64, CAF, AU …), Ogg Opus through
/// libopusfile at 48 kHz. The content decides, never the name.
///
/// Pipes: WAV (RIFF, RF64, BW64), W64 and AU with plain samples, and raw samples, stream in constant memory, also without
/// an end. Every other format is first copied to a nameless temporary file.
///
/// Samples are planar, full scale is −1...1, channels come in WAV order (`L R C LFE …`). NaN and infinities become 0
/// and are counted.
public final class AudioReader {
  /// The name for messages: the path, or `standard input`.
  public let name: String
  private let source: any AudioSource
  /// NaN and infinite samples that were replaced by 0 since the beginning or ``rewind()``.
  public private(set) var nonFiniteSampleCount = 0
  /// Samples per channel delivered since the beginning or ``rewind()``.
  public private(set) var samplePosition = 0

  /// Values of one block at most, all channels together, however much is asked for.
  private static let largestBlockValueCount = 1 << 22

  /// Opens a file, or standard input for `-`.
  ///
  /// - Parameter raw: what the samples are when there is no header.
  /// - Parameter temporaryFolder: where a pipe is copied to if its format demands it.
  /// - Throws: ``AudioIOError``.
  public convenience init(path: String, raw: RawAudioFormat? = nil, temporaryFolder: String = "/tmp") throws {
    if path == "-" {
      try self.init(descriptor: 0, name: "standard input", raw: raw, temporaryFolder: temporaryFolder)
      return
    }
    let descriptor: FileDescriptor
    do throws(SystemFailure) { descriptor = try FileDescriptor(openingToRead: path) } catch {
      throw AudioIOError.cannotOpen(file: path, reason: error.reason)
    }
    try self.init(descriptor, name: path, raw: raw, temporaryFolder: temporaryFolder)
  }

  /// Reads from an open file descriptor, which the caller keeps and closes.
  ///
  /// - Parameter alreadyRead: bytes that the caller took from a pipe; with any, the descriptor is read as one.
  public convenience init(
    descriptor: Int32, name: String, alreadyRead: [UInt8] = [], raw: RawAudioFormat? = nil,
    temporaryFolder: String = "/tmp"
  ) throws {
    let duplicate: FileDescriptor
    do throws(SystemFailure) { duplicate = try FileDescriptor(duplicating: descriptor) } catch {
      throw AudioIOError.cannotOpen(file: name, reason: error.reason)
    }
    try self.init(duplicate, name: name, alreadyRead: alreadyRead, raw: raw, temporaryFolder: temporaryFolder)
  }

  private init(
    _ descriptor: FileDescriptor, name: String, alreadyRead: [UInt8] = [], raw: RawAudioFormat?,
    temporaryFolder: String
  ) throws {
    self.name = name
    source = try AudioSourceOpener(file: name, temporaryFolder: temporaryFolder).open(
      descriptor, alreadyRead: alreadyRead, raw: raw)
  }

  public var sampleRateHz: Int { source.sampleRateHz }
  public var channelCount: Int { source.channelCount }
  /// Samples per channel, exactly (a damaged file throws before); `nil` when only the end will tell, as in a pipe and in
  /// Opus, whose time stamps cannot be relied on.
  public var sampleCount: Int? { source.sampleCount }
  /// ``sampleCount`` or else what the file states, good enough for a progress display.
  public var estimatedSampleCount: Int? { source.statedSampleCount }
  public var tags: [AudioTag] { source.tags }
  /// Container and coding in words.
  public var formatDescription: String { source.formatDescription }
  /// Whether ``rewind()`` works.
  public var isSeekable: Bool { source.isSeekable }

  /// The next samples, at least one and at most `count` per channel; `nil` at the end.
  ///
  /// - Throws: ``AudioIOError`` with the position where the input is damaged or ends too early. All samples before that
  ///   place have been delivered.
  /// - Precondition: `count` is positive.
  public func read(upTo count: Int) throws -> AudioBlock? {
    precondition(count > 0, "reading no samples")
    let allowed = max(1, min(count, Self.largestBlockValueCount / channelCount))
    guard var channels = try source.read(upTo: allowed) else { return nil }
    for channel in channels.indices { replaceNonFinite(&channels[channel]) }
    let block = AudioBlock(channels: channels, sampleRateHz: sampleRateHz)
    samplePosition += block.sampleCount
    return block
  }

  /// Back to the first sample, for a second pass.
  ///
  /// - Throws: ``AudioIOError/notSeekable(file:)`` for a pipe that is not spooled.
  public func rewind() throws {
    try source.rewind()
    nonFiniteSampleCount = 0
    samplePosition = 0
  }

  /// All remaining samples.
  public func readAll() throws -> AudioBlock {
    var all = AudioBlock(emptyWithChannelCount: channelCount, sampleRateHz: sampleRateHz)
    while let block = try read(upTo: 65_536) { all.append(block) }
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
