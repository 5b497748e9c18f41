import Signal
import SystemCalls

/// Source of the samples that the program `ffmpeg` decodes, for formats that no library reads here. ``rewind()`` starts
/// the program again.
final class ProgramSource: AudioSource {
  private let file: String
  private let program: String
  private let descriptor: OpenFile
  private let temporaryFolder: String
  private var running: RunningProgram
  private var samples: PCMSource
  private var hasEnded = false
  private var samplePosition = 0
  /// Tags that the program lists, more than a WAV header can hold.
  let tags: [AudioTag]

  let isSeekable = true

  /// Formats that the program may read: only those that hold the sound themselves. A file of another format, such as a
  /// playlist, could make the program open further files.
  private static let formats =
    "aac,ac3,eac3,aiff,amr,ape,asf,avi,caf,dsf,dts,dtshd,flac,flv,iff,matroska,webm,mov,mp3,mp4,m4a,3gp,3g2,mj2,mlp,mpc,"
    + "mpc8,mpeg,mpegts,ogg,rm,shn,spdif,tak,truehd,tta,voc,w64,wav,wv,xwma"

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - file: Name in error messages.
  ///   - program: Path of `ffmpeg`.
  ///   - descriptor: Open seekable file.
  ///   - temporaryFolder: Folder for the messages of the program.
  /// - Throws: ``AudioIOError``; `.refusedByProgram` where the program finds no sound either.
  init(file: String, program: String, descriptor: OpenFile, temporaryFolder: String) throws {
    self.file = file
    self.program = program
    self.descriptor = descriptor
    self.temporaryFolder = temporaryFolder
    (running, samples) = try Self.start(program, file: file, descriptor, temporaryFolder)
    statedSampleCount = Self.wavPackSampleCount(descriptor)
    let listed = Self.listedTags(program, descriptor, temporaryFolder)
    tags = AudioTag.firstOfEachSource([listed, samples.tags])
  }

  var sampleRateHz: Int { samples.sampleRateHz }
  var channelCount: Int { samples.channelCount }
  var sampleCount: Int? { nil }
  /// Length that a WavPack file states in its first block; `nil` for other formats.
  let statedSampleCount: Int?
  var speakerLayout: SpeakerLayout? { samples.speakerLayout }
  var broadcastOrigin: BroadcastOrigin? { samples.broadcastOrigin }
  var formatDescription: String { "read through ffmpeg" }
  var helper: String? { "ffmpeg" }

  func read(upTo count: Int) throws -> DecodedPart? {
    guard !hasEnded else { return nil }
    if case .samples(let channels)? = try samples.read(upTo: count) {
      samplePosition += channels[0].count
      return .samples(channels)
    }
    hasEnded = true
    let status = running.wait()
    let message = Self.reason(running).map { "ffmpeg: " + $0 }
    let endsEarly = message != nil && samplePosition < statedSampleCount ?? 0
    if status != 0 || endsEarly {
      return .cutOff(
        expectedSampleCount: statedSampleCount, reason: message ?? "ffmpeg: exit status \(status)")
    }
    return message.map { .damagedSomewhere(reason: $0) }
  }

  func rewind() throws {
    (running, samples) = try Self.start(program, file: file, descriptor, temporaryFolder)
    hasEnded = false
    samplePosition = 0
  }

  /// Arguments that make the program read the open file by its descriptor, and use no network.
  private static let inputArguments = [
    "-nostdin", "-hide_banner", "-v", "error", "-protocol_whitelist", "file,pipe", "-format_whitelist", formats, "-i",
    "file:/proc/self/fd/3",
  ]

  /// Returns the arguments that put silence in place of lost packets, which the time stamps show; none for AVI, which
  /// has no time stamps.
  private static func holeArguments(_ descriptor: OpenFile) -> [String] {
    let start = (try? descriptor.bytes(in: 0..<12)) ?? []
    return start.dropFirst(8).elementsEqual("AVI ".utf8) ? [] : ["-af", "aresample=async=1"]
  }

  /// Returns the number of samples that the first block of a WavPack file states ("WavPack 4 & 5 Binary File / Block
  /// Format", section 2.0); `nil` for other files, and where the block states none.
  private static func wavPackSampleCount(_ descriptor: OpenFile) -> Int? {
    guard let header = try? descriptor.bytes(in: 0..<16), header.count == 16, header.starts(with: Array("wvpk".utf8))
    else { return nil }
    let count = HeaderFields(bytes: header, isBigEndian: false).unsigned(at: 12, byteCount: 4)
    return count == 0xFFFF_FFFF ? nil : count
  }

  /// Returns the tags that the program lists; none where the program fails.
  private static func listedTags(
    _ program: String, _ descriptor: OpenFile, _ temporaryFolder: String
  ) -> [AudioTag] {
    do throws(SystemFailure) {
      let running = try RunningProgram(
        program, arguments: inputArguments + ["-f", "ffmetadata", "pipe:1"], file: descriptor,
        temporaryFolder: temporaryFolder)
      return FFmpegMetadata.tags(in: try ByteStream(running.output).read(FFmpegMetadata.largestByteCount))
    } catch {
      return []
    }
  }

  private static func start(
    _ program: String, file: String, _ descriptor: OpenFile, _ temporaryFolder: String
  ) throws -> (RunningProgram, PCMSource) {
    let arguments =
      inputArguments + ["-map", "0:a:0"] + holeArguments(descriptor)
      + ["-c:a", "pcm_f32le", "-fflags", "+bitexact", "-f", "wav", "pipe:1"]
    let running: RunningProgram
    do throws(SystemFailure) {
      running = try RunningProgram(
        program, arguments: arguments, file: descriptor, temporaryFolder: temporaryFolder)
    } catch {
      throw AudioIOError.cannotOpen(file: file, reason: "starting \(program): \(error.reason)")
    }
    let stream = ByteStream(running.output)
    do throws(HeaderFailure) {
      guard case .pcm(let layout) = try WavHeader.read(from: stream) else { throw .notPlainPCM("MPEG audio") }
      return (running, PCMSource(file: file, stream: stream, layout: layout, fileByteCount: nil))
    } catch {
      let status = running.wait()
      throw AudioIOError.refusedByProgram(
        file: file, program: "ffmpeg", reason: reason(running) ?? "exit status \(status)")
    }
  }

  /// Returns the first message of the program without memory address and file name; `nil` where the program wrote none.
  private static func reason(_ running: RunningProgram) -> String? {
    guard let message = running.firstMessage() else { return nil }
    if message.contains("not on whitelist") { return "a format that holds no sound, or names other files" }
    // Examples: "[mov,mp4,m4a @ 0x55d9] moov atom not found", "file:/proc/self/fd/3: Invalid data found"
    let text = message.hasPrefix("[") ? message.drop { $0 != "]" }.dropFirst(2) : message[...]
    let input = "file:/proc/self/fd/3: "
    let reason = text.hasPrefix(input) ? text.dropFirst(input.count) : text
    return String(reason.hasSuffix(".") ? reason.dropLast() : reason)
  }
}
